"""The things the world consists of: topics, chats, presses of buttons, bots, files.

Plain state; what happens to it is in ``world``.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.testing.bot_api.parameters import Wire
from bot.testing.bot_api.updates import UpdateQueue

if TYPE_CHECKING:
    from bot.testing.bot_api.webhooks import WebhookSender


@dataclass(slots=True, kw_only=True)
class Topic:
    """A forum topic; its id is that of the message that made it. A deleted one stays known as deleted."""

    thread_id: int
    name: str
    icon_color: int
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Chat:
    """A private chat with one bot, or a group. ``wire`` is the chat as it stands in messages.

    ``log`` names the message touched by each change, in order, so that a reader can go on where it stopped.
    """

    chat_id: int
    wire: Wire
    ids: Iterator[int]
    owner: Bot | None = None
    started: bool = True
    blocked: bool = False
    migrated_to: int | None = None
    messages: dict[int, Wire] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    log: list[int] = field(default_factory=list)
    watchers: list[asyncio.Future[None]] = field(default_factory=list)

    @property
    def is_private(self) -> bool:
        return self.owner is not None

    def touch(self, message_id: int) -> None:
        """Notes a change the phones of this chat show, and wakes whoever waits for one."""
        self.log.append(message_id)
        if self.watchers:
            watchers, self.watchers = self.watchers, []
            for watcher in watchers:
                if not watcher.done():
                    watcher.set_result(None)


@dataclass(slots=True, kw_only=True, eq=False)
class Press:
    """A press of an inline button, as the presser sees it: ``answer`` is what the bot answered, if it did."""

    callback_id: str
    wire: Wire
    expires: float
    answer: Wire | None = None

    @property
    def answered(self) -> bool:
        return self.answer is not None


@dataclass(slots=True, kw_only=True, eq=False)
class Bot:
    """One bot account and everything Telegram keeps for it."""

    token: str
    user: Wire
    updates: UpdateQueue
    private_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    private: dict[int, Chat] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    commands: dict[str, list[Wire]] = field(default_factory=dict)
    webhook: WebhookSender | None = None

    @property
    def bot_id(self) -> int:
        user_id: int = self.user["id"]
        return user_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file on the server, fetched by ``file_path`` from the download route."""

    file_id: str
    unique_id: str
    file_path: str
    name: str
    mime: str
    content: bytes
