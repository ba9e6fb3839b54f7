"""The tables and their indexes, for every database. The migrations create them; a test compares the two.

Statuses are stored as the words of their enums, times in UTC with microseconds, nested values as JSON text.
Ids that leave the store (a ticket's id is that of an inbox row) are never given twice, hence AUTOINCREMENT.
Those of the knowledge base stand beside, in `knowledge_tables`, and belong to the same `metadata`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Sequence,
    Table,
    UniqueConstraint,
    event,
    false,
    func,
    true,
)

from bot.storage import knowledge_tables as knowledge_tables
from bot.storage.column_types import Id, UtcDateTime, Words
from bot.storage.schema import metadata as metadata
from bot.storage.schema import some
from bot.storage.search_index import FTS5_TABLE, FTS5_TRIGGERS, WORDS_OF

HEAD = "0007"
"""The revision that this program reads and writes: the newest file in `migrations/versions`."""

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("lane", Words, nullable=False),
    Column("update_id", BigInteger),
    Column("payload", Words, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Words, nullable=False, server_default=""),
    Column("quarantined_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("turn_id", Id),
    UniqueConstraint("channel", "key"),
    sqlite_autoincrement=True,
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Words, primary_key=True),
    Column("channel", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("username", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("owner", Words, nullable=False),
    Column("dialogue", Words, nullable=False),
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
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", Words, nullable=False),
    Column("by_bot", Boolean, nullable=False, server_default=true()),
    Column("handoff_reason", Words, nullable=False, server_default=""),
    Column("department", Words, nullable=False, server_default=""),
    Column("agent", Words, nullable=False, server_default=""),
    Column("first_reply", Float),
    Column("resolution", Float),
    Column("handling", Float),
    Column("wrap_up", Float),
    Column("missed", Words, nullable=False, server_default="[]"),
    Column("abandoned", Boolean, nullable=False, server_default=false()),
    Column("reopened", Boolean, nullable=False, server_default=false()),
    Column("stars", Integer),
    Column("comment", Words, nullable=False, server_default=""),
    Column("promised", Words),
)
"""`promised` is empty where an episode ended before revision 0005."""

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False),
    Column("author", Words, nullable=False),
    Column("author_name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("attachments", Words, nullable=False),
    Column("external_id", Words, nullable=False),
    Column("reply_to", Words, nullable=False),
    Column("album", Words, nullable=False),
    Column("edited_at", UtcDateTime),
    sqlite_autoincrement=True,
)

message_edits = Table(
    "message_edits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("previous_text", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", Words, nullable=False),
    Column("intent", Words),
    Column("reason", Words, nullable=False),
    Column("record", Words, nullable=False),
    Column("duration_us", Id, nullable=False),
    sqlite_autoincrement=True,
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False),
    Column("status", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("department", Words, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("contact_name", Words, nullable=False),
    Column("assignee", Words),
    Column("assignee_name", Words, nullable=False),
    Column("waiting_since", UtcDateTime),
    Column("resolution", Words, nullable=False),
    Column("packet", Words, nullable=False),
    Column("topic_chat", Words),
    Column("topic_thread", Words),
    Column("labels", Words, nullable=False, server_default="[]"),
    Column("skill", Words, nullable=False, server_default=""),
    Column("language", Words, nullable=False, server_default=""),
    Column("assigned_at", UtcDateTime),
    Column("routed", Boolean, nullable=False, server_default=false()),
    Column("last_agent", Words),
    Column("declined", Words, nullable=False, server_default="[]"),
    Column("snoozed_until", UtcDateTime),
    Column("replied_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("handled_seconds", Float, nullable=False, server_default="0"),
    Column("deadlines", Words, nullable=False, server_default="{}"),
    Column("waits_since", UtcDateTime),
    Column("next_deadline", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("at_risk", Boolean, nullable=False, server_default=false()),
)
"""The last four are read out of the others, for lists and for the clock; see `rows.ticket_values`."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("channel", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("ticket_id", Id),
    Column("kind", Words, nullable=False),
    Column("effect", Words, nullable=False),
    Column("only_while", Words),
    Column("reply_to", Id),
    Column("about", Id),
    Column("label", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("external_id", Words, nullable=False, server_default=""),
    Column("error", Words, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

chat_moves = Table(
    "chat_moves",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("old", Words, primary_key=True),
    Column("new", Words, nullable=False),
)

actions = Table(
    "actions",
    metadata,
    Column("key", Words, primary_key=True),
    Column("conversation_id", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("result", Words, nullable=False, server_default=""),
)
"""Begun before its turn is committed, and so perhaps before there is a conversation to refer to."""

reminders = Table(
    "reminders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False),
    Column("name", Words, nullable=False),
    Column("intent", Words, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("unless_written", Boolean, nullable=False),
    Column("entities", Words, nullable=False),
    UniqueConstraint("conversation_id", "name"),
    sqlite_autoincrement=True,
)

commits = Table(
    "commits",
    metadata,
    Column("writer", Words, primary_key=True),
    Column("number", Id, nullable=False),
)
"""The last transaction that each connection to a server has committed: how one whose connection was lost is found
out. Nothing is written here on SQLite, whose commits nobody can lose sight of."""

fences = Sequence("fences", metadata=metadata)
"""Numbers of leases, which only grow. SQLite, which one process has to itself, has no such thing."""

leases = Table(
    "leases",
    metadata,
    Column("key", Words, primary_key=True),
    Column("worker", Id, nullable=False),
    Column("fence", Id, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
"""Who of several workers deals with what at the moment, and until when at least; see `bot.storage.leases`."""

meters = Table(
    "meters",
    metadata,
    Column("name", Words, primary_key=True),
    Column("free_at", UtcDateTime, nullable=False),
)
"""From when on a limit that several workers share has room again."""

agents = Table(
    "agents",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("departments", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("skills", Words, nullable=False),
    Column("languages", Words, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("available", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("login", Words, nullable=False),
    Column("telegram_id", BigInteger),
    Column("locale", Words, nullable=False),
    Column("password_hash", Words, nullable=False, server_default=""),
    Column("zone", Words, nullable=False, server_default=""),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Words, primary_key=True),
    Column("agent_id", Words, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("agent_id", Words),
    Column("action", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("detail", Words, nullable=False),
    sqlite_autoincrement=True,
)

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("department", Words, primary_key=True),
    Column("shortcut", Words, primary_key=True),
    Column("text", Words, nullable=False),
)

WAITING = "done_at IS NULL AND quarantined_at IS NULL"
IN_QUARANTINE = "quarantined_at IS NOT NULL"
UNSENT = "status <> 'sent'"
EXTERNAL = "external_id <> ''"
LABELLED = "label <> ''"
OPEN = "status NOT IN ('resolved', 'returned_to_bot', 'abandoned')"
IN_HAND = f"assignee IS NOT NULL AND {OPEN}"
AT_RISK = f"at_risk AND {OPEN}"
ROUTED = "routed AND coalesce(status, '') = 'assigned'"
ENDED = "closed_at IS NOT NULL"
NOT_ENDED = "closed_at IS NULL"

some("inbox_waiting", inbox.c.id, where=WAITING)
some("inbox_waiting_by_lane", inbox.c.lane, inbox.c.id, where=WAITING).ddl_if(dialect="postgresql")
some("inbox_quarantine", inbox.c.id, where=IN_QUARANTINE)
_NAMED = (messages.c.conversation_id, messages.c.id, messages.c.external_id)
"""The name last: it is found among those of its conversation, and needs no index of its own."""

Index("messages_of_conversation", *_NAMED).ddl_if(dialect="sqlite")
Index("messages_of_conversation", *_NAMED[:2]).ddl_if(dialect="postgresql")
Index("edits_of_message", message_edits.c.message_id)
Index("turns_of_conversation", turns.c.conversation_id, turns.c.id)
Index("episodes_of_conversation", episodes.c.conversation_id)
Index("reminders_by_time", reminders.c.due_at)
Index("tickets_of_conversation", tickets.c.conversation_id)
Index("tickets_by_status", tickets.c.status)
Index("tickets_by_topic", tickets.c.topic_chat, tickets.c.topic_thread)
Index("tickets_by_urgency", tickets.c.priority.desc(), func.coalesce(tickets.c.waiting_since, tickets.c.queued_at))
some("outbox_unsent", outbox.c.status, outbox.c.id, where=UNSENT)
some("outbox_of_message", outbox.c.message_id, where="message_id IS NOT NULL")
some("outbox_about", outbox.c.about, where="about IS NOT NULL")
some("outbox_of_ticket", outbox.c.ticket_id, where="ticket_id IS NOT NULL")
some("outbox_by_name", outbox.c.external_id, outbox.c.chat, where=EXTERNAL)
some("outbox_by_label", outbox.c.label, outbox.c.chat, outbox.c.ticket_id, where=LABELLED)

_OF_A_LIST = (tickets.c.department, tickets.c.status)
_BY_URGENCY = (tickets.c.priority.desc(), tickets.c.waits_since, tickets.c.id, tickets.c.assignee)
Index("tickets_of_list_by_urgency", *_OF_A_LIST, *_BY_URGENCY)
some("tickets_of_list_by_deadline", *_OF_A_LIST, tickets.c.next_deadline, where="next_deadline IS NOT NULL")
Index("tickets_of_list_by_age", *_OF_A_LIST, tickets.c.queued_at, tickets.c.id)
Index("tickets_of_agent", tickets.c.assignee, tickets.c.queued_at)
some("tickets_in_hand", tickets.c.assignee, tickets.c.department, tickets.c.status, where=IN_HAND)
some("tickets_at_risk", tickets.c.department, tickets.c.at_risk, tickets.c.status, where=AT_RISK)
some("tickets_due", tickets.c.due_at, where="due_at IS NOT NULL")
some("tickets_routed", tickets.c.assigned_at, where=ROUTED)
Index("tickets_by_begin", tickets.c.queued_at, tickets.c.department)
some("tickets_by_end", tickets.c.closed_at, tickets.c.department, where=ENDED)
some("tickets_not_ended", tickets.c.department, where=NOT_ENDED)
some("episodes_by_end", episodes.c.closed_at, where=ENDED)
Index("turns_by_time", turns.c.at, turns.c.kind, turns.c.intent)
some("agents_by_login", agents.c.login, where="login <> ''", unique=True)
some("agents_by_telegram", agents.c.telegram_id, where="telegram_id IS NOT NULL", unique=True)
Index("sessions_of_agent", sessions.c.agent_id)
some("audit_of_agent", audit.c.agent_id, audit.c.id, where="agent_id IS NOT NULL")
some("audit_about", audit.c.about, audit.c.id, where="about <> ''")
Index("messages_by_words", func.words_of(messages.c.text), postgresql_using="gin").ddl_if(dialect="postgresql")


@event.listens_for(metadata, "before_create")
def _make_words_of(target: MetaData, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(WORDS_OF)


LEAVE_ROOM = "ALTER TABLE messages SET (fillfactor = 70)"
"""A message of ours is told its name once it was sent. Where that has room on its page, PostgreSQL leaves all indexes
alone, that of its words among them, which costs three times as much as all the rest of it."""


@event.listens_for(messages, "after_create")
def _finish_messages(target: Table, connection: Connection, **_: object) -> None:
    for statement in (FTS5_TABLE, *FTS5_TRIGGERS) if connection.dialect.name == "sqlite" else (LEAVE_ROOM,):
        connection.exec_driver_sql(statement)
