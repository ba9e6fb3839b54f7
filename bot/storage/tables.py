"""The tables and their indexes, for every database. The migrations create them; a test compares the two.

Statuses are stored as the words of their enums, times in UTC with microseconds, nested values as JSON text.
Ids that leave the store (a ticket's id is that of an inbox row) are never given twice, hence AUTOINCREMENT.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    text,
)

HEAD = "0001"
"""The revision that this program reads and writes: the newest file in `migrations/versions`."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn it into UTC; SQLite then writes it without the zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's naive time the zone it was stored in."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers its rows only where the key is called INTEGER."""

metadata = MetaData()

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("update_id", BigInteger),
    Column("payload", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("quarantined_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("turn_id", Id),
    UniqueConstraint("channel", "key"),
    sqlite_autoincrement=True,
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("dialogue", Text, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("episode_id", Id),
    Column("ticket_id", Id),
    Column("last_at", UtcDateTime),
    Column("version", Integer, nullable=False),
)

episodes = Table(
    "episodes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", Text, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("author", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("attachments", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("reply_to", Text, nullable=False),
    Column("album", Text, nullable=False),
    Column("edited_at", UtcDateTime),
    sqlite_autoincrement=True,
)

message_edits = Table(
    "message_edits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("previous_text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("intent", Text),
    Column("reason", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("duration_us", Integer, nullable=False),
    sqlite_autoincrement=True,
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("contact_name", Text, nullable=False),
    Column("assignee", Text),
    Column("assignee_name", Text, nullable=False),
    Column("waiting_since", UtcDateTime),
    Column("resolution", Text, nullable=False),
    Column("packet", Text, nullable=False),
    Column("topic_chat", Text),
    Column("topic_thread", Text),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("ticket_id", Id),
    Column("kind", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("only_while", Text),
    Column("reply_to", Id),
    Column("about", Id),
    Column("label", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("external_id", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

chat_moves = Table(
    "chat_moves",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("old", Text, primary_key=True),
    Column("new", Text, nullable=False),
)


def _some(name: str, *columns: Column[object], where: str) -> Index:
    """An index over some rows only: those few that a question is about, however many there are."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


WAITING = "done_at IS NULL AND quarantined_at IS NULL"
IN_QUARANTINE = "quarantined_at IS NOT NULL"
UNSENT = "status <> 'sent'"
EXTERNAL = "external_id <> ''"
LABELLED = "label <> ''"

_some("inbox_waiting", inbox.c.id, where=WAITING)
_some("inbox_quarantine", inbox.c.id, where=IN_QUARANTINE)
Index("messages_of_conversation", messages.c.conversation_id, messages.c.id)
_some("messages_by_name", messages.c.conversation_id, messages.c.external_id, where=EXTERNAL)
Index("edits_of_message", message_edits.c.message_id)
Index("turns_of_conversation", turns.c.conversation_id, turns.c.id)
Index("episodes_of_conversation", episodes.c.conversation_id)
Index("tickets_of_conversation", tickets.c.conversation_id)
Index("tickets_by_status", tickets.c.status)
Index("tickets_by_topic", tickets.c.topic_chat, tickets.c.topic_thread)
Index("tickets_by_urgency", tickets.c.priority.desc(), func.coalesce(tickets.c.waiting_since, tickets.c.queued_at))
_some("outbox_unsent", outbox.c.status, outbox.c.id, where=UNSENT)
_some("outbox_of_message", outbox.c.message_id, where="message_id IS NOT NULL")
_some("outbox_about", outbox.c.about, where="about IS NOT NULL")
_some("outbox_of_ticket", outbox.c.ticket_id, where="ticket_id IS NOT NULL")
_some("outbox_by_name", outbox.c.external_id, outbox.c.chat, where=EXTERNAL)
_some("outbox_by_label", outbox.c.label, outbox.c.chat, outbox.c.ticket_id, where=LABELLED)
