"""Admins change what the bot knows while customers are talking: `tanggap run` as a process, an admin in a browser, and
twenty customers who keep asking what the bot knows.

An intent comes out of the review list, is tried, published and heard by the next customer; a bad release is refused;
one goes back. Meanwhile every question is answered once, rightly, and within `LATE`. Everything is real but Telegram,
whose Bot API server is ours. Screenshots of the stations are in `artifacts/kb-day-*.png`.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from bot.testing.bot_api import BotApiServer, Customer
from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_day import Seat, take_seat
from tests.conftest import SHOP, trained
from tests.desk import QUICK, Desk, bot_messages, open_desk

CUSTOMERS, PACE = 20, 1.5
"""How many keep asking, and the seconds between two questions of one of them."""

LATE, USUAL = 10.0, 2.0
"""Seconds within which every question is answered, and half of them, on two cores that train, run a browser and may
have other work as well; otherwise it is a tenth of that. A third of a second is the pause for fragments."""

KNOWN = (
    ("jam buka?", ("Kami buka", "Jam bukanya")),
    ("ongkir ke surabaya brp", ("Ongkos kirim tampil",)),
    ("lacak paket gimana", ("bisa dilacak", "Posisi paket")),
)
"""What they ask, and how its answers begin."""

WONDERED = (
    "warna merah ready kah",
    "stok warna merah ada",
    "warna merahnya masih ada?",
    "yang warna merah kosong ya",
    "warna merah sudah restock belum",
)
"""What the bot does not know."""

RESTOCKED = "stok warna merah masih ada"

NEWS = "Warna merah masih ada, Kak."
TESTS = """jam buka brp ya\tjam_buka
tokonya buka hari apa\tjam_buka
sampe jam brp bukanya kak\tjam_buka
ongkir ke medan brp\tongkir
biaya kirim ke bali berapa\tongkir
gratis ongkir ga kak\tongkir
"""


@dataclass(eq=False)
class Regular:
    """A customer who keeps asking, and notes how that went."""

    customer: Customer
    asked: int = 0
    waits: list[float] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def ask(self, text: str, answers: Sequence[str]) -> None:
        """Ask, and wait for the answer; whatever is not as it should be is a complaint."""
        self.asked += 1
        begun = time.perf_counter()
        self.customer.sends(text)
        said = (await self.customer.receives(timeout=3 * LATE)).text
        waited = time.perf_counter() - begun
        self.waits.append(waited)
        if waited > LATE:
            self.complaints.append(f"{text!r} was answered after {waited:.1f} s")
        if not any(answer in said for answer in answers):
            self.complaints.append(f"{text!r} was answered {said!r}")


@asynccontextmanager
async def regulars(server: BotApiServer) -> AsyncIterator[list[Regular]]:
    """Twenty who keep asking, not all at the same moment, until the context is left."""
    there = [Regular(server.customer(f"Pelanggan {number}")) for number in range(CUSTOMERS)]
    gone = asyncio.Event()

    async def keep_asking(regular: Regular, number: int) -> None:
        await asyncio.sleep(PACE * number / CUSTOMERS)
        for text, answers in itertools.islice(itertools.cycle(KNOWN), number % len(KNOWN), None):
            if gone.is_set():
                return
            begun = time.perf_counter()
            await regular.ask(text, answers)
            await asyncio.sleep(max(0.0, begun + PACE - time.perf_counter()))

    async with asyncio.TaskGroup() as asking:
        for number, regular in enumerate(there):
            asking.create_task(keep_asking(regular, number))
        try:
            yield there
        finally:
            gone.set()


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The settings of the small shop with test messages of its own."""
    folder = tmp_path_factory.mktemp("kb")
    shutil.copytree(SHOP, folder / "kb")
    (folder / "kb" / "test_messages.tsv").write_text(TESTS, encoding="utf-8")
    model = trained(str(folder / "kb"), folder / "tanggap.model")
    return {**QUICK, "bot__knowledge": folder / "kb", "bot__model": model, "floods__messages_per_minute": 0}


async def answer_to(desk: Desk, name: str, text: str) -> str:
    """What somebody new is answered."""
    customer = desk.server.customer(name)
    customer.sends(text)
    return (await customer.receives(timeout=LATE)).text


async def shot(admin: Seat, name: str) -> None:
    """Keep what is seen now."""
    SCREENSHOTS.mkdir(exist_ok=True)
    await admin.page.screenshot(path=SCREENSHOTS / f"kb-day-{name}.png", animations="disabled")


async def test_admins_change_the_knowledge_base_while_twenty_customers_chat(
    browser: Browser, tmp_path: Path, examined: dict[str, object]
) -> None:
    errors: list[str] = []
    async with open_desk(tmp_path, examined) as desk:
        async with regulars(desk.server) as there:
            wondering = [desk.server.customer(f"Penanya {number}") for number in range(len(WONDERED))]
            for customer, text in zip(wondering, WONDERED, strict=True):
                customer.sends(text)
            password = await desk.new_account("dewi", "--role", "admin")
            admin = await take_seat(desk, browser, "dewi", password, errors)
            try:
                await an_intent_comes_out_of_the_review_list(admin)
                await it_is_tried(admin)
                await it_is_published_and_heard(desk, admin)
                await a_bad_release_is_refused(desk, admin)
                await one_goes_back(desk, admin)
            except Exception as error:
                await shot(admin, "failed")
                error.add_note(f"the admin is at {admin.page.url}; the first customers heard {desk_said(wondering)}")
                raise
        await desk.at_rest()
        assert [each for regular in there for each in regular.complaints] == []
        for regular in there:
            assert len(bot_messages(regular.customer)) == regular.asked, "each question is answered once"
        waits = [waited for regular in there for waited in regular.waits]
        assert len(waits) > 100
        assert statistics.median(waits) < USUAL
    assert errors == []


def desk_said(customers: Sequence[Customer]) -> list[str]:
    """What the bot has said to them."""
    return [message.text for customer in customers for message in bot_messages(customer)]


async def an_intent_comes_out_of_the_review_list(admin: Seat) -> None:
    """The bot did not know; what was asked is a group, some seconds later; the admin makes an intent of it."""
    group = admin.page.locator(".kr-group", has_text="merah").first
    async with asyncio.timeout(30):
        while True:
            await admin.go("/knowledge/review")
            if await group.count() and await group.locator(".kr-group-count").inner_text() == str(len(WONDERED)):
                break
            await asyncio.sleep(0.5)
    await group.locator(".kr-group-head").click()
    await expect(group.locator(".kr-message")).to_have_count(len(WONDERED))
    await shot(admin, "1-review")
    await group.get_by_role("button", name="Buat intent baru").click()
    dialog = admin.page.locator(".desk-dialog")
    await dialog.get_by_label("Nama", exact=True).fill("stok_warna")
    await dialog.get_by_label("Judul").fill("Stok warna")
    await dialog.get_by_label("Jawaban").fill(NEWS)
    await shot(admin, "2-new-intent")
    await dialog.get_by_role("button", name="Buat intent").click()
    await expect(admin.page.locator(".kb-draft")).to_contain_text("1 perubahan")


async def it_is_tried(admin: Seat) -> None:
    """The draft answers; what serves does not."""
    await admin.go("/knowledge")
    await admin.page.fill(".kb-trial textarea", RESTOCKED)
    await admin.page.press(".kb-trial textarea", "Enter")
    now, draft = admin.page.locator(".kb-side").nth(0), admin.page.locator(".kb-side").nth(1)
    await expect(draft.locator(".kb-verdict")).to_have_text("Dijawab sebagai “Stok warna”", timeout=60_000)
    await expect(draft.locator(".kb-bubble-text")).to_have_text(NEWS)
    await expect(now).not_to_contain_text(NEWS)
    await shot(admin, "3-tried")


async def it_is_published_and_heard(desk: Desk, admin: Seat) -> None:
    """Until it is published customers hear nothing of it; the next one then does."""
    assert NEWS not in await answer_to(desk, "Rina", RESTOCKED)
    dialog = await publish(admin)
    await expect(dialog.get_by_text("Rilis 2 sudah melayani pelanggan")).to_be_visible(timeout=60_000)
    assert await answer_to(desk, "Rini", RESTOCKED) == NEWS
    await shot(admin, "4-published")
    await dialog.get_by_role("button", name="Tutup").click()


async def a_bad_release_is_refused(desk: Desk, admin: Seat) -> None:
    """Two intents have got each other's examples: the page says what that would do, and customers are spared it."""
    hours, shipping = await examples_of(admin, "jam_buka"), await examples_of(admin, "ongkir")
    for done, (name, examples) in enumerate((("jam_buka", shipping), ("ongkir", hours)), start=1):
        await admin.go(f"/knowledge/intent/{name}")
        await admin.page.fill(".kb-examples", examples)
        await admin.page.click("text=Simpan ke draf")
        await expect(admin.page.locator(".kb-draft")).to_contain_text(f"{done} perubahan")
    dialog = await publish(admin)
    await expect(dialog.get_by_text("Belum diterbitkan")).to_be_visible(timeout=60_000)
    await expect(dialog.locator(".kr-reason").first).to_be_visible()
    await expect(dialog.get_by_text("tokonya buka hari apa")).to_be_visible()
    await shot(admin, "5-refused")
    await dialog.get_by_role("button", name="Tutup").click()
    assert "buka" in (await answer_to(desk, "Tono", "jam buka?")).lower()


async def one_goes_back(desk: Desk, admin: Seat) -> None:
    """The admin goes back to the first release, and the bot does not know again."""
    await admin.go("/knowledge/releases")
    await admin.page.locator("[data-release='1']").get_by_role("button", name="Kembali ke rilis ini").click()
    dialog = admin.page.locator(".desk-dialog")
    await dialog.get_by_label("Alasan").fill("Stok merah habis")
    await dialog.get_by_role("button", name="Kembali ke rilis ini").click()
    await expect(admin.page.locator("[data-release='1']")).to_contain_text("Aktif", timeout=60_000)
    assert NEWS not in await answer_to(desk, "Rudi", RESTOCKED)
    await shot(admin, "6-back")


async def publish(admin: Seat) -> Locator:
    """Publish the draft; returns the dialog that says what comes of it."""
    await admin.go("/knowledge/releases?publish=1")
    dialog = admin.page.locator(".desk-dialog")
    await dialog.get_by_role("button", name="Terbitkan").click()
    return dialog


async def examples_of(admin: Seat, intent: str) -> str:
    """The examples of an intent, as its editor shows them."""
    await admin.go(f"/knowledge/intent/{intent}")
    field = admin.page.locator(".kb-examples")
    await expect(field).not_to_have_value("")
    return await field.input_value()
