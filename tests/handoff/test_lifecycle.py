"""The life of a ticket: every pair of status and event, legal or not."""

from __future__ import annotations

from operator import attrgetter

import pytest

from conversation.state import Owner
from conversation.tickets import CLOSED, TicketStatus
from handoff.lifecycle import TRANSITIONS, IllegalTransition, TicketEvent, next_status, owner_of

S, E = TicketStatus, TicketEvent

SERVED = {
    E.AGENT_REPLY: S.WAITING_CUSTOMER,
    E.CUSTOMER_MESSAGE: S.ASSIGNED,
    E.SNOOZE: S.SNOOZED,
    E.FINISH: S.WRAP_UP,
    E.RELEASE: S.QUEUED,
    E.TRANSFER: S.QUEUED,
    E.RESOLVE: S.RESOLVED,
    E.RETURN_TO_BOT: S.RETURNED_TO_BOT,
    E.ABANDON: S.ABANDONED,
}

LEGAL = {
    S.QUEUED: {
        E.CLAIM: S.ASSIGNED,
        E.CUSTOMER_MESSAGE: S.QUEUED,
        E.TRANSFER: S.QUEUED,
        E.RESOLVE: S.RESOLVED,
        E.RETURN_TO_BOT: S.RETURNED_TO_BOT,
        E.ABANDON: S.ABANDONED,
    },
    S.ASSIGNED: SERVED,
    S.WAITING_CUSTOMER: SERVED,
    S.SNOOZED: {**SERVED, E.WAKE: S.ASSIGNED},
    S.WRAP_UP: {E.RESOLVE: S.RESOLVED, E.AGENT_REPLY: S.WAITING_CUSTOMER, E.CUSTOMER_MESSAGE: S.ASSIGNED},
    S.RESOLVED: {},
    S.RETURNED_TO_BOT: {},
    S.ABANDONED: {},
}
"""Written out once more, on purpose: whoever changes the life of a ticket says so twice."""


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("event", E)
def test_a_status_takes_an_event_or_refuses_it(status: TicketStatus, event: TicketEvent) -> None:
    expected = LEGAL[status].get(event)
    if expected is not None:
        assert next_status(status, event) is expected
        return
    before = {each: dict(steps) for each, steps in TRANSITIONS.items()}
    with pytest.raises(IllegalTransition) as raised:
        next_status(status, event)
    assert (raised.value.status, raised.value.event) == (status, event)
    assert status.value in str(raised.value)
    assert event.value in str(raised.value)
    assert before == TRANSITIONS


def test_every_status_has_its_row() -> None:
    assert set(TRANSITIONS) == set(S)


@pytest.mark.parametrize("status", sorted(CLOSED, key=attrgetter("value")))
def test_a_closed_ticket_stays_closed(status: TicketStatus) -> None:
    assert TRANSITIONS[status] == {}


@pytest.mark.parametrize("status", [status for status in S if status not in CLOSED])
def test_an_open_ticket_can_be_closed_by_an_agent(status: TicketStatus) -> None:
    assert next_status(status, E.RESOLVE) is S.RESOLVED


@pytest.mark.parametrize(
    ("status", "owner"),
    [
        (S.QUEUED, Owner.QUEUE),
        (S.ASSIGNED, Owner.AGENT),
        (S.WAITING_CUSTOMER, Owner.AGENT),
        (S.SNOOZED, Owner.AGENT),
        (S.WRAP_UP, Owner.AGENT),
        (S.RESOLVED, Owner.BOT),
        (S.RETURNED_TO_BOT, Owner.BOT),
        (S.ABANDONED, Owner.BOT),
    ],
)
def test_the_status_says_who_owns_the_conversation(status: TicketStatus, owner: Owner) -> None:
    assert owner_of(status) is owner
