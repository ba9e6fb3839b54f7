"""The life of a ticket, as one table. What is not in the table does not happen.

It knows statuses and events only: not who may cause an event (`handoff.desk`), and not what it looks like.
"""

from __future__ import annotations

from enum import Enum

from conversation.errors import TanggapError
from conversation.state import Owner
from conversation.tickets import CLOSED, TicketStatus


class TicketEvent(Enum):
    """What can happen to a ticket."""

    CLAIM = "claim"
    RELEASE = "release"
    TRANSFER = "transfer"
    AGENT_REPLY = "agent_reply"
    CUSTOMER_MESSAGE = "customer_message"
    SNOOZE = "snooze"
    WAKE = "wake"
    FINISH = "finish"
    RESOLVE = "resolve"
    RETURN_TO_BOT = "return_to_bot"
    ABANDON = "abandon"


class IllegalTransition(TanggapError):
    """The ticket's status does not allow the event. Nothing has changed."""

    def __init__(self, status: TicketStatus, event: TicketEvent) -> None:
        super().__init__(f"a ticket that is {status.value} cannot take {event.value}")
        self.status = status
        self.event = event


_S, _E = TicketStatus, TicketEvent

_LEAVING = {
    _E.RESOLVE: _S.RESOLVED,
    _E.RETURN_TO_BOT: _S.RETURNED_TO_BOT,
    _E.ABANDON: _S.ABANDONED,
    _E.TRANSFER: _S.QUEUED,
}

_SERVED = {
    **_LEAVING,
    _E.RELEASE: _S.QUEUED,
    _E.AGENT_REPLY: _S.WAITING_CUSTOMER,
    _E.CUSTOMER_MESSAGE: _S.ASSIGNED,
    _E.SNOOZE: _S.SNOOZED,
    _E.FINISH: _S.WRAP_UP,
}

TRANSITIONS: dict[TicketStatus, dict[TicketEvent, TicketStatus]] = {
    _S.QUEUED: {**_LEAVING, _E.CLAIM: _S.ASSIGNED, _E.CUSTOMER_MESSAGE: _S.QUEUED},
    _S.ASSIGNED: _SERVED,
    _S.WAITING_CUSTOMER: _SERVED,
    _S.SNOOZED: {**_SERVED, _E.WAKE: _S.ASSIGNED},
    _S.WRAP_UP: {
        _E.RESOLVE: _S.RESOLVED,
        _E.AGENT_REPLY: _S.WAITING_CUSTOMER,
        _E.CUSTOMER_MESSAGE: _S.ASSIGNED,
    },
    **{status: {} for status in CLOSED},
}


def next_status(status: TicketStatus, event: TicketEvent) -> TicketStatus:
    """The status after `event`.

    Raises:
        IllegalTransition: the table has no such step.
    """
    try:
        return TRANSITIONS[status][event]
    except KeyError:
        raise IllegalTransition(status, event) from None


def owner_of(status: TicketStatus) -> Owner:
    """Who owns a conversation whose ticket has this status."""
    if status is TicketStatus.QUEUED:
        return Owner.QUEUE
    return Owner.BOT if status in CLOSED else Owner.AGENT
