"""Shifts as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversation.errors import SettingError
from handoff.shifts import ALL_DAY, shifts, week


def in_hours(text: str) -> list[tuple[float, float]]:
    hour = timedelta(hours=1)
    return [(shift.begin / hour, shift.end / hour) for shift in shifts(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00-17:00", [(9, 17)]),
        ("13.00 – 17.30, 9:00-12:00", [(9, 12), (13, 17.5)]),
        ("22:00-06:00", [(22, 30)]),
        ("00:00-24:00", [(0, 24)]),
        ("tutup", []),
        ("Closed", []),
        ("", []),
    ],
)
def test_shifts_are_read_as_they_are_written(text: str, expected: list[tuple[float, float]]) -> None:
    assert in_hours(text) == expected


@pytest.mark.parametrize(
    "text", ["9-17", "09:00-25:00", "24:00-02:00", "09:60-10:00", "09:00-09:00", "siang", "09:00-10:00,"]
)
def test_what_is_no_shift_is_refused_by_its_words(text: str) -> None:
    with pytest.raises(SettingError, match="is no shift"):
        shifts(text)


@pytest.mark.parametrize("text", ["09:00-12:00, 11:00-13:00", "22:00-06:00, 23:00-23:30"])
def test_shifts_may_touch_but_not_overlap(text: str) -> None:
    with pytest.raises(SettingError, match="overlap"):
        shifts(text)
    assert len(shifts("09:00-12:00, 12:00-13:00")) == 2


def test_a_week_is_written_by_days_and_ranges_and_is_closed_on_the_others() -> None:
    days = week({"senin - kamis": "09:00-17:00", "Jumat": "09:00-11:00", "sun": "00:00-24:00"})
    assert [len(day) for day in days] == [1, 1, 1, 1, 1, 0, 1]
    assert days[6] == (ALL_DAY,)


def test_a_range_may_run_over_the_weekend() -> None:
    assert [len(day) for day in week({"sabtu-senin": "09:00-12:00"})] == [1, 0, 0, 0, 0, 1, 1]


def test_a_day_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingError, match="names no day"):
        week({"libur": "09:00-12:00"})


def test_a_day_given_twice_is_refused() -> None:
    with pytest.raises(SettingError, match="selasa are given twice"):
        week({"senin-jumat": "09:00-12:00", "selasa": "09:00-10:00"})
