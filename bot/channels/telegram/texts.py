"""Texts cut to Telegram's measure, which counts UTF-16 units. Pure."""

from __future__ import annotations

import re

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
TOPIC_NAME_LIMIT = 128
PRESS_ANSWER_LIMIT = 200
PAYLOAD_LIMIT = 64
"""Telegram's limits: the first four in UTF-16 units, the last in bytes of UTF-8."""

_ENDS = tuple(re.compile(end) for end in (r"(?=\n\s*\n)", r"(?=\n)", r"[.!?…][\"'”’)\]]*(?=\s)", r"(?=\s)"))
"""Where a text may be cut, best first: paragraphs, lines, sentences, words."""


def utf16_length(text: str) -> int:
    """Length in UTF-16 units: characters beyond the first plane, such as most emoji, count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split_text(text: str, limit: int = TEXT_LIMIT, *, first: int | None = None) -> list[str]:
    """`text` in parts of at most `limit` units (`first` for the first), none blank; [] for a blank text.

    Cuts at the last paragraph end in the second half of what fits, else at the last line end there, else
    sentence end, else between words; only a word that fills more than half a part is cut through.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        room = limit if parts or first is None else first
        if utf16_length(rest) <= room:
            parts.append(rest)
            break
        cut = _cut(rest, _fitting(rest, room))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return parts


def shortened(text: str, limit: int) -> str:
    """`text`, with an ellipsis for what goes beyond `limit` units."""
    return text if utf16_length(text) <= limit else text[: _fitting(text, limit - 1)] + "…"


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit into `limit` units."""
    units = 0
    for index, char in enumerate(text):
        units += 2 if char > "\uffff" else 1
        if units > limit:
            return index
    return len(text)


def _cut(text: str, fitting: int) -> int:
    window = text[: fitting + 1]  # A space right behind what fits is as good a place as any.
    for end in _ENDS:
        places = [match.end() for match in end.finditer(window) if match.end() >= fitting // 2]
        if places:
            return places[-1]
    return fitting
