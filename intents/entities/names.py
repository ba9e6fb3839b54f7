"""Names found by looking them up: places, banks, e-wallets, couriers, and the lookups of a project.

A name is a row of words, whatever stands between them. Names that are everyday words as well ("dana",
"batu", "pos") count only after a word that announces their kind. No spelling is corrected here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

# A word: letters and digits, with "&" or an apostrophe inside ("j&t", "jum'at").
WORD = re.compile(r"[^\W_]+(?:[&'’][^\W_]+){0,3}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Name:
    rest: tuple[str, ...]
    kind: str
    value: str
    doubtful: bool


class Gazetteer:
    """Names by their first word, the longest first."""

    def __init__(self, lookups: Mapping[str, Sequence[str]]) -> None:
        """Take the built-in names and the project's `lookups`: a kind and its phrases, whose value is the phrase."""
        built_in, self._announcers = _built_in()
        names: dict[str, list[_Name]] = {word: list(entries) for word, entries in built_in.items()}
        for kind, phrases in lookups.items():
            for phrase in phrases:
                _add(names, kind, phrase, phrase, doubtful=False)
        for entries in names.values():
            entries.sort(key=lambda name: len(name.rest), reverse=True)
        self._names: Mapping[str, Sequence[_Name]] = names

    @property
    def beginnings(self) -> frozenset[str]:
        """The first words of all names."""
        return frozenset(self._names)

    def __contains__(self, word: str) -> bool:
        """Whether some name begins with `word`."""
        return word in self._names

    def match(self, words: Sequence[re.Match[str]], index: int, raw: str) -> Iterator[tuple[int, int, str, str]]:
        """Yield start, end, kind and value of the longest names that begin at word `index`.

        `words` are the words of the lower-case text, and `raw` is the text as written.
        """
        taken = -1
        for name in self._names[words[index][0]]:
            last = index + len(name.rest)
            if len(name.rest) < taken or last >= len(words):
                continue
            if any(words[index + 1 + k][0] != word for k, word in enumerate(name.rest)):
                continue
            start, end = words[index].start(), words[last].end()
            if end - start > sum(map(len, name.rest)) + len(words[index][0]) + 3 * len(name.rest):
                continue
            if name.doubtful and not self._announced(name, words, index, raw):
                continue
            taken = len(name.rest)
            yield start, end, name.kind, name.value

    def _announced(self, name: _Name, words: Sequence[re.Match[str]], index: int, raw: str) -> bool:
        if index and words[index - 1][0] in self._announcers[name.kind]:
            return True
        # "refund ke DANA" shouts only the brand; in a message all in capitals that says nothing.
        start = words[index].start()
        return name.value.isupper() and raw.startswith(name.value, start) and not raw.isupper()


def _add(names: dict[str, list[_Name]], kind: str, phrase: str, value: str, *, doubtful: bool) -> None:
    words = WORD.findall(phrase.lower())
    if words:
        entry = _Name(rest=tuple(words[1:]), kind=kind, value=value, doubtful=doubtful)
        names.setdefault(words[0], []).append(entry)


@cache
def _built_in() -> tuple[Mapping[str, Sequence[_Name]], Mapping[str, frozenset[str]]]:
    names: dict[str, list[_Name]] = {}
    announcers: dict[str, frozenset[str]] = {}
    folder = resources.files("intents.entities") / "data"
    for file_name in ("places.txt", "institutions.txt"):
        kind = ""
        for line in (folder / file_name).read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                kind = line.strip("[]")
            elif line.startswith(">"):
                announcers[kind] = frozenset(line[1:].split())
            elif line and not line.startswith("#"):
                _add_line(names, kind, line)
    return names, announcers


def _add_line(names: dict[str, list[_Name]], kind: str, line: str) -> None:
    value, _, others = line.partition(":")
    spellings = [other.strip() for other in others.split(",") if other.strip()]
    if f"?{value.lower()}" not in spellings:
        spellings.append(value)
    for spelling in spellings:
        _add(names, kind, spelling.removeprefix("?"), value, doubtful=spelling[0] == "?")
