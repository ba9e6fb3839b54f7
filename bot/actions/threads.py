"""A bounded set of threads for code that blocks, and that may never come back.

A thread cannot be stopped from outside. One that outlives its caller keeps its seat until it ends, is counted and
named as stuck, and does not keep the process from ending. It knows nothing of actions.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)


class AllStuck(Exception):
    """Every thread is held by something that nobody waits for any more."""


@dataclass(eq=False, slots=True)
class _Job:
    name: str
    work: Callable[[], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


@dataclass(eq=False, slots=True)
class Threads:
    """Up to `most` daemon threads, started as they are needed. To be used from one event loop."""

    most: int = 16
    _jobs: queue.SimpleQueue[_Job | None] = field(default_factory=queue.SimpleQueue, init=False)
    _seats: asyncio.Semaphore = field(init=False)
    _taken: int = field(default=0, init=False)
    _started: int = field(default=0, init=False)
    _stuck: dict[_Job, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._seats = asyncio.Semaphore(self.most)

    @property
    def stuck(self) -> list[str]:
        """The names of what was given up and still holds its thread."""
        return sorted(self._stuck.values())

    async def run(self, name: str, function: Callable[..., T], *arguments: object) -> T:
        """Call `function` in a thread; waits for one to be free. What it raises is raised here.

        Raises:
            AllStuck: no thread is free, and none can be expected to be.
        """
        if len(self._stuck) >= self.most:
            raise AllStuck
        await self._seats.acquire()
        loop = asyncio.get_running_loop()
        job = _Job(name, lambda: function(*arguments), loop.create_future(), loop)
        self._taken += 1
        if self._started < self._taken:
            self._started += 1
            threading.Thread(target=self._serve, name=f"action-{self._started}", daemon=True).start()
        self._jobs.put(job)
        try:
            return await job.future  # type: ignore[no-any-return]  # The queue holds jobs of every type.
        except asyncio.CancelledError:
            if job.future.cancelled():
                self._stuck[job] = name
            raise

    def close(self) -> None:
        """Let the threads end as soon as they have nothing to do. Nobody waits for those that are stuck."""
        for _ in range(self._started):
            self._jobs.put(None)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            answer: Any = None
            error: BaseException | None = None
            try:
                answer = job.work()
            except BaseException as raised:  # Whatever it is, it is the caller's: SystemExit too.
                error = raised
            try:
                job.loop.call_soon_threadsafe(self._ended, job, answer, error)
            except RuntimeError:
                return  # The loop is closed: the service has stopped.

    def _ended(self, job: _Job, answer: object, error: BaseException | None) -> None:
        self._taken -= 1
        self._seats.release()
        if self._stuck.pop(job, None):
            log.warning("%s ended at last, after it was given up", job.name, extra={"action": "action_unstuck"})
        if job.future.done():
            return
        if error is None:
            job.future.set_result(answer)
        elif isinstance(error, StopIteration):  # A future cannot hold one.
            job.future.set_exception(RuntimeError("StopIteration"))
        else:
            job.future.set_exception(error)
