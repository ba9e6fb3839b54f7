"""The world behind the API: bots, people, chats, topics, messages, files, and who hears of what.

Knows the state and the plain changes of it; does not know the API's methods (``methods``) nor the deeds of
people (``people``), which both act on it.
"""

from __future__ import annotations

import itertools

from bot.testing.bot_api.clock import Clock
from bot.testing.bot_api.errors import bad_request
from bot.testing.bot_api.members import member_wire
from bot.testing.bot_api.parameters import Wire
from bot.testing.bot_api.state import Bot, Chat, Press, StoredFile, Topic
from bot.testing.bot_api.updates import CALLBACK_LIFE, UpdateQueue

FIRST_UPDATE_ID = 700_000_001
FIRST_USER_ID = 5_000_000_001
FIRST_GROUP = 1_000_000_001
FIRST_IN_GROUP = 2  # the first message tells that the group was made; 1 is the thread id of "General"


class World:
    """Everything the server remembers."""

    def __init__(self, *, clock: Clock, first_update_id: int = FIRST_UPDATE_ID) -> None:
        self.clock = clock
        self.bots: dict[str, Bot] = {}
        self.users: dict[int, Wire] = {}
        self.groups: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self._first_update_id = first_update_id
        self._user_ids = itertools.count(FIRST_USER_ID)
        self._group_ids = itertools.count(FIRST_GROUP)
        self._file_ids = itertools.count(1)
        self._callback_ids = itertools.count(4_000_000_000_000_000_001)

    def add_bot(self, token: str) -> Bot:
        number = int(token.partition(":")[0])
        user: Wire = {
            "id": number,
            "is_bot": True,
            "first_name": f"Bot {number}",
            "username": f"bot{number}_bot",
        }
        updates = UpdateQueue(clock=self.clock, first_id=self._first_update_id)
        bot = self.bots[token] = Bot(token=token, user=user, updates=updates)
        self.users[number] = user
        return bot

    def add_user(
        self,
        first_name: str,
        *,
        username: str | None = None,
        language_code: str = "id",
        user_id: int | None = None,
    ) -> Wire:
        number = next(self._user_ids) if user_id is None else user_id
        user: Wire = {"id": number, "is_bot": False, "first_name": first_name, "language_code": language_code}
        if username:
            user["username"] = username
        self.users[number] = user
        return user

    def private_chat(self, bot: Bot, user: Wire) -> Chat:
        """The chat of one user with one bot; made on first use, and then not yet started by the user."""
        if (chat := bot.private.get(user["id"])) is None:
            wire = {key: user[key] for key in ("id", "first_name", "username") if key in user} | {"type": "private"}
            chat = Chat(chat_id=user["id"], wire=wire, ids=bot.private_ids, owner=bot, started=False)
            bot.private[user["id"]] = chat
        return chat

    def add_group(
        self, title: str, *, kind: str = "supergroup", forum: bool = False, chat_id: int | None = None
    ) -> Chat:
        if chat_id is None:
            number = next(self._group_ids)
            chat_id = int(f"-100{number}") if kind == "supergroup" else -number
        wire: Wire = {"id": chat_id, "type": kind, "title": title}
        if forum:
            wire["is_forum"] = True
        chat = self.groups[chat_id] = Chat(chat_id=chat_id, wire=wire, ids=itertools.count(FIRST_IN_GROUP))
        return chat

    def find_chat(self, bot: Bot, chat_id: object) -> Chat:
        """The chat a bot means; raises :class:`Refused` when it does not know it."""
        if isinstance(chat_id, int):
            chat = bot.private.get(chat_id) or self.groups.get(chat_id)
            if chat is not None:
                return chat
        elif not chat_id:
            raise bad_request("chat_id is empty")
        raise bad_request("chat not found")

    def add_file(self, *, name: str, mime: str, content: bytes, folder: str) -> StoredFile:
        number = next(self._file_ids)
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        stored = StoredFile(
            file_id=f"AgADBQAD-file-{number:06d}",
            unique_id=f"AQAD{number:06d}",
            file_path=f"{folder}/file_{number}.{suffix}",
            name=name,
            mime=mime,
            content=content,
        )
        self.files[stored.file_id] = self.paths[stored.file_path] = stored
        return stored

    def post(
        self,
        chat: Chat,
        sender: Wire,
        content: Wire,
        *,
        thread_id: int | None = None,
        reply_to: Wire | None = None,
    ) -> Wire:
        """Puts a message into a chat and gives it back. In a topic, what replies to nothing else replies to
        the message that made the topic, as it does at Telegram."""
        author = {key: value for key, value in sender.items() if not (sender["is_bot"] and key == "language_code")}
        message: Wire = {
            "message_id": next(chat.ids),
            "from": author,
            "chat": chat.wire,
            "date": int(self.clock.now()),
        }
        if thread_id:
            message["message_thread_id"] = thread_id
            message["is_topic_message"] = True
            reply_to = reply_to or chat.messages.get(thread_id)
        if reply_to is not None:
            message["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
        message.update(content)
        chat.messages[message["message_id"]] = message
        chat.touch(message["message_id"])
        return message

    def revise(self, chat: Chat, message: Wire, changes: Wire) -> Wire:
        """Replaces a message by an edited one; a change to None takes the field away."""
        revised = {key: value for key, value in {**message, **changes}.items() if value is not None}
        chat.messages[message["message_id"]] = revised
        chat.touch(message["message_id"])
        return revised

    def remove(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        chat.touch(message_id)

    def delete_topic(self, chat: Chat, topic: Topic) -> None:
        topic.deleted = True
        for message_id, message in list(chat.messages.items()):
            if message_id == topic.thread_id or message.get("message_thread_id") == topic.thread_id:
                self.remove(chat, message_id)

    def announce(self, chat: Chat, kind: str, body: Wire) -> None:
        """Tells the bots of a chat about something a person did there."""
        lane = f"chat {chat.chat_id}"
        if chat.owner is not None:
            chat.owner.updates.add(kind, body, lane=lane)
            return
        for bot in self.bots.values():
            status = chat.members.get(bot.bot_id)
            if status == "administrator" or (status == "member" and _is_addressed(bot, body)):
                bot.updates.add(kind, body, lane=lane)

    def press(self, bot: Bot, chat: Chat, user: Wire, message: Wire, data: str) -> Press:
        """A press of a callback button: the bot gets a query that it has 150 s to answer."""
        callback_id = str(next(self._callback_ids))
        wire: Wire = {
            "id": callback_id,
            "from": user,
            "message": message,
            "chat_instance": str(abs(chat.chat_id) * 7_919 + bot.bot_id),
            "data": data,
        }
        expires = self.clock.now() + self.clock.lasting(CALLBACK_LIFE)
        press = bot.presses[callback_id] = Press(callback_id=callback_id, wire=wire, expires=expires)
        self.deliver_press(bot, press)
        return press

    def deliver_press(self, bot: Bot, press: Press) -> None:
        bot.updates.add("callback_query", press.wire, lane=f"callback {press.wire['from']['id']}", life=CALLBACK_LIFE)

    def change_membership(self, chat: Chat, bot: Bot, actor: Wire, status: str) -> None:
        """Gives a bot another standing in a chat and tells it so (``my_chat_member``)."""
        old = chat.members.get(bot.bot_id, "left" if not chat.is_private else "member")
        chat.members[bot.bot_id] = status
        body: Wire = {
            "chat": chat.wire,
            "from": actor,
            "date": int(self.clock.now()),
            "old_chat_member": member_wire(bot.user, old),
            "new_chat_member": member_wire(bot.user, status),
        }
        bot.updates.add("my_chat_member", body, lane=f"chat {chat.chat_id}")


def _is_addressed(bot: Bot, message: Wire) -> bool:
    """Privacy mode: of a group's chatter a bot without rights hears commands, replies to it and mentions."""
    text = message.get("text", "")
    reply_author = message.get("reply_to_message", {}).get("from", {}).get("id")
    is_chatter = "text" in message or "caption" in message
    return not is_chatter or text.startswith("/") or reply_author == bot.bot_id or f"@{bot.user['username']}" in text
