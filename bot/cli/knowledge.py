"""How `tanggap kb` reaches the library: it reads the store itself, whoever holds it, and writes to it alone.

On SQLite a running service holds the database. It is asked to write by the errands of `bot.knowledge.errands`, which
otherwise run here; so both ways do the same, and give the same answers.
"""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

from bot import plugins
from bot.cli.common import errors, progress_bar
from bot.errands import Tell, ask, errands_of
from bot.knowledge.draft import Draft
from bot.knowledge.errands import errands_of_library
from bot.knowledge.library import Library, LibraryStore
from bot.knowledge.loading import Loader
from bot.logs import needed_secret
from bot.mind import knowledge_path
from bot.settings import Settings
from bot.storage import open_store
from bot.storage.upkeep import is_held, sqlite_file
from conversation.errors import DataError, StorageError
from conversation.inert import inert
from conversation.knowledge_ports import ReleaseId, knowledge_of
from intents.content import Content, content_of, decode, encode, pieces_of
from intents.knowledge import KnowledgeBase

T = TypeVar("T")
Pieces = Mapping[str, object]

PATIENCE = 300.0
"""Seconds without a word of progress: where nothing was published yet, the files are evaluated first, in silence."""

LONGEST_NAME = 100


def look(settings: Settings, do: Callable[[Library], Awaitable[T]]) -> T:
    """Read from the library, whoever holds the database. Where there is none yet, none is made: an empty one
    takes its place."""
    database = sqlite_file(settings.storage_url())
    if database is None or database.exists():
        return asyncio.run(_with_library(settings, settings.storage_url(), do, alone=False))
    with TemporaryDirectory() as folder:
        return asyncio.run(_with_library(settings, f"sqlite:///{folder}/empty.sqlite3", do, alone=True, quiet=True))


def active_release(settings: Settings) -> ReleaseId | None:
    """The release that is served; None where it is the files, or where nobody can tell."""
    database = sqlite_file(settings.storage_url())
    if database is not None and not database.exists():
        return None

    async def read(library: Library) -> ReleaseId | None:
        active = await library.store.active()
        return active.release_id if active else None

    try:
        return look(settings, read)
    except StorageError:
        return None


def carry_out(settings: Settings, errand: str, values: Mapping[str, Any], title: str) -> Mapping[str, Any]:
    """Run one of the library's errands, or have the service run it that holds the database.

    Raises:
        TanggapError: it was refused.
    """
    database = sqlite_file(settings.storage_url())
    with progress_bar(title) as tell:
        if database is not None and is_served(settings):
            return ask(errands_of(database), errand, values, PATIENCE, tell)
        return asyncio.run(_here(settings, errand, values, tell, alone=database is not None))


def is_served(settings: Settings) -> bool:
    """Whether a service, or a chat, holds the SQLite database, and has to be asked."""
    database = sqlite_file(settings.storage_url())
    return database is not None and database.exists() and is_held(database)


async def _here(
    settings: Settings, errand: str, values: Mapping[str, Any], tell: Tell, *, alone: bool
) -> Mapping[str, Any]:
    return await _with_library(
        settings,
        settings.storage_url(),
        lambda library: errands_of_library(library)[errand](values, tell),
        alone=alone,
    )


async def _with_library(
    settings: Settings, url: str, do: Callable[[Library], Awaitable[T]], *, alone: bool, quiet: bool = False
) -> T:
    async with _opened(settings, url, alone=alone, quiet=quiet) as library:
        return await do(library)


@asynccontextmanager
async def _opened(settings: Settings, url: str, *, alone: bool, quiet: bool) -> AsyncIterator[Library]:
    store = await open_store(url, note=None if quiet else errors.print, alone=alone)
    try:
        if knowledge_of(store) is None:
            raise StorageError("this kind of storage keeps no releases", remedy="Set storage.url to another.")
        yield Library(
            cast(LibraryStore, store),
            Loader(settings),
            lambda: datetime.now(UTC),
            limits=settings.gate.limits(),
            check=partial(_check, settings),
        )
    finally:
        await store.close()


def _check(settings: Settings, knowledge: KnowledgeBase) -> None:
    """Refuse what the next start could not serve: the actions want a slot or form that is not there."""
    if settings.actions.use:
        from bot.actions import check_actions

        find = partial(plugins.load, plugins.ACTIONS)
        check_actions(settings.actions, knowledge, base=settings.base, secret=needed_secret, installed=find)


def acting(who: str) -> str:
    """The name of whoever acts, as releases keep it."""
    try:
        name = who or getpass.getuser()
    except (OSError, KeyError):
        name = "tanggap"
    return inert(" ".join(name.split()))[:LONGEST_NAME]


def configured(settings: Settings) -> Pieces:
    """The pieces of the configured files.

    Raises:
        DataError: they cannot be used.
    """
    return normal(Loader(settings).files())


def normal(content: Content) -> Pieces:
    """The pieces of a content, as a release would hold them."""
    return decode(encode(pieces_of(content)))


async def pieces_called(library: Library, name: str, draft: Draft) -> Pieces:
    """What `files`, `draft`, `active` or a number stands for.

    Raises:
        DataError: it stands for nothing.
    """
    if name == "files":
        return configured(library.loader.settings)
    if name == "draft":
        return draft.pieces
    if name == "active":
        return draft.base
    if name.isdecimal() and len(name) < 10:
        return decode(await library.store.release_content(ReleaseId(int(name))))
    raise DataError(f"{name!r:.60} is nothing that can be compared", remedy="Write files, draft, active or a number.")


def chosen(release: int | None, draft: bool) -> str:
    """The name of what `--release` and `--draft` choose."""
    if release and draft:
        raise DataError("--release and --draft exclude each other", remedy="Give one of the two.")
    return str(release) if release else "draft" if draft else "active"


def content_called(settings: Settings, name: str) -> Content:
    """The content of what `pieces_called` finds.

    Raises:
        DataError: it stands for nothing, or cannot be used.
    """

    async def read(library: Library) -> Pieces:
        return await pieces_called(library, name, await library.view())

    return content_of(look(settings, read))


def folder_of(settings: Settings) -> Path:
    """The configured folder, which may be written into.

    Raises:
        DataError: it is none.
    """
    path = knowledge_path(settings)
    if settings.bot.knowledge == "starter":
        raise DataError(
            "the knowledge base that ships cannot be written into",
            remedy='Run `tanggap kb export knowledge --as tanggap`, then set bot.knowledge to "knowledge".',
        )
    if path.is_file():
        raise DataError(f"{path} is a file", remedy="Put it into a folder, and set bot.knowledge to that.")
    return path
