"""When SQLite's log is copied into its file: beside the commits, and not in the middle of one.

SQLite by itself does it in every commit that makes the log longer than 1,000 pages, with us every fortieth or so, and
in a large file that takes 20 to 60 ms: those were the slowest percent of all turns. A connection of its own copies
while the one that writes goes on. That one copies the rest, what has come meanwhile, in 1 to 3 ms, as the log begins
anew only where all of it is copied. Knows nothing of what is written.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.batcher import ThreadSession

WRITES, PAUSE = 40, 0.02
"""Writes after which the log is worth copying, and seconds without a write in which that is done."""

PAGES = 4_000
"""Pages of 4 KB in the log at which no pause is waited for, as far as the writes before tell how many they make. What
every turn writes into is copied once for all of them: with SQLite's usual 1,000, a turn among ten million messages
takes a quarter more CPU."""

MOST_PAGES = 16_000
"""Pages at which SQLite copies them in a commit all the same."""


class Checkpoints:
    """It is told of every write to the file at `path`. `aside` has the connection of its own, `writer` the one that
    writes."""

    def __init__(self, path: Path, writer: ThreadSession, aside: ThreadSession) -> None:
        self._path = path
        self._writer = writer
        self._aside = aside
        self._loop = asyncio.get_running_loop()
        self._writes = 0
        self._most_writes = 10 * WRITES
        self._last = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    def wrote(self) -> None:
        """Something was committed."""
        self._writes += 1
        self._last = self._loop.time()
        if self._stopped or self._writes < WRITES:
            return
        if self._writes >= self._most_writes:
            self._begin()
        elif self._timer is None:
            self._timer = self._loop.call_later(PAUSE, self._look)

    async def stop(self) -> None:
        """Begin none any more, and wait for the end of one that is under way. To stop twice changes nothing."""
        if self._stopped:
            return
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await self._task
        await self._aside.close()

    def _look(self) -> None:
        """Begin, unless there were writes since: a timer for each of them would cost more than it is worth."""
        wait = self._last + PAUSE - self._loop.time()
        if wait > 0:
            self._timer = self._loop.call_later(wait, self._look)
            return
        self._timer = None
        if self._writes >= WRITES:
            self._begin()

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._copy())

    async def _copy(self) -> None:
        """Where it fails, the next commit says why."""
        writes, self._writes = self._writes, 0
        with suppress(sqlite3.Error, SQLAlchemyError):
            if pages := await self._aside.aside(self._copy_aside):
                self._most_writes = max(WRITES, writes * PAGES // pages)
            await self._writer.aside(_checkpoint)

    def _copy_aside(self, connection: Connection) -> int:
        """Copy what there is, and then what has come meanwhile; returns the pages that there were at first."""
        pages = _checkpoint(connection)
        _write_out(self._path)
        _checkpoint(connection)
        _write_out(self._path)
        return pages


def _checkpoint(connection: Connection) -> int:
    """Copy the log into the file, as far as no reader needs it; returns how many pages it has."""
    _, pages, _ = connection.connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return max(0, int(pages))


def _write_out(path: Path) -> None:
    """Have the disk take what was copied, for which otherwise the one that writes would wait: SQLite does it with the
    last of the log only. By a descriptor that SQLite has open, since to close one of our own would end all locks on the
    file, as POSIX wants it. Where the system does not list them, it is left to SQLite."""
    with suppress(OSError):
        wanted = path.stat()
        for found in Path("/proc/self/fd").iterdir():
            with suppress(OSError):  # It was closed meanwhile.
                if os.path.samestat(os.fstat(int(found.name)), wanted):
                    os.fdatasync(int(found.name))
                    return
