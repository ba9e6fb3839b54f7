"""The ticket: one escalation, as a value. How it may change is ruled in `handoff.lifecycle`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NewType

from conversation.messages import ConversationId, Edit, Message, Press
from conversation.values import quick

TicketId = NewType("TicketId", int)
"""The number of the inbox row that caused the ticket: known before the commit, and the same on a retry."""

AgentId = NewType("AgentId", str)
"""`surface:id`, such as `telegram:777` or `terminal:local`."""


class TicketStatus(Enum):
    """Where a ticket stands."""

    QUEUED = "queued"
    ASSIGNED = "assigned"
    WAITING_CUSTOMER = "waiting_customer"
    SNOOZED = "snoozed"
    WRAP_UP = "wrap_up"
    RESOLVED = "resolved"
    RETURNED_TO_BOT = "returned_to_bot"
    ABANDONED = "abandoned"


CLOSED = frozenset({TicketStatus.RESOLVED, TicketStatus.RETURNED_TO_BOT, TicketStatus.ABANDONED})


class HandoffReason(Enum):
    """Why the bot gave the conversation to a human."""

    CUSTOMER_REQUEST = "customer_request"
    MISSING_KNOWLEDGE = "missing_knowledge"
    COMPLAINT = "complaint"
    LOW_CONFIDENCE = "low_confidence"
    TOOL_FAILURE = "tool_failure"
    ALARM = "alarm"
    RULE = "rule"
    """An action or a rule of the knowledge base asked for it."""


class Priority(Enum):
    """How soon it must be seen; larger goes first."""

    NORMAL = 1
    HIGH = 2
    URGENT = 3


class Role(Enum):
    """What somebody on the staff may do; each may do what those before may."""

    AGENT = "agent"
    """Serves customers of their departments."""
    SUPERVISOR = "supervisor"
    """Sees and reassigns everything in their departments, and reads their reports."""
    ADMIN = "admin"
    """Everything, everywhere, and the accounts."""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    """Somebody who may serve customers. Who is one is settled by accounts and configuration, never by a claim.

    `departments` are those they serve (none: all). `capacity` is how many open tickets routing gives them at most.
    `available` is their own switch; being connected is another matter. `login` is their name in the console ("" for
    who works in the staff group only), `locale` the language they read (`id`, `en`), `zone` the time zone that they
    see times in, by its name in the tz database ("": the desk's).
    """

    id: AgentId
    name: str
    departments: frozenset[str] = frozenset()
    role: Role = Role.AGENT
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    capacity: int = 5
    available: bool = True
    disabled: bool = False
    login: str = ""
    telegram_id: int | None = None
    locale: str = "id"
    zone: str = ""

    def serves(self, department: str) -> bool:
        """Whether a department's tickets are their business."""
        return self.role is Role.ADMIN or not self.departments or department in self.departments


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Where a surface shows a ticket: a chat and, inside it, a thread; "" is what stands outside of all threads."""

    chat: str
    thread: str


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class StaffEvent:
    """Something somebody wrote, edited or pressed in the staff group. Whether they may is not said here."""

    who: AgentId
    who_name: str
    topic: Topic
    what: Message | Edit | Press


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Promised:
    """What a department promised, and whether it kept that, each time it did. `kind` as in `Deadlines`."""

    department: str
    kind: str
    kept: bool


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Deadlines:
    """By when something has to happen to a ticket; None where nothing is promised, or it has happened.

    `warned` and `overdue` name those (`first_reply`, `next_reply`, `resolution`) that now run and that a warning went
    out for, or that have passed; `missed` all that ever did. While the customer is waited for the clock stands:
    `paused_at` is since when, `paused_seconds` for how much of business hours before. `check_at` is when the clock has
    something to say of them next, a warning or a miss. `promised` is what has become of each department's promises.
    """

    first_reply: datetime | None = None
    next_reply: datetime | None = None
    resolution: datetime | None = None
    paused_at: datetime | None = None
    paused_seconds: float = 0.0
    warned: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    check_at: datetime | None = None
    promised: tuple[Promised, ...] = ()

    @property
    def next(self) -> datetime | None:
        """The nearest of them."""
        return min((due for due in (self.first_reply, self.next_reply, self.resolution) if due), default=None)


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """One escalation. `packet` is what the agent is handed: intents, entities, mood, what the bot tried.

    `waiting_since` is when the first customer message that no human has answered yet came in. `assigned_at` is since
    when its assignee has it, `routed` that routing gave it to them (it goes back if they do not answer), `last_agent`
    who served it before, `declined` who let it lie or gave it back since a human last answered. `replied_at` is when a
    human answered first, `handled_seconds` for how much of business hours it was an agent's turn, `finished_at` when
    its agent had only the wrap-up left.
    """

    id: TicketId
    conversation_id: ConversationId
    status: TicketStatus
    reason: HandoffReason
    department: str
    priority: Priority
    queued_at: datetime
    changed_at: datetime
    contact_name: str = ""
    assignee: AgentId | None = None
    assignee_name: str = ""
    waiting_since: datetime | None = None
    resolution: str = ""
    packet: Mapping[str, object] = field(default_factory=dict)
    topic: Topic | None = None
    labels: tuple[str, ...] = ()
    skill: str = ""
    language: str = ""
    assigned_at: datetime | None = None
    routed: bool = False
    last_agent: AgentId | None = None
    declined: tuple[AgentId, ...] = ()
    snoozed_until: datetime | None = None
    replied_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    handled_seconds: float = 0.0
    deadlines: Deadlines = field(default_factory=Deadlines)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.status not in CLOSED

    @property
    def is_at_risk(self) -> bool:
        """Whether a deadline that runs for it has passed or was warned of."""
        return self.is_open and bool(self.deadlines.warned or self.deadlines.overdue)
