"""Results to JSON and back, for the journal; and so they are checked: what gets through is sound.

A result that was written down and read again equals one that never was, and shares no list with whoever made it.
It knows no store.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import reduce
from operator import or_
from typing import Annotated, Any, get_args

from pydantic import Discriminator, Tag, TypeAdapter, ValidationError

from conversation.actions import Event, Failure, Reminder, Result, Saying
from conversation.effects import Button


class NotAResult(ValueError):
    """Something in a result is of the wrong type, or cannot be written as JSON. Says what, and no value."""


_EVENTS: dict[type, str] = {each: each.__name__ for each in get_args(Event)}
_FIELDS = {each: tuple(field.name for field in fields(each)) for each in (*_EVENTS, Saying, Button)}
_TAGGED: Any = Annotated[
    reduce(or_, (Annotated[each, Tag(name)] for each, name in _EVENTS.items())),
    Discriminator(lambda value: value["event"] if isinstance(value, Mapping) else None),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Written:
    """A result as it is written."""

    says: tuple[Saying, ...] = ()
    events: tuple[_TAGGED, ...] = ()
    failure: Failure | None = None
    error: str = ""


_RESULT = TypeAdapter(_Written)


def encode_result(result: Result) -> str:
    """A result as JSON.

    Raises:
        NotAResult: something in it is of the wrong type.
    """
    says = [_saying(says) for says in _listed(result, "says")]
    events = [_event(event) for event in _listed(result, "events")]
    failure = result.failure.value if isinstance(result.failure, Failure) else result.failure
    value = {"says": says, "events": events, "failure": failure, "error": result.error}
    try:
        text = json.dumps({key: each for key, each in value.items() if each}, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise NotAResult(str(error)) from error
    return text.encode("utf-8", "replace").decode()  # Half a character of JavaScript's cannot be stored anywhere.


def decode_result(text: str) -> Result:
    """The reverse of `encode_result`.

    Raises:
        NotAResult: this is not the JSON of a result.
    """
    try:
        written = _RESULT.validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise NotAResult(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return Result(says=written.says, events=written.events, failure=written.failure, error=written.error)


def _listed(result: Result, name: str) -> tuple[object, ...]:
    found: object = getattr(result, name)
    if not isinstance(found, tuple | list):
        raise NotAResult(f"{name} is a {type(found).__name__}, not a tuple")
    return tuple(found)


def _saying(says: object) -> dict[str, object]:
    if not isinstance(says, Saying):
        raise NotAResult(f"says holds a {type(says).__name__}")
    value = _fields(says)
    if "buttons" in value:
        if not all(isinstance(button, Button) for button in says.buttons):
            raise NotAResult("buttons holds something that is no button")
        value["buttons"] = [_fields(button) for button in says.buttons]
    return value


def _event(event: object) -> dict[str, object]:
    kind = _EVENTS.get(type(event))
    if kind is None:
        raise NotAResult(f"events holds a {type(event).__name__}")
    value = {"event": kind, **_fields(event)}
    if isinstance(event, Reminder):
        if event.due.tzinfo is None:
            raise NotAResult("Reminder.due has no time zone")
        value["due"] = event.due.isoformat()
    return value


def _fields(value: object) -> dict[str, object]:
    """The fields of a value by name."""
    return {name: getattr(value, name) for name in _FIELDS[type(value)]}
