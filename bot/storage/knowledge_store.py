"""Every use case of `KnowledgeStore`, handed to a database that runs it. Knows no connection and no particular
database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.storage import knowledge_releases, knowledge_review
from bot.storage.rules import refuse_naive_review, refuse_naive_time
from bot.storage.sql_jobs import SqlJobs
from conversation.knowledge_ports import (
    Activation,
    PieceChange,
    Release,
    ReleaseId,
    ReviewId,
    ReviewItem,
    ReviewStatus,
    TurnRow,
)
from conversation.messages import ConversationId, Message


class SqlKnowledgeStore(SqlJobs):
    """`KnowledgeStore` on a database."""

    async def releases(self, limit: int = 50, before: ReleaseId | None = None) -> list[Release]:
        """See `KnowledgeStore.releases`."""
        return await self._view(lambda connection: knowledge_releases.releases(connection, limit, before))

    async def release(self, id: ReleaseId) -> Release | None:
        """See `KnowledgeStore.release`."""
        return await self._view(lambda connection: knowledge_releases.release(connection, id))

    async def release_content(self, id: ReleaseId) -> str:
        """See `KnowledgeStore.release_content`."""
        return await self._view(lambda connection: knowledge_releases.release_content(connection, id))

    async def add_release(self, release: Release, content: str, published: Mapping[str, int]) -> ReleaseId:
        """See `KnowledgeStore.add_release`."""
        refuse_naive_time(release.made_at)
        return await self._write(
            lambda connection: knowledge_releases.add_release(connection, release, content, published)
        )

    async def activate(
        self, id: ReleaseId, *, at: datetime, by: str, reason: str, instead_of: ReleaseId | None = None
    ) -> Activation:
        """See `KnowledgeStore.activate`."""
        refuse_naive_time(at)
        return await self._write(
            lambda connection: knowledge_releases.activate(connection, id, at, by, reason, instead_of)
        )

    async def active(self) -> Activation | None:
        """See `KnowledgeStore.active`."""
        return await self._read(knowledge_releases.active)

    async def activations(self, limit: int = 50) -> list[Activation]:
        """See `KnowledgeStore.activations`."""
        return await self._view(lambda connection: knowledge_releases.activations(connection, limit))

    async def changes(self) -> list[PieceChange]:
        """See `KnowledgeStore.changes`."""
        return await self._view(knowledge_releases.changes)

    async def save_change(self, piece: str, content: str | None, *, expected: int, at: datetime, by: str) -> int:
        """See `KnowledgeStore.save_change`."""
        refuse_naive_time(at)
        return await self._write(
            lambda connection: knowledge_releases.save_change(connection, piece, content, expected, at, by)
        )

    async def drop_change(self, piece: str, *, expected: int) -> None:
        """See `KnowledgeStore.drop_change`."""
        await self._write(lambda connection: knowledge_releases.drop_change(connection, piece, expected))

    async def turns_after(self, cursor: int, limit: int = 200) -> list[TurnRow]:
        """See `KnowledgeStore.turns_after`."""
        return await self._view(lambda connection: knowledge_review.turns_after(connection, cursor, limit))

    async def first_reply(self, conversation_id: ConversationId, after: datetime) -> Message | None:
        """See `KnowledgeStore.first_reply`."""
        refuse_naive_time(after)
        return await self._view(lambda connection: knowledge_review.first_reply(connection, conversation_id, after))

    async def review_cursor(self) -> int:
        """See `KnowledgeStore.review_cursor`."""
        return await self._view(knowledge_review.review_cursor)

    async def collect_review(self, items: Sequence[ReviewItem], *, after: int, cursor: int) -> bool:
        """See `KnowledgeStore.collect_review`."""
        refuse_naive_review(items)
        return await self._write(lambda connection: knowledge_review.collect_review(connection, items, after, cursor))

    async def add_review(self, items: Sequence[ReviewItem]) -> None:
        """See `KnowledgeStore.add_review`."""
        refuse_naive_review(items)
        await self._write(lambda connection: knowledge_review.add_review(connection, items))

    async def review_items(
        self, status: ReviewStatus = ReviewStatus.OPEN, since: datetime | None = None, limit: int = 2_000
    ) -> list[ReviewItem]:
        """See `KnowledgeStore.review_items`."""
        refuse_naive_time(since)
        return await self._view(lambda connection: knowledge_review.review_items(connection, status, since, limit))

    async def deal_review(
        self, ids: Sequence[ReviewId], status: ReviewStatus, *, by: str, at: datetime, chosen: str = ""
    ) -> int:
        """See `KnowledgeStore.deal_review`."""
        refuse_naive_time(at)
        return await self._write(
            lambda connection: knowledge_review.deal_review(connection, ids, status, by, at, chosen)
        )

    async def review_counts(self) -> Mapping[str, int]:
        """See `KnowledgeStore.review_counts`."""
        return await self._view(knowledge_review.review_counts)
