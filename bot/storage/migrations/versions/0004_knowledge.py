"""The knowledge base: its releases, which of them is served, its draft, and what is to be looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    """Add tables; the configured files serve until the first release."""
    _add_releases()
    _add_review()
    op.create_table(
        "kb_cursor",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("position", ID, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _add_releases() -> None:
    op.create_table(
        "kb_releases",
        sa.Column("id", ID, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        _words("author"),
        _words("note"),
        _words("content_hash"),
        _words("overruled"),
        sa.Column("base", ID),
        _words("evaluation"),
        _words("content"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "kb_activations",
        sa.Column("id", ID, nullable=False),
        sa.Column("release_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        _words("by"),
        _words("reason"),
        sa.ForeignKeyConstraint(["release_id"], ["kb_releases.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "kb_changes",
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("version", ID, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        _words("changed_by"),
        sa.PrimaryKeyConstraint("piece"),
    )


def _add_review() -> None:
    op.create_table(
        "kb_review",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        _words("conversation_id"),
        _words("text"),
        _words("source"),
        _words("intent"),
        _words("chosen"),
        _words("reply"),
        _words("department"),
        _words("status"),
        _words("dealt_by"),
        sa.Column("dealt_at", TIME),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("review_by_status", "kb_review", ["status", "at", "id"])
    op.create_index("review_of_conversation", "kb_review", ["conversation_id"])
    still_open = sa.text("coalesce(status, '') = 'open'")
    op.create_index("review_open", "kb_review", ["source"], sqlite_where=still_open, postgresql_where=still_open)


def downgrade() -> None:
    """Nothing goes back: releases would be lost."""
    raise NotImplementedError("restore a backup of before the upgrade instead")
