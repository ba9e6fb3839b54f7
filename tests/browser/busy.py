"""The console over a shop with some weeks behind it, for the pages of those who manage it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.testing.busy_shop import POLICY, fill
from bot.testing.memory_store import MemoryStore
from bot.testing.small_console import SmallConsole, now, small_console
from conversation.tickets import Agent
from tests.browser.conftest import Visit

LOOKS = (("id", False, False), ("id", True, True), ("en", False, True), ("en", True, False))
"""Language, dark, phone: each language in both colours and at both widths."""


@asynccontextmanager
async def busy_console(*, days: int = 35) -> AsyncIterator[SmallConsole]:
    """Open it, now."""
    store = MemoryStore()
    await fill(store, now(), days=days, talks_a_day=30)
    async with small_console(store=store, policy=POLICY) as console:
        yield console


async def look(visit: Visit, agent: Agent, path: str, name: str, seen: str) -> None:
    """Keep a picture of the whole page in every look, once `seen` is there; nothing may stand out at its right edge."""
    for locale, dark, phone in LOOKS:
        visitor = await visit(phone=phone, dark=dark)
        await visitor.console.change(agent, locale=locale)
        await visitor.console.console.look()
        await visitor.enter(agent, path)
        await visitor.page.wait_for_selector(seen)
        size = visitor.page.viewport_size
        assert size is not None
        height = await visitor.page.evaluate("document.querySelector('.desk-content').scrollHeight")
        wide = await visitor.page.evaluate("document.querySelector('.desk-content').scrollWidth")
        assert wide <= size["width"], (name, locale, phone)
        await visitor.page.set_viewport_size({"width": size["width"], "height": min(height + 60, 6_000)})
        await visitor.page.wait_for_timeout(300)
        await visitor.shot(f"{name}-{locale}-{'dark' if dark else 'light'}-{'phone' if phone else 'desktop'}")
        await visitor.page.context.close()
