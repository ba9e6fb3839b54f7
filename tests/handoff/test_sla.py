"""Promises: deadlines, their pauses, warnings and misses, through the use cases of the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.errors import Refusal
from conversation.messages import Author, Contact, Message
from conversation.phrases import INDONESIAN, addressed
from conversation.state import Conversation
from conversation.tickets import Agent, AgentId, Deadlines, HandoffReason, Priority, TicketId
from handoff import desk, passing, sla
from handoff.case import Case
from handoff.hours import Calendar
from handoff.policy import Department, Promise, Promises
from handoff.shifts import week
from handoff.sla import Alert
from handoff.tickets import open_ticket, raised

PHRASES = addressed(INDONESIAN, "Kak")
SARI = Agent(id=AgentId("telegram:1"), name="Sari")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
OFFICE = Calendar(week=week({"senin-jumat": "09:00-17:00"}))
USUAL = Promise(first_reply=60, next_reply=120, resolution=480)
RETUR = Department(
    name="retur",
    calendar=OFFICE,
    promises=Promises(usual=USUAL, by_priority={Priority.URGENT: Promise(first_reply=10, resolution=240)}),
)
BARE = Department(name="umum", calendar=OFFICE)


def at(hours: float) -> datetime:
    """So many hours of the clock after Monday, nine in the morning."""
    return MONDAY + timedelta(hours=hours)


@pytest.fixture
def queued() -> Case:
    conversation, ticket = open_ticket(
        Conversation(contact=Contact(channel="telegram", address="1", name="Budi")),
        ticket_id=TicketId(7),
        reason=HandoffReason.COMPLAINT,
        department="retur",
        priority=Priority.NORMAL,
        packet={},
        now=MONDAY,
        rules=RETUR,
    )
    return Case(conversation=conversation, ticket=ticket, rules=RETUR)


def replied(case: Case, now: datetime) -> Case:
    return desk.reply(case, SARI, Message(author=Author.AGENT, text="kami cek", at=now), PHRASES, now)


def deadlines(case: Case) -> Deadlines:
    return case.ticket.deadlines


def looked_at(case: Case, now: datetime) -> Case:
    return replace(case, ticket=sla.checked(case.ticket, case.rules, now))


def test_promises_begin_when_a_ticket_is_queued(queued: Case) -> None:
    assert (deadlines(queued).first_reply, deadlines(queued).next_reply, deadlines(queued).resolution) == (
        at(1),
        None,
        at(8),
    )


def promised(case: Case) -> dict[tuple[str, str], bool]:
    return {(each.department, each.kind): each.kept for each in deadlines(case).promised}


GUDANG = Department(name="gudang", calendar=OFFICE, promises=Promises(usual=Promise(resolution=240)))


def test_a_promise_is_kept_by_an_answer_and_by_the_end(queued: Case) -> None:
    assert promised(queued) == {}
    answered = replied(queued, at(0.5))
    assert promised(answered) == {("retur", "first_reply"): True}
    assert promised(desk.resolve(answered, SARI, PHRASES, at(1))) == {
        ("retur", "first_reply"): True,
        ("retur", "resolution"): True,
    }


def test_a_promise_that_was_broken_once_stays_broken(queued: Case) -> None:
    late = replied(looked_at(queued, at(1.5)), at(2))
    assert promised(late) == {("retur", "first_reply"): False}
    asked = desk.customer_wrote(late, at(2.5))
    again = replied(asked, at(24 + 2.5))  # Eight hours of business later; two were promised.
    assert promised(again)["retur", "next_reply"] is False
    once_more = replied(desk.customer_wrote(again, at(24 + 3)), at(24 + 3.5))
    assert promised(once_more)["retur", "next_reply"] is False


def test_who_passes_a_ticket_on_in_time_has_kept_what_they_promised(queued: Case) -> None:
    passed_on = passing.transfer(queued, SARI, GUDANG, PHRASES, at(0.5))
    assert promised(passed_on) == {("retur", "first_reply"): True, ("retur", "resolution"): True}
    late = looked_at(passed_on, at(5))
    assert promised(late) == {**promised(passed_on), ("gudang", "resolution"): False}
    assert promised(desk.resolve(late, SARI, PHRASES, at(6))) == promised(late)


def test_who_passes_a_ticket_on_too_late_has_not_and_where_nothing_is_promised_nothing_is_kept(queued: Case) -> None:
    passed_on = passing.transfer(queued, SARI, BARE, PHRASES, at(2))
    broken = {("retur", "first_reply"): False, ("retur", "resolution"): True}
    assert promised(passed_on) == broken
    assert promised(desk.resolve(replied(passed_on, at(30)), SARI, PHRASES, at(31))) == broken


def test_an_answer_that_is_due_when_a_ticket_is_passed_on_is_the_new_departments_to_give(queued: Case) -> None:
    asked = desk.customer_wrote(replied(queued, at(0.5)), at(1))
    passed_on = passing.transfer(asked, SARI, GUDANG, PHRASES, at(2))
    assert promised(passed_on)["retur", "next_reply"] is True
    assert promised(looked_at(passed_on, at(3.5)))["gudang", "next_reply"] is False
    late = passing.transfer(looked_at(asked, at(3.2)), SARI, GUDANG, PHRASES, at(3.4))
    assert promised(replied(late, at(3.6))) == {
        ("retur", "first_reply"): True,
        ("retur", "next_reply"): False,
        ("retur", "resolution"): True,
    }


def test_where_nothing_is_promised_nothing_is_due() -> None:
    conversation = Conversation(contact=Contact(channel="telegram", address="1"))
    _, ticket = open_ticket(
        conversation,
        ticket_id=TicketId(7),
        reason=HandoffReason.COMPLAINT,
        department="umum",
        priority=Priority.NORMAL,
        packet={},
        now=MONDAY,
    )
    assert ticket.deadlines == Deadlines()


def test_a_claim_is_no_reply(queued: Case) -> None:
    assert deadlines(desk.claim(queued, SARI, PHRASES, at(0.5))).first_reply == at(1)


def test_a_reply_keeps_the_first_promise_and_stops_the_clock(queued: Case) -> None:
    case = replied(queued, at(0.5))
    assert (deadlines(case).first_reply, deadlines(case).paused_at, deadlines(case).missed) == (None, at(0.5), ())
    assert deadlines(case).check_at is None


def test_the_customers_next_words_promise_a_next_reply_once_for_each_wait(queued: Case) -> None:
    wrote = desk.customer_wrote(replied(queued, at(0.5)), at(1))
    assert deadlines(wrote).next_reply == at(3)
    assert deadlines(desk.customer_wrote(wrote, at(2))).next_reply == at(3)
    again = replied(wrote, at(2))
    assert deadlines(again).next_reply is None
    assert deadlines(desk.customer_wrote(again, at(2.5))).next_reply == at(4.5)


def test_more_words_before_the_first_reply_move_nothing(queued: Case) -> None:
    assert deadlines(desk.customer_wrote(queued, at(0.5))) == deadlines(queued)


def test_what_was_left_is_left_after_waiting_for_the_customer(queued: Case) -> None:
    wrote = desk.customer_wrote(replied(queued, at(2)), at(24 + 1))
    assert deadlines(wrote).paused_seconds == 7 * 3600
    assert deadlines(wrote).resolution == at(24 + 7)
    assert RETUR.calendar.business_seconds(at(25), at(31)) == 6 * 3600


def test_a_snooze_stops_every_clock_until_it_is_over(queued: Case) -> None:
    snoozed = desk.snooze(desk.claim(queued, SARI, PHRASES, MONDAY), SARI, at(4), PHRASES, at(0.5))
    assert looked_at(snoozed, at(3)) == snoozed
    woken = desk.woken(snoozed, at(4))
    assert (deadlines(woken).first_reply, deadlines(woken).resolution) == (at(4.5), at(24 + 3.5))


def test_what_was_missed_before_a_pause_stays_missed(queued: Case) -> None:
    claimed = desk.claim(queued, SARI, PHRASES, MONDAY)
    woken = desk.woken(desk.snooze(claimed, SARI, at(4), PHRASES, at(2)), at(4))
    assert (deadlines(woken).first_reply, deadlines(woken).missed) == (at(1), ("first_reply",))


def test_the_wrap_up_and_the_end_stop_the_clock(queued: Case) -> None:
    finished = desk.finish(replied(queued, at(0.5)), SARI, at(1))
    assert deadlines(finished).paused_at == at(0.5)
    resolved = deadlines(desk.resolve(finished, SARI, PHRASES, at(2)))
    assert (resolved.next, resolved.check_at, resolved.paused_at) == (None, None, None)


# Warnings and misses


def test_a_warning_comes_when_four_fifths_of_the_time_are_over_and_once(queued: Case) -> None:
    assert deadlines(queued).check_at == at(0.8)
    assert sla.news(queued.ticket, looked_at(queued, at(0.79)).ticket) == ()
    warned = looked_at(queued, at(0.8))
    (event,) = sla.news(queued.ticket, warned.ticket)
    assert (event.ticket_id, event.alert, event.kind, event.due) == (7, Alert.WARNING, "first_reply", at(1))
    assert deadlines(warned).check_at == at(1)
    assert sla.news(warned.ticket, looked_at(warned, at(0.9)).ticket) == ()


def test_a_miss_is_told_once_and_stays_in_the_books(queued: Case) -> None:
    missed = looked_at(queued, at(1))
    assert [(event.alert, event.kind) for event in sla.news(queued.ticket, missed.ticket)] == [
        (Alert.MISSED, "first_reply")
    ]
    assert sla.news(missed.ticket, looked_at(missed, at(2)).ticket) == ()
    assert deadlines(missed).check_at == at(6.4)
    late = replied(missed, at(2))
    assert (deadlines(late).missed, deadlines(late).overdue, deadlines(late).warned) == (("first_reply",), (), ())


def test_a_late_reply_counts_as_late_even_if_nobody_looked_in_between(queued: Case) -> None:
    late = replied(queued, at(1.5))
    assert [event.alert for event in sla.news(queued.ticket, late.ticket)] == [Alert.MISSED]
    assert sla.news(queued.ticket, late.ticket)[0].due == at(1)


def test_each_next_reply_is_warned_of_and_missed_anew(queued: Case) -> None:
    first = looked_at(desk.customer_wrote(replied(queued, at(0)), at(0)), at(2))
    assert deadlines(first).overdue == ("next_reply",)
    second = desk.customer_wrote(replied(first, at(2)), at(2))
    assert deadlines(second).overdue == ()
    again = looked_at(second, at(4))
    assert [event.alert for event in sla.news(second.ticket, again.ticket)] == [Alert.MISSED]
    assert deadlines(again).missed == ("next_reply",)


def test_nights_are_not_waited_through(queued: Case) -> None:
    evening = replace(queued, ticket=sla.opened(replace(queued.ticket, queued_at=at(7.5)), RETUR))
    assert deadlines(evening).first_reply == at(24.5)
    assert deadlines(looked_at(evening, at(20))).warned == ()
    assert deadlines(evening).check_at == at(24.3)


# Another priority, another department


def test_an_urgent_ticket_has_promises_of_its_own(queued: Case) -> None:
    urgent = raised(queued.ticket, HandoffReason.ALARM, "retur", Priority.URGENT, at(0.1), RETUR)
    assert (urgent.deadlines.first_reply, urgent.deadlines.resolution) == (at(10 / 60), at(4))


def test_another_departments_promises_count_from_the_beginning_without_the_pauses(queued: Case) -> None:
    wrote = desk.customer_wrote(replied(queued, at(1)), at(3))
    gudang = replace(RETUR, name="gudang", promises=Promises(usual=Promise(first_reply=5, resolution=180)))
    passed = passing.transfer(wrote, SARI, gudang, PHRASES, at(3.5))
    assert (deadlines(passed).first_reply, deadlines(passed).next_reply, deadlines(passed).resolution) == (
        None,
        at(5),
        at(3 + 2),
    )


def test_a_department_without_promises_takes_over_only_the_next_reply(queued: Case) -> None:
    wrote = desk.customer_wrote(replied(queued, at(1)), at(3))
    passed = passing.transfer(wrote, SARI, BARE, PHRASES, at(3.5))
    assert (deadlines(passed).next_reply, deadlines(passed).resolution) == (at(5), None)
    assert deadlines(looked_at(passed, at(5))).overdue == ("next_reply",)


def test_what_is_left_is_told_in_business_time_and_below_nothing_when_late(queued: Case) -> None:
    assert sla.remaining(queued.ticket, "resolution", RETUR, at(2)) == 6 * 3600
    assert sla.remaining(queued.ticket, "first_reply", RETUR, at(2)) == -3600
    assert sla.remaining(queued.ticket, "next_reply", RETUR, at(2)) is None
    paused = replied(queued, at(2)).ticket
    assert sla.remaining(paused, "resolution", RETUR, at(5)) == 6 * 3600


# Whatever happens, in whatever order

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reply", "customer", "snooze", "wake", "finish", "release", "look"]), st.integers(0, 900)
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_the_resolution_is_always_due_after_the_promised_time_without_the_pauses(steps: list[tuple[str, int]]) -> None:
    conversation, ticket = open_ticket(
        Conversation(contact=Contact(channel="telegram", address="1")),
        ticket_id=TicketId(7),
        reason=HandoffReason.COMPLAINT,
        department="retur",
        priority=Priority.NORMAL,
        packet={},
        now=MONDAY.astimezone(UTC),
        rules=RETUR,
    )
    case = desk.claim(Case(conversation=conversation, ticket=ticket, rules=RETUR), SARI, PHRASES, MONDAY)
    now = MONDAY
    for name, minutes in steps:
        now += timedelta(minutes=minutes)
        before = case
        try:
            if name == "reply":
                case = replied(case, now)
            elif name == "customer":
                case = desk.customer_wrote(case, now)
            elif name == "snooze":
                case = desk.snooze(case, SARI, now + timedelta(hours=5), PHRASES, now)
            elif name == "wake":
                case = desk.wake(case, SARI, now)
            elif name == "finish":
                case = desk.finish(case, SARI, now)
            elif name == "release":
                case = desk.release(case, SARI, PHRASES, now)
            else:
                case = looked_at(case, now)
        except Refusal:
            continue
        held = deadlines(case)
        assert (held.paused_at is not None) == (case.ticket.status in sla.PAUSED)
        assert set(held.overdue) <= set(held.missed)
        assert set(deadlines(before).missed) <= set(held.missed)
        assert (held.first_reply is None) == (case.ticket.replied_at is not None)
        assert (held.next_reply is not None) <= (case.ticket.waiting_since is not None)
        if held.paused_at is None:
            assert held.check_at is None or held.check_at > now
            if "resolution" not in held.missed:
                assert held.resolution == OFFICE.due(MONDAY, 480 * 60 + held.paused_seconds)
        else:
            assert held.check_at is None
