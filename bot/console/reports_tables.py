"""The tables of a report: the same rows for the page, where people read them, and for a file, where spreadsheets do.

A cell is a bare number with a kind beside it; `told` writes it for people in their language. Knows no NiceGUI.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.console.csv_export import Cell, csv_file
from bot.console.reports_reading import Reading
from bot.console.reports_words import ReportWords
from bot.console.times import span
from bot.console.words import Words
from bot.reports import Figures, Share, Spread, ends
from conversation.phrases import Phrases
from handoff.hours import ZONES
from handoff.policy import DeskPolicy

TEXT, NUMBER, SECONDS, SHARE, STARS = "text", "number", "seconds", "share", "stars"
NOTHING = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """How things are called in the language of whoever reads."""

    words: Words
    own: ReportWords
    phrases: Phrases
    policy: DeskPolicy
    agents: Mapping[str, str]
    intents: Mapping[str, str]

    def department(self, name: str) -> str:
        """A department's title."""
        return self.policy.department(name).shown or self.own.no_department

    def agent(self, id: str) -> str:
        """Somebody's name, or their id where they have no account any more."""
        return self.agents.get(id, id)

    def reason(self, value: str) -> str:
        """Why the bot handed over."""
        return self.phrases.reasons.get(value, value or NOTHING)

    def intent(self, name: str | None) -> str:
        """An intent as the knowledge base calls it, or what stands for none."""
        if name is None:
            return self.own.others
        known = self.own.without_intent.get(name) or self.intents.get(name)
        return known or name.replace("_", " ").capitalize()


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: its title, and how its cells are to be read."""

    title: str
    kind: str = TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table; `rows` are as long as `columns`."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def csv(self, words: Words, own: ReportWords) -> bytes:
        """As a file: durations in whole seconds, shares in percent."""
        units = {SECONDS: f" ({words.second})", SHARE: " (%)"}
        header = [column.title + units.get(column.kind, "") for column in self.columns]
        kinds = [column.kind for column in self.columns]
        return csv_file(header, ([_plain(*cell) for cell in zip(row, kinds, strict=True)] for row in self.rows))


def _plain(cell: Cell, kind: str) -> Cell:
    if isinstance(cell, str) or cell is None:
        return cell
    if kind == SHARE:
        return round(100 * cell, 1)
    return round(cell) if kind == SECONDS else round(cell, 2)


def told(cell: Cell, kind: str, words: Words, own: ReportWords) -> str:
    """A cell as people read it."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str):
        return cell
    if kind == SECONDS:
        return span(words, cell)
    if kind == SHARE:
        return f"{number(100 * cell, own, 0 if cell in (0, 1) else 1)}%"
    return number(cell, own, 1 if kind == STARS else 0)


def number(value: float, own: ReportWords, digits: int = 0) -> str:
    """A number with the separators of the language."""
    swapped = str.maketrans({",": own.thousands, ".": own.decimals})
    return f"{value:,.{digits}f}".translate(swapped)


def zone_title(reading: Reading) -> str:
    """The zone as people here write it (`WIB`)."""
    return next((short for short, name in ZONES.items() if name == reading.zone.key), reading.zone.key)


def headline(found: Figures) -> dict[str, tuple[Cell, str]]:
    """The figures of a period by name, each with its kind."""
    return {
        "conversations": (found.conversations, NUMBER),
        "contained": (_value(found.contained), SHARE),
        "handoffs": (found.handoffs, NUMBER),
        "handed_over": (_value(found.handed_over), SHARE),
        "first_reply": (found.first_reply.median, SECONDS),
        "resolution": (found.resolution.median, SECONDS),
        "handling": (found.handling.median, SECONDS),
        "kept": (_value(found.kept), SHARE),
        "satisfied": (_value(found.satisfied), SHARE),
        "stars": (found.stars, STARS),
        "abandoned": (_value(found.abandoned), SHARE),
        "reopened": (_value(found.reopened), SHARE),
    }


def _value(share: Share | None) -> float | None:
    return share.value if share else None


def figures(reading: Reading, names: Names) -> Table:
    """The headline figures of both periods. Their kinds differ by row, so units have a column of their own."""
    own, words = names.own, names.words
    units = {NUMBER: "", SHARE: "%", SECONDS: words.second, STARS: ""}
    now, before = headline(reading.report.now), headline(reading.report.before)
    rows = [
        (own.figures[name], _plain(value, kind), _plain(before[name][0], kind), units[kind])
        for name, (value, kind) in now.items()
    ]
    titles = (own.columns["figure"], own.columns["now"], own.columns["before"], own.columns["unit"])
    return Table(columns=tuple(Column(title=title) for title in titles), rows=tuple(rows))


_GROUPED = (
    ("handoffs", NUMBER),
    ("first_reply", SECONDS),
    ("first_reply_p90", SECONDS),
    ("resolution", SECONDS),
    ("resolution_p90", SECONDS),
    ("handling", SECONDS),
    ("kept", SHARE),
    ("satisfied", SHARE),
    ("votes", NUMBER),
    ("abandoned", SHARE),
    ("reopened", SHARE),
)


def departments(reading: Reading, names: Names) -> Table:
    """What each department did."""
    groups = [(names.department(name), found) for name, found in reading.report.departments]
    return _grouped("department", groups, names, leave_out=("handling",))


def agents(reading: Reading, names: Names) -> Table:
    """What each agent did: those who had conversations last."""
    groups = [(names.agent(id), found) for id, found in reading.report.agents]
    return _grouped("agent", groups, names, leave_out=("abandoned",))


def _grouped(title: str, groups: list[tuple[str, Figures]], names: Names, leave_out: tuple[str, ...]) -> Table:
    shown = [(name, kind) for name, kind in _GROUPED if name not in leave_out]
    columns = [Column(title=names.own.columns[title])]
    columns += [Column(title=names.own.columns[name], kind=kind) for name, kind in shown]
    rows = []
    for group, found in groups:
        values = {name: value for name, (value, _) in headline(found).items()}
        values |= {
            "first_reply_p90": found.first_reply.p90,
            "resolution_p90": found.resolution.p90,
            "votes": found.satisfied.whole,
        }
        rows.append((group, *(values[name] for name, _ in shown)))
    return Table(columns=tuple(columns), rows=tuple(rows))


def reasons(reading: Reading, names: Names) -> Table:
    """Why conversations were handed over."""
    whole = sum(number for _, number in reading.report.reasons)
    rows = [(names.reason(reason), number, number / whole) for reason, number in reading.report.reasons]
    return Table(
        columns=(
            Column(title=names.own.columns["reason"]),
            Column(title=names.own.number, kind=NUMBER),
            Column(title=names.own.share, kind=SHARE),
        ),
        rows=tuple(rows),
    )


def heat(reading: Reading, names: Names) -> Table:
    """How much there was on each weekday in each hour."""
    weekdays, columns = names.phrases.desk.weekdays, names.own.columns
    rows = [(weekdays[day], hour, n) for day, line in enumerate(reading.report.heat) for hour, n in enumerate(line)]
    return Table(
        columns=(
            Column(title=columns["weekday"]),
            Column(title=f"{columns['hour']} ({zone_title(reading)})", kind=NUMBER),
            Column(title=names.own.number, kind=NUMBER),
        ),
        rows=tuple(rows),
    )


def intents(reading: Reading, names: Names) -> Table:
    """How often each intent was meant, stretch by stretch."""
    starts, columns = reading.report.starts, names.own.columns
    rows = [
        (_minute(start), names.intent(intent), number)
        for intent, numbers in reading.report.intents
        for start, number in zip(starts, numbers, strict=True)
    ]
    return Table(
        columns=(
            Column(title=f"{columns['from']} ({zone_title(reading)})"),
            Column(title=columns["intent"]),
            Column(title=columns["turns"], kind=NUMBER),
        ),
        rows=tuple(rows),
    )


def times(reading: Reading, names: Names) -> Table:
    """First replies, resolutions and kept promises, stretch by stretch."""
    found, columns = reading.report, names.own.columns

    def both(spread: Spread) -> tuple[Cell, Cell]:
        return spread.median, spread.p90

    series = zip(found.starts, found.first_replies, found.resolutions, found.kept, strict=True)
    rows = [(_minute(start), *both(first), *both(whole), kept.value) for start, first, whole, kept in series]
    replies = ("first_reply", "first_reply_p90", "resolution", "resolution_p90")
    return Table(
        columns=(
            Column(title=f"{columns['from']} ({zone_title(reading)})"),
            *(Column(title=columns[name], kind=SECONDS) for name in replies),
            Column(title=columns["kept"], kind=SHARE),
        ),
        rows=tuple(rows),
    )


def votes(reading: Reading, names: Names) -> Table:
    """How often each number of stars was given."""
    columns = names.own.columns
    return Table(
        columns=(Column(title=columns["stars"], kind=NUMBER), Column(title=columns["votes"], kind=NUMBER)),
        rows=tuple(enumerate(reading.report.votes, start=1)),
    )


def comments(reading: Reading, names: Names) -> Table:
    """What customers wrote beside their stars, the latest first."""
    columns = names.own.columns
    rows = [
        (
            _minute(row.closed_at.astimezone(reading.zone)),
            names.department(row.department) if row.department else "",
            names.agent(row.agent),
            row.stars,
            row.comment,
        )
        for row in reading.report.comments
    ]
    return Table(
        columns=(
            Column(title=f"{columns['at']} ({zone_title(reading)})"),
            Column(title=columns["department"]),
            Column(title=columns["agent"]),
            Column(title=columns["stars"], kind=NUMBER),
            Column(title=columns["comment"]),
        ),
        rows=tuple(rows),
    )


def backlog(reading: Reading, names: Names) -> Table:
    """The open tickets of each department, at this moment."""
    own = names.own
    titles = (own.unassigned, own.served, own.at_risk)
    return Table(
        columns=(Column(title=own.columns["department"]), *(Column(title=title, kind=NUMBER) for title in titles)),
        rows=tuple(
            (names.department(each.department), each.unassigned, each.open - each.unassigned, each.at_risk)
            for each in reading.by_department
        ),
    )


def left(reading: Reading, names: Names) -> Table:
    """What was open in each department at the end of each stretch."""
    columns = names.own.columns
    until = ends(reading.report.starts, reading.report.period)
    shown = sorted({name for each in reading.left for name in each}, key=lambda name: names.department(name).casefold())
    rows = [
        (_minute(time.astimezone(reading.zone)), names.department(name), numbers.get(name, 0))
        for time, numbers in zip(until, reading.left, strict=True)
        for name in shown
    ]
    return Table(
        columns=(
            Column(title=f"{columns['until']} ({zone_title(reading)})"),
            Column(title=columns["department"]),
            Column(title=names.own.still_open, kind=NUMBER),
        ),
        rows=tuple(rows),
    )


TABLES: Mapping[str, Callable[[Reading, Names], Table]] = {
    "figures": figures,
    "departments": departments,
    "agents": agents,
    "reasons": reasons,
    "heat": heat,
    "intents": intents,
    "times": times,
    "votes": votes,
    "comments": comments,
    "backlog": backlog,
    "left": left,
}
"""All that can be taken home as a file, by name."""


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
