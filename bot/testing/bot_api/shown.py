"""Messages as a phone shows them: read-only views on what the world holds, and waiting for one to appear.

Knows how to read a chat; changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.testing.bot_api.errors import NotShown
from bot.testing.bot_api.parameters import Wire
from bot.testing.bot_api.state import Chat

MEDIA = ("photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker")
KINDS = ("text", *MEDIA, "location", "contact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button under a message: one to press (``data``) or a link (``url``)."""

    title: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, edits applied. ``text`` is the text or the caption; ``kind`` is ``text``, ``photo``, …, or
    ``service`` for what Telegram itself writes; ``wire`` is the whole Bot API object."""

    message_id: int
    chat_id: int
    thread_id: int | None
    author_id: int
    author: str
    from_bot: bool
    kind: str
    text: str
    buttons: tuple[Button, ...]
    reply_to: int | None
    sent: datetime
    edited: bool
    wire: Wire = field(repr=False, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The view for the control API."""
        return {
            "message_id": self.message_id,
            "chat_id": self.chat_id,
            "thread_id": self.thread_id,
            "author_id": self.author_id,
            "author": self.author,
            "from_bot": self.from_bot,
            "kind": self.kind,
            "text": self.text,
            "buttons": [{"title": b.title, "data": b.data, "url": b.url} for b in self.buttons],
            "reply_to": self.reply_to,
            "sent": self.sent.isoformat(),
            "edited": self.edited,
        }


def view(wire: Wire) -> Message:
    """The view on one message."""
    author = wire["from"]
    reply = wire.get("reply_to_message")
    return Message(
        message_id=wire["message_id"],
        chat_id=wire["chat"]["id"],
        thread_id=wire.get("message_thread_id"),
        author_id=author["id"],
        author=author["first_name"],
        from_bot=author["is_bot"],
        kind=next((kind for kind in KINDS if kind in wire), "service"),
        text=wire.get("text") or wire.get("caption") or "",
        buttons=tuple(_buttons(wire.get("reply_markup") or {})),
        reply_to=reply["message_id"] if reply and "forum_topic_created" not in reply else None,
        sent=datetime.fromtimestamp(wire["date"], UTC),
        edited="edit_date" in wire,
        wire=wire,
    )


def _buttons(markup: Wire) -> Iterator[Button]:
    for row in markup.get("inline_keyboard", ()):
        for button in row:
            yield Button(title=button["text"], data=button.get("callback_data"), url=button.get("url"))


def messages(chat: Chat, thread_id: int | None = None) -> list[Message]:
    """What the chat (or one topic of it) shows, oldest first."""
    return [
        view(wire) for wire in chat.messages.values() if thread_id is None or wire.get("message_thread_id") == thread_id
    ]


class Reader:
    """Reads what bots say in a chat, in the order in which it appeared or was edited, each thing once."""

    def __init__(self, chat: Chat, *, from_start: bool = False) -> None:
        self._chat = chat
        self._position = 0 if from_start else len(chat.log)

    async def next(
        self,
        *,
        containing: str = "",
        thread_id: int | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
        matching: Callable[[Message], bool] = lambda message: True,
    ) -> Message:
        """The next unread message of a bot that contains the text; what came before it counts as read.

        Raises :class:`NotShown` after ``timeout`` real seconds, and then nothing counts as read.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        position = self._position
        while True:
            while position < len(self._chat.log):
                wire = self._chat.messages.get(self._chat.log[position])
                position += 1
                if wire is None or not wire["from"]["is_bot"]:
                    continue
                message = view(wire)
                if message.kind == "service" or containing not in message.text:
                    continue
                if (thread_id is None or message.thread_id == thread_id) and matching(message):
                    self._position = position
                    return message
            await self._change(deadline - loop.time(), containing)

    async def _change(self, seconds: float, containing: str) -> None:
        changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._chat.watchers.append(changed)
        try:
            await asyncio.wait_for(changed, max(0.0, seconds))
        except TimeoutError as error:
            last = [f"{message.author}: {message.text!r}" for message in messages(self._chat)[-5:]]
            wanted = f"no message containing {containing!r}" if containing else "no message of a bot"
            raise NotShown(f"{wanted} in chat {self._chat.chat_id}; its last messages: {last}") from error
