"""The terminal as a channel: lines that are typed become updates, effects become printed lines.

Everything in between is real: the store, the turn, the outbox. Buttons are numbered, and typing the number
presses the button.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from conversation.effects import AnswerPress, Button, EditText, Effect, SendFile, SendPhoto, SendText
from conversation.messages import Author, Contact, ConversationId, CustomerEvent, Message, Press
from conversation.ports import Receipt, ReceiptStatus, Target, Update

NAME = "terminal"


@dataclass(kw_only=True)
class TerminalChannel:
    """One customer at a terminal. `show` prints what they see: a text and the titles of its buttons."""

    show: Callable[[str, tuple[str, ...]], None]
    contact: Contact
    name: str = NAME
    reads_fragments: bool = False
    _buttons: tuple[Button, ...] = field(default=())

    @property
    def conversation_id(self) -> ConversationId:
        """The conversation that is held here."""
        return self.contact.conversation_id

    def typed(self, line: str, serial: str, now: datetime) -> Update:
        """The update that a typed line is. `serial` must be new for each line ever typed."""
        payload: dict[str, object] = {"text": line, "at": now.isoformat(), "serial": serial}
        choice = line.strip()
        if choice.isdecimal() and 1 <= int(choice) <= len(self._buttons):
            payload["press"] = self._buttons[int(choice) - 1].payload
        return Update(
            channel=self.name,
            key=f"line:{self.contact.address}:{serial}",
            lane=self.conversation_id,
            payload=json.dumps(payload, ensure_ascii=False),
            received_at=now,
        )

    def read(self, update: Update) -> CustomerEvent:
        """The event in an update that `typed` made.

        Raises:
            ValueError: it was not made by `typed`.
        """
        payload = json.loads(update.payload)
        try:
            text, serial = payload["text"], payload["serial"]
            at = datetime.fromisoformat(payload["at"])
            address = update.lane.removeprefix(f"{self.name}:")
        except (KeyError, TypeError) as error:
            raise ValueError(f"not an update of the terminal: {update.key}") from error
        contact = Contact(channel=self.name, address=address, name=address)
        if "press" in payload:
            return CustomerEvent(contact=contact, what=Press(press_id=serial, payload=payload["press"], at=at))
        message = Message(author=Author.CUSTOMER, text=text, at=at)
        return CustomerEvent(contact=contact, what=message)

    def ready_now(self, target: Target, effect: Effect) -> bool:
        """See `Prompt`: a terminal has no limits."""
        return True

    async def ready(self, target: Target, effect: Effect) -> None:
        """A terminal has no limits."""

    async def perform(self, target: Target, effect: Effect) -> Receipt:
        """Print an effect."""
        match effect:
            case SendText(text=text, buttons=rows) | EditText(text=text, buttons=rows):
                self._buttons = tuple(button for row in rows for button in row)
                self.show(text, tuple(button.title for button in self._buttons))
            case SendPhoto(url=url, caption=caption):
                self.show(f"[{url}] {caption}".strip(), ())
            case SendFile(name=name, caption=caption):
                self.show(f"[{name}] {caption}".strip(), ())
            case AnswerPress(text=text):
                if text:
                    self.show(text, ())
            case _:
                return Receipt(status=ReceiptStatus.REJECTED, error=f"a terminal cannot do {effect.kind}")
        return Receipt(status=ReceiptStatus.DONE)

    async def show_working(self, chat: str) -> None:
        """A terminal answers at once; there is nothing to show."""
