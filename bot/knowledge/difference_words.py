"""What two knowledge bases say differently, in Indonesian and English: for console, command line and Telegram."""

from __future__ import annotations

from collections.abc import Mapping

from intents.differences import Difference, Line

_FIELDS = {
    "id": {
        "answers": "jawaban", "examples": "contoh", "kind": "jenis", "department": "bagian", "title": "judul",
        "buttons": "tombol", "image": "gambar", "channel": "kanal", "language": "bahasa", "slots": "syarat",
        "since": "mulai", "until": "sampai", "payload": "tujuan", "intent": "maksud", "steps": "langkah",
        "sources": "sumber", "choices": "pilihan", "then": "lalu", "value": "nilai", "any": "apa saja",
    },
    "en": {
        "answers": "answer", "examples": "example", "buttons": "buttons", "slots": "if", "since": "from",
        "payload": "leads to", "any": "anything",
    },
}  # fmt: skip
"""What the fields of a piece, and of the things in it, are called; another is called as it is."""

_ITEMS = {
    "id": {
        "synonyms": "sinonim", "out_of_scope": "di luar cakupan", "tests": "pesan uji", "slots": "slot",
        "forms": "formulir", "rules": "aturan", "lookup": "kata", "regex": "pola",
    },
    "en": {
        "synonyms": "synonym", "out_of_scope": "out of scope", "tests": "test message", "slots": "slot",
        "forms": "form", "rules": "rule", "lookup": "word", "regex": "pattern",
    },
}  # fmt: skip
"""What a piece is a list of."""

_ORDER = {"id": "urutannya lain", "en": "in another order"}
_TRUTH = {
    "id": {True: "ya", False: "tidak", None: "kosong"},
    "en": {True: "yes", False: "no", None: "nothing"},
}


def removed_lines(difference: Difference, language: str) -> tuple[str, ...]:
    """What only the old has, a line each. `language` is `id` or `en`."""
    return tuple(_line(difference.piece, line, language) for line in difference.removed)


def added_lines(difference: Difference, language: str) -> tuple[str, ...]:
    """What only the new has, a line each; that the order is another, where nothing else is."""
    if difference.in_another_order:
        return (_ORDER[language],)
    return tuple(_line(difference.piece, line, language) for line in difference.added)


def _line(piece: str, line: Line, language: str) -> str:
    kind = piece.partition("/")[0]
    label = _FIELDS[language].get(line.field, line.field) if line.field else _ITEMS[language].get(kind, kind)
    key = f"{line.key} → " if line.key else ""
    return f"{label}: {key}{_said(line.value, language)}"


def _said(value: object, language: str) -> str:
    """A value as one line."""
    if isinstance(value, Mapping):
        names = {**_FIELDS[language], "text": ""}
        said = ((names.get(key, key), _said(each, language)) for key, each in sorted(value.items(), key=_text_first))
        return " · ".join(f"{name}: {each}" if name else each for name, each in said)
    if isinstance(value, list):
        return ", ".join(_said(each, language) for each in value)
    if value is None or isinstance(value, bool):
        return _TRUTH[language][value]
    return " ".join(str(value).split())


def _text_first(item: tuple[str, object]) -> tuple[bool, str]:
    return item[0] != "text", item[0]
