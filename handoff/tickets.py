"""Making a ticket, and what a ticket's number, title and urgency are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from conversation.phrases import ticket_number
from conversation.state import Conversation
from conversation.tickets import AgentId, HandoffReason, Priority, Ticket, TicketId, TicketStatus
from conversation.values import replace
from handoff.lifecycle import owner_of
from handoff.policy import UNRULED, Department
from handoff.sla import moved, opened

ANGRY = 0.7
"""From this anger on (0–1) a ticket is at least of high priority."""

TOPIC_TITLE_LIMIT = 128
"""Telegram's limit for the name of a forum topic, in characters (Bot API, createForumTopic)."""

_MARKS = {
    TicketStatus.QUEUED: "🔴",
    TicketStatus.ASSIGNED: "🟡",
    TicketStatus.WAITING_CUSTOMER: "🟢",
    TicketStatus.SNOOZED: "💤",
    TicketStatus.WRAP_UP: "📝",
    TicketStatus.RESOLVED: "✅",
    TicketStatus.RETURNED_TO_BOT: "🤖",
    TicketStatus.ABANDONED: "⚪",
}


def priority_of(reason: HandoffReason, anger: float = 0.0, urgency: float = 0.0) -> Priority:
    """How soon a ticket must be seen, from why it was opened and how the customer feels (0–1 each)."""
    if reason is HandoffReason.ALARM:
        return Priority.URGENT
    if reason is HandoffReason.COMPLAINT or max(anger, urgency) >= ANGRY:
        return Priority.HIGH
    return Priority.NORMAL


def open_ticket(
    conversation: Conversation,
    *,
    ticket_id: TicketId,
    reason: HandoffReason,
    department: str,
    priority: Priority,
    packet: Mapping[str, object],
    now: datetime,
    rules: Department = UNRULED,
    skill: str = "",
    language: str = "",
    last_agent: AgentId | None = None,
) -> tuple[Conversation, Ticket]:
    """A new ticket at the end of the queue, and the conversation that now belongs to the queue.

    `rules` are those of the department: its promises begin now. `skill` and `language` are asked of whom it is routed
    to, and `last_agent` is who served the customer lately, if they shall again.
    """
    ticket = Ticket(
        id=ticket_id,
        conversation_id=conversation.id,
        contact_name=conversation.contact.name,
        status=TicketStatus.QUEUED,
        reason=reason,
        department=department,
        priority=priority,
        queued_at=now,
        changed_at=now,
        waiting_since=now,
        packet=packet,
        skill=skill,
        language=language,
        last_agent=last_agent,
    )
    return replace(conversation, owner=owner_of(ticket.status), ticket_id=ticket.id), opened(ticket, rules)


def raised(
    ticket: Ticket,
    reason: HandoffReason,
    department: str,
    priority: Priority,
    now: datetime,
    rules: Department = UNRULED,
) -> Ticket:
    """A waiting ticket that turns out to be about something more urgent; it never becomes less so. `rules` are those
    of the department it belongs to from now on."""
    if ticket.status is not TicketStatus.QUEUED or priority.value <= ticket.priority.value:
        return ticket
    more = replace(ticket, reason=reason, department=department, priority=priority, changed_at=now)
    return moved(more, rules, now)


def topic_title(ticket: Ticket) -> str:
    """The name of the thread in which a ticket is shown: state, number, who, department."""
    parts = [f"{_MARKS[ticket.status]} {ticket_number(ticket.id)}", ticket.contact_name, ticket.department]
    return " · ".join(part for part in parts if part)[:TOPIC_TITLE_LIMIT]
