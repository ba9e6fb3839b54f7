"""A channel that fares as it is told, for tests of whatever needs a `Channel`.

Updates are made from events, and read back as the same events. Effects are kept in `performed`, and each is
answered by the next scripted receipt, or done under a number of its own where none is scripted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from bot.testing.manual_clock import NOON
from conversation.effects import Effect, OpenTopic, SendText
from conversation.messages import Author, Contact, CustomerEvent, Message, Press
from conversation.ports import Receipt, ReceiptStatus, Target, Update
from conversation.tickets import StaffEvent

BUDI = Contact(channel="telegram", address="5512345", name="Budi")


@dataclass(kw_only=True)
class ScriptedChannel:
    """A channel of any name. `meanwhile` is awaited once, while the next effect waits for the limits."""

    name: str = "telegram"
    reads_fragments: bool = True
    performed: list[tuple[Target, Effect]] = field(default_factory=list)
    worked_for: list[str] = field(default_factory=list)
    receipts: deque[Receipt] = field(default_factory=deque)
    meanwhile: Callable[[], Awaitable[object]] | None = None
    _events: dict[str, CustomerEvent | StaffEvent | None] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def update(self, event: CustomerEvent | StaffEvent | None, lane: str = "") -> Update:
        """An update that will be read as `event`; its lane is the customer's or the topic's, unless given."""
        if isinstance(event, CustomerEvent):
            lane = lane or event.contact.conversation_id
        elif isinstance(event, StaffEvent):
            lane = lane or f"{self.name}:{event.topic.chat}:{event.topic.thread}"
        update = self._numbered(lane)
        self._events[update.key] = event
        return update

    def unreadable(self, contact: Contact = BUDI) -> Update:
        """An update that `read` will refuse."""
        return self._numbered(contact.conversation_id, "unreadable")

    def said(self, text: str, contact: Contact = BUDI) -> Update:
        """A customer writes."""
        external_id = str(1000 + len(self._events))
        message = Message(author=Author.CUSTOMER, text=text, at=NOON, external_id=external_id)
        return self.update(CustomerEvent(contact=contact, what=message))

    def pressed(self, payload: str, contact: Contact = BUDI) -> Update:
        """A customer presses a button."""
        press = Press(press_id=f"press-{len(self._events)}", payload=payload, at=NOON)
        return self.update(CustomerEvent(contact=contact, what=press))

    def script(self, *receipts: Receipt) -> None:
        """The receipts of the next effects, in order."""
        self.receipts.extend(receipts)

    def texts(self, chat: str = BUDI.address) -> list[str]:
        """What was said in a chat so far, failed tries included."""
        return [
            effect.text for target, effect in self.performed if isinstance(effect, SendText) and target.chat == chat
        ]

    def read(self, update: Update) -> CustomerEvent | StaffEvent | None:
        """The event that the update was made from.

        Raises:
            ValueError: it was made by `unreadable`, or not here.
        """
        if update.key not in self._events:
            raise ValueError(f"nobody can read {update.key}")
        return self._events[update.key]

    def ready_now(self, target: Target, effect: Effect) -> bool:
        """See `Prompt`: nothing has to wait, unless something is to happen meanwhile."""
        return self.meanwhile is None

    async def ready(self, target: Target, effect: Effect) -> None:
        """There are no limits, but things may happen `meanwhile`."""
        if self.meanwhile is not None:
            happening, self.meanwhile = self.meanwhile, None
            await happening()

    async def perform(self, target: Target, effect: Effect) -> Receipt:
        """Keep the effect, and answer as scripted."""
        self.performed.append((target, effect))
        if self.receipts:
            return self.receipts.popleft()
        prefix = "thread-" if isinstance(effect, OpenTopic) else ""
        return Receipt(status=ReceiptStatus.DONE, external_id=f"{prefix}{next(self._ids)}")

    async def show_working(self, chat: str) -> None:
        """Keep for whom."""
        self.worked_for.append(chat)

    def _numbered(self, lane: str, what: str = "event") -> Update:
        key = f"{what}:{next(self._numbers)}"
        return Update(channel=self.name, key=key, lane=lane, payload=key, received_at=NOON)
