"""Work that is asked for often and done seldom: soon when it was not done lately, and then not again for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(kw_only=True, eq=False)
class Paced:
    """Does `work` soon after every `ask`, but begins it at most once in `every` seconds, and never twice at a time.

    It waits for `after` seconds first, in which what is asked for together becomes one round, and what is more urgent
    goes ahead. What is asked for meanwhile is done by one more round. An error is given to `failed`.
    """

    work: Callable[[], Awaitable[None]]
    every: float
    failed: Callable[[Exception], None]
    after: float = 0.0
    _task: asyncio.Task[None] | None = None
    _again: bool = False

    def ask(self) -> None:
        """Have it done."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Do nothing any more."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while self._again:
            await asyncio.sleep(self.after)
            self._again = False
            try:
                await self.work()
            except Exception as error:
                self.failed(error)
            await asyncio.sleep(self.every - self.after)
