"""Forms of a Rasa domain, in all shapes they have had, into a draft.

Rasa 3 lists `required_slots`; Rasa 2 maps each slot to its mappings, below `required_slots` or below the form itself;
Rasa 1 has names alone and keeps the rest in code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from intents.formats.dialogue import FormDraft
from intents.formats.domain_slots import read_mappings
from intents.formats.findings import Place
from intents.formats.section import Section
from intents.formats.yaml_nodes import Mapping, Node, Scalar, Sequence
from intents.forms import Form, Source, SourceKind

_KEYS = ("required_slots", "ignored_intents", "metadata")
_AT_ANY_TIME = (SourceKind.FROM_ENTITY, SourceKind.FROM_TRIGGER_INTENT)
"""What fills a slot of a Rasa 2 form also while another one is asked for."""


def read_forms(node: Node, section: Section) -> None:
    """Read what stands below `forms:`."""
    if isinstance(node, Sequence):  # Rasa 1: names alone, or mappings of one name
        pairs = [pair for item in node.items for pair in _named(item)]
        node = Mapping(line=node.line, pairs=pairs)
    for name, key, value in section.entries(node, "forms"):
        if not isinstance(value, Mapping):
            if isinstance(value, Scalar) and not value.is_null:
                section.warn(value.line, f"the form {name} is a mapping; {value.value[:40]!r} left out")
            required = value if isinstance(value, Sequence) else Mapping(line=key.line)
            if isinstance(value, Sequence):
                section.warn(value.line, f"the form {name} lists its slots without `required_slots:`; read as those")
            value = Mapping(line=key.line, pairs=[(replace(key, value="required_slots"), required)])
        section.draft.dialogue.form(_form(name, section.place(key.line), value, section))


def _named(item: Node) -> Iterator[tuple[Scalar, Node]]:
    if isinstance(item, Mapping):
        yield from item.pairs
    elif isinstance(item, Scalar):
        yield item, Mapping(line=item.line)


def _form(name: str, place: Place, node: Mapping, section: Section) -> FormDraft:
    required = node.get("required_slots")
    if required is None or (isinstance(required, Scalar) and required.is_null):
        slots = Mapping(line=node.line, pairs=[pair for pair in node.pairs if pair[0].value not in _KEYS])
    else:
        section.know(node, _KEYS, f"form {name}")
        slots = required if isinstance(required, Mapping) else Mapping(line=node.line)
    places: dict[str, Place] = {}
    sources: dict[str, tuple[Source, ...]] = {}
    for key, mappings in slots.pairs:
        slot = section.name(key)
        places.setdefault(slot, section.place(key.line))
        sources[slot] = tuple(_within(source, name, slot) for source in read_mappings(slot, mappings, section))
    if isinstance(required, Sequence | Scalar):
        for item in section.items(required, "required_slots"):
            if isinstance(item, Scalar) and not item.is_null:
                places.setdefault(section.name(item), section.place(item.line))
            else:
                section.warn(item.line, f"form {name}: `required_slots:` lists names; this is none, and left out")
    return FormDraft(
        form=Form(
            name=name,
            slots=tuple(places),
            ignored_intents=section.words(node.get("ignored_intents"), "ignored_intents"),
            ticket=_ticket(name, node.get("metadata"), section),
        ),
        place=place,
        slots=places,
        sources={slot: found for slot, found in sources.items() if found},
    )


def _within(source: Source, form: str, slot: str) -> Source:
    """A mapping of Rasa 2 counts in its form alone, and all but entities only for the slot that is asked for."""
    return replace(source, form=form, requested="" if source.kind in _AT_ANY_TIME else slot)


def _ticket(name: str, node: Node | None, section: Section) -> bool:
    if isinstance(node, Mapping):
        return section.flag(node.get("ticket"), "ticket")
    if node is not None and not (isinstance(node, Scalar) and node.is_null):
        section.warn(node.line, f"form {name}: `metadata:` is no mapping; left out")
    return False
