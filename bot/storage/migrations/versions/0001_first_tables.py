"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def _index(name: str, table: str, columns: list[str], *, where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "chat_moves",
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("old", sa.Text, nullable=False),
        sa.Column("new", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("channel", "old"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("dialogue", sa.Text, nullable=False),
        sa.Column("reachable", sa.Boolean, nullable=False),
        sa.Column("episode_id", ID),
        sa.Column("ticket_id", ID),
        sa.Column("last_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("update_id", sa.BigInteger),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer, server_default="0", nullable=False),
        sa.Column("error", sa.Text, server_default="", nullable=False),
        sa.Column("quarantined_at", TIME),
        sa.Column("done_at", TIME),
        sa.Column("turn_id", ID),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "key"),
        sqlite_autoincrement=True,
    )
    _index("inbox_quarantine", "inbox", ["id"], where="quarantined_at IS NOT NULL")
    _index("inbox_waiting", "inbox", ["id"], where="done_at IS NULL AND quarantined_at IS NULL")
    op.create_table(
        "episodes",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("closed_at", TIME),
        sa.Column("closed_by", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("episodes_of_conversation", "episodes", ["conversation_id"])
    op.create_table(
        "messages",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("attachments", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("reply_to", sa.Text, nullable=False),
        sa.Column("album", sa.Text, nullable=False),
        sa.Column("edited_at", TIME),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("messages_by_name", "messages", ["conversation_id", "external_id"], where="external_id <> ''")
    op.create_index("messages_of_conversation", "messages", ["conversation_id", "id"])
    op.create_table(
        "tickets",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("contact_name", sa.Text, nullable=False),
        sa.Column("assignee", sa.Text),
        sa.Column("assignee_name", sa.Text, nullable=False),
        sa.Column("waiting_since", TIME),
        sa.Column("resolution", sa.Text, nullable=False),
        sa.Column("packet", sa.Text, nullable=False),
        sa.Column("topic_chat", sa.Text),
        sa.Column("topic_thread", sa.Text),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tickets_by_status", "tickets", ["status"])
    op.create_index("tickets_by_topic", "tickets", ["topic_chat", "topic_thread"])
    op.create_index("tickets_of_conversation", "tickets", ["conversation_id"])
    op.create_index(
        "tickets_by_urgency", "tickets", [sa.text("priority DESC"), sa.text("coalesce(waiting_since, queued_at)")]
    )
    op.create_table(
        "turns",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("intent", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("duration_us", ID, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("turns_of_conversation", "turns", ["conversation_id", "id"])
    op.create_table(
        "message_edits",
        sa.Column("id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("previous_text", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("edits_of_message", "message_edits", ["message_id"])
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("message_id", ID),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("chat", sa.Text, nullable=False),
        sa.Column("ticket_id", ID),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("only_while", sa.Text),
        sa.Column("reply_to", ID),
        sa.Column("about", ID),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, server_default="0", nullable=False),
        sa.Column("not_before", TIME),
        sa.Column("external_id", sa.Text, server_default="", nullable=False),
        sa.Column("error", sa.Text, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("outbox_about", "outbox", ["about"], where="about IS NOT NULL")
    _index("outbox_by_label", "outbox", ["label", "chat", "ticket_id"], where="label <> ''")
    _index("outbox_by_name", "outbox", ["external_id", "chat"], where="external_id <> ''")
    _index("outbox_of_message", "outbox", ["message_id"], where="message_id IS NOT NULL")
    _index("outbox_of_ticket", "outbox", ["ticket_id"], where="ticket_id IS NOT NULL")
    _index("outbox_unsent", "outbox", ["status", "id"], where="status <> 'sent'")


def downgrade() -> None:
    """There is nothing before the first tables."""
    raise NotImplementedError("0001 is the first revision")
