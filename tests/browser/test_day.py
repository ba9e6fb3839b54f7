"""A whole day at the desk: `tanggap run` as a process, a customer on Telegram, agents in the console and in the staff
group, all on one ticket, from the first word to the stars in the report.

Everything is real but Telegram, whose Bot API server is ours. Screenshots of the stations are in `artifacts/day-*.png`.
"""

from __future__ import annotations

import asyncio
import json
import re
import struct
import time
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from bot.testing.bot_api import Customer, TooManyRequests
from tests.browser.conftest import DESKTOP, SCREENSHOTS
from tests.desk import Desk, bot_messages, open_desk

ACCOUNTS = {
    "sari": ("--department", "retur"),
    "tono": ("--department", "pembayaran"),
    "dewi": ("--role", "supervisor"),
}
DEPARTMENTS = {
    "retur": {"title": "Retur & refund", "promise": {"first_reply": 15, "resolution": 480}},
    "pembayaran": {"title": "Pembayaran"},
}


def picture(red: int, green: int, blue: int, width: int = 320, height: int = 200) -> bytes:
    """A PNG of one colour that fades downwards."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = (bytes((red - row // 4, green - row // 4, blue - row // 4)) * width for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


REMEMBER_TOASTS = """
window.toasts = [];
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    const toast = node.querySelector?.(".q-notification__message") || node.closest?.(".q-notification__message");
    if (toast) window.toasts.push(toast.textContent);
  }
}).observe(document, { childList: true, subtree: true });
"""

BROKEN, REPLACEMENT = picture(190, 120, 90), picture(90, 160, 150)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """An agent at a browser of their own, at the console of a service."""

    login: str
    page: Page
    address: str

    @property
    def thread(self) -> Locator:
        """The conversation in the middle."""
        return self.page.locator(".inbox-thread")

    @property
    def header(self) -> Locator:
        """Number, state and holder of the ticket that is open."""
        return self.page.locator(".inbox-header-line")

    async def sign_in(self, login: str, password: str) -> None:
        """Come in by the door."""
        await self.page.goto(f"{self.address}/desk/sign-in")
        await self.page.fill("[name=login]", login)
        await self.page.fill("[name=password]", password)
        async with self.page.expect_navigation():
            await self.page.click("button")

    async def go(self, path: str) -> None:
        """Open a page, and wait until it is connected."""
        await self.page.goto(f"{self.address}/desk{path}")
        await self.page.wait_for_function("() => window.did_handshake")

    async def says(self, text: str) -> None:
        """Write into the composer and send it."""
        await self.page.fill("textarea", text)
        await self.page.keyboard.press("Enter")

    async def answers(self, title: str, **fields: str) -> None:
        """Fill in the dialog that is open, and confirm it."""
        dialog = self.page.get_by_role("dialog")
        for label, value in fields.items():
            await dialog.get_by_label(label).fill(value)
        await dialog.get_by_role("button", name=title).click()

    async def shot(self, name: str) -> None:
        """Keep what is seen now."""
        SCREENSHOTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"day-{name}.png", animations="disabled")

    async def looks(self) -> str:
        """What is on the page, and what it has said in passing, for whoever has to find out why a day failed."""
        await self.shot(f"failed-{self.login}")
        shown = {name: await self.page.locator(name).all_inner_texts() for name in (".inbox-header-line", ".q-dialog")}
        last = await self.page.locator(".inbox-said").all_inner_texts()
        return json.dumps(
            {"at": self.page.url, "toasts": await self.page.evaluate("window.toasts"), **shown, "said": last[-3:]},
            ensure_ascii=False,
        )


@asynccontextmanager
async def told_if_it_fails(seats: Sequence[Seat], customer: Customer) -> AsyncIterator[None]:
    """Whatever fails within says what everybody saw at that moment."""
    try:
        yield
    except Exception as error:
        for seat in seats:
            error.add_note(f"{seat.login} sees {await seat.looks()}")
        error.add_note(f"the customer sees {[message.text for message in customer.shows()][-4:]}")
        raise


async def take_seat(desk: Desk, browser: Browser, login: str, password: str, errors: list[str]) -> Seat:
    """Sign in with a browser of one's own."""
    context = await browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]  # Its type is a dictionary of its own.
    context.set_default_timeout(15_000)
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(f"{login}: {error}"))
    await page.add_init_script(REMEMBER_TOASTS)
    seat = Seat(login=login, page=page, address=desk.service.address)
    await seat.sign_in(login, password)
    return seat


async def test_a_day_at_the_desk(browser: Browser, tmp_path: Path, starter_model: Path) -> None:
    settings = {"bot__model": starter_model, "desk__survey": True, "desk__departments": DEPARTMENTS}
    errors: list[str] = []
    async with open_desk(tmp_path, settings) as desk:
        passwords = await asyncio.gather(*(desk.new_account(login, *rest) for login, rest in ACCOUNTS.items()))
        sari, tono, dewi = [
            await take_seat(desk, browser, login, password, errors)
            for login, password in zip(ACCOUNTS, passwords, strict=True)
        ]
        rina = desk.server.customer("Rina")
        async with told_if_it_fails((sari, tono, dewi), rina):
            number = await the_bot_hands_over(desk, rina, sari)
            await one_of_two_gets_it(desk, rina, sari)
            await they_talk_and_show_each_other_pictures(desk, rina, sari)
            await it_is_passed_on(desk, rina, sari, tono, number)
            await it_sleeps_and_the_customer_wakes_it(desk, rina, tono)
            await it_is_resolved_and_rated(desk, rina, tono)
            await the_report_shows_it(dewi)
        said = "\n".join(message.text for message in bot_messages(rina))
        assert "jangan janji" not in said, "a note stays inside"
        assert "soal selisih" not in said, "and so does the comment of a transfer"
    assert errors == []


async def the_bot_hands_over(desk: Desk, rina: Customer, sari: Seat) -> int:
    """Rina asks, and is answered by the bot; her complaint becomes a ticket that Sari sees come in."""
    await sari.go("/inbox")
    rina.sends("toko buka jam berapa ya kak?")
    await rina.receives(containing="09.00–17.00")
    rina.sends("kak barang yg sy terima rusak, layarnya pecah :(")
    told = await rina.receives(containing="nomor laporannya #")
    await rina.receives(containing="nomor pesanan")
    rina.sends("TN-448120")
    await rina.receives(containing="Sejak kapan")
    await sari.page.get_by_role("tab", name="Belum diambil 1").click()
    row = sari.page.locator(".inbox-row", has_text="Rina")
    await sari.shot("1-new-ticket")
    await row.click()
    await expect(sari.thread).to_contain_text("layarnya pecah")
    await expect(sari.page.locator(".inbox-details")).to_contain_text("TN-448120")
    found = re.search(r"nomor laporannya #(\d+)", told.text)
    assert found is not None
    return int(found[1])


async def one_of_two_gets_it(desk: Desk, rina: Customer, sari: Seat) -> None:
    """Sari claims in the console; Budi, whose card is not up to date yet, presses in the topic."""
    topic = await desk.topic_of("Rina")
    desk.server.fail(with_=TooManyRequests(retry_after=3), method="editMessageText", chat_id=desk.group.chat_id)
    await sari.page.click("[data-act=claim]")
    await expect(sari.header).to_contain_text("ditangani")
    press = desk.budi.presses("Ambil", topic=topic.thread_id)
    await rina.receives(containing="dibantu langsung oleh Sari")
    await desk.at_rest()
    assert press.answer is not None
    assert press.answer["text"] == "Sudah diambil Sari."
    assert "Status: ditangani · Sari" in desk.said_in(topic)
    assert topic.name.startswith("🟡 #")
    await sari.shot("2-claimed")


async def they_talk_and_show_each_other_pictures(desk: Desk, rina: Customer, sari: Seat) -> None:
    """Words and a picture each way, and a note that only colleagues read."""
    topic = await desk.topic_of("Rina")
    rina.sends_photo(BROKEN, caption="ini retaknya kak")
    shown = sari.page.locator(".inbox-by-customer .inbox-photo img")
    await expect(sari.thread).to_contain_text("ini retaknya kak")
    assert await shown.evaluate("each => each.decode().then(() => each.naturalWidth)") == 320
    await sari.says("Halo Kak Rina, saya cek dulu stok penggantinya ya")
    await rina.receives(containing="saya cek dulu stok penggantinya")
    await sari.page.set_input_files(
        "input[type=file]", {"name": "pengganti.png", "mimeType": "image/png", "buffer": REPLACEMENT}
    )
    await expect(sari.page.locator(".inbox-attached")).to_contain_text("pengganti.png")
    await sari.page.fill("textarea", "Ini penggantinya, Kak")
    await sari.page.locator(".inbox-send:enabled").click()
    received = await rina.receives(containing="Ini penggantinya")
    assert received.kind == "photo"
    assert received.wire["photo"][-1]["file_size"] == len(REPLACEMENT)
    await sari.page.get_by_role("tab", name="Catatan").click()
    await sari.says("Pelanggan lama, jangan janji tanggal dulu")
    await expect(sari.page.locator(".inbox-by-note")).to_contain_text("jangan janji tanggal")
    await sari.page.get_by_role("tab", name="Balas").click()
    await sari.shot("3-talk")
    await desk.at_rest()
    said = desk.said_in(topic)
    for words in ("ini retaknya kak", "Sari: Halo Kak Rina", "Ini penggantinya", "jangan janji tanggal"):
        assert words in said, f"the group does not show {words!r}"


async def it_is_passed_on(desk: Desk, rina: Customer, sari: Seat, tono: Seat, number: int) -> None:
    """Sari passes the ticket to another department with a comment; it leaves her inbox and comes into Tono's."""
    await tono.go("/inbox")
    await sari.page.locator(".inbox-quick[data-act=transfer]").click()
    await sari.page.get_by_role("radio", name="Pembayaran").click()
    await sari.shot("4-transfer")
    await sari.answers("Alihkan", Komentar="Tolong soal selisih harganya")
    await rina.receives(containing="kami teruskan ke bagian Pembayaran")
    await sari.page.wait_for_url("**/inbox")
    await expect(sari.page.locator(".inbox-rows")).not_to_contain_text("Rina")
    gone = await sari.page.goto(f"{sari.address}/desk/inbox?ticket={number}")
    assert gone is not None
    assert gone.status == 403
    await tono.page.get_by_role("tab", name="Belum diambil 1").click()
    await tono.page.locator(".inbox-row", has_text="Rina").click()
    await expect(tono.page.locator(".inbox-by-note").last).to_contain_text("Tolong soal selisih harganya")
    topic = await desk.topic_of("Rina")
    assert topic.name.startswith("🔴 #")
    await tono.page.click("[data-act=claim]")
    await expect(tono.header).to_contain_text("ditangani")
    claimed = time.perf_counter()
    while not topic.name.startswith("🟡 #"):
        assert time.perf_counter() - claimed < 1.0, f"the group still shows {topic.name!r}"
        await asyncio.sleep(0.01)
    await rina.receives(containing="dibantu langsung oleh Tono")


async def it_sleeps_and_the_customer_wakes_it(desk: Desk, rina: Customer, tono: Seat) -> None:
    """Tono puts the ticket away until tomorrow; Rina does not wait that long."""
    await tono.says("Kami hitung selisihnya, besok pagi saya kabari ya Kak")
    await rina.receives(containing="besok pagi saya kabari")
    await expect(tono.header).to_contain_text("menunggu pelanggan")
    await tono.page.locator(".inbox-quick[data-act=snooze]").click()
    await tono.page.get_by_role("dialog").get_by_role("button", name="Besok pagi").click()
    await expect(tono.header).to_contain_text("ditunda")
    await tono.shot("5-snoozed")
    rina.sends("kak, transfer ke rekening yang sama saja ya")
    await expect(tono.thread).to_contain_text("rekening yang sama")
    await expect(tono.header).to_contain_text("ditangani")
    await tono.shot("6-woken")


async def it_is_resolved_and_rated(desk: Desk, rina: Customer, tono: Seat) -> None:
    """Tono resolves it with a reason; Rina gives her stars and a comment."""
    await tono.says("Siap, sudah kami transfer ya Kak")
    await rina.receives(containing="sudah kami transfer")
    await tono.page.keyboard.press("Alt+e")
    await tono.answers("Selesai", Penyelesaian="Selisih ditransfer")
    await rina.receives(containing="sudah selesai")
    await rina.receives(containing="Bagaimana pelayanan kami")
    rina.presses("5 ⭐")
    await rina.receives(containing="⭐⭐⭐⭐⭐")
    rina.sends("cepat dan ramah")
    await rina.receives(containing="masukannya sudah kami catat")
    await expect(tono.header).to_contain_text("selesai")
    await tono.shot("7-resolved")
    topic = await desk.topic_of("Rina")
    assert topic.closed
    assert topic.name.startswith("✅ #")
    assert "Penyelesaian: Selisih ditransfer" in desk.said_in(topic)


async def the_report_shows_it(dewi: Seat) -> None:
    """Dewi finds it all in the figures of the day."""
    await dewi.go("/reports?period=1")
    figures = {
        name: await dewi.page.locator(f"[data-figure={name}] .reports-figure-value").inner_text()
        for name in ("conversations", "handed_over", "first_reply", "satisfied")
    }
    assert figures["conversations"] == "1"
    assert figures["handed_over"] == "100%"
    assert re.fullmatch(r"\d+ dtk", figures["first_reply"]), "some seconds"
    assert figures["satisfied"] == "100%"
    panels = dewi.page.locator(".reports-panels")
    await expect(panels.locator("[data-panel=comments]")).to_contain_text("cepat dan ramah")
    await expect(panels.locator("[data-panel=reasons] svg")).to_contain_text("keluhan", ignore_case=True)
    await expect(panels.locator("[data-panel=intents] svg")).to_be_visible()
    await expect(panels.locator("[data-panel=departments]")).to_contain_text("Pembayaran")
    await expect(panels.locator("[data-panel=agents]")).to_contain_text("Tono")
    await dewi.page.set_viewport_size({"width": 1400, "height": 2400})
    await dewi.shot("8-report")
