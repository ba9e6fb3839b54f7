"""The console in a browser: coming in and going out, languages, colours, a phone."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from playwright.async_api import Browser, Page, expect

from bot.settings import ConsoleSettings
from bot.testing.small_console import ADMIN, SARI, SmallConsole, now, small_console
from tests.browser.conftest import Visit, Visitor


async def background(page: Page) -> str:
    color: str = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    return color


LIGHT, DARK = "rgb(246, 247, 247)", "rgb(15, 20, 19)"


async def test_an_agent_signs_in_and_out(visit: Visit) -> None:
    sari = await visit()
    await sari.page.goto(sari.console.url("/profile"))
    await sari.shot("sign-in")
    await sari.sign_in(SARI, "salah sekali")
    await expect(sari.page.get_by_role("alert")).to_contain_text("keliru")
    await sari.shot("sign-in-wrong")
    await sari.sign_in(SARI)
    await expect(sari.page).to_have_url(sari.console.url("/profile"))
    await expect(sari.page.get_by_role("heading", name="Profil saya")).to_be_visible()
    await sari.page.click(".desk-person")
    await sari.page.get_by_text("Keluar").click()
    await expect(sari.page.locator("[name=password]")).to_be_visible()
    await sari.page.goto(sari.console.url("/profile"))
    assert "/sign-in" in sari.page.url


async def test_who_guesses_is_told_to_wait(visit: Visit) -> None:
    guest = await visit()
    for _ in range(6):
        await guest.sign_in(SARI, "tebakan")
    await expect(guest.page.get_by_role("alert")).to_contain_text("Coba lagi dalam")
    await guest.shot("sign-in-throttled")


async def test_an_open_page_is_thrown_out_within_a_second(visit: Visit) -> None:
    sari = await visit()
    await sari.enter(SARI, "/profile")
    await sari.console.change(SARI, disabled=True)
    begun = time.perf_counter()
    await sari.page.wait_for_url("**/sign-in?ended=1")
    assert time.perf_counter() - begun < 1.5
    await expect(sari.page.get_by_role("alert")).to_contain_text("sudah berakhir")


async def test_a_changed_password_ends_every_open_page(visit: Visit) -> None:
    admin, first, second = await visit(), await visit(), await visit()
    await admin.enter(ADMIN, "/accounts")
    await first.enter(SARI, "/profile")
    await second.enter(SARI, "/profile")
    row = admin.page.locator("tr", has_text="sari")
    await row.get_by_role("button").click()
    await admin.page.get_by_text("Kata sandi baru").click()
    await admin.page.locator(".desk-dialog .desk-button-bad").click()
    secret = await admin.page.locator(".desk-secret").inner_text()
    await admin.shot("new-password")
    for each in (first, second):
        await each.page.wait_for_url("**/sign-in?ended=1")
    await first.sign_in(SARI, secret)
    await first.go("/profile")


async def test_a_session_that_nobody_uses_ends(browser: Browser) -> None:
    passed = timedelta()
    settings = ConsoleSettings(idle_minutes=30)
    async with small_console(settings=settings, clock=lambda: now() + passed) as console:
        sari = Visitor(await browser.new_page(), console)
        await sari.enter(SARI, "/profile")
        passed = timedelta(minutes=31)
        await sari.page.wait_for_url("**/sign-in?ended=1")
        await sari.page.close()


async def test_an_admin_makes_an_account_that_can_sign_in(visit: Visit, console: SmallConsole) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/accounts")
    await admin.shot("accounts")
    await admin.page.get_by_role("button", name="Akun baru").click()
    dialog = admin.page.locator(".desk-dialog")
    await dialog.get_by_label("Nama masuk").fill("Budi!")
    await dialog.get_by_label("Nama", exact=True).fill("<b>Budi</b>")
    await dialog.get_by_role("button", name="Simpan").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("huruf kecil")
    await dialog.get_by_label("Nama masuk").fill("budi")
    await admin.shot("account-form")
    await dialog.get_by_role("button", name="Simpan").click()
    password = await admin.page.locator(".desk-secret").inner_text()
    await expect(admin.page.locator("tr", has_text="<b>Budi</b>")).to_be_visible()
    budi = next(agent for agent in await console.store.agents() if agent.login == "budi")
    guest = await visit()
    await guest.sign_in(budi, password)
    await guest.go("/profile")


async def test_the_last_admin_stays(visit: Visit, console: SmallConsole) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/accounts")
    await admin.page.locator("tr", has_text="admin").get_by_role("button").click()
    await admin.page.get_by_text("Nonaktifkan").click()
    await admin.page.locator(".desk-dialog .desk-button-bad").click()
    await expect(admin.page.get_by_text("Ini admin terakhir")).to_be_visible()
    assert not any(agent.disabled for agent in await console.store.agents())


async def test_the_switch_for_new_tickets_shows_on_all_pages(visit: Visit, console: SmallConsole) -> None:
    here, there = await visit(), await visit()
    for each in (here, there):
        await each.enter(SARI, "/profile")
    await here.page.locator(".desk-available").click()
    await expect(there.page.locator(".desk-available")).to_contain_text("Tidak menerima")
    assert not next(agent for agent in await console.store.agents() if agent.id == SARI.id).available


async def test_the_language_is_the_agents_own(visit: Visit) -> None:
    sari = await visit()
    await sari.enter(SARI, "/profile")
    await sari.shot("profile")
    await sari.page.get_by_label("Bahasa").click()
    await sari.page.get_by_role("option", name="English").click()
    await expect(sari.page.get_by_role("heading", name="My profile")).to_be_visible()
    assert await sari.page.get_attribute("html", "lang") == "en-US"
    await sari.shot("profile-en")
    again = await visit()
    await again.enter(SARI, "/profile")
    await expect(again.page.get_by_role("heading", name="My profile")).to_be_visible()


async def test_colours_follow_the_system_until_they_are_chosen(visit: Visit) -> None:
    light, dark = await visit(), await visit(dark=True)
    await light.enter(SARI, "/profile")
    await dark.enter(SARI, "/profile")
    assert [await background(light.page), await background(dark.page)] == [LIGHT, DARK]
    await dark.shot("profile-dark")
    await light.page.get_by_role("button", name="Gelap").click()
    await light.page.reload()
    await light.page.wait_for_function("() => window.did_handshake")
    assert await background(light.page) == DARK


async def test_it_is_usable_on_a_phone(visit: Visit) -> None:
    admin = await visit(phone=True)
    await admin.enter(ADMIN, "/accounts")
    width = await admin.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    await admin.shot("accounts-phone")
    await expect(admin.page.locator(".desk-nav")).not_to_be_visible()
    await admin.page.locator(".desk-top button").click()
    await expect(admin.page.locator(".desk-nav")).to_be_visible()
    await asyncio.sleep(0.3)  # The drawer slides in.
    await admin.shot("drawer-phone")
    await admin.page.get_by_text("Jejak audit").click()
    await expect(admin.page.locator(".desk-table")).to_be_visible()
    await admin.shot("audit-phone")


async def test_a_page_that_there_is_not_and_one_that_is_not_for_you(visit: Visit) -> None:
    sari = await visit()
    await sari.enter(SARI, "/tidak-ada")
    await expect(sari.page.get_by_text("Halamannya tidak ada").first).to_be_visible()
    await sari.shot("not-found")
    await sari.go("/accounts")
    await expect(sari.page.get_by_text("Halaman ini bukan untuk Anda")).to_be_visible()
    await sari.shot("forbidden")


async def test_a_lost_connection_is_said_in_the_agents_language(visit: Visit) -> None:
    sari = await visit()
    await sari.enter(SARI, "/profile")
    await sari.page.evaluate("window.socket.io.engine.close()")
    await sari.page.context.set_offline(True)
    await expect(sari.page.locator("#popup")).to_contain_text("Koneksi terputus.")
    await sari.page.context.set_offline(False)
    await expect(sari.page.locator("#popup")).to_have_attribute("aria-hidden", "true")
