"""The plots of a report, as options for ECharts.

Colours are the variables of `static/reports.css`, which SVG resolves in the browser: so a plot follows light and dark
without being drawn anew. The functions in `:valueFormatter` and the like are ours alone; no text of anybody gets there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.console.reports_reading import Reading
from bot.console.reports_tables import Names
from bot.reports import Spread

Options = dict[str, Any]

BARS = 22
"""Widest a bar gets, in pixels."""

MOST_COLOURS = 10
"""How many departments a plot tells apart: as many as there are colours for intents."""

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif'
"""As `desk.css` has it: ECharts measures text before it stands in the page, and so cannot inherit it."""

_TEXT = {"color": "var(--text-soft)", "fontSize": 12, "fontFamily": FONT}
_FAINT = {"color": "var(--text-faint)", "fontSize": 11, "fontFamily": FONT}
_WITHIN = {"outerBoundsMode": "same", "outerBoundsContain": "axisLabel"}
_LINE = {"lineStyle": {"color": "var(--line)"}}


def heat(reading: Reading, names: Names) -> Options:
    """Weekdays from top to bottom, hours from left to right."""
    found, weekdays = reading.report.heat, names.phrases.desk.weekdays
    days = [day[:3] for day in weekdays]
    cells = [[hour, day, number] for day, line in enumerate(found) for hour, number in enumerate(line)]
    return {
        **_common(),
        "grid": {"left": 8, "right": 8, "top": 8, "bottom": 8, **_WITHIN},
        "tooltip": {
            **_tooltip("item"),
            ":formatter": f"cell => {json.dumps(weekdays)}[cell.value[1]] + ' ' + cell.name + '.00: ' + cell.value[2]",
        },
        "xAxis": {
            **_category([f"{hour:02}" for hour in range(24)]),
            "splitArea": {"show": False},
            "axisLine": {"show": False},
        },
        "yAxis": {**_category(days), "inverse": True, "axisLine": {"show": False}},
        "visualMap": {
            "show": False,
            "min": 0,
            "max": max(1, *(max(line) for line in found)),
            "inRange": {"opacity": [0.05, 1]},
        },
        "series": [
            {
                "type": "heatmap",
                "data": cells,
                "itemStyle": {"color": "var(--accent)", "borderColor": "var(--panel)", "borderWidth": 2},
                "emphasis": {"disabled": True},
            }
        ],
    }


def intents(reading: Reading, names: Names) -> Options:
    """Stacked bars, the most frequent at the bottom."""
    series = [
        {
            **_bar(names.intent(intent), numbers, "var(--chart-other)" if intent is None else f"var(--chart-{place})"),
            "stack": "all",
        }
        for place, (intent, numbers) in enumerate(reading.report.intents)
    ]
    return {
        **_over_time(reading, names),
        "legend": {**_legend(), "type": "scroll"},
        "grid": {"left": 8, "right": 8, "top": 44, "bottom": 8, **_WITHIN},
        "series": series,
    }


def reasons(reading: Reading, names: Names) -> Options:
    """Bars from left to right, the most frequent at the top."""
    found = reading.report.reasons
    return {
        **_common(),
        "grid": {"left": 8, "right": 40, "top": 8, "bottom": 8, **_WITHIN},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {
            **_category([names.reason(reason) for reason, _ in found]),
            "inverse": True,
            "axisLine": {"show": False},
        },
        "series": [
            {
                **_bar(names.own.number, [number for _, number in found], "var(--accent)"),
                "itemStyle": {"color": "var(--accent)", "borderRadius": [0, 4, 4, 0]},
                "label": {"show": True, "position": "right", **_TEXT},
            }
        ],
    }


def spreads(reading: Reading, names: Names, series: Sequence[Spread]) -> Options:
    """Median and 90th percentile over time, in the unit that suits the longest."""
    own = names.own
    longest = max((spread.p90 for spread in series if spread.p90 is not None), default=0.0)
    seconds, unit = (60.0, own.minutes) if longest < 3 * 3600 else (3600.0, own.hours)

    def scaled(values: Sequence[float | None]) -> list[float | None]:
        return [None if value is None else round(value / seconds, 1) for value in values]

    return {
        **_over_time(reading, names, unit),
        "legend": _legend(),
        "grid": {"left": 8, "right": 12, "top": 44, "bottom": 8, **_WITHIN},
        "series": [
            _curve(own.p90, scaled([spread.p90 for spread in series]), "var(--chart-1)", dashed=True),
            _curve(own.median, scaled([spread.median for spread in series]), "var(--accent)"),
        ],
    }


def kept(reading: Reading, names: Names) -> Options:
    """The share of promises kept over time."""
    shares = [share.value for share in reading.report.kept]
    percents = [None if share is None else round(100 * share, 1) for share in shares]
    options = _over_time(reading, names, "%")
    options["yAxis"] |= {"max": 100, "min": min(50, *(int(each // 10 * 10) for each in percents if each is not None))}
    curve = _curve(names.own.figures["kept"], percents, "var(--accent)")
    curve["areaStyle"] = {"color": "var(--accent)", "opacity": 0.1}
    return {**options, "series": [curve]}


def votes(reading: Reading, names: Names) -> Options:
    """How often each number of stars was given, the best at the top."""
    colours = ("var(--bad)", "var(--bad)", "var(--chart-3)", "var(--accent)", "var(--accent)")
    data = [
        {"value": number, "itemStyle": {"color": colour, "borderRadius": [0, 4, 4, 0]}}
        for number, colour in zip(reading.report.votes, colours, strict=True)
    ]
    return {
        **_common(),
        "grid": {"left": 8, "right": 40, "top": 8, "bottom": 8, **_WITHIN},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {**_category(["★" * stars for stars in range(1, 6)]), "axisLine": {"show": False}},
        "series": [
            {
                **_bar(names.own.columns["votes"], data, "var(--accent)"),
                "label": {"show": True, "position": "right", **_TEXT},
            }
        ],
    }


def left(reading: Reading, names: Names) -> Options:
    """What was open at the end of each stretch, department upon department, who had the most at the bottom."""
    named, series = departments_left(reading), []
    counted = folded(reading.left, named)
    for place, department in enumerate(named):
        colour = "var(--chart-other)" if department is None else f"var(--chart-{place})"
        numbers = [each.get(department, 0) for each in counted]
        curve = _curve(names.own.others if department is None else names.department(department), numbers, colour)
        series.append({**curve, "stack": "all", "areaStyle": {"color": colour, "opacity": 0.35}})
    return {
        **_over_time(reading, names),
        "legend": {**_legend(), "type": "scroll"},
        "grid": {"left": 8, "right": 12, "top": 44, "bottom": 8, **_WITHIN},
        "series": series,
    }


def departments_left(reading: Reading) -> list[str | None]:
    """The departments that a plot names, who had the most at any time first; None: all others together."""
    most: Counter[str] = Counter()
    for each in reading.left:
        most |= Counter(each)
    ranked = sorted(most, key=lambda name: (-most[name], name))
    return [*ranked[:MOST_COLOURS], *([None] if len(ranked) > MOST_COLOURS else [])]


def folded(left: Sequence[Mapping[str, int]], named: Sequence[str | None]) -> list[Mapping[str | None, int]]:
    """The same numbers, with those of departments that are not named under None."""
    found: list[Mapping[str | None, int]] = []
    for each in left:
        counted: Counter[str | None] = Counter()
        for department, number in each.items():
            counted[department if department in named else None] += number
        found.append(counted)
    return found


def backlog(reading: Reading, names: Names) -> Options:
    """The open tickets of each department: those that wait for anybody, and those that somebody has."""
    own, found = names.own, reading.by_department
    return {
        **_common(),
        "legend": _legend(),
        "grid": {"left": 8, "right": 24, "top": 44, "bottom": 8, **_WITHIN},
        "xAxis": {"type": "value", "minInterval": 1, "axisLabel": _FAINT, "splitLine": _LINE},
        "yAxis": {
            **_category([names.department(each.department) for each in found]),
            "inverse": True,
            "axisLine": {"show": False},
        },
        "series": [
            {**_bar(own.unassigned, [each.unassigned for each in found], "var(--chart-3)"), "stack": "all"},
            {**_bar(own.served, [each.open - each.unassigned for each in found], "var(--accent)"), "stack": "all"},
        ],
    }


def stretch(names: Names, start: datetime, step: int) -> str:
    """What a stretch of time is called on an axis: `09`, or `3 Mar`."""
    return f"{start:%H}" if step == 1 else f"{start.day} {names.words.months[start.month - 1]}"


def _common() -> Options:
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT},
        "tooltip": _tooltip("axis"),
        "aria": {"enabled": True},
    }


def _over_time(reading: Reading, names: Names, unit: str = "") -> Options:
    found = reading.report
    tail = f" {unit}" if unit and unit != "%" else unit
    locale = "id" if names.own.decimals == "," else "en"
    told = f"value => value == null ? '–' : value.toLocaleString('{locale}') + '{tail}'"
    return {
        **_common(),
        "tooltip": {**_tooltip("axis"), ":valueFormatter": told},
        "grid": {"left": 8, "right": 12, "top": 16, "bottom": 8, **_WITHIN},
        "xAxis": _category([stretch(names, start, found.step) for start in found.starts]),
        "yAxis": {
            "type": "value",
            "min": 0,
            "minInterval": 1,
            "splitNumber": 4,
            "axisLabel": {**_FAINT, ":formatter": f"value => value.toLocaleString('{locale}') + '{tail}'"},
            "splitLine": _LINE,
        },
    }


def _tooltip(trigger: str) -> Options:
    return {
        "trigger": trigger,
        "confine": True,
        "className": "reports-tooltip",
        "backgroundColor": "var(--panel)",
        "borderColor": "var(--line)",
        "textStyle": {"color": "var(--text)", "fontSize": 12},
        "axisPointer": {"type": "line", "lineStyle": {"color": "var(--line-strong)"}},
    }


def _legend() -> Options:
    return {
        "top": 4,
        "left": 4,
        "itemWidth": 12,
        "itemHeight": 8,
        "itemGap": 16,
        "textStyle": _TEXT,
        "inactiveColor": "var(--line-strong)",
        "pageIconColor": "var(--accent)",
        "pageIconInactiveColor": "var(--line-strong)",
        "pageTextStyle": _FAINT,
        "icon": "roundRect",
    }


def _category(names: Sequence[str]) -> Options:
    return {
        "type": "category",
        "data": list(names),
        "axisTick": {"show": False},
        "axisLine": _LINE,
        "axisLabel": {**_TEXT, "fontSize": 11, "hideOverlap": True},
    }


def _bar(name: str, data: Sequence[object], colour: str) -> Options:
    return {
        "type": "bar",
        "name": name,
        "data": list(data),
        "barMaxWidth": BARS,
        "itemStyle": {"color": colour},
        "emphasis": {"disabled": True},
    }


def _curve(name: str, data: Sequence[float | None], colour: str, *, dashed: bool = False) -> Options:
    alone = sum(value is not None for value in data) == 1
    return {
        "type": "line",
        "name": name,
        "data": list(data),
        "connectNulls": True,
        "showSymbol": alone,
        "symbol": "circle",
        "symbolSize": 6,
        "lineStyle": {"color": colour, "width": 2, "type": "dashed" if dashed else "solid"},
        "itemStyle": {"color": colour},
        "emphasis": {"disabled": True},
    }
