"""What keeping a service in order asks of its store: figures of the queue, quarantine, and a proof that it writes.

The jobs are plain functions of a connection, and portable. They are run by the store itself, so that on SQLite a
single connection goes on being the only one that writes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, case, func, select, text, update

from bot.storage import erasure, retention, rows
from bot.storage.column_types import UtcDateTime
from bot.storage.sql_store import SqlStore
from bot.storage.sqlite import database_path
from bot.storage.tables import IN_QUARANTINE, inbox, tickets
from conversation.messages import ConversationId, InboxId
from conversation.ports import InboxItem, Store
from conversation.quarantine_ports import Quarantined
from conversation.tickets import CLOSED, TicketStatus

_OPEN = [status.value for status in TicketStatus if status not in CLOSED]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFigure:
    """The open tickets of one department in one status, and since when the longest-waiting customer waits."""

    status: str
    department: str
    tickets: int
    waiting_since: datetime | None


class Upkeep:
    """The jobs of this module and of its neighbours, over a running store."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store

    async def probe(self) -> None:
        """Write something that changes nothing.

        Raises:
            StorageError: the store cannot be written.
        """
        await self.store._write(probe)

    async def queue(self) -> list[QueueFigure]:
        """The open tickets by department and status."""
        return await self.store._view(queue)

    async def quarantined_count(self) -> int:
        """How many updates are in quarantine."""
        return await self.store._view(quarantined_count)

    async def quarantined(self, limit: int = 100) -> list[Quarantined]:
        """What is in quarantine, oldest first."""
        return await self.store._view(lambda connection: quarantined(connection, limit))

    async def quarantined_update(self, id: InboxId) -> Quarantined | None:
        """One update, None if it is not in quarantine."""
        return await self.store._view(lambda connection: quarantined_update(connection, id))

    async def replay(self, id: InboxId) -> InboxItem | None:
        """Let an update out of quarantine, to be tried again; None if it is not in there."""
        return await self.store._write(lambda connection: replay(connection, id))

    async def drop(self, id: InboxId, now: datetime) -> bool:
        """Call an update in quarantine dealt with; returns whether it was in there."""
        return await self.store._write(lambda connection: drop(connection, id, now))

    async def sweep(self, job: retention.Job, after: Any, before: datetime) -> retention.Swept:
        """Run one job of `bot.storage.retention`."""
        return await self.store._write(lambda connection: job(connection, after, before))

    async def forget(self, id: ConversationId) -> erasure.Forgotten:
        """Erase a contact's personal data; see `bot.storage.erasure`.

        Raises:
            DataError: there is no such contact, or a ticket of theirs is open.
        """

        def find(connection: Connection) -> erasure.Found:
            erasure.require_forgettable(connection, id)
            return erasure.rows_of(connection, id)

        found, anonymous = await self.store._view(find), secrets.token_hex(8)
        forgotten = await self.store._write(lambda connection: erasure.forget(connection, id, found, anonymous))
        await self.squeeze()
        return forgotten

    async def squeeze(self) -> None:
        """Have deleted words leave the index of words, too."""
        first = True
        while await self.store._write(partial(retention.squeeze, first=first)):
            first = False

    async def portrait(self, id: ConversationId) -> dict[str, object]:
        """All that is known of a contact, as JSON-able values.

        Raises:
            DataError: there is no such contact.
        """
        return await self.store._view(lambda connection: erasure.portrait(connection, id))


def upkeep_of(store: Store) -> Upkeep | None:
    """The upkeep of a store; None for one that is not ours, and looks after itself."""
    return Upkeep(store) if isinstance(store, SqlStore) else None


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for a database that any process may write to."""
    return database_path(url) if url.startswith("sqlite") else None


def is_held(database: Path) -> bool:
    """Whether a process holds a SQLite database at the moment, so that nobody else may write to it."""
    lock = FileLock(database.with_name(database.name + ".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def probe(connection: Connection) -> None:
    """See `Upkeep.probe`. The row is written as it was, which takes room in the log as any other would."""
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def queue(connection: Connection) -> list[QueueFigure]:
    """See `Upkeep.queue`. In a ticket that nobody has taken the customer waits from its opening on."""
    queued = tickets.c.status == TicketStatus.QUEUED.value
    since = case((queued, func.coalesce(tickets.c.waiting_since, tickets.c.queued_at)), else_=tickets.c.waiting_since)
    grouped = (
        select(
            tickets.c.status,
            tickets.c.department,
            func.count().label("tickets"),
            func.min(since, type_=UtcDateTime()).label("since"),
        )
        .where(tickets.c.status.in_(_OPEN))
        .group_by(tickets.c.status, tickets.c.department)
        .order_by(tickets.c.department, tickets.c.status)
    )
    return [
        QueueFigure(status=row.status, department=row.department, tickets=row.tickets, waiting_since=row.since)
        for row in connection.execute(grouped)
    ]


def quarantined_count(connection: Connection) -> int:
    """See `Upkeep.quarantined_count`."""
    return connection.execute(select(func.count()).select_from(inbox).where(text(IN_QUARANTINE))).scalar_one()


def quarantined(connection: Connection, limit: int) -> list[Quarantined]:
    """See `Upkeep.quarantined`."""
    kept = select(inbox).where(text(IN_QUARANTINE)).order_by(inbox.c.id).limit(limit)
    return [_quarantined(row) for row in connection.execute(kept)]


def quarantined_update(connection: Connection, id: InboxId) -> Quarantined | None:
    """See `Upkeep.quarantined_update`."""
    row = connection.execute(select(inbox).where(text(IN_QUARANTINE), inbox.c.id == id)).one_or_none()
    return None if row is None else _quarantined(row)


def replay(connection: Connection, id: InboxId) -> InboxItem | None:
    """See `Upkeep.replay`."""
    if quarantined_update(connection, id) is None:
        return None
    changed = update(inbox).where(inbox.c.id == id)
    connection.execute(changed.values(quarantined_at=None, done_at=None, attempts=0, error=""))
    return rows.inbox_item(connection.execute(select(inbox).where(inbox.c.id == id)).one())


def drop(connection: Connection, id: InboxId, now: datetime) -> bool:
    """See `Upkeep.drop`. The row stays, so that the same update is known if it comes again."""
    dropped = update(inbox).where(text(IN_QUARANTINE), inbox.c.id == id)
    done = func.coalesce(inbox.c.done_at, now, type_=UtcDateTime())
    return bool(connection.execute(dropped.values(quarantined_at=None, done_at=done)).rowcount)


def _quarantined(row: rows.AnyRow) -> Quarantined:
    return Quarantined(item=rows.inbox_item(row), error=row.error, at=row.quarantined_at)
