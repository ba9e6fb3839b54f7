"""The store on one SQLite file: one writer with group commit, readers beside it, and what may go wrong.

The standard library's driver runs in our own threads, one hop to a batch of use cases. (aiosqlite would hop to
its thread and back for every statement of every use case.) Only the writer's connection changes the file, and
so only it checkpoints: the WAL-reset bug of SQLite before 3.51.3 needs a second one.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout
from sqlalchemy import Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.storage import reading, writing
from bot.storage.batcher import Batcher, Job, T
from bot.storage.revision import create, migrate, stored_revision
from bot.storage.rules import refuse_naive_change, refuse_naive_outcomes, refuse_naive_updates
from bot.storage.tables import HEAD
from conversation.effects import Address, OutboxId, OutboxItem
from conversation.errors import StorageError
from conversation.messages import Contact, ConversationId, InboxId, Message, MessageId
from conversation.ports import Change, Committed, HistoryRow, InboxItem, Outcome, TurnRecord, Update
from conversation.state import Episode, Snapshot
from conversation.tickets import AgentId, Ticket, TicketId, TicketStatus, Topic

BUSY_TIMEOUT_SECONDS = 5.0
LOCK_TIMEOUT_SECONDS = 2.0
_WRITER_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "journal_size_limit = 67108864",
)
_READER_PRAGMAS = ("query_only = ON",)

_SCHEMES = ("sqlite", "sqlite+aiosqlite", "sqlite+pysqlite")
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
    remedy = "Set storage.url to something like sqlite:///tanggap.db"
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError(f"storage.url is not a URL: {url}", remedy=remedy) from error
    if parsed.drivername not in _SCHEMES:
        raise StorageError(f"storage.url has the unknown scheme {parsed.drivername}", remedy=remedy)
    if parsed.database in (None, "", ":memory:"):
        raise StorageError("storage.url names no file, and a database in memory would keep nothing", remedy=remedy)
    if parsed.query:
        raise StorageError(f"storage.url takes no parameters: {', '.join(parsed.query)}", remedy=remedy)
    return Path(parsed.database or "")


def storage_error(error: Exception, path: Path) -> StorageError:
    """Our words, with a remedy, for what the driver or the file system said."""
    cause = error.orig if isinstance(error, SQLAlchemyError) and hasattr(error, "orig") else error
    name = getattr(cause, "sqlite_errorname", "SQLITE_CANTOPEN" if isinstance(error, OSError) else "")
    for known, (what, remedy) in _WHY.items():
        if name.startswith(known):
            return StorageError(f"{path}: {what} ({cause})", remedy=remedy)
    return StorageError(f"{path}: {cause}")


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


def _now() -> datetime:
    return datetime.now(UTC)


class SqliteStore:
    """`Store` on one SQLite file. Use `open`; times of its own (when done, when in quarantine) come from `now`."""

    def __init__(self, path: Path, *, lock: FileLock | None = None, now: Callable[[], datetime] = _now) -> None:
        self._path = path
        self._lock = lock
        self._now = now
        reader = connect(path, "rw", _READER_PRAGMAS)
        self._writer = Batcher(connect(path, "rw", _WRITER_PRAGMAS, "BEGIN IMMEDIATE"), name="storage-writer")
        self._turns = Batcher(reader, name="storage-turns")
        self._views = Batcher(reader, name="storage-views")

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        on_migration: Callable[[str], None] | None = None,
        alone: bool = False,
        now: Callable[[], datetime] = _now,
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
        lock = await asyncio.to_thread(_hold, path) if alone else None
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
        return await self._do(self._writer, job)

    async def _read(self, job: Job[T]) -> T:
        return await self._do(self._turns, job)

    async def _view(self, job: Job[T]) -> T:
        return await self._do(self._views, job)

    async def _do(self, batcher: Batcher, job: Job[T]) -> T:
        try:
            return await batcher.do(job)
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise storage_error(error, self._path) from error

    async def accept(self, updates: Sequence[Update]) -> list[InboxItem]:
        """See `Store.accept`."""
        refuse_naive_updates(tuple(updates))
        return await self._write(lambda connection: writing.accept(connection, updates))

    async def pending_updates(self, after: InboxId | None = None, limit: int = 1_000) -> list[InboxItem]:
        """See `Store.pending_updates`."""
        return await self._view(lambda connection: reading.pending_updates(connection, after, limit))

    async def give_up_update(self, item: InboxItem, error: str, *, final: bool) -> None:
        """See `Store.give_up_update`."""
        at = self._now() if final else None
        await self._write(lambda connection: writing.give_up_update(connection, item, error, at))

    async def finish_updates(self, ids: Sequence[InboxId]) -> None:
        """See `Store.finish_updates`."""
        now = self._now()
        await self._write(lambda connection: writing.finish_updates(connection, ids, now))

    async def load(self, contact: Contact, recent: int = 10) -> Snapshot:
        """See `Store.load`."""
        return await self._read(lambda connection: reading.load(connection, contact, recent))

    async def load_by_id(self, conversation_id: ConversationId, recent: int = 10) -> Snapshot | None:
        """See `Store.load_by_id`."""
        return await self._read(lambda connection: reading.load_by_id(connection, conversation_id, recent))

    async def commit(self, change: Change) -> Committed:
        """See `Store.commit`."""
        refuse_naive_change(change)
        now = self._now()
        return await self._write(lambda connection: writing.commit(connection, change, now))

    async def interrupted_deliveries(self, channels: Sequence[str]) -> list[OutboxItem]:
        """See `Store.interrupted_deliveries`."""
        return await self._write(lambda connection: writing.interrupted_deliveries(connection, channels))

    async def pending_deliveries(self, after: OutboxId | None = None, limit: int = 1_000) -> list[OutboxItem]:
        """See `Store.pending_deliveries`."""
        return await self._view(lambda connection: reading.pending_deliveries(connection, after, limit))

    async def start_deliveries(self, items: Sequence[OutboxItem]) -> set[OutboxId]:
        """See `Store.start_deliveries`."""
        return await self._write(lambda connection: writing.start_deliveries(connection, items))

    async def finish_deliveries(self, outcomes: Sequence[Outcome]) -> None:
        """See `Store.finish_deliveries`."""
        refuse_naive_outcomes(tuple(outcomes))
        await self._write(lambda connection: writing.finish_deliveries(connection, outcomes))

    async def external_id(self, address: Address, *, message_id: MessageId | None = None, label: str = "") -> str:
        """See `Store.external_id`."""
        return await self._read(lambda connection: reading.external_id(connection, address, message_id, label))

    async def message_at(self, address: Address, external_id: str) -> Message | None:
        """See `Store.message_at`."""
        return await self._read(lambda connection: reading.message_at(connection, address, external_id))

    async def set_topic(self, ticket_id: TicketId, topic: Topic | None) -> None:
        """See `Store.set_topic`."""
        await self._write(lambda connection: writing.set_topic(connection, ticket_id, topic))

    async def move_chat(self, channel: str, old: str, new: str) -> None:
        """See `Store.move_chat`."""
        await self._write(lambda connection: writing.move_chat(connection, channel, old, new))

    async def moved_chats(self, channel: str) -> Mapping[str, str]:
        """See `Store.moved_chats`."""
        return await self._read(lambda connection: reading.moved_chats(connection, channel))

    async def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """See `Store.ticket`."""
        return await self._read(lambda connection: reading.ticket(connection, ticket_id))

    async def ticket_in_topic(self, topic: Topic) -> Ticket | None:
        """See `Store.ticket_in_topic`."""
        return await self._read(lambda connection: reading.ticket_in_topic(connection, topic))

    async def tickets(
        self, statuses: Sequence[TicketStatus] = (), assignee: AgentId | None = None, limit: int = 100
    ) -> list[Ticket]:
        """See `Store.tickets`."""
        return await self._view(lambda connection: reading.ticket_list(connection, statuses, assignee, limit))

    async def history(self, conversation_id: ConversationId, limit: int = 1_000) -> list[HistoryRow]:
        """See `Store.history`."""
        return await self._view(lambda connection: reading.history(connection, conversation_id, limit))

    async def turns(self, conversation_id: ConversationId, limit: int = 100) -> list[TurnRecord]:
        """See `Store.turns`."""
        return await self._view(lambda connection: reading.turn_list(connection, conversation_id, limit))

    async def episodes(self, conversation_id: ConversationId) -> list[Episode]:
        """See `Store.episodes`."""
        return await self._view(lambda connection: reading.episodes_of(connection, conversation_id))

    async def counts(self) -> Mapping[str, int]:
        """See `Store.counts`."""
        return await self._view(reading.counts)

    async def close(self) -> None:
        """See `Store.close`. Does what waits first; the writer goes last and leaves a single, whole file."""
        for batcher in (self._turns, self._views, self._writer):
            await batcher.close()
        if self._lock is not None:
            self._lock.release()


def _hold(path: Path) -> FileLock:
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
    with connect(path, "rwc", _WRITER_PRAGMAS, "BEGIN IMMEDIATE").begin() as connection:
        if stored_revision(connection) is None:
            create(connection)
        else:
            migrate(connection)
