"""Shifts as people write them: "09:00-12:00, 13:00-17:00" by day, or by days ("senin-jumat").

It reads words only; what a calendar makes of them is settled in `handoff.hours`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from conversation.errors import SettingError

DAY = timedelta(days=1)

_SHIFT = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})")
_DAYS = (
    ("senin", "monday", "mon"),
    ("selasa", "tuesday", "tue"),
    ("rabu", "wednesday", "wed"),
    ("kamis", "thursday", "thu"),
    ("jumat", "friday", "fri"),
    ("sabtu", "saturday", "sat"),
    ("minggu", "sunday", "sun"),
)
_CLOSED = ("", "tutup", "closed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """From `begin` to `end`, both counted from the midnight before; `end` lies past 24 h where the shift does."""

    begin: timedelta
    end: timedelta


Shifts = tuple[Shift, ...]

ALL_DAY = Shift(begin=timedelta(), end=DAY)


def shifts(text: str) -> Shifts:
    """The shifts of one day, in order. "22:00-06:00" runs past midnight, "00:00-24:00" is the whole day, "tutup" none.

    Raises:
        SettingError: it cannot be read, or two shifts overlap.
    """
    if text.strip().lower() in _CLOSED:
        return ()
    found = sorted((_shift(part.strip()) for part in text.split(",")), key=lambda shift: shift.begin)
    for earlier, later in itertools.pairwise(found):
        if later.begin < earlier.end:
            raise SettingError(f"the shifts in {text!r} overlap")
    return tuple(found)


def week(hours: Mapping[str, str]) -> tuple[Shifts, Shifts, Shifts, Shifts, Shifts, Shifts, Shifts]:
    """The shifts of Monday to Sunday from `{"senin-jumat": "09:00-17:00", "sabtu": "09:00-12:00"}`; other days closed.

    Raises:
        SettingError: a day or its hours cannot be read, or a day is given twice.
    """
    found: dict[int, Shifts] = {}
    for days, text in hours.items():
        for day in _day_range(days):
            if day in found:
                raise SettingError(f"hours for {_DAYS[day][0]} are given twice")
            found[day] = shifts(text)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (found.get(day, ()) for day in range(7))
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _shift(text: str) -> Shift:
    match = _SHIFT.fullmatch(text)
    if match is None:
        raise SettingError(f"{text!r} is no shift", remedy='write "09:00-12:00, 13:00-17:00", or "tutup"')
    begin_hour, begin_minute, end_hour, end_minute = (int(part) for part in match.groups())
    begin = timedelta(hours=begin_hour, minutes=begin_minute)
    end = timedelta(hours=end_hour, minutes=end_minute)
    if begin_minute > 59 or end_minute > 59 or begin >= DAY or end > DAY or begin == end:
        raise SettingError(f"{text!r} is no shift: hours go from 00:00 to 24:00, minutes to 59")
    return Shift(begin=begin, end=end if end > begin else end + DAY)


def _day_range(text: str) -> tuple[int, ...]:
    first, _, last = text.lower().replace("–", "-").partition("-")
    begin = _day(first.strip(), text)
    end = _day(last.strip(), text) if last else begin
    return tuple((begin + offset) % 7 for offset in range((end - begin) % 7 + 1))


def _day(word: str, text: str) -> int:
    for number, names in enumerate(_DAYS):
        if word in names:
            return number
    raise SettingError(f"{text!r} names no day", remedy='write "senin", "sabtu", or "senin-jumat"')
