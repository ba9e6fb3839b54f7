"""The table of Bot API methods, and what each of them is given.

Does not know any method itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.testing.bot_api.errors import Refused, bad_request, forbidden
from bot.testing.bot_api.parameters import Parameters, Wire
from bot.testing.bot_api.state import Bot, Chat, Topic
from bot.testing.bot_api.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call by one bot."""

    world: World
    bot: Bot
    parameters: Parameters

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat named by a parameter, if the bot may use it; raises :class:`Refused` otherwise."""
        chat = self.world.find_chat(self.bot, self.parameters.values.get(name))
        if chat.migrated_to is not None:
            reason = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, reason, {"migrate_to_chat_id": chat.migrated_to})
        if chat.is_private:
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
            return chat
        status = chat.members.get(self.bot.bot_id, "left")
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.wire['type']} chat")
        if status == "left":
            raise forbidden(f"bot is not a member of the {chat.wire['type']} chat")
        return chat

    def message(self, chat: Chat, missing: str) -> Wire:
        """The message named by ``message_id``; ``missing`` completes the 400 when there is none."""
        message = chat.messages.get(self.parameters.integer("message_id"))
        if message is None:
            raise bad_request(missing)
        return message

    def topic(self, chat: Chat) -> Topic:
        """The topic named by ``message_thread_id``, for the methods that manage topics."""
        if not chat.wire.get("is_forum"):
            raise bad_request("the chat is not a forum")
        if not self.is_admin(chat):
            raise bad_request("not enough rights to manage topics")
        topic = chat.topics.get(self.parameters.integer("message_thread_id"))
        if topic is None:
            raise bad_request("TOPIC_ID_INVALID")
        if topic.deleted:
            raise bad_request("TOPIC_DELETED")
        return topic

    def is_admin(self, chat: Chat) -> bool:
        return chat.members.get(self.bot.bot_id) in ("administrator", "creator")


Method = Callable[[Call], Any]


class MethodTable(dict[str, Method]):
    """Methods by their name in lower case, as Telegram does not mind the case."""

    def method(self, name: str) -> Callable[[Method], Method]:
        """Enters a function as the Bot API method of that name."""

        def enter(function: Method) -> Method:
            self[name.lower()] = function
            return function

        return enter
