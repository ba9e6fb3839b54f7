"""Forgetting what is old, a few rows at a time: the jobs by which a store keeps no more than it may.

Each job looks at one window of rows, in the order of their numbers, and says where the next one begins; whoever runs
them pauses in between, so that a customer's commit waits for one window at most. They do not know when or how often.
What is quarantined, unsent or not dealt with stays, however old, and so does everything of an open ticket.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, func, select, update

from bot.storage.knowledge_tables import kb_review
from bot.storage.tables import (
    actions,
    audit,
    conversations,
    episodes,
    inbox,
    message_edits,
    messages,
    outbox,
    tickets,
    turns,
)
from conversation.effects import OutboxStatus
from conversation.tickets import CLOSED, TicketStatus

WINDOW = 200
"""Rows that a job looks at."""

MERGED_PAGES = 200
"""Pages of the index of words that are written at a time."""

_UNFINISHED = (OutboxStatus.PENDING.value, OutboxStatus.SENDING.value)
_CLOSED = [status.value for status in CLOSED]
_OPEN = [status.value for status in TicketStatus if status not in CLOSED]


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """What one job did: how many rows it emptied or deleted, and where the next one begins (None: nowhere)."""

    rows: int
    after: Any


Job = Callable[[Connection, Any, datetime], Swept]
"""Takes where the window begins (None for the first), and up to when things are old."""


def wipe_deleted(connection: Connection) -> None:
    """From now on overwrite what is deleted; SQLite would leave it in the file until the room is needed."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def squeeze(connection: Connection, first: bool) -> bool:
    """Merge a part of the index of words, so that deleted ones leave the file; returns whether there is more to do.

    FTS5 of SQLite only notes that words are gone (before 3.42 it cannot do otherwise), until a merge drops them.
    `first` begins the merge of everything there is.
    """
    if connection.dialect.name != "sqlite":
        return False
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    wipe_deleted(connection)
    before, pages = driver.total_changes, -MERGED_PAGES if first else MERGED_PAGES
    merge = "INSERT INTO messages_words (messages_words, rank) VALUES ('merge', ?)"
    connection.exec_driver_sql(merge, (pages,))
    return driver.total_changes - before >= 2


def updates_as_received(connection: Connection, after: Any, before: datetime) -> Swept:
    """Delete updates that were dealt with. None of them will come again: Telegram keeps its own for a day."""
    dealt_with = (inbox.c.done_at.is_not(None), inbox.c.quarantined_at.is_(None), inbox.c.received_at < before)
    window = _window(connection, inbox.c.id, inbox.c.received_at, after, before)
    return _swept(connection, window, lambda within: delete(inbox).where(within, *dealt_with), inbox.c.id)


def deliveries_as_sent(connection: Connection, after: Any, before: datetime) -> Swept:
    """Empty what was sent. What it is called there stays, since customers answer and edit old messages."""
    latest = _latest(connection, messages, messages.c.at, before)
    sent = select(outbox.c.id).where(outbox.c.message_id <= latest).order_by(outbox.c.message_id.desc()).limit(1)
    last = connection.execute(sent).scalar() or 0
    window = _window(connection, outbox.c.id, None, after, before, last)
    finished = (outbox.c.status.not_in(_UNFINISHED), outbox.c.effect != "")
    return _swept(
        connection, window, lambda within: update(outbox).where(within, *finished).values(effect=""), outbox.c.id
    )


def results_of_actions(connection: Connection, after: Any, before: datetime) -> Swept:
    """Delete the journal of actions that have ended."""
    window = _window(connection, actions.c.key, None, after, before)
    old = (actions.c.ended_at.is_not(None), actions.c.begun_at < before)
    return _swept(connection, window, lambda within: delete(actions).where(within, *old), actions.c.key)


def decision_records(connection: Connection, after: Any, before: datetime) -> Swept:
    """Delete the records of turns."""
    window = _window(connection, turns.c.id, turns.c.at, after, before)
    return _swept(connection, window, lambda within: delete(turns).where(within, turns.c.at < before), turns.c.id)


def review_items(connection: Connection, after: Any, before: datetime) -> Swept:
    """Delete what turns gave for the review list, dealt with or not. What a release was made of stays in it."""
    window = _window(connection, kb_review.c.id, kb_review.c.at, after, before)
    old = kb_review.c.at < before
    return _swept(connection, window, lambda within: delete(kb_review).where(within, old), kb_review.c.id)


def audit_trail(connection: Connection, after: Any, before: datetime) -> Swept:
    """Delete who did and saw what at the desk."""
    window = _window(connection, audit.c.id, audit.c.at, after, before)
    return _swept(connection, window, lambda within: delete(audit).where(within, audit.c.at < before), audit.c.id)


def words(connection: Connection, after: Any, before: datetime) -> Swept:
    """Delete messages with their earlier versions and deliveries."""
    window = _window(connection, messages.c.id, messages.c.at, after, before)
    if window is None:
        return Swept(rows=0, after=None)
    wipe_deleted(connection)
    first, last = window
    unsent = select(outbox.c.message_id).where(outbox.c.message_id == messages.c.id, outbox.c.status.in_(_UNFINISHED))
    old = (
        select(messages.c.id)
        .where(messages.c.id >= first, messages.c.id <= last, messages.c.at < before)
        .where(messages.c.conversation_id.not_in(_with_open_ticket()), ~unsent.exists())
    )
    ids = connection.execute(old).scalars().all()
    connection.execute(delete(message_edits).where(message_edits.c.message_id.in_(ids)))
    connection.execute(delete(outbox).where(outbox.c.message_id.in_(ids)))
    connection.execute(delete(messages).where(messages.c.id.in_(ids)))
    return Swept(rows=len(ids), after=last)


def packets_of_tickets(connection: Connection, after: Any, before: datetime) -> Swept:
    """Empty what closed tickets tell of their contact; their counts and times stay."""
    window = _window(connection, tickets.c.id, tickets.c.queued_at, after, before)
    old = (tickets.c.status.in_(_CLOSED), tickets.c.changed_at < before, tickets.c.packet != "{}")
    emptied = {"packet": "{}", "contact_name": "", "resolution": ""}
    return _swept(connection, window, lambda within: update(tickets).where(within, *old).values(emptied), tickets.c.id)


def names_of_contacts(connection: Connection, after: Any, before: datetime) -> Swept:
    """Empty names, and what the bot remembers, of contacts who have not written for long."""
    window = _window(connection, conversations.c.id, None, after, before)
    old = (
        conversations.c.last_at < before,
        conversations.c.id.not_in(_with_open_ticket()),
        (conversations.c.name != "") | (conversations.c.username != "") | (conversations.c.dialogue != "{}"),
    )
    # Whoever has just loaded it decides anew.
    emptied = {"name": "", "username": "", "dialogue": "{}", "version": conversations.c.version + 1}
    return _swept(
        connection,
        window,
        lambda within: update(conversations).where(within, *old).values(emptied),
        conversations.c.id,
    )


def comments_of_episodes(connection: Connection, after: Any, before: datetime) -> Swept:
    """Empty what customers said of how they were served; their stars stay."""
    window = _window(connection, episodes.c.id, episodes.c.opened_at, after, before)
    old = (episodes.c.closed_at < before, episodes.c.comment != "")
    return _swept(
        connection, window, lambda within: update(episodes).where(within, *old).values(comment=""), episodes.c.id
    )


def _with_open_ticket() -> Any:
    return select(tickets.c.conversation_id).where(tickets.c.status.in_(_OPEN))


def _window(
    connection: Connection, key: Column[Any], at: Column[Any] | None, after: Any, before: datetime, last: Any = None
) -> tuple[Any, Any] | None:
    """The first and last key of the next window; None where it would begin with what is not old yet."""
    columns = (key,) if at is None else (key, at)
    found = select(*columns).order_by(key).limit(WINDOW)
    if after is not None:
        found = found.where(key > after)
    if last is not None:
        found = found.where(key <= last)
    rows = connection.execute(found).all()
    if not rows or (at is not None and all(row[1] >= before for row in rows)):
        return None
    return rows[0][0], rows[-1][0]


def _swept(
    connection: Connection,
    window: tuple[Any, Any] | None,
    change: Callable[[ColumnElement[bool]], Any],
    key: Column[Any],
) -> Swept:
    if window is None:
        return Swept(rows=0, after=None)
    wipe_deleted(connection)
    first, last = window
    done = connection.execute(change(key.between(first, last)))
    return Swept(rows=done.rowcount, after=last)


def _latest(connection: Connection, table: Table, at: Column[Any], before: datetime) -> int:
    """The highest number of a row older than `before`: found by halving, as numbers grow with time."""
    low, high = 0, connection.execute(select(func.max(table.c.id))).scalar() or 0
    while low < high:
        middle = (low + high + 1) // 2
        found = select(table.c.id, at).where(table.c.id >= middle).order_by(table.c.id).limit(1)
        row = connection.execute(found).one_or_none()
        if row is not None and row[1] < before:
            low = max(middle, row[0])
        else:
            high = middle - 1
    return low
