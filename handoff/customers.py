"""What a customer may do about their ticket while it is open. Also reached as parts of `handoff.desk`."""

from __future__ import annotations

from datetime import datetime

from conversation.errors import Refusal
from conversation.phrases import Phrases, ticket_number
from conversation.tickets import TicketStatus
from handoff.case import NOBODYS, Case, notice, step
from handoff.lifecycle import TicketEvent


def customer_wrote(case: Case, now: datetime) -> Case:
    """The customer wrote while a human has the conversation: the ticket waits for an answer again."""
    waiting_since = case.ticket.waiting_since or now
    return step(
        case, TicketEvent.CUSTOMER_MESSAGE, now, waiting_since=waiting_since, snoozed_until=None, finished_at=None
    )


def customer_cancelled(case: Case, phrases: Phrases, now: datetime) -> Case:
    """The customer called it off. Only a ticket that nobody works on yet can be called off by `/batal`.

    Raises:
        Refusal: it is closed, or an agent already has it.
    """
    _not_taken_on(case, phrases)
    told = notice(case, phrases.cancelled.format(ticket=ticket_number(case.ticket.id)), now)
    return step(case, TicketEvent.ABANDON, now, told, waiting_since=None, **NOBODYS)


def customer_back_to_bot(case: Case, phrases: Phrases, now: datetime) -> Case:
    """The customer would rather go on with the bot than wait. Their episode goes on too.

    Raises:
        Refusal: it is closed, or an agent already has it.
    """
    _not_taken_on(case, phrases)
    return step(
        case, TicketEvent.RETURN_TO_BOT, now, notice(case, phrases.returned_to_bot, now), waiting_since=None, **NOBODYS
    )


def _not_taken_on(case: Case, phrases: Phrases) -> None:
    if not case.ticket.is_open:
        raise Refusal(phrases.closed)
    if case.ticket.status is not TicketStatus.QUEUED and not case.ticket.routed:
        number = ticket_number(case.ticket.id)
        raise Refusal(phrases.status_assigned.format(ticket=number, agent=case.ticket.assignee_name))
