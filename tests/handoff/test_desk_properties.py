"""Whatever agents and customers do, in whatever order: no ticket is lost, and everybody knows whose turn it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conversation.errors import Refusal
from conversation.messages import Author, Contact, Message
from conversation.phrases import INDONESIAN, addressed
from conversation.state import Conversation, Owner
from conversation.tickets import Agent, AgentId, HandoffReason, Priority, TicketId, TicketStatus
from handoff import desk, passing
from handoff.desk import Case
from handoff.lifecycle import IllegalTransition, owner_of
from handoff.policy import Department
from handoff.tickets import open_ticket

PHRASES = addressed(INDONESIAN, "Kak")
AGENTS = st.sampled_from([Agent(id=AgentId(f"telegram:{n}"), name=f"Agen {n}") for n in range(3)])
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class TicketsLife(RuleBasedStateMachine):
    """One conversation, one ticket after another, three agents."""

    @initialize()
    def a_customer_writes(self) -> None:
        self.now = NOON
        self.opened = 0
        self.unanswered: datetime | None = None
        self.case = self.escalated(Conversation(contact=Contact(channel="telegram", address="1", name="Budi")))

    def do(self, use_case: Callable[[Case], Case]) -> bool:
        """Try a use case; a refusal must leave no trace. Returns whether it went through."""
        self.now += timedelta(minutes=1)
        before = self.case
        try:
            after = use_case(before)
        except (Refusal, IllegalTransition):
            assert self.case is before
            return False
        self.case = replace(after, entries=(), deliveries=())
        return True

    def escalated(self, conversation: Conversation) -> Case:
        self.opened += 1
        self.unanswered = self.now
        conversation, ticket = open_ticket(
            conversation,
            ticket_id=TicketId(self.opened),
            reason=HandoffReason.COMPLAINT,
            department="retur",
            priority=Priority.HIGH,
            packet={},
            now=self.now,
        )
        return Case(conversation=conversation, ticket=ticket)

    @rule()
    def escalate(self) -> None:
        if not self.case.ticket.is_open:
            self.case = self.escalated(self.case.conversation)

    @rule(agent=AGENTS)
    def claim(self, agent: Agent) -> None:
        had = self.case.ticket.assignee
        if self.do(lambda case: desk.claim(case, agent, PHRASES, self.now)):
            assert had in (None, agent.id)
            assert (self.case.ticket.assignee, self.case.ticket.routed) == (agent.id, False)

    @rule(agent=AGENTS)
    def reply(self, agent: Agent) -> None:
        said = Message(author=Author.AGENT, text="kami cek", at=self.now)
        had = None if self.case.ticket.routed else self.case.ticket.assignee
        if self.do(lambda case: desk.reply(case, agent, said, PHRASES, self.now)):
            self.unanswered = None
            assert self.case.ticket.assignee == (had or agent.id)
            assert not self.case.ticket.routed
            assert self.case.conversation.owner is Owner.AGENT

    @rule(agent=AGENTS)
    def note(self, agent: Agent) -> None:
        before = self.case
        said = Message(author=Author.NOTE, text="lihat", at=self.now)
        assert self.do(lambda case: desk.note(case, agent, said, PHRASES))
        assert (self.case.ticket, self.case.conversation) == (before.ticket, before.conversation)

    @rule(agent=AGENTS)
    def release(self, agent: Agent) -> None:
        self.do(lambda case: desk.release(case, agent, PHRASES, self.now))

    @rule(agent=AGENTS)
    def resolve(self, agent: Agent) -> None:
        if self.do(lambda case: desk.resolve(case, agent, PHRASES, self.now)):
            self.unanswered = None

    @rule(agent=AGENTS)
    def return_to_bot(self, agent: Agent) -> None:
        if self.do(lambda case: desk.return_to_bot(case, agent, PHRASES, self.now)):
            self.unanswered = None

    @rule(agent=AGENTS)
    def routing_gives_it_to(self, agent: Agent) -> None:
        queued = self.case.ticket.status is TicketStatus.QUEUED
        assert self.do(lambda case: passing.assign(case, agent, self.now))
        assert not queued or (self.case.ticket.assignee, self.case.ticket.routed) == (agent.id, True)

    @rule(agent=AGENTS)
    def routing_takes_it_back_from(self, agent: Agent) -> None:
        assert self.do(lambda case: passing.unassign(case, agent.id, PHRASES, self.now))

    @rule(agent=AGENTS, to=AGENTS | st.sampled_from([Department(name="gudang"), Department(name="retur")]))
    def transfer(self, agent: Agent, to: Agent | Department) -> None:
        if self.do(lambda case: passing.transfer(case, agent, to, PHRASES, self.now, "tolong")):
            expected = to.id if isinstance(to, Agent) else None
            assert (self.case.ticket.assignee, self.case.ticket.routed) == (expected, expected is not None)

    @rule(agent=AGENTS)
    def snooze(self, agent: Agent) -> None:
        self.do(lambda case: desk.snooze(case, agent, self.now + timedelta(minutes=4), PHRASES, self.now))

    @rule(agent=AGENTS)
    def wake(self, agent: Agent) -> None:
        self.do(lambda case: desk.wake(case, agent, self.now))

    @rule()
    def time_passes(self) -> None:
        assert self.do(lambda case: desk.woken(case, self.now))

    @rule(agent=AGENTS)
    def finish(self, agent: Agent) -> None:
        self.do(lambda case: desk.finish(case, agent, self.now))

    @rule()
    def the_customer_goes_back_to_the_bot(self) -> None:
        if self.do(lambda case: desk.customer_back_to_bot(case, PHRASES, self.now)):
            self.unanswered = None

    @rule()
    def the_customer_writes(self) -> None:
        if self.do(lambda case: desk.customer_wrote(case, self.now)):
            self.unanswered = self.unanswered or self.now

    @rule()
    def the_customer_cancels(self) -> None:
        if self.do(lambda case: desk.customer_cancelled(case, PHRASES, self.now)):
            self.unanswered = None

    @invariant()
    def the_owner_follows_the_status(self) -> None:
        assert self.case.conversation.owner is owner_of(self.case.ticket.status)

    @invariant()
    def an_open_ticket_is_its_conversations_and_a_closed_one_is_let_go(self) -> None:
        expected = self.case.ticket.id if self.case.ticket.is_open else None
        assert self.case.conversation.ticket_id == expected

    @invariant()
    def somebody_has_it_if_and_only_if_it_does_not_wait_in_the_queue(self) -> None:
        ticket = self.case.ticket
        if ticket.is_open:
            assert (ticket.assignee is None) == (ticket.status is TicketStatus.QUEUED)
            assert bool(ticket.assignee_name) == (ticket.assignee is not None)

    @invariant()
    def the_wait_began_with_the_first_words_that_no_human_answered(self) -> None:
        assert self.case.ticket.waiting_since == self.unanswered

    @invariant()
    def the_books_agree_with_the_status(self) -> None:
        ticket = self.case.ticket
        assert (ticket.snoozed_until is not None) == (ticket.status is TicketStatus.SNOOZED)
        assert (ticket.closed_at is None) == ticket.is_open
        if ticket.status is TicketStatus.QUEUED:
            assert (ticket.assigned_at, ticket.routed) == (None, False)
        if ticket.routed:
            assert ticket.status is TicketStatus.ASSIGNED
        assert ticket.handled_seconds <= (self.now - ticket.queued_at).total_seconds()

    @invariant()
    def time_goes_forward(self) -> None:
        assert self.case.ticket.queued_at <= self.case.ticket.changed_at <= self.now


TestTicketsLife = TicketsLife.TestCase
TestTicketsLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
