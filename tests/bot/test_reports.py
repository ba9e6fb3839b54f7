"""Reports: every figure on examples that were worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.reports import (
    ASIDE,
    COMMENTS,
    FORM,
    LONGEST,
    QUIET,
    Period,
    Report,
    Share,
    brought_back,
    by_intent,
    ends,
    figures,
    from_to,
    heat,
    last_days,
    percentile,
    promises_kept,
    read_until,
    report,
    spread,
    stretches,
    votes,
)
from conversation.desk_ports import EpisodeRow, Volume
from conversation.messages import ConversationId
from conversation.state import EpisodeId
from conversation.tickets import Priority, Promised
from handoff.policy import Department, DeskPolicy, Promise, Promises

WIB, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
NOW = datetime(2026, 3, 11, 14, 30, tzinfo=WIB)  # A Wednesday.
POLICY = DeskPolicy(
    departments={
        "retur": Department(name="retur", promises=Promises(usual=Promise(first_reply=15))),
        "alarm": Department(name="alarm", promises=Promises(by_priority={Priority.URGENT: Promise(resolution=60)})),
        "umum": Department(name="umum"),
    }
)


def row(id: int = 1, at: datetime = NOW - timedelta(hours=1), **values: object) -> EpisodeRow:
    """An episode that an agent of `retur` closed."""
    plain = EpisodeRow(
        id=EpisodeId(id),
        conversation_id=ConversationId(f"chat:{id}"),
        opened_at=at - timedelta(hours=1),
        closed_at=at,
        closed_by="agent",
        by_bot=False,
        handoff_reason="complaint",
        department="retur",
        agent="console:sari",
        first_reply=None,
        resolution=None,
        handling=None,
        missed=(),
        promised=None,
        abandoned=False,
        reopened=False,
        stars=None,
        comment="",
    )
    return replace(plain, **values)  # type: ignore[arg-type]  # names checked by dataclasses


def by_bot(id: int, at: datetime = NOW - timedelta(hours=1), **values: object) -> EpisodeRow:
    values = {"by_bot": True, "handoff_reason": "", "department": "", "agent": "", "closed_by": "silence", **values}
    return row(id, at, **values)


def a_report(
    *rows: EpisodeRow, days: int = 7, departments: frozenset[str] | None = None, volumes: tuple[Volume, ...] = ()
) -> Report:
    ordered = sorted(rows, key=lambda each: each.closed_at)
    return report(ordered, volumes, last_days(days, NOW, WIB), WIB, POLICY, departments)


def test_today_runs_from_midnight_until_now_in_the_zone() -> None:
    today = last_days(1, NOW, WIB)
    assert today == Period(since=datetime(2026, 3, 11, tzinfo=WIB), until=NOW, days=1)
    # It is 16:30 in Papua already, and its day began two hours earlier.
    assert last_days(1, NOW, WIT).since == datetime(2026, 3, 10, 22, tzinfo=WIB)


def test_seven_days_are_today_and_the_six_before() -> None:
    assert last_days(7, NOW, WIB).since == datetime(2026, 3, 5, tzinfo=WIB)


def test_the_period_before_is_cut_at_the_same_time_of_day() -> None:
    before = last_days(7, NOW, WIB).before
    assert (before.since, before.until) == (
        datetime(2026, 2, 26, tzinfo=WIB),
        datetime(2026, 3, 4, 14, 30, tzinfo=WIB),
    )


def test_days_of_ones_own_may_come_in_either_order_and_never_lie_ahead() -> None:
    chosen = from_to(date(2026, 3, 3), date(2026, 3, 1), NOW, WIB)
    assert (chosen.since, chosen.until, chosen.days) == (
        datetime(2026, 3, 1, tzinfo=WIB),
        datetime(2026, 3, 4, tzinfo=WIB),
        3,
    )
    assert from_to(date(2026, 3, 10), date(2027, 1, 1), NOW, WIB) == last_days(2, NOW, WIB)
    assert from_to(date(2030, 1, 1), date(2031, 1, 1), NOW, WIB) == last_days(1, NOW, WIB)
    assert from_to(date(1999, 1, 1), date(2026, 3, 11), NOW, WIB).days == LONGEST


def test_a_period_holds_its_begin_and_not_its_end() -> None:
    today = last_days(1, NOW, WIB)
    assert today.holds(today.since)
    assert not today.holds(today.until)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.9, 5.0),
        ([1.0, 3.0], 0.5, 2.0),
        ([10.0, 20.0, 30.0, 40.0], 0.5, 25.0),  # Place 1.5.
        ([10.0, 20.0, 30.0, 40.0], 0.9, 37.0),  # Place 2.7.
        ([float(n) for n in range(11)], 0.9, 9.0),
    ],
)
def test_percentiles_lie_between_the_two_nearest_values(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == pytest.approx(expected)


def test_a_spread_leaves_out_what_never_happened() -> None:
    found = spread([None, 40.0, 10.0, None, 30.0, 20.0])
    assert (found.median, found.p90, found.number) == (25.0, 37.0, 4)
    assert spread([None]).median is None


def test_a_share_of_nothing_is_no_number() -> None:
    assert Share(part=0, whole=0).value is None
    assert Share(part=3, whole=4).value == 0.75


def test_headline_figures_of_a_small_day() -> None:
    rows = [
        by_bot(1, stars=5),
        by_bot(2),
        row(3, first_reply=60.0, resolution=600.0, handling=120.0, stars=4),
        row(4, first_reply=180.0, resolution=1_200.0, handling=240.0, stars=2, missed=("first_reply",)),
        row(5, abandoned=True, reopened=True),
    ]
    found = figures(rows, POLICY, whole=True)
    assert (found.conversations, found.handoffs) == (5, 3)
    assert found.contained == Share(part=2, whole=5)
    assert found.handed_over == Share(part=3, whole=5)
    assert found.first_reply.median == 120.0
    assert found.first_reply.p90 == pytest.approx(168.0)
    assert found.resolution.median == 900.0
    assert found.handling.median == 180.0
    assert found.kept == Share(part=2, whole=3)
    assert found.satisfied == Share(part=2, whole=3)
    assert found.stars == pytest.approx(11 / 3)
    assert found.abandoned == Share(part=1, whole=3)
    assert found.reopened == Share(part=1, whole=3)


def test_a_department_has_no_containment() -> None:
    found = figures([row(1)], POLICY, whole=False)
    assert found.contained is None
    assert found.handed_over is None


def test_what_promises_nothing_keeps_no_promise() -> None:
    assert promises_kept([row(1, department="umum"), by_bot(2)], POLICY) == Share(part=0, whole=0)
    assert promises_kept([row(1), row(2, department="alarm"), row(3, department="lain")], POLICY).whole == 2


RETUR_KEPT = Promised(department="retur", kind="first_reply", kept=True)
ALARM_BROKE = Promised(department="alarm", kind="resolution", kept=False)


def test_what_was_promised_counts_for_who_promised_it_and_not_by_what_is_promised_today() -> None:
    rows = [
        row(1, department="umum", promised=(RETUR_KEPT,)),
        row(2, department="umum", promised=(RETUR_KEPT, ALARM_BROKE), missed=("resolution",)),
        row(3, department="retur", promised=()),
    ]
    assert promises_kept(rows, POLICY) == Share(part=1, whole=2)
    assert promises_kept(rows, POLICY, frozenset({"retur"})) == Share(part=2, whole=2)
    assert promises_kept(rows, POLICY, frozenset({"alarm", "umum"})) == Share(part=0, whole=1)


def test_a_transferred_ticket_counts_as_served_where_it_went_and_as_promised_where_it_was() -> None:
    passed_on = row(1, department="umum", promised=(RETUR_KEPT,), stars=2, comment="dioper", first_reply=9.0)
    own = row(2, promised=(replace(RETUR_KEPT, kept=False),))
    found = dict(a_report(passed_on, own).departments)
    assert (found["umum"].handoffs, found["umum"].kept.whole, found["umum"].first_reply.number) == (1, 0, 1)
    assert (found["retur"].handoffs, found["retur"].kept) == (1, Share(part=1, whole=2))
    alone = a_report(passed_on, own, departments=frozenset({"retur"}))
    assert (alone.now.handoffs, alone.now.kept, alone.now.first_reply.number) == (1, Share(part=1, whole=2), 0)
    assert (sum(each.whole for each in alone.kept), sum(alone.votes), alone.comments) == (2, 0, ())
    assert [name for name, _ in alone.departments] == ["retur"]
    elsewhere = dict(a_report(passed_on).departments)
    assert (elsewhere["retur"].handoffs, elsewhere["retur"].kept) == (0, Share(part=1, whole=1))


def test_stretches_end_where_the_next_begins_and_the_last_with_the_period() -> None:
    three = last_days(3, NOW, WIB)
    starts, _ = stretches(three, WIB)
    assert ends(starts, three) == (datetime(2026, 3, 10, tzinfo=WIB), datetime(2026, 3, 11, tzinfo=WIB), NOW)


def test_a_promise_that_was_missed_counts_although_the_department_promises_nothing_any_more() -> None:
    assert promises_kept([row(1, department="umum", missed=("resolution",))], POLICY) == Share(part=0, whole=1)


def test_the_bot_has_not_resolved_what_a_human_took_up_again_soon_after() -> None:
    settled = by_bot(1, NOW - timedelta(days=3), conversation_id="chat:budi")
    again = row(2, NOW - timedelta(days=1), conversation_id="chat:budi", reopened=True)
    other = by_bot(3, NOW - timedelta(days=2), conversation_id="chat:ani")
    assert brought_back([settled, other, again]) == {EpisodeId(1)}
    assert a_report(settled, other, again).now.contained == Share(part=1, whole=3)


def test_only_the_episode_just_before_was_undone() -> None:
    first = by_bot(1, NOW - timedelta(days=3), conversation_id="chat:budi")
    second = row(2, NOW - timedelta(days=2), conversation_id="chat:budi")
    third = row(3, NOW - timedelta(days=1), conversation_id="chat:budi", reopened=True)
    assert brought_back([first, second, third]) == frozenset()


def test_what_came_back_after_the_period_is_read_for_seven_days_more_but_not_from_the_future() -> None:
    past = from_to(date(2026, 2, 1), date(2026, 2, 10), NOW, WIB)
    assert read_until(past, NOW) == datetime(2026, 2, 18, tzinfo=WIB)
    assert read_until(last_days(7, NOW, WIB), NOW) == NOW
    settled = by_bot(1, datetime(2026, 2, 10, 9, tzinfo=WIB), conversation_id="chat:budi")
    again = row(2, datetime(2026, 2, 12, 9, tzinfo=WIB), conversation_id="chat:budi", reopened=True)
    found = report([settled, again], (), past, WIB, POLICY)
    assert (found.now.conversations, found.now.contained) == (1, Share(part=0, whole=1))


def test_each_period_counts_its_own() -> None:
    found = a_report(row(1), row(2, NOW - timedelta(days=8)), row(3, NOW - timedelta(days=20)))
    assert (found.now.conversations, found.before.conversations) == (1, 1)


def test_heat_is_by_weekday_and_hour_of_the_zone() -> None:
    sunday_evening = datetime(2026, 3, 8, 17, tzinfo=UTC)  # In Jakarta it is Monday, 00:00.
    found = heat([(sunday_evening, 3), (sunday_evening + timedelta(days=7), 2)], WIB)
    assert found[0][0] == 5
    assert sum(map(sum, found)) == 5


def test_a_single_day_goes_by_hours_some_weeks_by_days_and_a_quarter_by_weeks() -> None:
    starts, step = stretches(last_days(1, NOW, WIB), WIB)
    assert (len(starts), step) == (15, 1)  # Midnight to 14:30.
    starts, step = stretches(last_days(30, NOW, WIB), WIB)
    assert (len(starts), step, starts[-1]) == (30, 24, datetime(2026, 3, 11, tzinfo=WIB))
    starts, step = stretches(last_days(90, NOW, WIB), WIB)
    assert (step, starts[0].weekday(), starts[-1]) == (168, 0, datetime(2026, 3, 9, tzinfo=WIB))
    assert starts[0] <= last_days(90, NOW, WIB).since


def test_the_most_frequent_intents_come_by_name_and_the_rest_together() -> None:
    starts = (datetime(2026, 3, 10, tzinfo=WIB), datetime(2026, 3, 11, tzinfo=WIB))
    first, second = starts[0] + timedelta(hours=9), starts[1] + timedelta(hours=9)
    volumes = [Volume(hour=first, intent=f"i{n:02}", kind="answer", turns=20 - n) for n in range(12)]
    volumes += [Volume(hour=second, intent="i11", kind="unknown", turns=1)]
    found = by_intent(volumes, starts)
    assert [name for name, _ in found] == [*(f"i{n:02}" for n in range(10)), None]
    assert found[0] == ("i00", (20, 0))
    assert found[-1] == (None, (10 + 9, 1))


@pytest.mark.parametrize(
    ("kind", "name"),
    [("form", FORM), ("command", ASIDE), ("answer", ASIDE), ("silent", QUIET), ("unknown", ""), ("clarify", "")],
)
def test_only_what_was_not_understood_is_counted_as_that(kind: str, name: str) -> None:
    starts = (datetime(2026, 3, 11, tzinfo=WIB),)
    nameless = Volume(hour=starts[0], intent="", kind=kind, turns=2)
    assert by_intent([nameless, replace(nameless, intent="ongkir", turns=1)], starts) == (
        (name, (2,)),
        ("ongkir", (1,)),
    )


def test_with_few_intents_there_is_no_rest() -> None:
    starts = (datetime(2026, 3, 11, tzinfo=WIB),)
    assert by_intent([Volume(hour=starts[0], intent="", kind="unknown", turns=2)], starts) == (("", (2,)),)


def test_series_count_what_closed_in_each_stretch() -> None:
    found = a_report(
        row(1, datetime(2026, 3, 5, 9, tzinfo=WIB), first_reply=30.0),
        row(2, datetime(2026, 3, 5, 23, 59, tzinfo=WIB), first_reply=90.0, missed=("first_reply",)),
        row(3, datetime(2026, 3, 6, tzinfo=WIB), first_reply=10.0, resolution=50.0),
        by_bot(4),
    )
    assert [each.median for each in found.first_replies] == [60.0, 10.0, None, None, None, None, None]
    assert found.resolutions[1].number == 1
    assert found.kept[:3] == (Share(part=1, whole=2), Share(part=1, whole=1), Share(part=0, whole=0))


def test_reasons_votes_and_comments() -> None:
    rows = [
        row(1, NOW - timedelta(hours=3), handoff_reason="alarm", stars=5, comment="cepat"),
        row(2, NOW - timedelta(hours=2), stars=1, comment="=HYPERLINK()"),
        row(3),
        by_bot(4, stars=5),
    ]
    found = a_report(*rows)
    assert found.reasons == (("complaint", 2), ("alarm", 1))
    assert found.votes == votes(rows) == (1, 0, 0, 0, 2)
    assert [each.comment for each in found.comments] == ["=HYPERLINK()", "cepat"]


def test_a_report_holds_the_latest_comments_only() -> None:
    many = [row(n, NOW - timedelta(minutes=n), stars=3, comment=str(n)) for n in range(1, COMMENTS + 10)]
    found = a_report(*many)
    assert [each.comment for each in found.comments] == [str(n) for n in range(1, COMMENTS + 1)]


def test_departments_and_agents_stand_by_how_much_they_had() -> None:
    found = a_report(
        row(1, agent="console:sari"),
        row(2, agent="console:tono", department="umum"),
        row(3, agent="console:tono"),
        row(4, agent="", abandoned=True),
        by_bot(5),
    )
    assert [(name, each.handoffs) for name, each in found.departments] == [("retur", 3), ("umum", 1)]
    assert [(name, each.handoffs) for name, each in found.agents] == [("console:tono", 2), ("console:sari", 1)]


def test_the_report_of_a_department_goes_by_its_conversations_instead_of_the_turns_of_the_bot() -> None:
    turns = (Volume(hour=NOW - timedelta(hours=2), intent="salam", kind="answer", turns=9),)
    opened = datetime(2026, 3, 9, 8, 15, tzinfo=WIB)
    found = a_report(row(1, opened_at=opened), departments=frozenset({"retur"}), volumes=turns)
    assert found.intents == ()
    assert found.heat[0][8] == 1
    assert sum(map(sum, found.heat)) == 1
    assert sum(map(sum, a_report(row(1), volumes=turns).heat)) == 9


def test_a_period_without_anything_has_empty_figures() -> None:
    found = a_report()
    assert found.now.conversations == 0
    assert (found.now.contained, found.now.stars) == (Share(part=0, whole=0), None)
    assert (found.reasons, found.comments, found.departments, found.agents) == ((), (), (), ())
