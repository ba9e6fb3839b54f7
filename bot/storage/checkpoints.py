"""When SQLite's log is copied into its file: in a pause between writes, and not in the middle of a commit.

A checkpoint takes about 12 ms, in which nothing can be committed. SQLite does one by itself in every commit that makes
the log longer than 1,000 pages, with us every fortieth or so: those were the slowest percent of all claims. Knows
nothing of what is written.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress

from sqlalchemy import Connection

from bot.storage.batcher import ThreadSession

WRITES, PAUSE = 40, 0.02
"""Writes after which the log is worth copying, and seconds without a write in which that is done."""

MOST_PAGES = 4_000
"""Pages of 4 KB in the log after which SQLite waits for no pause."""


class Checkpoints:
    """Those of the one connection that writes. It is told of every write."""

    def __init__(self, session: ThreadSession) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._writes = 0
        self._last = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    def wrote(self) -> None:
        """Something was committed."""
        self._writes += 1
        self._last = self._loop.time()
        if self._writes >= WRITES and self._timer is None and not self._stopped:
            self._timer = self._loop.call_later(PAUSE, self._look)

    async def stop(self) -> None:
        """Begin none any more, and wait for the end of one that is under way."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await self._task

    def _look(self) -> None:
        """Begin, unless there were writes since: a timer for each of them would cost more than it is worth."""
        wait = self._last + PAUSE - self._loop.time()
        if wait > 0:
            self._timer = self._loop.call_later(wait, self._look)
            return
        self._timer, self._writes = None, 0
        self._task = asyncio.create_task(self._session.aside(_checkpoint))


def _checkpoint(connection: Connection) -> None:
    """Copy the log into the file, as far as no reader needs it. Where that fails, the next commit says why."""
    with suppress(sqlite3.Error):
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
