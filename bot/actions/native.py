"""Actions as plain Python: an object with a name, or a function whose parameters are named after slots.

    @action("action_order_status", repeatable=True)
    async def order_status(order_number: str, call: Call) -> str:
        return f"Pesanan {order_number} sedang dikirim."

It knows nothing of time limits, journals and logs: those are the host's.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast, get_args, runtime_checkable

from bot.actions.arguments import ActionError, Parameter, Unfit, origin_of, parameters_of
from conversation.actions import Call, Event, Failure, Result, Saying

EVENTS: tuple[type, ...] = get_args(Event)

InThread = Callable[..., Awaitable[Any]]
"""Calls a function in a thread: the function, then its arguments."""


@runtime_checkable
class Action(Protocol):
    """Something that a conversation can run.

    `repeatable` says that running it twice does no harm, as with a lookup: then it is run again where nobody knows
    whether it was run.
    """

    name: str
    repeatable: bool

    async def run(self, call: Call) -> Result:
        """Do it. What it raises is its failure."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionContext:
    """What a class or a factory of actions may ask for when it is made.

    `settings` is the table `[actions.settings]`, `base` the folder of the settings file, which relative paths start
    from. `secret` reads a variable of the environment and raises `SettingError` where it is not set.
    """

    settings: Mapping[str, Any]
    base: Path
    secret: Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionAction:
    """A function as an action. It can still be called as the function it is."""

    name: str
    repeatable: bool
    function: Callable[..., object]
    parameters: tuple[Parameter, ...]

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """The function itself."""
        return self.function(*arguments, **named)

    async def run(self, call: Call, in_thread: InThread = asyncio.to_thread) -> Result:
        """Call the function with the slots it names, in a thread unless it is async."""
        try:
            arguments = {parameter.name: parameter.value(call, call.slots) for parameter in self.parameters}
        except Unfit as error:
            return Result(failure=Failure.REJECTED, error=f"{self.name}: {error}")
        return result_of(await called(partial(self.function, **arguments), in_thread))


def action(name: str, *, repeatable: bool = False) -> Callable[[Callable[..., object]], FunctionAction]:
    """Make an action of a function, async or not.

    A parameter is given the slot of its name (str, int, float, bool, list, dict, `X | None`, with or without default),
    `call: Call` the call. It returns what `result_of` takes. A slot that is empty, or does not fit, where a value is
    needed means `Failure.REJECTED`. Raises `ActionError` where the signature cannot be served.
    """

    if not isinstance(name, str) or not name:
        where = f"{origin_of(name)}: " if inspect.isfunction(name) else ""
        raise ActionError(f"{where}an action needs a name", remedy='Write @action("action_…") above the function.')

    def decorated(function: Callable[..., object]) -> FunctionAction:
        return FunctionAction(name=name, repeatable=repeatable, function=function, parameters=parameters_of(function))

    return decorated


async def called(work: partial[object], in_thread: InThread) -> object:
    """What a function returns, called where it belongs: async ones here, others in a thread."""
    if inspect.iscoroutinefunction(work):
        return await cast(Awaitable[object], work())
    return cast(object, await in_thread(work))


def result_of(value: object) -> Result:
    """A result of what a function returns: None, a text, a `Saying`, an event, a `Result`, or a sequence of those.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(value, Result):
        return value
    if isinstance(value, list | tuple):
        parts = [result_of(each) for each in value]
        failed = next((part for part in parts if part.failure), None)
        says = tuple(says for part in parts for says in part.says)
        return failed or Result(says=says, events=tuple(event for part in parts for event in part.events))
    if value is None or value == "":
        return Result()
    if isinstance(value, str):
        return Result(says=(Saying(text=value),))
    if isinstance(value, Saying):
        return Result(says=(value,))
    if isinstance(value, EVENTS):
        return Result(events=(cast(Event, value),))
    raise NotAnAnswer(f"it returned a {type(value).__name__}")


class NotAnAnswer(TypeError):
    """An action returned something that is no answer. Says of which type, and not what."""
