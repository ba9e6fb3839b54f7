"""The team page in a browser: it follows what happens elsewhere, and supervisors act on it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.testing.small_console import ADMIN, DEWI, SARI, SmallConsole
from conversation.desk_ports import TicketQuery
from conversation.tickets import Ticket, TicketStatus
from tests.browser.busy import busy_console, look
from tests.browser.conftest import Visit


@pytest_asyncio.fixture(loop_scope="session")
async def console() -> AsyncIterator[SmallConsole]:
    async with busy_console(days=1) as opened:
        yield opened


async def queued(console: SmallConsole, department: str) -> Ticket:
    query = TicketQuery(statuses=(TicketStatus.QUEUED,), departments=frozenset((department,)))
    return (await console.store.ticket_rows(query))[0].ticket


@pytest.mark.slow
async def test_the_team_pleases_the_eye_in_every_look(visit: Visit) -> None:
    await look(visit, ADMIN, "/team", "team", ".team-member")


async def test_a_claim_elsewhere_shows_within_a_second(visit: Visit, console: SmallConsole) -> None:
    dewi = await visit()
    await dewi.enter(DEWI, "/team")
    ticket = await queued(console, "retur")
    waiting = dewi.page.locator(f"[data-panel=unassigned] [data-ticket='{ticket.id}']")
    served = dewi.page.locator(".team-members .team-member", has_text="Sari").locator(f"[data-ticket='{ticket.id}']")
    await expect(waiting).to_be_visible()
    await console.desk.claim(ticket.id, SARI)
    begun = time.perf_counter()
    await expect(served).to_be_visible(timeout=1_500)
    await expect(waiting).to_have_count(0)
    assert time.perf_counter() - begun < 1.5


async def test_a_ticket_is_reassigned_by_its_menu(visit: Visit, console: SmallConsole) -> None:
    dewi = await visit()
    await dewi.enter(DEWI, "/team")
    ticket = await queued(console, "retur")
    await dewi.page.locator(f"[data-panel=unassigned] [data-ticket='{ticket.id}'] button").click()
    await expect(dewi.page.get_by_text("Alihkan ke")).to_be_visible()
    await expect(dewi.page.get_by_role("menuitem").filter(has_text="Tono")).to_have_count(0)
    await dewi.shot("team-menu")
    await dewi.page.locator(".q-menu .q-item", has_text="Sari").click()
    await expect(dewi.page.get_by_text("dialihkan ke Sari")).to_be_visible()
    moved = await console.store.ticket(ticket.id)
    assert moved is not None
    assert moved.assignee == SARI.id


async def test_somebodys_switch_is_turned(visit: Visit, console: SmallConsole) -> None:
    dewi = await visit()
    await dewi.enter(DEWI, "/team")
    await dewi.page.locator(".team-member", has_text="Sari").get_by_role("switch").click()
    await expect(dewi.page.get_by_text("Sari tidak lagi menerima tiket baru.")).to_be_visible()
    sari = console.desk.roster.find(SARI.id)
    assert sari is not None
    assert not sari.available
    await expect(dewi.page.locator(".team-member", has_text="Sari").get_by_role("switch")).not_to_be_checked()


async def test_a_supervisor_may_not_turn_the_switch_of_an_admin(visit: Visit, console: SmallConsole) -> None:
    dewi = await visit()
    await dewi.enter(DEWI, "/team")
    switch = dewi.page.locator(".team-member", has_text="Admin").get_by_role("switch")
    await switch.click()
    await expect(dewi.page.get_by_text("Akun itu di luar bagian Anda.")).to_be_visible()
    await expect(switch).to_be_checked()
    admin = console.desk.roster.find(ADMIN.id)
    assert admin is not None
    assert admin.available
