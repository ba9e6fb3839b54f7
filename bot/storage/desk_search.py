"""The search for words in the tables: a plain function of a connection. The index is `bot.storage.search_index`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, cast, column, func, literal, select, table
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


NEWEST = (100_000, 3_000_000)
"""Messages that PostgreSQL looks through before all others: of a common word it reads all that have it, to know the
newest of them."""


def search(connection: Connection, query: SearchQuery, limit: int) -> list[Hit]:
    """See `DeskStore.search`. Without a word in it, a query finds nothing."""
    words = asked_words(query.words)
    if not words:
        return []
    sqlite = connection.dialect.name == "sqlite"
    found: Sequence[Row[Any]] = ()
    for asked in [_with_fts5(words)] if sqlite else _with_gin(connection, words):
        found = connection.execute(_narrowed(asked, query).limit(limit)).all()
        if len(found) == limit:
            break
    return [
        Hit(
            conversation_id=row.conversation_id,
            contact_name=row.contact_name,
            message=rows.message(row),
            ticket_id=row.ticket_id,
            department=row.department or "",
        )
        for row in found
    ]


def _narrowed(found: Select[Any], query: SearchQuery) -> Select[Any]:
    if query.departments is not None:
        found = found.where(tickets.c.department.in_(query.departments))
    if query.since is not None:
        found = found.where(messages.c.at >= query.since)
    if query.until is not None:
        found = found.where(messages.c.at < query.until)
    if query.author:
        found = found.where(messages.c.author == query.author)
    return found


def _with_fts5(words: list[str]) -> Select[Any]:
    # FTS5 goes backwards by itself where its own rowid is asked for, and stops when there is enough.
    among = _FOUND.join(_INDEX, _INDEX.c.rowid == messages.c.id).order_by(_INDEX.c.rowid.desc())
    return among.where(column("messages_words").op("MATCH")(fts5_query(words)))


def _with_gin(connection: Connection, words: list[str]) -> Iterator[Select[Any]]:
    """Among more and more messages, the newest first. What has the words is found before anything else is done: left to
    itself, the server reads messages one by one, newest first, in the hope that enough of them have the words."""
    has_words = func.words_of(messages.c.text).op("@@")(cast(literal(ts_query(words), Text), TSQUERY))
    newest = connection.execute(select(func.max(messages.c.id))).scalar() or 0
    for before in (*(newest - count for count in NEWEST if count < newest), 0):
        found = select(messages.c.id).where(has_words, messages.c.id > before).cte("found")
        among = found.prefix_with("MATERIALIZED")
        yield _FOUND.join(among, among.c.id == messages.c.id).order_by(among.c.id.desc())
