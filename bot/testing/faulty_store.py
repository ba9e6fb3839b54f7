"""A store in memory that fails when it is told to, for tests of what happens then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.testing.memory_store import MemoryStore
from conversation.effects import OutboxId, OutboxItem
from conversation.errors import StorageError
from conversation.messages import Contact, ConversationId
from conversation.ports import Change, Committed, DueReminder, InboxItem, Journaled, Outcome, Update
from conversation.state import Snapshot


@dataclass
class FaultyStore(MemoryStore):
    """`failures` says how often each method (by name) fails from now on, before it does anything.

    `meanwhile` is awaited once, right before the next commit: what somebody else does in that moment.
    """

    failures: Counter[str] = field(default_factory=Counter)
    meanwhile: Callable[[], Awaitable[object]] | None = None

    def deliveries(self) -> list[OutboxItem]:
        """All deliveries that were ever committed, in order."""
        return [sent.item for sent in self._outbox.values()]

    def _fail(self, method: str) -> None:
        if self.failures[method] > 0:
            self.failures[method] -= 1
            raise StorageError(f"{method}: the disk is full")

    async def accept(self, updates: Sequence[Update]) -> list[InboxItem]:
        """See `Store.accept`."""
        self._fail("accept")
        return await super().accept(updates)

    async def load(self, contact: Contact, recent: int = 10) -> Snapshot:
        """See `Store.load`."""
        self._fail("load")
        return await super().load(contact, recent)

    async def commit(self, change: Change) -> Committed:
        """See `Store.commit`."""
        if self.meanwhile is not None:
            happening, self.meanwhile = self.meanwhile, None
            await happening()
        self._fail("commit")
        return await super().commit(change)

    async def give_up_update(self, item: InboxItem, error: str, *, final: bool) -> None:
        """See `Store.give_up_update`."""
        self._fail("give_up_update")
        await super().give_up_update(item, error, final=final)

    async def start_deliveries(self, items: Sequence[OutboxItem]) -> set[OutboxId]:
        """See `Store.start_deliveries`."""
        self._fail("start_deliveries")
        return await super().start_deliveries(items)

    async def finish_deliveries(self, outcomes: Sequence[Outcome]) -> None:
        """See `Store.finish_deliveries`."""
        self._fail("finish_deliveries")
        await super().finish_deliveries(outcomes)

    async def begin_action(
        self, key: str, action: str, conversation_id: ConversationId, at: datetime
    ) -> tuple[Journaled, str]:
        """See `Store.begin_action`."""
        self._fail("begin_action")
        return await super().begin_action(key, action, conversation_id, at)

    async def end_action(self, key: str, result: str, at: datetime) -> None:
        """See `Store.end_action`."""
        self._fail("end_action")
        await super().end_action(key, result, at)

    async def due_reminders(self, now: datetime, limit: int = 100) -> list[DueReminder]:
        """See `Store.due_reminders`."""
        self._fail("due_reminders")
        return await super().due_reminders(now, limit)

    async def next_reminder(self) -> datetime | None:
        """See `Store.next_reminder`."""
        self._fail("next_reminder")
        return await super().next_reminder()

    async def drop_reminders(self, ids: Sequence[int]) -> None:
        """See `Store.drop_reminders`."""
        self._fail("drop_reminders")
        await super().drop_reminders(ids)

    async def counts(self) -> Mapping[str, int]:
        """See `Store.counts`."""
        self._fail("counts")
        return await super().counts()
