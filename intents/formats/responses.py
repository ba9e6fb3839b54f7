"""Rasa's responses into a draft: texts, buttons, images, channels, languages, conditions on slots.

What a knowledge base has no place for (other conditions, custom payloads) is reported, never passed off as an answer.
"""

from __future__ import annotations

import re
from datetime import datetime

from intents.formats.section import Section, scalar
from intents.formats.yaml_nodes import Mapping, Node, Scalar, Sequence
from intents.knowledge import Answer, AnswerButton
from intents.validity import beginning, end

_PREFIX = "utter_"
_LANGUAGE = re.compile(r"[a-z]{2,3}")

Conditions = tuple[tuple[str, object], ...]


def read_responses(node: Node, section: Section) -> None:
    """Read what stands below `responses:` (`templates:` in Rasa 1)."""
    if not isinstance(node, Mapping):
        if not (isinstance(node, Scalar) and node.is_null):
            section.warn(node.line, "responses are a mapping of names; this is none")
        return
    for key, value in node.pairs:
        name = section.name(key)
        if not name.startswith(_PREFIX) and "/" not in name:
            section.warn(key.line, f"the response {name!r} does not start with utter_; read all the same")
        for variant in value.items if isinstance(value, Sequence) else [value]:
            answer = _answer(name, variant, section)
            if answer is not None:
                section.draft.answer(name.removeprefix(_PREFIX), answer, section.place(variant.line))


def _answer(name: str, node: Node, section: Section) -> Answer | None:
    """One variant, or None where it is left out, which is reported."""
    text = image = ""
    if isinstance(node, Scalar) and not node.is_null:
        text = node.value.strip()
    elif isinstance(node, Mapping):
        text, image = node.text("text"), node.text("image")
    if not text and not image:
        section.warn(node.line, f"{name}: a variant has no text or image; left out")
        return None
    if not isinstance(node, Mapping):
        return Answer(text=text)
    conditions = _conditions(name, node.get("condition"), section)
    dates = _dates(name, node.get("metadata"), section)
    if conditions is None or dates is None:
        return None
    return Answer(
        text=text,
        image=image,
        channel=node.text("channel"),
        buttons=_buttons(node, section),
        language=_language(name, node.get("metadata"), section),
        slots=conditions,
        since=dates[0],
        until=dates[1],
    )


def _conditions(name: str, node: Node | None, section: Section) -> Conditions | None:
    """Slots and the values they must have; None where a condition cannot be judged."""
    found: dict[str, object] = {}
    for item in section.items(node, "condition"):
        value = item.get("value") if isinstance(item, Mapping) else None
        slot = item.text("name") if isinstance(item, Mapping) and item.text("type") == "slot" else ""
        if not slot or not (value is None or isinstance(value, Scalar)):
            remedy = "Write `- type: slot` with `name:` and `value:`."
            section.warn(item.line, f"{name}: a variant has a condition that nothing here can judge; left out", remedy)
            return None
        found[slot] = scalar(value) if isinstance(value, Scalar) else None
    return tuple(found.items())


def _language(name: str, node: Node | None, section: Section) -> str:
    """The language below `metadata:`. What else stands there is the project's own business."""
    language = node.text("language").lower() if isinstance(node, Mapping) else ""
    if language and not _LANGUAGE.fullmatch(language):
        remedy = "Write a code such as en or jv."
        section.warn((node or Mapping(line=1)).line, f"{name}: {language!r} is no code of a language; left out", remedy)
        return ""
    return language


def _dates(name: str, node: Node | None, section: Section) -> tuple[datetime | None, datetime | None] | None:
    """`valid_from` and `valid_until` below `metadata:`; None where one cannot be read, lest what was meant to end
    goes on for ever."""
    found: list[datetime | None] = []
    for key, read in (("valid_from", beginning), ("valid_until", end)):
        written = node.text(key) if isinstance(node, Mapping) else ""
        try:
            found.append(read(written) if written else None)
        except ValueError:
            line = (node or Mapping(line=1)).line
            remedy = "Write a day (2026-12-31), or a time (2026-12-31T17:00)."
            section.warn(line, f"{name}: {key} {written!r} is no date; the variant is left out", remedy)
            return None
    return found[0], found[1]


def _buttons(node: Mapping, section: Section) -> tuple[AnswerButton, ...]:
    rows = node.get("buttons")
    buttons = []
    for row in rows.items if isinstance(rows, Sequence) else []:
        title = row.text("title") if isinstance(row, Mapping) else ""
        payload = (row.text("payload") or row.text("url")) if isinstance(row, Mapping) else ""
        if title and payload:
            buttons.append(AnswerButton(title=title, payload=payload))
        else:
            section.warn(row.line, "a button needs `title` and `payload`; left out")
    return tuple(buttons)
