"""What a domain says below `tanggap:`: the metadata of slots and forms, where Rasa takes none.

It does not know whether the slots and forms are declared.
"""

from __future__ import annotations

from intents.formats.domain_slots import read_metadata
from intents.formats.section import Section
from intents.formats.yaml_nodes import Mapping, Node

_PARTS = ("slots", "forms")


def read_ours(node: Node, section: Section) -> None:
    """Read what stands below `tanggap:`."""
    if not isinstance(node, Mapping):
        section.warn(node.line, "`tanggap:` is no mapping; left out")
        return
    section.know(node, _PARTS, "tanggap")
    dialogue = section.draft.dialogue
    slots, forms = (node.get(part) for part in _PARTS)
    for name, _, value in section.entries(slots, "slots") if slots else ():
        dialogue.about_slots[name] = read_metadata(name, value, section)
    for name, _, value in section.entries(forms, "forms") if forms else ():
        if isinstance(value, Mapping) and section.flag(value.get("ticket"), "ticket"):
            dialogue.tickets.add(name)
