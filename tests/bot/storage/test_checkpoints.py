"""When SQLite's log is copied into its file: in pauses, and beside the writes where there are none."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage.checkpoints import MOST_PAGES, PAGES, PAUSE, WRITES
from bot.storage.sqlite import SqliteStore
from bot.testing.store_contract.examples import answered, commit, contact, said, update

PAGE = 4_096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tanggap.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(f"sqlite:///{path}")
    yield store
    await store.close()


async def on_the_writer(store: SqliteStore, statement: str) -> object:
    return await store._writer.do(lambda connection: connection.exec_driver_sql(statement).scalar())


async def test_the_log_is_copied_into_the_file_in_a_pause_between_writes(path: Path, store: SqliteStore) -> None:
    def in_file() -> int:
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
            found: int = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
            return found

    for number in range(WRITES - 1):
        await store.accept([update(str(number))])
    await asyncio.sleep(3 * PAUSE)
    assert in_file() == 0
    await store.accept([update("last")])
    for _ in range(250):
        if in_file():
            break
        await asyncio.sleep(PAUSE)
    assert in_file() == WRITES
    assert await on_the_writer(store, "PRAGMA wal_autocheckpoint") == MOST_PAGES


async def test_a_store_that_is_closed_while_the_log_is_worth_copying_leaves_one_file(
    path: Path, store: SqliteStore
) -> None:
    await asyncio.gather(*(store.accept([update(str(number))]) for number in range(WRITES)))
    await asyncio.sleep(PAUSE)
    await store.close()
    assert [file.name for file in path.parent.iterdir()] == ["tanggap.db"]


async def test_the_log_is_copied_and_begun_anew_while_writes_never_pause(path: Path, store: SqliteStore) -> None:
    await on_the_writer(store, "PRAGMA wal_autocheckpoint = 0")  # Whatever is copied, no commit has done it.
    written = 0

    async def customer(number: int) -> None:
        nonlocal written
        for turn in range(100):
            await commit(store, customer=contact(number), entries=(said("x" * 10 * PAGE), answered(f"ya {turn}")))
            written += 1

    await asyncio.gather(*(customer(number) for number in range(16)))
    assert written * 10 > 3 * PAGES
    log = path.with_name(path.name + "-wal").stat().st_size
    assert log < 3 * PAGES * PAGE


async def test_the_store_goes_on_where_the_log_cannot_be_copied(path: Path, store: SqliteStore) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchone()  # It needs the log as it is.
        for number in range(2 * WRITES):
            await store.accept([update(str(number))])
        await asyncio.sleep(3 * PAUSE)
        assert len(await store.accept([update("after")])) == 1
