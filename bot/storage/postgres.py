"""The store on one PostgreSQL database: one writer with group commit, readers beside it, and what may go wrong.

SQLAlchemy's async engine on asyncpg runs the same plain functions as on SQLite. A single connection writes, so that
rows become visible in the order of their numbers, as those rely on who ask for "what comes after this one".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Self, TypeVar

from sqlalchemy import Connection, TextClause, delete, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.batcher import Batcher, Job, T
from bot.storage.plugin import nothing_there
from bot.storage.postgres_engine import engine_of, place_of, translated
from bot.storage.postgres_session import PostgresSession
from bot.storage.revision import create as create_tables
from bot.storage.revision import migrate, stored_revision
from bot.storage.sql_store import SqlStore, utc_now
from bot.storage.tables import HEAD, commits
from conversation.errors import StorageError

LOCK_TIMEOUT_SECONDS = 2.0
READERS = 2
"""Connections for what turns and deliveries read; humans and health checks have another."""

OLDEST_USABLE = 14
JOBS_TO_A_READ = 16
_LOCK = text("SELECT pg_try_advisory_lock(1952542567, hashtext(current_schema()))")
"""The first number is "tang" in ASCII; the second tells apart those who share a database in schemas of their own."""

_SHARE = text("SELECT pg_try_advisory_lock_shared(1952542567, hashtext(current_schema()))")
_UNLOCK = text("SELECT pg_advisory_unlock(1952542567, hashtext(current_schema()))")
_MIGRATION_LOCK = text("SELECT pg_advisory_xact_lock(1952542568, hashtext(current_schema()))")
_SERVER = text(
    "SELECT current_setting('server_version_num')::integer / 10000 AS version,"
    " current_setting('server_encoding') AS encoding"
)

R = TypeVar("R")


class PostgresStore(SqlStore):
    """`Store` on one PostgreSQL database. Use `open`."""

    def __init__(
        self, place: str, writer: PostgresSession, engine: AsyncEngine, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__(now)
        self._place = place
        self._session = writer
        self._writer = Batcher(writer, name="storage-writer")
        for_turns = [PostgresSession(engine, place=place, reads=True) for _ in range(READERS)]
        for_views = PostgresSession(engine, place=place, reads=True)
        self._turns = Batcher(*for_turns, name="storage-turns", most=JOBS_TO_A_READ)
        self._views = Batcher(for_views, name="storage-views", most=JOBS_TO_A_READ)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        on_migration: Callable[[str], None] | None = None,
        alone: bool = False,
        create: bool = True,
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Open the database, making its tables or bringing them up to date where needed.

        Args:
            url: `postgresql://user@host/database`.
            on_migration: told in a line of what is about to be done to the tables.
            alone: write only while holding a lock against every other process that asks for this. The lock lives
                with the connection that writes: who has lost the one has lost the other.

            create: make the tables in an empty database; without it an empty database is an error.

        Raises:
            StorageError: the URL is not understood, the server cannot be reached or refuses, or the tables were made
                by another program or a newer one. They are left as they were.
        """
        place = place_of(url)

        async def take(connection: AsyncConnection) -> None:
            await take_lock(connection, place)

        engine = engine_of(url)
        writer = PostgresSession(engine, place=place, prepare=take if alone else None)
        await cls.make_ready(writer, place, on_migration=on_migration, create=create, alone=alone)
        return cls(place, writer, engine_of(url, read_only=True), now=now)

    @staticmethod
    async def make_ready(
        writer: PostgresSession,
        place: str,
        *,
        on_migration: Callable[[str], None] | None,
        create: bool,
        alone: bool = False,
        beside: bool = False,
    ) -> None:
        """Connect, and see to it that the tables are there and are those of this program; closes the connection where
        that cannot be. Tables that live workers use are not changed `beside` them. Raises as `open` does."""
        try:
            connection = await writer.connect()
            await require_usable(connection, place)
            stored = await connection.run_sync(stored_revision)
            await connection.rollback()
            if stored is None and not create:
                raise nothing_there(place)
            if stored != HEAD:
                if on_migration is not None:
                    on_migration(f"{place}: " + (f"upgrading from revision {stored}" if stored else "creating tables"))
                if beside and stored is not None:
                    await _require_no_other(connection, place)
                await connection.run_sync(_migrate)
                if beside and stored is not None:
                    await connection.execute(_UNLOCK)
                    await connection.commit()
            if alone:
                # Of services that were killed.
                await connection.execute(delete(commits))
                await connection.commit()
        except Exception as error:
            await writer.close()
            if isinstance(error, StorageError):
                raise StorageError(_named(error, place), remedy=error.remedy) from error
            raise translated(error, place) from error

    async def _write(self, job: Job[T]) -> T:
        return await self._told(self._writer.do(job))

    async def _read(self, job: Job[T]) -> T:
        return await self._told(self._turns.do(job))

    async def _view(self, job: Job[T]) -> T:
        return await self._told(self._views.do(job))

    async def _told(self, answer: Awaitable[R]) -> R:
        try:
            return await answer
        except Exception as error:
            told = translated(error, self._place)
            if told is error:
                raise
            raise told from error

    async def close(self) -> None:
        """See `Store.close`. Does what waits first, and does not wait for a server that is gone."""
        self._session.give_up()
        for batcher in (self._turns, self._views, self._writer):
            await batcher.close()


async def take_lock(connection: AsyncConnection, place: str) -> None:
    """Take the lock of a service; it lives with the connection.

    Raises:
        StorageError: another process holds it.
    """
    await _locked(
        connection,
        _LOCK,
        StorageError(
            f"{place}: another tanggap process is using this database",
            remedy="Stop it first (run, chat and demo each need the database to themselves), or set storage.url.",
        ),
    )


async def take_share(connection: AsyncConnection, place: str) -> None:
    """Hold the database together with other workers, and against every process that wants it to itself.

    Raises:
        StorageError: such a process holds it.
    """
    await _locked(
        connection,
        _SHARE,
        StorageError(
            f"{place}: another tanggap process needs this database to itself",
            remedy="Stop it first: chat, demo and migrate-store do. Workers (`tanggap run`) stand each other.",
        ),
    )


async def _require_no_other(connection: AsyncConnection, place: str) -> None:
    await _locked(
        connection,
        _LOCK,
        StorageError(
            f"{place}: the tables have to be changed for this version, and workers of the one before still use them",
            remedy="Stop them all, start one of this version, and then the others.",
        ),
    )


async def _locked(connection: AsyncConnection, lock: TextClause, error: StorageError) -> None:
    patience = asyncio.get_running_loop().time() + LOCK_TIMEOUT_SECONDS
    while not await connection.scalar(lock):
        if asyncio.get_running_loop().time() > patience:
            raise error
        await asyncio.sleep(0.1)
    await connection.commit()


async def require_usable(connection: AsyncConnection, place: str) -> None:
    """Refuse a server or a database that cannot hold what this program writes.

    Raises:
        StorageError: the server is too old, or the database is not in UTF-8.
    """
    server = (await connection.execute(_SERVER)).one()
    if server.version < OLDEST_USABLE:
        raise StorageError(
            f"{place}: PostgreSQL {server.version} is too old", remedy=f"Use PostgreSQL {OLDEST_USABLE} or newer."
        )
    if server.encoding != "UTF8":
        raise StorageError(
            f"{place}: the database is in {server.encoding}, which has no room for what customers write",
            remedy="Make it anew: createdb --encoding=UTF8 --template=template0",
        )


def _named(error: StorageError, place: str) -> str:
    return str(error) if str(error).startswith(place) else f"{place}: {error}"


def _migrate(connection: Connection) -> None:
    with connection.begin():
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(_MIGRATION_LOCK)
        if stored_revision(connection) is None:
            create_tables(connection)
        else:
            migrate(connection)
