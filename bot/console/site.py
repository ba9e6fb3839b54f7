"""The console, put together: its door for our HTTP server, and the loop that throws out who has to go.

NiceGUI is loaded in a thread when somebody first asks for the sign-in page; until then the console costs next to
nothing. One process has one NiceGUI, so one console at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import ModuleType
from typing import cast
from zoneinfo import ZoneInfo

from bot.console.codes import SendCode
from bot.console.door import Door, Inside
from bot.console.inbox_aids import Aids
from bot.console.parts import Parts, People
from bot.console.reception import Reception
from bot.console.sessions import Sessions
from bot.desk.acting import WholeStore
from bot.desk.feed import AgentChanged, Feed, KnowledgeChanged
from bot.desk.service import DeskService
from bot.knowledge.library import Library
from bot.knowledge.review_list import ReviewList
from bot.settings import Settings
from conversation.errors import StorageError
from conversation.ports import Store
from conversation.quarantine_ports import Quarantine
from handoff.hours import ZONES

PATH = "/desk"
"""Where our HTTP server has the console."""

WATCH_EVERY = 0.5
"""Seconds between two looks at who is still welcome."""

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Console:
    """A console that is open."""

    parts: Parts
    sessions: Sessions
    stack: AsyncExitStack
    door: Door = field(init=False)
    _inside: asyncio.Task[Inside] | None = None

    path = PATH

    def address(self, served_at: str) -> str:
        """Where people find it, if our server listens at `served_at`."""
        return (self.parts.settings.console.public_url.rstrip("/") or served_at) + PATH + "/"

    def expect(self) -> None:
        """Begin to load NiceGUI, if that has not begun."""
        if self._inside is None:
            self._inside = asyncio.create_task(self._load(), name="console")

    async def inside(self) -> Inside:
        """NiceGUI, as soon as it is there."""
        self.expect()
        assert self._inside is not None
        return await asyncio.shield(self._inside)

    async def _load(self) -> Inside:
        nicegui_app, pages = await asyncio.to_thread(_import_inside)
        app = await self.stack.enter_async_context(nicegui_app.running())
        return Inside(
            app=app,
            is_known=nicegui_app.is_known,
            first_page=lambda visit: pages.first_page(self.parts.people.known[visit.agent_id]),
            scope_key=pages.SCOPE,
            opening=lambda visit: pages.Opening(parts=self.parts, visit=visit),
            look=pages.set_look,
        )

    async def watch(self) -> None:
        """Throw out, for ever, whose account or session has ended, wherever that was done."""
        while True:
            try:
                await self.look()
            except StorageError as error:
                log.warning("cannot see who is welcome: %s", error, extra={"action": "console_watch_failed"})
            await asyncio.sleep(WATCH_EVERY)

    async def look(self) -> None:
        """Throw out who is not welcome any more."""
        before, people, roster = self.parts.people.known, self.parts.people, self.parts.desk.roster
        await people.refresh()
        if people.known != before:
            await roster.refresh()
        for agent_id, agent in people.known.items():
            if before.get(agent_id) != agent:
                self.parts.feed.publish(AgentChanged(agent_id=agent_id))
        await self.sessions.end_visits(people.welcome)
        for visit in self.sessions.visits.values():
            roster.seen(visit.agent_id)


@asynccontextmanager
async def open_console(
    settings: Settings,
    store: Store,
    desk: DeskService,
    feed: Feed,
    clock: Callable[[], datetime],
    *,
    send_code: SendCode | None = None,
    aids: Aids | None = None,
    library: Library | None = None,
    quarantine: Quarantine | None = None,
) -> AsyncIterator[Console]:
    """A console over a running service; `console.door` is what the HTTP server mounts at `PATH`.

    `send_code` writes to a Telegram account; without it nobody signs in that way. `aids` are for the inbox, and
    `library` is the knowledge base, where one can be edited. `quarantine` is that of the service, where it has one.
    """
    # Every store of ours is both; `Store` alone is what the rest of the service asks for.
    whole = cast(WholeStore, store)
    people = People(store=whole)
    await people.refresh()
    zone = ZoneInfo(ZONES.get(settings.desk.zone, settings.desk.zone))
    parts = Parts(
        store=whole,
        desk=desk,
        feed=feed,
        settings=settings,
        clock=clock,
        people=people,
        zone=zone,
        aids=aids or Aids(),
        library=library,
        review=_review_of(library, clock, zone),
        quarantine=quarantine,
    )
    chosen = settings.console
    sessions = Sessions(
        store=whole,
        clock=clock,
        idle=timedelta(minutes=chosen.idle_minutes),
        longest=timedelta(hours=chosen.session_hours),
    )
    async with AsyncExitStack() as stack:
        console = Console(parts=parts, sessions=sessions, stack=stack)
        reception = Reception(
            parts=parts,
            sessions=sessions,
            expect=console.expect,
            send_code=send_code,
            secure=chosen.public_url.startswith("https:"),
        )
        console.door = Door(parts=parts, reception=reception, load=console.inside, public_url=chosen.public_url)
        watching = asyncio.create_task(console.watch(), name="console watch")
        stack.callback(watching.cancel)
        if library:
            library.listeners.append(tell := lambda: feed.publish(KnowledgeChanged()))
            stack.callback(library.listeners.remove, tell)
        yield console


def _review_of(library: Library | None, clock: Callable[[], datetime], zone: ZoneInfo) -> ReviewList | None:
    if library is None:
        return None
    return ReviewList(library, library.loader.normaliser, lambda: clock().astimezone(zone))


def _import_inside() -> tuple[ModuleType, ModuleType]:
    from bot.console import nicegui_app, pages

    return nicegui_app, pages
