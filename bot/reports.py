"""What the desk came to in a period: figures, series and counts from the rows of episodes and turns.

Pure sums: nothing here reads a store, or knows how anything is drawn or said. What each figure means to people is
written in docs/reports.md. Durations are seconds of business hours, as the rows have them.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from conversation.desk_ports import EpisodeRow, Volume
from conversation.state import EpisodeId
from handoff.episodes import DURABLE
from handoff.policy import DeskPolicy

TOP_INTENTS = 10
COMMENTS = 50
"""How many of the latest comments a report holds."""

MOST_BARS = 45
"""Days are shown one by one up to this many, then by weeks."""

LONGEST = 366
"""Days that a report covers at most."""

FORM, ASIDE, QUIET = "/form", "/aside", "/quiet"
"""What turns without an intent are counted as, where they were understood all the same: what a form asked for, what a
button or a command said, and what the bot left to the human who serves the customer. No intent's name has a slash."""

_WITHOUT_INTENT = {"form": FORM, "command": ASIDE, "answer": ASIDE, "silent": QUIET}
"""By kind of turn; of the other kinds one without an intent was not understood."""

SATISFIED = 4
"""From this many stars of five a vote counts as satisfied, as is usual for CSAT."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A stretch of whole days in a zone; the last of them may not be over yet. `until` itself is outside."""

    since: datetime
    until: datetime
    days: int

    @property
    def before(self) -> Period:
        """The same stretch just before: as many days earlier, and cut at the same time of day."""
        length = timedelta(days=self.days)
        return Period(since=self.since - length, until=self.until - length, days=self.days)

    def holds(self, at: datetime) -> bool:
        """Whether a time lies within."""
        return self.since <= at < self.until


def last_days(days: int, now: datetime, zone: ZoneInfo) -> Period:
    """Today and the days before it, `days` in all, until now."""
    today = now.astimezone(zone).date()
    return from_to(today - (days - 1) * _DAY, today, now, zone)


def from_to(first: date, last: date, now: datetime, zone: ZoneInfo) -> Period:
    """The days from the first to the last, in either order, none of them to come; the latest `LONGEST` at most."""
    today = now.astimezone(zone).date()
    first, last = min(first, last, today), min(max(first, last), today)
    first = max(first, last - (LONGEST - 1) * _DAY)
    since, end = (datetime.combine(day, time(), zone) for day in (first, last + _DAY))
    return Period(since=since, until=min(end, now.astimezone(zone)), days=(last - first).days + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """How long something took: half of the times within `median` seconds, nine of ten within `p90`."""

    median: float | None
    p90: float | None
    number: int


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share (0–1) of the ordered values lies, between the two nearest in proportion (type 7 of
    Hyndman and Fan, 1996: what spreadsheets compute)."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def spread(values: Iterable[float | None]) -> Spread:
    """The spread of those values that there are."""
    ordered = sorted(value for value in values if value is not None)
    if not ordered:
        return Spread(median=None, p90=None, number=0)
    return Spread(median=percentile(ordered, 0.5), p90=percentile(ordered, 0.9), number=len(ordered))


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What some episodes came to. `contained` and `handed_over` are None where only a department's are counted."""

    conversations: int
    handoffs: int
    contained: Share | None
    handed_over: Share | None
    first_reply: Spread
    resolution: Spread
    handling: Spread
    kept: Share
    satisfied: Share
    stars: float | None
    abandoned: Share
    reopened: Share


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A period's report. `starts` are the begins of the stretches that the series go by, each `step` hours long.

    `intents` has the most frequent, named as by `meant`, and then, under None, all others together; `heat` counts by
    weekday (Monday first) and hour. Where `whole` is False only the conversations that reached certain departments are
    in it; the bot's turns, which belong to none, are then not.
    """

    period: Period
    whole: bool
    now: Figures
    before: Figures
    starts: tuple[datetime, ...]
    step: int
    heat: tuple[tuple[int, ...], ...]
    intents: tuple[tuple[str | None, tuple[int, ...]], ...]
    reasons: tuple[tuple[str, int], ...]
    first_replies: tuple[Spread, ...]
    resolutions: tuple[Spread, ...]
    kept: tuple[Share, ...]
    votes: tuple[int, int, int, int, int]
    comments: tuple[EpisodeRow, ...]
    departments: tuple[tuple[str, Figures], ...]
    agents: tuple[tuple[str, Figures], ...]


def report(
    rows: Sequence[EpisodeRow],
    volumes: Sequence[Volume],
    period: Period,
    zone: ZoneInfo,
    policy: DeskPolicy,
    departments: frozenset[str] | None = None,
) -> Report:
    """The report on a period: on the whole shop, or on certain departments alone.

    `rows` are the episodes that closed in it, in the period before it, and for as long after it as they can undo
    what the bot had settled (`read_until`); oldest first. `volumes` are the turns within it. Of the rows that other
    departments had last, nothing is counted but what the departments of the report promised in them.
    """
    whole, undone = departments is None, brought_back(rows)

    def figure(some: Iterable[EpisodeRow], *, whole: bool = False) -> Figures:
        return figures(list(some), policy, undone, departments, whole=whole)

    within = [row for row in rows if period.holds(row.closed_at)]
    handed = [row for row in within if not row.by_bot and _had(row, departments)]
    starts, step = stretches(period, zone)
    parts = _by_stretch(handed, starts)
    begun = [(each.hour, each.turns) for each in volumes] if whole else [(row.opened_at, 1) for row in handed]
    return Report(
        period=period,
        whole=whole,
        now=figure(within, whole=whole),
        before=figure((row for row in rows if period.before.holds(row.closed_at)), whole=whole),
        starts=starts,
        step=step,
        heat=heat(begun, zone),
        intents=by_intent(volumes, starts) if whole else (),
        reasons=tuple(Counter(row.handoff_reason for row in handed).most_common()),
        first_replies=tuple(spread(row.first_reply for row in part) for part in parts),
        resolutions=tuple(spread(row.resolution for row in part) for part in parts),
        kept=tuple(promises_kept(part, policy, departments) for part in _by_stretch(within, starts)),
        votes=votes(row for row in within if _had(row, departments)),
        comments=tuple(row for row in reversed(within) if row.comment and _had(row, departments))[:COMMENTS],
        departments=_by_department(within, policy, departments),
        agents=_grouped((row for row in handed if row.agent), lambda row: row.agent, figure),
    )


def read_until(period: Period, now: datetime) -> datetime:
    """Until when episodes have to be read for a report: what the bot settled may come back for some days."""
    return min(period.until + DURABLE, max(now, period.until))


def brought_back(rows: Iterable[EpisodeRow]) -> frozenset[EpisodeId]:
    """The episodes of the bot alone whose matter a human had to take up soon after; `rows` oldest first."""
    latest: dict[str, EpisodeRow] = {}
    found = set()
    for row in rows:
        previous = latest.get(row.conversation_id)
        if row.reopened and previous is not None and previous.by_bot:
            found.add(previous.id)
        latest[row.conversation_id] = row
    return frozenset(found)


def figures(
    read: Sequence[EpisodeRow],
    policy: DeskPolicy,
    undone: frozenset[EpisodeId] = frozenset(),
    departments: frozenset[str] | None = None,
    *,
    whole: bool,
) -> Figures:
    """What these episodes came to, for certain departments if there are any given; `undone` as `brought_back` has
    them."""
    rows = [row for row in read if _had(row, departments)]
    handed = [row for row in rows if not row.by_bot]
    stars = [row.stars for row in rows if row.stars is not None]
    contained = sum(row.by_bot and row.id not in undone for row in rows)
    return Figures(
        conversations=len(rows),
        handoffs=len(handed),
        contained=Share(part=contained, whole=len(rows)) if whole else None,
        handed_over=Share(part=len(handed), whole=len(rows)) if whole else None,
        first_reply=spread(row.first_reply for row in handed),
        resolution=spread(row.resolution for row in handed),
        handling=spread(row.handling for row in handed),
        kept=promises_kept(read, policy, departments),
        satisfied=Share(part=sum(star >= SATISFIED for star in stars), whole=len(stars)),
        stars=sum(stars) / len(stars) if stars else None,
        abandoned=Share(part=sum(row.abandoned for row in handed), whole=len(handed)),
        reopened=Share(part=sum(row.reopened for row in handed), whole=len(handed)),
    )


def promises_kept(rows: Iterable[EpisodeRow], policy: DeskPolicy, departments: frozenset[str] | None = None) -> Share:
    """In how many of the episodes in which something was promised, by certain departments if any are given, all of it
    was kept.

    Of an episode that ended before that was written down only the misses are known: it counts for the department that
    had it last, if that missed anything or promises anything now.
    """
    kept = []
    for row in rows:
        if row.promised is not None:
            theirs = [each.kept for each in row.promised if departments is None or each.department in departments]
            kept += [all(theirs)] if theirs else []
        elif not row.by_bot and _had(row, departments) and (row.missed or _promises(policy, row.department)):
            kept.append(not row.missed)
    return Share(part=sum(kept), whole=len(kept))


def votes(rows: Iterable[EpisodeRow]) -> tuple[int, int, int, int, int]:
    """How many gave one star, two, … five."""
    counted = Counter(row.stars for row in rows)
    return counted[1], counted[2], counted[3], counted[4], counted[5]


def heat(counts: Iterable[tuple[datetime, int]], zone: ZoneInfo) -> tuple[tuple[int, ...], ...]:
    """Counts by weekday, Monday first, and hour of the day in a zone: 7 × 24."""
    table = [[0] * 24 for _ in range(7)]
    for at, number in counts:
        local = at.astimezone(zone)
        table[local.weekday()][local.hour] += number
    return tuple(tuple(line) for line in table)


def stretches(period: Period, zone: ZoneInfo) -> tuple[tuple[datetime, ...], int]:
    """When the stretches of a period begin that its series go by, and their length in hours: hours of a single day,
    days of up to `MOST_BARS`, or else weeks from Monday on."""
    first = period.since.astimezone(zone)
    if period.days == 1:
        starts = (first + timedelta(hours=hour) for hour in range(24))
        return tuple(start for start in starts if start < period.until), 1
    step = 1 if period.days <= MOST_BARS else 7
    start = first if step == 1 else first - first.weekday() * _DAY
    days = itertools.takewhile(lambda day: day < period.until, (start + n * step * _DAY for n in itertools.count()))
    return tuple(days), 24 * step


def ends(starts: Sequence[datetime], period: Period) -> tuple[datetime, ...]:
    """When the stretches end that begin at `starts`: the last with the period."""
    return (*starts[1:], period.until)


def meant(volume: Volume) -> str:
    """What turns count as: their intent, `FORM`, `ASIDE`, `QUIET`, or "" for what was not understood."""
    return volume.intent or _WITHOUT_INTENT.get(volume.kind, "")


def by_intent(volumes: Iterable[Volume], starts: Sequence[datetime]) -> tuple[tuple[str | None, tuple[int, ...]], ...]:
    """Turns of the most frequent intents in each stretch, the most frequent first; None: all others together."""
    volumes = list(volumes)
    total: Counter[str] = Counter()
    for volume in volumes:
        total[meant(volume)] += volume.turns
    ranked = sorted(total, key=lambda intent: (-total[intent], intent))
    named: list[str | None] = [*ranked[:TOP_INTENTS]]
    counts: dict[str | None, list[int]] = {name: [0] * len(starts) for name in named}
    if len(ranked) > TOP_INTENTS:
        counts[None] = [0] * len(starts)
    for volume in volumes:
        place = _place(volume.hour, starts)
        if place is not None:
            name = meant(volume)
            counts[name if name in counts else None][place] += volume.turns
    return tuple((name, tuple(numbers)) for name, numbers in counts.items())


def _place(at: datetime, starts: Sequence[datetime]) -> int | None:
    """In which stretch a time lies."""
    place = bisect_right(starts, at) - 1
    return place if place >= 0 else None


def _by_stretch(rows: Iterable[EpisodeRow], starts: Sequence[datetime]) -> list[list[EpisodeRow]]:
    parts: list[list[EpisodeRow]] = [[] for _ in starts]
    for row in rows:
        place = _place(row.closed_at, starts)
        if place is not None:
            parts[place].append(row)
    return parts


def _grouped(
    rows: Iterable[EpisodeRow], key: Callable[[EpisodeRow], str], figure: Callable[[Iterable[EpisodeRow]], Figures]
) -> tuple[tuple[str, Figures], ...]:
    """Figures by department or agent, who had the most first."""
    groups: Mapping[str, list[EpisodeRow]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return tuple((name, figure(groups[name])) for name in sorted(groups, key=lambda name: (-len(groups[name]), name)))


def _had(row: EpisodeRow, departments: frozenset[str] | None) -> bool:
    """Whether one of certain departments had an episode last; without any given everything counts."""
    return departments is None or row.department in departments


def _by_department(
    rows: Sequence[EpisodeRow], policy: DeskPolicy, departments: frozenset[str] | None
) -> tuple[tuple[str, Figures], ...]:
    """Figures by department, who had the most first: those that had an episode last, or promised something in one."""
    concerned: Mapping[str, list[EpisodeRow]] = defaultdict(list)
    for row in rows:
        if not row.by_bot:
            for name in {row.department, *(each.department for each in row.promised or ())}:
                concerned[name].append(row)
    found = [
        (name, figures(some, policy, departments=frozenset((name,)), whole=False))
        for name, some in concerned.items()
        if departments is None or name in departments
    ]
    return tuple(sorted(found, key=lambda each: (-each[1].handoffs, each[0])))


def _promises(policy: DeskPolicy, department: str) -> bool:
    promises = policy.department(department).promises
    promised = (promises.usual, *promises.by_priority.values())
    return any((each.first_reply, each.next_reply, each.resolution) != (None, None, None) for each in promised)
