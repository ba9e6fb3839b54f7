"""HTML and SVG elements as strings, safe by construction: what is not yet markup is escaped when it goes in."""

from __future__ import annotations

import re
from html import escape

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Markup(str):
    """A piece of finished HTML or SVG, which `element` takes in as it is."""

    __slots__ = ()


Child = str | Markup | None
Attribute = str | float | None


def element(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """`<tag …>children</tag>`. Plain strings are escaped, None is left out.

    Attribute names lose a trailing underscore (`class_`), the others become hyphens; numbers are rounded to
    two decimals.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{written}>{join(*children)}</{tag}>")


def join(*children: Child) -> Markup:
    """The children one after the other, each escaped unless it is markup."""
    return Markup("".join(child if isinstance(child, Markup) else text(child) for child in children if child))


def text(value: str) -> Markup:
    """`value` escaped.

    What no page may hold (control characters, halves of surrogate pairs) or what would turn the text after it
    around (direction overrides) becomes U+FFFD.
    """
    return Markup(escape(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)))


def name_of(intent: str) -> Markup:
    """An intent's name as it may stand amid other text: its own writing direction, and breaks at its joints."""
    return element("bdi", Markup(re.sub(r"([_/.-])(?=\w)", r"\1<wbr>", text(intent))))


def shortened(value: str, limit: int) -> str:
    """`value` on one line, cut to `limit` characters."""
    line = " ".join(value[: 4 * limit].split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _attribute(value: str | float) -> str:
    return text(value) if isinstance(value, str) else f"{round(value, 2):g}"
