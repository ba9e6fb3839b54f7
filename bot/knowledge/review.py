"""Learning from what happened, at work: turns become items of the review list, slowly, while the service serves.

It knows when and how fast; what a turn teaches is read in `review_reading`, and what a person makes of it is the
business of `review_list`. Nothing that is found is written unmasked, and nothing of it is served.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from bot.knowledge.review_reading import AGENT_HAS_IT, Reader, hiding, open_question
from conversation.errors import Refusal, StorageError
from conversation.knowledge_ports import KnowledgeStore, ReviewItem, ReviewSource, TurnRow
from conversation.messages import Author, ConversationId, MessageId
from conversation.ports import Store
from intents.knowledge import KnowledgeBase

BATCH = 100
"""Turns that are read at once."""

SHARE = 0.1
"""Of a core, what collecting may take."""

REMEMBERED = 500
"""Turns before the cursor that are read again at the start, for the sake of corrections."""

LATEST_TURNS = 30
"""Turns of a conversation among which the question is looked for that an agent has replied to."""

Aside = Callable[[Callable[[], Any]], Awaitable[Any]]

log = logging.getLogger(__name__)


class ReviewStore(KnowledgeStore, Store, Protocol):
    """What collecting asks of a store."""


class Collector:
    """Fills the review list. `knowledge` gives what serves now."""

    def __init__(
        self,
        store: ReviewStore,
        knowledge: Callable[[], KnowledgeBase],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        interval: float = 10.0,
        aside: Aside = asyncio.to_thread,
    ) -> None:
        """`interval` is the seconds between two looks for new turns; `aside` does something in a thread."""
        self._store = store
        self._knowledge = knowledge
        self._sleep = sleep
        self._interval = interval
        self._aside = aside
        self._reader: Reader | None = None
        self._cursor = 0

    async def run(self) -> None:
        """Collect for ever. Whatever fails is left in peace until the next time."""
        while True:
            try:
                await self.once()
            except StorageError as error:
                self._reader = None
                log.warning("nothing could be collected: %s", error, extra={"action": "review_failed"})
            except Exception:  # Whatever it is: the next turns are read.
                self._reader = None
                log.exception("nothing could be collected", extra={"action": "review_failed"})
            await self._sleep(self._interval)

    async def once(self) -> int:
        """Read all turns there are; returns how many items they gave.

        A turn is read once: items and cursor are written together, and where another process was first nothing is.
        """
        collected = 0
        while True:
            begun = time.perf_counter()
            reader = await self._reader_now()
            rows = await self._store.turns_after(self._cursor, BATCH)
            if not rows:
                return collected
            items = await self._aside(partial(_read, reader, rows))
            for row in rows:
                if row.reason == AGENT_HAS_IT and (reply := await self._reply(reader, row)):
                    items.append(reply)
            if not await self._store.collect_review(items, after=self._cursor, cursor=rows[-1].id):
                self._reader = None
                return collected
            self._cursor = rows[-1].id
            collected += len(items)
            if len(rows) < BATCH:  # What came meanwhile can wait: each batch is a commit, for which turns wait too.
                return collected
            await self._sleep((time.perf_counter() - begun) * (1 / SHARE - 1))

    async def _reader_now(self) -> Reader:
        """The reader, which has read all turns up to the cursor that a correction may refer to."""
        knowledge = self._knowledge()
        if self._reader is None:
            self._cursor = await self._store.review_cursor()
            self._reader = Reader(hide=hiding(knowledge), knowledge=knowledge)
            first = max(0, self._cursor - REMEMBERED)
            rows = await self._store.turns_after(first, REMEMBERED)
            await self._aside(partial(_read, self._reader, [row for row in rows if row.id <= self._cursor]))
        elif self._reader.knowledge is not knowledge:
            self._reader.knowledge, self._reader.hide = knowledge, hiding(knowledge)
        return self._reader

    async def _reply(self, reader: Reader, row: TurnRow) -> ReviewItem | None:
        """What an agent replied to what the bot had not known, if this turn is the first behind it."""
        turns = [turn for turn in await self._store.turns(row.conversation_id, LATEST_TURNS) if turn.at < row.at]
        question = open_question(turns)
        if question is None:
            return None
        reply = await self._store.first_reply(row.conversation_id, question.at)
        if reply is None or reply.at > row.at:
            return None
        if any(turn.reason == AGENT_HAS_IT and turn.at >= reply.at for turn in turns):
            return None
        text = str(question.record.get("text", ""))
        asked = replace(row, record=question.record, text=text)
        item = reader.item(asked, ReviewSource.REPLY, text, intent=question.intent or "", at=question.at)
        snapshot = await self._store.load_by_id(row.conversation_id, 0)
        names = (reply.author_name, snapshot.conversation.contact.name if snapshot else "")
        return replace(item, reply=reader.hide(reply.text, names)) if item else None


def _read(reader: Reader, rows: Sequence[TurnRow]) -> list[ReviewItem]:
    return [item for row in rows if (item := reader.read(row))]


async def flag(
    store: ReviewStore,
    knowledge: KnowledgeBase,
    conversation_id: ConversationId,
    message_id: MessageId,
    *,
    right_intent: str = "",
) -> ReviewItem:
    """Put the customer's message that the bot answered with `message_id` on the review list, as answered wrongly.

    `right_intent` is what would have been right, where the agent knows. Whether they may is settled by the caller.

    Raises:
        Refusal: it is no answer of the bot's, or not one to words.
    """
    if right_intent and right_intent not in knowledge.intents:
        raise Refusal(f"there is no intent {right_intent!r}", remedy="Choose one of those there are.")
    history = await store.history(conversation_id)
    answer = next((row.message for row in history if row.message.id == message_id), None)
    if answer is None or answer.author is not Author.BOT:
        raise Refusal("this is no answer of the bot's", remedy="Choose something that the bot said.")
    turns = [turn for turn in await store.turns(conversation_id) if turn.at == answer.at]  # They share their time.
    text = str(turns[-1].record.get("text", "")) if turns else ""
    intent = (turns[-1].intent or "") if turns else ""
    if not text.strip():
        raise Refusal("the customer had pressed a button there", remedy="Choose an answer to something they wrote.")
    found = knowledge.intents.get(right_intent or intent)
    item = ReviewItem(
        at=answer.at,
        conversation_id=conversation_id,
        text=hiding(knowledge)(text),
        source=ReviewSource.FLAGGED,
        intent=intent,
        chosen=right_intent,
        department=found.department if found else "",
    )
    await store.add_review([item])
    return item
