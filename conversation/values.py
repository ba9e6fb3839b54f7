"""Values that are made by the hundred in every turn: frozen dataclasses at half the price. Knows no value.

A frozen dataclass sets its fields by `object.__setattr__`, which looks each of them up, and `dataclasses.replace` goes
through the fields anew every time. Both are written out once here, with the slots' own setters.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(value: T, /, **changes: Any) -> T:
        """As `dataclasses.replace`, for values that are `quick` and for any other."""
        kind = value.__class__
        known = _REPLACERS.get((kind, *changes))
        if known is None:
            known = _REPLACERS[kind, *changes] = _replacer(kind, tuple(changes))
        return known(value, **changes)


def quick(kind: type[T]) -> type[T]:
    """A class decorator, to stand above `@dataclass(frozen=True, kw_only=True, slots=True)`: the same class, with an
    `__init__` that costs half as much. Not for a class with a `__post_init__`, nor with fields that `__init__` leaves
    out."""
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    if hasattr(kind, "__post_init__") or not all(each.init and each.kw_only for each in fields):
        raise TypeError(f"{kind.__name__} is made by more than its fields")
    known: dict[str, Any] = {f"_set_{each.name}": _setter(kind, each.name) for each in fields}
    parameters, body = [], []
    for name, default, factory in ((each.name, each.default, each.default_factory) for each in fields):
        given = name
        if default is not dataclasses.MISSING:
            known[f"_default_{name}"] = default
            parameters.append(f"{name}=_default_{name}")
        elif factory is not dataclasses.MISSING:
            known |= {f"_new_{name}": factory, "_NOT_GIVEN": _NOT_GIVEN}
            parameters.append(f"{name}=_NOT_GIVEN")
            given = f"_new_{name}() if {name} is _NOT_GIVEN else {name}"
        else:
            parameters.append(name)
        body.append(f"_set_{name}(self, {given})")
    made = _function("__init__", f"self, *, {', '.join(parameters)}", body, known)
    original = kind.__init__
    made.__qualname__, made.__module__ = original.__qualname__, original.__module__
    made.__annotations__ = original.__annotations__
    kind.__init__ = made  # type: ignore[method-assign]
    kind._is_quick = True  # type: ignore[attr-defined]
    return kind


def as_dict(value: object) -> dict[str, object]:
    """The fields of a value with slots, by name; what is inside of them stays as it is."""
    return {name: getattr(value, name) for name in type(value).__slots__}  # type: ignore[attr-defined]


_NOT_GIVEN = object()
_REPLACERS: dict[tuple[Any, ...], Callable[..., Any]] = {}
"""By class and the names of what changes: a few hundred at most, as both stand in the code."""


def _replacer(kind: type[Any], names: tuple[str, ...]) -> Callable[..., Any]:
    if not kind.__dict__.get("_is_quick"):
        return dataclasses.replace
    fields = [each.name for each in dataclasses.fields(kind)]
    if unknown := set(names) - set(fields):
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    known: dict[str, Any] = {f"_set_{name}": _setter(kind, name) for name in fields}
    known |= {"_new": object.__new__, "_kind": kind}
    body = [f"_set_{name}(new, {name if name in names else f'old.{name}'})" for name in fields]
    parameters = ", ".join(("old, *", *names)) if names else "old"
    return _function("replaced", parameters, ["new = _new(_kind)", *body, "return new"], known)


def _setter(kind: type[Any], name: str) -> Callable[[Any, Any], None]:
    """What sets the slot of a field, frozen or not."""
    slot = next(each.__dict__[name] for each in kind.__mro__ if name in each.__dict__)
    setter: Callable[[Any, Any], None] = slot.__set__
    return setter


def _function(name: str, parameters: str, body: list[str], known: dict[str, Any]) -> Callable[..., Any]:
    """A function as `dataclasses` makes them: written as text, and executed once."""
    lines = "\n    ".join(body)
    exec(f"def {name}({parameters}):\n    {lines}", known)
    made: Callable[..., Any] = known[name]
    return made
