"""The journal of actions, reminders, and the last commit of each connection."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add three tables; what is there stays as it is."""
    op.create_table(
        "actions",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("result", sa.Text, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "reminders",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("set_at", TIME, nullable=False),
        sa.Column("unless_written", sa.Boolean, nullable=False),
        sa.Column("entities", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "commits",
        sa.Column("writer", sa.Text, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.PrimaryKeyConstraint("writer"),
    )
    op.create_index("reminders_by_time", "reminders", ["due_at"])


def downgrade() -> None:
    """Nothing goes back: a journal that is forgotten lets actions be done twice."""
    raise NotImplementedError("restore a backup of before the upgrade instead")
