"""Bot API methods that change what is already in a chat: edits, deletions, reactions, pins.

Knows what may be changed by whom; does not send anything new.
"""

from __future__ import annotations

from bot.testing.bot_api.content import caption_content, checked_markup, text_content
from bot.testing.bot_api.errors import bad_request
from bot.testing.bot_api.parameters import Wire
from bot.testing.bot_api.registry import Call, MethodTable
from bot.testing.bot_api.state import Chat
from bot.testing.bot_api.updates import DAY

METHODS = MethodTable()

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


def _edit(call: Call, chat: Chat, message: Wire, changes: Wire) -> Wire:
    if all(message.get(key) == value for key, value in changes.items()):
        raise bad_request(_NOT_MODIFIED)
    return call.world.revise(chat, message, changes | {"edit_date": int(call.world.clock.now())})


def _own_message(call: Call, chat: Chat) -> Wire:
    message = call.message(chat, "message to edit not found")
    if message["from"]["id"] != call.bot.bot_id:
        raise bad_request("message can't be edited")
    return message


@METHODS.method("editMessageText")
def edit_message_text(call: Call) -> Wire:
    chat = call.chat()
    message = _own_message(call, chat)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = {"entities": None, **text_content(call.parameters)}
    return _edit(call, chat, message, content | {"reply_markup": checked_markup(call.parameters)})


@METHODS.method("editMessageCaption")
def edit_message_caption(call: Call) -> Wire:
    chat = call.chat()
    message = _own_message(call, chat)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    content = {"caption": None, "caption_entities": None, **caption_content(call.parameters)}
    return _edit(call, chat, message, content | {"reply_markup": checked_markup(call.parameters)})


@METHODS.method("editMessageReplyMarkup")
def edit_message_reply_markup(call: Call) -> Wire:
    chat = call.chat()
    message = _own_message(call, chat)
    return _edit(call, chat, message, {"reply_markup": checked_markup(call.parameters)})


def _check_deletable(call: Call, chat: Chat, message: Wire) -> None:
    is_own = message["from"]["id"] == call.bot.bot_id
    if not (chat.is_private or is_own or call.is_admin(chat)) or "forum_topic_created" in message:
        raise bad_request("message can't be deleted")
    too_old = call.world.clock.now() - message["date"] > 2 * DAY
    if too_old and not (call.is_admin(chat) and not chat.is_private):
        raise bad_request("message can't be deleted for everyone")


@METHODS.method("deleteMessage")
def delete_message(call: Call) -> bool:
    chat = call.chat()
    message = call.message(chat, "message to delete not found")
    _check_deletable(call, chat, message)
    call.world.remove(chat, message["message_id"])
    return True


@METHODS.method("deleteMessages")
def delete_messages(call: Call) -> bool:
    chat = call.chat()
    known = [chat.messages[i] for i in call.parameters.array("message_ids") or [] if i in chat.messages]
    for message in known:
        _check_deletable(call, chat, message)
    for message in known:
        call.world.remove(chat, message["message_id"])
    return True


@METHODS.method("setMessageReaction")
def set_message_reaction(call: Call) -> bool:
    chat = call.chat()
    message = call.message(chat, "message to react not found")
    reactions = call.parameters.array("reaction") or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    chat.reactions[message["message_id"]] = [str(reaction.get("emoji", "")) for reaction in reactions]
    chat.touch(message["message_id"])
    return True


@METHODS.method("pinChatMessage")
def pin_chat_message(call: Call) -> bool:
    chat = call.chat()
    message = call.message(chat, "message to pin not found")
    if not chat.is_private and not call.is_admin(chat):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    number = message["message_id"]
    chat.pinned = [*(pinned for pinned in chat.pinned if pinned != number), number]
    return True


@METHODS.method("unpinChatMessage")
def unpin_chat_message(call: Call) -> bool:
    chat = call.chat()
    number = call.parameters.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    return True
