"""Reminders: what a conversation set for later comes back, when it is due, as an update like any other.

It goes through the inbox, so that it is dealt with once, in its conversation's order, whatever crashes meanwhile.
What it leads to is the dialogue's business.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from conversation.errors import StorageError
from conversation.messages import Contact, CustomerEvent, Reminder
from conversation.ports import DueReminder, Store, Update

LONGEST_SLEEP = 30.0
"""Seconds after which the store is asked again; another process may have set a reminder."""

_KEY = "reminder:"

log = logging.getLogger(__name__)


class Reminders:
    """Hands reminders that are due to the intake."""

    def __init__(
        self, store: Store, take: Callable[[Sequence[Update]], Awaitable[int]], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._take = take
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """A reminder was set: it may be due before the one that is waited for."""
        self._woken.set()

    async def run(self) -> None:
        """Wait for reminders for ever. Cancel it to stop."""
        while True:
            self._woken.clear()
            try:
                wait = await self.hand_on()
            except StorageError as error:
                log.error("reminders cannot be read; trying again: %s", error, extra={"action": "reminders_failed"})
                wait = LONGEST_SLEEP
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait)

    async def hand_on(self) -> float:
        """Hand on what is due; returns the seconds until something else may be."""
        now = self._clock()
        while due := await self._store.due_reminders(now):
            await self._take([as_update(each, now) for each in due if not await self._called_off(each)])
            await self._store.drop_reminders([each.id for each in due])
        upcoming = await self._store.next_reminder()
        return LONGEST_SLEEP if upcoming is None else min(LONGEST_SLEEP, max(0.0, (upcoming - now).total_seconds()))

    async def _called_off(self, due: DueReminder) -> bool:
        """Whether the customer has written since it was set, and it was set to be forgotten then."""
        if not due.reminder.unless_written:
            return False
        snapshot = await self._store.load_by_id(due.contact.conversation_id, recent=0)
        last_at = snapshot.conversation.last_at if snapshot else None
        return last_at is not None and last_at > due.set_at


def as_update(due: DueReminder, now: datetime) -> Update:
    """A due reminder as an update; its key is the same however often it is handed on."""
    contact, reminder = due.contact, due.reminder
    payload = {
        "contact": {name: getattr(contact, name) for name in ("channel", "address", "name", "username", "language")},
        "name": reminder.name,
        "due": reminder.due.isoformat(),
        "intent": reminder.intent,
        "entities": [list(entity) for entity in reminder.entities],
    }
    return Update(
        channel=contact.channel,
        key=f"{_KEY}{due.id}",
        lane=contact.conversation_id,
        payload=json.dumps(payload, ensure_ascii=False),
        received_at=now,
    )


def read_reminder(update: Update) -> CustomerEvent | None:
    """The reminder that an update is; None if a channel has to read it."""
    if not update.key.startswith(_KEY):
        return None
    payload = json.loads(update.payload)
    reminder = Reminder(
        name=payload["name"],
        due=datetime.fromisoformat(payload["due"]),
        intent=payload["intent"],
        entities=tuple((str(name), value) for name, value in payload["entities"]),
    )
    return CustomerEvent(contact=Contact(**payload["contact"]), what=reminder)
