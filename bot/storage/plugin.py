"""What makes a store openable by the scheme of `storage.url`, and the two that ship: SQLite, which is always there, and
PostgreSQL.

A package offers a `Storage` under the entry point group `tanggap.storage`; its name is the scheme. This module
imports no database library, so that naming one store does not load another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from bot.storage.urls import require_driver
from conversation.errors import StorageError
from conversation.ports import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty where there is nothing to do."""

    level: Literal["ok", "error"]
    message: str
    remedy: str = ""


class Storage(Protocol):
    """What a package offers in the group `tanggap.storage`: an instance, not a class."""

    async def open(self, url: str, *, note: Callable[[str], None] | None, alone: bool, create: bool) -> Store:
        """Open the store of a URL of this scheme. A relative path has been made absolute already.

        Args:
            url: the setting `storage.url`.
            note: told in a line when what is stored is about to be made or changed.
            alone: refuse where another process holds the store, and hold it, as a service does.
            create: make the store where there is none; without it that is an error, and nothing is made.

        Raises:
            StorageError: it cannot be used; the message names `storage.url` or the file.
        """
        ...

    async def check(self, url: str) -> Sequence[Finding]:
        """Look at the store for `tanggap doctor`, without changing it. Errors are findings."""
        ...


@runtime_checkable
class SharedStorage(Storage, Protocol):
    """A kind of store that several services may use at once. Where it is a `Storage` only, a store belongs to one."""

    async def open_shared(self, url: str, *, note: Callable[[str], None] | None) -> Store:
        """Open the store beside other services that do the same: a `SharedStore`.

        Raises:
            StorageError: see `open`.
        """
        ...


def nothing_there(what: object) -> StorageError:
    """What to raise where a store shall be read and there is none."""
    return StorageError(
        f"{what}: there is no database yet",
        remedy="`tanggap chat` and `tanggap run` make it. If it lies elsewhere, name its settings with --config.",
    )


class _Sqlite:
    async def open(self, url: str, *, note: Callable[[str], None] | None, alone: bool, create: bool) -> Store:
        from bot.storage.sqlite import SqliteStore, database_path

        path = database_path(url)
        if not create and not path.exists():
            raise nothing_there(path)
        return await SqliteStore.open(url, on_migration=note, alone=alone)

    async def check(self, url: str) -> Sequence[Finding]:
        from bot.storage.doctor import check

        return await asyncio.to_thread(check, url)


class _Postgres:
    async def open(self, url: str, *, note: Callable[[str], None] | None, alone: bool, create: bool) -> Store:
        require_driver()
        from bot.storage.postgres import PostgresStore

        return await PostgresStore.open(url, on_migration=note, alone=alone, create=create)

    async def open_shared(self, url: str, *, note: Callable[[str], None] | None) -> Store:
        require_driver()
        from bot.storage.worker_store import WorkerStore

        return await WorkerStore.open_shared(url, on_migration=note)

    async def check(self, url: str) -> Sequence[Finding]:
        require_driver()
        from bot.storage.postgres_doctor import check

        return await check(url)


SQLITE: Storage = _Sqlite()
POSTGRES: SharedStorage = _Postgres()
