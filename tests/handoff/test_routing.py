"""Who serves whom next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from conversation.errors import SettingError
from conversation.messages import ConversationId
from conversation.tickets import Agent, AgentId, HandoffReason, Priority, Role, Ticket, TicketId, TicketStatus
from handoff.hours import Calendar
from handoff.policy import Department, DeskPolicy, Mode, Promises
from handoff.routing import Assignment, Routed, in_turn, returns, route
from handoff.shifts import week

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RETUR = Department(name="retur", mode=Mode.ROUND_ROBIN)
POLICY = DeskPolicy(departments={"retur": RETUR, "umum": Department(name="umum")})


def policy(**rules: object) -> DeskPolicy:
    return DeskPolicy(departments={"retur": replace(RETUR, **rules)})  # type: ignore[arg-type]  # names of its fields


def waiting(number: int, minutes: float = 0, **fields: object) -> Ticket:
    ticket = Ticket(
        id=TicketId(number),
        conversation_id=ConversationId(f"telegram:{number}"),
        status=TicketStatus.QUEUED,
        reason=HandoffReason.COMPLAINT,
        department="retur",
        priority=Priority.NORMAL,
        queued_at=NOW - minutes * MINUTE,
        changed_at=NOW - minutes * MINUTE,
        waiting_since=NOW - minutes * MINUTE,
    )
    return replace(ticket, **fields)  # type: ignore[arg-type]  # names of its fields


def agent(name: str, capacity: int = 5, **fields: Any) -> Agent:
    return replace(Agent(id=AgentId(name), name=name, capacity=capacity), **fields)


def shared_out(
    queue: list[Ticket],
    agents: list[Agent],
    load: dict[str, int] | None = None,
    last: dict[str, str] | None = None,
    rules: DeskPolicy = POLICY,
) -> Routed:
    loads = {AgentId(name): count for name, count in (load or {}).items()}
    turns = {department: AgentId(name) for department, name in (last or {}).items()}
    return route(queue, agents, loads, turns, rules, NOW)


def pairs(routed: Routed) -> list[tuple[int, str]]:
    return [(each.ticket_id, each.agent_id) for each in routed.assignments]


# Order


def test_the_most_urgent_goes_first_and_among_equals_who_has_waited_longest() -> None:
    queue = [
        waiting(1, 5),
        waiting(2, 9),
        waiting(3, 1, priority=Priority.URGENT),
        waiting(4, 9),
        waiting(5, 2, priority=Priority.HIGH),
    ]
    assert [ticket.id for ticket in in_turn(queue, POLICY, NOW)] == [3, 5, 2, 4, 1]


def test_a_ticket_that_waits_for_long_counts_as_more_urgent_and_in_the_end_as_much_as_any() -> None:
    queue = [waiting(1, 1, priority=Priority.HIGH), waiting(2, 60), waiting(3, 1, priority=Priority.URGENT)]
    assert [ticket.id for ticket in in_turn(queue, POLICY, NOW)] == [3, 2, 1]
    queue[1] = waiting(2, 500)
    assert [ticket.id for ticket in in_turn(queue, POLICY, NOW)] == [2, 3, 1]


def test_nobody_grows_more_urgent_overnight() -> None:
    morning = datetime(2026, 3, 3, 9, 10, tzinfo=ZoneInfo("Asia/Jakarta"))
    rules = policy(calendar=Calendar(week=week({"senin-jumat": "09:00-17:00"})))
    overnight = waiting(1, waiting_since=morning - timedelta(hours=14))
    alarm = waiting(2, waiting_since=morning, priority=Priority.HIGH)
    assert [ticket.id for ticket in in_turn([overnight, alarm], rules, morning)] == [2, 1]


def test_a_ticket_passed_on_after_an_answer_waits_from_then_on() -> None:
    passed_on = waiting(1, 30, waiting_since=None, changed_at=NOW - 3 * MINUTE)
    assert [ticket.id for ticket in in_turn([passed_on, waiting(2, 4), waiting(3, 2)], POLICY, NOW)] == [2, 1, 3]


# Modes


def test_agents_take_turns_and_the_turn_is_remembered() -> None:
    agents = [agent("c"), agent("a"), agent("b")]
    routed = shared_out([waiting(1, 4), waiting(2, 3), waiting(3, 2), waiting(4, 1)], agents)
    assert pairs(routed) == [(1, "a"), (2, "b"), (3, "c"), (4, "a")]
    assert routed.last == {"retur": "a"}
    assert pairs(shared_out([waiting(5)], agents, last={"retur": "a"})) == [(5, "b")]


def test_a_turn_goes_on_after_somebody_who_has_left() -> None:
    assert pairs(shared_out([waiting(1)], [agent("a"), agent("c")], last={"retur": "b"})) == [(1, "c")]


def test_the_least_loaded_by_share_of_their_capacity_is_next_and_equals_take_turns() -> None:
    least = policy(mode=Mode.LEAST_LOADED)
    agents = [agent("a", 2), agent("b", 10)]
    assert pairs(shared_out([waiting(1)], agents, {"a": 1, "b": 4}, rules=least)) == [(1, "b")]
    assert pairs(shared_out([waiting(1)], agents, {"a": 1, "b": 5}, {"retur": "a"}, least)) == [(1, "b")]
    assert pairs(shared_out([waiting(1)], agents, {"a": 1, "b": 5}, {"retur": "b"}, least)) == [(1, "a")]


def test_where_agents_claim_for_themselves_nothing_is_shared_out() -> None:
    assert pairs(shared_out([waiting(1, department="umum"), waiting(2, department="baru")], [agent("a")])) == []


def test_what_does_not_wait_is_left_alone() -> None:
    assert pairs(shared_out([waiting(1, status=TicketStatus.ASSIGNED, assignee=AgentId("b"))], [agent("a")])) == []


# Who


@pytest.mark.parametrize(
    "fields",
    [
        {"available": False},
        {"disabled": True},
        {"capacity": 0},
        {"departments": frozenset({"gudang"})},
    ],
)
def test_who_is_away_full_or_elsewhere_gets_nothing(fields: dict[str, Any]) -> None:
    assert pairs(shared_out([waiting(1)], [agent("a", **fields)])) == []


def test_nobody_gets_more_than_they_can_hold() -> None:
    routed = shared_out([waiting(number) for number in range(1, 9)], [agent("a", 2), agent("b", 3)], {"b": 1})
    assert pairs(routed) == [(1, "a"), (2, "b"), (3, "a"), (4, "b")]


def test_an_urgent_ticket_that_nobody_can_take_does_not_hold_up_the_others() -> None:
    agents = [agent("a", skills=frozenset({"retur"})), agent("b", available=False, skills=frozenset({"kurir"}))]
    queue = [waiting(1, priority=Priority.URGENT, skill="kurir"), waiting(2)]
    assert pairs(shared_out(queue, agents)) == [(2, "a")]


def test_skill_and_language_are_asked_for_and_who_lists_no_language_speaks_any() -> None:
    agents = [
        agent("a", languages=frozenset({"id"}), skills=frozenset({"kurir"})),
        agent("b", languages=frozenset({"en"})),
        agent("c", skills=frozenset({"kurir"})),
    ]
    assert pairs(shared_out([waiting(1, skill="kurir", language="en")], agents)) == [(1, "c")]
    assert pairs(shared_out([waiting(1, language="en")], agents)) == [(1, "b")]


def test_what_nobody_in_the_department_can_is_not_waited_for() -> None:
    agents = [agent("a", languages=frozenset({"id"})), agent("b", skills=frozenset({"kurir"}), disabled=True)]
    assert pairs(shared_out([waiting(1, skill="kurir", language="jv")], agents)) == [(1, "a")]


def test_whoever_served_the_customer_last_serves_them_again_if_they_can() -> None:
    agents = [agent("a"), agent("b", 1), agent("c")]
    ticket = waiting(1, last_agent=AgentId("b"))
    assert pairs(shared_out([ticket], agents)) == [(1, "b")]
    assert pairs(shared_out([ticket], agents, {"b": 1})) == [(1, "a")]
    assert pairs(shared_out([ticket], [*agents[:1], replace(agents[1], available=False)])) == [(1, "a")]


def test_who_let_it_lie_is_asked_again_only_when_nobody_else_can() -> None:
    ticket = waiting(1, declined=(AgentId("a"),))
    assert pairs(shared_out([ticket], [agent("a"), agent("b")])) == [(1, "b")]
    assert pairs(shared_out([ticket], [agent("a"), agent("b", 1)], {"b": 1})) == [(1, "a")]


def test_an_admin_with_departments_of_their_own_gets_those_only() -> None:
    boss = agent("a", role=Role.ADMIN, departments=frozenset({"gudang"}))
    assert pairs(shared_out([waiting(1)], [boss])) == []
    assert pairs(shared_out([waiting(1)], [replace(boss, departments=frozenset())])) == [(1, "a")]


def test_what_is_given_is_not_changed() -> None:
    load, last = {AgentId("a"): 1}, {"retur": AgentId("a")}
    routed = route([waiting(1)], [agent("a"), agent("b")], load, last, POLICY, NOW)
    assert routed.assignments == (Assignment(ticket_id=TicketId(1), agent_id=AgentId("b")),)
    assert (load, last) == ({"a": 1}, {"retur": "a"})


# What comes back


def held(number: int = 1, minutes: float = 6, **fields: object) -> Ticket:
    given = {"status": TicketStatus.ASSIGNED, "assignee": AgentId("a"), "assigned_at": NOW - minutes * MINUTE}
    return waiting(number, 30, **{**given, **fields})


def came_back(ticket: Ticket, away: float | None = None, rules: DeskPolicy = POLICY, **fields: Any) -> bool:
    since = {} if away is None else {AgentId("a"): NOW - away * MINUTE}
    return returns([ticket], [agent("a", **fields)], since, rules, NOW) == [ticket]


@pytest.mark.parametrize(("minutes", "back"), [(4.9, False), (5, True), (60, True)])
def test_what_nobody_takes_on_in_time_comes_back(minutes: float, back: bool) -> None:
    assert came_back(held(minutes=minutes, routed=True)) is back
    assert came_back(held(minutes=minutes)) is False


@pytest.mark.parametrize(("minutes", "back"), [(9.9, False), (10, True)])
def test_who_is_away_for_long_gives_back_what_is_their_turn(minutes: float, back: bool) -> None:
    assert came_back(held(), away=minutes) is back
    assert came_back(held(status=TicketStatus.WAITING_CUSTOMER), away=minutes) is False
    assert came_back(held(status=TicketStatus.SNOOZED), away=minutes) is False


def test_who_is_gone_for_good_gives_back_at_once() -> None:
    assert came_back(held(), disabled=True)
    assert returns([held()], [], {}, POLICY, NOW) == [held()]


def test_where_no_time_is_set_agents_keep_their_tickets() -> None:
    for_ever = policy(return_after=None, away_after=None)
    assert not came_back(held(minutes=900, routed=True), rules=for_ever)
    assert not came_back(held(), away=900, rules=for_ever)


# Rules


def test_departments_without_rules_of_their_own_have_those_of_the_others() -> None:
    rules = DeskPolicy(departments={"retur": RETUR}, other=Department(title="Lain", mode=Mode.LEAST_LOADED))
    assert rules.department("retur") is RETUR
    assert (rules.department("baru").shown, rules.department("baru").mode) == ("baru", Mode.LEAST_LOADED)


def test_rules_that_make_no_sense_are_refused() -> None:
    with pytest.raises(SettingError, match="age"):
        Department(ageing=timedelta())
    for share in (0, 1.01, -1):
        with pytest.raises(SettingError, match="share"):
            Promises(warn_at=share)
