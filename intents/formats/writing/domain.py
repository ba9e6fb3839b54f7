"""What is said and asked, as a domain of Rasa: responses, slots with their mappings, forms.

What Rasa does not know stands where Rasa looks past it: in `metadata`, in `source` beside `type: custom`, below
`tanggap:`. It does not know what follows upon what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from intents.formats.writing.yaml_text import Inline, Quoted
from intents.forms import Form, Slot, Source, SourceKind
from intents.knowledge import Answer
from intents.validity import written_beginning, written_end

_OURS = (SourceKind.FROM_TRIGGER_TEXT, SourceKind.FROM_ATTACHMENT)


def responses(answers: Mapping[str, tuple[Answer, ...]]) -> dict[str, object]:
    """What stands below `responses:`."""
    return {f"utter_{name}": [_answer(answer) for answer in variants] for name, variants in answers.items()}


def slots(declared: Iterable[Slot]) -> dict[str, object]:
    """What stands below `slots:`."""
    return {slot.name: _slot(slot) for slot in declared}


def forms(declared: Iterable[Form]) -> dict[str, object]:
    """What stands below `forms:`."""
    return {
        form.name: _filled(required_slots=list(form.slots), ignored_intents=list(form.ignored_intents))
        or {"required_slots": []}
        for form in declared
    }


def ours(declared: Iterable[Slot], forms: Iterable[Form]) -> dict[str, object]:
    """What stands below `tanggap:`: Rasa takes no `metadata` of slots and forms."""
    about = {slot.name: _metadata(slot) for slot in declared}
    return _filled(
        slots={name: Inline(metadata) for name, metadata in about.items() if metadata},
        forms={form.name: Inline(ticket=True) for form in forms if form.ticket},
    )


def _answer(answer: Answer) -> dict[str, object]:
    metadata = _filled(
        language=answer.language,
        valid_from=written_beginning(answer.since) if answer.since else "",
        valid_until=written_end(answer.until) if answer.until else "",
    )
    return {"text": Quoted(answer.text)} | _filled(
        image=Quoted(answer.image) if answer.image else "",
        buttons=[
            {"title": Quoted(button.title), "url" if button.payload.startswith("http") else "payload": button.payload}
            for button in answer.buttons
        ],
        channel=answer.channel,
        condition=[{"type": "slot", "name": name, "value": value} for name, value in answer.slots],
        metadata=Inline(metadata) if metadata else "",
    )


def _slot(slot: Slot) -> dict[str, object]:
    limits = {"initial_value": slot.initial, "min_value": slot.least, "max_value": slot.most}
    return (
        {"type": slot.type.value}
        | _filled(values=list(slot.choices))
        | {key: value for key, value in limits.items() if value is not None}
        | {"mappings": _mappings(slot.sources)}
    )


def _metadata(slot: Slot) -> dict[str, object]:
    return _filled(title=slot.title, optional=slot.optional, link=slot.link, link_intent=slot.link_intent)


def _mappings(sources: Iterable[Source]) -> list[object]:
    """Sources as mappings: those in a row that differ in their condition alone are one."""
    found: list[object] = []
    for plain, alike in groupby(sources, key=lambda source: (replace(source, form="", requested=""), _bound(source))):
        conditions = [_filled(active_loop=source.form, requested_slot=source.requested) for source in alike]
        if any(conditions):
            found.append(_mapping(plain[0]) | {"conditions": [Inline(condition) for condition in conditions]})
        else:
            found += [_mapping(plain[0]) for _ in conditions]
    return found


def _bound(source: Source) -> bool:
    return bool(source.form or source.requested)


def _mapping(source: Source) -> dict[str, object]:
    kind = {"type": source.kind.value}
    if source.kind in _OURS:
        kind = {"type": SourceKind.CUSTOM.value, "source": source.kind.value}
    written = _filled(
        entity=source.entity,
        role=source.role,
        group=source.group,
        attachment=source.attachment,
        action=source.action,
        intent=_one_or_more(source.intents),
        not_intent=_one_or_more(source.not_intents),
    )
    return kind | written | ({} if source.value is None else {"value": source.value})


def _one_or_more(words: tuple[str, ...]) -> object:
    return words[0] if len(words) == 1 else list(words)


def _filled(**values: object) -> dict[str, object]:
    """What is not empty."""
    return {key: value for key, value in values.items() if value}
