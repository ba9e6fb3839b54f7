"""Business hours: when a department is there, and how much of a stretch of time that was.

One calendar answers for promises, notices and reports alike. It knows shifts, holidays and Ramadan hours; it does not
know who is there. Sums are made on the time line itself (UTC), so they hold in any zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from conversation.errors import SettingError
from handoff.feasts import collective_leave, holiday, in_ramadan
from handoff.shifts import ALL_DAY, Shifts

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
"""Indonesia's three zones and their names in the tz database."""

_DAY = timedelta(days=1)

Week = tuple[Shifts, Shifts, Shifts, Shifts, Shifts, Shifts, Shifts]
"""The shifts of Monday to Sunday."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ramadan:
    """Other hours in Ramadan: within `periods` (first and last day), or where none are given, as computed."""

    week: Week
    periods: tuple[tuple[date, date], ...] = ()

    def covers(self, day: date) -> bool:
        """Whether these hours hold on a day."""
        if not self.periods:
            return in_ramadan(day)
        return any(first <= day <= last for first, last in self.periods)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The business hours of a department.

    `days` are days of their own, open or (with no shifts) closed; they go before holidays, those before Ramadan
    hours, and those before the week. A shift that runs past midnight belongs to the day it begins on.

    Raises:
        SettingError: the zone is unknown, or the week has no shift at all, so that nobody would ever be there.
    """

    week: Week
    zone: str = "WIB"
    days: Mapping[date, Shifts] = field(default_factory=dict)
    holidays: bool = False
    collective_leave: bool = False
    ramadan: Ramadan | None = None

    def __post_init__(self) -> None:
        if not any(self.week):
            raise SettingError("business hours without a single shift: nobody would ever be there")
        zone_named(self.zone)

    @property
    def tz(self) -> ZoneInfo:
        """The zone, for showing times in it."""
        return zone_named(self.zone)

    @property
    def zone_title(self) -> str:
        """The zone as people here write it (`WIB`)."""
        return next((short for short, name in ZONES.items() if self.zone in (short, name)), self.zone)

    def closed_for(self, day: date) -> str:
        """The holiday or collective leave for which it is closed on a day; "" if for none."""
        if day in self.days:
            return ""
        return (self.holidays and holiday(day)) or (self.collective_leave and collective_leave(day)) or ""

    def shifts_on(self, day: date) -> Shifts:
        """The shifts that begin on a day."""
        if day in self.days:
            return self.days[day]
        if self.closed_for(day):
            return ()
        week = self.ramadan.week if self.ramadan and self.ramadan.covers(day) else self.week
        return week[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at a time."""
        begin, _ = next(self._spans(at))
        return begin == at

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when it is open, or else when it opens next; in the calendar's zone."""
        begin, _ = next(self._spans(at))
        return begin.astimezone(self.tz)

    def business_seconds(self, since: datetime, until: datetime) -> float:
        """How many seconds of business hours lie between two times; 0 where the second is not later."""
        total = timedelta()
        if since < until:
            for begin, end in self._spans(since):
                if begin >= until:
                    break
                total += min(end, until) - begin
        return total.total_seconds()

    def due(self, at: datetime, seconds: float) -> datetime:
        """The earliest time by which that many seconds of business hours have passed since `at`; in UTC."""
        left = timedelta(seconds=seconds)
        if left <= timedelta():
            return at.astimezone(UTC)
        spans = self._spans(at)
        begin, end = next(spans)
        while left > end - begin:
            left -= end - begin
            begin, end = next(spans)
        return begin + left

    def _spans(self, since: datetime) -> Iterator[Span]:
        """When it is open from `since` on, for ever: stretches in UTC, in order, none twice."""
        zone, day, reached = self.tz, since.astimezone(self.tz).date() - _DAY, since.astimezone(UTC)
        while True:
            midnight = datetime.combine(day, time())
            for shift in self.shifts_on(day):
                begin = max((midnight + shift.begin).replace(tzinfo=zone).astimezone(UTC), reached)
                end = (midnight + shift.end).replace(tzinfo=zone).astimezone(UTC)
                if begin < end:
                    yield begin, end
                    reached = end
            day += _DAY


def zone_named(name: str) -> ZoneInfo:
    """The zone called WIB, WITA, WIT, or by a name of the tz database.

    Raises:
        SettingError: there is none.
    """
    try:
        return ZoneInfo(ZONES.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(f"there is no time zone {name!r}", remedy="use WIB, WITA or WIT") from error


ALWAYS = Calendar(week=((ALL_DAY,),) * 7)
"""Somebody is always there."""
