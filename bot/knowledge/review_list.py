"""The review list: what turns have taught, in groups, and what a person makes of them. All of it ends in the draft.

Nothing here is served before somebody publishes the draft. Whoever calls has settled that the caller may.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial

from bot.knowledge.draft import Draft
from bot.knowledge.library import Library
from conversation.errors import DataError, Refusal
from conversation.knowledge_ports import ReviewId, ReviewItem, ReviewSource, ReviewStatus
from intents.entities import unlabelled
from intents.grouping import Group, Heard, group
from intents.normalise import Normaliser

MOST = 2_000
"""Open items that are looked at, the newest."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""It has to fit into a button's payload, whose 64 bytes it shares with a slash."""

_WORD = re.compile(r"[^\W\d_]{2,}")


class LeftOut(Enum):
    """Why a message did not become an example."""

    NO_WORDS = "no_words"
    """Without what was hidden, no words are left."""
    THERE_ALREADY = "there_already"
    """The intent has it, or one that is read as the same."""
    OF_ANOTHER = "of_another"
    """Another intent has it; with both, the bot could not tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One message of a customer, with all that is known of it: several items where, say, an agent has replied too."""

    items: tuple[ReviewItem, ...]

    @property
    def text(self) -> str:
        """The message, masked."""
        return self.items[0].text

    @property
    def at(self) -> datetime:
        """When it was written."""
        return self.items[0].at


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewGroup:
    """Messages that say much the same. `thought` counts what the bot took them for, `chosen` what was right, most
    common first; `replies` are what agents replied, masked, as the text of an answer."""

    like: Group[Question]
    ids: tuple[ReviewId, ...]
    sources: Mapping[ReviewSource, int]
    thought: Mapping[str, int]
    chosen: Mapping[str, int]
    replies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """Examples that are in the draft now, and messages (masked) that were left out, with why."""

    intent: str
    examples: tuple[str, ...]
    left_out: tuple[tuple[str, LeftOut], ...] = ()


class ReviewList:
    """The use cases of the review list. `clock` gives times in the zone by whose days trends count."""

    def __init__(self, library: Library, normaliser: Normaliser, clock: Callable[[], datetime]) -> None:
        self._library = library
        self._store = library.store
        self._normaliser = normaliser
        self._clock = clock

    async def groups(
        self,
        *,
        sources: Collection[ReviewSource] = (),
        department: str = "",
        since: datetime | None = None,
    ) -> tuple[ReviewGroup, ...]:
        """What is open, in groups, the largest first; of these sources, this department and no older, where given."""
        items = await self._store.review_items(ReviewStatus.OPEN, since, MOST)
        wanted = [each for each in items if department in ("", each.department)]
        by_message: dict[tuple[object, object], list[ReviewItem]] = defaultdict(list)
        for item in reversed(wanted):
            by_message[item.conversation_id, item.at].append(item)
        questions = [Question(items=tuple(of)) for of in by_message.values()]
        if sources:
            questions = [each for each in questions if any(item.source in sources for item in each.items)]
        heard = [Heard(key=each, text=each.text, at=each.at) for each in questions]
        found = await self._library.loader.aside(partial(group, heard, self._clock(), self._normaliser))
        return tuple(_described(each) for each in found)

    async def to_examples(self, ids: Collection[ReviewId], intent: str, who: str) -> Added:
        """Put messages into the draft as examples of an intent there is, and take them off the list.

        Raises:
            Refusal: the draft has no such intent, or none of the items is open any more.
            StaleDraft: somebody else changed the intent at this moment; nothing has changed.
        """
        items, draft, piece = await self._open(ids), await self._library.view(), f"intent/{intent}"
        value = draft.pieces.get(piece)
        if not isinstance(value, Mapping):
            raise Refusal(f"there is no intent {intent!r}", remedy="Choose one of those there are, or make a new one.")
        added = await self._library.loader.aside(partial(self._examples, items, intent, draft))
        if added.examples:
            change = draft.change(piece)
            edited = {**value, "examples": [*value.get("examples", ()), *added.examples]}
            await self._library.edit(piece, edited, change.version if change else 0, who)
        await self._deal(items, ReviewStatus.USED, who, chosen=intent)
        return added

    async def to_new_intent(
        self,
        ids: Collection[ReviewId],
        name: str,
        who: str,
        *,
        title: str = "",
        kind: str = "faq",
        department: str = "",
        answer: str = "",
    ) -> Added:
        """Make a new intent in the draft, with these messages as its examples, and take them off the list.

        Raises:
            DataError: the name, the kind or the answer cannot be used.
            Refusal: there is such an intent, none of the items is open any more, or no message can be an example.
        """
        if not _NAME.fullmatch(name):
            raise DataError(
                f"{name!r} cannot be the name of an intent",
                remedy="Use small letters, digits and _, at most 60 of them, a letter first.",
            )
        items, draft, piece = await self._open(ids), await self._library.view(), f"intent/{name}"
        if piece in draft.pieces:
            raise Refusal(
                f"there is an intent {name!r} already", remedy="Add the messages to it, or choose a new name."
            )
        added = await self._library.loader.aside(partial(self._examples, items, name, draft))
        if not added.examples:
            raise Refusal("none of the messages can be an example", remedy="Make the intent with examples of your own.")
        value: dict[str, object] = {
            "examples": list(added.examples),
            "kind": kind,
            "title": title,
            "department": department,
        }
        value |= {"answers": [{"text": answer}]} if answer else {}
        change = draft.change(piece)  # It may have been removed in this draft.
        await self._library.edit(piece, value, change.version if change else 0, who)
        await self._deal(items, ReviewStatus.USED, who, chosen=name)
        return added

    async def dismiss(self, ids: Collection[ReviewId], who: str) -> int:
        """Take items off the list that teach nothing; returns how many were open."""
        return await self._store.deal_review(list(ids), ReviewStatus.DISMISSED, by=who, at=self._clock())

    async def _open(self, ids: Collection[ReviewId]) -> list[ReviewItem]:
        wanted = set(ids)
        items = [each for each in await self._store.review_items(ReviewStatus.OPEN, limit=MOST) if each.id in wanted]
        if not items:
            raise Refusal("somebody else has dealt with this already", remedy="Open the list anew.")
        return sorted(items, key=lambda each: each.at)

    async def _deal(self, items: Sequence[ReviewItem], status: ReviewStatus, who: str, *, chosen: str) -> None:
        """After the draft was written: whoever dies between the two finds the items still open, and their examples
        there already."""
        ids = [each.id for each in items if each.id is not None]
        await self._store.deal_review(ids, status, by=who, at=self._clock(), chosen=chosen)

    def _examples(self, items: Sequence[ReviewItem], intent: str, draft: Draft) -> Added:
        """What of these messages can be learned from. Two are the same if they are read as the same."""
        owner = {self._read(text): name for name, text in _examples_of(draft.pieces)}
        examples: list[str] = []
        left_out: list[tuple[str, LeftOut]] = []
        for masked in dict.fromkeys(item.text for item in items):
            text = unlabelled(masked)
            known = owner.setdefault(self._read(text), "")
            if not _WORD.search(text):
                left_out.append((masked, LeftOut.NO_WORDS))
            elif known:
                left_out.append((masked, LeftOut.THERE_ALREADY if known == intent else LeftOut.OF_ANOTHER))
            else:
                owner[self._read(text)] = intent
                examples.append(text)
        return Added(intent=intent, examples=tuple(examples), left_out=tuple(left_out))

    def _read(self, text: str) -> str:
        return self._normaliser.normalise(text).text


def _examples_of(pieces: Mapping[str, object]) -> list[tuple[str, str]]:
    """All examples as (intent, text)."""
    found = []
    for piece, value in pieces.items():
        if piece.startswith("intent/") and isinstance(value, Mapping):
            found += [(piece.removeprefix("intent/"), str(text)) for text in value.get("examples", ())]
    return found


def _described(like: Group[Question]) -> ReviewGroup:
    items = [item for heard in like.items for item in heard.key.items]
    replies = Counter(item.reply for item in items if item.reply)
    return ReviewGroup(
        like=like,
        ids=tuple(item.id for item in items if item.id is not None),
        sources=dict(Counter(item.source for item in items).most_common()),
        thought=dict(Counter(item.intent for item in items if item.intent).most_common()),
        chosen=dict(Counter(item.chosen for item in items if item.chosen).most_common()),
        replies=tuple(reply.replace("{", "{{").replace("}", "}}") for reply, _ in replies.most_common()),
    )
