"""The entity finder: one walk over the words of a message, each family asked only where it can begin.

It finds what is written, not what is meant: whether "5 juta" is a price or a prize is not its business.
Time is linear in the length of the text for the built-in families; a project's own regular expressions are
run as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from conversation.understanding import Entity
from intents.entities.amounts import AMOUNT_WORDS, Found, read_amount_word, read_counted, read_half
from intents.entities.codes import DEFAULT_PATTERNS, CodePattern, find_emails, find_links
from intents.entities.dates import DATE_WORDS, read_ago, read_date_number, read_date_word
from intents.entities.identity import find_identity_numbers, find_phones
from intents.entities.names import WORD, Gazetteer
from intents.entities.times import TIME_WORDS, read_clock, read_time_word

_DIGIT = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"\d(?:[ .()-]{0,2}\d){6}")
_LEADING_LETTERS = re.compile(r"([a-z]{1,8})(?=\d)")
_STARTERS = AMOUNT_WORDS | DATE_WORDS | TIME_WORDS

# Which kind a span belongs to when two claim the same characters; what is not listed comes last.
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            "url", "email", "card_number", "nik", "account_number", "phone", "tracking_number", "order_number",
            "money", "date", "time", "duration", "quantity", "bank", "e_wallet", "courier", "place",
        )
    )
}  # fmt: skip

KINDS = frozenset(_RANK)
"""The kinds that are found in any project."""


class EntityFinder:
    """Finds entities in raw messages. Immutable once made, and safe to share."""

    def __init__(
        self,
        patterns: Mapping[str, str] = DEFAULT_PATTERNS,
        synonyms: Mapping[str, str] | None = None,
        regexes: Mapping[str, Sequence[str]] | None = None,
        lookups: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Prepare the finder.

        `patterns` are expressions for codes, which hold a digit (see `intents.entities.codes`); `regexes`,
        `lookups` and `synonyms` are a Rasa project's: expressions and phrases by entity, and the value each
        other spelling stands for. Raises `re.error` where an expression does not compile.
        """
        self._codes = [CodePattern(kind, expression) for kind, expression in patterns.items()]
        self._regexes = [CodePattern(kind, one) for kind, many in (regexes or {}).items() for one in many]
        self._synonyms = {spelling.lower(): value for spelling, value in (synonyms or {}).items()}
        self._gazetteer = Gazetteer(lookups or {})
        self._beginnings = _STARTERS | self._gazetteer.beginnings
        self._own = frozenset(regexes or ()) | frozenset(lookups or ())

    def find(self, raw: str, now: datetime | None = None) -> tuple[Entity, ...]:
        """Find the entities of `raw` in order of appearance, none overlapping another; the longest wins.

        `now`, in the customer's time zone, turns dates into ISO 8601. Never raises on any text.
        """
        text = _lower(raw)
        today = now.date() if now is not None else None
        found = self._walk(text, raw, today)
        if _DIGIT.search(text):
            for codes in self._codes:
                found += codes.find(raw)
            if _LONG_NUMBER.search(text):
                found += find_phones(text)
                found += find_identity_numbers(text)
        if "." in text:
            found += find_links(text)
            if "@" in text:
                found += find_emails(text)
        for regex in self._regexes:
            found += regex.find(raw)
        return tuple(self._entity(raw, one) for one in self._settle(found))

    def _walk(self, text: str, raw: str, today: date | None) -> list[Found]:
        found: list[Found] = []
        words = list(WORD.finditer(text))
        free = 0
        for index, match in enumerate(words):
            word = match[0]
            if word not in self._beginnings and word.isalpha():
                continue
            start = match.start()
            if word in self._gazetteer:
                found += [Found(*hit) for hit in self._gazetteer.match(words, index, raw)]
            if start < free:
                continue
            one = _read(text, start, word, today)
            if one is not None:
                found.append(one)
                free = one.end
        return found

    def _settle(self, found: list[Found]) -> list[Found]:
        """Drop what overlaps something longer, or equally long and of a more telling kind."""
        if len(found) < 2:
            return found
        found.sort(key=self._order)
        taken: list[Found] = []
        covered: set[int] = set()
        for one in found:
            span = range(one.start, one.end)
            if covered.isdisjoint(span):
                covered.update(span)
                taken.append(one)
        return sorted(taken)

    def _order(self, one: Found) -> tuple[int, bool, int]:
        return (one.start - one.end, one.kind not in self._own, _RANK.get(one.kind, len(_RANK)))

    def _entity(self, raw: str, one: Found) -> Entity:
        written = raw[one.start : one.end]
        value = self._synonyms.get(written.lower()) or self._synonyms.get(one.value.lower()) or one.value
        return Entity(kind=one.kind, value=value, text=written, start=one.start, end=one.end)


def _read(text: str, start: int, word: str, today: date | None) -> Found | None:
    """Read the number, money, date or time that begins with `word` at `start`."""
    if not word[0].isascii():
        return None
    if word[0].isdigit():
        half = read_half(text, start) if text.startswith("1/2", start) else None
        one = half or read_clock(text, start) or read_date_number(text, start, today) or read_counted(text, start)
        return _with_direction(text, one, today)
    if word not in _STARTERS:
        letters = _LEADING_LETTERS.match(word)
        if letters is None or letters[1] not in _STARTERS:
            return None
        word = letters[1]  # "rp25", "tgl5", "jam3"
    one = None
    if word in TIME_WORDS:
        one = read_time_word(text, start)
    if one is None and word in DATE_WORDS:
        one = read_date_word(text, start, word, today)
    if one is None and word in AMOUNT_WORDS:
        one = _with_direction(text, read_amount_word(text, start, word), today)
    return one


def _with_direction(text: str, one: Found | None, today: date | None) -> Found | None:
    """A length of time followed by "lalu" or "lagi" is a date."""
    if one is None or one.kind != "duration":
        return one
    return read_ago(text, one, today) or one


def _lower(raw: str) -> str:
    """Lower-case without moving an offset: a few letters ("İ") would become two."""
    lowered = raw.lower()
    if len(lowered) == len(raw):
        return lowered
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in raw)
