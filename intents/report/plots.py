"""The plots of the report as inline SVG: reliability, risk against coverage, and the heat map of confusions.

Plain functions from numbers and ready wording to markup. Colours are classes, so that the page decides on
light and dark. They know nothing of evaluations or languages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intents.report.markup import Child, Markup, element, join, shortened

Point = tuple[float, float]
Percent = Callable[[float], str]

_WIDTH, _HEIGHT = 440, 330
_LEFT, _RIGHT, _TOP = 52, 20, 30
_CEILINGS = {0.1: 5, 0.2: 4, 0.3: 3, 0.4: 4, 0.5: 5, 0.6: 3, 0.8: 4, 1.0: 5}
"""Where the upward axis may end, and in how many even steps of round numbers it gets there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caption:
    """What a plot is called and says, for those who cannot see it, and the names of its axes."""

    key: str
    title: str
    description: str
    across: str
    upwards: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Frame:
    """Where data lie in the picture: 0–1 across, 0–`ceiling` upwards, ending at `bottom`."""

    bottom: float
    ceiling: float = 1.0

    def x(self, value: float) -> float:
        return _LEFT + value * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return self.bottom - value / self.ceiling * (self.bottom - _TOP)

    def path(self, points: Sequence[Point]) -> str:
        return "M" + "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points)


def reliability_plot(bins: Sequence[tuple[float, float, float]], caption: Caption, percent: Percent) -> Markup:
    """Accuracy over confidence, a stem to the diagonal for each bin's gap, and the bins' shares below."""
    frame = _Frame(bottom=232)
    strip_bottom = 286.0
    tallest = max((share for _, _, share in bins), default=1.0)
    stems, dots, bars = [], [], []
    for confidence, accuracy, share in bins:
        x = frame.x(confidence)
        kind = "over" if accuracy < confidence else "under"
        stems.append(element("line", class_=f"stem {kind}", x1=x, x2=x, y1=frame.y(confidence), y2=frame.y(accuracy)))
        told = element("title", f"{percent(confidence)} → {percent(accuracy)} · {percent(share)}")
        dots.append(element("circle", told, class_="dot", cx=x, cy=frame.y(accuracy), r=4))
        height = 32 * share / tallest
        bars.append(
            element("rect", told, class_="share", x=x - 7, y=strip_bottom - height, width=14, height=height, rx=1.5)
        )
    line = element("path", class_="curve", d=frame.path([(x, y) for x, y, _ in bins])) if len(bins) > 1 else None
    return _picture(
        caption,
        _grid(frame, percent),
        _upwards(caption.upwards),
        element("path", class_="ideal", d=frame.path([(0, 0), (1, 1)])),
        *stems,
        line,
        *dots,
        element("line", class_="axis", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=strip_bottom, y2=strip_bottom),
        *bars,
        _across(caption.across, 318),
    )


def risk_plot(
    curve: Sequence[tuple[float, float, float]],
    caption: Caption,
    percent: Percent,
    *,
    target: float,
    target_label: str,
    chosen: Point | None,
    chosen_label: str,
) -> Markup:
    """Share wrong over share answered, the target as a line, and where the model's thresholds stand."""
    highest = max([2 * target, *(risk for _, coverage, risk in curve if coverage > 0.02)])
    if chosen:
        highest = max(highest, chosen[1])
    frame = _Frame(bottom=270, ceiling=next((limit for limit in _CEILINGS if limit >= highest), 1.0))
    points = [(coverage, min(risk, frame.ceiling)) for _, coverage, risk in curve]
    marks: list[Child] = []
    if points:
        area = [(points[0][0], 0.0), *points, (points[-1][0], 0.0)]
        marks += [
            element("path", class_="area", d=frame.path(area) + "Z"),
            element("path", class_="curve", d=frame.path(points)),
        ]
    at = frame.y(target)
    marks += [
        element("line", class_="target", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=at, y2=at),
        element("text", target_label, class_="target-label", x=_WIDTH - _RIGHT - 2, y=at - 6, text_anchor="end"),
    ]
    if chosen:
        marks.append(_chosen(frame, chosen, chosen_label))
    return _picture(caption, _grid(frame, percent), _upwards(caption.upwards), *marks, _across(caption.across, 312))


def _chosen(frame: _Frame, point: Point, label: str) -> Markup:
    """A diamond where the model stands, its label held above the curve by a leader."""
    x, y = frame.x(point[0]), frame.y(point[1])
    top = max(y - 46, _TOP + 14)
    middle = min(max(x, _LEFT + 58), _WIDTH - _RIGHT - 58)
    return join(
        element("line", class_="leader", x1=x, x2=x, y1=y, y2=top),
        element("path", class_="chosen", d=f"M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7Z"),
        element("text", label, class_="chosen-label", x=middle, y=top - 5, text_anchor="middle"),
    )


def heat_map(
    rows: Sequence[tuple[str, Sequence[float]]], columns: Sequence[str], caption: Caption, percent: Percent
) -> Markup:
    """Rows of true intents, each summing to 1: what they were taken for.

    The columns are the same intents in the same order, by number, then any further `columns` by name.
    """
    labels = [f"{number}  {shortened(name, 28)}" for number, (name, _) in enumerate(rows, start=1)]
    cell, top = 42, 46
    left = max(126, 20 + 7 * max(map(len, labels)))
    extra = len(columns)
    width = left + cell * (len(rows) + extra) + 8
    height = top + cell * len(rows) + 26
    parts: list[Child] = [
        element("text", caption.upwards, class_="axis-name", x=left - 10, y=top - 12, text_anchor="end"),
        element("text", caption.across, class_="axis-name", x=left, y=14),
    ]
    for number, heading in enumerate([*(str(index + 1) for index in range(len(rows))), *columns]):
        x = left + cell * (number + 0.5)
        parts.append(element("text", heading, class_="tick", x=x, y=top - 12, text_anchor="middle"))
    for row, (name, shares) in enumerate(rows):
        y = top + cell * row
        parts.append(
            element(
                "text",
                element("title", name),
                labels[row],
                class_="row-name",
                x=left - 10,
                y=y + cell / 2 + 4,
                text_anchor="end",
            )
        )
        for column, share in enumerate(shares):
            kind = "right" if column == row else "wrong" if column < len(rows) else "rest"
            parts.append(_cell(left + cell * column, y, cell, share, kind, percent))
    return _picture(caption, *parts, width=width, height=height)


def _cell(x: float, y: float, size: float, share: float, kind: str, percent: Percent) -> Markup:
    """Half-transparent at most, so that the number on it stays readable in light and dark."""
    strength = min(2 * share, 1.0) if kind == "wrong" else share
    box = element(
        "rect",
        class_=kind if share else "none",
        x=x + 1,
        y=y + 1,
        width=size - 2,
        height=size - 2,
        rx=4,
        fill_opacity=0.1 + 0.4 * strength if share else None,
    )
    if share < 0.005:
        return box
    number = element("text", percent(share), class_="cell", x=x + size / 2, y=y + size / 2 + 4, text_anchor="middle")
    return join(box, number)


def _picture(caption: Caption, *parts: Child, width: float = _WIDTH, height: float = _HEIGHT) -> Markup:
    return element(
        "svg",
        element("title", caption.title, id=f"{caption.key}-title"),
        element("desc", caption.description, id=f"{caption.key}-desc"),
        *parts,
        viewBox=f"0 0 {width:g} {height:g}",
        style=f"--wide:{width:g}px",
        role="img",
        aria_labelledby=f"{caption.key}-title {caption.key}-desc",
    )


def _grid(frame: _Frame, percent: Percent) -> Markup:
    parts = []
    steps = _CEILINGS[frame.ceiling]
    for step in range(steps + 1):
        value = frame.ceiling * step / steps
        y = frame.y(value)
        parts += [
            element("line", class_="axis" if step == 0 else "grid", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y),
            element("text", percent(value), class_="tick", x=_LEFT - 8, y=y + 4, text_anchor="end"),
        ]
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        x, y = frame.x(share), frame.bottom + 18
        parts.append(element("text", percent(share), class_="tick", x=x, y=y, text_anchor="middle"))
    return join(*parts)


def _across(name: str, y: float) -> Markup:
    return element("text", name, class_="axis-name", x=(_LEFT + _WIDTH - _RIGHT) / 2, y=y, text_anchor="middle")


def _upwards(name: str) -> Markup:
    return element("text", name, class_="axis-name", x=4, y=14)
