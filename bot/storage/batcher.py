"""Jobs wait in one place, and a session does all that wait there in one transaction.

While one transaction is being committed the next jobs gather, so that under load many share one commit, and a lone
job waits for nobody. Knows no tables and no particular database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from conversation.errors import StorageError

T = TypeVar("T")
Job = Callable[[Connection], T]


@dataclass(slots=True)
class Combinable(Generic[T]):
    """A job that costs less when it is done with others of its kind.

    `alone` does it for what is `given`. `together` does it for what several were given, and returns their results in
    order; where one of them needs a look of its own it may raise, whatever it has done by then, and each is done alone.
    """

    given: Any
    alone: Callable[[Connection, Any], T]
    together: Callable[[Connection, Sequence[Any]], Sequence[T]]

    def __call__(self, connection: Connection) -> T:
        """Do it alone."""
        return self.alone(connection, self.given)


@dataclass(frozen=True, slots=True)
class Failed:
    """What a job raised, where another's result stands."""

    error: Exception


class Session(Protocol):
    """One connection to a database, opened when it is needed, and opened anew after it was lost."""

    async def run(self, jobs: Sequence[Job[Any]]) -> list[Any]:
        """Run jobs in one transaction, each as if it were alone in it; returns their results in order, with `Failed`
        for what raised. Raises nothing itself."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


@dataclass(slots=True)
class _Waiting:
    job: Job[Any]
    future: asyncio.Future[Any]


class Batcher:
    """Hands jobs to sessions, many to a transaction. A job is a plain function of a connection.

    With one session, jobs run in the order of their arrival, but for those that are combined. No caller hears of
    success before the commit; if that fails, all of its callers get the database's error.

    Args:
        sessions: where jobs are run; each takes what waits when it is free.
        most: jobs to a transaction.
        capacity: jobs that may wait; who comes then waits for room.
    """

    def __init__(self, *sessions: Session, name: str, most: int = 256, capacity: int = 2_048) -> None:
        self._most = most
        self._waiting: asyncio.Queue[_Waiting | None] = asyncio.Queue(capacity)
        self._closed = False
        self._callers = 0
        self._left = asyncio.Event()
        self._tasks = [asyncio.create_task(self._serve(session), name=name) for session in sessions]

    async def do(self, job: Job[T]) -> T:
        """Run a job and return what it returned, once that is committed.

        Raises:
            StorageError: the batcher is closed.
            Exception: what the job raised, or the database.
        """
        if self._closed:
            raise StorageError("the store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._callers += 1
        try:
            if self._waiting.full():
                await self._waiting.put(_Waiting(job, future))
            else:
                self._waiting.put_nowait(_Waiting(job, future))
            return await future
        finally:
            self._callers -= 1
            self._left.set()

    async def close(self) -> None:
        """Serve everybody who came before, then let go of the sessions. Closing twice changes nothing."""
        if not self._closed:
            self._closed = True
            while self._callers:
                self._left.clear()
                await self._left.wait()
            for _ in self._tasks:
                await self._waiting.put(None)
        await asyncio.shield(asyncio.gather(*self._tasks))

    async def _serve(self, session: Session) -> None:
        closing = False
        while not closing:
            batch = [await self._waiting.get()]
            while len(batch) < self._most and not self._waiting.empty() and batch[-1] is not None:
                batch.append(self._waiting.get_nowait())
            closing = batch[-1] is None
            waiting = [each for each in batch if each is not None and not each.future.cancelled()]
            if not waiting:
                continue
            results = await session.run([each.job for each in waiting])
            for each, result in zip(waiting, results, strict=True):
                if each.future.cancelled():
                    continue
                if isinstance(result, Failed):
                    each.future.set_exception(result.error)
                else:
                    each.future.set_result(result)
            # Who waited for these goes on first, and what they ask for next goes with what came meanwhile. Otherwise
            # two halves take turns for ever, each of them waiting for two commits.
            await asyncio.sleep(0)
        await session.close()


class ThreadSession:
    """A session in a thread of its own, for a driver that blocks.

    Args:
        engine: where to connect. Its transactions begin as its `begin` event says.
    """

    def __init__(self, engine: Engine, *, name: str) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._connection: Connection | None = None

    async def run(self, jobs: Sequence[Job[Any]]) -> list[Any]:
        """See `Session.run`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._try, jobs)

    async def aside(self, job: Job[T]) -> T:
        """Do something to the connection between two batches, outside of any transaction. It raises what the job
        raises, or the database."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._aside, job)

    async def close(self) -> None:
        """See `Session.close`."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _try(self, jobs: Sequence[Job[Any]]) -> list[Any]:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            return _run_together(self._connection, jobs)
        except Exception as error:
            self._disconnect()
            return [Failed(error)] * len(jobs)

    def _aside(self, job: Job[T]) -> T:
        if self._connection is None:
            self._connection = self._engine.connect()
        return job(self._connection)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _run_together(connection: Connection, jobs: Sequence[Job[Any]]) -> list[Any]:
    """Run jobs in one transaction. Savepoints, which cost as much as some jobs, are made only once one has raised;
    then all is undone and begun anew with them."""
    with connection.begin() as transaction:
        try:
            return run_combined(connection, jobs)
        except Exception:  # It is raised again in its own savepoint, and told to whose job it is.
            transaction.rollback()
    with connection.begin():
        return run_apart(connection, jobs)


def run_combined(connection: Connection, jobs: Sequence[Job[Any]]) -> list[Any]:
    """Run jobs in the transaction that has begun, those of one kind together. One that cannot be combined is run after
    all that came before it, and before all that came later."""
    results: list[Any] = [None] * len(jobs)
    kinds: dict[Callable[..., Any], list[tuple[int, Any]]] = {}

    def run_gathered() -> None:
        for together, gathered in kinds.items():
            done = together(connection, [given for _, given in gathered])
            for (place, _), result in zip(gathered, done, strict=True):
                results[place] = result
        kinds.clear()

    for place, job in enumerate(jobs):
        if isinstance(job, Combinable):
            kinds.setdefault(job.together, []).append((place, job.given))
        else:
            run_gathered()
            results[place] = job(connection)
    run_gathered()
    return results


def run_apart(connection: Connection, jobs: Sequence[Job[Any]]) -> list[Any]:
    """Run jobs in the transaction that has begun, each in a savepoint of its own, so that what one raises undoes its
    own work and not that of others."""
    results: list[Any] = []
    for job in jobs:
        connection.exec_driver_sql("SAVEPOINT job")
        try:
            results.append(job(connection))
        except Exception as error:
            _undo(connection, error)
            results.append(Failed(error))
        connection.exec_driver_sql("RELEASE SAVEPOINT job")
    return results


def _undo(connection: Connection, error: Exception) -> None:
    """Undo one job. A database that has lost the savepoint has undone the whole transaction, a full disk being
    the usual reason; then `error` is the news for everybody, and going on would write outside a transaction."""
    try:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT job")
    except SQLAlchemyError:
        raise error from None
