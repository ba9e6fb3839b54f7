"""What changed between two contents, piece by piece. It does not know who changed it, and has no words for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from intents.content import ORDER, Pieces, encode


class Kind(Enum):
    """What became of a piece."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that a piece holds, as JSON: an example, an answer, a word.

    `field` is where in the piece it stands (`examples`, `answers`, `title`), "" where the piece is but a list of such
    things, or gives them by a `key`.
    """

    value: object
    field: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One piece that is not the same in both, and the lines that only the new (`added`) or the old (`removed`) has.

    Where there are none, the lines are the same `in_another_order`.
    """

    piece: str
    kind: Kind
    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()

    @property
    def in_another_order(self) -> bool:
        """Whether nothing was added or removed."""
        return not self.added and not self.removed


def differences(old: Pieces, new: Pieces) -> tuple[Difference, ...]:
    """The pieces that differ, in the order of their names. The order of pieces itself is none of them."""
    return tuple(
        _difference(piece, old.get(piece), new.get(piece))
        for piece in sorted({*old, *new} - {ORDER})
        if old.get(piece) != new.get(piece)
    )


def _difference(piece: str, old: object, new: object) -> Difference:
    before, after = list(_lines(piece, old)), list(_lines(piece, new))
    return Difference(
        piece=piece,
        kind=Kind.ADDED if old is None else Kind.REMOVED if new is None else Kind.CHANGED,
        added=tuple(_without(after, before)),
        removed=tuple(_without(before, after)),
    )


def _without(lines: list[Line], others: list[Line]) -> Iterator[Line]:
    """The lines that are not among the others, or not as often."""
    there = Counter(map(_mark, others))
    for line in lines:
        there[_mark(line)] -= 1
        if there[_mark(line)] < 0:
            yield line


def _mark(line: Line) -> str:
    return encode({"field": line.field, "key": line.key, "value": line.value})


def _lines(piece: str, value: object) -> Iterator[Line]:
    """A line for each thing that the piece holds."""
    if isinstance(value, Mapping) and piece == "synonyms":
        yield from (Line(key=key, value=each) for key, each in sorted(value.items()))
    elif isinstance(value, Mapping):
        for field, each in sorted(value.items()):
            yield from (Line(field=field, value=item) for item in (each if isinstance(each, list) else [each]))
    elif isinstance(value, list):
        yield from (Line(value=item) for item in value)
