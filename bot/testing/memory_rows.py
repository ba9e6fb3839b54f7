"""What the store in memory keeps of updates, messages and deliveries. Values that change, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from conversation.effects import OutboxItem
from conversation.messages import ConversationId, Message, MessageId
from conversation.ports import InboxItem


@dataclass(slots=True)
class Accepted:
    """An update, and what became of it."""

    item: InboxItem
    done: bool = False
    quarantined: bool = False

    @property
    def pending(self) -> bool:
        """Whether it still waits to be handled."""
        return not self.done and not self.quarantined


@dataclass(slots=True)
class Written:
    """A message, where it stands, and what it said before."""

    message: Message
    conversation_id: ConversationId
    previous_texts: tuple[str, ...] = ()


@dataclass(slots=True)
class Sent:
    """A delivery, and what it is called where it went."""

    item: OutboxItem
    external_id: str = ""

    def shows(self, message_id: MessageId) -> bool:
        """Whether it is this message that was delivered, or something about it."""
        return message_id in (self.item.message_id, self.item.delivery.about)
