"""A console over a shop with some weeks behind it, and the pages of people in it, without a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import Client, ui
from nicegui.page import page as nicegui_page

from bot.console.context import Context
from bot.console.parts import Visit
from bot.testing.busy_shop import POLICY, fill
from bot.testing.memory_store import MemoryStore
from bot.testing.small_console import SmallConsole, small_console
from conversation.tickets import Agent

NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)  # A Wednesday, 14:30 in Jakarta.


@dataclass
class Managed:
    """The console, and ways to stand in somebody's shoes."""

    console: SmallConsole

    @contextmanager
    def page_of(self, agent: Agent) -> Iterator[Context]:
        """An open page of somebody's."""
        visit = Visit(token_hash="", agent_id=agent.id)
        with Client(nicegui_page("/"), request=None) as client:
            ui.label("")
            yield Context(self.console.console.parts, visit, client)
        client.delete()

    async def said_last(self) -> tuple[str, str, str]:
        """The latest entry of the audit trail: what, about what, and more."""
        [entry, *_] = await self.console.store.audit_trail()
        return entry.action, entry.about, entry.detail


@asynccontextmanager
async def managed(*, days: int = 10) -> AsyncIterator[Managed]:
    """Open it, at `NOW`."""
    store = MemoryStore()
    await fill(store, NOW, days=days, talks_a_day=12)
    async with small_console(store=store, clock=lambda: NOW, policy=POLICY) as console:
        await console.console.inside()
        yield Managed(console)
