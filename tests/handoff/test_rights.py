"""Who may do what with a ticket: every use case, in every status, by everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conversation.errors import Refusal
from conversation.messages import Author, Contact, Message
from conversation.phrases import ENGLISH, INDONESIAN, addressed
from conversation.state import Conversation
from conversation.tickets import CLOSED, Agent, AgentId, HandoffReason, Priority, Role, TicketId, TicketStatus
from handoff import desk, passing
from handoff.case import Case
from handoff.lifecycle import TRANSITIONS, IllegalTransition, TicketEvent, owner_of
from handoff.policy import Department
from handoff.tickets import open_ticket

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
PHRASES = addressed(INDONESIAN, "Kak")
RETUR = frozenset({"retur"})
HOLDER = Agent(id=AgentId("a:1"), name="Sari", departments=RETUR)
COLLEAGUE = Agent(id=AgentId("a:2"), name="Dewi", departments=RETUR)
SUPERVISOR = Agent(id=AgentId("a:3"), name="Rina", departments=RETUR, role=Role.SUPERVISOR)
ELSEWHERE = Agent(id=AgentId("a:4"), name="Toni", departments=frozenset({"gudang"}))
BOSS_ELSEWHERE = Agent(id=AgentId("a:5"), name="Ayu", departments=frozenset({"gudang"}), role=Role.SUPERVISOR)
ADMIN = Agent(id=AgentId("a:6"), name="Eko", departments=frozenset({"gudang"}), role=Role.ADMIN)
NEW = Agent(id=AgentId("a:7"), name="Nur", departments=RETUR)

UseCase = Callable[[Case, Agent], Case]


def said(author: Author) -> Message:
    return Message(author=author, text="halo", at=LATER)


ACTS: dict[str, tuple[TicketEvent | None, UseCase]] = {
    "claim": (TicketEvent.CLAIM, lambda case, agent: desk.claim(case, agent, PHRASES, LATER)),
    "reply": (TicketEvent.AGENT_REPLY, lambda case, agent: desk.reply(case, agent, said(Author.AGENT), PHRASES, LATER)),
    "note": (None, lambda case, agent: desk.note(case, agent, said(Author.NOTE), PHRASES)),
    "label": (None, lambda case, agent: desk.label(case, agent, ["rusak"])),
    "release": (TicketEvent.RELEASE, lambda case, agent: desk.release(case, agent, PHRASES, LATER)),
    "snooze": (
        TicketEvent.SNOOZE,
        lambda case, agent: desk.snooze(case, agent, LATER + timedelta(hours=1), PHRASES, LATER),
    ),
    "wake": (TicketEvent.WAKE, lambda case, agent: desk.wake(case, agent, LATER)),
    "finish": (TicketEvent.FINISH, lambda case, agent: desk.finish(case, agent, LATER)),
    "resolve": (TicketEvent.RESOLVE, lambda case, agent: desk.resolve(case, agent, PHRASES, LATER)),
    "return": (TicketEvent.RETURN_TO_BOT, lambda case, agent: desk.return_to_bot(case, agent, PHRASES, LATER)),
    "transfer": (
        TicketEvent.TRANSFER,
        lambda case, agent: passing.transfer(case, agent, Department(name="gudang"), PHRASES, LATER),
    ),
    "hand over": (TicketEvent.TRANSFER, lambda case, agent: passing.transfer(case, agent, NEW, PHRASES, LATER)),
    "reassign": (TicketEvent.TRANSFER, lambda case, agent: passing.reassign(case, agent, NEW, PHRASES, LATER)),
}
ANYBODYS = {"claim", "reply", "note", "label"}
"""What one may do with a colleague's ticket too, as far as it goes: a claim is told who has it."""


def a_case(status: TicketStatus) -> Case:
    conversation, ticket = open_ticket(
        Conversation(contact=Contact(channel="telegram", address="1")),
        ticket_id=TicketId(7),
        reason=HandoffReason.COMPLAINT,
        department="retur",
        priority=Priority.NORMAL,
        packet={},
        now=NOW,
    )
    held = status is not TicketStatus.QUEUED
    ticket = replace(
        ticket,
        status=status,
        assignee=HOLDER.id if held else None,
        assignee_name=HOLDER.name if held else "",
        snoozed_until=LATER if status is TicketStatus.SNOOZED else None,
    )
    conversation = replace(conversation, owner=owner_of(status))
    return Case(conversation=conversation, ticket=ticket, rules=Department(name="retur", title="Retur"))


def allowed(act: str, status: TicketStatus, agent: Agent) -> bool:
    """The rules once more, in other words: whoever changes them says so twice."""
    event = ACTS[act][0]
    if agent in (ELSEWHERE, BOSS_ELSEWHERE):
        return False
    if event is None:
        return True
    if status in CLOSED:
        return False
    if act == "claim":
        return status is TicketStatus.QUEUED or agent is HOLDER
    if act == "reply":
        return True
    if event not in TRANSITIONS[status]:
        return False
    if act == "reassign" and agent.role is Role.AGENT:
        return False
    return agent.role is not Role.AGENT or agent is HOLDER or status is TicketStatus.QUEUED


@pytest.mark.parametrize(
    "agent", [HOLDER, COLLEAGUE, SUPERVISOR, ELSEWHERE, BOSS_ELSEWHERE, ADMIN], ids=lambda agent: agent.name
)
@pytest.mark.parametrize("status", TicketStatus)
@pytest.mark.parametrize("act", ACTS)
def test_everybody_may_what_the_rules_say_and_is_told_why_not(act: str, status: TicketStatus, agent: Agent) -> None:
    case = a_case(status)
    if allowed(act, status, agent):
        after = ACTS[act][1](case, agent)
        assert after.conversation.owner is owner_of(after.ticket.status)
        return
    with pytest.raises(Refusal) as refused:
        ACTS[act][1](case, agent)
    assert "{" not in str(refused.value)
    if agent in (ELSEWHERE, BOSS_ELSEWHERE):
        assert str(refused.value) == "Tiket ini milik bagian Retur, di luar bagian Anda."


@pytest.mark.parametrize("act", ACTS)
def test_a_disabled_account_may_nothing(act: str) -> None:
    with pytest.raises(Refusal, match="dinonaktifkan"):
        ACTS[act][1](a_case(TicketStatus.ASSIGNED), replace(HOLDER, disabled=True))


def test_agents_are_refused_in_the_language_they_read() -> None:
    with pytest.raises(Refusal) as refused:
        desk.claim(a_case(TicketStatus.ASSIGNED), replace(COLLEAGUE, locale="en"), PHRASES, LATER)
    assert str(refused.value) == ENGLISH.taken.format(agent="Sari")


CAUSED: dict[TicketEvent, Callable[[Case], Case]] = {
    TicketEvent.CUSTOMER_MESSAGE: lambda case: desk.customer_wrote(case, LATER),
    **{
        event: lambda case, act=act: act(case, HOLDER)  # type: ignore[misc]  # the act is bound now
        for name, (event, act) in ACTS.items()
        if event and name not in ("claim", "reassign", "hand over")
    },
    TicketEvent.CLAIM: lambda case: passing.assign(case, HOLDER, LATER),
    TicketEvent.ABANDON: lambda case: desk.customer_cancelled(case, PHRASES, LATER),
}


@pytest.mark.parametrize("status", TicketStatus)
@pytest.mark.parametrize("event", TicketEvent)
def test_a_use_case_goes_where_the_table_says_or_changes_nothing(status: TicketStatus, event: TicketEvent) -> None:
    case = a_case(status)
    expected = TRANSITIONS[status].get(event)
    if event is TicketEvent.ABANDON and status is not TicketStatus.QUEUED:
        expected = None  # what an agent works on is not called off
    if event is TicketEvent.AGENT_REPLY and status is TicketStatus.QUEUED:
        expected = TicketStatus.WAITING_CUSTOMER  # by way of a claim
    try:
        after = CAUSED[event](case)
    except (Refusal, IllegalTransition):
        assert expected is None
        return
    assert after.ticket.status is (expected or status)
