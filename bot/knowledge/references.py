"""What in a knowledge base refers to an intent or to a response, and would be left in the air without it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from intents.content import Content

INTENT, RESPONSE = "intent/", "response/"
"""What precedes the name in the pieces that may be referred to."""


def references_to(piece: str, content: Content) -> tuple[str, ...]:
    """What refers to a piece, in words such as `rules: retur`, each once; empty for pieces nothing can refer to."""
    kind, _, name = piece.partition("/")
    if kind == "intent":
        return tuple(dict.fromkeys(_to_intent(name, content)))
    if kind == "response":
        return tuple(dict.fromkeys(_to_response(name, content)))
    return ()


def _to_intent(name: str, content: Content) -> Iterator[str]:
    knowledge = content.knowledge
    yield from (f"rules: {rule.intent}" for rule in knowledge.rules if rule.intent == name)
    for response, variants in knowledge.answers.items():
        payloads = (button.payload for answer in variants for button in answer.buttons)
        if response != name and any(_intent_in(payload) == name for payload in payloads):
            yield f"buttons: {response}"
    yield from (f"forms: {form.name}" for form in knowledge.forms.values() if name in form.ignored_intents)
    for slot in knowledge.slots.values():
        named = {intent for source in slot.sources for intent in (*source.intents, *source.not_intents)}
        if name in named or name == slot.link_intent:
            yield f"slots: {slot.name}"
    yield from (f"tests: {test.text}" for test in content.tests if test.intent == name)


def _to_response(name: str, content: Content) -> Iterator[str]:
    knowledge, step = content.knowledge, f"utter_{name}"
    yield from (f"rules: {rule.intent}" for rule in knowledge.rules if step in rule.steps)
    for form in knowledge.forms.values():
        asks = {f"ask_{slot}" for slot in form.slots} | {f"ask_{form.name}_{slot}" for slot in form.slots}
        if step in form.then or name in asks:
            yield f"forms: {form.name}"


def _intent_in(payload: str) -> str:
    """The intent of a button such as `/intent` or `/intent{"slot": "value"}`; "" where it leads elsewhere."""
    return payload[1:].split("{", 1)[0] if payload.startswith("/") else ""
