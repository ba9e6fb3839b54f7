"""What staff type about the knowledge base: commands, and which intent and which of its answers are meant.

Pure. It knows the pieces of intents, not where they come from, nor who may do what.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from conversation.understanding import IntentScore

INTENT = "intent/"

LIKELY = 0.2
"""Confidence from which on an intent that a question is understood as goes before those that only hold its words."""

FOUND = 5
"""Intents that are shown of those that fit."""

_COMMANDS: Mapping[str, str] = {
    "faq": "look",
    "coba": "try",
    "try": "try",
    "ubah": "edit",
    "edit": "edit",
    "kembalikan": "back",
    "rollback": "back",
    "bantuan": "help",
    "help": "help",
}
_COMMAND = re.compile(r"([!/])([a-z]{2,12})(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE | re.ASCII)
_PLACE = re.compile(r"#(\d{1,3})(?=\s|$)")
_WORD = re.compile(r"[^\W_]+")

Intents = Mapping[str, Mapping[str, Any]]
"""The pieces of intents by the names of these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """What is to be done, and what stands behind the word. `mark` is `/` or `!`."""

    name: str
    mark: str
    rest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """An intent, which of its answers (from 0; None where it was not said), and what stands behind their names."""

    intent: str
    place: int | None = None
    rest: str = ""


class Ambiguous(Exception):
    """Several intents are called the same. `intents` are their names."""

    def __init__(self, intents: Iterable[str]) -> None:
        super().__init__(", ".join(intents))


def command_in(text: str) -> Command | None:
    """The command that a text gives, None where it is meant for people. The text behind it keeps its lines."""
    found = _COMMAND.fullmatch(text.strip())
    name = _COMMANDS.get(found[2].casefold()) if found else None
    if found is None or name is None:
        return None
    return Command(name=name, mark=found[1], rest=(found[3] or "").strip())


def intents_in(pieces: Mapping[str, object]) -> dict[str, Mapping[str, Any]]:
    """The pieces of intents by the names of these."""
    return {
        piece.removeprefix(INTENT): cast(Mapping[str, Any], value)
        for piece, value in pieces.items()
        if piece.startswith(INTENT) and isinstance(value, Mapping)
    }


def answers_in(intent: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The answers of an intent's piece."""
    return list(intent.get("answers", ()))


def title_of(name: str, intents: Intents) -> str:
    """What people call an intent."""
    return str(intents.get(name, {}).get("title", "")) or name


def ref_of(name: str) -> str:
    """An intent's name, however long, as a button can carry it."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def meant_in(text: str, intents: Intents) -> Meant | None:
    """The intent that a text begins with, by name or title, the longest first: `jam_buka#2 and more`.

    Raises:
        Ambiguous: several have this title.
    """
    folded = text.casefold()
    if len(folded) != len(text):  # Where folding changes lengths, names have to be written as they are.
        folded = text
    fit = [(called, name) for name in intents for called in (name, title_of(name, intents)) if _begins(folded, called)]
    if not fit:
        return None
    longest = max(len(called) for called, _ in fit)
    best = sorted({name for called, name in fit if len(called) == longest})
    # A name as it was written goes before one written otherwise, and that before a title.
    by_name = [name for name in best if name == text[:longest]]
    by_name = by_name or [name for name in best if name.casefold() == folded[:longest]]
    if len(by_name or best) > 1:
        raise Ambiguous(by_name or best)
    rest = text[longest:]
    place = _PLACE.match(rest)
    return Meant(
        intent=(by_name or best)[0],
        place=int(place[1]) - 1 if place else None,
        rest=(rest[place.end() :] if place else rest).strip(),
    )


def fitting(text: str, intents: Intents, understood: Iterable[IntentScore]) -> list[tuple[str, float | None]]:
    """The intents that fit a question, best first: those it is understood as, with their confidence, and those that
    hold all of its words in their name or title, then in answers or examples."""
    likely = [(each.intent, each.confidence) for each in understood if each.confidence >= LIKELY]
    words = {word.casefold() for word in _WORD.findall(text)}
    found: dict[str, float | None] = {name: share for name, share in likely if name in intents}
    if words:
        for texts in (_names, _contents):
            found |= {name: None for name in intents if name not in found and _holds(words, texts(name, intents[name]))}
    return list(found.items())[:FOUND]


def _begins(folded: str, called: str) -> bool:
    rest = folded[len(called) :]
    return bool(called) and folded.startswith(called.casefold()) and (not rest or rest[0].isspace() or rest[0] == "#")


def _holds(words: set[str], texts: Iterator[str]) -> bool:
    return words <= {word for text in texts for word in _WORD.findall(text.casefold())}


def _names(name: str, intent: Mapping[str, Any]) -> Iterator[str]:
    yield name
    yield str(intent.get("title", ""))


def _contents(name: str, intent: Mapping[str, Any]) -> Iterator[str]:
    yield from _names(name, intent)
    yield from (str(answer.get("text", "")) for answer in answers_in(intent))
    yield from map(str, intent.get("examples", ()))
