"""Messages and the people who write them. Values only; this module knows no channel and no store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

from conversation.values import quick

ConversationId = NewType("ConversationId", str)
"""`channel:address`, such as `telegram:5512345` or `terminal:budi`."""

MessageId = NewType("MessageId", int)
"""The store's number of a message. What the channel calls the same message is its `external_id`."""

InboxId = NewType("InboxId", int)
"""The store's number of an accepted update."""


class Author(Enum):
    """Who said it."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"
    NOTE = "note"
    """An agent's remark to colleagues. The customer never sees it."""


class AttachmentKind(Enum):
    """What is attached, as the channel names it."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """Something sent along with, or instead of, text. The channel keeps the bytes under `file_id`.

    `detail` is what an agent wants to read of it: a file name, a sticker's emoji, `-6.2,106.8`, a number.
    """

    kind: AttachmentKind
    file_id: str = ""
    detail: str = ""
    size: int | None = None


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A customer as one channel knows them. `address` is where the channel reaches them."""

    channel: str
    address: str
    name: str = ""
    username: str = ""
    language: str = ""

    @property
    def conversation_id(self) -> ConversationId:
        """The one conversation this contact has on this channel, for ever."""
        return ConversationId(f"{self.channel}:{self.address}")


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One utterance. `external_id` is empty until the channel has given it one."""

    author: Author
    text: str
    at: datetime
    attachments: tuple[Attachment, ...] = ()
    external_id: str = ""
    reply_to: str = ""
    author_name: str = ""
    album: str = ""
    id: MessageId | None = None
    edited_at: datetime | None = None


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A message was changed by its author. The store keeps what stood there before."""

    external_id: str
    text: str
    at: datetime


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A customer pressed one of the bot's buttons. `press_id` is what the channel wants answered."""

    press_id: str
    payload: str
    at: datetime
    external_id: str = ""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Reachability:
    """The customer blocked the bot, or let it in again."""

    reachable: bool
    at: datetime


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """The conversation is to be woken at `due`, as if the customer had meant `intent`.

    A reminder of the same `name` replaces the earlier one. `unless_written`: the customer's next message calls it off.
    """

    name: str
    due: datetime
    intent: str
    entities: tuple[tuple[str, object], ...] = ()
    unless_written: bool = False


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerEvent:
    """One thing that a customer did, as a channel read it from one inbox row; or a reminder that is due for them."""

    contact: Contact
    what: Message | Edit | Press | Reachability | Reminder
