"""Values of a knowledge base as JSON and back, checked field by field against the types of their classes.

What has its default value is left out. Texts lose the blanks around them, as in files. It does not know what the
values mean, nor whether they fit together.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from conversation.errors import DataError
from intents.forms import Wanted
from intents.validity import beginning, end, written_beginning, written_end

Value = TypeVar("Value")
Conditions = tuple[tuple[str, object], ...]
Reader = Callable[[str, object, str], object]

LARGEST_NUMBER, SMALLEST_NUMBER = 1e18, 1e-98
"""Between them, a number reads the same in JSON and in every YAML."""


def to_json(value: object, *, without: tuple[str, ...] = ()) -> dict[str, object]:
    """A value of one of the knowledge base's classes as a JSON object, but for the fields `without`."""
    return {
        name: _out(kind, name, getattr(value, name))
        for name, kind, default in _fields(type(value))
        if name not in without and (default is MISSING or getattr(value, name) != default)
    }


def from_json(cls: type[Value], found: object, piece: str, **given: object) -> Value:
    """A value of `cls` from a JSON object; `given` are fields that stand elsewhere.

    Raises:
        DataError: something does not fit; the message names the `piece` and the field.
    """
    if not isinstance(found, Mapping):
        raise refused(piece, f"{_short(found)} is no object")
    known = {name: kind for name, kind, _ in _fields(cls) if name not in given}
    for name in found:
        if name not in known:
            raise refused(piece, f"{_short(name)} is not known", f"Known are {', '.join(known)}.")
    missing = [
        name for name, _, default in _fields(cls) if default is MISSING and name not in found and name not in given
    ]
    if missing:
        raise refused(piece, f"{missing[0]} is missing")
    values = {name: _reader(known[name])(name, value, f"{piece}: {name}") for name, value in found.items()}
    return cls(**values, **given)


def refused(piece: str, message: str, remedy: str = "Correct it, or take the change back.") -> DataError:
    """What is wrong with a piece."""
    return DataError(f"{piece}: {message}", remedy=remedy)


def is_plain(value: object) -> bool:
    """Whether a value is a text, truth, None, or a number that reads the same everywhere."""
    if isinstance(value, float):
        return math.isfinite(value) and (value == 0 or SMALLEST_NUMBER < abs(value) < LARGEST_NUMBER)
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < LARGEST_NUMBER
    return value is None or isinstance(value, str | bool)


def _fields(cls: Any) -> tuple[tuple[str, Any, object], ...]:
    """Name, type and default of each field."""
    return _of_class(cls)


@cache
def _of_class(cls: Any) -> tuple[tuple[str, Any, object], ...]:
    hints = get_type_hints(cls)
    return tuple((each.name, hints[each.name], each.default) for each in fields(cls))


def _out(kind: Any, name: str, value: Any) -> object:
    if kind == Conditions:
        return [
            {"slot": slot, "any": True} if wanted is Wanted.ANYTHING else {"slot": slot, "value": wanted}
            for slot, wanted in value
        ]
    if isinstance(value, tuple):
        return [_out(None, name, item) for item in value]
    if isinstance(value, datetime):
        return written_end(value) if name == "until" else written_beginning(value)
    if isinstance(value, Enum):
        return value.value
    return to_json(value) if hasattr(value, "__dataclass_fields__") else value


@cache
def _reader(kind: Any) -> Reader:
    """What reads the value of a field of this kind. It is given the field's name, what was found, and where."""
    if kind == Conditions:
        return lambda name, found, where: tuple(_condition(item, where) for item in _list(found, where))
    if get_origin(kind) is tuple:
        each = _reader(get_args(kind)[0])
        return lambda name, found, where: tuple(each(name, item, where) for item in _list(found, where))
    if get_origin(kind) is types.UnionType:
        value = _reader(get_args(kind)[0])
        return lambda name, found, where: None if found is None else value(name, found, where)
    return _READERS.get(kind) or _other(kind)


def _list(found: object, where: str) -> list[Any]:
    if not isinstance(found, list | tuple):
        raise refused(where, f"{_short(found)} is no list")
    return list(found)


def _condition(found: object, where: str) -> tuple[str, object]:
    if not isinstance(found, Mapping) or not isinstance(found.get("slot"), str) or not found.keys() <= _OF_CONDITION:
        raise refused(where, f"{_short(found)} is no condition", 'Write {"slot": …, "value": …}.')
    value = Wanted.ANYTHING if found.get("any") is True else found.get("value")
    if value is not Wanted.ANYTHING and not is_plain(value):
        raise refused(where, f"{_short(value)} is no text, number, truth or null")
    return found["slot"].strip(), value


_OF_CONDITION = {"slot", "value", "any"}


def _text(_: str, found: object, where: str) -> str:
    if not isinstance(found, str):
        raise refused(where, f"{_short(found)} is no text")
    return found.strip()


def _truth(_: str, found: object, where: str) -> bool:
    if not isinstance(found, bool):
        raise refused(where, f"{_short(found)} is neither true nor false")
    return found


def _number(_: str, found: object, where: str) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float) or not is_plain(found):
        raise refused(where, f"{_short(found)} is no number")
    return float(found)


def _moment(name: str, found: object, where: str) -> datetime:
    try:
        return (end if name == "until" else beginning)(_text(name, found, where))
    except ValueError as error:
        raise refused(where, f"{_short(found)} is no date", "Write 2026-12-31, or 2026-12-31T17:00.") from error


def _anything(_: str, found: object, where: str) -> object:
    nested = found if isinstance(found, list) else found.values() if isinstance(found, dict) else [found]
    if not all(map(is_plain, nested)):
        raise refused(where, f"{_short(found)} is more than texts, numbers and truths")
    return found


def _other(kind: Any) -> Reader:
    """The reader of an enumeration or of another class."""

    def read(_: str, found: object, where: str) -> object:
        if not issubclass(kind, Enum):
            return from_json(kind, found, where)
        try:
            return kind(found)
        except ValueError as error:
            words = ", ".join(str(each.value) for each in kind)
            raise refused(where, f"{_short(found)} is not known", f"Known are {words}.") from error

    return read


_READERS: dict[Any, Reader] = {
    str: _text,
    bool: _truth,
    float: _number,
    datetime: _moment,
    object: _anything,
}


def _short(found: object) -> str:
    return repr(found)[:60]
