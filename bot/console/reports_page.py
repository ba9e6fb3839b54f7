"""The reports: how the bot and the desk did in a period, in figures, plots and tables; each to be taken home as CSV."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse
from nicegui import ui

from bot.console import reports_charts as charts
from bot.console.assets import VERSION
from bot.console.components import button, chip, empty
from bot.console.context import Context
from bot.console.csv_export import Cell
from bot.console.pages import NotFound, endpoint, page, words_of
from bot.console.parts import Parts
from bot.console.reports_reading import PERIODS, Asked, Reading, known_departments, read
from bot.console.reports_tables import NOTHING, SHARE, TABLES, Names, Table, headline, number, told, zone_title
from bot.console.reports_words import REPORT_WORDS
from bot.console.rights import Forbidden, Right, guarded, require
from bot.console.shell import heading
from bot.console.times import span
from bot.reports import Period, Spread
from conversation.desk_ports import AuditEntry
from conversation.errors import Refusal
from conversation.phrases import LANGUAGES
from conversation.tickets import Agent

STYLE = '<link rel="stylesheet" href="{prefix}/static/reports.css?v={version}">'

MORE_IS_BETTER = {"contained": True, "handed_over": False, "first_reply": False, "resolution": False, "kept": True,
                  "satisfied": True, "reopened": False, "abandoned": False}  # fmt: skip
"""Which way a figure should go; of those that are not here nobody can say."""


DEPARTMENTS_HEAT = "heat_of_department"

WORTH_A_COLOUR = 1.0
"""Changes of fewer percent or points are neither good nor bad."""


async def _department(ctx: Context, asked: Asked) -> str | None:
    return asked.department or None


@page("/reports", Right.REPORTS, lambda words: words.reports, icon="insights", order=30)
async def reports(ctx: Context, period: str = "", first: str = "", last: str = "", department: str = "") -> None:
    """The page. What was chosen stands in its address, so that it can be kept and passed on."""
    given = {"period": period, "first": first, "last": last, "department": department}
    asked = Asked.of(given)
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    own = REPORT_WORDS[ctx.locale]

    async def show(**changed: str) -> None:
        nonlocal asked
        asked = Asked.of(asked.query() | changed)
        ui.navigate.history.replace(f"{ctx.prefix}/reports?{urlencode(asked.query())}")
        await draw()

    async def draw() -> None:
        try:
            reading = await read_report(ctx, asked)
        except Forbidden:
            raise
        except Refusal as refusal:
            content.clear()
            with content:
                empty("insights", str(refusal))
            return
        content.clear()
        with content:
            _report(ctx, asked, reading)

    with ui.element("div").classes("desk-page reports"):
        with heading(ctx, ctx.words.reports, own.help):
            _choice(ctx, asked, show)
        content = ui.element("div")
        await draw()


def _choice(ctx: Context, asked: Asked, show: Callable[..., Any]) -> None:
    """Period and department; dates where somebody wants their own."""
    own = REPORT_WORDS[ctx.locale]
    today = ctx.clock().astimezone(ctx.zone).date()
    policy, departments = ctx.desk.policy, known_departments(ctx.parts, ctx.agent)

    def changed() -> None:
        dates.set_visibility(chosen.value == "own")

    async def period_changed() -> None:
        changed()
        await (show(period="own", **_dates()) if chosen.value == "own" else show(period=chosen.value))

    async def dates_changed() -> None:
        await show(period="own", **_dates())

    def _dates() -> dict[str, str]:
        return {"first": str(first.value or ""), "last": str(last.value or "")}

    with ui.element("div").classes("desk-row-wrap") as dates:
        first = ui.input(own.first, value=asked.first or str(today - timedelta(days=6)))
        last = ui.input(own.last, value=asked.last or str(today))
        for field in (first, last):
            field.props(f"type=date outlined dense stack-label debounce=600 max={today}")
            field.classes("desk-field reports-date").on_value_change(dates_changed)
    chosen = ui.select({each: own.periods[each] for each in PERIODS}, value=asked.period, on_change=period_changed)
    chosen.props(f'outlined dense options-dense aria-label="{own.period}"').classes("desk-field reports-choice")
    names = {"": own.every_department, **{name: policy.department(name).shown for name in departments}}
    if asked.department:
        names.setdefault(asked.department, policy.department(asked.department).shown)

    async def department_changed() -> None:
        await show(department=str(department.value))

    department = ui.select(names, value=asked.department, on_change=department_changed)
    department.props(f'outlined dense options-dense aria-label="{ctx.words.departments}"')
    department.classes("desk-field reports-choice")
    changed()


def _report(ctx: Context, asked: Asked, reading: Reading) -> None:
    own, found = REPORT_WORDS[ctx.locale], reading.report
    names = names_of(ctx.parts, ctx.agent)
    said = own.closed_between.format(**_days(ctx, found.period))
    against = own.against.format(**_days(ctx, found.period.before))
    with ui.element("div").classes("desk-row-wrap reports-range"):
        ui.label(f"{said} ({zone_title(reading)}) · {against}").classes("desk-help")
        if ctx.may(Right.EXPORT):
            _download(ctx, asked, "figures")
    _headline(ctx, reading)
    if not found.now.conversations and not any(map(any, found.heat)):
        with ui.element("section").classes("desk-panel"):
            empty("insights", own.empty, own.empty_help)
    draw = _Panels(ctx, asked, reading, names)
    with ui.element("div").classes("reports-panels"):
        some = any(map(any, found.heat))
        if found.whole:
            draw.plot("heat", charts.heat, "tall wide", some=some)
            draw.plot("intents", charts.intents, "tall wide", some=bool(found.intents))
        else:
            draw.plot("heat", charts.heat, "tall wide", some=some, called=DEPARTMENTS_HEAT)
        for name, series in (("first_reply", found.first_replies), ("resolution", found.resolutions)):
            draw.plot(name, _spreads(series), some=any(each.number for each in series), table="times")
        draw.plot("kept", charts.kept, some=any(share.whole for share in found.kept), table="times")
        draw.plot("reasons", charts.reasons, some=bool(found.reasons))
        draw.plot("votes", charts.votes, some=any(found.votes))
        draw.comments()
        draw.plot("left", charts.left, "wide", some=any(map(bool, reading.left)))
        rows = 72 + 40 * len(reading.by_department)
        draw.plot("backlog", charts.backlog, "wide", some=bool(reading.backlog.open), height=rows)
        for name in ("departments", "agents"):
            draw.table(name)


def _spreads(series: tuple[Spread, ...]) -> Callable[[Reading, Names], charts.Options]:
    return lambda reading, names: charts.spreads(reading, names, series)


def _headline(ctx: Context, reading: Reading) -> None:
    words, own, found = ctx.words, REPORT_WORDS[ctx.locale], reading.report
    now, before = headline(found.now), headline(found.before)
    with ui.element("div").classes("reports-figures"):
        bots = ("contained", "handed_over") if found.whole else ("reopened", "abandoned")
        for name in ("conversations", *bots, "first_reply", "resolution", "kept", "satisfied"):
            value, kind = now[name]
            under = _change(ctx.locale, name, value, before[name][0], kind)
            with _figure(ctx, name, told(value, kind, words, own)):
                if under:
                    chip(*under)
                if name in ("first_reply", "resolution"):
                    p90 = getattr(found.now, name).p90
                    ui.label(own.of_ten.format(span=NOTHING if p90 is None else span(words, p90)))
                if name == "satisfied":
                    stars = NOTHING if found.now.stars is None else number(found.now.stars, own, 1)
                    ui.label(own.votes.format(votes=found.now.satisfied.whole, stars=stars))
        with _figure(ctx, "backlog", number(reading.backlog.open, own)):
            if reading.backlog.at_risk:
                chip(f"{own.at_risk}: {number(reading.backlog.at_risk, own)}", "bad")
            ui.label(f"{own.unassigned}: {number(reading.backlog.unassigned, own)}")


def _figure(ctx: Context, name: str, value: str) -> ui.element:
    own = REPORT_WORDS[ctx.locale]
    with ui.element("div").classes("desk-panel reports-figure").props(f"data-figure={name}"):
        with ui.element("div").classes("reports-figure-name"):
            ui.label(own.figures[name])
            with ui.icon("info_outline").props(f'tabindex=0 aria-label="{own.meanings[name]}"'):
                ui.tooltip(own.meanings[name])
        ui.label(value).classes("reports-figure-value")
        return ui.element("div").classes("reports-figure-under")


def _change(locale: str, name: str, now: Cell, before: Cell, kind: str) -> tuple[str, str] | None:
    """How much more or less it is than before (in points of a share, or else in percent), and whether that is good."""
    own = REPORT_WORDS[locale]
    if isinstance(now, str | None) or isinstance(before, str | None) or (kind != SHARE and not before):
        return None
    change = 100 * (now - before) if kind == SHARE else 100 * (now - before) / before
    if abs(change) < 0.05:
        return own.no_change, ""
    better = MORE_IS_BETTER.get(name)
    tone = "" if better is None or abs(change) < WORTH_A_COLOUR else "good" if (change > 0) is better else "bad"
    said = number(abs(change), own, 1 if abs(change) < 10 else 0)
    return f"{'+' if change > 0 else '−'}{said}{f' {own.points}' if kind == SHARE else '%'}", tone


class _Panels:
    """Draws the panels of one report."""

    def __init__(self, ctx: Context, asked: Asked, reading: Reading, names: Names) -> None:
        self.ctx, self.asked, self.reading, self.names = ctx, asked, reading, names
        self.own = REPORT_WORDS[ctx.locale]

    def plot(
        self,
        name: str,
        options: Callable[[Reading, Names], charts.Options],
        size: str = "",
        *,
        some: bool,
        called: str = "",
        table: str = "",
        height: int = 0,
    ) -> None:
        """A plot, or that there is nothing to show; `height` in pixels, where it is not as of the others."""
        with self._panel(name, called or name, size, table or name, some=some):
            if some:
                drawn = ui.echart(options(self.reading, self.names), renderer="svg").classes("reports-plot")
                if height:
                    drawn.style(f"height: {height}px")
                drawn.props(f'role=img aria-label="{self.own.panels[called or name]}"')
            else:
                empty("bar_chart", self.own.nothing_yet)

    def comments(self) -> None:
        """What customers wrote, as text."""
        rows = self.reading.report.comments
        with self._panel("comments", "comments", "", "comments", some=bool(rows)):
            if not rows:
                empty("chat_bubble_outline", self.own.no_comments)
                return
            with ui.element("ul").classes("reports-comments").props("tabindex=0"):
                for row in rows:
                    with ui.element("li"):
                        stars = row.stars or 0
                        shown = ui.label("★" * stars + "☆" * (5 - stars)).classes("reports-stars")
                        shown.props(f'aria-label="{self.own.stars.format(stars=stars)}"')
                        ui.label(row.comment).classes("reports-comment")
                        who = [_day(self.ctx, row.closed_at.astimezone(self.reading.zone).date())]
                        who += [self.names.department(row.department)] if row.department else []
                        who += [self.names.agent(row.agent)] if row.agent else []
                        ui.label(" · ".join(who)).classes("desk-help")

    def table(self, name: str) -> None:
        """A table, in full."""
        table = TABLES[name](self.reading, self.names)
        with self._panel(name, name, "wide", name, some=bool(table.rows)):
            if table.rows:
                with ui.element("div").classes("reports-table"):
                    _table(self.ctx, table)
            else:
                empty("table_chart", self.own.nothing_yet)

    def _panel(self, name: str, called: str, size: str, table: str, *, some: bool) -> ui.element:
        classes = " ".join(f"reports-{each}" for each in size.split())
        with ui.element("section").classes(f"desk-panel reports-panel {classes}").props(f"data-panel={name}"):
            with ui.element("div").classes("reports-panel-head"):
                with ui.element("div"):
                    ui.label(self.own.panels[called]).classes("desk-subtitle").props("role=heading aria-level=2")
                    if help := self.own.panel_helps.get(called):
                        ui.label(help).classes("desk-help")
                if some and self.ctx.may(Right.EXPORT):
                    _download(self.ctx, self.asked, table)
            return ui.element("div").classes("reports-panel-body")


def _table(ctx: Context, table: Table) -> None:
    own = REPORT_WORDS[ctx.locale]
    with ui.element("table").classes("desk-table"):
        with ui.element("thead"), ui.element("tr"):
            for column in table.columns:
                number = "desk-cell-number" if column.kind != "text" else ""
                with ui.element("th").props("scope=col").classes(number):
                    ui.label(column.title)
        with ui.element("tbody"):
            for row in table.rows:
                with ui.element("tr"):
                    for cell, column in zip(row, table.columns, strict=True):
                        number = "desk-cell-number" if column.kind != "text" else ""
                        with ui.element("td").classes(number).props(f'data-title="{column.title}"'):
                            ui.label(told(cell, column.kind, ctx.words, own))


def _download(ctx: Context, asked: Asked, table: str) -> None:
    own = REPORT_WORDS[ctx.locale]
    link = button("CSV", kind="quiet", icon="download").classes("reports-download")
    address = f"{ctx.prefix}/reports/{table}.csv?{urlencode(asked.query())}"
    link.props(f'href="{address}" download type=a aria-label="{own.export}: {own.panels[table]}"')


def _days(ctx: Context, period: Period) -> dict[str, str]:
    """The first and the last day of a period."""
    last = period.until - timedelta(microseconds=1)
    return {"first": _day(ctx, period.since.date()), "last": _day(ctx, last.date())}


def _day(ctx: Context, day: date) -> str:
    return f"{day.day} {ctx.words.months[day.month - 1]} {day.year}"


def names_of(parts: Parts, agent: Agent) -> Names:
    """How things are called for somebody."""
    people = {str(each.id): each.name for each in (*parts.desk.roster, *parts.people.known.values())}
    locale = agent.locale if agent.locale in REPORT_WORDS else "id"
    return Names(
        words=words_of(agent),
        own=REPORT_WORDS[locale],
        phrases=LANGUAGES[locale],
        policy=parts.desk.policy,
        agents=people,
        intents=parts.aids.titles(),
    )


@guarded(Right.REPORTS, department=_department)
async def read_report(ctx: Context, asked: Asked) -> Reading:
    """The report that somebody asked for. Raises Refusal where it would be too much."""
    return await read(ctx.parts, ctx.agent, asked, REPORT_WORDS[ctx.locale].too_many)


@endpoint("/reports/{name}.csv", Right.EXPORT)
async def export(parts: Parts, agent: Agent, request: Request, name: str) -> Response:
    """One table of a report as a file. That it was taken is written down first."""
    asked, names = Asked.of(request.query_params), names_of(parts, agent)
    require(agent, Right.EXPORT, asked.department or None, words=names.words.forbidden)
    if name not in TABLES:
        raise NotFound
    try:
        reading = await read(parts, agent, asked, names.own.too_many)
    except Refusal as refusal:
        return PlainTextResponse(str(refusal), status_code=422)
    detail = urlencode(asked.query())
    await parts.store.record(
        AuditEntry(at=parts.clock(), agent_id=agent.id, action="export", about=name, detail=detail)
    )
    content = TABLES[name](reading, names).csv(names.words, names.own)
    period = reading.report.period
    file = f"{name}-{period.since:%Y%m%d}-{period.until - timedelta(microseconds=1):%Y%m%d}.csv"
    headers = {"content-disposition": f'attachment; filename="{file}"', "cache-control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8; header=present", headers=headers)
