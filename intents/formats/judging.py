"""Whether intents, examples and answers fit together: the remarks on a whole draft, with remedies.

Slots, forms and rules are judged elsewhere; it changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from intents.formats.draft import PAYLOAD_BYTES, Draft
from intents.formats.findings import Level, Place
from intents.formats.judging_dialogue import responses_of_forms, set_by
from intents.formats.section import nearest
from intents.knowledge import Answer


def judge_examples(draft: Draft) -> None:
    """Intents without examples, and texts that teach two things."""
    intents_of: defaultdict[str, dict[str, Place]] = defaultdict(dict)
    for name, intent in draft.intents.items():
        if not intent.examples:
            draft.note(
                Level.ERROR,
                intent.place,
                f"the intent {name} has no example",
                "Write at least ten sentences of customers below `examples: |`, or delete the intent.",
            )
        for text, place in intent.examples.items():
            intents_of[text.casefold()].setdefault(name, place)
            if text in draft.out_of_scope_texts:
                draft.note(Level.WARNING, place, f"{text!r} is an example of {name} and out of scope as well")
    for text, places in intents_of.items():
        if len(places) > 1:
            others = ", ".join(f"{name} ({place})" for name, place in list(places.items())[:-1])
            name, place = list(places.items())[-1]
            draft.note(
                Level.WARNING,
                place,
                f"{text!r} is an example of {name} and of {others}",
                "Keep it where it belongs: under two intents it teaches neither.",
            )
    for file, lines in draft.repeated.items():
        message = f"example known from before, under the same intent; read once ({len(lines)} in this file)"
        draft.note(Level.INFO, Place(file, min(lines)), message)


def judge_tests(draft: Draft) -> None:
    """Messages to test by, of intents that are not there."""
    for test, place in draft.tests.items():
        if test.intent and test.intent not in draft.intents:
            message = f"the message {test.text!r:.60} is to test the intent {test.intent}, which has no example"
            draft.note(Level.WARNING, place, message, nearest(test.intent, list(draft.intents)))


def judge_domain(draft: Draft) -> None:
    """Intents that only the domain lists, or that it does not."""
    if not draft.declared:
        return
    bases = {name.partition("/")[0] for name in draft.intents}
    for name, place in draft.declared.items():
        if name not in draft.intents and name not in bases:
            draft.note(Level.WARNING, place, f"the domain lists the intent {name}, which has no example; left out")
    for name, intent in draft.intents.items():
        if name not in draft.declared and name.partition("/")[0] not in draft.declared:
            draft.note(Level.WARNING, intent.place, f"the domain does not list the intent {name}; read all the same")


def judge_answers(draft: Draft, ruled: Collection[str]) -> None:
    """Intents without answer, answers without intent, and variants that leave somebody without. `ruled` have a rule."""
    code = ": it may be answered in actions.py" if draft.dialogue.custom_actions else ""
    used = draft.dialogue.used_responses | responses_of_forms(draft)
    said_by_code = draft.dialogue.has_code
    for name, intent in draft.intents.items():
        if name not in draft.answers and name not in ruled:
            draft.note(
                Level.WARNING,
                intent.place,
                f"no answer found for the intent {name}{code}",
                f"Write `utter_{name}:` with `- text: …` below `responses:`.",
            )
    for name, variants in draft.answers.items():
        first = next(iter(variants.values()))
        if name not in draft.intents and name not in used and not said_by_code:
            draft.note(Level.INFO, first, f"utter_{name} answers no intent")
        _judge_variants(draft, name, list(variants), first)
        for answer, place in variants.items():
            for slot, _ in answer.slots:
                if slot not in draft.dialogue.slots:
                    message = f"utter_{name}: the slot {slot}, on which a variant hangs, is declared nowhere"
                    draft.note(Level.WARNING, place, message, f"Write `{slot}:` with `type: …` below `slots:`.")
            for button in answer.buttons:
                _judge_payload(draft, name, button.payload, place)


def _judge_variants(draft: Draft, name: str, variants: list[Answer], place: Place) -> None:
    """Whether every customer hears something."""
    if all(answer.language for answer in variants):
        message = f"utter_{name} says nothing to customers of other languages"
        draft.note(Level.WARNING, place, message, "Leave the language out of the variants that are for all others.")
    elif all(answer.slots for answer in variants):
        message = f"utter_{name} says nothing where no variant's condition holds"
        draft.note(Level.INFO, place, message, "Add a variant without `condition`, unless that is meant.")
    elif all(answer.is_dated for answer in variants):
        message = f"utter_{name} says nothing outside the days of its variants"
        draft.note(Level.INFO, place, message, "Add a variant without dates, unless that is meant.")
    for answer in variants:
        if answer.since and answer.until and answer.until <= answer.since:
            draft.note(Level.WARNING, place, f"utter_{name}: a variant ends before it begins, and is never given")


def _judge_payload(draft: Draft, name: str, payload: str, place: Place) -> None:
    if payload.startswith("http"):
        return
    if len(payload.encode()) > PAYLOAD_BYTES:
        message = f"utter_{name}: the payload {payload[:40]!r}… is longer than {PAYLOAD_BYTES} bytes"
        draft.note(Level.WARNING, place, message)
    intent = payload.removeprefix("/").split("{", 1)[0]
    if not payload.startswith("/"):
        draft.note(Level.WARNING, place, f"utter_{name}: the payload {payload!r} is neither /intent nor a link")
    elif intent not in draft.intents and not draft.dialogue.slots.keys() & set_by(payload).keys():
        draft.note(Level.WARNING, place, f"utter_{name}: a button leads to {intent!r}, which is no intent")
