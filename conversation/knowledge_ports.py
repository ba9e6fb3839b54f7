"""What the knowledge base asks of a store beyond `Store`: its releases, its draft, and what is left to be looked at.

Every store of ours implements it. As with `Store`, each method is one use case and atomic, and what it wrote survives
a loss of power once it returns. A store knows pieces, contents and evaluations as texts; what they say is not its
business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType, Protocol, cast

from conversation.messages import ConversationId, Message
from conversation.ports import Store

ReleaseId = NewType("ReleaseId", int)
"""The number of a release. No two ever have the same."""

ReviewId = NewType("ReviewId", int)
"""The number of something to be looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """The whole knowledge base at one moment, but for its content, which is asked for by itself.

    `id` is None until it is kept. `base` is the release that was active when it was made, None for the first.
    `evaluation` is JSON, "" where there was none; `overruled` is why it was published against the gate, "" if it was
    not.
    """

    id: ReleaseId | None = None
    made_at: datetime
    author: str
    note: str
    content_hash: str
    evaluation: str = ""
    overruled: str = ""
    base: ReleaseId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Activation:
    """That a release became the one that is served, and why. `id` grows with each, so that a change is seen by it."""

    id: int
    release_id: ReleaseId
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PieceChange:
    """One piece of the draft: its new content as JSON, None where it is removed.

    `version` is another number with every edit of any piece, and none is given twice.
    """

    piece: str
    content: str | None
    version: int
    changed_at: datetime
    changed_by: str


class ReviewSource(Enum):
    """Why something is to be looked at."""

    UNKNOWN = "unknown"
    """The bot did not know what was meant."""
    CHOSEN = "chosen"
    """The customer picked one of what was offered."""
    FLAGGED = "flagged"
    """An agent says that the answer was wrong."""
    CORRECTED = "corrected"
    """Somebody said which intent was right."""
    REPLY = "reply"
    """An agent's reply to what the bot did not know."""


class ReviewStatus(Enum):
    """What became of something that was to be looked at."""

    OPEN = "open"
    USED = "used"
    DISMISSED = "dismissed"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewItem:
    """One message that the knowledge base may learn from. `text` and `reply` are masked before they come here.

    `intent` is what the bot thought, `chosen` what was right, `reply` what an agent said; "" where nobody knows.
    """

    id: ReviewId | None = None
    at: datetime
    conversation_id: ConversationId
    text: str
    source: ReviewSource
    intent: str = ""
    chosen: str = ""
    reply: str = ""
    department: str = ""
    status: ReviewStatus = ReviewStatus.OPEN
    dealt_by: str = ""
    dealt_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnRow:
    """One turn of any conversation, as the record of its decision tells it; see `TurnRecord`.

    `text` is what the customer wrote, unmasked, "" for a press. `department` is that of the ticket that the
    conversation has open now, "" where it has none.
    """

    id: int
    at: datetime
    conversation_id: ConversationId
    kind: str
    intent: str
    reason: str
    record: Mapping[str, object]
    text: str
    department: str


class KnowledgeStore(Protocol):
    """The knowledge base's part of the store of a running service."""

    async def releases(self, limit: int = 50, before: ReleaseId | None = None) -> list[Release]:
        """The latest releases, newest first, from the one before `before` on."""
        ...

    async def release(self, id: ReleaseId) -> Release | None:
        """One release, or None."""
        ...

    async def release_content(self, id: ReleaseId) -> str:
        """The content of a release.

        Raises:
            Refusal: there is no such release.
        """
        ...

    async def add_release(self, release: Release, content: str, published: Mapping[str, int]) -> ReleaseId:
        """Keep a release, make it the active one, and drop from the draft what it publishes, all at once.

        `published` is the version of each change that is in it. An edit that came after that version stays in the
        draft. The activation tells the release's time, author and note.

        Raises:
            StaleDraft: another release than `release.base` is active by now.
        """
        ...

    async def activate(
        self, id: ReleaseId, *, at: datetime, by: str, reason: str, instead_of: ReleaseId | None = None
    ) -> Activation:
        """Make a release that is kept the active one. The draft stays as it is.

        Raises:
            Refusal: there is no such release.
            StaleDraft: not `instead_of`, where given, but another release is active.
        """
        ...

    async def active(self) -> Activation | None:
        """The latest activation; None where nothing was ever published. Cheap: to be asked every second."""
        ...

    async def activations(self, limit: int = 50) -> list[Activation]:
        """The latest activations, newest first."""
        ...

    async def changes(self) -> list[PieceChange]:
        """The draft: what differs from the active release, by the names of the pieces."""
        ...

    async def save_change(self, piece: str, content: str | None, *, expected: int, at: datetime, by: str) -> int:
        """Put one piece into the draft; returns its new version.

        `expected` is the version of the change that was edited, 0 where the piece was as in the active release.

        Raises:
            StaleDraft: somebody else has changed the piece since, or published or dropped its change.
        """
        ...

    async def drop_change(self, piece: str, *, expected: int) -> None:
        """Take one piece out of the draft.

        Raises:
            StaleDraft: its change is of another version, or gone.
        """
        ...

    async def turns_after(self, cursor: int, limit: int = 200) -> list[TurnRow]:
        """Turns of all conversations in the order of their ids, from the one behind `cursor` on.

        Only the service writes turns, one commit after another: whoever goes on behind the last one misses none.
        """
        ...

    async def first_reply(self, conversation_id: ConversationId, after: datetime) -> Message | None:
        """The first words that an agent wrote in a conversation after a time, unmasked; None where there are none."""
        ...

    async def review_cursor(self) -> int:
        """The id of the last turn that was looked at for the review list; 0 before the first."""
        ...

    async def collect_review(self, items: Sequence[ReviewItem], *, after: int, cursor: int) -> bool:
        """Keep what the turns behind `after` up to `cursor` gave for the review list, and that they were looked at.

        Returns False, and writes nothing, when the review cursor is not at `after` any more: another process has
        looked at these turns. Items of contacts who were forgotten meanwhile are left out.
        """
        ...

    async def add_review(self, items: Sequence[ReviewItem]) -> None:
        """Keep items that no cursor led to, such as what agents flag; forgotten contacts as above."""
        ...

    async def review_items(
        self, status: ReviewStatus = ReviewStatus.OPEN, since: datetime | None = None, limit: int = 2_000
    ) -> list[ReviewItem]:
        """Items of one status, newest first, not older than `since`."""
        ...

    async def deal_review(
        self, ids: Sequence[ReviewId], status: ReviewStatus, *, by: str, at: datetime, chosen: str = ""
    ) -> int:
        """Say what became of open items, and which intent was right if `chosen` names one; returns how many were open.

        Those that somebody else dealt with stay as they are.
        """
        ...

    async def review_counts(self) -> Mapping[str, int]:
        """How many items are open, by the word of their source; every source is there."""
        ...


def knowledge_of(store: Store) -> KnowledgeStore | None:
    """The knowledge base's part of a store; None for a store that has none, as one of an installed package may."""
    return cast(KnowledgeStore, store) if hasattr(store, "add_release") else None
