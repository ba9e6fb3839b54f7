"""A knowledge base in its normal form: the one that it has after it was written to files and read again.

What stands there twice, or says nothing, goes; what names something that is not there is refused, since a bot would
fall silent over it. It does not know pieces or files.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from intents.forms import Form, Rule, Slot, SlotType, Source, SourceKind, held, wanted
from intents.knowledge import Answer, Intent, KnowledgeBase
from intents.records import refused

KINDS = ("smalltalk", "faq", "handoff", "complaint", "alarm")
NO_GROUP = "umum"
RESERVED = ("entitas", "formulir", "rasa")
"""Groups that have a file of their own, whatever departments are called."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_BREAKS = re.compile(r"\s*[\r\n]+\s*")


def group_of(department: str) -> str:
    """The department in letters that a file may be called by."""
    plain = unicodedata.normalize("NFKD", department.casefold()).encode("ascii", "ignore").decode()
    group = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60] or NO_GROUP
    return f"{group}_" if group in RESERVED else group


def tidied(base: KnowledgeBase) -> KnowledgeBase:
    """The normal form of a knowledge base.

    Raises:
        DataError: something names what is not there, or cannot be judged; the message names the piece.
    """
    intents = {name: _intent(intent) for name, intent in base.intents.items()}
    intents = dict(sorted(intents.items(), key=lambda item: group_of(item[1].department)))
    slots = {name: _slot(slot) for name, slot in base.slots.items()}
    answers = {name: _answers(name, variants, slots) for name, variants in base.answers.items()}
    answers = {name: variants for name, variants in answers.items() if variants}
    forms = {name: _form(form, slots) for name, form in base.forms.items()}
    for form in forms.values():
        _check_steps("forms", form.then, answers)
    rules = _rules(base.rules, intents, answers, slots)
    for name in intents:
        if name not in answers and (response := _adopted([rule for rule in rules if rule.intent == name], answers)):
            answers[name] = answers[response]
    return replace(
        base,
        intents=intents,
        answers=dict(sorted(answers.items())),
        out_of_scope=_each_once(base.out_of_scope),
        synonyms=dict(sorted(_synonyms(base.synonyms))),
        regexes={name: _patterns(name, found) for name, found in base.regexes.items() if _each_once(found)},
        lookups={name: _words(found) for name, found in base.lookups.items() if _each_once(found)},
        slots=slots,
        forms=forms,
        rules=tuple(rule for rule in rules if not _is_answer(rule, answers)),
    )


def _intent(intent: Intent) -> Intent:
    if intent.kind not in KINDS:
        raise refused(f"intent/{intent.name}", f"{intent.kind!r} is no kind", f"Kinds are {', '.join(KINDS)}.")
    return replace(intent, examples=_each_once(intent.examples))


def _answers(name: str, variants: Iterable[Answer], slots: Mapping[str, Slot]) -> tuple[Answer, ...]:
    tidy = []
    for answer in variants:
        if not answer.text and not answer.image:
            raise refused(f"utter_{name}", "an answer says nothing", "Write its text, or delete it.")
        if answer.language and not _LANGUAGE.fullmatch(answer.language):
            raise refused(f"utter_{name}", f"{answer.language!r} is no code of a language", "Write en or jv, say.")
        if any(not button.title or not button.payload for button in answer.buttons):
            raise refused(f"utter_{name}", "a button lacks its title or payload", "Write both, or delete it.")
        conditions = {slot: held(slots[slot], value) if slot in slots else value for slot, value in answer.slots}
        if "" in conditions or any(not _is_value(value) for value in conditions.values()):
            raise refused(f"utter_{name}", "a condition names no slot or no value", "Write both; null means empty.")
        tidy.append(replace(answer, slots=tuple(conditions.items())))
    return tuple(dict.fromkeys(tidy))


def _is_value(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _slot(slot: Slot) -> Slot:
    for source in slot.sources:
        if source.kind in (SourceKind.FROM_INTENT, SourceKind.FROM_TRIGGER_INTENT) and source.value is None:
            raise refused("slots", f"{slot.name}: {source.kind.value} has no value", "Write its value.")
    number = slot.type is SlotType.FLOAT
    return replace(
        slot,
        choices=_each_once(slot.choices) if slot.type is SlotType.CATEGORICAL else (),
        least=slot.least if number else None,
        most=slot.most if number else None,
        initial=_initial(slot),
        sources=tuple(_source(slot, source) for source in slot.sources),
    )


def _initial(slot: Slot) -> object:
    """The first value, if it is one of the slot's type."""
    value, kind = slot.initial, slot.type
    fits = {
        SlotType.TEXT: isinstance(value, str),
        SlotType.CATEGORICAL: isinstance(value, str),
        SlotType.BOOL: isinstance(value, bool),
        SlotType.FLOAT: isinstance(value, int | float) and not isinstance(value, bool),
        SlotType.LIST: isinstance(value, list),
        SlotType.ANY: True,
    }[kind]
    if value is not None and not fits:
        raise refused("slots", f"{slot.name}: {value!r:.60} is no {kind.value}", "Correct its first value.")
    return float(value) if kind is SlotType.FLOAT and isinstance(value, int | float) else value


def _source(slot: Slot, source: Source) -> Source:
    if source.kind is SourceKind.FROM_ENTITY and not source.entity:
        source = replace(source, entity=slot.name)
    return replace(source, intents=_each_once(source.intents), not_intents=_each_once(source.not_intents))


def _form(form: Form, slots: Mapping[str, Slot]) -> Form:
    for slot in form.slots:
        if slot not in slots:
            remedy = "Take it out of the form, or declare it."
            raise refused("forms", f"{form.name} asks for the slot {slot}, which is declared nowhere", remedy)
    return replace(form, slots=_each_once(form.slots), ignored_intents=_each_once(form.ignored_intents))


def _rules(
    rules: Iterable[Rule],
    intents: Mapping[str, Intent],
    answers: Mapping[str, tuple[Answer, ...]],
    slots: Mapping[str, Slot],
) -> list[Rule]:
    """The rules of intents that are there, in their order: of two for the same intent and conditions, the first."""
    tidy: dict[tuple[object, ...], Rule] = {}
    for rule in rules:
        for name, _ in rule.slots:
            if name not in slots:
                raise refused("rules", f"{rule.intent} hangs on the slot {name}, which is declared nowhere")
        _check_steps("rules", rule.steps, answers)
        conditions = tuple(sorted({name: wanted(slots[name], value) for name, value in rule.slots}.items()))
        if rule.intent in intents and rule.steps:
            tidy.setdefault((rule.intent, repr(conditions)), replace(rule, slots=conditions))
    places = {name: place for place, name in enumerate(intents)}
    return sorted(tidy.values(), key=lambda rule: places[rule.intent])


def _check_steps(piece: str, steps: Iterable[str], answers: Mapping[str, tuple[Answer, ...]]) -> None:
    for step in steps:
        if not step or step == "action_listen":
            raise refused(piece, f"{step!r} is no step", "Write a response, an action or a form.")
        if step.startswith("utter_") and step.removeprefix("utter_") not in answers:
            raise refused(piece, f"the response {step} is written nowhere", "Write it, or take it out of the rule.")


def _adopted(rules: list[Rule], answers: Mapping[str, tuple[Answer, ...]]) -> str:
    """The response that is the answer of an intent without one, as its rules say; "" for none."""
    always = [rule for rule in rules if not rule.slots]
    if always and len(always[0].steps) > 1:
        return ""
    first = Counter(rule.steps[0].removeprefix("utter_") for rule in always or rules if rule.steps[0][:6] == "utter_")
    return next((response for response, _ in first.most_common() if response in answers), "")


def _is_answer(rule: Rule, answers: Mapping[str, tuple[Answer, ...]]) -> bool:
    """Whether a rule says no more than what happens anyway."""
    if rule.slots or len(rule.steps) != 1 or rule.intent not in answers:
        return False
    return answers.get(rule.steps[0].removeprefix("utter_")) == answers[rule.intent]


def _synonyms(synonyms: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for spelling, written in synonyms.items():
        said, value = _one_line(spelling), _one_line(written).strip("|").strip()
        if said and value and said != value:
            yield said, value


def _patterns(name: str, patterns: Iterable[str]) -> tuple[str, ...]:
    patterns = _words(patterns)
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise refused(f"regex/{name}", f"{pattern!r:.60} is no regular expression: {error}") from error
    return patterns


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    return _each_once(map(_one_line, texts))


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
