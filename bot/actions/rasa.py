"""Actions written for rasa-sdk, run here as they are. Importing this imports rasa_sdk (0.4 s, 48 MB).

Each instance is registered by itself with an executor of its own: `register_package` would take every class of the
process, construct it without arguments, and end the process where an import fails. What blocks goes into a thread,
the plain `validate_…` and `extract_…` methods of a validation too.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.forms import ValidationAction
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.actions.answers import result_of_answer
from bot.actions.arguments import ActionError
from bot.actions.domain import Domain
from bot.actions.running import Hosted, Rejected
from bot.actions.threads import Threads
from bot.actions.tracker import webhook_call
from conversation.actions import Call, Result

METHODS = ("validate_", "extract_")


def hosted_rasa(action: Any, origin: str, domain: Domain, threads: Threads) -> Hosted:
    """An instance of an `Action` of rasa-sdk as something to run. Validations are taken to be repeatable.

    Raises:
        ActionError: it has no name, or its `run` takes something else than dispatcher, tracker and domain.
    """
    # It logs what events hold at DEBUG.
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
    executor = ActionExecutor()
    try:
        name = action.name()
        executor.register_action(action)
        if isinstance(action, ValidationAction):
            _move_into_threads(action, name, threads)
        if not inspect.iscoroutinefunction(action.run):
            executor.actions[name] = _threaded(action.run, name, threads)
    except Exception as error:  # Whatever its own methods raise; the executor raises plain Exceptions.
        raise ActionError(f"{origin} cannot be registered: {error}", remedy="Mend the class.") from error
    if not isinstance(name, str) or not name:
        raise ActionError(f"{origin} has no name", remedy='Let its method `name` return "action_…".')
    return Hosted(
        name=name,
        origin=origin,
        repeatable=isinstance(action, ValidationAction) or getattr(action, "repeatable", False) is True,
        run=partial(_run, executor, domain),
    )


async def _run(executor: ActionExecutor, domain: Domain, call: Call) -> Result:
    try:
        answer = await executor.run(webhook_call(call, domain))
    except ActionExecutionRejection as error:
        raise Rejected("it declined to run") from error
    return result_of_answer({"events": answer.events, "responses": answer.responses} if answer else None, call)


def _threaded(run: Callable[..., Any], name: str, threads: Threads) -> Callable[..., Any]:
    async def run_in_thread(dispatcher: Any, tracker: Any, domain: Any) -> Any:
        found = await threads.run(name, run, dispatcher, tracker, domain)
        return await found if inspect.isawaitable(found) else found

    return run_in_thread


def _move_into_threads(action: Any, name: str, threads: Threads) -> None:
    """Have this instance's plain methods of validation called in a thread: they often ask a database."""

    def moved(method: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*arguments: Any) -> Any:
            return await threads.run(name, method, *arguments)

        return call

    for attribute in dir(action):
        method = getattr(action, attribute)
        if attribute.startswith(METHODS) and inspect.isroutine(method) and not inspect.iscoroutinefunction(method):
            setattr(action, attribute, moved(method))
