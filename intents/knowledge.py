"""The knowledge base as values: intents with their examples, and the answers to them.

It does not know where it was read from (`intents.formats`) nor how its examples are learned from
(`intents.training`).
"""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from conversation.errors import DataError
from intents.forms import Form, Rule, Slot, holds


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
    """One way to answer an intent, or to say what a named response says.

    `channel` restricts it to one channel, `language` (`en`, `jv`, …) to customers who write that; "" is for all.
    `slots` are conditions: it counts only while these have these values. It is given from `since` (aware) up to, and
    no longer at, `until`. The text may name slots in braces.
    """

    text: str
    buttons: tuple[AnswerButton, ...] = ()
    image: str = ""
    channel: str = ""
    language: str = ""
    slots: tuple[tuple[str, object], ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_dated(self) -> bool:
        """Whether it counts for some time only."""
        return self.since is not None or self.until is not None

    def is_given(self, now: datetime) -> bool:
        """Whether it counts at this time."""
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)


@dataclass(frozen=True, kw_only=True)
class KnowledgeBase:
    """Intents and answers by intent name, with what else the files hold.

    `answers` holds every response by its name without `utter_`; those that answer an intent have its name.
    `rules` say what follows upon an intent where that is more than its answer. `out_of_scope` are messages that must
    not be answered. `synonyms` map a spelling to its value, `regexes` and `lookups` a name of an entity to patterns
    and to words. `values` are what answers may name in braces, beside slots.
    """

    intents: Mapping[str, Intent]
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    regexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """The kind of every intent."""
        return {name: intent.kind for name, intent in self.intents.items()}

    @cached_property
    def initial(self) -> Mapping[str, object]:
        """The slots that have a value from the beginning."""
        return {name: slot.initial for name, slot in self.slots.items() if slot.initial is not None}

    def examples(self) -> Iterator[tuple[str, str]]:
        """All training rows as (text, intent)."""
        for intent in self.intents.values():
            for text in intent.examples:
                yield text, intent.name

    def answers_for(
        self,
        name: str,
        channel: str,
        language: str = "",
        slots: Mapping[str, object] = MappingProxyType({}),
        now: datetime | None = None,
    ) -> tuple[Answer, ...]:
        """The variants that fit: of those that count `now` (aware; without it, dates do not matter) and whose
        conditions hold, the channel's own before those for all channels, the language's own before those in no
        particular one, (as in Rasa) those with conditions before others, and those for some time before those for
        ever."""
        fit = [answer for answer in self.answers.get(name, ()) if holds(answer.slots, slots)]
        fit = [answer for answer in fit if now is None or answer.is_given(now)]
        fit = [answer for answer in fit if answer.channel == channel] or [a for a in fit if not a.channel]
        own = [answer for answer in fit if answer.language and answer.language == language]
        fit = own or [answer for answer in fit if not answer.language]
        fit = [answer for answer in fit if answer.slots] or fit
        return tuple([answer for answer in fit if answer.is_dated] or fit)

    def steps_after(self, intent: str, slots: Mapping[str, object]) -> tuple[str, ...]:
        """What follows upon an intent: the steps of the rule with the most conditions among those that hold, the
        first of equals; without a rule none, and its answer is all there is to say."""
        rules = [rule for rule in self.rules if rule.intent == intent and holds(rule.slots, slots)]
        return max(rules, key=lambda rule: len(rule.slots)).steps if rules else ()

    def fingerprint(self) -> str:
        """A hash of all that is learned from, the answers left out: equal means no training is needed."""
        learned = [sorted((i.name, *i.examples) for i in self.intents.values()), sorted(self.out_of_scope)]
        return hashlib.sha256(json.dumps(learned, ensure_ascii=False).encode()).hexdigest()

    def filled(self, values: Mapping[str, str]) -> KnowledgeBase:
        """The same with values for the placeholders in its answers.

        Raises:
            DataError: the answer to an intent has a placeholder that neither `values` nor a slot fills, a brace stands
                alone, or a slot has the name of a value.
        """
        for name in self.slots:
            if name in values:
                raise DataError(
                    f"the slot {name!r} has the name of a placeholder of the shop's",
                    remedy="Give the slot another name; in an answer, nobody could tell them apart.",
                )
        known = {**values, **dict.fromkeys(self.slots, "")}
        for name, variants in self.answers.items():
            for answer in variants:
                # A response that answers no intent may be said by an action, which brings values of its own.
                _check(answer.text, known if name in self.intents else None, name)
        return replace(self, values=values)

    def said(self, text: str, values: Mapping[str, object] = MappingProxyType({})) -> str:
        """A response's text with its placeholders filled in: from `values`, then from the shop's. What nobody knows is
        left out: better a gap than a brace."""
        return text.format_map(_Known({**self.values, **values}))


class MissingPlaceholder(DataError):
    """The answer to an intent names a placeholder that nobody has a value for; `known` are those that there are."""

    def __init__(self, intent: str, placeholder: str, known: Collection[str]) -> None:
        super().__init__(
            f"utter_{intent}: no value for the placeholder {{{placeholder}}}",
            remedy=f"Set it in [shop] of config.toml, or use one of: {', '.join(sorted(known))}.",
        )
        self.intent = intent
        self.placeholder = placeholder
        self.known = tuple(sorted(known))


class _Known(dict[str, object]):
    """Values for `str.format_map`, with nothing for a name that is not among them."""

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        return "" if value is None else str(value)


def _check(text: str, known: Mapping[str, str] | None, name: str) -> None:
    """Refuse a text that cannot be filled in; with `known`, also one that names what is not in it."""
    try:
        fields = [(named, spec, conversion) for _, named, spec, conversion in string.Formatter().parse(text)]
    except ValueError as error:
        raise DataError(
            f"utter_{name}: {error} in {text!r}",
            remedy="Write a brace that is meant as such twice: {{ or }}.",
        ) from error
    for placeholder, spec, conversion in fields:
        if placeholder is not None and (spec or conversion or not placeholder.isidentifier()):
            raise DataError(
                f"utter_{name}: the placeholder {placeholder!r} in {text!r} is more than a name in braces",
                remedy=f"Write {{{placeholder}}}, without : or !.",
            )
        if placeholder is not None and known is not None and placeholder not in known:
            raise MissingPlaceholder(name, placeholder, known)
