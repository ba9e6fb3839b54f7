"""Finds actions by what `actions.use` names, and makes them: instances, classes, factories, whole modules.

It imports what it is told to, and rasa_sdk only where that did so already. It runs nothing.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.actions.arguments import ActionError, origin_of
from bot.actions.domain import Domain
from bot.actions.native import Action, ActionContext, FunctionAction
from bot.actions.running import Hosted
from bot.actions.threads import Threads
from bot.actions.validation import FormValidation, Validator, form_validations
from conversation.errors import TanggapError

ALL = "*"
_RASA = "rasa_sdk.interfaces"

Installed = Callable[[str], object]
"""What an installed package offers under a name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Something to run, as it was written: a native action, or an instance of rasa-sdk's `Action`."""

    what: Any
    origin: str


def find_actions(use: Iterable[str], context: ActionContext, installed: Installed) -> list[Found]:
    """All that `use` names, made with `context` where they ask for it. Validators are joined to one action a form.

    Raises:
        TanggapError: something cannot be imported or made, or is no action; the message names the setting.
    """
    found = [each for name in use for each in _named(name, context, installed)]
    validators = [each.what for each in found if isinstance(each.what, Validator)]
    forms = [Found(what=each, origin=_origins(each)) for each in form_validations(validators)]
    return [each for each in found if not isinstance(each.what, Validator)] + forms


def host(found: Found, domain: Domain, threads: Threads) -> Hosted:
    """What was found as something to run. Raises `ActionError` where it has no name, or cannot be run."""
    if _is_rasa(found.what):
        from bot.actions.rasa import hosted_rasa

        return hosted_rasa(found.what, found.origin, domain, threads)
    action: Action = found.what
    if not isinstance(action.name, str) or not action.name or not inspect.iscoroutinefunction(action.run):
        raise ActionError(
            f"{found.origin}: an action has a name, and `async def run(self, call)`", remedy="See docs/actions.md."
        )
    run: Any = action.run
    if isinstance(action, FunctionAction | FormValidation):
        run = partial(run, in_thread=partial(threads.run, action.name))
    return Hosted(name=action.name, origin=found.origin, repeatable=action.repeatable is True, run=run)


def _named(name: str, context: ActionContext, installed: Installed) -> Iterator[Found]:
    module, colon, attribute = name.partition(":")
    if not colon:
        yield from _expanded(installed(name), name, context)
        return
    where = f"actions.use names {name!r}"
    imported = _imported(module, where, context.base)
    if attribute == ALL:
        for key, value in vars(imported).items():
            if not key.startswith("_") and _stands_in(value, imported):
                yield from _expanded(value, f"{module}:{key}", context)
        return
    if not hasattr(imported, attribute):
        raise ActionError(
            f"{where}, but {imported.__file__ or module} has no {attribute!r}",
            remedy=f"Write {module}:NAME, or {module}:{ALL} for all that it defines.",
        )
    yield from _expanded(getattr(imported, attribute), name, context)


def _imported(module: str, where: str, base: Path) -> ModuleType:
    if str(base) not in sys.path:
        sys.path.append(str(base))  # Behind what is installed: a file of the project must not hide a library.
    try:
        return importlib.import_module(module)
    except TanggapError:
        raise
    except (Exception, SystemExit) as error:  # Whatever a module does when it is imported.
        remedy = "Write the module as in an import; it is looked for beside the settings file too."
        if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("rasa_sdk"):
            remedy = "pip install 'tanggap[rasa]'"
        raise ActionError(
            f"{where}, but {module} cannot be imported: {type(error).__name__}: {error}", remedy=remedy
        ) from error


def _expanded(thing: Any, origin: str, context: ActionContext, depth: int = 0) -> Iterator[Found]:
    """Go through classes, factories and lists until there is something to run."""
    if isinstance(thing, FunctionAction | FormValidation | Validator) or _is_rasa(thing):
        yield Found(what=thing, origin=origin)
    elif isinstance(thing, type) or inspect.isfunction(thing):
        if depth > 1:
            raise ActionError(f"{origin} makes something that has to be made", remedy="Return actions.")
        yield from _expanded(_made(thing, origin, context), origin, context, depth + 1)
    elif isinstance(thing, Action):
        yield Found(what=thing, origin=origin)
    elif isinstance(thing, Iterable) and not isinstance(thing, str | bytes | dict):
        for place, each in enumerate(thing):
            yield from _expanded(each, f"{origin}[{place}]", context, depth)
    else:
        raise ActionError(
            f"{origin} is a {type(thing).__name__}, and no action",
            remedy="Name an action, a list of them, a class, or a function that returns them. See docs/actions.md.",
        )


def _made(maker: Callable[..., Any], origin: str, context: ActionContext) -> Any:
    """Call a class or factory. A parameter that is typed `ActionContext` or has no default gets the context."""
    try:
        parameters = inspect.signature(maker).parameters.values()
        function = getattr(maker, "__init__", None) if isinstance(maker, type) else maker
        hints = typing.get_type_hints(function) if inspect.isfunction(function) else {}
        wanted = [p for p in parameters if hints.get(p.name) is ActionContext]
        lacking = [p.name for p in parameters if p not in wanted and p.default is p.empty and p.kind < p.VAR_POSITIONAL]
        if lacking:
            raise ActionError(
                f"{origin} cannot be made: nobody knows what to give it for {', '.join(lacking)}",
                remedy="Take one parameter `context: ActionContext` and make the rest from it, or name an instance.",
            )
        return maker(**{p.name: context for p in wanted})
    except TanggapError:
        raise
    except Exception as error:  # Whatever somebody's constructor raises.
        raise ActionError(
            f"{origin} cannot be made: {type(error).__name__}: {error}", remedy="Mend it; it is called once, at start."
        ) from error


def _stands_in(value: Any, module: ModuleType) -> bool:
    """Whether this is an action, a validator, or a class of actions that is written in this module."""
    if isinstance(value, FunctionAction | Validator):
        return value.function.__module__ == module.__name__
    if getattr(value if isinstance(value, type) else type(value), "__module__", "") != module.__name__:
        return False
    if isinstance(value, type):
        native = callable(getattr(value, "run", None)) and isinstance(getattr(value, "name", None), str)
        return native or _is_rasa_class(value)
    return _is_rasa(value) or isinstance(value, Action)


def _is_rasa(thing: object) -> bool:
    """Whether this is an instance of rasa-sdk's `Action`; where the SDK was not imported, nothing is."""
    return _RASA in sys.modules and isinstance(thing, sys.modules[_RASA].Action)


def _is_rasa_class(thing: type) -> bool:
    return _RASA in sys.modules and issubclass(thing, sys.modules[_RASA].Action) and not inspect.isabstract(thing)


def _origins(form: FormValidation) -> str:
    return ", ".join(origin_of(each.function) for each in form.validators.values())
