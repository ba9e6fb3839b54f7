"""The contracts of `Store`, `DeskStore` and `KnowledgeStore`, over every implementation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore
from bot.storage.worker_store import WorkerStore
from bot.testing.memory_store import MemoryStore
from bot.testing.store_contract import DeskStoreContract, KnowledgeStoreContract, SharedStoreContract, StoreContract
from bot.testing.store_contract.examples import answered, commit, deliver, update
from conversation.effects import OutboxId, OutboxItem
from conversation.errors import LeaseLost
from conversation.messages import InboxId
from conversation.ports import Change, Committed, InboxItem, Store
from conversation.sharing_ports import Work

CHANNELS = ("telegram", "web", "terminal")


class TestMemoryStore(StoreContract, DeskStoreContract, KnowledgeStoreContract):
    """In memory."""

    @pytest.fixture
    async def store(self) -> AsyncIterator[MemoryStore]:
        store = MemoryStore()
        yield store
        await store.close()


class TestSqliteStore(StoreContract, DeskStoreContract, KnowledgeStoreContract):
    """On a file."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SqliteStore]:
        store = await SqliteStore.open(f"sqlite:///{tmp_path}/tanggap.db")
        yield store
        await store.close()


class TestPostgresStore(StoreContract, DeskStoreContract, KnowledgeStoreContract):
    """On a server."""

    @pytest.fixture
    async def store(self, postgres_url: str) -> AsyncIterator[PostgresStore]:
        store = await PostgresStore.open(postgres_url)
        yield store
        await store.close()


class Busy(WorkerStore):
    """A worker that takes all that waits before it deals with something, as `bot.workers` sees to in a service. What it
    was in the middle of when it crashed is found by who takes it next."""

    async def take_all(self, channels: Sequence[str] = CHANNELS) -> Work:
        return await self.take(await self.look(channels, 1_000), channels, most=1_000)

    async def commit(self, change: Change) -> Committed:
        await self.take_all()
        return await super().commit(change)

    async def finish_updates(self, ids: Sequence[InboxId]) -> None:
        await self.take_all()
        await super().finish_updates(ids)

    async def give_up_update(self, item: InboxItem, error: str, *, final: bool) -> None:
        await self.take_all()
        await super().give_up_update(item, error, final=final)

    async def start_deliveries(self, items: Sequence[OutboxItem]) -> set[OutboxId]:
        await self.take_all()
        return await super().start_deliveries(items)

    async def interrupted_deliveries(self, channels: Sequence[str]) -> list[OutboxItem]:
        await self.leave()
        return list((await self.take_all(channels)).unknown)


class TestWorkerStore(SharedStoreContract, DeskStoreContract, KnowledgeStoreContract):
    """On a server, beside other workers. What is done is this worker's no more, and it is told that instead of what a
    store says that nobody shares; nothing goes out at once, for its chat has to be leased (`bot.app.by_lease`)."""

    done_before = LeaseLost

    @pytest.fixture
    async def store(self, postgres_url: str) -> AsyncIterator[WorkerStore]:
        store = await Busy.open_shared(postgres_url)
        yield store
        await store.close()

    async def test_finishing_twice_changes_nothing(self, store: Store) -> None:
        (item,) = await store.accept([update("a")])
        await store.finish_updates([item.id])
        with pytest.raises(LeaseLost):
            await store.finish_updates([item.id])
        assert (await store.counts())["inbox_pending"] == 0

    async def test_a_sent_delivery_is_not_pending(self, store: Store) -> None:
        first, second = (await commit(store, entries=(answered("satu"), answered("dua")))).outbox
        await deliver(store, first, "31")
        assert await store.pending_deliveries() == [second]
        with pytest.raises(LeaseLost):
            await store.start_deliveries([first])
