"""What changed between two contents, piece by piece, in lines that admins read. It does not know who changed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from intents.content import Pieces

_LABELS = {
    "answers": "jawaban", "examples": "contoh", "kind": "jenis", "department": "bagian", "title": "judul",
    "buttons": "tombol", "image": "gambar", "channel": "kanal", "language": "bahasa", "slots": "syarat",
    "since": "mulai", "until": "sampai", "payload": "tujuan", "intent": "maksud", "steps": "langkah",
    "sources": "sumber", "choices": "pilihan", "then": "lalu", "value": "nilai", "any": "apa saja",
}  # fmt: skip
_ITEMS = {
    "synonyms": "sinonim", "out_of_scope": "di luar cakupan", "tests": "pesan uji", "slots": "slot",
    "forms": "formulir", "rules": "aturan", "lookup": "kata", "regex": "pola",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One piece that is not the same in both, and the lines that only the new (`added`) or the old (`removed`) has."""

    piece: str
    kind: Literal["added", "removed", "changed"]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def differences(old: Pieces, new: Pieces) -> tuple[Difference, ...]:
    """The pieces that differ, in the order of their names. The order of pieces itself is none of them."""
    return tuple(
        _difference(piece, old.get(piece), new.get(piece))
        for piece in sorted({*old, *new} - {"order"})
        if old.get(piece) != new.get(piece)
    )


def _difference(piece: str, old: object, new: object) -> Difference:
    before, after = Counter(_lines(piece, old)), Counter(_lines(piece, new))
    added, removed = tuple((after - before).elements()), tuple((before - after).elements())
    if not added and not removed:
        added = ("urutannya lain",)
    return Difference(
        piece=piece,
        kind="added" if old is None else "removed" if new is None else "changed",
        added=added,
        removed=removed,
    )


def _lines(piece: str, value: object) -> Iterator[str]:
    """A line for each thing that the piece holds."""
    label = _ITEMS.get(piece.partition("/")[0], "")
    if isinstance(value, Mapping) and not label:
        for key, each in sorted(value.items()):
            for item in each if isinstance(each, list) else [each]:
                yield f"{_LABELS.get(key, key)}: {_said(item)}"
    elif isinstance(value, Mapping):
        yield from (f"{label}: {key} → {_said(each)}" for key, each in sorted(value.items()))
    elif isinstance(value, list):
        yield from (f"{label}: {_said(item)}" for item in value)


def _said(value: object) -> str:
    """A value as one line."""
    if isinstance(value, Mapping):
        first = [str(value["text"])] if "text" in value else []
        rest = [f"{_LABELS.get(key, key)}: {_said(each)}" for key, each in sorted(value.items()) if key != "text"]
        return " · ".join([*first, *rest])
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    words = {True: "ya", False: "tidak", None: "kosong"}
    return words[value] if value is None or isinstance(value, bool) else " ".join(str(value).split())
