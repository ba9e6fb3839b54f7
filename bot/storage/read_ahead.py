"""What the next turn of a conversation will load, read in the transaction that accepts its update: one hop to a thread
less. Knows no connection and no statement.

What is kept is as it was then. It goes with every commit of its conversation, and whoever decides by it commits against
the version it has, so that a change by anybody else is met there, as one that came after a load is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.storage.rules import latest_contact
from conversation.messages import Contact, ConversationId
from conversation.state import Conversation, Snapshot
from conversation.values import replace

MOST = 4_096
"""Conversations that are remembered; the oldest go first."""

LASTS = 10.0
"""Seconds after which a turn that had to wait reads anew."""


@dataclass(frozen=True, slots=True)
class _Read:
    snapshot: Snapshot | None
    at: float


class ReadAhead:
    """Snapshots by conversation, for a short time. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: dict[ConversationId, _Read] = {}

    def keep(self, read: Mapping[ConversationId, Snapshot | None]) -> None:
        """Remember what was read; None for a conversation that has not begun."""
        now = self._clock()
        for id, snapshot in read.items():
            self._known.pop(id, None)
            self._known[id] = _Read(snapshot, now)
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]

    def drop(self, id: ConversationId) -> None:
        """Forget a conversation: it has changed, or was found to be another."""
        self._known.pop(id, None)

    def find(self, contact: Contact) -> Snapshot | None:
        """What `Store.load` would give without messages, if that is known."""
        known = self._known.get(contact.conversation_id)
        if known is None or self._clock() - known.at > LASTS:
            return None
        if known.snapshot is None:
            return Snapshot(conversation=Conversation(contact=contact))
        conversation = known.snapshot.conversation
        described = replace(conversation, contact=latest_contact(conversation.contact, contact))
        return Snapshot(conversation=described)
