"""The knowledge base's tables: an old database gets them, copies and backups carry them, several processes share them,
and no question reads them whole."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection

from bot.storage import copying
from bot.storage.backup import back_up, restore
from bot.storage.batcher import Batcher
from bot.storage.copying import copy_store
from bot.storage.postgres import PostgresStore
from bot.storage.postgres_engine import engine_of
from bot.storage.revision import migrate
from bot.storage.sql_store import SqlStore
from bot.storage.sqlite import SqliteStore, connect
from bot.testing.store_contract.examples import BUDI, NOON, at, commit, said, turn
from bot.testing.store_contract.knowledge_releases import release, saved, served
from bot.testing.store_contract.knowledge_review import item
from conversation.effects import Entry
from conversation.errors import StaleDraft
from conversation.knowledge_ports import ReleaseId, ReviewId, ReviewSource, ReviewStatus, knowledge_of
from conversation.messages import Author, Message
from conversation.ports import Store
from tests.postgres import PostgresServer


async def opened(url: str) -> SqlStore:
    return await (SqliteStore if url.startswith("sqlite") else PostgresStore).open(url)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/tanggap.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


async def test_an_old_database_has_no_release_and_all_its_turns_to_look_at(url: str) -> None:
    def make(connection: Connection) -> None:
        migrate(connection, "0003")
        connection.exec_driver_sql(
            "INSERT INTO conversations (id, channel, address, name, username, language, owner, dialogue, reachable,"
            " version) VALUES ('telegram:5512345', 'telegram', '5512345', 'Budi', '', 'id', 'bot', '{}', true, 4)"
        )
        connection.exec_driver_sql(
            "INSERT INTO turns (conversation_id, at, kind, reason, record, duration_us) VALUES"
            " ('telegram:5512345', '2026-03-14 05:02:00', 'unknown', 'low', '{\"text\":\"resi?\"}', 850)"
        )

    if url.startswith("sqlite"):
        with connect(Path(url.removeprefix("sqlite:///")), "rwc", begin="BEGIN IMMEDIATE").begin() as connection:
            make(connection)
    else:
        async with engine_of(url).begin() as asynchronous:
            await asynchronous.run_sync(make)
    store = await opened(url)
    assert await store.active() is None
    assert await store.review_cursor() == 0
    (row,) = await store.turns_after(0)
    assert (row.text, row.intent, row.conversation_id) == ("resi?", "", BUDI.conversation_id)
    await store.close()


async def test_two_processes_never_publish_or_save_over_one_another(url: str) -> None:
    stores = [await opened(url), await opened(url)]
    first = await stores[0].add_release(release("Berkas"), "{}", {})
    for number in range(5):
        pieces = await asyncio.gather(*(saved(store, f"intent/{number}") for store in stores), return_exceptions=True)
        assert sum(isinstance(each, StaleDraft) for each in pieces) == 1
    attempts = (store.add_release(release("Promo", base=first), "{}", {}) for store in stores)
    releases = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(each, StaleDraft) for each in releases) == 1
    assert await served(stores[0]) == await served(stores[1]) == ReleaseId(first + 1)
    versions = [change.version for change in await stores[1].changes()]
    assert len(set(versions)) == 5
    for store in stores:
        await store.close()


async def fill(store: SqlStore) -> None:
    """Something in every table of the knowledge base, of which the highest numbers are gone from the draft."""
    first = await store.add_release(release("Berkas"), '{"rules":[]}', {})
    await store.add_release(replace(release("Promo", base=first), evaluation='{"accuracy":0.93}'), "{}", {})
    await store.activate(first, at=at(9), by="console:dewi", reason="salah harga")
    await saved(store, "intent/salam", None)
    await store.drop_change("intent/promo", expected=await saved(store, "intent/promo"))
    await commit(store, entries=(said("halo"),), turn=turn("salam"))
    await store.add_review([item("a"), item("b", source=ReviewSource.FLAGGED)])
    await store.collect_review([item("c", minutes=3)], after=0, cursor=1)
    await store.deal_review([ReviewId(1)], ReviewStatus.USED, by="sari", at=at(5), chosen="lacak")


async def seen(store: SqlStore) -> tuple[object, ...]:
    """All that the knowledge base can see."""
    releases = await store.releases()
    return (
        releases,
        [await store.release_content(each.id) for each in releases if each.id is not None],
        await store.activations(),
        await store.changes(),
        [await store.review_items(status) for status in ReviewStatus],
        await store.review_cursor(),
        await store.review_counts(),
        await store.turns_after(0),
    )


async def test_the_knowledge_base_moves_to_another_database_and_back(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", 2)
    urls = [f"sqlite:///{tmp_path}/a.db", postgres.url(postgres.new_database()), f"sqlite:///{tmp_path}/b.db"]
    store = await opened(urls[0])
    await fill(store)
    for number in range(10):  # More than are copied at a time.
        active = await store.active()
        assert active is not None
        await store.add_release(release(str(number), base=active.release_id), "{}", {})
    before = await seen(store)
    await store.close()
    for source, target in pairwise(urls):
        copied = {table.name: table.rows for table in await copy_store(source, target, lambda what, done: None)}
        assert {name: rows for name, rows in copied.items() if name.startswith("kb_")} == {
            "kb_activations": 13,
            "kb_changes": 1,
            "kb_cursor": 2,
            "kb_releases": 12,
            "kb_review": 3,
        }
        store = await opened(target)
        assert await seen(store) == before
        await store.close()
    store = await opened(urls[-1])
    (left,) = await store.changes()
    assert await saved(store, "intent/promo") > left.version + 1, "the version of the dropped one is not given again"
    active = await store.active()
    assert active is not None
    assert await store.add_release(release(base=active.release_id), "{}", {}) == 13
    await store.close()


async def test_the_knowledge_base_is_restored_from_a_backup(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tanggap.db"
    store = await opened(url)
    await fill(store)
    before = await seen(store)
    back_up(url, tmp_path / "backup.db")
    await store.activate(ReleaseId(2), at=at(10), by="sari", reason="")
    await saved(store, "intent/retur")
    await store.close()
    restore(tmp_path / "backup.db", url, force=True)
    store = await opened(url)
    assert await seen(store) == before
    await store.close()


async def test_no_question_of_the_knowledge_base_reads_a_table_or_sorts(tmp_path: Path) -> None:
    path = tmp_path / "tanggap.db"
    store = await SqliteStore.open(f"sqlite:///{path}")
    await fill(store)
    reply = Entry(message=Message(author=Author.AGENT, text="Kami cek dulu", at=at(9)))
    await commit(store, entries=(reply,))
    heard: set[str] = set()
    for batcher in (store._writer, store._turns, store._views):
        await listen(batcher, heard)
    await store.releases(before=ReleaseId(2))
    await store.release(ReleaseId(1))
    await store.release_content(ReleaseId(1))
    await store.add_release(release(base=await served(store)), "{}", {"intent/salam": 1})
    await store.activate(ReleaseId(1), at=NOON, by="a", reason="")
    await store.activations()
    await store.drop_change("intent/x", expected=await saved(store, "intent/x", "2", await saved(store, "intent/x")))
    await store.turns_after(0)
    assert await store.first_reply(BUDI.conversation_id, NOON)
    await store.review_cursor()
    await store.collect_review([item()], after=1, cursor=2)
    for status in ReviewStatus:
        await store.review_items(status)
        await store.review_items(status, since=NOON)
    await store.deal_review([ReviewId(2), ReviewId(3)], ReviewStatus.DISMISSED, by="a", at=NOON)
    await store.review_counts()
    await store.close()

    database = sqlite3.connect(path)
    questions = [sql for sql in heard if sql.startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))]
    plans = {sql: [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in questions}
    database.close()
    assert len(plans) > 25
    slow = {sql: plan for sql, plan in plans.items() if any(is_slow(step) for step in plan)}
    assert slow == {}
    (in_order,) = [plan for sql, plan in plans.items() if sql.startswith("SELECT turns.id")]
    assert in_order[0] == "SEARCH turns USING INTEGER PRIMARY KEY (rowid>?)"


async def listen(batcher: Batcher, heard: set[str]) -> None:
    def trace(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(heard.add)

    await batcher.do(trace)


def is_slow(step: str) -> bool:
    """Whether a step of a plan reads a whole table, or sorts. The latest of a table are read along its numbers, and the
    index of what is open may be read whole."""
    whole = step.startswith("SCAN ") and step not in ("SCAN kb_activations", "CONSTANT") and "review_open" not in step
    return whole or "USE TEMP B-TREE" in step


async def test_a_store_of_a_package_may_know_nothing_of_releases(url: str) -> None:
    class Elsewhere:
        """A store that keeps conversations only."""

    store = await opened(url)
    assert knowledge_of(store) is store
    assert knowledge_of(cast(Store, Elsewhere())) is None
    await store.close()
