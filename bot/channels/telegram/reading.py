"""What an update says: parsed by python-telegram-bot, told in the words of the house.

Private chats are customers, the staff chats with their topics are the desk; nothing else is of interest here.
"""

from __future__ import annotations

import json
from collections.abc import Container
from datetime import UTC, datetime

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram.attachments import attachments_of
from bot.channels.telegram.updates import NAME, Raw
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

_BEYOND_REACH = datetime.fromtimestamp(0, UTC)
"""The date of a message that Telegram shows bots no more."""

_UNSEEN = Attachment(kind=AttachmentKind.OTHER, detail="jenis kiriman yang tidak dapat dibaca bot")
"""What stands for a message without content: so Telegram shows bots what their API has no words for."""


def event_of(update: Update, staff_chats: Container[str]) -> CustomerEvent | StaffEvent | None:
    """What an update says; None for what is of no interest.

    Raises:
        ValueError: the payload is not what Telegram sends.
    """
    try:
        raw = json.loads(update.payload)
        return _event(telegram.Update.de_json(raw, None), raw, staff_chats, update.received_at)
    except (TypeError, KeyError, AttributeError, RecursionError, OverflowError, OSError) as error:
        raise ValueError(f"not an update of Telegram: {update.key}") from error


def _event(
    update: telegram.Update, raw: Raw, staff_chats: Container[str], received_at: datetime
) -> CustomerEvent | StaffEvent | None:
    if update.message:
        return _told(update.message, _said(update.message, raw["message"]), staff_chats)
    if update.edited_message:
        return _told(update.edited_message, _edited(update.edited_message), staff_chats)
    if update.callback_query:
        return _pressed(update.callback_query, staff_chats, received_at)
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    return None


def _told(
    message: telegram.Message, what: Message | Edit | None, staff_chats: Container[str]
) -> CustomerEvent | StaffEvent | None:
    if what is None or message.from_user is None or message.from_user.is_bot:
        return None
    return _placed(message, message.from_user, what, staff_chats)


def _placed(
    message: telegram.Message, user: telegram.User, what: Message | Edit | Press, staff_chats: Container[str]
) -> CustomerEvent | StaffEvent | None:
    """Who did it: a customer in their private chat, or somebody in the staff group, in a topic or outside of all."""
    if message.chat.type == ChatType.PRIVATE:
        return CustomerEvent(contact=_contact(message.chat, user), what=what)
    if str(message.chat.id) not in staff_chats:
        return None
    thread = str(message.message_thread_id) if message.is_topic_message else ""
    return StaffEvent(
        who=AgentId(f"{NAME}:{user.id}"),
        who_name=clean(user.full_name),
        topic=Topic(chat=str(message.chat.id), thread=thread),
        what=what,
    )


def _contact(chat: telegram.Chat, user: telegram.User) -> Contact:
    return Contact(
        channel=NAME,
        address=str(chat.id),
        name=clean(user.full_name),
        username=user.username or "",
        language=user.language_code or "",
    )


def _said(message: telegram.Message, raw: Raw) -> Message | None:
    """A message with something in it; None for what Telegram itself writes into a chat."""
    text = clean(message.text or message.caption or "")
    attachments = attachments_of(message)
    if not text and not attachments:
        if raw.keys() - _ENVELOPE:
            return None
        attachments = (_UNSEEN,)
    return Message(
        author=Author.CUSTOMER if message.chat.type == ChatType.PRIVATE else Author.AGENT,
        text=text,
        at=message.date,
        attachments=attachments,
        external_id=str(message.message_id),
        reply_to=_replied_to(message),
        author_name=clean(message.from_user.full_name) if message.from_user else "",
        album=message.media_group_id or "",
    )


def _replied_to(message: telegram.Message) -> str:
    """The message that was replied to. What is just written in a topic "replies" to the topic's beginning."""
    replied = message.reply_to_message
    if replied is None or (message.is_topic_message and replied.message_id == message.message_thread_id):
        return ""
    return str(replied.message_id)


def _edited(message: telegram.Message) -> Edit | None:
    """New words for a message. A live location that moves on has none."""
    if message.location:
        return None
    return Edit(
        external_id=str(message.message_id),
        text=clean(message.text or message.caption or ""),
        at=message.edit_date or message.date,
    )


def _pressed(
    query: telegram.CallbackQuery, staff_chats: Container[str], received_at: datetime
) -> CustomerEvent | StaffEvent | None:
    """A press of a button, unless its message is beyond reach: then nobody can tell whose topic it was in."""
    if query.data is None or not isinstance(query.message, telegram.Message):
        return None
    if query.message.date == _BEYOND_REACH and query.message.chat.type != ChatType.PRIVATE:
        return None
    press = Press(press_id=query.id, payload=query.data, at=received_at, external_id=str(query.message.message_id))
    return _placed(query.message, query.from_user, press, staff_chats)


def _membership(change: telegram.ChatMemberUpdated) -> CustomerEvent | None:
    if change.chat.type != ChatType.PRIVATE:
        return None
    reachable = change.new_chat_member.status != ChatMemberStatus.BANNED
    return CustomerEvent(
        contact=_contact(change.chat, change.from_user), what=Reachability(reachable=reachable, at=change.date)
    )


def clean(text: str) -> str:
    """A text that every store can keep: no NUL, and no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
