"""Indonesia's holidays, as far as the package knows them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from handoff.feasts import collective_leave, collective_leave_known, holiday, in_ramadan


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 8, 17), "Hari Kemerdekaan Republik Indonesia"),
        (date(2026, 3, 19), "Hari Suci Nyepi"),
        (date(2026, 3, 21), "Hari Raya Idul Fitri"),
        (date(2026, 3, 20), ""),
        (date(2026, 8, 18), ""),
    ],
)
def test_public_holidays_have_their_names(day: date, name: str) -> None:
    assert holiday(day) == name


def test_collective_leave_is_told_apart_from_holidays() -> None:
    assert collective_leave(date(2026, 3, 20)) == "Cuti Bersama Hari Raya Idul Fitri"
    assert collective_leave(date(2026, 3, 21)) == ""


def test_it_is_known_of_which_years_the_leave_is_known() -> None:
    assert [collective_leave_known(year) for year in (2024, 2025, 2026, 2050)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("first", "eid"),
    [
        (date(2023, 3, 23), date(2023, 4, 22)),
        (date(2025, 3, 1), date(2025, 3, 31)),
        (date(2026, 2, 19), date(2026, 3, 21)),
    ],
)
def test_ramadan_is_the_month_before_eid(first: date, eid: date) -> None:
    days = [date.fromordinal(first.toordinal() + offset) for offset in range(-1, 31)]
    assert [day for day in days if in_ramadan(day)] == days[1:31]
    assert days[31] == eid


def test_a_year_may_have_two_ramadans_and_one_may_run_over_new_year() -> None:
    assert in_ramadan(date(2030, 1, 10))
    assert in_ramadan(date(2030, 12, 28))
    assert in_ramadan(date(2031, 1, 2))
    assert not in_ramadan(date(2030, 6, 1))


def test_nothing_is_loaded_for_calendars_without_holidays() -> None:
    code = (
        "import sys; from datetime import UTC, datetime; from handoff.hours import ALWAYS;"
        "ALWAYS.is_open(datetime(2026, 1, 1, tzinfo=UTC)); print('holidays' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
