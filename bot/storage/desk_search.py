"""The search for words in the tables: a plain function of a connection. The index is `bot.storage.search_index`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, Text, cast, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from bot.storage import rows
from bot.storage.search_index import fts5_query, ts_query
from bot.storage.tables import conversations, episodes, messages, tickets
from conversation.desk_ports import Hit, SearchQuery
from conversation.searching import asked_words
from conversation.tickets import CLOSED

_INDEX = table("messages_words", column("rowid"))
_STILL_OPEN = tickets.c.status.not_in([status.value for status in CLOSED])
_ENDED_BETWEEN = (
    select(episodes.c.id)
    .where(
        episodes.c.conversation_id == messages.c.conversation_id,
        episodes.c.closed_at >= messages.c.at,
        episodes.c.closed_at < tickets.c.queued_at,
    )
    .correlate(messages, tickets)
)
_TICKET_ID = (
    select(tickets.c.id)
    .where(
        tickets.c.conversation_id == messages.c.conversation_id,
        _STILL_OPEN | (func.coalesce(tickets.c.closed_at, tickets.c.changed_at) >= messages.c.at),
        ~_ENDED_BETWEEN.exists(),
    )
    .order_by(tickets.c.id)
    .limit(1)
    .correlate(messages)
    .scalar_subquery()
)
"""The ticket during which a message was written, or to which the episode of the message led."""

_FOUND = (
    select(messages, conversations.c.name.label("contact_name"), tickets.c.id.label("ticket_id"), tickets.c.department)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .outerjoin(tickets, tickets.c.id == _TICKET_ID)
)


def search(connection: Connection, query: SearchQuery, limit: int) -> list[Hit]:
    """See `DeskStore.search`. Without a word in it, a query finds nothing."""
    words = asked_words(query.words)
    if not words:
        return []
    found = _with_words(connection.dialect.name, words).limit(limit)
    if query.departments is not None:
        found = found.where(tickets.c.department.in_(query.departments))
    if query.since is not None:
        found = found.where(messages.c.at >= query.since)
    if query.until is not None:
        found = found.where(messages.c.at < query.until)
    if query.author:
        found = found.where(messages.c.author == query.author)
    return [
        Hit(
            conversation_id=row.conversation_id,
            contact_name=row.contact_name,
            message=rows.message(row),
            ticket_id=row.ticket_id,
            department=row.department or "",
        )
        for row in connection.execute(found)
    ]


def _with_words(dialect: str, words: list[str]) -> Select[Any]:
    if dialect == "sqlite":
        # FTS5 goes backwards by itself where its own rowid is asked for, and stops when there is enough.
        among = _FOUND.join(_INDEX, _INDEX.c.rowid == messages.c.id).order_by(_INDEX.c.rowid.desc())
        return among.where(column("messages_words").op("MATCH")(fts5_query(words)))
    wanted = cast(literal(ts_query(words), Text), TSQUERY)
    return _FOUND.where(func.words_of(messages.c.text).op("@@")(wanted)).order_by(messages.c.id.desc())
