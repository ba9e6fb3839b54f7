"""What is true of the SQLite store beyond the contract: its file, its start, and its faults."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.storage.sqlite import SqliteStore, connect
from bot.testing.store_contract.examples import (
    BUDI,
    NOON,
    answered,
    commit,
    contact,
    deliver,
    said,
    ticket,
    turn,
    update,
)
from conversation.errors import StorageError
from conversation.messages import MessageId
from conversation.ports import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tanggap.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(f"sqlite:///{path}")
    yield store
    await store.close()


def contents(path: Path) -> bytes:
    return path.read_bytes()


def fill(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def make_folder(path: Path) -> None:
    path.mkdir()


async def on_the_writer(store: SqliteStore, statement: str) -> object:
    """Run a statement on the connection that writes, where it is opened if need be."""
    return await store._writer.do(lambda connection: connection.exec_driver_sql(statement).scalar())


async def reopen(path: Path) -> SqliteStore:
    return await SqliteStore.open(f"sqlite:///{path}")


async def test_everything_survives_closing_and_opening(path: Path) -> None:
    store = await reopen(path)
    waiting, dealt_with = await store.accept([update("a"), update("b")])
    committed = await commit(
        store,
        entries=(said("halo 🙏", external_id="30"), answered("Hai, Kak.")),
        ticket=ticket(1),
        turn=turn("salam"),
        done=(dealt_with.id,),
    )
    await deliver(store, committed.outbox[0], "31")
    before = await store.history(BUDI.conversation_id)
    await store.close()

    store = await reopen(path)
    assert await store.pending_updates() == [waiting]
    assert (await store.load(BUDI)).conversation == committed.conversation
    assert await store.history(BUDI.conversation_id) == before
    assert await store.tickets() == [ticket(1)]
    assert await store.turns(BUDI.conversation_id) == [turn("salam")]
    assert await store.accept([update("a"), update("b")]) == []
    await store.close()


async def test_a_closed_store_leaves_one_whole_file(path: Path, store: SqliteStore) -> None:
    await commit(store, entries=(said("halo"),))
    await store.close()
    assert [file.name for file in path.parent.iterdir()] == ["tanggap.db"]


async def test_a_closed_store_says_so(store: SqliteStore) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StorageError, match="closed"):
        await store.load(BUDI)


async def test_closing_finishes_what_was_asked_before(path: Path, store: SqliteStore) -> None:
    changes = [asyncio.create_task(commit(store, customer=contact(n), entries=(said("hai"),))) for n in range(20)]
    accepted = [asyncio.create_task(store.accept([update(str(n))])) for n in range(20)]
    await asyncio.sleep(0)
    await store.close()
    assert [len(items) for items in await asyncio.gather(*accepted)] == [1] * 20
    await asyncio.gather(*changes, return_exceptions=True)
    store = await reopen(path)
    assert len(await store.pending_updates()) == 20
    await store.close()


async def test_commits_reach_the_disk_through_a_write_ahead_log(store: SqliteStore) -> None:
    assert await on_the_writer(store, "PRAGMA journal_mode") == "wal"
    assert await on_the_writer(store, "PRAGMA synchronous") == 2
    assert await on_the_writer(store, "PRAGMA foreign_keys") == 1


async def test_times_are_returned_in_utc(store: SqliteStore) -> None:
    await commit(store, entries=(said("halo"),))
    (message,) = (await store.load(BUDI)).recent
    assert message.at == NOON
    assert message.at.tzinfo is UTC


async def test_the_folder_of_the_database_is_made_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "baru" / "data base #?%20" / "tanggap.db"
    store = await SqliteStore.open(f"sqlite:///{quote(str(path))}")
    await store.close()
    assert contents(path)


async def test_making_the_tables_is_announced_once(path: Path) -> None:
    lines: list[str] = []
    for _ in range(2):
        store = await SqliteStore.open(f"sqlite:///{path}", on_migration=lines.append)
        await store.close()
    assert lines == [f"{path}: creating tables"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+asyncpg://localhost/tanggap", "postgresql\\+asyncpg"),
        ("tanggap.db", "not a URL"),
        ("sqlite://", "names no file"),
        ("sqlite:///tanggap.db?timeout=9", "timeout"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
async def test_a_url_that_cannot_be_used_is_refused_by_name(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words) as refusal:
        await SqliteStore.open(url)
    assert "sqlite:///tanggap.db" in refusal.value.remedy


@pytest.mark.parametrize("content", [b"catatan saya\n" * 400, b"\0" * 8192, os.urandom(8192)])
async def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    fill(path, content)
    with pytest.raises(StorageError, match="not a sound SQLite database") as refusal:
        await reopen(path)
    assert "Restore a backup" in refusal.value.remedy
    assert contents(path) == content


async def test_a_damaged_database_is_refused_and_left_alone(path: Path, store: SqliteStore) -> None:
    await store.close()
    sound = contents(path)
    content = sound[:100] + b"\xff" * 3996 + sound[4096:]
    fill(path, content)
    with pytest.raises(StorageError, match="not a sound SQLite database"):
        await reopen(path)
    assert contents(path) == content


async def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE resep (nama TEXT)")
    other.close()
    content = contents(path)
    with pytest.raises(StorageError, match="another program"):
        await reopen(path)
    assert contents(path) == content


async def test_a_newer_programs_database_is_refused_and_left_alone(path: Path, store: SqliteStore) -> None:
    await store.close()
    newer = sqlite3.connect(path)
    newer.execute("UPDATE alembic_version SET version_num = '0999'")
    newer.commit()
    newer.close()
    content = contents(path)
    with pytest.raises(StorageError, match="revision 0999") as refusal:
        await reopen(path)
    assert "newer version" in refusal.value.remedy
    assert contents(path) == content


async def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("bukan folder")
    with pytest.raises(StorageError, match="cannot be opened for writing") as refusal:
        await reopen(tmp_path / "berkas" / "tanggap.db")
    assert "folder" in refusal.value.remedy


async def test_a_folder_in_the_place_of_the_file_is_refused(path: Path) -> None:
    make_folder(path)
    with pytest.raises(StorageError, match="cannot be opened for writing"):
        await reopen(path)


async def test_a_full_disk_fails_the_commit_and_the_store_recovers(store: SqliteStore) -> None:
    await commit(store, entries=(said("sebelum"),))
    await on_the_writer(store, "PRAGMA max_page_count = 1")
    with pytest.raises(StorageError, match="disk is full") as refusal:
        await commit(store, entries=(said("panjang " * 10_000),))
    assert "Free some space" in refusal.value.remedy
    await commit(store, entries=(said("sesudah"),))
    rows = await store.history(BUDI.conversation_id)
    assert [row.message.text for row in rows] == ["sebelum", "sesudah"]


async def test_nobody_is_told_of_success_when_a_full_disk_undoes_a_shared_commit(store: SqliteStore) -> None:
    await on_the_writer(store, "PRAGMA max_page_count = 1")
    updates = [update(str(n), payload="x" if n != 10 else "x" * 500_000) for n in range(20)]
    results = await asyncio.gather(*(store.accept([each]) for each in updates), return_exceptions=True)
    told = {items[0].update.key for items in results if isinstance(items, list)}
    kept = {item.update.key for item in await store.pending_updates()}
    assert isinstance(results[10], StorageError)
    assert told == kept


async def test_a_database_locked_by_another_program_is_named(path: Path, store: SqliteStore) -> None:
    await on_the_writer(store, "PRAGMA busy_timeout = 50")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="another program is writing") as refusal:
        await store.accept([update("a")])
    assert "Stop the other program" in refusal.value.remedy
    other.execute("ROLLBACK")
    other.close()
    assert len(await store.accept([update("a")])) == 1


async def test_a_second_service_on_the_same_database_is_refused_until_the_first_has_gone(path: Path) -> None:
    first = await SqliteStore.open(f"sqlite:///{path}", alone=True)
    with pytest.raises(StorageError, match="another tanggap process"):
        await SqliteStore.open(f"sqlite:///{path}", alone=True)
    onlooker = await SqliteStore.open(f"sqlite:///{path}")
    assert (await onlooker.counts())["messages"] == 0
    await onlooker.close()
    await first.close()
    await (await SqliteStore.open(f"sqlite:///{path}", alone=True)).close()


async def test_readers_are_served_while_another_program_holds_the_write_lock(path: Path, store: SqliteStore) -> None:
    await commit(store, entries=(said("halo"),))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    snapshots = await asyncio.gather(*(store.load(BUDI) for _ in range(50)))
    assert {snapshot.recent[0].text for snapshot in snapshots} == {"halo"}
    assert len(await store.history(BUDI.conversation_id)) == 1
    other.execute("ROLLBACK")
    other.close()


async def test_what_is_committed_is_seen_by_the_next_reader(store: SqliteStore) -> None:
    for number in range(30):
        await commit(store, entries=(said(str(number)),))
        snapshot, rows = await asyncio.gather(store.load(BUDI), store.history(BUDI.conversation_id))
        assert snapshot.recent[-1].text == rows[-1].message.text == str(number)


async def test_a_message_cannot_belong_to_no_conversation(path: Path, store: SqliteStore) -> None:
    (item,) = (await commit(store, entries=(answered("halo"),))).outbox
    assert item.message_id == MessageId(1)
    other = sqlite3.connect(path)
    other.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError):
        other.execute("UPDATE messages SET conversation_id = 'telegram:0'")
    other.close()


_SERVICE = """
import asyncio, sys
from bot.storage.checkpoints import MOST_PAGES, PAUSE, WRITES
from bot.storage.sqlite import SqliteStore
from bot.testing.store_contract.examples import answered, commit, contact, said, update

async def customer(store, number):
    turn = 0
    while True:
        turn += 1
        (item,) = await store.accept([update(f"{number}:{turn}")])
        print("accepted", item.update.key, flush=True)
        made = await commit(store, customer=contact(number), entries=(said(str(turn)), answered("ya")), done=(item.id,))
        print("committed", item.update.key, flush=True)
        await store.start_deliveries(made.outbox)
        print("started", made.outbox[0].id, flush=True)

async def main():
    store = await SqliteStore.open(sys.argv[1])
    await asyncio.gather(*(customer(store, number) for number in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 40, 200])
async def test_what_was_acknowledged_before_a_kill_is_there_after_it(path: Path, lines: int) -> None:
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SERVICE, f"sqlite:///{path}", stdout=asyncio.subprocess.PIPE
    )
    assert service.stdout is not None
    told = [(await service.stdout.readline()).decode().split() for _ in range(lines)]
    service.kill()
    rest = (await service.stdout.read()).decode()
    told += [line.split() for line in rest[: rest.rfind("\n") + 1].splitlines()]
    await service.wait()

    store: Store = await reopen(path)
    waiting = {item.update.key for item in await store.pending_updates()}
    await store.interrupted_deliveries(["telegram", "web"])
    begun = {item.id for item in await store.pending_deliveries()}
    answered_turns: set[str] = set()
    for number in range(8):
        texts = [row.message.text for row in await store.history(contact(number).conversation_id)][::2]
        assert texts == [str(turn) for turn in range(1, len(texts) + 1)]
        answered_turns |= {f"{number}:{text}" for text in texts}
    heard = {word: {what for said, what in told if said == word} for word in ("accepted", "committed", "started")}
    assert heard["committed"] <= answered_turns
    assert heard["accepted"] <= waiting | answered_turns
    assert not waiting & answered_turns
    assert not heard["started"] & {str(id) for id in begun}
    assert (await store.counts())["outbox_unknown"] >= len(heard["started"])
    await store.close()


async def test_the_file_can_be_read_by_an_engine_that_may_not_write(path: Path, store: SqliteStore) -> None:
    await commit(store, entries=(said("halo"),))
    with connect(path, "ro").connect() as connection:
        assert connection.exec_driver_sql("SELECT text FROM messages").scalar() == "halo"


async def test_quarantine_and_completion_carry_the_stores_own_time(path: Path) -> None:
    store = await SqliteStore.open(f"sqlite:///{path}", now=lambda: NOON)
    poison, dull = await store.accept([update("a"), update("b")])
    await store.give_up_update(replace(poison, attempts=4), "ValueError: x", final=True)
    await store.finish_updates([dull.id])
    await store.close()
    rows = sqlite3.connect(path)
    stored = rows.execute("SELECT error, quarantined_at, done_at FROM inbox ORDER BY id").fetchall()
    rows.close()
    assert stored == [
        ("ValueError: x", "2026-03-14 05:00:00.123456", None),
        ("", None, "2026-03-14 05:00:00.123456"),
    ]


@pytest.mark.parametrize("value", [{"id": {}}, [[]], "\ud83d"])
async def test_a_value_that_is_none_of_a_stores_is_its_writers_mistake_and_no_failure_of_the_store(
    store: SqliteStore, value: str
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        await commit(store, customer=replace(BUDI, username=value))
    assert len(await store.accept([update("a")])) == 1
