"""Bot API methods about the bot, chats, members, topics, commands, files, callbacks and the webhook.

Knows the state these methods read and write; messages are the business of ``sending`` and ``changing``.
"""

from __future__ import annotations

import re
from typing import Any

from bot.testing.bot_api.content import MAX_DOWNLOAD
from bot.testing.bot_api.entities import utf16_length
from bot.testing.bot_api.errors import bad_request
from bot.testing.bot_api.members import member_wire
from bot.testing.bot_api.parameters import Wire
from bot.testing.bot_api.registry import Call, MethodTable
from bot.testing.bot_api.state import Topic

METHODS = MethodTable()

_ACTIONS = frozenset(
    (
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    )
)
_DEFAULT_COLOR = 7_322_096
_MAX_TOPIC_NAME = 128
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")


@METHODS.method("getMe")
def get_me(call: Call) -> Wire:
    return call.bot.user | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@METHODS.method("sendChatAction")
def send_chat_action(call: Call) -> bool:
    call.chat()
    if call.parameters.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


@METHODS.method("answerCallbackQuery")
def answer_callback_query(call: Call) -> bool:
    press = call.bot.presses.get(call.parameters.text("callback_query_id"))
    if press is None or press.expires <= call.world.clock.now():
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = call.parameters.text("text")
    if utf16_length(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if press.answer is None:
        press.answer = {"text": text, "show_alert": call.parameters.flag("show_alert")}
    return True


@METHODS.method("createForumTopic")
def create_forum_topic(call: Call) -> Wire:
    chat = call.chat()
    if not chat.wire.get("is_forum"):
        raise bad_request("the chat is not a forum")
    if not call.is_admin(chat):
        raise bad_request("not enough rights to create a topic")
    name = _topic_name(call)
    color = call.parameters.integer("icon_color", _DEFAULT_COLOR)
    created = {"forum_topic_created": {"name": name, "icon_color": color}}
    made = call.world.post(chat, call.bot.user, created)
    thread_id: int = made["message_id"]
    call.world.revise(chat, made, {"message_thread_id": thread_id, "is_topic_message": True})
    chat.topics[thread_id] = Topic(thread_id=thread_id, name=name, icon_color=color)
    return {"message_thread_id": thread_id, "name": name, "icon_color": color}


def _topic_name(call: Call) -> str:
    name = call.parameters.text("name").strip()
    if not name:
        raise bad_request("TOPIC_TITLE_EMPTY")
    if utf16_length(name) > _MAX_TOPIC_NAME:
        raise bad_request("TOPIC_TITLE_TOO_LONG")
    return name


@METHODS.method("editForumTopic")
def edit_forum_topic(call: Call) -> bool:
    chat = call.chat()
    topic = call.topic(chat)
    if "name" not in call.parameters.values:
        return True
    name = _topic_name(call)
    if name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    call.world.post(chat, call.bot.user, {"forum_topic_edited": {"name": name}}, thread_id=topic.thread_id)
    return True


@METHODS.method("closeForumTopic")
def close_forum_topic(call: Call) -> bool:
    return _switch_topic(call, closed=True)


@METHODS.method("reopenForumTopic")
def reopen_forum_topic(call: Call) -> bool:
    return _switch_topic(call, closed=False)


def _switch_topic(call: Call, *, closed: bool) -> bool:
    chat = call.chat()
    topic = call.topic(chat)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    event = "forum_topic_closed" if closed else "forum_topic_reopened"
    call.world.post(chat, call.bot.user, {event: {}}, thread_id=topic.thread_id)
    return True


@METHODS.method("deleteForumTopic")
def delete_forum_topic(call: Call) -> bool:
    chat = call.chat()
    call.world.delete_topic(chat, call.topic(chat))
    return True


@METHODS.method("getChat")
def get_chat(call: Call) -> Wire:
    chat = call.chat()
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    full: Wire = chat.wire | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.pinned and (pinned := chat.messages.get(chat.pinned[-1])):
        full["pinned_message"] = pinned
    return full


@METHODS.method("getChatMember")
def get_chat_member(call: Call) -> Wire:
    chat, user_id = call.chat(), call.parameters.integer("user_id")
    if (user := call.world.users.get(user_id)) is None:
        raise bad_request("user not found")
    status = "member" if chat.is_private else chat.members.get(user_id, "left")
    return member_wire(user, status)


@METHODS.method("getChatAdministrators")
def get_chat_administrators(call: Call) -> list[Wire]:
    chat = call.chat()
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [
        member_wire(call.world.users[user_id], status)
        for user_id, status in chat.members.items()
        if status in ("administrator", "creator")
    ]


@METHODS.method("getChatMemberCount")
def get_chat_member_count(call: Call) -> int:
    chat = call.chat()
    return 2 if chat.is_private else sum(status not in ("left", "kicked") for status in chat.members.values())


@METHODS.method("leaveChat")
def leave_chat(call: Call) -> bool:
    chat = call.chat()
    if chat.is_private:
        raise bad_request("chat can't be left")
    call.world.change_membership(chat, call.bot, call.bot.user, "left")
    return True


def _command_key(call: Call) -> str:
    scope = call.parameters.mapping("scope") or {"type": "default"}
    return f"{sorted(scope.items())} {call.parameters.text('language_code')}"


@METHODS.method("setMyCommands")
def set_my_commands(call: Call) -> bool:
    commands = call.parameters.array("commands") or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for command in commands:
        name, description = str(command.get("command", "")), str(command.get("description", ""))
        if not _COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name.removeprefix("/"), "description": description})
    call.bot.commands[_command_key(call)] = kept
    return True


@METHODS.method("getMyCommands")
def get_my_commands(call: Call) -> list[Wire]:
    return call.bot.commands.get(_command_key(call), [])


@METHODS.method("deleteMyCommands")
def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_command_key(call), None)
    return True


@METHODS.method("getFile")
def get_file(call: Call) -> Wire:
    stored = call.world.files.get(call.parameters.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.file_path,
    }


@METHODS.method("getWebhookInfo")
def get_webhook_info(call: Call) -> Wire:
    waiting = len(call.bot.updates.pending)
    info: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}
    if call.bot.updates.allowed is not None:
        info["allowed_updates"] = sorted(call.bot.updates.allowed)
    return info | (call.bot.webhook.info() if call.bot.webhook else {})
