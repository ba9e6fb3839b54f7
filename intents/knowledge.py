"""The knowledge base as values: intents with their examples, and the answers to them.

It does not know where it was read from (`intents.formats`) nor how its examples are learned from
(`intents.training`).
"""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace

from conversation.errors import DataError


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """Something a customer may want. `kind`: `smalltalk`, `faq`, `handoff`, `complaint` or `alarm`.

    `title` is how the intent is called on a button.
    """

    name: str
    examples: tuple[str, ...] = ()
    kind: str = "faq"
    department: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerButton:
    """A button below an answer. `payload` is `/intent`, or a link where it starts with `http`."""

    title: str
    payload: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One way to answer an intent. `channel` restricts it to one channel; "" is for all."""

    text: str
    buttons: tuple[AnswerButton, ...] = ()
    image: str = ""
    channel: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class KnowledgeBase:
    """Intents and answers by intent name, with what else the files hold.

    `out_of_scope` are messages that must not be answered. `synonyms` map a spelling to its value,
    `regexes` and `lookups` a name of an entity to patterns and to words.
    """

    intents: Mapping[str, Intent]
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    regexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of every intent."""
        return {name: intent.kind for name, intent in self.intents.items()}

    def examples(self) -> Iterator[tuple[str, str]]:
        """All training rows as (text, intent)."""
        for intent in self.intents.values():
            for text in intent.examples:
                yield text, intent.name

    def answers_for(self, intent: str, channel: str) -> tuple[Answer, ...]:
        """The variants for a channel: its own where there are any, otherwise those for all channels."""
        variants = self.answers.get(intent, ())
        own = tuple(answer for answer in variants if answer.channel == channel)
        return own or tuple(answer for answer in variants if not answer.channel)

    def fingerprint(self) -> str:
        """A hash of all that is learned from, the answers left out: equal means no training is needed."""
        learned = [sorted((i.name, *i.examples) for i in self.intents.values()), sorted(self.out_of_scope)]
        return hashlib.sha256(json.dumps(learned, ensure_ascii=False).encode()).hexdigest()

    def filled(self, values: Mapping[str, str]) -> KnowledgeBase:
        """The same with every `{placeholder}` in answers filled in.

        Raises:
            DataError: an answer has a placeholder that `values` lacks, or a brace that stands alone.
        """
        filled = {
            intent: tuple(replace(answer, text=_fill(answer.text, values, intent)) for answer in variants)
            for intent, variants in self.answers.items()
        }
        return replace(self, answers=filled)

    def to_plain(self) -> dict[str, object]:
        """All of it as JSON-able values, to be kept beside a model."""
        return asdict(self)


def _fill(text: str, values: Mapping[str, str], intent: str) -> str:
    try:
        fields = [(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(text)]
    except ValueError as error:
        raise DataError(
            f"utter_{intent}: {error} in {text!r}",
            remedy="Write a brace that is meant as such twice: {{ or }}.",
        ) from error
    for name, spec, conversion in fields:
        if name is not None and (spec or conversion):
            raise DataError(
                f"utter_{intent}: the placeholder {name!r} in {text!r} is more than a name in braces",
                remedy=f"Write {{{name}}}, without : or !.",
            )
        if name is not None and name not in values:
            known = ", ".join(sorted(values))
            raise DataError(
                f"utter_{intent}: no value for the placeholder {{{name}}}",
                remedy=f"Set it in [shop] of config.toml, or use one of: {known}.",
            )
    return text.format_map(values)
