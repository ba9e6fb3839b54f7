"""The desk: accounts, sessions, audit, canned replies; what tickets and episodes tell; the search for words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.search_index import FTS5_FILL, FTS5_TABLE, WORDS_OF

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
OPEN = "status NOT IN ('resolved', 'returned_to_bot', 'abandoned')"


def _index(name: str, table: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def _words(name: str, *, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, server_default=default, nullable=False)


def _switch(name: str, *, default: sa.ColumnElement[bool] | None = None) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, server_default=sa.false() if default is None else default, nullable=False)


def upgrade() -> None:
    """Add tables, columns and indexes; what is there stays as it is, and tells more where it can."""
    _add_tables()
    _extend_tickets()
    _extend_episodes()
    op.create_index("turns_by_time", "turns", ["at", "kind", "intent"])
    _index_words()


def _add_tables() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("departments", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("skills", sa.Text, nullable=False),
        sa.Column("languages", sa.Text, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("available", sa.Boolean, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("telegram_id", sa.BigInteger),
        sa.Column("locale", sa.Text, nullable=False),
        _words("password_hash"),
        sa.PrimaryKeyConstraint("id"),
    )
    _index("agents_by_login", "agents", ["login"], where="login <> ''", unique=True)
    _index("agents_by_telegram", "agents", ["telegram_id"], where="telegram_id IS NOT NULL", unique=True)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Text, nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("sessions_of_agent", "sessions", ["agent_id"])
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("agent_id", sa.Text),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("audit_of_agent", "audit", ["agent_id", "id"], where="agent_id IS NOT NULL")
    _index("audit_about", "audit", ["about", "id"], where="about <> ''")
    op.create_table(
        "canned_replies",
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("shortcut", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("department", "shortcut"),
    )


def _extend_tickets() -> None:
    for column in (
        _words("labels", default="[]"),
        _words("skill"),
        _words("language"),
        sa.Column("assigned_at", TIME),
        _switch("routed"),
        sa.Column("last_agent", sa.Text),
        _words("declined", default="[]"),
        sa.Column("snoozed_until", TIME),
        sa.Column("replied_at", TIME),
        sa.Column("finished_at", TIME),
        sa.Column("closed_at", TIME),
        sa.Column("handled_seconds", sa.Float, server_default="0", nullable=False),
        _words("deadlines", default="{}"),
        sa.Column("waits_since", TIME),
        sa.Column("next_deadline", TIME),
        sa.Column("due_at", TIME),
        _switch("at_risk"),
    ):
        op.add_column("tickets", column)
    op.execute(sa.text(f"UPDATE tickets SET closed_at = changed_at WHERE NOT ({OPEN})"))
    op.execute(sa.text("UPDATE tickets SET waits_since = coalesce(waiting_since, queued_at)"))
    in_a_list = ["department", "status"]
    op.create_index(
        "tickets_of_list_by_urgency", "tickets", [*in_a_list, sa.text("priority DESC"), "waits_since", "id", "assignee"]
    )
    _index("tickets_of_list_by_deadline", "tickets", [*in_a_list, "next_deadline"], where="next_deadline IS NOT NULL")
    op.create_index("tickets_of_list_by_age", "tickets", [*in_a_list, "queued_at", "id"])
    op.create_index("tickets_of_agent", "tickets", ["assignee", "queued_at"])
    in_hand = f"assignee IS NOT NULL AND {OPEN}"
    _index("tickets_in_hand", "tickets", ["assignee", "department", "status"], where=in_hand)
    _index("tickets_at_risk", "tickets", ["department", "at_risk", "status"], where=f"at_risk AND {OPEN}")
    _index("tickets_due", "tickets", ["due_at"], where="due_at IS NOT NULL")
    _index("tickets_routed", "tickets", ["assigned_at"], where="routed AND coalesce(status, '') = 'assigned'")


def _extend_episodes() -> None:
    for column in (
        _switch("by_bot", default=sa.true()),
        _words("handoff_reason"),
        _words("department"),
        _words("agent"),
        sa.Column("first_reply", sa.Float),
        sa.Column("resolution", sa.Float),
        sa.Column("handling", sa.Float),
        sa.Column("wrap_up", sa.Float),
        _words("missed", default="[]"),
        _switch("abandoned"),
        _switch("reopened"),
        sa.Column("stars", sa.Integer),
        _words("comment"),
    ):
        op.add_column("episodes", column)
    _index("episodes_by_end", "episodes", ["closed_at"], where="closed_at IS NOT NULL")
    theirs = (
        "FROM tickets WHERE tickets.conversation_id = episodes.conversation_id"
        " AND tickets.queued_at >= episodes.opened_at"
        " AND (episodes.closed_at IS NULL OR tickets.queued_at <= episodes.closed_at)"
    )
    latest = f"{theirs} ORDER BY tickets.id DESC LIMIT 1"
    op.execute(
        sa.text(
            f"UPDATE episodes SET by_bot = (1 = 0), handoff_reason = (SELECT reason {latest}),"
            f" department = (SELECT tickets.department {latest}),"
            f" agent = (SELECT coalesce(tickets.assignee, '') {latest}),"
            f" abandoned = (SELECT status = 'abandoned' {latest}) WHERE EXISTS (SELECT 1 {theirs})"
        )
    )


def _index_words() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in (FTS5_TABLE, FTS5_FILL):
            connection.exec_driver_sql(statement)
    else:
        connection.exec_driver_sql(WORDS_OF)
        op.create_index("messages_by_words", "messages", [sa.text("words_of(text)")], postgresql_using="gin")


def downgrade() -> None:
    """Nothing goes back: accounts and what was audited would be lost."""
    raise NotImplementedError("restore a backup of before the upgrade instead")
