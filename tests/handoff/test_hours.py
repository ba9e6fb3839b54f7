"""Business hours: when somebody is there, and how much of a stretch of time that was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conversation.errors import SettingError
from handoff.hours import ALWAYS, Calendar, Ramadan
from handoff.shifts import DAY, Shift, Shifts, shifts, week

JAKARTA = ZoneInfo("Asia/Jakarta")
OFFICE = Calendar(week=week({"senin-jumat": "09:00-12:00, 13:00-17:00", "sabtu": "09:00-12:00"}))


def wib(text: str) -> datetime:
    """A time in Jakarta, such as `2026-03-02 09:00` (a Monday)."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def hours(count: float) -> float:
    return count * 3600


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-03-02 08:59:59", False),
        ("2026-03-02 09:00", True),
        ("2026-03-02 11:59:59", True),
        ("2026-03-02 12:00", False),
        ("2026-03-02 13:00", True),
        ("2026-03-02 17:00", False),
        ("2026-03-07 11:00", True),
        ("2026-03-07 13:00", False),
        ("2026-03-08 10:00", False),
    ],
)
def test_a_split_shift_is_open_from_its_beginning_to_before_its_end(at: str, is_open: bool) -> None:
    assert OFFICE.is_open(wib(at)) is is_open
    assert OFFICE.is_open(wib(at).astimezone(UTC)) is is_open


def test_the_next_opening_skips_what_is_closed_and_is_told_in_the_calendars_zone() -> None:
    opening = OFFICE.next_opening(wib("2026-03-07 12:00").astimezone(UTC))
    assert opening.isoformat() == "2026-03-09T09:00:00+07:00"
    assert OFFICE.next_opening(wib("2026-03-09 10:30")) == wib("2026-03-09 10:30")


def test_business_time_leaves_out_lunch_nights_and_sundays() -> None:
    assert OFFICE.business_seconds(wib("2026-03-02 11:00"), wib("2026-03-02 14:00")) == hours(2)
    assert OFFICE.business_seconds(wib("2026-03-06 16:00"), wib("2026-03-09 10:00")) == hours(1 + 3 + 1)
    assert OFFICE.business_seconds(wib("2026-03-09 10:00"), wib("2026-03-06 16:00")) == 0


def test_what_is_due_is_due_after_that_much_business_time() -> None:
    assert OFFICE.due(wib("2026-03-02 16:00"), hours(2)) == wib("2026-03-03 10:00")
    assert OFFICE.due(wib("2026-03-02 16:00"), hours(1)) == wib("2026-03-02 17:00")
    assert OFFICE.due(wib("2026-03-07 22:00"), 60) == wib("2026-03-09 09:01")
    assert OFFICE.due(wib("2026-03-07 22:00"), 0) == wib("2026-03-07 22:00")


@pytest.mark.parametrize(("zone", "utc_hour"), [("WIB", 2), ("WITA", 1), ("WIT", 0), ("Asia/Makassar", 1)])
def test_nine_in_the_morning_is_another_time_in_each_zone(zone: str, utc_hour: int) -> None:
    opening = replace(OFFICE, zone=zone).next_opening(datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert opening == datetime(2026, 3, 2, utc_hour, tzinfo=UTC)


def test_a_zone_is_shown_as_people_write_it() -> None:
    assert [replace(OFFICE, zone=zone).zone_title for zone in ("WIT", "Asia/Makassar", "Asia/Singapore")] == [
        "WIT",
        "WITA",
        "Asia/Singapore",
    ]


def test_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    night = Calendar(week=week({"senin": "22:00-06:00"}), days={date(2026, 3, 3): ()})
    assert night.is_open(wib("2026-03-03 05:59"))
    assert not night.is_open(wib("2026-03-02 05:00"))
    assert night.business_seconds(wib("2026-03-02 00:00"), wib("2026-03-09 00:00")) == hours(8)


def test_shifts_that_overlap_past_midnight_count_once() -> None:
    both = Calendar(week=week({"senin": "22:00-06:00", "selasa": "04:00-08:00"}))
    assert both.business_seconds(wib("2026-03-02 00:00"), wib("2026-03-04 00:00")) == hours(10)


def test_a_day_and_night_calendar_is_the_clock_itself() -> None:
    since = datetime(2026, 3, 14, 12, 34, 56, 789, tzinfo=UTC)
    assert ALWAYS.due(since, 100_000) == since + timedelta(seconds=100_000)
    assert ALWAYS.business_seconds(since, since + timedelta(days=400)) == 400 * 86_400


@pytest.mark.parametrize("zone", ["WIBB", "", "../etc"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(SettingError, match="no time zone"):
        replace(OFFICE, zone=zone)


def test_a_calendar_that_never_opens_is_refused() -> None:
    with pytest.raises(SettingError, match="ever be there"):
        Calendar(week=week({"senin": "tutup"}))


def test_hours_hold_over_a_change_of_the_clocks_elsewhere() -> None:
    berlin = Calendar(week=week({"senin-minggu": "00:00-24:00"}), zone="Europe/Berlin")
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert berlin.business_seconds(before, before + timedelta(days=2)) == 2 * 86_400


# Days that are not like others


def test_holidays_and_collective_leave_close_where_a_calendar_asks_for_them() -> None:
    christmas, before = wib("2025-12-25 10:00"), wib("2025-12-26 10:00")
    assert OFFICE.is_open(christmas)
    public = replace(OFFICE, holidays=True)
    assert (public.is_open(christmas), public.is_open(before)) == (False, True)
    both = replace(public, collective_leave=True)
    assert not both.is_open(before)
    assert both.closed_for(date(2025, 12, 26)) == "Cuti Bersama Hari Raya Natal"


def test_days_of_ones_own_go_before_holidays_and_the_week() -> None:
    own = replace(OFFICE, holidays=True, days={date(2025, 12, 25): shifts("10:00-11:00"), date(2026, 3, 2): ()})
    assert own.is_open(wib("2025-12-25 10:30"))
    assert own.closed_for(date(2025, 12, 25)) == ""
    assert not own.is_open(wib("2026-03-02 10:00"))


def test_ramadan_has_hours_of_its_own_within_the_period_given() -> None:
    period = (date(2026, 2, 19), date(2026, 3, 20))
    fasting = replace(OFFICE, ramadan=Ramadan(week=week({"senin-jumat": "08:00-14:00"}), periods=(period,)))
    assert fasting.is_open(wib("2026-02-19 08:30"))
    assert not fasting.is_open(wib("2026-02-18 08:30"))
    assert not fasting.is_open(wib("2026-03-20 14:30"))
    assert fasting.is_open(wib("2026-03-23 14:30"))


def test_ramadan_can_be_computed() -> None:
    fasting = replace(OFFICE, ramadan=Ramadan(week=week({"senin-jumat": "08:00-14:00"})))
    assert fasting.is_open(wib("2026-02-19 08:30"))
    assert not fasting.is_open(wib("2026-02-18 08:30"))


def test_ramadan_without_hours_leaves_the_holidays_closed_and_the_rest_of_the_year_open() -> None:
    fasting = replace(OFFICE, holidays=True, ramadan=Ramadan(week=((),) * 7))
    assert fasting.next_opening(wib("2026-02-19 00:00")) == wib("2026-03-23 09:00")


# Whatever the calendar


@st.composite
def one_day(draw: st.DrawFn) -> Shifts:
    edges = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    quarter = timedelta(minutes=15)
    whole = [
        Shift(begin=b * quarter, end=e * quarter)
        for b, e in zip(edges[::2], edges[1::2], strict=False)
        if b * quarter < DAY
    ]
    if bool(whole) and draw(st.booleans()):
        whole[-1] = replace(whole[-1], end=whole[-1].end + draw(st.integers(0, 23)) * timedelta(hours=1))
    return tuple(shift for shift in whole if shift.end - shift.begin <= DAY)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days = tuple(draw(st.lists(one_day(), min_size=7, max_size=7)))
    assume(any(days))
    own = draw(st.dictionaries(st.dates(date(2026, 3, 1), date(2026, 3, 20)), one_day(), max_size=4))
    return Calendar(
        week=days,  # type: ignore[arg-type]  # seven of them
        zone=draw(st.sampled_from(["WIB", "WITA", "WIT"])),
        days=own,
        holidays=draw(st.booleans()),
    )


INSTANTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 25), timezones=st.just(UTC))
SECONDS = st.integers(0, 10 * 86_400)


@settings(deadline=None)
@given(calendars(), INSTANTS, SECONDS)
def test_until_something_is_due_that_much_business_time_passes(calendar: Calendar, at: datetime, seconds: int) -> None:
    assert calendar.business_seconds(at, calendar.due(at, seconds)) == seconds


@settings(deadline=None)
@given(calendars(), INSTANTS, INSTANTS)
def test_the_business_time_between_two_times_is_due_by_the_later_one(
    calendar: Calendar, one: datetime, other: datetime
) -> None:
    since, until = min(one, other), max(one, other)
    due = calendar.due(since, calendar.business_seconds(since, until))
    assert due <= until
    assert calendar.business_seconds(due, until) == 0


@settings(deadline=None)
@given(calendars(), INSTANTS, SECONDS, SECONDS)
def test_more_work_is_due_no_sooner(calendar: Calendar, at: datetime, some: int, more: int) -> None:
    assert calendar.due(at, some) <= calendar.due(at, some + more)
    assert calendar.due(at, some + more) == calendar.due(calendar.due(at, some), more)


@settings(deadline=None)
@given(calendars(), INSTANTS, INSTANTS, SECONDS)
def test_what_begins_later_is_due_no_sooner(calendar: Calendar, one: datetime, other: datetime, seconds: int) -> None:
    assert calendar.due(min(one, other), seconds) <= calendar.due(max(one, other), seconds)


@settings(deadline=None)
@given(calendars(), st.tuples(INSTANTS, INSTANTS, INSTANTS).map(sorted))
def test_business_time_adds_up_and_is_never_more_than_time(calendar: Calendar, times: list[datetime]) -> None:
    first, second, third = times
    parts = calendar.business_seconds(first, second) + calendar.business_seconds(second, third)
    assert parts == pytest.approx(calendar.business_seconds(first, third), abs=1e-6)
    assert 0 <= calendar.business_seconds(first, third) <= (third - first).total_seconds()


@settings(deadline=None)
@given(calendars(), INSTANTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Calendar, at: datetime) -> None:
    opening = calendar.next_opening(at)
    assert opening >= at
    assert calendar.is_open(opening)
    assert calendar.business_seconds(at, opening) == 0
    assert calendar.is_open(at) is (opening == at)
