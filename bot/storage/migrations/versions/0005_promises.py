"""Promises by the department that made them, what is open at any time, and an agent's own time zone."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNDER_WAY = (
    "SELECT tickets.id, tickets.department, tickets.deadlines FROM tickets"
    " JOIN conversations ON conversations.id = tickets.conversation_id"
    " WHERE conversations.episode_id IS NOT NULL AND tickets.deadlines LIKE '%\"missed\"%'"
)
"""The tickets of running episodes that have missed something."""


def upgrade() -> None:
    """Add columns and indexes. Of what is under way the misses are known, and count for the department that has it."""
    op.add_column("episodes", sa.Column("promised", sa.Text))
    op.add_column("agents", sa.Column("zone", sa.Text, server_default="", nullable=False))
    op.create_index("tickets_by_begin", "tickets", ["queued_at", "department"])
    _index("tickets_by_end", ["closed_at", "department"], where="closed_at IS NOT NULL")
    _index("tickets_not_ended", ["department"], where="closed_at IS NULL")
    connection = op.get_bind()
    for id, department, deadlines in connection.execute(sa.text(UNDER_WAY)).all():
        known = json.loads(deadlines)
        known["promised"] = [{"department": department, "kind": kind, "kept": False} for kind in known["missed"]]
        change = sa.text("UPDATE tickets SET deadlines = :deadlines WHERE id = :id")
        connection.execute(change, {"deadlines": json.dumps(known, ensure_ascii=False), "id": id})


def _index(name: str, columns: list[str], *, where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "tickets", columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    """Nothing goes back: what was promised would be lost."""
    raise NotImplementedError("restore a backup of before the upgrade instead")
