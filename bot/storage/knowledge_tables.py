"""The tables of the knowledge base and their indexes. The migrations create them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from bot.storage.column_types import Id, UtcDateTime, Words
from bot.storage.schema import metadata, some

TO_REVIEW = "coalesce(status, '') = 'open'"
"""Said so that SQLite, which has no statistics here, does not rather look for the status in the other index."""

kb_releases = Table(
    "kb_releases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("author", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("content_hash", Words, nullable=False),
    Column("overruled", Words, nullable=False),
    Column("base", Id),
    Column("evaluation", Words, nullable=False),
    Column("content", Words, nullable=False),
    sqlite_autoincrement=True,
    info={"copied_at_a_time": 8},
)
"""A row is half a megabyte: hence the longest texts last, where SQLite need not read past them, and copies in few."""

kb_activations = Table(
    "kb_activations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("release_id", Id, ForeignKey("kb_releases.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Words, nullable=False),
    Column("reason", Words, nullable=False),
    sqlite_autoincrement=True,
)

kb_changes = Table(
    "kb_changes",
    metadata,
    Column("piece", Words, primary_key=True),
    Column("content", Words),
    Column("version", Id, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", Words, nullable=False),
)

kb_review = Table(
    "kb_review",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False),
    Column("text", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("intent", Words, nullable=False),
    Column("chosen", Words, nullable=False),
    Column("reply", Words, nullable=False),
    Column("department", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("dealt_by", Words, nullable=False),
    Column("dealt_at", UtcDateTime),
    sqlite_autoincrement=True,
)

kb_cursor = Table(
    "kb_cursor",
    metadata,
    Column("name", Words, primary_key=True),
    Column("position", Id, nullable=False),
)
"""`review`: the last turn that was looked at for the review list. `draft`: the last version given to a change; who
writes releases, activations or changes counts it up first, and so does so alone."""

Index("review_by_status", kb_review.c.status, kb_review.c.at, kb_review.c.id)
Index("review_of_conversation", kb_review.c.conversation_id)
some("review_open", kb_review.c.source, where=TO_REVIEW)
