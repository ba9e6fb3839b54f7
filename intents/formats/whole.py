"""A draft made whole: judged, and handed out as a knowledge base with a report.

What does not fit together costs a remark and itself, never the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from conversation.errors import DataError
from intents.content import TestMessage
from intents.formats.draft import Draft
from intents.formats.findings import Finding, Level, raise_on_errors
from intents.formats.judging import judge_answers, judge_domain, judge_examples, judge_tests
from intents.formats.judging_dialogue import judge_forms, slots_with_sources
from intents.formats.settling import settle
from intents.forms import Form, Slot, held
from intents.knowledge import Answer, Intent, KnowledgeBase


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What was read, and what there is to say about the files."""

    knowledge: KnowledgeBase
    report: tuple[Finding, ...]
    tests: tuple[TestMessage, ...] = ()


def finish(draft: Draft, root: str) -> Loaded:
    """Judge the whole, and hand it out.

    Raises:
        DataError: there is no intent at all (the first error found on the way, where there was one).
    """
    if not draft.intents:
        raise_on_errors(draft.findings)
        raise DataError(
            f"{root}: no intent found",
            remedy="Point to a folder with Rasa YAML: `nlu:`, below it `- intent: name` with `examples: |`.",
        )
    settled = settle(draft)
    judge_examples(draft)
    judge_tests(draft)
    judge_domain(draft)
    judge_answers(draft, {rule.intent for rule in settled.rules})
    slots = _slots(draft)
    judge_forms(draft)
    for what, places in draft.dialogue.unsaid.items():
        message, remedy = what.value
        times = f" ({len(places)} times, here first)" if len(places) > 1 else ""
        draft.note(Level.WARNING, places[0], message + times, remedy)
    knowledge = KnowledgeBase(
        intents={
            name: Intent(
                name=name,
                examples=tuple(intent.examples),
                kind=intent.metadata.get("kind", "faq"),
                department=intent.metadata.get("department", ""),
                title=intent.metadata.get("title", ""),
            )
            for name, intent in draft.intents.items()
        },
        answers={name: tuple(_with_held(answer, slots) for answer in draft.answers[name]) for name in draft.answers},
        out_of_scope=tuple(draft.out_of_scope_texts),
        synonyms=draft.synonyms,
        regexes={name: tuple(patterns) for name, patterns in draft.regexes.items()},
        lookups={name: tuple(words) for name, words in draft.lookups.items()},
        slots=slots,
        forms=_forms(draft, slots, settled.then),
        rules=settled.rules,
    )
    return Loaded(knowledge=knowledge, report=tuple(draft.findings), tests=tuple(draft.tests))


def _slots(draft: Draft) -> dict[str, Slot]:
    """The slots with all that fills them, and all that is said about them."""
    about = draft.dialogue.about_slots
    slots = slots_with_sources(draft)
    return {name: replace(slot, **about[name]) if name in about else slot for name, slot in slots.items()}


def _forms(draft: Draft, slots: Mapping[str, Slot], then: Mapping[str, tuple[str, ...]]) -> dict[str, Form]:
    """The forms with the slots that are there, and what follows."""
    return {
        name: replace(
            each.form,
            slots=tuple(slot for slot in each.form.slots if slot in slots),
            then=then.get(name, ()),
            ticket=each.form.ticket or name in draft.dialogue.tickets,
        )
        for name, each in draft.dialogue.forms.items()
    }


def _with_held(answer: Answer, slots: Mapping[str, Slot]) -> Answer:
    """The answer with its conditions as the slots hold their values."""
    return replace(
        answer, slots=tuple((name, held(slots[name], v) if name in slots else v) for name, v in answer.slots)
    )
