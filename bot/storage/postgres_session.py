"""One connection to PostgreSQL, which runs jobs in transactions and finds out what became of those it lost.

A transaction of many jobs is first tried without savepoints, which cost two round trips each; only if one of its jobs
raises is it undone and done again with them.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.batcher import Combinable, Failed, Job, run_apart, run_combined
from bot.storage.postgres_engine import sqlstate, translated
from bot.storage.tables import commits
from conversation.errors import StorageError

TRIES = 3
"""How often a transaction is tried that was surely undone because the connection was lost."""

SECONDS_BETWEEN_QUESTIONS = 0.5

_SIGN = insert(commits)
_SIGN = _SIGN.on_conflict_do_update(index_elements=["writer"], set_={"number": _SIGN.excluded.number})
_STILL_THERE = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :process")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Attempt:
    """How far a transaction has come: what it returns, and whether the server was asked to commit it."""

    number: int
    results: list[Any] = field(default_factory=list)
    committing: bool = False


class PostgresSession:
    """See `Session`.

    Where the connection is lost while the server commits, nobody can tell from here whether it did. So each
    transaction signs with its number in the table `commits`, and the signature is looked for as soon as the server
    answers again and the lost connection has ended there. (The server's own number of the transaction would not do:
    one that a crash has undone may be given anew.) Until then callers wait; only `give_up` ends that, and then they
    are told that the outcome is unknown.

    Args:
        place: what the database is called in errors.
        reads: its jobs write nothing, so that what becomes of a transaction matters to nobody.
        prepare: done on every new connection before it is used, such as taking a lock that lives with it.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        place: str,
        reads: bool = False,
        prepare: Callable[[AsyncConnection], Awaitable[None]] | None = None,
    ) -> None:
        self._engine = engine
        self._place = place
        self._reads = reads
        self._prepare = prepare
        self._name = uuid.uuid4().hex
        self._number = 0
        self._connection: AsyncConnection | None = None
        self._process = 0
        self._giving_up = asyncio.Event()

    async def connect(self) -> AsyncConnection:
        """The connection, a new one if there is none.

        Raises:
            Exception: whatever the network, the driver, the server or `prepare` says.
        """
        if self._connection is None:
            connection = await self._engine.connect()
            try:
                if self._prepare is not None:
                    await self._prepare(connection)
                raw = await connection.get_raw_connection()
                self._process = _driver(raw).get_server_pid()
            except BaseException:
                await _let_go(connection)
                raise
            self._connection = connection
        return self._connection

    async def run(self, jobs: Sequence[Job[Any]]) -> list[Any]:
        """See `Session.run`."""
        for _ in range(TRIES):
            self._number += 1
            attempt, known = _Attempt(self._number), self._connection is not None
            try:
                connection = await self.connect()
                return await connection.run_sync(self._transact, jobs, attempt)
            except Exception as error:
                await self._disconnect()
                failure = error
            if attempt.committing and not _is_verdict(failure):
                done = self._reads or await self._outcome(attempt.number)
                if done:
                    return attempt.results
                if done is None:
                    unknown = StorageError(
                        f"{self._place}: the connection was lost during a commit, and nobody can tell its outcome"
                    )
                    return [Failed(unknown)] * len(jobs)
            elif not known:
                break
        return [Failed(translated(failure, self._place))] * len(jobs)

    async def close(self) -> None:
        """See `Session.close`."""
        if self._connection is not None and not self._reads:
            with suppress(Exception):
                await self._connection.execute(delete(commits).where(commits.c.writer == self._name))
                await self._connection.commit()
        await self._disconnect()

    def give_up(self) -> None:
        """Wait no longer for a server that is gone."""
        self._giving_up.set()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await _let_go(connection)

    async def _outcome(self, number: int) -> bool | None:
        """Whether a transaction was committed; None if nobody waits for the answer any more."""
        log.warning("the connection was lost during a commit; asking for its outcome", extra={"action": "commit_lost"})
        while not self._giving_up.is_set():
            with suppress(Exception):
                async with self._engine.connect() as connection:
                    if not await connection.scalar(_STILL_THERE, {"process": self._process}):
                        own = select(commits.c.number).where(commits.c.writer == self._name)
                        return bool(await connection.scalar(own) == number)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._giving_up.wait(), SECONDS_BETWEEN_QUESTIONS)
        return None

    def _transact(self, connection: Connection, jobs: Sequence[Job[Any]], attempt: _Attempt) -> list[Any]:
        try:
            return self._commit(connection, lambda: run_combined(connection, jobs), attempt)
        except Exception as error:
            if attempt.committing or isinstance(error, TimeoutError) or _is_lost(connection):
                raise
            if len(jobs) == 1 and not isinstance(jobs[0], Combinable):
                return [Failed(error)]
        return self._commit(connection, lambda: run_apart(connection, jobs), attempt)

    def _commit(self, connection: Connection, work: Callable[[], list[Any]], attempt: _Attempt) -> list[Any]:
        transaction = connection.begin()
        try:
            attempt.results = work()
            if not self._reads:
                connection.execute(_SIGN, {"writer": self._name, "number": attempt.number})
            attempt.committing = True
            transaction.commit()
        except TimeoutError:
            # A server that does not answer would not answer to a rollback either; the connection is closed.
            raise
        except BaseException:
            transaction.rollback()
            raise
        return attempt.results


async def _let_go(connection: AsyncConnection) -> None:
    """Close a connection, whatever state it is in; the server undoes what was not committed."""
    with suppress(Exception):
        await connection.invalidate()
        await connection.close()


def _driver(raw: Any) -> Any:
    return raw.driver_connection


def _is_lost(connection: Connection) -> bool:
    return connection.invalidated or _driver(connection.connection).is_closed()


def _is_verdict(error: Exception) -> bool:
    """Whether the server itself refused: an error that it named, and that is not its farewell."""
    state = sqlstate(error)
    return bool(state) and not state.startswith(("08", "57P"))
