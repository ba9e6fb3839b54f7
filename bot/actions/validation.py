"""Validators of a form's slots as plain functions, and the action `validate_…` that they make up together.

It does not know which slots a form has, nor who asks again for what was refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot.actions.arguments import ActionError, Parameter, Unfit, fitted, origin_of, parameters_of
from bot.actions.native import InThread, called
from conversation.actions import Call, Event, Result, Saying, SlotSet


class Invalid(Exception):
    """A value is refused. What it is raised with is said to the customer: a text or a `Saying`; nothing if empty."""

    def __init__(self, says: str | Saying = "") -> None:
        super().__init__(says)
        self.says = Saying(text=says) if isinstance(says, str) else says


@dataclass(frozen=True, kw_only=True, slots=True)
class Validator:
    """A function that looks at a value for one slot of one form. It can still be called as the function it is."""

    form: str
    slot: str
    function: Callable[..., object]
    parameters: tuple[Parameter, ...]

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """The function itself."""
        return self.function(*arguments, **named)

    async def cleaned(self, value: object, call: Call, slots: Mapping[str, object], in_thread: InThread) -> object:
        """The value to keep. Raises `Invalid`."""
        first, *others = self.parameters
        try:
            given = fitted(value, first.kind, self.slot)
            named = {each.name: each.value(call, slots) for each in others}
        except Unfit:
            raise Invalid from None
        return await called(partial(self.function, given, **named), in_thread)


def validates(form: str, slot: str) -> Callable[[Callable[..., object]], Validator]:
    """Make a function the validator of a slot in a form.

    Its first parameter is given the value; others are named after slots, as with `action`. It returns the value to
    keep, or None to have it asked for again, or raises `Invalid("…")` to say why. A value that is not of the first
    parameter's type is refused without a word. Raises `ActionError` where the signature cannot be served.
    """

    def decorated(function: Callable[..., object]) -> Validator:
        parameters = parameters_of(function)
        if not parameters or parameters[0].kind is Call:
            raise ActionError(
                f"{origin_of(function)}: a validator is given the value first",
                remedy=f"Write def {function.__name__}(value: str) -> str.",
            )
        return Validator(form=form, slot=slot, function=function, parameters=parameters)

    return decorated


@dataclass(frozen=True, kw_only=True, slots=True)
class FormValidation:
    """The validators of one form as an action: it answers each proposed slot with the value to keep, or None."""

    name: str
    validators: Mapping[str, Validator]
    repeatable: bool = True

    async def run(self, call: Call, in_thread: InThread = asyncio.to_thread) -> Result:
        """Look at the proposed values, in order; each validator sees what those before it let pass."""
        slots = {**call.slots, **call.proposed}
        seen = replace(call, slots=slots)
        says, events = list[Saying](), list[Event]()
        for name, value in call.proposed.items():
            kept = value
            if name in self.validators and value is not None:
                try:
                    kept = await self.validators[name].cleaned(value, seen, slots, in_thread)
                except Invalid as refused:
                    kept = None
                    says += [refused.says] if refused.says != Saying() else []
            slots[name] = kept
            events.append(SlotSet(name=name, value=kept))
        return Result(says=tuple(says), events=tuple(events))


def form_validations(validators: Iterable[Validator]) -> list[FormValidation]:
    """One action a form.

    Raises:
        ActionError: two validators are for the same slot of the same form.
    """
    by_form: dict[str, dict[str, Validator]] = {}
    for validator in validators:
        known = by_form.setdefault(validator.form, {}).setdefault(validator.slot, validator)
        if known is not validator:
            raise ActionError(
                f"two validators are for the slot {validator.slot!r} of the form {validator.form!r}: "
                f"{origin_of(known.function)} and {origin_of(validator.function)}",
                remedy="Leave one of them out.",
            )
    return [FormValidation(name=f"validate_{form}", validators=found) for form, found in by_form.items()]
