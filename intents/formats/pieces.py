"""A Rasa file that is not quite YAML, cut into pieces that mostly are.

A piece is an item of `nlu:`, `rules:` or `stories:`, one response, slot or form, or a key of the file. It knows
lines and how far they are indented, and nothing of what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from intents.formats.examples import SECTIONS

_KEY = re.compile(r"(?P<key>[A-Za-z_]\w*)[ \t]*:")
_ITEM = re.compile(
    rf"""[ \t]*-[ \t]*(?:{"|".join(SECTIONS)})[ \t]*:   # - intent: …
         | [ \t]+["']?utter_[^:]*:                       # a response
    """,
    re.VERBOSE,
)
_PATH = re.compile(r"[ \t]*-[ \t]*(?:rule|story)[ \t]*:")
_NAMED = re.compile(r"(?P<margin>[ \t]+)[^\s#-][^:]*:")
_OF_NAMES = ("slots", "forms")
_OF_PATHS = ("rules", "stories")


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Lines of a file from `start` up to `end`, counted from 0. `key` is the key of the file they stand below."""

    start: int
    end: int
    key: str

    def text(self, lines: Sequence[str]) -> tuple[str, int]:
        """The lines without their margin and without tabs in indentations, and how wide the margin was."""
        spaced = [_spaced(line) for line in lines[self.start : self.end]]
        margin = len(spaced[0]) - len(spaced[0].lstrip())
        return "\n".join(line.removeprefix(" " * margin) for line in spaced), margin


def pieces(lines: Sequence[str]) -> list[Piece]:
    """The pieces of a file in order. What stands before the first is none."""
    starts = [*_starts(lines), (len(lines), "")]
    return [Piece(start=start, end=end, key=key) for (start, key), (end, _) in pairwise(starts)]


def _starts(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Where pieces start, and below which key."""
    key, depth = "", 0
    for number, line in enumerate(lines):
        of_file = _KEY.match(line)
        named = _NAMED.match(line) if key in _OF_NAMES else None
        if of_file:
            key, depth = of_file["key"], 0
            yield number, ""
        elif named:
            width = len(named["margin"].expandtabs(2))
            depth = depth or width
            if width == depth:
                yield number, key
        elif _PATH.match(line):
            key = key if key in _OF_PATHS else _OF_PATHS[0]
            yield number, key
        elif key not in _OF_PATHS and _ITEM.match(line):
            yield number, key


def _spaced(line: str) -> str:
    """The line with the tabs of its indentation, also those behind a dash, as blanks.

    A tab is one level deep, two blanks; before an example two levels, since it must stand right of `examples:`.
    """
    content = line.lstrip(" \t")
    is_example = content.startswith("-") and not (_ITEM.match(line) or _PATH.match(line))
    margin = line[: len(line) - len(content)].expandtabs(4 if is_example else 2)
    return margin + re.sub(r"^-[ ]*\t\s*", "- ", content)
