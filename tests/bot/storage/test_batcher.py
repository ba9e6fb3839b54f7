"""Group commit: many jobs share a transaction, and none suffers from another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.storage.batcher import Batcher, Combinable, Job, ThreadSession
from bot.storage.sqlite import connect
from conversation.errors import StorageError

Hold = Callable[[], Callable[[], Awaitable[None]]]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = connect(tmp_path / "batches.db", "rwc", ("journal_mode = WAL",), "BEGIN IMMEDIATE")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE words (word TEXT UNIQUE)")
    return engine


@pytest.fixture
async def batcher(engine: Engine) -> AsyncIterator[Batcher]:
    batcher = Batcher(ThreadSession(engine, name="test"), name="test", most=64, capacity=32)
    yield batcher
    await batcher.close()


def write(word: str) -> Job[int]:
    return lambda connection: connection.exec_driver_sql("INSERT INTO words VALUES (?)", (word,)).rowcount


def words(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql("SELECT word FROM words ORDER BY rowid").scalars())


async def test_jobs_that_wait_together_share_a_commit(engine: Engine, batcher: Batcher) -> None:
    commits: list[Connection] = []
    event.listen(engine, "commit", commits.append)
    gate = threading.Event()
    first = asyncio.create_task(batcher.do(lambda connection: gate.wait(5)))
    await asyncio.sleep(0.01)
    rest = [asyncio.create_task(batcher.do(write(str(number)))) for number in range(30)]
    await asyncio.sleep(0.01)
    gate.set()
    await asyncio.gather(first, *rest)
    assert len(commits) == 2
    assert await batcher.do(words) == [str(number) for number in range(30)]


async def test_a_failing_job_does_not_poison_those_beside_it(batcher: Batcher) -> None:
    def half_done(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO words VALUES ('separuh')")
        raise LookupError("tidak jadi")

    results = await asyncio.gather(
        batcher.do(write("satu")),
        batcher.do(half_done),
        batcher.do(write("satu")),
        batcher.do(write("dua")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [int, LookupError, IntegrityError, int]
    assert await batcher.do(words) == ["satu", "dua"]


@pytest.fixture
def held(batcher: Batcher) -> Hold:
    """Holds up the batcher, so that what is asked of it waits together; returns what lets it go on."""

    def hold() -> Callable[[], Awaitable[None]]:
        gate = threading.Event()
        first = asyncio.create_task(batcher.do(lambda connection: gate.wait(5)))

        async def go_on() -> None:
            await asyncio.sleep(0.01)
            gate.set()
            await first

        return go_on

    return hold


def _insert(connection: Connection, word: str) -> str:
    connection.exec_driver_sql("INSERT INTO words VALUES (?)", (word,))
    return word


def _insert_all(connection: Connection, several: Sequence[str]) -> list[str]:
    if "sendiri" in several:
        connection.exec_driver_sql("INSERT INTO words VALUES ('separuh')")
        raise LookupError("one of them needs a look of its own")
    connection.exec_driver_sql("INSERT INTO words VALUES (?)", ("+".join(several),))
    return list(several)


async def test_jobs_of_a_kind_that_wait_together_are_done_together(batcher: Batcher, held: Hold) -> None:
    go_on = held()
    jobs: list[Awaitable[object]] = [batcher.do(Combinable(word, _insert, _insert_all)) for word in ("a", "b")]
    jobs += [batcher.do(write("lain")), batcher.do(Combinable("c", _insert, _insert_all))]
    done = asyncio.gather(*jobs)
    await go_on()
    assert await done == ["a", "b", 1, "c"]
    assert await batcher.do(words) == ["a+b", "lain", "c"]


async def test_two_that_go_on_and_on_come_to_share_their_commits(engine: Engine, batcher: Batcher, held: Hold) -> None:
    commits: list[Connection] = []
    event.listen(engine, "commit", commits.append)

    async def go_on_and_on(name: str) -> None:
        for number in range(10):
            await batcher.do(write(f"{name}{number}"))

    go_on = held()
    first = asyncio.create_task(go_on_and_on("a"))
    await go_on()
    await asyncio.gather(first, go_on_and_on("b"))
    assert len(commits) <= 1 + 10 + 2


async def test_jobs_that_cannot_be_done_together_are_done_alone(batcher: Batcher, held: Hold) -> None:
    go_on = held()
    jobs = (batcher.do(Combinable(word, _insert, _insert_all)) for word in ("a", "sendiri", "a", "b"))
    done = asyncio.gather(*jobs, return_exceptions=True)
    await go_on()
    first, alone, doubled, last = await done
    assert (first, alone, last) == ("a", "sendiri", "b")
    assert isinstance(doubled, IntegrityError)
    assert await batcher.do(words) == ["a", "sendiri", "b"]


async def test_nobody_hears_of_success_before_the_commit(engine: Engine, batcher: Batcher) -> None:
    def fail(connection: Connection) -> None:
        raise SQLAlchemyError("disk")

    event.listen(engine, "commit", fail)
    results = await asyncio.gather(*(batcher.do(write(str(n))) for n in range(5)), return_exceptions=True)
    assert [str(result) for result in results] == ["disk"] * 5
    event.remove(engine, "commit", fail)
    assert await batcher.do(words) == []
    assert await batcher.do(write("lagi")) == 1


async def test_a_job_that_loses_the_transaction_fails_everybody_in_it(batcher: Batcher) -> None:
    def lose(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")
        raise SQLAlchemyError("disk is full")

    gate = threading.Event()
    first = asyncio.create_task(batcher.do(lambda connection: gate.wait(5)))
    await asyncio.sleep(0.01)
    jobs = [write("satu"), lose, write("dua")]
    rest = [asyncio.create_task(batcher.do(job)) for job in jobs]
    await asyncio.sleep(0.01)
    gate.set()
    results = await asyncio.gather(first, *rest, return_exceptions=True)
    assert [str(result) for result in results] == ["True", "disk is full", "disk is full", "disk is full"]
    assert await batcher.do(words) == []


async def test_jobs_run_in_the_order_of_their_arrival_even_when_they_wait_for_room(batcher: Batcher) -> None:
    await asyncio.gather(*(batcher.do(write(str(number))) for number in range(500)))
    assert await batcher.do(words) == [str(number) for number in range(500)]


async def test_a_caller_who_went_away_does_not_disturb_the_others(batcher: Batcher) -> None:
    gate = threading.Event()
    first = asyncio.create_task(batcher.do(lambda connection: gate.wait(5)))
    await asyncio.sleep(0.01)
    gone = asyncio.create_task(batcher.do(write("pergi")))
    stays = asyncio.create_task(batcher.do(write("tinggal")))
    await asyncio.sleep(0.01)
    gone.cancel()
    first.cancel()
    gate.set()
    assert await stays == 1
    assert await batcher.do(words) == ["tinggal"]


async def test_closing_serves_everybody_who_came_before(batcher: Batcher) -> None:
    jobs = [asyncio.create_task(batcher.do(write(str(number)))) for number in range(200)]
    await asyncio.sleep(0)
    await batcher.close()
    assert await asyncio.gather(*jobs) == [1] * 200
    with pytest.raises(StorageError, match="closed"):
        await batcher.do(words)


async def test_several_sessions_serve_one_queue_side_by_side(tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=5)
    readers = [ThreadSession(connect(tmp_path / "side.db", "rwc"), name=str(number)) for number in range(2)]
    several = Batcher(*readers, name="test", most=1)
    assert sorted(await asyncio.gather(*(several.do(lambda connection: both.wait()) for _ in readers))) == [0, 1]
    await several.close()
