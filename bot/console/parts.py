"""What the console holds on to while it runs: the service's parts, the people, and who is signed in where.

Imports no NiceGUI, so that it costs nothing to have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.console.inbox_aids import Aids
from bot.desk.acting import WholeStore
from bot.desk.feed import Feed
from bot.desk.service import DeskService
from bot.knowledge.library import Library
from bot.knowledge.review_list import ReviewList
from bot.settings import Settings
from conversation.quarantine_ports import Quarantine
from conversation.tickets import Agent, AgentId


@dataclass(kw_only=True)
class People:
    """Everybody with an account, as the store last said."""

    store: WholeStore
    known: dict[AgentId, Agent] = field(default_factory=dict)

    async def refresh(self) -> None:
        """Ask the store again."""
        self.known = {agent.id: agent for agent in await self.store.agents()}

    def welcome(self, agent_id: AgentId) -> bool:
        """Whether somebody may be signed in."""
        agent = self.known.get(agent_id)
        return agent is not None and not agent.disabled


class OpenPage(Protocol):
    """A page in somebody's browser."""

    def end(self) -> None:
        """Throw it out."""
        ...


@dataclass(kw_only=True, eq=False)
class Visit:
    """Somebody's session in one browser, as all of its pages share it. Once `ended` it opens nothing any more."""

    token_hash: str
    agent_id: AgentId
    ended: bool = False
    pages: dict[str, OpenPage] = field(default_factory=dict)

    def end(self) -> None:
        """Let nothing more be done, and throw its pages out."""
        self.ended = True
        for page in list(self.pages.values()):
            page.end()


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of the service that pages use. Without `library` its knowledge base cannot be edited; without
    `quarantine` the store keeps its own."""

    store: WholeStore
    desk: DeskService
    feed: Feed
    settings: Settings
    clock: Callable[[], datetime]
    people: People
    zone: ZoneInfo
    aids: Aids = field(default_factory=Aids)
    library: Library | None = None
    review: ReviewList | None = None
    quarantine: Quarantine | None = None
