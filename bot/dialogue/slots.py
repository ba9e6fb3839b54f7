"""Slots: what a message says of them, and whether a value is one that a slot can hold. Pure; it asks nobody."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping

from bot.dialogue.turn import Turn
from conversation.messages import Attachment
from conversation.phrases import Phrases
from intents.forms import Slot, SlotType, Source, SourceKind

LONGEST_TEXT = 500
"""Characters of a message that a slot keeps; the message itself is in the history, whole."""

ENOUGH_WORDS = 4
"""A message that begins a form says what it is about if it has this many words ("paket saya belum sampai")."""

_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_GRAM = re.compile(r"\d\s*(?:g|gr|gram)\b", re.IGNORECASE)
_YES = frozenset({"ya", "iya", "y", "betul", "benar", "yes", "true", "ada", "sudah", "boleh", "oke", "ok", "nggih"})
_NO = frozenset({"tidak", "bukan", "no", "false", "belum", "ga", "gak", "nggak", "enggak", "ngga", "mboten", "ora"})


def read_slots(
    turn: Turn, intent: str | None, *, form: str = "", requested: str = "", whole: bool = False
) -> dict[str, object]:
    """What the turn's message says of slots, by slot: outside of forms, or while `form` runs and asks for `requested`.

    `intent` is what the message was taken for, None where it was not understood. The message as a `whole` is taken for
    the requested slot only if the caller says so. Values fit their slots' types.
    """
    found = {}
    knowledge = turn.knowledge
    slots = knowledge.formless if not (form or requested) else ((s, s.sources) for s in knowledge.slots.values())
    for slot, sources in slots:
        for source in sources:
            if not _counts(source, intent, form, requested):
                continue
            if source.kind is SourceKind.FROM_TEXT and not (whole and requested == slot.name):
                continue
            value = next((v for raw in _raw(turn, source) if (v := fitting(slot, raw)) is not None), None)
            if value is not None:
                found[slot.name] = value
                break
    return found


def takes_text(slot: Slot, form: str) -> bool:
    """Whether a message as a whole can be the slot's value while `form` asks for it."""
    return any(s.kind is SourceKind.FROM_TEXT and s.form in ("", form) for s in slot.sources)


def _counts(source: Source, intent: str | None, form: str, requested: str) -> bool:
    if source.form and source.form != form:
        return False
    if source.requested and source.requested != requested:
        return False
    if source.intents and intent not in source.intents:
        return False
    return not (intent and intent in source.not_intents)


def _raw(turn: Turn, source: Source) -> Iterator[object]:
    """The values that a source offers, as they stand in the message."""
    kind = source.kind
    if kind is SourceKind.FROM_ENTITY and turn.understanding:
        yield from (entity.value for entity in turn.understanding.entities if entity.kind == source.entity)
    elif kind is SourceKind.FROM_ATTACHMENT:
        wanted = (a for a in turn.said.attachments if a.kind.value == source.attachment)
        yield from (_attached(attachment) for attachment in wanted)
    elif kind is SourceKind.FROM_TEXT and turn.said.text.strip():
        yield turn.said.text.strip()[:LONGEST_TEXT]
    elif kind is SourceKind.FROM_INTENT and (source.intents or source.not_intents):
        yield source.value


def _attached(attachment: Attachment) -> str:
    return attachment.detail or attachment.file_id or attachment.kind.value


def begun_with(turn: Turn, slot: Slot, intent: str) -> object:
    """What a slot takes from the message and the intent that began a form; None where it takes nothing."""
    for source in slot.sources:
        if source.kind is SourceKind.FROM_TRIGGER_INTENT and (not source.intents or intent in source.intents):
            return fitting(slot, source.value)
        says_enough = len(turn.said.text.split()) >= ENOUGH_WORDS
        if source.kind is SourceKind.FROM_TRIGGER_TEXT and says_enough:
            return turn.said.text.strip()[:LONGEST_TEXT]
    return None


def fitting(slot: Slot, raw: object) -> object:
    """`raw` as a value that the slot can hold, or None if it cannot hold it."""
    if raw is None:
        return None
    if slot.type is SlotType.BOOL:
        return raw if isinstance(raw, bool) else _truth(str(raw))
    if slot.type is SlotType.FLOAT:
        return _number(slot, raw)
    if slot.type is SlotType.CATEGORICAL:
        return _choice(slot, str(raw))
    if slot.type is SlotType.LIST:
        return raw if isinstance(raw, list) else [raw]
    if slot.type is SlotType.TEXT:
        return str(raw).strip() or None
    return raw


def _truth(text: str) -> bool | None:
    word = text.strip().strip(".!").casefold()
    return True if word in _YES else False if word in _NO else None


def _number(slot: Slot, raw: object) -> float | None:
    """The first number in it. Grams become kilograms, for "2 kg" and "500 gram" both say a weight."""
    if isinstance(raw, bool):
        return None
    written = _NUMBER.search(str(raw))
    if written is None:
        return None
    value = float(written[0].replace(",", "."))
    if _GRAM.search(str(raw)):
        value /= 1000
    least, most = slot.least, slot.most
    return value if (least is None or value >= least) and (most is None or value <= most) else None


def _choice(slot: Slot, text: str) -> str | None:
    """The choice that a text names, small slips of the finger forgiven."""
    by_word = {choice.casefold(): choice for choice in slot.choices}
    near = difflib.get_close_matches(text.strip().casefold(), by_word, n=1, cutoff=0.8)
    return by_word[near[0]] if near else None


def payload_slots(turn: Turn, payload: str) -> dict[str, object]:
    """The slots that a payload such as `/intent{"slot": "value"}` sets; empty where it sets none, or is broken."""
    _, brace, rest = payload.partition("{")
    try:
        values = json.loads(brace + rest) if brace else {}
    except ValueError:
        return {}
    return known_slots(turn, values) if isinstance(values, dict) else {}


def known_slots(turn: Turn, values: Mapping[str, object]) -> dict[str, object]:
    """Those of the values that are of declared slots, and that these can hold."""
    slots = turn.knowledge.slots
    fit = {name: fitting(slots[name], value) for name, value in values.items() if name in slots}
    return {name: value for name, value in fit.items() if value is not None}


def in_words(slot: Slot, value: object, phrases: Phrases) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return phrases.yes if value else phrases.no
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    attached = [source.attachment for source in slot.sources if source.kind is SourceKind.FROM_ATTACHMENT]
    return f"[{phrases.attachments.get(attached[0], attached[0])}]" if attached else str(value)
