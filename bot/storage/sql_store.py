"""Every use case of `Store`, handed to a database that runs it: what the stores on SQL have in common.

Knows no connection, no thread and no particular database. How a job is run, and what its errors mean, is for the
store that it is the base of.
"""

from __future__ import annotations

import math
import time
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.storage import journal, reading, reminders, writing
from bot.storage.batcher import Combinable
from bot.storage.desk_store import SqlDeskStore
from bot.storage.knowledge_store import SqlKnowledgeStore
from bot.storage.read_ahead import ReadAhead
from bot.storage.rules import refuse_naive_change, refuse_naive_outcomes, refuse_naive_time, refuse_naive_updates
from conversation.effects import Address, OutboxId, OutboxItem
from conversation.messages import Contact, ConversationId, InboxId, Message, MessageId
from conversation.ports import (
    Change,
    Committed,
    DueReminder,
    HistoryRow,
    InboxItem,
    Journaled,
    Outcome,
    TurnRecord,
    Update,
)
from conversation.state import Episode, Snapshot
from conversation.tickets import AgentId, Ticket, TicketId, TicketStatus, Topic

MANY = 100_000
"""From so many conversations on their number is remembered: to count a million takes a tenth of a second."""

REMEMBERED = 60.0
"""Seconds for which it is."""


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


Accepted = tuple[list[InboxItem], Mapping[ConversationId, Snapshot | None]]
"""What was new, and the conversations as their next turns will load them."""


class SqlStore(SqlDeskStore, SqlKnowledgeStore):
    """All ports of a store on a database. Times of its own (when done, when in quarantine) come from `now`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ahead = ReadAhead(time.monotonic)
        self._conversations, self._conversations_until = 0, -math.inf

    @abstractmethod
    async def close(self) -> None:
        """See `Store.close`."""

    async def accept(self, updates: Sequence[Update]) -> list[InboxItem]:
        """See `Store.accept`."""
        refuse_naive_updates(tuple(updates))
        new, ahead = await self._write(Combinable(updates, _accept, _accept_all))
        self._ahead.keep(ahead)
        return new

    async def pending_updates(self, after: InboxId | None = None, limit: int = 1_000) -> list[InboxItem]:
        """See `Store.pending_updates`."""
        return await self._view(lambda connection: reading.pending_updates(connection, after, limit))

    async def give_up_update(self, item: InboxItem, error: str, *, final: bool) -> None:
        """See `Store.give_up_update`."""
        at = self._now() if final else None
        await self._write(lambda connection: writing.give_up_update(connection, item, error, at))

    async def finish_updates(self, ids: Sequence[InboxId]) -> None:
        """See `Store.finish_updates`."""
        now = self._now()
        await self._write(lambda connection: writing.finish_updates(connection, ids, now))

    async def load(self, contact: Contact, recent: int = 10) -> Snapshot:
        """See `Store.load`."""
        known = None if recent else self._ahead.find(contact)
        if known is not None:
            return known
        return await self._read(lambda connection: reading.load(connection, contact, recent))

    async def load_by_id(self, conversation_id: ConversationId, recent: int = 10) -> Snapshot | None:
        """See `Store.load_by_id`."""
        return await self._read(lambda connection: reading.load_by_id(connection, conversation_id, recent))

    async def commit(self, change: Change) -> Committed:
        """See `Store.commit`."""
        refuse_naive_change(change)
        try:
            return await self._commit(change)
        finally:
            self._ahead.drop(change.conversation.id)

    async def _commit(self, change: Change) -> Committed:
        return await self._write(Combinable((change, self._now()), _commit, writing.commit_all))

    async def interrupted_deliveries(self, channels: Sequence[str]) -> list[OutboxItem]:
        """See `Store.interrupted_deliveries`."""
        return await self._write(lambda connection: writing.interrupted_deliveries(connection, channels))

    async def pending_deliveries(self, after: OutboxId | None = None, limit: int = 1_000) -> list[OutboxItem]:
        """See `Store.pending_deliveries`."""
        return await self._view(lambda connection: reading.pending_deliveries(connection, after, limit))

    async def start_deliveries(self, items: Sequence[OutboxItem]) -> set[OutboxId]:
        """See `Store.start_deliveries`."""
        return await self._write(Combinable(items, writing.start_deliveries, writing.start_all_deliveries))

    async def finish_deliveries(self, outcomes: Sequence[Outcome]) -> None:
        """See `Store.finish_deliveries`."""
        refuse_naive_outcomes(tuple(outcomes))
        await self._write(Combinable(outcomes, writing.finish_deliveries, writing.finish_all_deliveries))

    async def external_id(self, address: Address, *, message_id: MessageId | None = None, label: str = "") -> str:
        """See `Store.external_id`."""
        return await self._read(lambda connection: reading.external_id(connection, address, message_id, label))

    async def message_at(self, address: Address, external_id: str) -> Message | None:
        """See `Store.message_at`."""
        return await self._read(lambda connection: reading.message_at(connection, address, external_id))

    async def set_topic(self, ticket_id: TicketId, topic: Topic | None) -> None:
        """See `Store.set_topic`."""
        await self._write(lambda connection: writing.set_topic(connection, ticket_id, topic))

    async def move_chat(self, channel: str, old: str, new: str) -> None:
        """See `Store.move_chat`."""
        await self._write(lambda connection: writing.move_chat(connection, channel, old, new))

    async def moved_chats(self, channel: str) -> Mapping[str, str]:
        """See `Store.moved_chats`."""
        return await self._read(lambda connection: reading.moved_chats(connection, channel))

    async def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """See `Store.ticket`."""
        return await self._read(lambda connection: reading.ticket(connection, ticket_id))

    async def ticket_in_topic(self, topic: Topic) -> Ticket | None:
        """See `Store.ticket_in_topic`."""
        return await self._read(lambda connection: reading.ticket_in_topic(connection, topic))

    async def tickets(
        self, statuses: Sequence[TicketStatus] = (), assignee: AgentId | None = None, limit: int = 100
    ) -> list[Ticket]:
        """See `Store.tickets`."""
        return await self._view(lambda connection: reading.ticket_list(connection, statuses, assignee, limit))

    async def history(self, conversation_id: ConversationId, limit: int = 1_000) -> list[HistoryRow]:
        """See `Store.history`."""
        return await self._view(lambda connection: reading.history(connection, conversation_id, limit))

    async def turns(self, conversation_id: ConversationId, limit: int = 100) -> list[TurnRecord]:
        """See `Store.turns`."""
        return await self._view(lambda connection: reading.turn_list(connection, conversation_id, limit))

    async def episodes(self, conversation_id: ConversationId) -> list[Episode]:
        """See `Store.episodes`."""
        return await self._view(lambda connection: reading.episodes_of(connection, conversation_id))

    async def begin_action(
        self, key: str, action: str, conversation_id: ConversationId, at: datetime
    ) -> tuple[Journaled, str]:
        """See `Store.begin_action`."""
        refuse_naive_time(at)
        return await self._write(lambda connection: journal.begin_action(connection, key, action, conversation_id, at))

    async def end_action(self, key: str, result: str, at: datetime) -> None:
        """See `Store.end_action`."""
        refuse_naive_time(at)
        await self._write(lambda connection: journal.end_action(connection, key, result, at))

    async def due_reminders(self, now: datetime, limit: int = 100) -> list[DueReminder]:
        """See `Store.due_reminders`."""
        refuse_naive_time(now)
        return await self._view(lambda connection: reminders.due(connection, now, limit))

    async def next_reminder(self) -> datetime | None:
        """See `Store.next_reminder`."""
        return await self._view(reminders.following)

    async def drop_reminders(self, ids: Sequence[int]) -> None:
        """See `Store.drop_reminders`."""
        await self._write(lambda connection: reminders.drop(connection, ids))

    async def counts(self) -> Mapping[str, int]:
        """See `Store.counts`."""
        if time.monotonic() >= self._conversations_until:
            self._conversations = await self._view(reading.conversation_count)
            if self._conversations >= MANY:
                self._conversations_until = time.monotonic() + REMEMBERED
        return {**await self._view(reading.counts), "conversations": self._conversations}


def _accept(connection: Connection, updates: Sequence[Update]) -> Accepted:
    return _with_ahead(connection, [writing.accept(connection, updates)])[0]


def _accept_all(connection: Connection, several: Sequence[Sequence[Update]]) -> list[Accepted]:
    return _with_ahead(connection, writing.accept_all(connection, several))


def _with_ahead(connection: Connection, several: Sequence[list[InboxItem]]) -> list[Accepted]:
    lanes = [dict.fromkeys(ConversationId(item.update.lane) for item in new) for new in several]
    ahead = reading.read_ahead(connection, {lane: None for own in lanes for lane in own})
    return [
        (new, {lane: ahead[lane] for lane in own if lane in ahead}) for new, own in zip(several, lanes, strict=True)
    ]


def _commit(connection: Connection, given: tuple[Change, datetime]) -> Committed:
    return writing.commit(connection, *given)
