"""Whether slots and forms can do what they are for: be filled, and be asked for.

Rules are judged where they are settled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from intents.entities import KINDS
from intents.formats.dialogue import FormDraft
from intents.formats.draft import Draft
from intents.formats.findings import Level, Place
from intents.formats.section import nearest
from intents.forms import Slot, Source, SourceKind

_ABOUT_SLOTS = ("ask", "invalid", "wrong")
"""What Rasa's forms say of a slot: `utter_ask_<slot>` and so on."""

_TO_FIND = "Write `- lookup:` or `- regex:` of that name below `nlu:`; annotated examples alone teach no entity."
_TO_FILL = "Write `mappings:` below it, with `- type: from_text`, say."


def responses_of_forms(draft: Draft) -> set[str]:
    """The responses, without `utter_`, that forms say by themselves or, by custom, their actions."""
    slots = set(draft.dialogue.slots) | {slot for form in draft.dialogue.forms.values() for slot in form.slots}
    names = {f"{about}_{slot}" for about in _ABOUT_SLOTS for slot in slots}
    for name, form in draft.dialogue.forms.items():
        asked = form.slots or slots  # Code that is not read may ask for any.
        names |= {f"{about}_{name}_{slot}" for about in _ABOUT_SLOTS for slot in asked}
        names |= {"submit", f"submit_{name}", f"{name}_submit"}
    return names


def slots_with_sources(draft: Draft) -> dict[str, Slot]:
    """The slots with all that fills them, judged: those that nothing fills, and mappings that name what is not there.

    Mappings in the forms of Rasa 2 are added. A slot that only an entity could fill which nothing here finds (Rasa
    learns such from annotated examples) takes the customer's whole message where a form asks for it.
    """
    in_buttons = set(_slots_in_buttons(draft))
    asked = {slot for form in draft.dialogue.forms.values() for slot in form.slots}
    slots = {}
    for name, (slot, place) in draft.dialogue.slots.items():
        in_forms = (form.sources.get(name, ()) for form in draft.dialogue.forms.values())
        sources = (*(source for found in in_forms for source in found), *slot.sources)
        for source in sources:
            _judge_source(draft, slot, source, place)
        entities = [source.entity for source in sources if source.kind is SourceKind.FROM_ENTITY]
        strange = [entity for entity in dict.fromkeys(entities) if not _is_found(draft, entity)]
        missing = f"nothing here finds the entity {', '.join(strange)}"
        if any(source.kind is not SourceKind.FROM_ENTITY or source.entity not in strange for source in sources):
            if strange:
                draft.note(Level.INFO, place, f"slot {name}: {missing}", _TO_FIND)
        elif strange and name in asked:
            sources = (*sources, Source(kind=SourceKind.FROM_TEXT, requested=name))
            message = f"slot {name}: {missing}; a form that asks for it takes the whole message"
            draft.note(Level.WARNING, place, message, _TO_FIND)
        elif name not in in_buttons:
            by_code = "; an action may" if draft.dialogue.has_code else ""
            message = f"no message fills the slot {name}: {missing if strange else 'it has no mapping'}{by_code}"
            level = Level.INFO if by_code else Level.WARNING
            draft.note(level, place, message, _TO_FIND if strange else _TO_FILL)
        slots[name] = replace(slot, sources=sources)
    return slots


def judge_forms(draft: Draft) -> None:
    """Forms without slots, slots that are declared nowhere, slots that nobody asks for."""
    for name, form in draft.dialogue.forms.items():
        if not form.slots:
            message = f"the form {name} names no slot and asks for nothing"
            draft.note(Level.WARNING, form.place, message, "List them below `required_slots:`; code is not read.")
        for intent in form.form.ignored_intents:
            _judge_intent(draft, f"form {name}", intent, form.place)
        for slot, place in form.slots.items():
            _judge_form_slot(draft, form, slot, place)


def _judge_form_slot(draft: Draft, form: FormDraft, slot: str, place: Place) -> None:
    name = form.form.name
    if slot not in draft.dialogue.slots:
        message = f"form {name}: the slot {slot} is declared nowhere; left out"
        remedy = nearest(slot, list(draft.dialogue.slots)) or f"Write `{slot}:` with `type: …` below `slots:`."
        draft.note(Level.WARNING, place, message, remedy)
        return
    questions = (f"ask_{name}_{slot}", f"ask_{slot}")
    if not any(each in draft.answers or f"action_{each}" in draft.dialogue.actions for each in questions):
        message = f"form {name}: no question is written for the slot {slot}"
        draft.note(Level.WARNING, place, message, f"Write `utter_ask_{slot}:` with `- text: …` below `responses:`.")


def _judge_source(draft: Draft, slot: Slot, source: Source, place: Place) -> None:
    for intent in (*source.intents, *source.not_intents):
        _judge_intent(draft, f"slot {slot.name}", intent, place)
    if source.form and source.form not in draft.dialogue.forms:
        message = f"slot {slot.name}: a mapping counts in the form {source.form}, which is declared nowhere"
        draft.note(Level.WARNING, place, message, nearest(source.form, list(draft.dialogue.forms)))
    if source.requested and source.requested not in draft.dialogue.slots:
        message = f"slot {slot.name}: a mapping counts for the slot {source.requested}, which is declared nowhere"
        draft.note(Level.WARNING, place, message, nearest(source.requested, list(draft.dialogue.slots)))


def _judge_intent(draft: Draft, where: str, intent: str, place: Place) -> None:
    bases = {name.partition("/")[0] for name in draft.intents}
    if intent not in draft.intents and intent not in bases:
        message = f"{where} names the intent {intent}, which has no example"
        draft.note(Level.WARNING, place, message, nearest(intent, list(draft.intents)))


def _is_found(draft: Draft, entity: str) -> bool:
    return entity in KINDS or entity in draft.regexes or entity in draft.lookups


def set_by(payload: str) -> dict[str, object]:
    """What a button's `/intent{"slot": "value"}` sets."""
    _, brace, rest = payload.partition("{")
    try:
        values = json.loads(brace + rest) if brace else {}
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _slots_in_buttons(draft: Draft) -> Iterator[str]:
    """The slots that some button sets."""
    for variants in draft.answers.values():
        for button in (button for answer in variants for button in answer.buttons):
            yield from set_by(button.payload)
