"""What an episode came to: the figures that its `Closing` keeps for reports.

All durations are seconds of the business hours of the department that had it last, the same clock as that of its
promises. The episodes of the bot alone need nothing from here: those are `Metrics()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from conversation.desk_ports import EpisodeRow
from conversation.state import Conversation, Metrics
from conversation.tickets import Ticket, TicketStatus
from conversation.values import replace
from handoff.policy import Department
from handoff.sla import KINDS, together

DURABLE = timedelta(days=7)
"""Whose matter comes back within this was not settled."""


def metrics(tickets: Sequence[Ticket], rules: Department, previous: EpisodeRow | None = None) -> Metrics:
    """The figures of an episode from its tickets, in their order; none of them: the bot was alone with it.

    `rules` are those of the department that had it last, `previous` is the conversation's episode before this one.
    `first_reply` runs from the first time it was queued; `resolution` is the time its tickets were open, without the
    waiting for the customer, and only where the last was resolved. Its agent is the one who had it last, by id.
    """
    if not tickets:
        return Metrics()
    first, last = tickets[0], tickets[-1]
    replied = min((ticket.replied_at for ticket in tickets if ticket.replied_at), default=None)
    worked_on = [ticket for ticket in tickets if ticket.assignee or ticket.handled_seconds]
    finished = [ticket for ticket in tickets if ticket.finished_at]
    return Metrics(
        by_bot=False,
        handoff_reason=first.reason.value,
        department=last.department,
        agent=last.assignee or "",
        first_reply=rules.calendar.business_seconds(first.queued_at, replied) if replied else None,
        resolution=sum(_open_seconds(ticket, rules) for ticket in tickets)
        if last.status is TicketStatus.RESOLVED
        else None,
        handling=sum(ticket.handled_seconds for ticket in worked_on) if worked_on else None,
        wrap_up=sum(_between(ticket.finished_at, ticket.closed_at, rules) for ticket in finished) if finished else None,
        missed=tuple(kind for kind in KINDS if any(kind in ticket.deadlines.missed for ticket in tickets)),
        abandoned=last.status is TicketStatus.ABANDONED,
        reopened=previous is not None and reopens(previous, first),
        promised=together(*(each for ticket in tickets for each in ticket.deadlines.promised)),
    )


def remembered(conversation: Conversation, ticket: Ticket) -> Conversation:
    """The conversation after a step of its ticket, with what has to be known once that is closed: who served the
    customer, and which tickets of a running episode the bot got back."""
    if ticket.is_open:
        return conversation
    known = conversation.dialogue
    tickets = (*known.tickets, ticket.id) if ticket.status is TicketStatus.RETURNED_TO_BOT else ()
    dialogue = replace(known, tickets=tickets, last_agent=ticket.assignee or known.last_agent)
    return replace(conversation, dialogue=dialogue)


def reopens(previous: EpisodeRow, ticket: Ticket) -> bool:
    """Whether a ticket goes on with what an earlier episode had settled.

    What a matter is about nobody can know for sure. It counts as the same when the customer needs a human again within
    seven days: in the same department, or after the bot had served them alone.
    """
    soon = ticket.queued_at - previous.closed_at < DURABLE
    return soon and (previous.by_bot or previous.department == ticket.department)


def _open_seconds(ticket: Ticket, rules: Department) -> float:
    return max(_between(ticket.queued_at, ticket.closed_at, rules) - ticket.deadlines.paused_seconds, 0.0)


def _between(since: datetime | None, until: datetime | None, rules: Department) -> float:
    return rules.calendar.business_seconds(since, until) if since and until else 0.0
