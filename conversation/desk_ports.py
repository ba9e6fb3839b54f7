"""What the desk asks of a store beyond `Store`: its people, its queue, its search, and its figures.

Every store of ours implements both. As there, each method is one use case and atomic.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversation.messages import ConversationId, Message
from conversation.state import EpisodeId
from conversation.tickets import Agent, AgentId, Promised, Ticket, TicketId, TicketStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """Somebody signed in to the console. `token_hash` is all that is kept of the cookie."""

    token_hash: str
    agent_id: AgentId
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """Who did or saw what: `action` such as `sign_in`, `ticket_open`, `ticket_claim`, `search`, `export`."""

    at: datetime
    agent_id: AgentId | None
    action: str
    about: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CannedReply:
    """A text for the composer, found by `/shortcut`; it may hold {nama}, {agen}, {tiket}. "" department: for all."""

    shortcut: str
    text: str
    department: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketQuery:
    """Which tickets a list shows. Empty fields do not restrict; `departments` None means all of them."""

    statuses: tuple[TicketStatus, ...] = ()
    departments: frozenset[str] | None = None
    assignee: AgentId | None = None
    unassigned: bool = False
    label: str = ""
    order: str = "urgency"
    """`urgency` (priority, then longest waiting), `deadline`, `newest`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRow:
    """A ticket as a list shows it: with the latest message of its conversation."""

    ticket: Ticket
    latest: Message | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A message that a search found."""

    conversation_id: ConversationId
    contact_name: str
    message: Message
    ticket_id: TicketId | None
    department: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchQuery:
    """What is searched: words (all of them), between two times, in departments (None: all, and the bot's own talks)."""

    words: str
    departments: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    author: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodeRow:
    """A closed episode as reports read it; durations in seconds of business hours.

    `promised` is None where the episode ended before it was kept what had been promised.
    """

    id: EpisodeId
    conversation_id: ConversationId
    opened_at: datetime
    closed_at: datetime
    closed_by: str
    by_bot: bool
    handoff_reason: str
    department: str
    agent: str
    first_reply: float | None
    resolution: float | None
    handling: float | None
    missed: tuple[str, ...]
    promised: tuple[Promised, ...] | None
    abandoned: bool
    reopened: bool
    stars: int | None
    comment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """How many turns of one intent there were in one hour (UTC), and how many of them were escalated."""

    hour: datetime
    intent: str
    kind: str
    turns: int


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentStars:
    """What customers gave to the episodes in which an intent was wanted: the mean (1–5) of so many `ratings`."""

    intent: str
    stars: float
    ratings: int


class DeskStore(Protocol):
    """The desk's part of the store of a running service."""

    async def agents(self) -> list[Agent]:
        """Everybody with an account, by name; the disabled too."""
        ...

    async def save_agent(self, agent: Agent, password_hash: str | None = None) -> None:
        """Keep an account, new or changed; the password only where one is given.

        Raises:
            Refusal: another account has the login or the Telegram id.
        """
        ...

    async def password_hash(self, login: str) -> tuple[AgentId, str] | None:
        """Who signs in under a login, and the hash of their password; None where nobody does."""
        ...

    async def open_session(self, session: Session) -> None:
        """Remember that somebody signed in."""
        ...

    async def session(self, token_hash: str) -> Session | None:
        """The session of a cookie, if there is one; whether it has expired is for the caller to see."""
        ...

    async def sessions(self, token_hashes: Collection[str]) -> Mapping[str, Session]:
        """The same of many cookies at once, by token hash; those that there are none of are left out."""
        ...

    async def renew_session(self, token_hash: str, session: Session) -> bool:
        """Put `session` into the place of that of `token_hash`; returns whether that was still there."""
        ...

    async def end_sessions(self, *, agent_id: AgentId | None = None, token_hash: str = "") -> None:
        """End one session, or all of an agent's."""
        ...

    async def record(self, entry: AuditEntry) -> None:
        """Write down who did or saw what."""
        ...

    async def audit_trail(
        self, *, agent_id: AgentId | None = None, about: str = "", limit: int = 200
    ) -> list[AuditEntry]:
        """The latest entries, newest first."""
        ...

    async def canned_replies(self) -> list[CannedReply]:
        """All of them, by shortcut."""
        ...

    async def save_canned_reply(self, reply: CannedReply) -> None:
        """Keep one; the same shortcut in the same department is replaced."""
        ...

    async def drop_canned_reply(self, shortcut: str, department: str = "") -> None:
        """Forget one."""
        ...

    async def ticket_rows(self, query: TicketQuery, limit: int = 100, offset: int = 0) -> list[TicketRow]:
        """The tickets that a list shows, in its order."""
        ...

    async def ticket_counts(self, departments: frozenset[str] | None) -> Mapping[str, int]:
        """How many open tickets there are: `unassigned`, `all`, `at_risk` (a deadline missed or warned of)."""
        ...

    async def in_hand(self) -> Mapping[AgentId, int]:
        """How many open tickets each agent has, of all departments; who has none is left out."""
        ...

    async def position(self, ticket_id: TicketId) -> int | None:
        """How many waiting tickets of its department come before one, plus one; None if it does not wait."""
        ...

    async def open_load(self) -> Mapping[AgentId, int]:
        """How many tickets each agent has that count against their capacity (assigned and waiting for the customer)."""
        ...

    async def due_tickets(self, now: datetime, unanswered_since: datetime, limit: int = 100) -> list[TicketId]:
        """Open tickets about which time has something to say: a deadline or the end of a snooze has passed, or routing
        gave them to somebody who has not answered since `unanswered_since`."""
        ...

    async def search(self, query: SearchQuery, limit: int = 50) -> list[Hit]:
        """Messages that hold all the words, the newest first; words are matched from their beginnings."""
        ...

    async def past_episodes(self, conversation_id: ConversationId, limit: int = 20) -> list[EpisodeRow]:
        """A conversation's closed episodes, newest first."""
        ...

    async def episodes_between(
        self, since: datetime, until: datetime, departments: frozenset[str] | None = None
    ) -> list[EpisodeRow]:
        """Episodes that closed in a time, oldest first; of departments those that one of them had last, or promised
        something in."""
        ...

    async def backlog(
        self, times: Sequence[datetime], departments: frozenset[str] | None = None
    ) -> list[Mapping[str, int]]:
        """How many tickets of each department were open at each of some times, which ascend. A department that had
        none then may be left out."""
        ...

    async def volumes(self, since: datetime, until: datetime) -> list[Volume]:
        """The bot's turns in a time, by hour and intent."""
        ...

    async def stars_by_intent(self, since: datetime, until: datetime) -> list[IntentStars]:
        """The stars of the episodes that closed in a time, by the intents of the turns between their beginning and
        their end, in the order of names. An episode counts once for each of its intents."""
        ...
