"""Effects: what is to be done outside, as plain values that can be stored and done later.

The core makes them, one transaction stores them, and `bot.delivery` has a channel carry them out. Each has
a `kind` so that it can be stored and read back as the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal, NewType

from conversation.messages import AttachmentKind, ConversationId, Message, MessageId
from conversation.state import Owner
from conversation.tickets import TicketId
from conversation.values import quick

OutboxId = NewType("OutboxId", int)
"""The store's number of one effect to be carried out."""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """A choice under a message. `payload` comes back as a `Press`; Telegram takes at most 64 bytes of it."""

    title: str
    payload: str


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class SendText:
    """Say something. Longer texts than the channel takes are split at sentence ends by the channel."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    kind: Literal["send_text"] = "send_text"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class SendPhoto:
    """Show a picture that stands at a public address."""

    url: str
    caption: str = ""
    kind: Literal["send_photo"] = "send_photo"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class SendFile:
    """Send a file of ours, kept at `path`, as a photo or as a document called `name`."""

    path: str
    name: str
    media: AttachmentKind = AttachmentKind.DOCUMENT
    caption: str = ""
    kind: Literal["send_file"] = "send_file"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class CopyMessage:
    """Copy a message, with its media, from another chat of the same channel."""

    from_chat: str
    external_id: str
    kind: Literal["copy_message"] = "copy_message"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class EditText:
    """Replace the text (and buttons) of what the delivery's `about` or `label` names at its address.

    Where nothing of that name was sent yet, it is sent now.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    kind: Literal["edit_text"] = "edit_text"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class DeleteMessage:
    """Take back what the delivery's `about` names at its address. What is gone already is none the worse for it."""

    kind: Literal["delete_message"] = "delete_message"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerPress:
    """Tell the channel that a press was taken, with a short text the presser sees for a moment."""

    press_id: str
    text: str = ""
    kind: Literal["answer_press"] = "answer_press"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTopic:
    """Make the thread in which a ticket is shown. Never stored: delivery does it when something is addressed
    to a ticket that has no thread yet, or has one no more."""

    title: str
    kind: Literal["open_topic"] = "open_topic"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeTopic:
    """Rename the ticket's thread, and close or re-open it."""

    title: str
    closed: bool
    kind: Literal["change_topic"] = "change_topic"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveChat:
    """Leave a group that the bot was not made for."""

    kind: Literal["leave_chat"] = "leave_chat"


Effect = (
    SendText
    | SendPhoto
    | SendFile
    | CopyMessage
    | EditText
    | DeleteMessage
    | AnswerPress
    | OpenTopic
    | ChangeTopic
    | LeaveChat
)

REPEATABLE = ("edit_text", "delete_message", "answer_press", "open_topic", "change_topic", "leave_chat")
"""Kinds that may be done again when nobody knows whether they were done: a second time changes nothing for
a reader (a second, empty topic is a smaller evil than a complaint that no agent ever sees)."""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where an effect goes: a chat of a channel, or the thread in which the desk shows a ticket."""

    channel: str
    chat: str = ""
    ticket: TicketId | None = None


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One effect on its way. `only_while` drops it if the conversation has another owner by then.

    `reply_to` and `about` are messages of ours; what they are called at `address` is looked up when the
    effect is done. `label` names what is shown (`card`) so that a later `EditText` can replace it.
    """

    address: Address
    effect: Effect
    only_while: Owner | None = None
    reply_to: MessageId | None = None
    about: MessageId | None = None
    label: str = ""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A message for the history, and the deliveries that show it to somebody.

    `seen_at` says where it can be read already and what it is called there: an agent's words stand in the
    topic where they were typed. The store keeps that as a delivery that is done.
    """

    message: Message
    deliveries: tuple[Delivery, ...] = ()
    seen_at: tuple[Address, str] | None = None


class OutboxStatus(Enum):
    """Where a delivery stands. `UNKNOWN`: it may or may not have been done, and nobody can tell."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"
    UNKNOWN = "unknown"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxItem:
    """A stored delivery. `message_id` is the message it shows, if any. Items of one address go by `id`."""

    id: OutboxId
    conversation_id: ConversationId
    delivery: Delivery
    message_id: MessageId | None
    attempts: int = 0
    not_before: datetime | None = None
    status: OutboxStatus = OutboxStatus.PENDING
    error: str = ""
