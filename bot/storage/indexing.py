"""When SQLite's index of words takes in what was written: a moment later, and not in the transaction of a turn.

Knows nothing of what is written. Who searches has it done first, so that nobody finds less than there is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from conversation.errors import StorageError

LATER = 1.0
"""Seconds after a write until its words are taken in, with those of all the writes since."""

log = logging.getLogger(__name__)


class Indexing:
    """It is told of every write. `take_in` takes in some messages, and returns whether there may be more."""

    def __init__(self, take_in: Callable[[], Awaitable[bool]]) -> None:
        self._take_in = take_in
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    def wrote(self) -> None:
        """Something was committed."""
        if self._timer is None and not self._stopped:
            self._timer = self._loop.call_later(LATER, self._begin)

    async def catch_up(self) -> None:
        """Take in all there is."""
        while await self._take_in():
            pass

    async def stop(self) -> None:
        """Begin nothing any more, and wait for the end of what is under way. What is left waits for the next start."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await self._task

    def _begin(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._in_background())

    async def _in_background(self) -> None:
        try:
            while not self._stopped and await self._take_in():
                pass
        except StorageError as error:  # The next write says so to whoever waits for it.
            log.warning("words were not indexed: %s", error, extra={"action": "indexing_failed"})
