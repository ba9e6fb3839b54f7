"""The people of the world: customers in their private chat, staff in their group, and the group itself.

Knows what people can do with a phone; every deed becomes the updates Telegram would send for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bot.testing.bot_api import content, shown
from bot.testing.bot_api.entities import command_entities
from bot.testing.bot_api.errors import NoSuchButton, NotPossible
from bot.testing.bot_api.parameters import Wire
from bot.testing.bot_api.shown import Message
from bot.testing.bot_api.state import Bot, Chat, Press
from bot.testing.bot_api.world import World

_ALBUM_IDS = itertools.count(13_000_000_000_000_001)


class Person:
    """Someone writing in one chat. ``topic`` is the topic's id in a forum; messages may be given by id."""

    def __init__(self, world: World, chat: Chat, user: Wire) -> None:
        self._world = world
        self._chat = chat
        self._user = user
        self._reader = shown.Reader(chat)

    @property
    def user_id(self) -> int:
        user_id: int = self._user["id"]
        return user_id

    @property
    def chat_id(self) -> int:
        return self._chat.chat_id

    def sends(self, text: str, *, reply_to: int | Message | None = None, topic: int | None = None) -> Message:
        """Writes a text; a leading command gets its entity."""
        body: Wire = {"text": text}
        if entities := command_entities(text):
            body["entities"] = entities
        return self._post(body, reply_to, topic)

    def sends_photo(
        self,
        data: bytes = content.SAMPLE,
        *,
        caption: str = "",
        topic: int | None = None,
        album: str | None = None,
    ) -> Message:
        return self._sends_file("photo", data, "foto.jpg", "image/jpeg", caption, topic, album)

    def sends_document(
        self,
        data: bytes = content.SAMPLE,
        *,
        name: str = "bukti.pdf",
        mime: str = "application/pdf",
        caption: str = "",
        topic: int | None = None,
    ) -> Message:
        return self._sends_file("document", data, name, mime, caption, topic)

    def sends_voice(self, data: bytes = content.SAMPLE, *, topic: int | None = None) -> Message:
        return self._sends_file("voice", data, "suara.oga", "audio/ogg", "", topic)

    def sends_video(
        self,
        data: bytes = content.SAMPLE,
        *,
        caption: str = "",
        topic: int | None = None,
        album: str | None = None,
    ) -> Message:
        return self._sends_file("video", data, "video.mp4", "video/mp4", caption, topic, album)

    def sends_sticker(self, *, emoji: str = "🙏", topic: int | None = None) -> Message:
        stored = self._world.add_file(name="stiker.webp", mime="image/webp", content=content.SAMPLE, folder="stickers")
        return self._post({"sticker": content.media_wire("sticker", stored) | {"emoji": emoji}}, None, topic)

    def sends_location(self, *, latitude: float = -6.2, longitude: float = 106.8, topic: int | None = None) -> Message:
        return self._post({"location": {"latitude": latitude, "longitude": longitude}}, None, topic)

    def sends_contact(self, *, phone: str = "+628120000000", name: str = "", topic: int | None = None) -> Message:
        contact = {
            "phone_number": phone,
            "first_name": name or self._user["first_name"],
            "user_id": self.user_id,
        }
        return self._post({"contact": contact}, None, topic)

    def sends_album(
        self, items: Sequence[bytes] | int = 2, *, caption: str = "", topic: int | None = None
    ) -> list[Message]:
        """Photos that belong together: one update each, with one ``media_group_id``."""
        photos = [content.SAMPLE] * items if isinstance(items, int) else items
        album = str(next(_ALBUM_IDS))
        return [
            self.sends_photo(data, caption=caption if number == 0 else "", topic=topic, album=album)
            for number, data in enumerate(photos)
        ]

    def edits(self, message: int | Message, text: str) -> Message:
        """Rewrites a text or caption of one's own."""
        old = self._find(message)
        if old["from"]["id"] != self.user_id:
            raise NotPossible(f"message {old['message_id']} was written by somebody else")
        field = "text" if "text" in old else "caption"
        entities = "entities" if field == "text" else "caption_entities"
        changes: Wire = {field: text, entities: command_entities(text) or None}
        new = self._world.revise(self._chat, old, changes | {"edit_date": int(self._world.clock.now())})
        self._world.announce(self._chat, "edited_message", new)
        return shown.view(new)

    def presses(self, title: str, *, message: int | Message | None = None, topic: int | None = None) -> Press:
        """Presses the inline button of that title (else one containing it) on the newest message with it."""
        if message is not None:
            candidates = [shown.view(self._find(message))]
        else:
            candidates = shown.messages(self._chat, topic)[::-1]
        for exact in (True, False):
            for candidate in candidates:
                for button in candidate.buttons:
                    hit = button.title == title if exact else title in button.title
                    if hit and button.data is not None:
                        return self._world.press(
                            self._bot_behind(candidate), self._chat, self._user, candidate.wire, button.data
                        )
        there = [button.title for candidate in candidates for button in candidate.buttons]
        raise NoSuchButton(f"no button {title!r} to press in chat {self.chat_id}; there are {there}")

    def shows(self, topic: int | None = None) -> list[Message]:
        """The chat on this person's screen, edits applied."""
        return shown.messages(self._chat, topic)

    async def receives(
        self,
        containing: str = "",
        *,
        topic: int | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> Message:
        """Waits for the next unread message of a bot containing the text, see :meth:`shown.Reader.next`."""
        return await self._reader.next(containing=containing, thread_id=topic, timeout=timeout)

    def _sends_file(
        self,
        kind: str,
        data: bytes,
        name: str,
        mime: str,
        caption: str,
        topic: int | None,
        album: str | None = None,
    ) -> Message:
        stored = self._world.add_file(name=name, mime=mime, content=data, folder=f"{kind}s")
        body: Wire = {kind: content.media_wire(kind, stored)}
        if caption:
            body["caption"] = caption
        if album:
            body["media_group_id"] = album
        return self._post(body, None, topic)

    def _post(self, body: Wire, reply_to: int | Message | None, topic: int | None) -> Message:
        target = self._find(reply_to) if reply_to is not None else None
        if topic is None and target is not None:
            topic = target.get("message_thread_id")
        if self._chat.blocked:
            raise NotPossible("this person has blocked the bot and cannot write to it")
        if self._chat.migrated_to:
            raise NotPossible(f"the group has moved to {self._chat.migrated_to}")
        if topic is not None and ((known := self._chat.topics.get(topic)) is None or known.deleted):
            raise NotPossible(f"there is no topic {topic} in chat {self.chat_id}")
        self._chat.started = True
        message = self._world.post(self._chat, self._user, body, thread_id=topic, reply_to=target)
        self._world.announce(self._chat, "message", message)
        return shown.view(message)

    def _find(self, message: int | Message) -> Wire:
        number = message if isinstance(message, int) else message.message_id
        if number not in self._chat.messages:
            raise NotPossible(f"chat {self.chat_id} shows no message {number}")
        return self._chat.messages[number]

    def _bot_behind(self, message: Message) -> Bot:
        return next(bot for bot in self._world.bots.values() if bot.bot_id == message.author_id)


class Customer(Person):
    """A user in the private chat with one bot."""

    def blocks_bot(self) -> None:
        """From now on the bot gets 403 here."""
        self._block(True)

    def unblocks_bot(self) -> None:
        self._block(False)

    def _block(self, blocked: bool) -> None:
        if self._chat.owner is None:
            raise NotPossible("only a private chat can be blocked")
        self._chat.blocked = blocked
        self._world.change_membership(self._chat, self._chat.owner, self._user, "kicked" if blocked else "member")
