"""What a function wants to be given, read from its signature: parameters are named after slots and typed.

It knows what a value of a slot looks like as JSON, and nothing of who calls the function.
"""

from __future__ import annotations

import copy
import inspect
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conversation.actions import Call
from conversation.errors import TanggapError

KINDS = (str, int, float, bool, list, dict)
_NONE = type(None)


class ActionError(TanggapError):
    """Something cannot be an action: its signature, its name, or how it is to be made."""


class Unfit(Exception):
    """A slot's value is not what the function takes. Says which slot, and not its value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One parameter. `kind` is a type of `KINDS`, `Call`, or None for any value."""

    name: str
    kind: type | None
    takes_none: bool
    default: object = inspect.Parameter.empty

    def value(self, call: Call, slots: Mapping[str, object]) -> object:
        """What to pass: the call, or the slot's value, converted where nothing is lost by it. Raises `Unfit`."""
        if self.kind is Call:
            return call
        found = slots.get(self.name)
        if found is None:
            if self.default is not inspect.Parameter.empty:
                return self.default
            if not self.takes_none:
                raise Unfit(f"the slot {self.name} is empty")
            return None
        return fitted(found, self.kind, self.name)


def origin_of(function: Callable[..., object]) -> str:
    """Where a function stands, for messages: `shop.py:31 (order_status)`."""
    code = inspect.unwrap(function).__code__
    return f"{code.co_filename.rpartition('/')[2]}:{code.co_firstlineno} ({function.__name__})"


def parameters_of(function: Callable[..., object]) -> tuple[Parameter, ...]:
    """The parameters of a function, in order.

    Raises:
        ActionError: one of them has no type, or one that no slot's value has.
    """
    where = origin_of(function)
    try:
        hints = typing.get_type_hints(function)
    except Exception as error:  # Whatever a name in an annotation leads to.
        raise ActionError(
            f"{where}: its types cannot be read: {error}",
            remedy="Import the types of its parameters at the top of the module, outside of `if TYPE_CHECKING`.",
        ) from error
    return tuple(_parameter(each, hints, where) for each in inspect.signature(function).parameters.values())


def _parameter(parameter: inspect.Parameter, hints: Mapping[str, Any], where: str) -> Parameter:
    name = parameter.name
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
        raise ActionError(
            f"{where}: the parameter {parameter} cannot be named after a slot",
            remedy="Name each slot that it needs; take `call: Call` for all of them (call.slots).",
        )
    if name not in hints:
        raise ActionError(f"{where}: the parameter {name!r} has no type", remedy=_types())
    hint, takes_none = hints[name], False
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kinds = [each for each in typing.get_args(hint) if each is not _NONE]
        takes_none = _NONE in typing.get_args(hint)
        hint = kinds[0] if len(kinds) == 1 else hint
    kind = typing.get_origin(hint) or hint
    if kind in (Any, object):
        return Parameter(name=name, kind=None, takes_none=True, default=parameter.default)
    if kind is not Call and kind not in KINDS:
        raise ActionError(f"{where}: the parameter {name!r} cannot be a {hint}", remedy=_types())
    return Parameter(name=name, kind=kind, takes_none=takes_none, default=parameter.default)


def _types() -> str:
    return f"Write one of {', '.join(kind.__name__ for kind in KINDS)}, object, each also with `| None`; or call: Call."


def fitted(value: object, kind: type | None, name: str) -> object:
    """A value as a `kind`. Numbers become text and text numbers where that is exact; bool stays apart.

    Raises:
        Unfit: it is something else.
    """
    if kind is None or type(value) is kind:
        return copy.deepcopy(value)  # The conversation's own lists are nobody's to change.
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    converted: object = None
    if kind is str and number is not None:
        converted = str(number)
    elif kind in (int, float) and (number is not None or isinstance(value, str)):
        converted = _number(number if number is not None else str(value), kind)
    if converted is None:
        raise Unfit(f"the slot {name} holds a {type(value).__name__}, not a {kind.__name__}")
    return converted


def _number(value: float | str, kind: type) -> int | float | None:
    try:
        number = float(value)
        exact = int(value) if kind is int else number
    except (ValueError, OverflowError):
        return None
    return exact if math.isfinite(number) and exact == number else None
