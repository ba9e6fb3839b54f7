"""The reports in a browser: plots, filters, files, and how they look."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.testing.small_console import ADMIN, DEWI, SmallConsole
from tests.browser.busy import busy_console, look
from tests.browser.conftest import Visit


@pytest_asyncio.fixture(loop_scope="session")
async def console() -> AsyncIterator[SmallConsole]:
    async with busy_console() as opened:
        yield opened


@pytest.mark.slow
async def test_the_reports_please_the_eye_in_every_look(visit: Visit) -> None:
    await look(visit, ADMIN, "/reports?period=30", "reports", "[data-panel=intents] svg")


async def test_a_period_and_a_department_are_chosen_and_stay_in_the_address(visit: Visit) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/reports?period=30")
    page, number = admin.page, admin.page.locator("[data-figure=conversations] .reports-figure-value")
    whole = await number.inner_text()
    await expect(page.locator("[data-panel=intents] svg")).to_be_visible()
    await page.get_by_role("combobox", name="Bagian").click()
    await page.get_by_role("option", name="Retur & refund").click()
    await expect(number).not_to_have_text(whole)
    part = await number.inner_text()
    await expect(page.locator("[data-panel=intents]")).to_have_count(0)
    await page.wait_for_url("**/reports?*department=retur")
    await page.reload()
    await expect(number).to_have_text(part)


async def test_a_supervisor_has_figures_of_their_department_alone(visit: Visit) -> None:
    dewi = await visit()
    await dewi.enter(DEWI, "/reports")
    await expect(dewi.page.locator("[data-panel=departments] tbody tr")).to_have_count(1)
    await expect(dewi.page.locator("[data-figure=contained]")).to_have_count(0)
    await dewi.page.goto(dewi.console.url("/reports?department=pembayaran"))
    await expect(dewi.page.get_by_text("Halaman ini bukan untuk Anda")).to_be_visible()


async def test_a_table_is_downloaded(visit: Visit, tmp_path: Path) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/reports?period=30")
    async with admin.page.expect_download() as waiting:
        await admin.page.locator("[data-panel=agents] .reports-download").click()
    file = tmp_path / "agents.csv"
    await (await waiting.value).save_as(file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbfAgen,Dilayani,")
    [entry, *_] = await admin.console.store.audit_trail()
    assert (entry.action, entry.about) == ("export", "agents")


async def test_days_of_ones_own_are_chosen(visit: Visit) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/reports")
    await expect(admin.page.locator("input[type=date]").first).to_be_hidden()
    await admin.page.get_by_role("combobox", name="Periode").click()
    await admin.page.get_by_role("option", name="Pilih tanggal").click()
    await expect(admin.page.locator("input[type=date]").first).to_be_visible()
    await admin.page.locator("input[type=date]").first.fill("2020-01-01")
    await admin.page.locator("input[type=date]").last.fill("2020-01-02")
    await expect(admin.page.get_by_text("Belum ada percakapan yang selesai")).to_be_visible()
