"""The contract of a kind of store, over every one that comes along."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.plugin import POSTGRES, SQLITE, Storage
from bot.testing.storage_contract import StorageContract
from tests.postgres import PostgresServer


class TestSqlite(StorageContract):
    """A file."""

    @pytest.fixture
    def storage(self) -> Storage:
        return SQLITE

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path}/tanggap.db"


class TestPostgres(StorageContract):
    """A database on a server."""

    @pytest.fixture
    def storage(self) -> Storage:
        return POSTGRES

    @pytest.fixture
    def url(self, postgres: PostgresServer) -> str:
        return postgres.url(postgres.new_database())

    async def test_a_healthy_store_is_examined_without_an_error(self, storage: Storage, url: str) -> None:
        """The server of the tests keeps nothing through a loss of power, and that is all there is to find."""
        errors = [finding.message for finding in await storage.check(url) if finding.level == "error"]
        assert errors
        assert all("loss of power" in message for message in errors)
