"""Words are taken into SQLite's index after the turn that wrote them, and nobody can tell but by its speed."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.storage import indexing
from bot.storage.indexing import Indexing
from bot.storage.search_index import take_in
from bot.storage.sqlite import TAKEN_IN, SqliteStore
from bot.storage.upkeep import Upkeep
from bot.testing.store_contract.examples import NOON, commit, contact, said
from conversation.desk_ports import SearchQuery
from conversation.errors import StorageError
from conversation.messages import Edit
from conversation.ports import Change


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    await opened.close()


async def found(store: SqliteStore, words: str) -> list[str]:
    return [hit.message.text for hit in await store.search(SearchQuery(words=words))]


def is_sound(path: Path) -> bool:
    """Whether the index has just what the messages say; SQLite raises where it has not."""
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO messages_words (messages_words, rank) VALUES ('integrity-check', 1)")
    return True


async def until_taken_in(path: Path, count: int) -> None:
    """Wait until the index has so many messages."""
    with sqlite3.connect(path) as database:
        async with asyncio.timeout(10):
            while database.execute("SELECT count(*) FROM messages_words_docsize").fetchone() < (count,):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def dropped(store: SqliteStore, text: str) -> None:
    """Delete a message, as retention does."""

    def drop(connection: Connection) -> None:
        wanted = "(SELECT id FROM messages WHERE text = ?)"
        connection.exec_driver_sql(f"DELETE FROM message_edits WHERE message_id IN {wanted}", (text,))
        connection.exec_driver_sql("DELETE FROM messages WHERE text = ?", (text,))

    await store._write(drop)


async def test_who_searches_finds_what_was_written_a_moment_ago(store: SqliteStore) -> None:
    await commit(store, entries=tuple(said(f"paket {number}") for number in range(2 * TAKEN_IN + 1)))
    assert await found(store, f"paket {2 * TAKEN_IN}") == [f"paket {2 * TAKEN_IN}"]


async def test_words_are_taken_in_though_nobody_searches(store: SqliteStore, tmp_path: Path) -> None:
    await commit(store, entries=(said("halo"), said("paket saya mana")))
    await until_taken_in(tmp_path / "a.db", 2)
    assert is_sound(tmp_path / "a.db")


async def test_who_takes_in_all_there_is_does_not_look_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "LATER", 3600.0)
    store = await SqliteStore.open(f"sqlite:///{tmp_path / 'a.db'}")
    await commit(store, entries=(said("satu"), said("dua"), said("tiga")))
    pieces = [await store._write(lambda connection: take_in(connection, 2)) for _ in range(2)]
    assert pieces == [True, False]
    await store.close()


async def test_what_was_left_is_taken_in_by_the_next_run(store: SqliteStore, tmp_path: Path) -> None:
    await commit(store, entries=(said("halo"),))
    await store.close()
    opened = await SqliteStore.open(f"sqlite:///{tmp_path / 'a.db'}")
    await until_taken_in(tmp_path / "a.db", 1)
    await opened.close()


@pytest.mark.parametrize("seed", range(4))
async def test_edits_and_erasures_before_and_after_leave_the_index_as_the_messages_are(
    store: SqliteStore, tmp_path: Path, seed: int
) -> None:
    chance, names = random.Random(seed), iter(range(10_000))
    there: dict[int, dict[str, str]] = {number: {} for number in range(3)}
    for _ in range(120):
        number = chance.randrange(3)
        customer, texts = contact(number), there[number]
        match chance.choice(["say", "say", "say", "edit", "drop", "forget", "search"]):
            case "say":
                name = str(next(names))
                texts[name] = f"pesan{name} awal"
                await commit(store, entries=(said(texts[name], external_id=name),), customer=customer)
            case "edit" if texts:
                name = chance.choice(list(texts))
                texts[name] = f"pesan{name} ubahan{chance.randrange(9)}"
                conversation = (await store.load(customer)).conversation
                await store.commit(
                    Change(conversation=conversation, edits=(Edit(external_id=name, text=texts[name], at=NOON),))
                )
            case "drop" if texts:
                await dropped(store, texts.pop(chance.choice(list(texts))))
            case "forget" if texts and chance.random() < 0.2:
                await Upkeep(store).forget(customer.conversation_id)
                texts.clear()
            case _:
                assert len(await found(store, "pesan")) == min(50, sum(map(len, there.values())))
    everything = sorted(text for texts in there.values() for text in texts.values())
    assert sorted(hit.message.text for hit in await store.search(SearchQuery(words="pesan"), limit=500)) == everything
    assert is_sound(tmp_path / "a.db")


async def test_a_failure_is_told_and_the_next_write_tries_again(caplog: pytest.LogCaptureFixture) -> None:
    tries: asyncio.Queue[int] = asyncio.Queue()

    async def take_in() -> bool:
        tries.put_nowait(1)
        if "the disk is full" not in caplog.text:
            raise StorageError("the disk is full")
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexing, "LATER", 0.001)
        later = Indexing(take_in)
        for _ in range(2):
            later.wrote()
            await asyncio.wait_for(tries.get(), 10)
        await later.stop()
        assert "the disk is full" in caplog.text
        later.wrote()
        await asyncio.sleep(0.02)
    assert tries.empty()
