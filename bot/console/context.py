"""What a page of the console works with: who looks at it, in which language, and the parts of the service behind it.

A context belongs to one open page. Who the agent is and what they may is looked up anew each time it matters, so that a
page which was opened before an account was disabled or changed can do no more than one opened after it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from nicegui import Client, ui

from bot.console.parts import Parts, Visit
from bot.console.rights import Forbidden, Right, departments_of, may, require
from bot.console.words import INDONESIAN, WORDS, Words
from bot.desk.feed import AgentChanged, Event
from conversation.desk_ports import AuditEntry
from conversation.errors import Refusal
from conversation.phrases import LANGUAGES, Phrases
from conversation.tickets import Agent, AgentId

log = logging.getLogger(__name__)


class Context:
    """One open page."""

    def __init__(self, parts: Parts, visit: Visit, client: Client) -> None:
        self.parts = parts
        self.store, self.desk, self.feed = parts.store, parts.desk, parts.feed
        self.settings, self.clock, self.people = parts.settings, parts.clock, parts.people
        self.aids, self.visit = parts.aids, visit
        self.client = client
        self._listeners: set[asyncio.Task[None]] = set()
        self._connected = asyncio.Event()
        visit.pages[self.key] = self
        client.on_connect(self._connected.set)
        client.on_delete(self._close)
        client.on_exception(self._failed)

    @property
    def prefix(self) -> str:
        """What the console's own paths begin with, such as `/desk`. Links and `ui.navigate` add it themselves."""
        prefix: str = self.client.request.scope["root_path"]
        return prefix

    @property
    def key(self) -> str:
        """What this page is called, such as by `Feed.look`."""
        return self.client.id

    @property
    def agent(self) -> Agent:
        """Who is signed in, as the account stands now.

        Raises:
            Forbidden: nobody any more.
        """
        agent = None if self.visit.ended else self.people.known.get(self.visit.agent_id)
        if agent is None or agent.disabled:
            raise Forbidden(self.words.signed_out)
        return agent

    @property
    def locale(self) -> str:
        """The language of whoever looks: `id` or `en`."""
        agent = self.people.known.get(self.visit.agent_id)
        return agent.locale if agent and agent.locale in WORDS else "id"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that they are shown times in: their own, or else that of the desk."""
        agent = self.people.known.get(self.visit.agent_id)
        return ZoneInfo(agent.zone) if agent and agent.zone else self.parts.zone

    @property
    def words(self) -> Words:
        """What the console says, in their language."""
        return WORDS.get(self.locale, INDONESIAN)

    @property
    def phrases(self) -> Phrases:
        """The names of statuses, reasons and the like, and the refusals of the desk, in their language."""
        return LANGUAGES[self.locale]

    @property
    def departments(self) -> frozenset[str] | None:
        """What lists, searches and reports are restricted to; None for nothing."""
        return departments_of(self.agent)

    def may(self, right: Right, department: str | None = None) -> bool:
        """Whether they may: to show or to leave out what would be refused."""
        return may(self.agent, right, department)

    def require(self, right: Right, department: str | None = None) -> Agent:
        """The agent, who may.

        Raises:
            Forbidden: they may not, or are signed out.
        """
        return require(self.agent, right, department, words=self.words.forbidden)

    async def record(self, action: str, about: str = "", detail: str = "") -> None:
        """Write down that they did or saw something."""
        entry = AuditEntry(at=self.clock(), agent_id=self.visit.agent_id, action=action, about=about, detail=detail)
        await self.store.record(entry)

    async def changed(self, agent_id: AgentId) -> None:
        """An account is not what it was: let everybody know."""
        await self.people.refresh()
        await self.desk.roster.refresh()
        self.feed.publish(AgentChanged(agent_id=agent_id))

    def listen(
        self, handler: Callable[[Event], Awaitable[None] | None], wanted: Callable[[Event], bool] | None = None
    ) -> None:
        """Have `handler` called with the events of the feed, one after the other, for as long as the page is open.

        On `Missed` it must read the store again. Before the page has reached the browser, events wait.
        """
        task = asyncio.create_task(self._listen(handler, wanted))
        self._listeners.add(task)
        task.add_done_callback(self._listeners.discard)

    async def _listen(
        self, handler: Callable[[Event], Awaitable[None] | None], wanted: Callable[[Event], bool] | None
    ) -> None:
        with self.feed.subscribe(wanted) as subscription:
            # Not by `client.connected()`: it sends the page off as it is, unfinished and with status 200.
            await self._connected.wait()
            async for event in subscription:
                if self.visit.ended or self.client.is_deleted:
                    return
                try:
                    with self.client:
                        waits = handler(event)
                        if waits is not None:
                            await waits
                except Exception as error:
                    self.client.handle_exception(error)

    def toast(self, text: str, kind: str = "info") -> None:
        """Say something in passing; `kind` is `info`, `good` or `bad`."""
        with self.client:
            ui.notify(text, position="top", classes=f"desk-toast desk-toast-{kind}", timeout=4000)

    def end(self) -> None:
        """Throw the page out: show the sign-in page, and take nothing from it any more."""
        with contextlib.suppress(KeyError, RuntimeError), self.client:
            ui.navigate.to("/sign-in?ended=1")
        asyncio.get_running_loop().call_later(0.5, self._drop)

    def _drop(self) -> None:
        if not self.client.is_deleted:
            self.client.delete()

    def _close(self) -> None:
        self.visit.pages.pop(self.key, None)
        self.feed.leave(self.key)
        for task in self._listeners:
            task.cancel()

    def _failed(self, error: Exception) -> None:
        """An event of the page raised: refusals are told, anything else is a fault of ours."""
        self.toast(self.told(error), "bad")

    def told(self, error: Exception) -> str:
        """What whoever looks is told of an error; what is not for them goes to the log, without its words."""
        if isinstance(error, Refusal):
            return str(error)
        log.error("a page failed", exc_info=error, extra={"action": "page_failed", "path": self.client.page.path})
        return self.words.failed
