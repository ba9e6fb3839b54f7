"""Transfers, reassignments, and what routing gives and takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conversation.effects import SendText
from conversation.errors import Refusal
from conversation.messages import Author, Contact, Message
from conversation.phrases import INDONESIAN, addressed
from conversation.state import Conversation, Owner
from conversation.tickets import Agent, AgentId, HandoffReason, Priority, Role, TicketId, TicketStatus
from handoff import desk, passing
from handoff.case import Case
from handoff.policy import Department
from handoff.tickets import open_ticket

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
PHRASES = addressed(INDONESIAN, "Kak")
RETUR = Department(name="retur", title="Retur")
GUDANG = Department(name="gudang", title="Gudang")
SARI = Agent(id=AgentId("telegram:1"), name="Sari", departments=frozenset({"retur"}))
DEWI = Agent(id=AgentId("telegram:2"), name="Dewi", departments=frozenset({"retur", "gudang"}))
TONI = Agent(id=AgentId("telegram:3"), name="Toni", departments=frozenset({"gudang"}))
RINA = Agent(id=AgentId("telegram:4"), name="Rina", departments=frozenset({"retur"}), role=Role.SUPERVISOR)


@pytest.fixture
def queued() -> Case:
    conversation, ticket = open_ticket(
        Conversation(contact=Contact(channel="telegram", address="1", name="Budi")),
        ticket_id=TicketId(7),
        reason=HandoffReason.COMPLAINT,
        department="retur",
        priority=Priority.NORMAL,
        packet={},
        now=NOW,
        rules=RETUR,
    )
    return Case(conversation=conversation, ticket=ticket, rules=RETUR)


@pytest.fixture
def served(queued: Case) -> Case:
    return clean(replied(desk.claim(queued, SARI, PHRASES, NOW)))


def clean(case: Case) -> Case:
    return replace(case, entries=(), deliveries=())


def replied(case: Case, agent: Agent = SARI) -> Case:
    return desk.reply(case, agent, Message(author=Author.AGENT, text="kami cek", at=LATER), PHRASES, LATER)


def told(case: Case) -> list[str]:
    effects = (delivery.effect for entry in case.entries for delivery in entry.deliveries)
    return [effect.text for effect in effects if isinstance(effect, SendText)]


def notes(case: Case) -> list[tuple[str, str]]:
    messages = (entry.message for entry in case.entries if not entry.deliveries)
    return [(message.author_name, message.text) for message in messages if message.author is Author.NOTE]


# To a department


def test_another_department_gets_it_in_its_queue_and_the_customer_is_told_once(served: Case) -> None:
    case = passing.transfer(served, SARI, GUDANG, PHRASES, LATER, " stok habis? ")
    assert (case.ticket.status, case.ticket.department, case.ticket.assignee, case.ticket.assigned_at) == (
        TicketStatus.QUEUED,
        "gudang",
        None,
        None,
    )
    assert (case.conversation.owner, case.rules) == (Owner.QUEUE, GUDANG)
    assert told(case) == ["Kak, laporannya kami teruskan ke bagian Gudang. Mohon tunggu sebentar ya."]
    assert notes(case) == [("Sari", "stok habis?")]


def test_a_transfer_needs_no_comment(served: Case) -> None:
    assert notes(passing.transfer(served, SARI, GUDANG, PHRASES, LATER)) == []


def test_one_can_send_a_ticket_back_to_the_queue_of_its_own_department_but_not_from_there(served: Case) -> None:
    case = passing.transfer(served, SARI, RETUR, PHRASES, LATER)
    assert case.ticket.status is TicketStatus.QUEUED
    with pytest.raises(Refusal, match="sudah dipegang Retur"):
        passing.transfer(case, SARI, RETUR, PHRASES, LATER)


# To a colleague


def test_a_colleague_gets_it_as_routing_would_give_it(served: Case) -> None:
    case = clean(passing.transfer(served, SARI, DEWI, PHRASES, LATER))
    assert (case.ticket.status, case.ticket.assignee, case.ticket.routed, case.ticket.assigned_at) == (
        TicketStatus.ASSIGNED,
        DEWI.id,
        True,
        LATER,
    )
    assert told(replied(case, DEWI)) == ["Kak, sekarang dibantu langsung oleh Dewi.", "kami cek"]


def test_the_customer_hears_once_that_a_colleague_takes_over_and_nothing_if_nobody_had_it(
    queued: Case, served: Case
) -> None:
    assert told(passing.transfer(served, SARI, DEWI, PHRASES, LATER)) == [
        "Kak, laporannya kami alihkan ke rekan lain. Mohon tunggu sebentar ya."
    ]
    assert told(passing.transfer(queued, SARI, DEWI, PHRASES, LATER)) == []


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (SARI, "sudah dipegang Sari"),
        (TONI, "Toni tidak melayani bagian Retur"),
        (replace(DEWI, available=False), "Dewi sedang tidak bertugas"),
        (replace(DEWI, disabled=True), "Dewi tidak melayani"),
    ],
)
def test_not_everybody_can_be_given_a_ticket(served: Case, to: Agent, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        passing.transfer(served, SARI, to, PHRASES, LATER)


def test_only_who_has_a_ticket_transfers_it_or_a_supervisor(served: Case) -> None:
    with pytest.raises(Refusal, match="dipegang Sari"):
        passing.transfer(served, DEWI, GUDANG, PHRASES, LATER)
    assert passing.transfer(served, RINA, GUDANG, PHRASES, LATER).ticket.department == "gudang"


def test_a_supervisor_reassigns_and_an_agent_does_not(served: Case) -> None:
    with pytest.raises(Refusal, match="Hanya supervisor"):
        passing.reassign(served, SARI, DEWI, PHRASES, LATER)
    case = passing.reassign(served, RINA, DEWI, PHRASES, LATER, "Sari cuti")
    assert (case.ticket.assignee, notes(case)) == (DEWI.id, [("Rina", "Sari cuti")])


def test_a_wrap_up_is_not_passed_on(served: Case) -> None:
    finished = desk.finish(served, SARI, LATER)
    with pytest.raises(Refusal, match="Tidak bisa: status tiket ini merapikan"):
        passing.transfer(finished, SARI, DEWI, PHRASES, LATER)


# Routing


def test_the_customer_hears_who_serves_when_that_agent_takes_it_on(queued: Case) -> None:
    assigned = passing.assign(queued, SARI, NOW)
    assert (assigned.ticket.assignee, assigned.ticket.routed, told(assigned)) == (SARI.id, True, [])
    for case in (
        desk.claim(assigned, SARI, PHRASES, LATER),
        replied(assigned),
        desk.snooze(assigned, SARI, LATER + timedelta(hours=1), PHRASES, LATER),
    ):
        assert not case.ticket.routed
        assert told(case)[0] == "Kak, sekarang dibantu langsung oleh Sari."
    assert not desk.finish(assigned, SARI, LATER).ticket.routed


def test_what_routing_gave_is_a_colleagues_who_answers_first_but_cannot_be_claimed_away(queued: Case) -> None:
    assigned = passing.assign(queued, SARI, NOW)
    with pytest.raises(Refusal, match="Sudah diambil Sari"):
        desk.claim(assigned, DEWI, PHRASES, LATER)
    case = replied(assigned, DEWI)
    assert (case.ticket.assignee, case.ticket.routed) == (DEWI.id, False)
    assert told(case) == ["Kak, sekarang dibantu langsung oleh Dewi.", "kami cek"]


def test_routing_leaves_alone_what_does_not_wait(served: Case) -> None:
    assert passing.assign(served, DEWI, LATER) == served


def test_an_unanswered_ticket_goes_back_unseen_by_the_customer_and_its_agent_is_asked_last(queued: Case) -> None:
    case = passing.unassign(passing.assign(queued, SARI, NOW), SARI.id, PHRASES, LATER)
    assert (case.ticket.status, case.ticket.assignee, case.ticket.routed, case.ticket.waiting_since) == (
        TicketStatus.QUEUED,
        None,
        False,
        NOW,
    )
    assert (case.ticket.declined, case.ticket.last_agent, told(case)) == ((SARI.id,), None, [])
    twice = passing.unassign(passing.assign(case, SARI, NOW), SARI.id, PHRASES, LATER)
    assert twice.ticket.declined == (SARI.id,)
    assert replied(twice, DEWI).ticket.declined == ()


def test_who_went_away_from_a_customer_is_asked_first_when_they_are_back(served: Case) -> None:
    case = passing.unassign(clean(desk.customer_wrote(served, LATER)), SARI.id, PHRASES, LATER)
    assert (case.ticket.status, case.ticket.last_agent, case.ticket.declined) == (TicketStatus.QUEUED, SARI.id, ())
    assert told(case) == ["Kak, laporannya kami alihkan ke rekan lain. Mohon tunggu sebentar ya."]


def test_nothing_is_taken_from_who_waits_for_the_customer_or_has_it_no_more(served: Case) -> None:
    assert passing.unassign(served, SARI.id, PHRASES, LATER) == served
    wrote = desk.customer_wrote(served, LATER)
    assert passing.unassign(wrote, DEWI.id, PHRASES, LATER) == wrote


def test_who_gives_a_ticket_back_is_asked_last(served: Case) -> None:
    case = desk.release(served, SARI, PHRASES, LATER)
    assert (case.ticket.declined, case.ticket.last_agent, case.ticket.assigned_at) == ((SARI.id,), None, None)
