"""Rasa's responses into a draft: texts, buttons, images, channels.

What a knowledge base has no place for (conditions, custom payloads) is reported, never passed off as an answer.
"""

from __future__ import annotations

from intents.formats.draft import Draft
from intents.formats.findings import Level, Place
from intents.formats.yaml_nodes import Mapping, Node, Scalar, Sequence
from intents.knowledge import Answer, AnswerButton

_PREFIX = "utter_"


def read_responses(node: Node, file: str, draft: Draft) -> None:
    """Read what stands below `responses:` (`templates:` in Rasa 1)."""
    if not isinstance(node, Mapping):
        if not (isinstance(node, Scalar) and node.is_null):
            draft.note(Level.WARNING, Place(file, node.line), "responses are a mapping of names; this is none", "")
        return
    for key, value in node.pairs:
        place = Place(file, key.line)
        name = draft.name(key.value, place)
        if not name.startswith(_PREFIX) and "/" not in name:
            draft.note(Level.WARNING, place, f"the response {name!r} does not start with utter_; read all the same")
        variants = value.items if isinstance(value, Sequence) else [value]
        for variant in variants:
            if isinstance(variant, Mapping) and variant.get("condition") is not None:
                draft.note(
                    Level.WARNING,
                    Place(file, variant.line),
                    f"{name}: a variant has a condition, which nothing here can judge; left out",
                )
                continue
            answer = _answer(variant, file, draft)
            if answer is None:
                draft.note(
                    Level.WARNING, Place(file, variant.line), f"{name}: a variant has no text or image; left out"
                )
            else:
                draft.answer(name.removeprefix(_PREFIX), answer, Place(file, variant.line))


def _answer(node: Node, file: str, draft: Draft) -> Answer | None:
    if isinstance(node, Scalar) and not node.is_null:
        return Answer(text=node.value.strip())
    if not isinstance(node, Mapping):
        return None
    text, image = node.text("text"), node.text("image")
    if not text and not image:
        return None
    return Answer(text=text, image=image, channel=node.text("channel"), buttons=_buttons(node, file, draft))


def _buttons(node: Mapping, file: str, draft: Draft) -> tuple[AnswerButton, ...]:
    rows = node.get("buttons")
    buttons = []
    for row in rows.items if isinstance(rows, Sequence) else []:
        title = row.text("title") if isinstance(row, Mapping) else ""
        payload = (row.text("payload") or row.text("url")) if isinstance(row, Mapping) else ""
        if title and payload:
            buttons.append(AnswerButton(title=title, payload=payload))
        else:
            draft.note(Level.WARNING, Place(file, row.line), "a button needs `title` and `payload`; left out")
    return tuple(buttons)
