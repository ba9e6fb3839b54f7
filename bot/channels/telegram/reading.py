"""What an update says, told in the words of the house.

Private chats are customers, the staff chats with their topics are the desk; nothing else is of interest here. It reads
Telegram's JSON itself: python-telegram-bot would make objects of all there is, ten times the work for a plain text.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, datetime

from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram.attachments import attachments_of
from bot.channels.telegram.updates import NAME, Raw, parsed, thread_of
from conversation.messages import (
    Attachment,
    AttachmentKind,
    Author,
    Contact,
    CustomerEvent,
    Edit,
    Message,
    Press,
    Reachability,
)
from conversation.ports import Update
from conversation.tickets import AgentId, StaffEvent, Topic

_ENVELOPE = frozenset(
    {
        "message_id",
        "message_thread_id",
        "is_topic_message",
        "date",
        "chat",
        "from",
        "reply_to_message",
        "external_reply",
        "quote",
        "forward_origin",
        "via_bot",
        "has_protected_content",
    }
)
"""The fields of a message that are not its content."""

_BEYOND_REACH = 0
"""The date of a message that Telegram shows bots no more."""

_UNSEEN = Attachment(kind=AttachmentKind.OTHER, detail="jenis kiriman yang tidak dapat dibaca bot")
"""What stands for a message without content: so Telegram shows bots what their API has no words for."""


def event_of(update: Update, staff_chats: Container[str]) -> CustomerEvent | StaffEvent | None:
    """What an update says; None for what is of no interest.

    Raises:
        ValueError: the payload is not what Telegram sends.
    """
    try:
        return _event(parsed(update.payload), staff_chats, update.received_at)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError, OSError) as error:
        raise ValueError(f"not an update of Telegram: {update.key}") from error


def _event(raw: Raw, staff_chats: Container[str], received_at: datetime) -> CustomerEvent | StaffEvent | None:
    if message := raw.get("message"):
        return _told(message, _said(message), staff_chats)
    if message := raw.get("edited_message"):
        return _told(message, _edited(message), staff_chats)
    if query := raw.get("callback_query"):
        return _pressed(query, staff_chats, received_at)
    if change := raw.get("my_chat_member"):
        return _membership(change)
    return None


def _told(message: Raw, what: Message | Edit | None, staff_chats: Container[str]) -> CustomerEvent | StaffEvent | None:
    user = message.get("from")
    if what is None or user is None or user["is_bot"]:
        return None
    return _placed(message, user, what, staff_chats)


def _placed(
    message: Raw, user: Raw, what: Message | Edit | Press, staff_chats: Container[str]
) -> CustomerEvent | StaffEvent | None:
    """Who did it: a customer in their private chat, or somebody in the staff group, in a topic or outside of all."""
    chat = str(message["chat"]["id"])
    if _is_private(message["chat"]):
        return CustomerEvent(contact=_contact(message["chat"], user), what=what)
    if chat not in staff_chats:
        return None
    return StaffEvent(
        who=AgentId(f"{NAME}:{user['id']}"),
        who_name=_full_name(user),
        topic=Topic(chat=chat, thread=str(thread_of(message))),
        what=what,
    )


def _contact(chat: Raw, user: Raw) -> Contact:
    if not isinstance(chat["id"], int):
        raise TypeError("a chat has a number")
    return Contact(
        channel=NAME,
        address=str(chat["id"]),
        name=_full_name(user),
        username=clean(user.get("username") or ""),
        language=clean(user.get("language_code") or ""),
    )


def _said(message: Raw) -> Message | None:
    """A message with something in it; None for what Telegram itself writes into a chat."""
    text = _text(message)
    attachments = attachments_of(message)
    if not text and not attachments:
        if message.keys() - _ENVELOPE:
            return None
        attachments = (_UNSEEN,)
    return Message(
        author=Author.CUSTOMER if _is_private(message["chat"]) else Author.AGENT,
        text=text,
        at=_time(message["date"]),
        attachments=attachments,
        external_id=str(message["message_id"]),
        reply_to=_replied_to(message),
        author_name=_full_name(message["from"]) if "from" in message else "",
        album=clean(message.get("media_group_id") or ""),
    )


def _replied_to(message: Raw) -> str:
    """The message that was replied to. What is just written in a topic "replies" to the topic's beginning."""
    replied = message.get("reply_to_message")
    if replied is None or replied["message_id"] == thread_of(message):
        return ""
    return str(replied["message_id"])


def _edited(message: Raw) -> Edit | None:
    """New words for a message. A live location that moves on has none."""
    if "location" in message:
        return None
    at = _time(message.get("edit_date") or message["date"])
    return Edit(external_id=str(message["message_id"]), text=_text(message), at=at)


def _pressed(query: Raw, staff_chats: Container[str], received_at: datetime) -> CustomerEvent | StaffEvent | None:
    """A press of a button, unless its message is beyond reach: then nobody can tell whose topic it was in."""
    user, message, payload = query["from"], query.get("message"), query.get("data")
    if payload is None or message is None:
        return None
    if message["date"] == _BEYOND_REACH and not _is_private(message["chat"]):
        return None
    press = Press(
        press_id=clean(query["id"]), payload=clean(payload), at=received_at, external_id=str(message["message_id"])
    )
    return _placed(message, user, press, staff_chats)


def _membership(change: Raw) -> CustomerEvent | None:
    if not _is_private(change["chat"]):
        return None
    reachable = change["new_chat_member"]["status"] != ChatMemberStatus.BANNED
    return CustomerEvent(
        contact=_contact(change["chat"], change["from"]),
        what=Reachability(reachable=reachable, at=_time(change["date"])),
    )


def _is_private(chat: Raw) -> bool:
    return bool(chat["type"] == ChatType.PRIVATE)


def _text(message: Raw) -> str:
    return clean(message.get("text") or message.get("caption") or "")


def _full_name(user: Raw) -> str:
    last = user.get("last_name")
    return clean(f"{user['first_name']} {last}" if last else user["first_name"])


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def clean(text: str) -> str:
    """A text that every store can keep: no NUL, and no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
