"""Where everything is kept: opens and examines a store by its URL. Knows no channel and decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from conversation.ports import Store

if TYPE_CHECKING:
    from bot.storage.doctor import Finding


async def open_store(url: str, *, note: Callable[[str], None] | None = None, alone: bool = False) -> Store:
    """Open the store of a URL such as `sqlite:///tanggap.db`, creating it where there is none.

    Args:
        url: what kind of database, and where.
        note: told in a line when tables are about to be made or changed.
        alone: hold the database against every other process that asks for this, as a service does.

    Raises:
        StorageError: there is no such kind, or the database cannot be used, or another process holds it.
    """
    from bot.storage.sqlite import SqliteStore

    return await SqliteStore.open(url, on_migration=note, alone=alone)


async def check(url: str) -> list[Finding]:
    """Look at the database of a URL without changing it. Reads the whole file: seconds for a large one."""
    from bot.storage.doctor import check as look

    return await asyncio.to_thread(look, url)
