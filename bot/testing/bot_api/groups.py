"""Groups and the people who work in them: a staff supergroup with its topics, its members and its fate.

Knows what can be done in a group beyond writing, which is in ``people``.
"""

from __future__ import annotations

from bot.testing.bot_api import shown
from bot.testing.bot_api.errors import NotPossible
from bot.testing.bot_api.people import Person
from bot.testing.bot_api.shown import Message
from bot.testing.bot_api.state import Bot, Chat, Topic
from bot.testing.bot_api.world import World


class StaffMember(Person):
    """A member of a group; its ``topic`` arguments are topic ids."""

    def writes(self, text: str, *, topic: int | None = None, reply_to: int | Message | None = None) -> Message:
        """The same as :meth:`sends`, the way one speaks of it at a desk."""
        return self.sends(text, topic=topic, reply_to=reply_to)

    def opens_topic(self, name: str) -> int:
        """Makes a topic by hand; its id."""
        made = self._world.post(self._chat, self._user, {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        thread_id: int = made["message_id"]
        self._chat.topics[thread_id] = Topic(thread_id=thread_id, name=name, icon_color=7322096)
        made = self._world.revise(self._chat, made, {"message_thread_id": thread_id, "is_topic_message": True})
        self._world.announce(self._chat, "message", made)
        return thread_id

    def closes_topic(self, topic: int) -> None:
        self._topic(topic).closed = True
        self._post({"forum_topic_closed": {}}, None, topic)

    def reopens_topic(self, topic: int) -> None:
        self._topic(topic).closed = False
        self._post({"forum_topic_reopened": {}}, None, topic)

    def deletes_topic(self, topic: int) -> None:
        """Deletes the topic and its messages; Telegram tells bots nothing about it."""
        self._world.delete_topic(self._chat, self._topic(topic))

    def _topic(self, topic: int) -> Topic:
        known = self._chat.topics.get(topic)
        if known is None or known.deleted:
            raise NotPossible(f"there is no topic {topic} in chat {self.chat_id}")
        return known


class Group:
    """A group or supergroup and what can be done to it as a whole."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self._chat = chat

    @property
    def chat_id(self) -> int:
        return self._chat.chat_id

    @property
    def topics(self) -> list[Topic]:
        """Topics that exist, oldest first."""
        return [topic for topic in self._chat.topics.values() if not topic.deleted]

    def staff(self, name: str, *, user_id: int | None = None, username: str | None = None) -> StaffMember:
        """A new member."""
        user = self._world.add_user(name, user_id=user_id, username=username)
        self._chat.members[user["id"]] = "member"
        return StaffMember(self._world, self._chat, user)

    def adds_bot(self, bot: Bot, *, by: Person | None = None, admin: bool = True) -> None:
        """Lets a bot in; it gets ``my_chat_member``."""
        actor = self._world.users[by.user_id] if by else self._world.add_user("Pemilik grup")
        self._world.change_membership(self._chat, bot, actor, "administrator" if admin else "member")

    def removes_bot(self, bot: Bot) -> None:
        """Throws a bot out; from now on it gets 403 here."""
        self._world.change_membership(self._chat, bot, self._world.add_user("Pemilik grup"), "kicked")

    def migrates(self) -> Group:
        """Becomes a supergroup with another id; the old id answers 400 with ``migrate_to_chat_id``."""
        if self._chat.migrated_to:
            raise NotPossible(f"group {self.chat_id} has already moved to {self._chat.migrated_to}")
        forum = bool(self._chat.wire.get("is_forum"))
        new = self._world.add_group(self._chat.wire["title"], forum=forum)
        new.members = dict(self._chat.members)
        owner = self._world.add_user("Pemilik grup")
        leaving = self._world.post(self._chat, owner, {"migrate_to_chat_id": new.chat_id})
        arriving = self._world.post(new, owner, {"migrate_from_chat_id": self.chat_id})
        self._chat.migrated_to = new.chat_id
        self._world.announce(self._chat, "message", leaving)
        self._world.announce(new, "message", arriving)
        return Group(self._world, new)

    def shows(self, topic: int | None = None) -> list[Message]:
        return shown.messages(self._chat, topic)
