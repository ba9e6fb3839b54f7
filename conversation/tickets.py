"""The ticket: one escalation, as a value. How it may change is ruled in `handoff.lifecycle`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NewType

from conversation.messages import ConversationId, Edit, Message, Press

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


class Priority(Enum):
    """How soon it must be seen; larger goes first."""

    NORMAL = 1
    HIGH = 2
    URGENT = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    """Somebody who may serve customers. Who is one is settled by the configuration, never by a claim."""

    id: AgentId
    name: str
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Where a surface shows a ticket: a chat and, inside it, a thread."""

    chat: str
    thread: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffEvent:
    """Something somebody wrote, edited or pressed in the staff group. Whether they may is not said here."""

    who: AgentId
    who_name: str
    topic: Topic
    what: Message | Edit | Press


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """One escalation. `packet` is what the agent is handed: intents, entities, mood, what the bot tried.

    `waiting_since` is when the first customer message that no human has answered yet came in.
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

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.status not in CLOSED
