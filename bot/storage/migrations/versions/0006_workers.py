"""Leases, fences and meters, by which several workers share one PostgreSQL database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)
WAITING = "done_at IS NULL AND quarantined_at IS NULL"


def upgrade() -> None:
    """Add the tables; what only servers know, on a server only."""
    op.create_table(
        "leases",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("worker", ID, nullable=False),
        sa.Column("fence", ID, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "meters",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("free_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE fences")
        op.create_index("inbox_waiting_by_lane", "inbox", ["lane", "id"], postgresql_where=sa.text(WAITING))


def downgrade() -> None:
    """Nothing goes back: two versions must not serve one database side by side."""
    raise NotImplementedError("restore a backup of before the upgrade instead")
