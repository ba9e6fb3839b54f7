"""The knowledge base while it is being read: what the readers found, and where.

Readers of any format put in what they find; `intents.formats.whole` judges it. It reads no file itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from intents.content import TestMessage
from intents.formats.dialogue import DialogueDraft
from intents.formats.findings import Finding, Level, Place
from intents.knowledge import Answer
from intents.tidying import KINDS

PAYLOAD_BYTES = 64
"""The most Telegram takes as payload of a button."""

_ORDINARY_NAME = re.compile(r"\w[\w.+-]*(/\w[\w.+-]*)*")


@dataclass(kw_only=True, slots=True)
class IntentDraft:
    """An intent, where it began, and where each of its examples stands."""

    place: Place
    metadata: dict[str, str] = field(default_factory=dict)
    examples: dict[str, Place] = field(default_factory=dict)


def bare_name(written: str) -> str:
    """A name without stray blanks and pipes."""
    return written.strip().strip("|").strip()


class Draft:
    """Collects what readers find. Every method that takes a place reports what is odd about it."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.intents: dict[str, IntentDraft] = {}
        self.declared: dict[str, Place] = {}
        self.answers: dict[str, dict[Answer, Place]] = {}
        self.out_of_scope_texts: dict[str, Place] = {}
        self.tests: dict[TestMessage, Place] = {}
        self.synonyms: dict[str, str] = {}
        self.regexes: dict[str, dict[str, None]] = {}
        self.lookups: dict[str, dict[str, None]] = {}
        self.repeated: dict[str, list[int]] = {}
        self.dialogue = DialogueDraft(self.note)

    @property
    def has_examples(self) -> bool:
        """Whether any example of any intent was found so far."""
        return any(intent.examples for intent in self.intents.values())

    def note(self, level: Level, place: Place, message: str, remedy: str = "") -> None:
        """Report something about a place."""
        self.findings.append(Finding(level=level, file=place.file, line=place.line, message=message, remedy=remedy))

    def name(self, written: str, place: Place) -> str:
        """A name without stray blanks and pipes. Strange ones are kept: they are only ever compared."""
        name = bare_name(written)
        if name != written.strip():
            self.note(Level.WARNING, place, f"the name {written!r} has a stray |: read as {name!r}")
        if name and not _ORDINARY_NAME.fullmatch(name):
            self.note(Level.WARNING, place, f"the name {name!r} holds unusual characters; kept as it stands")
        return name

    def intent(self, name: str, place: Place, metadata: Mapping[str, str] | None = None) -> None:
        """An intent begins here. One that begins twice is one intent; the first word on metadata counts."""
        known = self.intents.get(name)
        if known is None:
            known = self.intents[name] = IntentDraft(place=place)
            if len(f"/{name}".encode()) > PAYLOAD_BYTES:
                self.note(Level.WARNING, place, f"the name {name[:40]!r}… is too long for a button of Telegram")
        for key, value in (metadata or {}).items():
            if key == "kind" and value not in KINDS:
                nearest = difflib.get_close_matches(value, KINDS, n=1)
                hint = f"did you mean {nearest[0]}? " if nearest else ""
                self.note(
                    Level.WARNING,
                    place,
                    f"{name}: unknown kind {value!r}; taken as faq",
                    f"{hint}Kinds are {', '.join(KINDS)}.",
                )
            elif known.metadata.setdefault(key, value) != value:
                self.note(
                    Level.WARNING,
                    place,
                    f"{name}: {key} {value!r} contradicts {known.metadata[key]!r}, which was said first and counts",
                )

    def example(self, intent: str, text: str, place: Place) -> None:
        """One example of an intent that began before."""
        if self.intents[intent].examples.setdefault(text, place) is not place:
            self.repeated.setdefault(place.file, []).append(place.line)

    def declare(self, intent: str, place: Place) -> None:
        """A domain lists this intent."""
        self.declared.setdefault(intent, place)

    def answer(self, intent: str, answer: Answer, place: Place) -> None:
        """One variant of the answer to an intent, or of a response of another name."""
        self.answers.setdefault(intent, {}).setdefault(answer, place)

    def synonym(self, spelling: str, value: str, place: Place) -> None:
        """`spelling` stands for `value`; the first word on it counts."""
        if spelling != value and self.synonyms.setdefault(spelling, value) != value:
            first = self.synonyms[spelling]
            self.note(Level.WARNING, place, f"{spelling!r} stands for {value!r} and for {first!r}, which counts")

    def regex(self, name: str, pattern: str, place: Place) -> None:
        """A pattern of an entity."""
        try:
            re.compile(pattern)
        except re.error as error:
            self.note(Level.WARNING, place, f"{pattern!r} is not a regular expression ({error}); left out")
        else:
            self.regexes.setdefault(name, {})[pattern] = None

    def lookup(self, name: str, word: str) -> None:
        """A word of an entity."""
        self.lookups.setdefault(name, {})[word] = None

    def out_of_scope(self, text: str, place: Place) -> None:
        """A message that must not be answered."""
        self.out_of_scope_texts.setdefault(text, place)

    def test(self, test: TestMessage, place: Place) -> None:
        """A message to test by."""
        self.tests.setdefault(test, place)
