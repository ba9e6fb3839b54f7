"""The quarantine in a browser: poison that a running service put aside is looked at, tried again, and dropped."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.quarantine import quarantine_of
from bot.storage.sqlite import SqliteStore
from bot.testing.service import SECRET
from bot.testing.small_console import ADMIN, SmallConsole, now, small_console
from bot.testing.small_service import SmallService
from conversation.ports import Update
from tests.browser.busy import LOOKS, look
from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, Visit
from tests.desk import Desk, open_desk

HOSTILE = "<img src=x onerror=\"document.title='pwned'\"> \x1b[2J\u202eterbalik \ud83d {{ 7*7 }}"

ERRORS = ("KeyError('tanggal')", "ValueError(\"date: 'kapan'\")", "RecursionError('maximum recursion depth exceeded')")


async def poison(desk: Desk, number: int, *, chat_id: int = 5512345) -> None:
    """An update that cannot be read, with a text that would like to be a part of the page."""
    chat = {"id": chat_id, "type": "private"}
    message = {"message_id": number, "chat": chat, "from": "?", "date": "kapan", "text": HOSTILE}
    update = json.dumps({"update_id": number, "message": message})
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "content-type": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{desk.service.address}/telegram", data=update) as response,
    ):
        assert response.status == 200
    await desk.service.at_rest()


async def signed_in(browser: Browser, desk: Desk, password: str) -> Page:
    context = await browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto(f"{desk.service.address}/desk/sign-in")
    await page.fill("[name=login]", "bos")
    await page.fill("[name=password]", password)
    await page.click("button")
    await page.wait_for_url("**/inbox*")
    await page.wait_for_function("() => window.did_handshake")
    return page


async def test_poison_is_looked_at_tried_again_and_dropped(
    browser: Browser, tmp_path: Path, shop: dict[str, str]
) -> None:
    async with open_desk(tmp_path, {**shop, "telegram__mode": "webhook"}) as desk:
        page = await signed_in(browser, desk, await desk.new_account("bos", "--role", "admin"))
        place, count = page.locator(".desk-nav-item", has_text="Karantina"), page.locator(".desk-nav-count")
        await expect(place).to_be_visible()
        await expect(count).to_be_hidden()
        await poison(desk, 801)
        await expect(count).to_have_text("1")
        await place.click()
        row = page.locator("[data-update]")
        await expect(row).to_contain_text("Telegram •••345")
        await expect(row).not_to_contain_text("5512345")

        await row.get_by_role("button", name="Lihat").click()
        dialog = page.locator(".desk-dialog")
        await expect(dialog).to_contain_text("telegram:5512345")
        await expect(dialog.locator(".quarantine-content")).to_contain_text("<img src=x onerror=")
        await expect(dialog.locator(".quarantine-content")).to_contain_text("\\u202eterbalik \\ud83d {{ 7*7 }}")
        assert await dialog.locator("img").count() == 0
        assert "pwned" not in await page.title()

        before = desk.service.log.count("an update cannot be read")
        await dialog.get_by_role("button", name="Coba lagi").click()
        await expect(page.locator(".desk-toast")).to_contain_text("dicoba lagi")
        await expect(dialog).to_be_hidden()
        await desk.service.at_rest()
        await expect(row).to_have_count(1)
        assert desk.service.log.count("an update cannot be read") == before + 1, "it is as unreadable as before"

        await poison(desk, 802)
        await expect(row).to_have_count(2)
        await expect(count).to_have_text("2")
        for left in (1, 0):
            await row.first.get_by_role("button", name="Buang").click()
            await expect(dialog).to_contain_text("tidak bisa dibatalkan")
            await dialog.get_by_role("button", name="Buang").click()
            await expect(row).to_have_count(left)
        await expect(page.get_by_text("Karantina kosong")).to_be_visible()
        await expect(count).to_be_hidden()
        assert (await desk.service.health())["inbox_quarantined"] == 0

        await page.get_by_text("Jejak audit").click()
        done = page.locator(".desk-table tbody tr", has_text=re.compile("karantina"))
        await expect(done).to_have_count(4)
        for words in ("melihat isi karantina", "mencoba lagi dari karantina", "membuang dari karantina"):
            await expect(done.filter(has_text=words).first).to_contain_text("Telegram •••345")


@pytest_asyncio.fixture(loop_scope="session")
async def console(tmp_path: Path) -> AsyncIterator[SmallConsole]:
    """The console over a store with a few updates in quarantine."""
    store, began = await SqliteStore.open(f"sqlite:///{tmp_path / 'desk.sqlite3'}"), now()
    for number, error in enumerate((*ERRORS, "X" * 70)):
        payload = json.dumps({"update_id": number, "message": {"chat": {"id": 5512345}, "text": HOSTILE * 9}})
        at = began - timedelta(hours=number)
        lane = f"telegram:55123{number}5"
        [item] = await store.accept(
            [Update(channel="telegram", key=str(number), lane=lane, payload=payload, received_at=at)]
        )
        await store.give_up_update(item, error, final=False)
        await store.give_up_update(item, error, final=True)
    kept = quarantine_of(store, SmallService().turns, None, now, lambda: None)
    async with small_console(store=store, quarantine=kept) as opened:
        yield opened
    await store.close()


async def test_two_admins_who_drop_the_same_are_told_apart(visit: Visit, console: SmallConsole) -> None:
    first, second = await visit(), await visit(phone=True)
    for each in (first, second):
        await each.enter(ADMIN, "/quarantine")
    for each in (first, second):
        await each.page.locator("[data-update='1']").get_by_role("button", name="Buang").click()
        await each.page.locator(".desk-dialog").get_by_role("button", name="Buang").click()
        told = "dibuang" if each is first else "orang lain sudah"
        await expect(each.page.locator(".desk-toast")).to_contain_text(told)
    dropped = [each for each in await console.store.audit_trail() if each.action == "quarantine_drop"]
    assert [(each.about, each.agent_id) for each in dropped] == [("1", ADMIN.id)]


@pytest.mark.slow
async def test_the_page_and_its_dialogs_fit_in_every_look(visit: Visit, console: SmallConsole) -> None:
    await look(visit, ADMIN, "/quarantine", "quarantine", "[data-update]")
    for locale, dark, phone in LOOKS:
        visitor = await visit(phone=phone, dark=dark)
        await console.change(ADMIN, locale=locale)
        await console.console.look()
        await visitor.enter(ADMIN, "/quarantine")
        name = f"{locale}-{'dark' if dark else 'light'}-{'phone' if phone else 'desktop'}"
        await visitor.page.locator("[data-update='2'] button").first.click()
        await expect(visitor.page.locator(".quarantine-content")).to_be_visible()
        box = await visitor.page.locator(".desk-dialog").bounding_box()
        assert box is not None
        assert box["height"] < (PHONE if phone else DESKTOP)["height"]
        await visitor.page.wait_for_timeout(300)
        await visitor.shot(f"quarantine-look-{name}")
        await visitor.page.locator(".desk-dialog-actions button").last.click()
        await visitor.page.wait_for_timeout(300)
        await visitor.shot(f"quarantine-drop-{name}")
        await visitor.page.context.close()
    assert SCREENSHOTS.exists()
