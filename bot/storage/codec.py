"""Values to JSON and back. Knows the shapes of what is stored as text, and nothing of tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, TypeAdapter

from conversation.effects import Effect
from conversation.messages import Attachment
from conversation.state import DialogueState
from conversation.tickets import Deadlines, Promised

_EFFECT: TypeAdapter[Effect] = TypeAdapter(Annotated[Effect, Field(discriminator="kind")])
_DIALOGUE = TypeAdapter(DialogueState)
_ATTACHMENTS = TypeAdapter(tuple[Attachment, ...])
_ENTITIES: TypeAdapter[tuple[tuple[str, object], ...]] = TypeAdapter(tuple[tuple[str, object], ...])
_DEADLINES = TypeAdapter(Deadlines)
_PROMISED: TypeAdapter[tuple[Promised, ...]] = TypeAdapter(tuple[Promised, ...])
_WORDS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])
_RECORD: TypeAdapter[Mapping[str, object]] = TypeAdapter(dict[str, object])


def encode_effect(effect: Effect) -> str:
    """An effect as JSON, with the `kind` that tells which one it is."""
    return _EFFECT.dump_json(effect).decode()


def decode_effect(text: str) -> Effect:
    """The reverse of `encode_effect`."""
    return _EFFECT.validate_json(text)


def encode_dialogue(dialogue: DialogueState) -> str:
    """What the bot remembers; what stands at its default is left out.

    Raises:
        ValueError: the value of a slot is not JSON-able.
    """
    return _DIALOGUE.dump_json(dialogue, exclude_defaults=True).decode()


def decode_dialogue(text: str) -> DialogueState:
    """The reverse of `encode_dialogue`."""
    return _DIALOGUE.validate_json(text)


def encode_attachments(attachments: tuple[Attachment, ...]) -> str:
    """Attachments as JSON; "" for none, which is what most messages have."""
    return _ATTACHMENTS.dump_json(attachments, exclude_defaults=True).decode() if attachments else ""


def decode_attachments(text: str) -> tuple[Attachment, ...]:
    """The reverse of `encode_attachments`."""
    return _ATTACHMENTS.validate_json(text) if text else ()


def encode_entities(entities: tuple[tuple[str, object], ...]) -> str:
    """Names with their values, in order, as JSON.

    Raises:
        ValueError: a value is not JSON-able.
    """
    return _ENTITIES.dump_json(entities).decode()


def decode_entities(text: str) -> tuple[tuple[str, object], ...]:
    """The reverse of `encode_entities`."""
    return _ENTITIES.validate_json(text)


def encode_record(record: Mapping[str, object]) -> str:
    """A decision record or a ticket's packet as JSON.

    Raises:
        ValueError: something in it is not JSON-able.
    """
    return _RECORD.dump_json(record).decode()


def decode_record(text: str) -> Mapping[str, object]:
    """The reverse of `encode_record`. Tuples come back as lists."""
    return _RECORD.validate_json(text)


def encode_deadlines(deadlines: Deadlines) -> str:
    """By when something has to happen, as JSON; what is not promised is left out."""
    return _DEADLINES.dump_json(deadlines, exclude_defaults=True).decode()


def decode_deadlines(text: str) -> Deadlines:
    """The reverse of `encode_deadlines`."""
    return _DEADLINES.validate_json(text)


def encode_promised(promised: tuple[Promised, ...]) -> str:
    """What became of promises, as JSON; `named_as_department` says how a department stands in it."""
    return _PROMISED.dump_json(promised).decode()


def decode_promised(text: str) -> tuple[Promised, ...]:
    """The reverse of `encode_promised`."""
    return _PROMISED.validate_json(text)


def named_as_department(name: str) -> str:
    """What is found in the JSON of `encode_promised` where, and only where, a department of that name is in it."""
    return f'"department":{encode_words((name,))[1:-1]}'


def encode_words(words: tuple[str, ...]) -> str:
    """Labels and other short words as JSON."""
    return _WORDS.dump_json(words).decode()


def decode_words(text: str) -> tuple[str, ...]:
    """The reverse of `encode_words`."""
    return _WORDS.validate_json(text)
