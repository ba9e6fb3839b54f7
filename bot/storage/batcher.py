"""One thread with one connection, which does all that waits for it in one transaction.

While one transaction is being committed the next jobs gather, so that under load many share one fsync and one
hop between threads, and a lone job waits for nobody. Knows no tables and no particular database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from conversation.errors import StorageError

T = TypeVar("T")
Job = Callable[[Connection], T]


@dataclass(slots=True)
class _Waiting:
    job: Job[Any]
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


class Batcher:
    """Runs jobs, many to a transaction. A job is a plain function of a connection.

    Jobs run in the order of their arrival. Each has a savepoint of its own: what it raises undoes its work, not
    that of others, and is raised to its caller. No caller hears of success before the commit; if that fails, all
    of its callers get the database's error.

    Args:
        engine: where to connect. Its transactions begin as its `begin` event says.
        most: jobs to a transaction.
        capacity: jobs that may wait; who comes then waits for room.
    """

    def __init__(self, engine: Engine, *, name: str, most: int = 256, capacity: int = 2_048) -> None:
        self._engine = engine
        self._most = most
        self._waiting: asyncio.Queue[_Waiting | None] = asyncio.Queue(capacity)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._connection: Connection | None = None
        self._closed = False
        self._task = asyncio.create_task(self._run(), name=name)

    async def do(self, job: Job[T]) -> T:
        """Run a job and return what it returned, once that is committed.

        Raises:
            StorageError: the batcher is closed.
            SQLAlchemyError: the database refused.
        """
        if self._closed:
            raise StorageError("the store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        await self._waiting.put(_Waiting(job, future))
        return await future

    async def close(self) -> None:
        """Finish what waits, then let go of the connection and the thread. Closing twice changes nothing."""
        if not self._closed:
            self._closed = True
            await self._waiting.put(None)
        await asyncio.shield(self._task)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        closing = False
        while not (closing and self._waiting.empty()):
            batch = [await self._waiting.get()]
            while len(batch) < self._most and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            closing = closing or None in batch
            waiting = [each for each in batch if each is not None and not each.future.cancelled()]
            if not waiting:
                continue
            jobs = [each.job for each in waiting]
            for each, result in zip(waiting, await loop.run_in_executor(self._thread, self._try, jobs), strict=True):
                if each.future.cancelled():
                    continue
                if isinstance(result, _Failed):
                    each.future.set_exception(result.error)
                else:
                    each.future.set_result(result)
        await loop.run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _try(self, jobs: list[Job[Any]]) -> list[Any]:
        try:
            return self._transact(jobs)
        except Exception as error:
            self._disconnect()
            return [_Failed(error)] * len(jobs)

    def _transact(self, jobs: list[Job[Any]]) -> list[Any]:
        if self._connection is None:
            self._connection = self._engine.connect()
        connection = self._connection
        results: list[Any] = []
        with connection.begin():
            for job in jobs:
                connection.exec_driver_sql("SAVEPOINT job")
                try:
                    results.append(job(connection))
                except Exception as error:
                    _undo(connection, error)
                    results.append(_Failed(error))
                connection.exec_driver_sql("RELEASE SAVEPOINT job")
        return results

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _undo(connection: Connection, error: Exception) -> None:
    """Undo one job. A database that has lost the savepoint has undone the whole transaction, a full disk being
    the usual reason; then `error` is the news for everybody, and going on would write outside a transaction."""
    try:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT job")
    except SQLAlchemyError:
        raise error from None
