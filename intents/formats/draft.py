"""The knowledge base while it is being read: what the readers found, where, and what does not fit together.

Readers of any format put in what they find; `finish` judges the whole. It reads no file itself.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversation.errors import DataError
from intents.formats.findings import Finding, Level, Place, raise_on_errors
from intents.knowledge import Answer, Intent, KnowledgeBase

KINDS = ("smalltalk", "faq", "handoff", "complaint", "alarm")
PAYLOAD_BYTES = 64
"""The most Telegram takes as payload of a button."""

_ORDINARY_NAME = re.compile(r"\w[\w.+-]*(/\w[\w.+-]*)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What was read, and what there is to say about the files."""

    knowledge: KnowledgeBase
    report: tuple[Finding, ...]


@dataclass(kw_only=True, slots=True)
class _IntentDraft:
    place: Place
    metadata: dict[str, str] = field(default_factory=dict)
    examples: dict[str, Place] = field(default_factory=dict)


class Draft:
    """Collects what readers find. Every method that takes a place reports what is odd about it."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._intents: dict[str, _IntentDraft] = {}
        self._declared: dict[str, Place] = {}
        self._answers: dict[str, dict[Answer, Place]] = {}
        self._next_answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._out_of_scope: dict[str, Place] = {}
        self._synonyms: dict[str, str] = {}
        self._regexes: dict[str, dict[str, None]] = {}
        self._lookups: dict[str, dict[str, None]] = {}
        self._repeated: dict[str, list[int]] = {}
        self._custom_actions = False

    @property
    def has_examples(self) -> bool:
        """Whether any example of any intent was found so far."""
        return any(intent.examples for intent in self._intents.values())

    def note(self, level: Level, place: Place, message: str, remedy: str = "") -> None:
        """Report something about a place."""
        self.findings.append(Finding(level=level, file=place.file, line=place.line, message=message, remedy=remedy))

    def name(self, written: str, place: Place) -> str:
        """A name without stray blanks and pipes. Strange ones are kept: they are only ever compared."""
        name = written.strip().strip("|").strip()
        if name != written.strip():
            self.note(Level.WARNING, place, f"the name {written!r} has a stray |: read as {name!r}")
        if name and not _ORDINARY_NAME.fullmatch(name):
            self.note(Level.WARNING, place, f"the name {name!r} holds unusual characters; kept as it stands")
        return name

    def intent(self, name: str, place: Place, metadata: Mapping[str, str] | None = None) -> None:
        """An intent begins here. One that begins twice is one intent; the first word on metadata counts."""
        known = self._intents.get(name)
        if known is None:
            known = self._intents[name] = _IntentDraft(place=place)
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
        if self._intents[intent].examples.setdefault(text, place) is not place:
            self._repeated.setdefault(place.file, []).append(place.line)

    def declare(self, intent: str, place: Place) -> None:
        """A domain lists this intent."""
        self._declared.setdefault(intent, place)

    def custom_actions(self) -> None:
        """The project answers some intents in code."""
        self._custom_actions = True

    def answer(self, intent: str, answer: Answer, place: Place) -> None:
        """One variant of the answer to an intent."""
        self._answers.setdefault(intent, {}).setdefault(answer, place)

    def answered_with(self, intent: str, response: str) -> None:
        """A rule or story answers an intent with the response of another name (`utter_` taken off)."""
        self._next_answers[intent][response] += 1

    def synonym(self, spelling: str, value: str, place: Place) -> None:
        """`spelling` stands for `value`; the first word on it counts."""
        if spelling != value and self._synonyms.setdefault(spelling, value) != value:
            first = self._synonyms[spelling]
            self.note(Level.WARNING, place, f"{spelling!r} stands for {value!r} and for {first!r}, which counts")

    def regex(self, name: str, pattern: str, place: Place) -> None:
        """A pattern of an entity."""
        try:
            re.compile(pattern)
        except re.error as error:
            self.note(Level.WARNING, place, f"{pattern!r} is not a regular expression ({error}); left out")
        else:
            self._regexes.setdefault(name, {})[pattern] = None

    def lookup(self, name: str, word: str) -> None:
        """A word of an entity."""
        self._lookups.setdefault(name, {})[word] = None

    def out_of_scope(self, text: str, place: Place) -> None:
        """A message that must not be answered."""
        self._out_of_scope.setdefault(text, place)

    def finish(self, root: str) -> Loaded:
        """Judge the whole, and hand it out.

        Raises:
            DataError: there is no intent at all (the first error found on the way, where there was one).
        """
        if not self._intents:
            raise_on_errors(self.findings)
            raise DataError(
                f"{root}: no intent found",
                remedy="Point to a folder with Rasa YAML: `nlu:`, below it `- intent: name` with `examples: |`.",
            )
        self._adopt_answers()
        self._judge_examples()
        self._judge_domain()
        self._judge_answers()
        knowledge = KnowledgeBase(
            intents={
                name: Intent(
                    name=name,
                    examples=tuple(intent.examples),
                    kind=intent.metadata.get("kind", "faq"),
                    department=intent.metadata.get("department", ""),
                    title=intent.metadata.get("title", ""),
                )
                for name, intent in self._intents.items()
            },
            answers={name: tuple(variants) for name, variants in self._answers.items()},
            out_of_scope=tuple(self._out_of_scope),
            synonyms=self._synonyms,
            regexes={name: tuple(patterns) for name, patterns in self._regexes.items()},
            lookups={name: tuple(words) for name, words in self._lookups.items()},
        )
        return Loaded(knowledge=knowledge, report=tuple(self.findings))

    def _adopt_answers(self) -> None:
        """Where rules and stories answer an intent by a response of another name, that is its answer."""
        for name, intent in self._intents.items():
            responses = (response for response, _ in self._next_answers[name].most_common())
            chosen = next((response for response in responses if response in self._answers), None)
            if name not in self._answers and chosen is not None:
                self._answers[name] = dict(self._answers[chosen])
                self.note(Level.INFO, intent.place, f"{name} is answered by utter_{chosen}, as its rules say")

    def _judge_examples(self) -> None:
        intents_of: defaultdict[str, dict[str, Place]] = defaultdict(dict)
        for name, intent in self._intents.items():
            if not intent.examples:
                self.note(
                    Level.ERROR,
                    intent.place,
                    f"the intent {name} has no example",
                    "Write at least ten sentences of customers below `examples: |`, or delete the intent.",
                )
            for text, place in intent.examples.items():
                intents_of[text.casefold()].setdefault(name, place)
                if text in self._out_of_scope:
                    self.note(Level.WARNING, place, f"{text!r} is an example of {name} and out of scope as well")
        for text, places in intents_of.items():
            if len(places) > 1:
                others = ", ".join(f"{name} ({place})" for name, place in list(places.items())[:-1])
                name, place = list(places.items())[-1]
                self.note(
                    Level.WARNING,
                    place,
                    f"{text!r} is an example of {name} and of {others}",
                    "Keep it where it belongs: under two intents it teaches neither.",
                )
        for file, lines in self._repeated.items():
            message = f"example known from before, under the same intent; read once ({len(lines)} in this file)"
            self.note(Level.INFO, Place(file, min(lines)), message)

    def _judge_domain(self) -> None:
        if not self._declared:
            return
        bases = {name.partition("/")[0] for name in self._intents}
        for name, place in self._declared.items():
            if name not in self._intents and name not in bases:
                self.note(Level.WARNING, place, f"the domain lists the intent {name}, which has no example; left out")
        for name, intent in self._intents.items():
            if name not in self._declared and name.partition("/")[0] not in self._declared:
                self.note(Level.WARNING, intent.place, f"the domain does not list the intent {name}; read all the same")

    def _judge_answers(self) -> None:
        used = {response for name in self._intents for response in self._next_answers[name]}
        code = ": it may be answered in actions.py" if self._custom_actions else ""
        for name, intent in self._intents.items():
            if name not in self._answers:
                self.note(
                    Level.WARNING,
                    intent.place,
                    f"no answer found for the intent {name}{code}",
                    f"Write `utter_{name}:` with `- text: …` below `responses:`.",
                )
        for name, variants in self._answers.items():
            first = next(iter(variants.values()))
            if name not in self._intents and name not in used:
                self.note(Level.INFO, first, f"utter_{name} answers no intent")
            for answer, place in variants.items():
                for button in answer.buttons:
                    self._judge_payload(name, button.payload, place)

    def _judge_payload(self, name: str, payload: str, place: Place) -> None:
        if payload.startswith("http"):
            return
        if len(payload.encode()) > PAYLOAD_BYTES:
            message = f"utter_{name}: the payload {payload[:40]!r}… is longer than {PAYLOAD_BYTES} bytes"
            self.note(Level.WARNING, place, message)
        intent = payload.removeprefix("/").split("{", 1)[0]
        if not payload.startswith("/"):
            self.note(Level.WARNING, place, f"utter_{name}: the payload {payload!r} is neither /intent nor a link")
        elif intent not in self._intents:
            self.note(Level.WARNING, place, f"utter_{name}: a button leads to {intent!r}, which is no intent")
