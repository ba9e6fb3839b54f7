"""Bot API methods that put messages into chats: texts, media, copies, forwards.

Knows Telegram's conditions for a message to go out; what a message may consist of is in ``content``.
"""

from __future__ import annotations

import itertools
from functools import partial

from bot.testing.bot_api.content import (
    caption_content,
    checked_markup,
    contact_content,
    location_content,
    media_content,
    text_content,
)
from bot.testing.bot_api.errors import bad_request
from bot.testing.bot_api.parameters import Parameters, Wire
from bot.testing.bot_api.registry import Call, MethodTable
from bot.testing.bot_api.shown import KINDS, MEDIA
from bot.testing.bot_api.state import Chat

_BODY = frozenset((*KINDS, "entities", "caption", "caption_entities"))
METHODS = MethodTable()

_ALBUM_IDS = itertools.count(14_000_000_000_000_001)

SENDING = frozenset(
    name.lower()
    for name in (
        "sendMessage",
        "sendLocation",
        "sendContact",
        "sendMediaGroup",
        "copyMessage",
        "forwardMessage",
        "editMessageText",
        "editMessageCaption",
        "editMessageReplyMarkup",
        "sendPhoto",
        "sendDocument",
        "sendVoice",
        "sendVideo",
        "sendAudio",
        "sendAnimation",
        "sendVideoNote",
        "sendSticker",
    )
)
"""The methods that Telegram's sending limits count."""


def _send(call: Call, chat: Chat, body: Wire) -> Wire:
    """Puts a finished body into the chat, in the topic and as the reply the parameters ask for."""
    markup = checked_markup(call.parameters)
    target = _reply_target(call.parameters, chat)
    thread_id = _thread(call, chat, target)
    if markup is not None:
        body = {**body, "reply_markup": markup}
    return call.world.post(chat, call.bot.user, body, thread_id=thread_id, reply_to=target)


def _thread(call: Call, chat: Chat, target: Wire | None) -> int | None:
    thread_id = call.parameters.integer("message_thread_id")
    if not thread_id:
        return target.get("message_thread_id") if target else None
    topic = chat.topics.get(thread_id)
    if topic is None or topic.deleted:
        raise bad_request("message thread not found")
    if topic.closed and not call.is_admin(chat):
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def _reply_target(parameters: Parameters, chat: Chat) -> Wire | None:
    wanted = parameters.mapping("reply_parameters") or {}
    number = wanted.get("message_id") or parameters.integer("reply_to_message_id")
    if not number:
        return None
    target = chat.messages.get(number)
    lenient = wanted.get("allow_sending_without_reply") or parameters.flag("allow_sending_without_reply")
    if target is None and not lenient:
        raise bad_request("message to be replied not found")
    return target


@METHODS.method("sendMessage")
def send_message(call: Call) -> Wire:
    return _send(call, call.chat(), text_content(call.parameters))


def _send_media(kind: str, call: Call) -> Wire:
    chat = call.chat()
    return _send(call, chat, media_content(call.world, kind, call.parameters) | caption_content(call.parameters))


for _kind in MEDIA:
    _name = "sendVideoNote" if _kind == "video_note" else f"send{_kind.capitalize()}"
    METHODS.method(_name)(partial(_send_media, _kind))


@METHODS.method("sendLocation")
def send_location(call: Call) -> Wire:
    return _send(call, call.chat(), location_content(call.parameters))


@METHODS.method("sendContact")
def send_contact(call: Call) -> Wire:
    return _send(call, call.chat(), contact_content(call.parameters))


@METHODS.method("sendMediaGroup")
def send_media_group(call: Call) -> list[Wire]:
    chat = call.chat()
    items = call.parameters.array("media") or []
    if not 2 <= len(items) <= 10:
        raise bad_request("album must have 2 to 10 items")
    bodies = []
    for item in items:
        kind = item.get("type", "")
        if kind not in ("photo", "video", "document", "audio"):
            raise bad_request("wrong type of the media")
        single = Parameters({**item, kind: item.get("media")}, call.parameters.uploads)
        bodies.append(media_content(call.world, kind, single) | caption_content(single))
    album = str(next(_ALBUM_IDS))
    return [_send(call, chat, body | {"media_group_id": album}) for body in bodies]


@METHODS.method("copyMessage")
def copy_message(call: Call) -> Wire:
    chat, source = call.chat(), call.chat("from_chat_id")
    original = call.message(source, "message to copy not found")
    body = {key: value for key, value in original.items() if key in _BODY}
    if not body:
        raise bad_request("message can't be copied")
    if "caption" in call.parameters.values and "text" not in body:
        body.pop("caption", None)
        body.pop("caption_entities", None)
        body |= caption_content(call.parameters)
    return {"message_id": _send(call, chat, body)["message_id"]}


@METHODS.method("forwardMessage")
def forward_message(call: Call) -> Wire:
    chat, source = call.chat(), call.chat("from_chat_id")
    original = call.message(source, "message to forward not found")
    body = {key: value for key, value in original.items() if key in _BODY}
    if not body:
        raise bad_request("message can't be forwarded")
    origin = {"type": "user", "date": original["date"], "sender_user": original["from"]}
    return _send(call, chat, body | {"forward_origin": original.get("forward_origin", origin)})
