"""The store on one SQLite file: one writer with group commit, readers beside it, and what may go wrong.

The standard library's driver runs in our own threads, one hop to a batch of use cases. (aiosqlite would hop to
its thread and back for every statement of every use case.) Only the writer's connection changes the file, and
so only it checkpoints: the WAL-reset bug of SQLite before 3.51.3 needs a second one.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout
from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.batcher import Batcher, Job, T, ThreadSession
from bot.storage.checkpoints import MOST_PAGES, Checkpoints
from bot.storage.indexing import Indexing
from bot.storage.revision import create, migrate, stored_revision
from bot.storage.search_index import take_in
from bot.storage.sql_store import SqlStore, utc_now
from bot.storage.tables import HEAD
from bot.storage.urls import DOCTOR, REMEDY, SQLITE, parsed, shown
from conversation.desk_ports import Hit, SearchQuery
from conversation.errors import StorageError

BUSY_TIMEOUT_SECONDS = 5.0
LOCK_TIMEOUT_SECONDS = 2.0
WRITER_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "journal_size_limit = 67108864",
    f"wal_autocheckpoint = {MOST_PAGES}",
    "cache_size = -32768",
)
"""The cache, in KiB, holds the upper levels of all indexes of some ten million messages; a small database fills none of
it."""

TAKEN_IN = 200
"""Messages that the index of words takes in at once: some 4 ms in which nothing else is committed."""

CHECKPOINT_PRAGMAS = ("synchronous = FULL",)
READER_PRAGMAS = ("query_only = ON", "cache_size = -16384")

_DAMAGED = (
    "this is not a sound SQLite database",
    "Nothing was changed. Restore a backup there, or point storage.url at another file.",
)
_UNWRITABLE = (
    "the database cannot be opened for writing",
    "Check that the folder of storage.url exists and that this user may write to it.",
)
_WHY = {
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_CANTOPEN": _UNWRITABLE,
    "SQLITE_READONLY": _UNWRITABLE,
    "SQLITE_PERM": _UNWRITABLE,
    "SQLITE_FULL": ("the disk is full", "Free some space on the disk of storage.url; nothing needs a restart."),
    "SQLITE_BUSY": (
        "another program is writing to the database",
        "Stop the other program: a second tanggap, a backup, an SQL shell.",
    ),
    "SQLITE_IOERR": ("the disk did not read or write", "Check the disk of storage.url and the system's log."),
}


def database_path(url: str) -> Path:
    """The file that a URL such as `sqlite:///tanggap.db` names.

    Raises:
        StorageError: it is no URL, or not of a database that this program can use.
    """
    file = parsed(url)
    if file.drivername not in SQLITE:
        raise StorageError(f"{shown(url)} is no SQLite database", remedy=REMEDY)
    if file.database in (None, "", ":memory:"):
        raise StorageError("storage.url names no file, and a database in memory would keep nothing", remedy=REMEDY)
    if file.query:
        raise StorageError(f"storage.url takes no parameters for SQLite: {', '.join(file.query)}", remedy=REMEDY)
    return Path(file.database or "")


def storage_error(error: Exception, path: Path) -> StorageError:
    """Our words, with a remedy, for what the driver or the file system said."""
    cause = error.orig if isinstance(error, SQLAlchemyError) and hasattr(error, "orig") else error
    name = getattr(cause, "sqlite_errorname", "SQLITE_CANTOPEN" if isinstance(error, OSError) else "")
    for known, (what, remedy) in _WHY.items():
        if name.startswith(known):
            return StorageError(f"{path}: {what} ({cause})", remedy=remedy)
    return StorageError(f"{path}: {cause}", remedy=DOCTOR)


def connect(path: Path, mode: str, pragmas: Sequence[str] = (), begin: str = "BEGIN") -> Engine:
    """An engine on the file. `mode` is SQLite's: `ro`, `rw`, or `rwc` to create it."""
    target = f"{path.absolute().as_uri()}?mode={mode}"

    def open_file() -> sqlite3.Connection:
        connection = sqlite3.connect(target, uri=True, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=open_file, poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _in_thread(engine: Engine, name: str) -> Batcher:
    return Batcher(ThreadSession(engine, name=name), name=name)


class SqliteStore(SqlStore):
    """`Store` on one SQLite file. Use `open`."""

    def __init__(self, path: Path, *, lock: FileLock | None = None, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__(now)
        self._path = path
        self._lock = lock
        reader = connect(path, "rw", READER_PRAGMAS)
        writer = connect(path, "rw", WRITER_PRAGMAS, "BEGIN IMMEDIATE")
        session = ThreadSession(writer, name="storage-writer")
        self._writer = Batcher(session, name="storage-writer")
        copier = ThreadSession(connect(path, "rw", CHECKPOINT_PRAGMAS), name="storage-checkpoints")
        self._checkpoints = Checkpoints(path, session, copier)
        self._turns = _in_thread(reader, "storage-turns")
        self._views = _in_thread(reader, "storage-views")
        self._indexing = Indexing(self._take_in)
        self._indexing.wrote()  # An earlier run may have ended before it took everything in.

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        on_migration: Callable[[str], None] | None = None,
        alone: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Open the database, creating it and its folder, and bringing its tables up to date, where needed.

        Args:
            url: `sqlite:///` and a path, absolute with a fourth slash.
            on_migration: told in a line of what is about to be done to the tables.
            alone: hold the file, by a lock beside it, against every other process that asks for this.

        Raises:
            StorageError: the URL is not understood, the file cannot be read or written, is no database, or was
                written by a newer program. The file is left as it was.
        """
        path = database_path(url)
        lock = await asyncio.to_thread(hold, path) if alone else None
        try:
            stored = await asyncio.to_thread(_inspect, path)
            if stored != HEAD:
                if on_migration is not None:
                    on_migration(f"{path}: " + (f"upgrading from revision {stored}" if stored else "creating tables"))
                await asyncio.to_thread(_migrate, path)
        except (StorageError, SQLAlchemyError, sqlite3.Error, OSError) as error:
            if lock is not None:
                lock.release()
            if isinstance(error, StorageError):
                raise StorageError(f"{path}: {error}", remedy=error.remedy) from error
            raise storage_error(error, path) from error
        return cls(path, lock=lock, now=now)

    async def _write(self, job: Job[T]) -> T:
        done = await self._do(self._writer, job)
        self._checkpoints.wrote()
        self._indexing.wrote()
        return done

    async def _take_in(self) -> bool:
        """A part of what the index of words has not taken in. No write in the sense of `_write`, or it never ended."""
        return await self._do(self._writer, lambda connection: take_in(connection, TAKEN_IN))

    async def _read(self, job: Job[T]) -> T:
        return await self._do(self._turns, job)

    async def _view(self, job: Job[T]) -> T:
        return await self._do(self._views, job)

    async def search(self, query: SearchQuery, limit: int = 50) -> list[Hit]:
        """See `DeskStore.search`."""
        await self._indexing.catch_up()
        return await super().search(query, limit)

    async def _do(self, batcher: Batcher, job: Job[T]) -> T:
        try:
            return await batcher.do(job)
        except (SQLAlchemyError, sqlite3.Error) as error:
            if _cannot_be_written(error):
                raise ValueError(str(error)) from error
            raise storage_error(error, self._path) from error

    async def close(self) -> None:
        """See `Store.close`. Does what waits first; the writer goes last and leaves a single, whole file."""
        await self._indexing.stop()
        await self._checkpoints.stop()
        for batcher in (self._turns, self._views, self._writer):
            await batcher.close()
        if self._lock is not None:
            self._lock.release()


def _cannot_be_written(error: Exception) -> bool:
    """Whether it is not the database that failed, but whoever gave it a value that is no value of SQLite's."""
    cause = error.orig if isinstance(error, SQLAlchemyError) and hasattr(error, "orig") else error
    return str(cause).startswith("Error binding parameter")


def hold(path: Path) -> FileLock:
    """Take the lock of a database. It ends with the process, however that ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(path.name + ".lock"), thread_local=False)
        lock.acquire(timeout=LOCK_TIMEOUT_SECONDS)
    except Timeout as error:
        raise StorageError(
            f"{path}: another tanggap process is using this database",
            remedy="Stop it first (run, chat and demo each need the database to themselves), or set storage.url.",
        ) from error
    except OSError as error:
        raise storage_error(error, path) from error
    return lock


def _inspect(path: Path) -> str | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        return None
    with connect(path, "rw").connect() as connection:
        return stored_revision(connection)


def _migrate(path: Path) -> None:
    with connect(path, "rwc", WRITER_PRAGMAS, "BEGIN IMMEDIATE").begin() as connection:
        if stored_revision(connection) is None:
            create(connection)
        else:
            migrate(connection)
