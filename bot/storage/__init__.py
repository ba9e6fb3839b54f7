"""Where everything is kept: opens and examines a store by its URL. Knows no channel and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from bot import plugins
from bot.storage.plugin import Finding, SharedStorage, Storage
from bot.storage.urls import shown
from conversation.errors import SettingError, StorageError
from conversation.ports import Store

USUAL = "sqlite:///data/tanggap.sqlite3"


async def open_store(
    url: str, *, note: Callable[[str], None] | None = None, alone: bool = False, create: bool = True
) -> Store:
    """Open the store of a URL such as `sqlite:///tanggap.db`; its scheme names the kind of store.

    Args:
        url: what kind of database, and where.
        note: told in a line when tables are about to be made or changed.
        alone: hold the database against every other process that asks for this, as a service does.
        create: make the database where there is none.

    Raises:
        StorageError: there is no such kind, or the database cannot be used, or another process holds it, or there is
            none and it shall not be made.
    """
    return await _storage(url).open(url, note=note, alone=alone, create=create)


async def open_shared(url: str, *, note: Callable[[str], None] | None = None) -> Store:
    """Open the store of a URL for a service: beside others where its kind can be shared, otherwise alone.

    Raises:
        StorageError: see `open_store`.
    """
    storage = _storage(url)
    if isinstance(storage, SharedStorage):
        return await storage.open_shared(url, note=note)
    return await open_store(url, note=note, alone=True)


async def check(url: str) -> Sequence[Finding]:
    """Look at the database of a URL without changing it. Reads the whole file: seconds for a large one."""
    try:
        return await _storage(url).check(url)
    except StorageError as error:
        return [Finding(level="error", message=str(error), remedy=error.remedy)]


def _storage(url: str) -> Storage:
    """The kind of store that a URL's scheme names. What stands behind a `+` is that kind's own business."""
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise StorageError(
            f"storage.url is not a URL: {shown(url)}", remedy=f"Set storage.url to something like {USUAL}"
        )
    try:
        return cast(Storage, plugins.load(plugins.STORAGE, scheme.partition("+")[0]))
    except SettingError as error:
        raise StorageError(str(error), remedy=f"{error.remedy} The usual one is {USUAL}") from error
