"""Less to write in a turn: one index of a conversation's messages instead of two, and words taken in afterwards."""

from __future__ import annotations

from alembic import op

from bot.storage.search_index import FTS5_TRIGGERS, WORDS_OF
from bot.storage.tables import LEAVE_ROOM

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the index of names: a conversation's are looked through, in SQLite within the index by which it is read."""
    op.drop_index("messages_by_name", "messages")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("messages_of_conversation", "messages")
        op.create_index("messages_of_conversation", "messages", ["conversation_id", "id", "external_id"])
        for name in ("added", "gone", "changed"):
            op.execute(f"DROP TRIGGER IF EXISTS messages_words_{name}")
        for statement in FTS5_TRIGGERS:
            op.execute(statement)
    else:
        op.execute(LEAVE_ROOM)
        op.get_bind().exec_driver_sql(WORDS_OF)


def downgrade() -> None:
    """Nothing goes back: two versions must not serve one database side by side."""
    raise NotImplementedError("restore a backup of before the upgrade instead")
