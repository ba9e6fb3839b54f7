"""The contracts of `Store`, `DeskStore` and `KnowledgeStore`, over every implementation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore
from bot.testing.memory_store import MemoryStore
from bot.testing.store_contract import DeskStoreContract, KnowledgeStoreContract, StoreContract


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
