"""The inbox of the real service: a customer on a Bot API server, an agent in a browser, another in the staff group."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from statistics import median

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.testing.bot_api import Customer, Topic
from tests.browser.conftest import DESKTOP, SCREENSHOTS, SWITCHES, chromium
from tests.browser.inbox_stage import PICTURE
from tests.desk import Desk, bot_messages, open_desk

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, kw_only=True)
class Console:
    """The desk, a browser, and Sari's password."""

    desk: Desk
    browser: Browser
    password: str

    async def sari(self, customer_name: str) -> Page:
        """Sari, with a customer's ticket open."""
        context = await self.browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        page = await context.new_page()
        await page.goto(f"{self.desk.service.address}/desk/sign-in")
        await page.fill("[name=login]", "sari")
        await page.fill("[name=password]", self.password)
        await page.click("button")
        await page.wait_for_url("**/inbox*")
        await page.wait_for_function("() => window.did_handshake")
        await page.get_by_role("tab", name="Semua").click()
        await page.locator(".inbox-row", has_text=customer_name).click()
        await expect(page.locator(".inbox-header")).to_contain_text(customer_name)
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def console(tmp_path_factory: pytest.TempPathFactory, shop: dict[str, str]) -> AsyncIterator[Console]:
    executable, folder = chromium(), tmp_path_factory.mktemp("inbox")
    async with open_desk(folder, shop) as desk, async_playwright() as playwright:
        password = await desk.new_account("sari", "--name", "Sari")
        browser = await playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        yield Console(desk=desk, browser=browser, password=password)
        await browser.close()


async def complaint(console: Console, name: str) -> tuple[Customer, Topic, Page]:
    """A customer with a complaint, its topic, and Sari who looks at it."""
    customer, topic = await console.desk.complaint(name)
    return customer, topic, await console.sari(name)


async def test_words_go_both_ways_without_reload(console: Console) -> None:
    customer, topic, page = await complaint(console, "Rina")
    await page.click("[data-act=claim]")
    await customer.receives(containing="Sari")
    customer.sends("masih ada?")
    await expect(page.locator(".inbox-thread")).to_contain_text("masih ada?")
    await page.fill("textarea", "Ada, Kak.")
    await page.locator(".inbox-send").dblclick()
    await customer.receives(containing="Ada, Kak.")
    await expect(page.locator(".inbox-by-agent .inbox-is-sent")).to_have_count(1)
    await console.desk.at_rest()
    assert [message.text for message in bot_messages(customer)].count("Ada, Kak.") == 1
    assert "Ada, Kak." in console.desk.said_in(topic)
    await page.context.close()


async def test_photos_go_both_ways_and_the_token_stays_on_the_server(console: Console) -> None:
    customer, _, page = await complaint(console, "Dodi")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    customer.sends_photo(PICTURE, caption="ini rusaknya")
    picture = page.locator(".inbox-photo img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("each => each.decode().then(() => each.naturalWidth)") == 1
    assert not [address for address in addresses if console.desk.server.token.partition(":")[2] in address]
    await page.set_input_files(
        "input[type=file]", {"name": "pengganti.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    await page.fill("textarea", "Ini penggantinya")
    await page.locator(".inbox-send:enabled").click()
    sent = await customer.receives(containing="Ini penggantinya")
    assert sent.kind == "photo"
    await page.context.close()


async def test_a_note_never_reaches_the_customer(console: Console) -> None:
    customer, _, page = await complaint(console, "Nia")
    await page.keyboard.press("Alt+p")
    await page.keyboard.type("pelanggan ini sering retur")
    await page.keyboard.press("Enter")
    await expect(page.locator(".inbox-by-note")).to_contain_text("sering retur")
    await console.desk.at_rest()
    assert not [message for message in bot_messages(customer) if "sering retur" in message.text]
    await page.context.close()


async def test_of_two_who_claim_in_console_and_topic_one_wins(console: Console) -> None:
    customer, topic, page = await complaint(console, "Tuti")
    console.desk.budi.presses("Ambil", topic=topic.thread_id)
    await page.evaluate("deskAct('claim')")
    await console.desk.at_rest()
    await expect(page.locator(".inbox-header-line")).to_contain_text("ditangani")
    told = [message.text for message in bot_messages(customer) if "dibantu langsung" in message.text]
    assert len(told) == 1
    winner = "Budi" if "Budi" in told[0] else "Sari"
    await expect(page.locator(".inbox-header-line")).to_contain_text(winner)
    if winner == "Budi":
        await expect(page.locator(".q-notification")).to_contain_text("Sudah diambil Budi")
    await page.context.close()


async def test_a_claim_in_the_topic_shows_in_the_console_within_a_second(console: Console) -> None:
    _, topic, page = await complaint(console, "Wati")
    console.desk.ani.presses("Ambil", topic=topic.thread_id)
    await expect(page.locator(".inbox-header-line")).to_contain_text("Ani", timeout=1_000)
    await page.context.close()


async def test_a_resolved_ticket_goes_back_to_the_bot(console: Console) -> None:
    customer, _, page = await complaint(console, "Yuli")
    await page.click("[data-act=claim]")
    await expect(page.locator(".inbox-header-line")).to_contain_text("ditangani")
    await page.keyboard.press("Alt+e")
    await page.get_by_label("Penyelesaian").fill("Diganti")
    await page.get_by_role("dialog").get_by_role("button", name="Selesai").click()
    await customer.receives(containing="sudah selesai")
    await expect(page.locator(".inbox-header-line")).to_contain_text("selesai")
    SCREENSHOTS.mkdir(exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / "inbox-service-resolved.png")
    await page.context.close()


async def test_words_take_less_than_a_second_either_way(console: Console) -> None:
    customer, _, page = await complaint(console, "Eko")
    await page.click("[data-act=claim]")
    await customer.receives(containing="Sari")
    there, back = [], []
    for number in range(5):
        begun = time.perf_counter()
        customer.sends(f"nomor {number} dari saya")
        await page.locator(".inbox-said", has_text=f"nomor {number} dari saya").wait_for()
        there.append(time.perf_counter() - begun)
        await page.fill("textarea", f"jawaban {number}")
        begun = time.perf_counter()
        await page.keyboard.press("Enter")
        await customer.receives(containing=f"jawaban {number}")
        back.append(time.perf_counter() - begun)
    print(f"to the browser {median(there):.3f} s, to the customer {median(back):.3f} s")
    assert median(there) < 1.0  # The turn waits 0.3 s for further fragments.
    assert median(back) < 1.0
    await page.context.close()
