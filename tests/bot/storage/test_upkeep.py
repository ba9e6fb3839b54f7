"""Upkeep of a store: a proof that it writes, figures of the queue, and quarantine."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage.postgres import PostgresStore
from bot.storage.sql_store import SqlStore
from bot.storage.sqlite import SqliteStore
from bot.storage.upkeep import QueueFigure, Upkeep, is_held, sqlite_file, upkeep_of
from bot.testing.memory_store import MemoryStore
from conversation.errors import StorageError
from conversation.messages import Contact, InboxId
from conversation.ports import Change, Update
from conversation.state import Conversation
from conversation.tickets import HandoffReason, Priority, Ticket, TicketId, TicketStatus

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tanggap.sqlite3'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    kind = SqliteStore if url.startswith("sqlite") else PostgresStore
    opened = await kind.open(url, now=lambda: NOW)
    yield opened
    await opened.close()


async def ticket(
    store: SqlStore, number: int, status: TicketStatus, department: str, queued: int, waiting: int | None = None
) -> None:
    """A ticket that was queued so many minutes ago, whose customer has waited for so many."""
    contact = Contact(channel="web", address=str(number))
    opened = Ticket(
        id=TicketId(number),
        conversation_id=contact.conversation_id,
        status=status,
        reason=HandoffReason.COMPLAINT,
        department=department,
        priority=Priority.NORMAL,
        queued_at=NOW - timedelta(minutes=queued),
        changed_at=NOW,
        waiting_since=None if waiting is None else NOW - timedelta(minutes=waiting),
    )
    await store.commit(Change(conversation=Conversation(contact=contact), ticket=opened))


async def test_the_queue_is_counted_by_department_and_status(store: SqlStore) -> None:
    await ticket(store, 1, TicketStatus.QUEUED, "retur", queued=30)
    await ticket(store, 2, TicketStatus.QUEUED, "retur", queued=20, waiting=10)
    await ticket(store, 3, TicketStatus.ASSIGNED, "retur", queued=90)
    await ticket(store, 4, TicketStatus.ASSIGNED, "umum", queued=90, waiting=5)
    await ticket(store, 5, TicketStatus.RESOLVED, "umum", queued=900)
    assert await Upkeep(store).queue() == [
        QueueFigure(status="assigned", department="retur", tickets=1, waiting_since=None),
        QueueFigure(status="queued", department="retur", tickets=2, waiting_since=NOW - timedelta(minutes=30)),
        QueueFigure(status="assigned", department="umum", tickets=1, waiting_since=NOW - timedelta(minutes=5)),
    ]


async def put_aside(store: SqlStore, key: str = "1") -> InboxId:
    update = Update(channel="web", key=key, lane="web:1", payload="\x1b[2J", received_at=NOW)
    (item,) = await store.accept([update])
    await store.give_up_update(item, "ValueError('broken')", final=True)
    return item.id


async def test_what_is_in_quarantine_is_shown_with_its_reason(store: SqlStore) -> None:
    first, second = await put_aside(store, "1"), await put_aside(store, "2")
    assert [found.item.id for found in await Upkeep(store).quarantined()] == [first, second]
    found = await Upkeep(store).quarantined_update(first)
    assert found is not None
    assert (found.error, found.at, found.item.update.payload) == ("ValueError('broken')", NOW, "\x1b[2J")


async def test_what_is_replayed_waits_again_and_has_all_its_tries(store: SqlStore) -> None:
    number = await put_aside(store)
    item = await Upkeep(store).replay(number)
    assert item is not None
    assert item.attempts == 0
    assert [each.id for each in await store.pending_updates()] == [number]
    assert await Upkeep(store).quarantined() == []
    assert await Upkeep(store).replay(number) is None


async def test_what_is_dropped_is_dealt_with_and_known_if_it_comes_again(store: SqlStore) -> None:
    number = await put_aside(store)
    assert await Upkeep(store).drop(number, NOW)
    assert not await Upkeep(store).drop(number, NOW)
    assert await store.pending_updates() == []
    assert await Upkeep(store).quarantined_update(number) is None
    again = Update(channel="web", key="1", lane="web:1", payload="", received_at=NOW)
    assert await store.accept([again]) == []


async def test_a_store_that_writes_proves_it_and_is_not_changed_by_it(store: SqlStore) -> None:
    before = await store.counts()
    await Upkeep(store).probe()
    assert await store.counts() == before


async def test_a_store_that_cannot_be_written_fails_the_probe(tmp_path: Path) -> None:
    path = tmp_path / "tanggap.sqlite3"
    store = await SqliteStore.open(f"sqlite:///{path}")
    await Upkeep(store).probe()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="another program is writing"):
            await Upkeep(store).probe()
    await Upkeep(store).probe()
    await store.close()


async def test_a_database_is_held_by_who_opened_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "tanggap.sqlite3"
    store = await SqliteStore.open(f"sqlite:///{path}", alone=True)
    assert is_held(path)
    await store.close()
    assert not is_held(path)


async def test_only_our_own_stores_are_kept_in_order() -> None:
    assert upkeep_of(MemoryStore()) is None
    assert sqlite_file("postgresql://db/tanggap") is None
    assert sqlite_file("sqlite:////srv/tanggap.sqlite3") == Path("/srv/tanggap.sqlite3")
