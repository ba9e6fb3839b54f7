"""The channel on which conversation tests are played: one customer, whose deeds are given and whose screen is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot.authoring.compare import Utterance
from conversation.effects import AnswerPress, Button, EditText, Effect, SendPhoto, SendText
from conversation.messages import Contact, CustomerEvent, Message, Press
from conversation.ports import Receipt, ReceiptStatus, Target, Update

NAME = "test"

CUSTOMER = Contact(channel=NAME, address="pelanggan", name="Pelanggan")


@dataclass(kw_only=True)
class StagedChannel:
    """One customer's side of a conversation. `said` is all that they were shown, in order."""

    name: str = NAME
    reads_fragments: bool = False
    said: list[Utterance] = field(default_factory=list)
    _screen: dict[str, tuple[Button, ...]] = field(default_factory=dict)
    _events: dict[str, CustomerEvent] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def update(self, what: Message | Press, now: datetime) -> Update:
        """The update that a deed of the customer's is."""
        key = f"deed:{next(self._numbers)}"
        self._events[key] = CustomerEvent(contact=CUSTOMER, what=what)
        return Update(channel=self.name, key=key, lane=CUSTOMER.conversation_id, payload=key, received_at=now)

    def button(self, wanted: str) -> Button | None:
        """The newest button of this title or payload that is on the screen."""
        buttons = (button for shown in reversed(self._screen.values()) for button in shown)
        return next((b for b in buttons if b.title.casefold() == wanted.casefold() or b.payload == wanted), None)

    @property
    def titles(self) -> list[str]:
        """The titles of all buttons on the screen, newest message first."""
        return [button.title for shown in reversed(self._screen.values()) for button in shown]

    def read(self, update: Update) -> CustomerEvent:
        """The event in an update that `update` made.

        Raises:
            ValueError: it was made elsewhere.
        """
        if update.key not in self._events:
            raise ValueError(f"not a deed of this test: {update.key}")
        return self._events[update.key]

    async def ready(self, target: Target, effect: Effect) -> None:
        """A test has no limits."""

    async def perform(self, target: Target, effect: Effect) -> Receipt:
        """Keep what the customer sees of an effect."""
        number = target.external_id or str(next(self._numbers))
        match effect:
            case SendText(text=text, buttons=rows) | EditText(text=text, buttons=rows):
                buttons = tuple(button for row in rows for button in row)
                self._screen[number] = buttons
                self.said.append(Utterance(text=text, buttons=buttons))
            case SendPhoto(url=url, caption=caption):
                self.said.append(Utterance(text=f"[{url}] {caption}".strip()))
            case AnswerPress(text=text):
                if text:
                    self.said.append(Utterance(text=text))
            case _:
                return Receipt(status=ReceiptStatus.REJECTED, error=f"a test cannot do {effect.kind}")
        return Receipt(status=ReceiptStatus.DONE, external_id=number)

    async def show_working(self, chat: str) -> None:
        """Nobody watches."""
