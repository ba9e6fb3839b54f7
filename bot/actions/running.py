"""Runs actions: finds who hosts one, keeps its time, catches what it raises, and keeps the journal.

It knows hosts by what they answer, and neither the dialogue that asks nor how an action was written.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.actions.answers import Garbled
from bot.actions.arguments import ActionError
from bot.actions.codec import NotAResult, decode_result, encode_result
from bot.actions.native import NotAnAnswer
from bot.actions.threads import AllStuck, Threads
from conversation.actions import Call, Failure, Result
from conversation.messages import ConversationId
from conversation.ports import Journaled
from intents.knowledge import KnowledgeBase

log = logging.getLogger(__name__)

Run = Callable[[Call], Coroutine[Any, Any, Result]]


class Journal(Protocol):
    """The part of a `Store` that remembers which actions were begun, and how they ended."""

    async def begin_action(
        self, key: str, action: str, conversation_id: ConversationId, at: datetime
    ) -> tuple[Journaled, str]:
        """See `Store.begin_action`."""
        ...

    async def end_action(self, key: str, result: str, at: datetime) -> None:
        """See `Store.end_action`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Hosted:
    """An action that can be run. `origin` says where it comes from."""

    name: str
    origin: str
    repeatable: bool
    run: Run


class Server(Protocol):
    """Actions that run elsewhere. Which ones may turn out later."""

    @property
    def names(self) -> frozenset[str]:
        """The actions that it has, as far as is known."""
        ...

    def hosted(self, name: str) -> Hosted:
        """One of its actions, whether it has it or not."""
        ...


class Rejected(Exception):
    """An action declined to run."""


class Unreachable(Exception):
    """An action's server cannot be asked. Nothing was done."""


class Unsure(Exception):
    """An action's server broke off: nobody can tell whether it was done."""


class NoSuchAction(Exception):
    """The server knows no such action."""


class RaisedThere(Exception):
    """An action raised on its server."""


class _Overdue(Exception):
    """The time is up."""


_FAILURES: dict[type[Exception], Failure] = {
    Rejected: Failure.REJECTED,
    Unreachable: Failure.UNREACHABLE,
    Unsure: Failure.UNCERTAIN,
    NoSuchAction: Failure.UNKNOWN_ACTION,
    RaisedThere: Failure.RAISED,
    _Overdue: Failure.TIMED_OUT,
    AllStuck: Failure.TIMED_OUT,
    NotAResult: Failure.RUBBISH,
    NotAnAnswer: Failure.RUBBISH,
    Garbled: Failure.RUBBISH,
}
"""What these exceptions mean. Their words are ours, and hold nothing that a customer wrote."""


@dataclass(kw_only=True)
class Actions:
    """All actions of a running service. `limit` is how many seconds one may take; `clock` tells the time.

    `check` raises `ActionError` where they cannot serve a knowledge base, `learn` has them serve it from now on.
    """

    hosted: Mapping[str, Hosted]
    journal: Journal
    clock: Callable[[], datetime]
    threads: Threads
    limit: float = 10.0
    server: Server | None = None
    check: Callable[[KnowledgeBase], None] = lambda knowledge: None
    learn: Callable[[KnowledgeBase], None] = lambda knowledge: None
    _left: set[asyncio.Task[Any]] = field(default_factory=set, init=False)

    @property
    def names(self) -> frozenset[str]:
        """The actions that can be run."""
        return frozenset(self.hosted) | (self.server.names if self.server else frozenset())

    async def run(self, call: Call) -> Result:
        """Run an action and tell what came of it. Whatever it does, it does not raise: that is a `failure`.

        One that is not repeatable is written down first. Asked again with the same key, it is not run again.

        Raises:
            StorageError: the journal cannot be written.
        """
        hosted = self.hosted.get(call.action)
        if hosted is None and self.server is not None and call.action in self.server.names:
            hosted = self.server.hosted(call.action)
        if hosted is None:
            return self._failed(call, Failure.UNKNOWN_ACTION, f"no action is called {call.action}")
        if hosted.repeatable:
            return (await self._run(hosted, call))[0]
        known, stored = await self.journal.begin_action(call.key, call.action, call.conversation.id, call.now)
        if known is Journaled.DONE:
            return self._remembered(call, stored)
        if known is Journaled.UNCERTAIN:
            return self._failed(call, Failure.UNCERTAIN, f"{call.action} was begun before, and may have been done")
        result, written = await self._run(hosted, call)
        await self.journal.end_action(call.key, written, self.clock())
        return result

    async def _run(self, hosted: Hosted, call: Call) -> tuple[Result, str]:
        """The result, and the same as it is written down."""
        begun = time.perf_counter()
        try:
            written = encode_result(await self._within(hosted.run(call)))
            result = decode_result(written)
            if result.failure is None:
                return result, written
            result = self._failed(call, result.failure, result.error)
        except Exception as error:  # Whatever an action raises is its failure, and not ours.
            result = self._failed(call, *self._explained(error, hosted, time.perf_counter() - begun))
        return result, encode_result(result)

    def _explained(self, error: Exception, hosted: Hosted, seconds: float) -> tuple[Failure, str]:
        failure = _FAILURES.get(type(error))
        if failure is None:
            return Failure.RAISED, f"{hosted.name} raised {type(error).__name__} {_where(error)}"
        reason = str(error)
        if isinstance(error, _Overdue):
            reason = f"no answer after {seconds:.1f} s" + ("" if hosted.repeatable else "; it may have been done")
        if self.threads.stuck and failure is Failure.TIMED_OUT:
            names = ", ".join(sorted(set(self.threads.stuck)))
            reason = f"{reason}; stuck in {len(self.threads.stuck)} of {self.threads.most} threads: {names}"
        return failure, f"{hosted.name}: {reason.removeprefix('; ')}"

    async def _within(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Wait for `work` as long as it may take. It may swallow its cancellation: then it is left behind."""
        task = asyncio.ensure_future(_contained(work))
        try:
            await asyncio.wait((task,), timeout=self.limit)
        finally:
            if not task.done():
                task.cancel()
                self._left.add(task)
                task.add_done_callback(self._forget)
        if not task.done():
            raise _Overdue
        if task.cancelled():
            raise RuntimeError("cancelled itself")
        return task.result()

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._left.discard(task)
        if not task.cancelled():
            task.exception()  # Nobody waits for it any more; asyncio would complain that nobody looked.

    def _remembered(self, call: Call, stored: str) -> Result:
        try:
            return decode_result(stored)
        except NotAResult:
            return self._failed(call, Failure.UNCERTAIN, f"{call.action} was run, but what came of it cannot be read")

    def _failed(self, call: Call, failure: Failure, error: str) -> Result:
        log.log(
            logging.INFO if failure is Failure.REJECTED else logging.WARNING,
            "%s: %s",
            failure.value,
            error,
            extra={"action": "action_failed", "conversation": call.conversation.id, "key": call.key},
        )
        return Result(failure=failure, error=error)


async def _contained(work: Coroutine[Any, Any, Result]) -> Result:
    """An action that wants to end the process ends itself."""
    try:
        return await work
    except SystemExit as error:
        raise RuntimeError("the action called sys.exit") from error


def _where(error: BaseException) -> str:
    """The last places that an exception went through: files, lines and functions, never values."""
    while isinstance(error.__cause__, SystemExit):
        error = error.__cause__
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    return " < ".join(f"{f.filename.rpartition('/')[2]}:{f.lineno} ({f.name})" for f in reversed(frames[-3:]))


def unique(hosted: Iterable[Hosted]) -> dict[str, Hosted]:
    """Actions by name.

    Raises:
        ActionError: two share a name.
    """
    found: dict[str, Hosted] = {}
    for each in hosted:
        known = found.setdefault(each.name, each)
        if known is not each:
            raise ActionError(
                f"two actions are called {each.name}: one of {known.origin}, one of {each.origin}",
                remedy="Rename one of them, or leave it out of actions.use.",
            )
    return found
