"""The knowledge base's part of the store in memory, on the same dictionaries as the rest of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.storage.rules import (
    activated_meanwhile,
    changed_meanwhile,
    published_meanwhile,
    refuse_naive_review,
    refuse_naive_time,
    text_of_turn,
)
from bot.testing.memory_desk import MemoryDesk
from conversation.errors import NoSuchRelease
from conversation.knowledge_ports import (
    Activation,
    PieceChange,
    Release,
    ReleaseId,
    ReviewId,
    ReviewItem,
    ReviewSource,
    ReviewStatus,
    TurnRow,
)
from conversation.messages import Author, ConversationId, Message


@dataclass(slots=True)
class MemoryKnowledge(MemoryDesk):
    """`KnowledgeStore` on dictionaries."""

    _releases: dict[ReleaseId, tuple[Release, str]] = field(default_factory=dict)
    _activations: list[Activation] = field(default_factory=list)
    _changes: dict[str, PieceChange] = field(default_factory=dict)
    _last_version: int = 0
    _review: dict[ReviewId, ReviewItem] = field(default_factory=dict)
    _review_cursor: int = 0

    async def releases(self, limit: int = 50, before: ReleaseId | None = None) -> list[Release]:
        """See `KnowledgeStore.releases`."""
        newest_first = reversed(self._releases)
        return [self._releases[id][0] for id in newest_first if before is None or id < before][:limit]

    async def release(self, id: ReleaseId) -> Release | None:
        """See `KnowledgeStore.release`."""
        return self._releases[id][0] if id in self._releases else None

    async def release_content(self, id: ReleaseId) -> str:
        """See `KnowledgeStore.release_content`."""
        self._require(id)
        return self._releases[id][1]

    async def add_release(self, release: Release, content: str, published: Mapping[str, int]) -> ReleaseId:
        """See `KnowledgeStore.add_release`."""
        refuse_naive_time(release.made_at)
        served = await self.active()
        if release.base != (served.release_id if served else None):
            raise published_meanwhile()
        id = ReleaseId(len(self._releases) + 1)
        self._releases[id] = (replace(release, id=id), content)
        await self.activate(id, at=release.made_at, by=release.author, reason=release.note)
        for piece, version in published.items():
            if piece in self._changes and self._changes[piece].version == version:
                del self._changes[piece]
        return id

    async def activate(
        self, id: ReleaseId, *, at: datetime, by: str, reason: str, instead_of: ReleaseId | None = None
    ) -> Activation:
        """See `KnowledgeStore.activate`."""
        refuse_naive_time(at)
        served = await self.active()
        if instead_of is not None and (served is None or served.release_id != instead_of):
            raise activated_meanwhile()
        self._require(id)
        activation = Activation(id=len(self._activations) + 1, release_id=id, at=at, by=by, reason=reason)
        self._activations.append(activation)
        return activation

    def _require(self, id: ReleaseId) -> None:
        if id not in self._releases:
            raise NoSuchRelease(id)

    async def active(self) -> Activation | None:
        """See `KnowledgeStore.active`."""
        return self._activations[-1] if self._activations else None

    async def activations(self, limit: int = 50) -> list[Activation]:
        """See `KnowledgeStore.activations`."""
        return self._activations[::-1][:limit]

    async def changes(self) -> list[PieceChange]:
        """See `KnowledgeStore.changes`."""
        return [self._changes[piece] for piece in sorted(self._changes)]

    async def save_change(self, piece: str, content: str | None, *, expected: int, at: datetime, by: str) -> int:
        """See `KnowledgeStore.save_change`."""
        refuse_naive_time(at)
        self._require_version(piece, expected)
        self._last_version += 1
        self._changes[piece] = PieceChange(
            piece=piece, content=content, version=self._last_version, changed_at=at, changed_by=by
        )
        return self._last_version

    async def drop_change(self, piece: str, *, expected: int) -> None:
        """See `KnowledgeStore.drop_change`."""
        if piece not in self._changes:
            raise changed_meanwhile(piece)
        self._require_version(piece, expected)
        del self._changes[piece]

    def _require_version(self, piece: str, expected: int) -> None:
        if expected != (self._changes[piece].version if piece in self._changes else 0):
            raise changed_meanwhile(piece)

    async def turns_after(self, cursor: int, limit: int = 200) -> list[TurnRow]:
        """See `KnowledgeStore.turns_after`."""
        found = list(enumerate(self._turns, start=1))[cursor : cursor + limit]
        return [
            TurnRow(
                id=id,
                at=turn.at,
                conversation_id=conversation_id,
                kind=turn.kind,
                intent=turn.intent or "",
                reason=turn.reason,
                record=turn.record,
                text=text_of_turn(turn.record),
                department=self._department_of(conversation_id),
            )
            for id, (conversation_id, turn) in found
        ]

    def _department_of(self, conversation_id: ConversationId) -> str:
        ticket_id = self._conversations[conversation_id].ticket_id
        ticket = None if ticket_id is None else self._tickets.get(ticket_id)
        return ticket.department if ticket is not None and ticket.is_open else ""

    async def first_reply(self, conversation_id: ConversationId, after: datetime) -> Message | None:
        """See `KnowledgeStore.first_reply`."""
        refuse_naive_time(after)
        said = (each.message for each in self._messages.values() if each.conversation_id == conversation_id)
        by_agents = (each for each in said if each.author is Author.AGENT and each.text and each.at > after)
        return next(by_agents, None)

    async def review_cursor(self) -> int:
        """See `KnowledgeStore.review_cursor`."""
        return self._review_cursor

    async def collect_review(self, items: Sequence[ReviewItem], *, after: int, cursor: int) -> bool:
        """See `KnowledgeStore.collect_review`."""
        refuse_naive_review(items)
        if self._review_cursor != after:
            return False
        self._review_cursor = cursor
        await self.add_review(items)
        return True

    async def add_review(self, items: Sequence[ReviewItem]) -> None:
        """See `KnowledgeStore.add_review`."""
        refuse_naive_review(items)
        for item in items:
            if item.conversation_id in self._conversations:
                id = ReviewId(len(self._review) + 1)
                self._review[id] = replace(item, id=id)

    async def review_items(
        self, status: ReviewStatus = ReviewStatus.OPEN, since: datetime | None = None, limit: int = 2_000
    ) -> list[ReviewItem]:
        """See `KnowledgeStore.review_items`."""
        refuse_naive_time(since)
        found = [
            (item.at, id)
            for id, item in self._review.items()
            if item.status is status and (since is None or item.at >= since)
        ]
        return [self._review[id] for _, id in sorted(found, reverse=True)[:limit]]

    async def deal_review(
        self, ids: Sequence[ReviewId], status: ReviewStatus, *, by: str, at: datetime, chosen: str = ""
    ) -> int:
        """See `KnowledgeStore.deal_review`."""
        refuse_naive_time(at)
        still_open = {id for id in ids if id in self._review and self._review[id].status is ReviewStatus.OPEN}
        for id in still_open:
            item = self._review[id]
            self._review[id] = replace(item, status=status, dealt_by=by, dealt_at=at, chosen=chosen or item.chosen)
        return len(still_open)

    async def review_counts(self) -> Mapping[str, int]:
        """See `KnowledgeStore.review_counts`."""
        counted = Counter(item.source for item in self._review.values() if item.status is ReviewStatus.OPEN)
        return {source.value: counted[source] for source in ReviewSource}
