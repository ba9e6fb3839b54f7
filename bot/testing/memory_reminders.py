"""The journal of actions and the reminders of the store in memory. They know no conversation but its id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.storage.rules import fits
from conversation.actions import Reminder, ReminderCancelled
from conversation.messages import ConversationId
from conversation.ports import Journaled


@dataclass(slots=True)
class MemoryJournal:
    """Runs of actions by their keys, with the result of those that ended."""

    _results: dict[str, str | None] = field(default_factory=dict)

    def begin(self, key: str) -> tuple[Journaled, str]:
        """See `Store.begin_action`."""
        if key not in self._results:
            self._results[key] = None
            return Journaled.BEGUN, ""
        result = self._results[key]
        return (Journaled.UNCERTAIN, "") if result is None else (Journaled.DONE, result)

    def end(self, key: str, result: str) -> None:
        """See `Store.end_action`."""
        if key in self._results and self._results[key] is None:
            self._results[key] = result


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A reminder as it is kept."""

    id: int
    conversation_id: ConversationId
    reminder: Reminder
    set_at: datetime


@dataclass(slots=True)
class MemoryReminders:
    """Reminders by their numbers, none of which is given twice."""

    _kept: dict[int, Kept] = field(default_factory=dict)
    _last: int = 0

    def change(self, conversation_id: ConversationId, what: Reminder | ReminderCancelled, at: datetime) -> None:
        """Set one, in place of that of its name, or call some off."""
        for kept in self.soonest_first():
            known = kept.reminder
            gone = known.name == what.name if isinstance(what, Reminder) else fits(known, what)
            if gone and kept.conversation_id == conversation_id:
                del self._kept[kept.id]
        if isinstance(what, Reminder):
            self._last += 1
            kept = Kept(id=self._last, conversation_id=conversation_id, reminder=what, set_at=at)
            self._kept[kept.id] = kept

    def soonest_first(self) -> list[Kept]:
        """All of them."""
        return sorted(self._kept.values(), key=lambda kept: (kept.reminder.due, kept.id))

    def drop(self, id: int) -> None:
        """See `Store.drop_reminders`."""
        self._kept.pop(id, None)
