"""The search and the canned replies in a browser: hostile words stay words, and what is typed is seen at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.testing.small_console import ADMIN, DEWI, SARI, SmallConsole
from conversation.effects import Entry
from conversation.messages import Author, Contact, Message
from conversation.ports import Change
from tests.browser.busy import busy_console, look
from tests.browser.conftest import Visit

HOSTILE = "<img src=x onerror=\"document.title='jahat'\"> <b>tebal</b> {{ 1+1 }} retur"


@pytest_asyncio.fixture(loop_scope="session")
async def console() -> AsyncIterator[SmallConsole]:
    async with busy_console(days=2) as opened:
        yield opened


@pytest.mark.slow
async def test_the_search_pleases_the_eye_in_every_look(visit: Visit) -> None:
    await look(visit, ADMIN, "/search?q=barang%20retur", "search", ".search-hit")


@pytest.mark.slow
async def test_the_canned_replies_please_the_eye_in_every_look(visit: Visit) -> None:
    await look(visit, ADMIN, "/canned", "canned", ".canned-line")


async def test_words_are_found_marked_and_opened(visit: Visit) -> None:
    sari = await visit()
    await sari.enter(SARI, "/search")
    await sari.page.get_by_label("Cari di semua percakapan").fill("barang ret")
    await sari.page.keyboard.press("Enter")
    await expect(sari.page.locator(".search-hit").first.locator("mark")).to_have_text(["Barang", "retur"])
    await sari.page.wait_for_url("**/search?q=barang+ret")
    await sari.page.locator(".search-open").first.click()
    await sari.page.wait_for_url("**/inbox?ticket=*")


async def test_what_a_customer_wrote_is_shown_as_text(visit: Visit, console: SmallConsole) -> None:
    contact = Contact(channel="telegram", address="66", name="<i>Jahil</i>")
    conversation = (await console.store.load(contact)).conversation
    clock = console.desk.clock()
    said = Entry(message=Message(author=Author.CUSTOMER, text=HOSTILE, at=clock))
    await console.store.commit(Change(conversation=conversation, entries=(said,)))
    admin = await visit()
    await admin.enter(ADMIN, "/search?q=tebal")
    hit = admin.page.locator(".search-hit")
    await expect(hit.locator(".search-text")).to_have_text(HOSTILE)
    await expect(hit.locator(".search-name")).to_have_text("<i>Jahil</i>")
    assert await hit.locator("img, b, i:not(.q-icon)").count() == 0
    assert "jahat" not in await admin.page.title()


async def test_a_supervisor_writes_a_reply_and_sees_it_as_a_customer_will(visit: Visit, console: SmallConsole) -> None:
    dewi = await visit()
    await dewi.enter(DEWI, "/canned")
    await dewi.page.get_by_text("Balasan baru").click()
    await dewi.page.get_by_label("Singkatan").fill("resi")
    area = dewi.page.locator("textarea")
    await area.fill("Halo ")
    await dewi.page.locator(".canned-place", has_text="{nama}").click()
    await area.press_sequentially(", <b>resi</b> {no}?")
    await expect(dewi.page.locator(".canned-preview")).to_have_text("Halo Budi, <b>resi</b> {no}?")
    await expect(dewi.page.locator(".canned-warning")).to_contain_text("{no}")
    await dewi.shot("canned-dialog")
    await dewi.page.get_by_role("button", name="Simpan").click()
    await expect(dewi.page.locator(".canned-line", has_text="/resi")).to_be_visible()
    [reply] = [each for each in await console.store.canned_replies() if each.shortcut == "resi"]
    assert (reply.text, reply.department) == ("Halo {nama}, <b>resi</b> {no}?", "retur")


async def test_an_agent_reads_and_does_not_write(visit: Visit) -> None:
    sari = await visit(phone=True)
    await sari.enter(SARI, "/canned")
    await expect(sari.page.locator(".canned-line")).to_have_count(3)
    await expect(sari.page.locator(".canned-actions")).to_have_count(0)
    await expect(sari.page.get_by_text("Balasan baru")).to_have_count(0)
