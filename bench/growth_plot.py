"""A picture of lines over a logarithmic axis, as one SVG file. Knows neither stores nor what the lines mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 52, 130, 40, 48
COLOURS = ("#0b6e99", "#7ab8d1", "#b3541e", "#e0a27d")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A name, and points from left to right; their x is above 0."""

    name: str
    points: tuple[tuple[float, float], ...]


def plot(lines: Sequence[Line], *, title: str, across: str, bound: float) -> str:
    """Lines over their x, drawn by powers of ten, with a broken line at what none of them should pass."""
    xs = [math.log10(x) for line in lines for x, _ in line.points]
    lowest, highest = min(xs), max(max(xs), min(xs) + 1)
    ceiling = math.ceil(max([bound, *(y for line in lines for _, y in line.points)]) * 2 + 0.2) / 2

    def x(value: float) -> float:
        return LEFT + (math.log10(value) - lowest) / (highest - lowest) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / ceiling * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#444">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="14">{escape(title)}</text>',
    ]
    for half in range(int(ceiling * 2) + 1):
        height = y(half / 2)
        parts.append(f'<path d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{height + 4:.1f}" text-anchor="end">{half / 2:g}</text>')
    for power in range(math.ceil(lowest - 1e-9), math.floor(highest + 1e-9) + 1):
        parts.append(
            f'<text x="{x(10**power):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>'
        )
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(across)}</text>'
    )
    parts.append(f'<path d="M{LEFT} {y(bound):.1f}H{WIDTH - RIGHT}" stroke="#a00" stroke-dasharray="5 4"/>')
    parts.append(f'<text x="{WIDTH - RIGHT + 6}" y="{y(bound) + 4:.1f}" fill="#a00">{bound:g}</text>')
    for number, (line, colour) in enumerate(zip(lines, COLOURS, strict=False)):
        path = "L".join(f"{x(across_):.1f} {y(up):.1f}" for across_, up in line.points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(a):.1f}" cy="{y(up):.1f}" r="3" fill="{colour}"/>' for a, up in line.points]
        key = HEIGHT - BOTTOM - 18 * (len(lines) - number)
        parts.append(f'<path d="M{WIDTH - RIGHT + 8} {key - 4}h16" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 30}" y="{key}">{escape(line.name)}</text>')
    return "\n".join([*parts, "</svg>", ""])
