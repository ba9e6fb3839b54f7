"""What a report is asked for with, and how it is read: in slices, up to a limit, and summed up beside the event loop.

Both the page and its files go through `read`. It restricts nothing by itself: `departments` says what whoever asks
may see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.console.parts import Parts
from bot.console.rights import departments_of
from bot.reports import Period, Report, ends, from_to, last_days, read_until, report
from conversation.desk_ports import EpisodeRow, Volume
from conversation.errors import Refusal
from conversation.tickets import Agent
from handoff.policy import DeskPolicy

PERIODS = ("1", "7", "30", "90", "own")

SLICE = timedelta(days=7)
"""How much time is read at once, so that a long report does not keep the store from others."""

MOST_EPISODES = 200_000
"""What a report holds at most, the period before it included: some 100 MB while it is summed up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What somebody chose: days back (`1`, `7`, …) or `own` dates, and a department ("" for all one may see)."""

    period: str = "7"
    first: str = ""
    last: str = ""
    department: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Asked:
        """From the query of an address; what makes no sense there counts as not given."""
        given = {name: str(values.get(name) or "") for name in ("period", "first", "last", "department")}
        return cls(**given | {"period": given["period"] if given["period"] in PERIODS else "7"})

    def query(self) -> dict[str, str]:
        """The same for an address."""
        values = {"period": self.period, "first": self.first, "last": self.last, "department": self.department}
        return {name: value for name, value in values.items() if value}

    def covers(self, now: datetime, zone: ZoneInfo) -> Period:
        """The period; where dates are missing or no dates, the last seven days."""
        if self.period != "own":
            return last_days(int(self.period), now, zone)
        try:
            return from_to(date.fromisoformat(self.first), date.fromisoformat(self.last), now, zone)
        except ValueError:
            return last_days(7, now, zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Backlog:
    """The open tickets of a department, or of all: at this moment."""

    department: str
    unassigned: int
    open: int
    at_risk: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A report with what belongs to this moment beside it, and what was open at the end of each of its stretches, by
    department."""

    report: Report
    zone: ZoneInfo
    backlog: Backlog
    by_department: tuple[Backlog, ...]
    left: tuple[Mapping[str, int], ...]


def known_departments(parts: Parts, agent: Agent) -> list[str]:
    """The departments that there are, as far as settings and accounts tell, and somebody may see; by title."""
    policy, visible = parts.desk.policy, departments_of(agent)
    named = {*policy.departments}.union(*(each.departments for each in parts.people.known.values()))
    shown = named if visible is None else named & visible
    return sorted(shown, key=lambda name: policy.department(name).shown.casefold())


def zone_of(policy: DeskPolicy, departments: Iterable[str], otherwise: ZoneInfo) -> ZoneInfo:
    """The zone that these departments share, or else the desk's."""
    zones = {policy.departments[name].calendar.tz for name in departments if name in policy.departments}
    return zones.pop() if len(zones) == 1 else otherwise


async def read(parts: Parts, agent: Agent, asked: Asked, too_many: str) -> Reading:
    """The report that somebody asked for, who may have it.

    Raises:
        Refusal: there is too much in it; it says `too_many`.
    """
    policy, now = parts.desk.policy, parts.clock()
    departments = frozenset((asked.department,)) if asked.department else departments_of(agent)
    zone = zone_of(policy, departments or (), parts.zone)
    period = asked.covers(now, zone)
    rows = await _episodes(parts, period, departments, now, too_many)
    volumes = await _volumes(parts, period) if departments is None else []
    found = await asyncio.to_thread(report, rows, volumes, period, zone, policy, departments)
    names = departments if departments is not None else {*known_departments(parts, agent), *dict(found.departments)}
    return Reading(
        report=found,
        zone=zone,
        backlog=await _backlog(parts, agent, "", departments),
        by_department=tuple([await _backlog(parts, agent, name, frozenset((name,))) for name in sorted(names)]),
        left=tuple(await parts.store.backlog(ends(found.starts, period), departments)),
    )


async def _episodes(
    parts: Parts, period: Period, departments: frozenset[str] | None, now: datetime, too_many: str
) -> list[EpisodeRow]:
    rows: list[EpisodeRow] = []
    for since, until in _slices(period.before.since, read_until(period, now)):
        rows += await parts.store.episodes_between(since, until, departments)
        if len(rows) > MOST_EPISODES:
            raise Refusal(too_many)
    return rows


async def _volumes(parts: Parts, period: Period) -> list[Volume]:
    return [each for part in _slices(period.since, period.until) for each in await parts.store.volumes(*part)]


def _slices(since: datetime, until: datetime) -> Iterable[tuple[datetime, datetime]]:
    while since < until:
        end = min(since + SLICE, until)
        yield since, end
        since = end


async def _backlog(parts: Parts, agent: Agent, name: str, departments: frozenset[str] | None) -> Backlog:
    counts = await parts.store.ticket_counts(departments)
    return Backlog(department=name, unassigned=counts["unassigned"], open=counts["all"], at_risk=counts["at_risk"])
