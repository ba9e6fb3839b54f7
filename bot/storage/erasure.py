"""One person's data: all of it in one piece for who asks to see it, and its erasure for who asks for that.

What stays of a forgotten contact is what counts without them: that there was a conversation with such episodes,
tickets and decisions, under a name that leads nowhere. New tables that name a conversation are emptied of it without
being named here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from bot.storage.retention import wipe_deleted
from bot.storage.tables import (
    audit,
    conversations,
    episodes,
    inbox,
    message_edits,
    messages,
    metadata,
    tickets,
    turns,
)
from conversation.errors import DataError
from conversation.messages import ConversationId
from conversation.tickets import CLOSED

ANONYMOUS = "forgotten"
"""The channel of contacts who are forgotten."""

_CLOSED = {status.value for status in CLOSED}
_OF_A_CONVERSATION = [table for table in metadata.sorted_tables if "conversation_id" in table.c]
_KEPT: Mapping[Table, Mapping[str, object]] = {
    turns: {"record": "{}"},
    episodes: {"comment": ""},
    tickets: {
        "contact_name": "",
        "resolution": "",
        "packet": "{}",
        "labels": "[]",
        "topic_chat": None,
        "topic_thread": None,
    },
}
"""What stays of a forgotten contact, with what is emptied of it."""
_CHUNK = 500

Found = Mapping[str, Sequence[Any]]
"""Keys of rows, by table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """What was erased, in rows by table, and the topics of the staff group in which copies may stand: `chat/thread`."""

    rows: Mapping[str, int]
    topics: tuple[str, ...] = ()


def require_forgettable(connection: Connection, id: ConversationId) -> None:
    """Raise DataError if there is no such contact, or a human still has something to do for them."""
    if connection.execute(select(conversations.c.id).where(conversations.c.id == id)).first() is None:
        raise DataError(
            f"there is no contact {id}", remedy="Contacts are named channel:address; `tanggap tickets` shows some."
        )
    status = select(tickets.c.id, tickets.c.status).where(tickets.c.conversation_id == id)
    still_open = [row.id for row in connection.execute(status) if row.status not in _CLOSED]
    if still_open:
        raise DataError(
            f"{id} has the open ticket #{still_open[0]}",
            remedy="Resolve it first, or let the customer call it off with /batal; then ask again.",
        )


def rows_of(connection: Connection, id: ConversationId) -> Found:
    """The keys of everything that belongs to a contact, and can be looked for while the service writes."""
    found: dict[str, Sequence[Any]] = {}
    for table in _OF_A_CONVERSATION:
        key = _key(table)
        found[table.name] = connection.execute(select(key).where(table.c.conversation_id == id)).scalars().all()
    lanes = [id, *_topic_lanes(connection, id)]
    found[inbox.name] = connection.execute(select(inbox.c.id).where(inbox.c.lane.in_(lanes))).scalars().all()
    return found


def forget(connection: Connection, id: ConversationId, found: Found, anonymous: str) -> Forgotten:
    """Erase a contact; `found` is what `rows_of` found, `anonymous` a word that nobody else has."""
    require_forgettable(connection, id)
    wipe_deleted(connection)
    topics = tuple(f"{chat}/{thread}" for chat, thread in _topics(connection, id))
    erased: dict[str, int] = {}
    stranger = ConversationId(f"{ANONYMOUS}:{anonymous}")
    connection.execute(insert(conversations).values(_anonymous(stranger, anonymous)))
    for ids in _chunks(found[messages.name]):
        connection.execute(delete(message_edits).where(message_edits.c.message_id.in_(ids)))
    gone = [table for table in reversed(_OF_A_CONVERSATION) if table not in _KEPT]
    for table in (*gone, inbox):
        erased[table.name] = sum(
            connection.execute(delete(table).where(_key(table).in_(ids))).rowcount for ids in _chunks(found[table.name])
        )
    # What came since it was looked for, if anything did.
    for table in gone:
        erased[table.name] += _left(connection, table, id)
    for table, emptied in _KEPT.items():
        values = {"conversation_id": stranger, **emptied}
        connection.execute(update(table).where(table.c.conversation_id == id).values(values))
    connection.execute(update(audit).where(audit.c.about == id).values(about=stranger, detail=""))
    connection.execute(delete(conversations).where(conversations.c.id == id))
    return Forgotten(rows=erased, topics=topics)


def portrait(connection: Connection, id: ConversationId) -> dict[str, object]:
    """Everything about a contact, as JSON-able values: the rows of every table, by its name."""
    row = connection.execute(select(conversations).where(conversations.c.id == id)).one_or_none()
    if row is None:
        raise DataError(
            f"there is no contact {id}", remedy="Contacts are named channel:address; `tanggap tickets` shows some."
        )
    shown: dict[str, object] = {"contact": _plain(row)}
    for table in _OF_A_CONVERSATION:
        rows = connection.execute(select(table).where(table.c.conversation_id == id).order_by(_key(table)))
        shown[table.name] = [_plain(each) for each in rows]
    edits = select(message_edits).join(messages, messages.c.id == message_edits.c.message_id)
    edits = edits.where(messages.c.conversation_id == id).order_by(message_edits.c.id)
    shown[message_edits.name] = [_plain(each) for each in connection.execute(edits)]
    updates = select(inbox).where(inbox.c.lane == id).order_by(inbox.c.id)
    shown["updates"] = [_plain(each) for each in connection.execute(updates)]
    looked = select(audit).where(audit.c.about == id).order_by(audit.c.id)
    shown[audit.name] = [_plain(each) for each in connection.execute(looked)]
    return shown


def _topics(connection: Connection, id: ConversationId) -> list[tuple[str, str]]:
    shown = select(tickets.c.topic_chat, tickets.c.topic_thread)
    found = connection.execute(shown.where(tickets.c.conversation_id == id, tickets.c.topic_chat.is_not(None)))
    return [(row.topic_chat, row.topic_thread) for row in found]


def _topic_lanes(connection: Connection, id: ConversationId) -> list[str]:
    """The lanes in which agents wrote about a contact; see `Update.lane`."""
    channel = id.partition(":")[0]
    return [f"{channel}:{chat}:{thread}" for chat, thread in _topics(connection, id)]


def _left(connection: Connection, table: Table, id: ConversationId) -> int:
    ids = connection.execute(select(_key(table)).where(table.c.conversation_id == id)).scalars().all()
    if table is messages:
        connection.execute(delete(message_edits).where(message_edits.c.message_id.in_(ids)))
    return sum(connection.execute(delete(table).where(_key(table).in_(part))).rowcount for part in _chunks(ids))


def _anonymous(id: ConversationId, address: str) -> dict[str, object]:
    return {
        "id": id,
        "channel": ANONYMOUS,
        "address": address,
        "name": "",
        "username": "",
        "language": "",
        "owner": "bot",
        "dialogue": "{}",
        "reachable": False,
        "version": 1,
    }


def _key(table: Table) -> Any:
    (key,) = table.primary_key.columns
    return key


def _chunks(ids: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _plain(row: Row[Any]) -> dict[str, object]:
    return {name: _value(value) for name, value in row._mapping.items()}


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
