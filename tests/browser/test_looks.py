"""Pictures, in every look, of pages that no other test draws so: the inbox, what concerns accounts, and the door."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.testing.small_console import ADMIN, SmallConsole
from conversation.desk_ports import TicketQuery
from conversation.tickets import TicketStatus
from tests.browser.busy import LOOKS, busy_console, look
from tests.browser.conftest import Visit

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(loop_scope="session")
async def console() -> AsyncIterator[SmallConsole]:
    """The console of a shop with some days behind it."""
    async with busy_console(days=5) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "seen"),
    [("/inbox", ".inbox-row"), ("/accounts", ".desk-table"), ("/audit", ".desk-table"), ("/profile", ".desk-panel")],
)
async def test_pages_fit_in_every_look(visit: Visit, path: str, seen: str) -> None:
    await look(visit, ADMIN, path, path.strip("/"), seen)


async def test_a_conversation_fits_in_every_look(visit: Visit, console: SmallConsole) -> None:
    served = TicketQuery(statuses=(TicketStatus.ASSIGNED,), order="newest")
    [row] = await console.store.ticket_rows(served, limit=1)
    await look(visit, ADMIN, f"/inbox?ticket={row.ticket.id}", "conversation", ".inbox-said")


async def test_the_door_fits_in_every_look(visit: Visit) -> None:
    for locale, dark, phone in LOOKS:
        guest = await visit(phone=phone, dark=dark)
        await guest.page.goto(guest.console.url("/sign-in"))
        if locale == "en":
            await guest.page.get_by_role("link", name="English").click()
            await expect(guest.page.get_by_role("button")).to_have_text("Sign in")
        await guest.shot(f"sign-in-{locale}-{'dark' if dark else 'light'}-{'phone' if phone else 'desktop'}")
        await guest.page.context.close()
