"""Slots of a Rasa domain, 1.x to 3.x, into a draft: types, limits, and the mappings that fill them.

It does not know whether anything finds the entities they name, nor which forms ask for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from intents.formats.dialogue import SlotMetadata
from intents.formats.findings import Level
from intents.formats.section import Section, nearest
from intents.formats.yaml_nodes import Mapping, Node, Scalar
from intents.forms import Slot, SlotType, Source, SourceKind

ATTACHMENTS = ("photo", "document", "voice", "audio", "video", "sticker", "location", "contact")
"""What can be attached to a message, by the names that channels use."""

_OF_RASA = ("requested_slot", "session_started_metadata")
"""Slots that Rasa keeps for itself, and some domains list."""

_TYPES = tuple(kind.value for kind in SlotType)
_KINDS = tuple(kind.value for kind in SourceKind)
_OURS = (SourceKind.FROM_TRIGGER_TEXT.value, SourceKind.FROM_ATTACHMENT.value)
"""What Rasa does not know, and accepts as `type: custom` with `source: …` beside it."""

_KEYS = {
    "type", "initial_value", "values", "min_value", "max_value", "mappings", "auto_fill", "metadata",
    "influence_conversation", "value_reset_delay",
}  # fmt: skip
_MAPPING_KEYS = {
    "type", "entity", "role", "group", "value", "intent", "not_intent", "action", "attachment", "conditions", "source",
}  # fmt: skip


def read_slots(node: Node, section: Section) -> None:
    """Read what stands below `slots:`."""
    for name, key, value in section.entries(node, "slots"):
        if name in _OF_RASA:
            continue
        if isinstance(value, Scalar) and not value.is_null:
            section.warn(value.line, f"the slot {name} is a mapping; {value.value[:40]!r} is taken for its type")
            value = Mapping(line=value.line, pairs=[(replace(key, value="type"), value)])
        elif not isinstance(value, Mapping):
            section.warn(key.line, f"the slot {name} has no type; taken as text", "Write `type: text` below it.")
            value = Mapping(line=key.line, pairs=[(replace(key, value="type"), replace(key, value="text", style=""))])
        section.know(value, _KEYS, f"slot {name}")
        section.draft.dialogue.slot(_slot(name, value, section), section.place(key.line))


def read_mappings(slot: str, node: Node | None, section: Section) -> tuple[Source, ...]:
    """The ways to fill a slot that stand below `mappings:`, or below a slot in a form of Rasa 2."""
    sources: list[Source] = []
    for item in section.items(node, "mappings"):
        if not isinstance(item, Mapping):
            section.warn(item.line, f"slot {slot}: a mapping that is none; left out", "Write `- type: from_entity`.")
            continue
        section.know(item, _MAPPING_KEYS, f"slot {slot}")
        sources += _sources(slot, item, section)
    return tuple(sources)


def read_metadata(slot: str, node: Node | None, section: Section) -> SlotMetadata:
    """What is ours alone: title, whether a form may leave it out, links to it."""
    if node is not None and not isinstance(node, Mapping) and not (isinstance(node, Scalar) and node.is_null):
        section.warn(node.line, f"slot {slot}: `metadata:` is no mapping; left out")
    found = node if isinstance(node, Mapping) else Mapping(line=0)
    return SlotMetadata(
        title=found.text("title"),
        optional=section.flag(found.get("optional"), "optional"),
        link=found.text("link"),
        link_intent=found.text("link_intent"),
    )


def _slot(name: str, node: Mapping, section: Section) -> Slot:
    kind = _type(name, node, section)
    least, most = section.number(node.get("min_value"), "min_value"), section.number(node.get("max_value"), "max_value")
    if least is not None and most is not None and least > most:
        section.warn(node.line, f"slot {name}: min_value {least:g} is above max_value {most:g}; both left out")
        least = most = None
    choices = section.words(node.get("values"), "values")
    if kind is SlotType.CATEGORICAL and not choices:
        section.warn(
            node.line, f"the categorical slot {name} has no values: nothing fits it", "List them below `values:`."
        )
    return Slot(
        name=name,
        type=kind,
        choices=choices if kind is SlotType.CATEGORICAL else (),
        least=least if kind is SlotType.FLOAT else None,
        most=most if kind is SlotType.FLOAT else None,
        initial=_initial(kind, node.get("initial_value"), section),
        sources=_own_sources(name, node, section),
        **read_metadata(name, node.get("metadata"), section),
    )


def _type(name: str, node: Mapping, section: Section) -> SlotType:
    written = node.text("type")
    if written in _TYPES:
        return SlotType(written)
    line = (node.get("type") or node).line
    if not written:
        section.warn(line, f"the slot {name} has no type; taken as text", "Write `type: text` below it.")
        return SlotType.TEXT
    if written == "unfeaturized" or "." in written:
        section.note(Level.INFO, line, f"slot {name}: the type {written} is read as any")
    else:
        hint = nearest(written, _TYPES) or f"Types are {', '.join(_TYPES)}."
        section.warn(line, f"slot {name}: unknown type {written!r}; taken as any", hint)
    return SlotType.ANY


def _initial(kind: SlotType, node: Node | None, section: Section) -> object:
    """The first value, as the type has it."""
    if kind is SlotType.FLOAT:
        return section.number(node, "initial_value")
    value = section.value(node, "initial_value")
    if value is None:
        return None
    if kind is SlotType.BOOL:
        return section.flag(node, "initial_value")
    if kind in (SlotType.TEXT, SlotType.CATEGORICAL) and isinstance(node, Scalar):
        return node.value
    return [value] if kind is SlotType.LIST and not isinstance(value, list) else value


def _own_sources(name: str, node: Mapping, section: Section) -> tuple[Source, ...]:
    """The slot's mappings. Without any it takes the entity of its name, as in Rasa 1 and 2, unless that is off."""
    if node.get("mappings") is not None:
        return read_mappings(name, node.get("mappings"), section)
    auto_fill = node.get("auto_fill")
    if auto_fill is not None and not section.flag(auto_fill, "auto_fill"):
        return ()
    return (Source(kind=SourceKind.FROM_ENTITY, entity=name),)


def _sources(slot: str, node: Mapping, section: Section) -> Iterator[Source]:
    """What one mapping says; one with several conditions is several sources."""
    written = node.text("type")
    if written == SourceKind.CUSTOM.value and node.text("source") in _OURS:
        written = node.text("source")
    line = (node.get("type") or node).line
    if written not in _KINDS:
        hint = nearest(written, _KINDS) or f"Types are {', '.join(_KINDS)}."
        section.warn(line, f"slot {slot}: unknown type of mapping {written!r}; left out", hint)
        return
    kind = SourceKind(written)
    attachment = node.text("attachment")
    if kind is SourceKind.FROM_ATTACHMENT and attachment not in ATTACHMENTS:
        hint = nearest(attachment, ATTACHMENTS) or f"Write `attachment:` and one of {', '.join(ATTACHMENTS)}."
        section.warn(line, f"slot {slot}: unknown attachment {attachment!r}; left out", hint)
        return
    value = section.value(node.get("value"), "value")
    if kind in (SourceKind.FROM_INTENT, SourceKind.FROM_TRIGGER_INTENT) and value is None:
        section.warn(line, f"slot {slot}: {written} has no value; left out", "Write `value:` below it.")
        return
    entity = node.text("entity")
    if kind is SourceKind.FROM_ENTITY and not entity:
        section.warn(line, f"slot {slot}: from_entity names no entity; taken as {slot}", "Write `entity:` below it.")
        entity = slot
    source = Source(
        kind=kind,
        entity=entity,
        role=node.text("role"),
        group=node.text("group"),
        attachment=attachment,
        value=value,
        action=node.text("action"),
        intents=section.words(node.get("intent"), "intent"),
        not_intents=section.words(node.get("not_intent"), "not_intent"),
    )
    conditions = list(_conditions(slot, node.get("conditions"), section))
    yield from (replace(source, form=form, requested=requested) for form, requested in conditions or [("", "")])


def _conditions(slot: str, node: Node | None, section: Section) -> Iterator[tuple[str, str]]:
    """Form and requested slot of each condition."""
    for item in section.items(node, "conditions"):
        if not isinstance(item, Mapping):
            section.warn(item.line, f"slot {slot}: a condition that is none; left out", "Write `- active_loop: form`.")
            continue
        section.know(item, ("active_loop", "requested_slot"), f"slot {slot}: condition")
        loop = item.get("active_loop")
        if isinstance(loop, Scalar) and loop.is_null:
            section.warn(loop.line, f"slot {slot}: that no form runs is no condition here; read without it")
        elif item.text("active_loop") or item.text("requested_slot"):
            yield item.text("active_loop"), item.text("requested_slot")
