"""Whatever happens at the desk, in whatever order: no ticket is lost, doubled or starved, and nobody is overloaded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from conversation.messages import Author, Contact, Message
from conversation.phrases import INDONESIAN, addressed
from conversation.state import Conversation
from conversation.tickets import Agent, AgentId, HandoffReason, Priority, TicketId, TicketStatus
from handoff import desk, passing
from handoff.case import Case
from handoff.policy import Department, DeskPolicy, Mode
from handoff.routing import able, in_turn, returns, route
from handoff.tickets import open_ticket

PHRASES = addressed(INDONESIAN, "Kak")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
POLICY = DeskPolicy(
    departments={
        "retur": Department(name="retur", mode=Mode.ROUND_ROBIN),
        "gudang": Department(name="gudang", mode=Mode.LEAST_LOADED),
        "umum": Department(name="umum"),
    }
)
COUNTED = (TicketStatus.ASSIGNED, TicketStatus.WAITING_CUSTOMER)
STAFF = (
    Agent(id=AgentId("a"), name="A", capacity=2),
    Agent(id=AgentId("b"), name="B", capacity=1, departments=frozenset({"retur"}), skills=frozenset({"kurir"})),
    Agent(id=AgentId("c"), name="C", capacity=2, departments=frozenset({"gudang"}), languages=frozenset({"en"})),
)
WHO = st.sampled_from([agent.id for agent in STAFF])


class Desk(RuleBasedStateMachine):
    """Three agents, two departments that share out and one that does not; routing follows every event."""

    tickets = Bundle("tickets")

    @initialize()
    def the_day_begins(self) -> None:
        self.now = NOON
        self.staff = {agent.id: agent for agent in STAFF}
        self.away: dict[AgentId, datetime] = {}
        self.cases: dict[TicketId, Case] = {}
        self.opened = 0
        self.last: dict[str, AgentId] = {}

    def load(self) -> dict[AgentId, int]:
        held = [case.ticket.assignee for case in self.cases.values() if case.ticket.status in COUNTED]
        return {agent_id: held.count(agent_id) for agent_id in self.staff}

    def happened(self) -> None:
        """What the desk does after every event: route, and look at what that came to."""
        self.now += timedelta(seconds=10)
        waiting = [case.ticket for case in self.cases.values() if case.ticket.status is TicketStatus.QUEUED]
        before = self.load()
        routed = route(waiting, list(self.staff.values()), before, self.last, POLICY, self.now)
        self.last = dict(routed.last)
        given = {each.ticket_id: each.agent_id for each in routed.assignments}
        assert len(given) == len(routed.assignments), "a ticket was given twice"
        for ticket_id, agent_id in given.items():
            case, agent = self.cases[ticket_id], self.staff[agent_id]
            assert agent.available
            assert agent in able(case.ticket, self.staff.values())
            self.cases[ticket_id] = passing.assign(case, agent, self.now)
            assert self.cases[ticket_id].ticket.assignee == agent_id
        for agent_id, count in self.load().items():
            assert count <= max(self.staff[agent_id].capacity, before[agent_id]), "somebody is overloaded"
        passed_over = []
        for ticket in in_turn(waiting, POLICY, self.now):
            if POLICY.department(ticket.department).mode is Mode.MANUAL:
                assert ticket.id not in given
            elif ticket.id not in given:
                passed_over.append(ticket)
            else:
                taker = self.staff[given[ticket.id]]
                assert not [each for each in passed_over if taker in able(each, self.staff.values())]

    @rule(
        target=tickets,
        department=st.sampled_from(["retur", "gudang", "umum"]),
        priority=st.sampled_from(Priority),
        skill=st.sampled_from(["", "kurir", "tak ada"]),
        language=st.sampled_from(["", "id", "en"]),
    )
    def a_customer_asks_for_a_human(self, department: str, priority: Priority, skill: str, language: str) -> TicketId:
        self.opened += 1
        ticket_id = TicketId(self.opened)
        conversation, ticket = open_ticket(
            Conversation(contact=Contact(channel="telegram", address=str(ticket_id))),
            ticket_id=ticket_id,
            reason=HandoffReason.COMPLAINT,
            department=department,
            priority=priority,
            packet={},
            now=self.now,
            skill=skill,
            language=language,
        )
        self.cases[ticket_id] = Case(conversation=conversation, ticket=ticket, rules=POLICY.department(department))
        self.happened()
        return ticket_id

    @rule(agent_id=WHO)
    def an_agent_comes_or_goes(self, agent_id: AgentId) -> None:
        available = not self.staff[agent_id].available
        self.staff[agent_id] = replace(self.staff[agent_id], available=available)
        if available:
            self.away.pop(agent_id)
        else:
            self.away[agent_id] = self.now
        self.happened()

    @rule(agent_id=WHO, capacity=st.integers(0, 3))
    def an_agents_capacity_changes(self, agent_id: AgentId, capacity: int) -> None:
        self.staff[agent_id] = replace(self.staff[agent_id], capacity=capacity)
        self.happened()

    @rule(ticket_id=tickets)
    def its_agent_replies(self, ticket_id: TicketId) -> None:
        case = self.cases[ticket_id]
        if case.ticket.assignee and case.ticket.is_open:
            said = Message(author=Author.AGENT, text="kami cek", at=self.now)
            self.cases[ticket_id] = desk.reply(case, self.staff[case.ticket.assignee], said, PHRASES, self.now)
        self.happened()

    @rule(ticket_id=tickets)
    def its_customer_writes(self, ticket_id: TicketId) -> None:
        case = self.cases[ticket_id]
        if case.ticket.is_open:
            self.cases[ticket_id] = desk.customer_wrote(case, self.now)
        self.happened()

    @rule(ticket_id=tickets, put_away=st.booleans())
    def its_agent_puts_it_away_or_finishes(self, ticket_id: TicketId, put_away: bool) -> None:
        case = self.cases[ticket_id]
        if case.ticket.assignee and case.ticket.status in COUNTED:
            agent, until = self.staff[case.ticket.assignee], self.now + timedelta(minutes=30)
            self.cases[ticket_id] = (
                desk.snooze(case, agent, until, PHRASES, self.now) if put_away else desk.finish(case, agent, self.now)
            )
        self.happened()

    @rule(ticket_id=tickets)
    def its_agent_gives_it_back(self, ticket_id: TicketId) -> None:
        case = self.cases[ticket_id]
        if case.ticket.assignee and case.ticket.status in COUNTED:
            self.cases[ticket_id] = desk.release(case, self.staff[case.ticket.assignee], PHRASES, self.now)
        self.happened()

    @rule(ticket_id=consumes(tickets))
    def its_agent_resolves_it(self, ticket_id: TicketId) -> None:
        case = self.cases[ticket_id]
        if case.ticket.assignee and case.ticket.is_open:
            self.cases[ticket_id] = desk.resolve(case, self.staff[case.ticket.assignee], PHRASES, self.now)
        self.happened()

    @rule(ticket_id=tickets, department=st.sampled_from(["retur", "gudang"]))
    def its_agent_transfers_it(self, ticket_id: TicketId, department: str) -> None:
        case = self.cases[ticket_id]
        if case.ticket.assignee and case.ticket.status in COUNTED:
            to = POLICY.department(department)
            self.cases[ticket_id] = passing.transfer(case, self.staff[case.ticket.assignee], to, PHRASES, self.now)
        self.happened()

    @rule(minutes=st.sampled_from([1, 6, 11, 70]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        for ticket_id, case in self.cases.items():
            self.cases[ticket_id] = desk.woken(case, self.now)
        held = [case.ticket for case in self.cases.values()]
        for ticket in returns(held, list(self.staff.values()), self.away, POLICY, self.now):
            assert ticket.assignee is not None
            case = passing.unassign(self.cases[ticket.id], ticket.assignee, PHRASES, self.now)
            assert case.ticket.status is TicketStatus.QUEUED
            self.cases[ticket.id] = case
        self.happened()

    @invariant()
    def no_ticket_waits_for_which_somebody_has_room(self) -> None:
        load = self.load()
        for case in self.cases.values():
            ticket = case.ticket
            if ticket.status is not TicketStatus.QUEUED or ticket.department == "umum":
                continue
            free = [each for each in self.staff.values() if each.available and load[each.id] < each.capacity]
            assert not set(able(ticket, self.staff.values())) & set(free)

    @invariant()
    def every_ticket_is_somewhere_and_has_one_agent_or_waits(self) -> None:
        assert len(self.cases) == self.opened
        for ticket_id, case in self.cases.items():
            assert case.ticket.id == ticket_id
            if case.ticket.is_open:
                assert (case.ticket.assignee is None) == (case.ticket.status is TicketStatus.QUEUED)
                assert case.conversation.ticket_id == ticket_id


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_an_ordinary_ticket_has_its_turn_however_many_urgent_ones_come_after_it() -> None:
    one = Agent(id=AgentId("a"), name="A", capacity=1)
    rules, now = DeskPolicy(departments={"retur": Department(name="retur", mode=Mode.ROUND_ROBIN)}), NOON
    queue = {}
    for number in range(1, 40):
        _, ticket = open_ticket(
            Conversation(contact=Contact(channel="telegram", address=str(number))),
            ticket_id=TicketId(number),
            reason=HandoffReason.ALARM,
            department="retur",
            priority=Priority.NORMAL if number == 1 else Priority.URGENT,
            packet={},
            now=now,
        )
        queue[ticket.id] = ticket
        if number > 1:
            (given,) = route(queue.values(), [one], {}, {}, rules, now).assignments
            del queue[given.ticket_id]
        if TicketId(1) not in queue:
            break
        now += timedelta(minutes=10)
    assert now - NOON == timedelta(hours=2)
