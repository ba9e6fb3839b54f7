"""New tickets: their urgency, their place, their title."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conversation.messages import Contact
from conversation.state import Conversation, Owner
from conversation.tickets import HandoffReason, Priority, Ticket, TicketId, TicketStatus
from handoff.tickets import ANGRY, TOPIC_TITLE_LIMIT, open_ticket, priority_of, raised, topic_title

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)
BUDI = Conversation(contact=Contact(channel="telegram", address="5512345", name="Budi"))


def queued(reason: HandoffReason = HandoffReason.COMPLAINT, priority: Priority = Priority.HIGH) -> Ticket:
    _, ticket = open_ticket(
        BUDI, ticket_id=TicketId(7), reason=reason, department="retur", priority=priority, packet={"tried": []}, now=NOW
    )
    return ticket


@pytest.mark.parametrize("reason", HandoffReason)
def test_an_alarm_is_urgent_and_a_complaint_high_however_calm_the_customer_is(reason: HandoffReason) -> None:
    expected = {HandoffReason.ALARM: Priority.URGENT, HandoffReason.COMPLAINT: Priority.HIGH}
    assert priority_of(reason) is expected.get(reason, Priority.NORMAL)


@pytest.mark.parametrize(("anger", "urgency"), [(ANGRY, 0.0), (0.0, ANGRY), (1.0, 1.0)])
def test_an_angry_or_pressed_customer_goes_before_a_calm_one(anger: float, urgency: float) -> None:
    assert priority_of(HandoffReason.CUSTOMER_REQUEST, anger, urgency) is Priority.HIGH
    assert priority_of(HandoffReason.CUSTOMER_REQUEST, anger - 0.01 if anger < 1 else 0, 0) is Priority.NORMAL


def test_a_new_ticket_waits_in_the_queue_and_so_does_its_conversation() -> None:
    conversation, ticket = open_ticket(
        BUDI,
        ticket_id=TicketId(7),
        reason=HandoffReason.ALARM,
        department="keamanan",
        priority=Priority.URGENT,
        packet={"tried": ["jam_buka"]},
        now=NOW,
    )
    assert conversation == replace(BUDI, owner=Owner.QUEUE, ticket_id=TicketId(7))
    assert (ticket.status, ticket.contact_name, ticket.assignee) == (TicketStatus.QUEUED, "Budi", None)
    assert ticket.queued_at == ticket.changed_at == ticket.waiting_since == NOW


def test_a_waiting_ticket_becomes_more_urgent_but_never_less() -> None:
    ticket = queued()
    alarm = raised(ticket, HandoffReason.ALARM, "keamanan", Priority.URGENT, LATER)
    assert (alarm.reason, alarm.department, alarm.priority) == (HandoffReason.ALARM, "keamanan", Priority.URGENT)
    assert (alarm.queued_at, alarm.changed_at) == (NOW, LATER)
    assert raised(alarm, HandoffReason.COMPLAINT, "retur", Priority.HIGH, LATER) == alarm


def test_what_an_agent_works_on_is_not_moved_under_their_hands() -> None:
    assigned = replace(queued(), status=TicketStatus.ASSIGNED)
    assert raised(assigned, HandoffReason.ALARM, "keamanan", Priority.URGENT, LATER) == assigned


def test_a_title_says_state_number_name_and_department() -> None:
    assert topic_title(queued()) == "🔴 #7 · Budi · retur"
    assert topic_title(replace(queued(), contact_name="", department="")) == "🔴 #7"


@pytest.mark.parametrize("status", TicketStatus)
def test_every_status_has_a_mark_of_its_own(status: TicketStatus) -> None:
    others = {topic_title(replace(queued(), status=other)) for other in TicketStatus if other is not status}
    assert topic_title(replace(queued(), status=status)) not in others


def test_a_long_name_is_cut_to_what_telegram_takes() -> None:
    assert len(topic_title(replace(queued(), contact_name="B" * 500))) == TOPIC_TITLE_LIMIT
