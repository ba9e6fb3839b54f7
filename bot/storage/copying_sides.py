"""The two ends of a copy: a database of either kind, held against services, in one transaction from end to end.

Knows no tables. What fails is told in our words.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.batcher import Job, T
from bot.storage.plugin import nothing_there
from bot.storage.sqlite import READER_PRAGMAS, WRITER_PRAGMAS, connect, database_path, hold, storage_error
from bot.storage.urls import is_postgres, require_driver
from conversation.errors import StorageError


class Side(Protocol):
    """One database in one transaction, which is undone unless it is committed. `place` is its name in errors."""

    place: str

    async def run(self, job: Job[T]) -> T:
        """Run a job in the transaction.

        Raises:
            StorageError: the database refused.
        """
        ...

    async def commit(self) -> None:
        """Keep what was written."""
        ...


def place_named(url: str) -> str:
    """What a URL names, the same for two URLs of the same database.

    Raises:
        StorageError: it names nothing that this program can use.
    """
    if is_postgres(url):
        require_driver()
        from bot.storage.postgres_engine import place_of

        return place_of(url)
    return str(database_path(url).resolve())


@asynccontextmanager
async def open_side(url: str, *, writes: bool) -> AsyncIterator[Side]:
    """Open a database and hold it. One that is written to is made where there is none.

    Raises:
        StorageError: it cannot be used, a service holds it, or it is to be read and is not there.
    """
    opened = _database(url, writes) if is_postgres(url) else _file(url, writes)
    async with opened as side:
        yield side


class _File:
    """A SQLite file, in a thread of its own."""

    def __init__(self, path: Path, writes: bool) -> None:
        self.place = str(path)
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1)
        mode, pragmas, begin = ("rwc", WRITER_PRAGMAS, "BEGIN IMMEDIATE") if writes else ("rw", READER_PRAGMAS, "BEGIN")
        self._engine = connect(path, mode, pragmas, begin)
        self._connection: Connection | None = None

    async def run(self, job: Job[T]) -> T:
        def work() -> T:
            if self._connection is None:
                self._connection = self._engine.connect()
            return job(self._connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise storage_error(error, self._path) from error

    async def commit(self) -> None:
        await self.run(lambda connection: connection.commit())

    async def close(self) -> None:
        def work() -> None:
            if self._connection is not None:
                self._connection.close()

        await asyncio.get_running_loop().run_in_executor(self._thread, work)
        self._thread.shutdown()


@asynccontextmanager
async def _file(url: str, writes: bool) -> AsyncIterator[Side]:
    path = database_path(url)
    was_there = path.exists()
    if not writes and not was_there:
        raise nothing_there(path)
    lock = await asyncio.to_thread(hold, path)
    side = _File(path, writes)
    try:
        yield side
    except BaseException:
        await side.close()
        if not was_there:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        raise
    else:
        await side.close()
    finally:
        lock.release()


class _Database:
    """A PostgreSQL database."""

    def __init__(self, connection: AsyncConnection, place: str) -> None:
        self.place = place
        self._connection = connection

    async def run(self, job: Job[T]) -> T:
        from bot.storage.postgres_engine import translated

        try:
            return await self._connection.run_sync(job)
        except Exception as error:
            told = translated(error, self.place)
            if told is error:
                raise
            raise told from error

    async def commit(self) -> None:
        await self.run(lambda connection: connection.commit())


@asynccontextmanager
async def _database(url: str, writes: bool) -> AsyncIterator[Side]:
    from bot.storage.postgres import require_usable, take_lock
    from bot.storage.postgres_engine import engine_of, place_of, translated

    place = place_of(url)
    try:
        connection = await engine_of(url, read_only=not writes).connect()
    except Exception as error:
        raise translated(error, place) from error
    async with aclosing(connection):
        try:
            await take_lock(connection, place)
            await require_usable(connection, place)
            await connection.execute(text("SET LOCAL statement_timeout = 0"))
            await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        except StorageError:
            raise
        except Exception as error:
            raise translated(error, place) from error
        yield _Database(connection, place)
