"""Waiting for the limits: in order within a chat, and in turn among the chats.

Of each chat only the first that waits stands in the common queue, so a busy chat holds up none but itself. Decoration,
such as the title of a topic, lets everything else that waits for its chat go first. The limit over all chats may be
shared with other workers; a chat's own is not, as only one worker writes to a chat at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.channels.telegram.limits import Limits
from conversation.errors import StorageError
from conversation.sharing_ports import Reserve

LOOK_AGAIN = 0.05
"""Seconds until decoration looks again whether words still wait."""

AT_ONCE = 0.02
"""Seconds' worth of a shared limit that is reserved together: at a thousand a second, nobody asks for each message."""

LASTS = 0.5
"""Seconds after which what was reserved and not used is given up."""


@dataclass(slots=True)
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Pacer:
    """The limits with a clock, and with somebody who waits for them. Locks of idle chats are dropped."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._queues: dict[str, _Queue] = {}
        self._everybody = asyncio.Lock()
        self._reserve: Reserve | None = None
        self._reserved = 0
        self._use_by = 0.0

    def share(self, reserve: Reserve) -> None:
        """Ask this for the limit over all chats from now on, as others use it up, too."""
        self._reserve = reserve

    async def turn(self, chat: str, cost: int, *, decoration: bool = False) -> None:
        """Wait until a message of `cost` parts may go to a chat, and count it as gone."""
        if decoration:
            async with self._queue(f"{chat} decoration"):
                await self._after_words(chat)
                await self.turn(chat, cost)
            return
        if self.take_now(chat, cost):
            return
        async with self._queue(chat):
            await self._until(lambda now: self._limits.chat_delay(chat, now))
            async with self._everybody:
                await self._overall(cost)
                self._limits.take(chat, cost, _now())

    async def _overall(self, cost: int) -> None:
        """Wait for the limit over all chats. Where it is shared and cannot be asked, this worker keeps to it alone."""
        if self._reserve is not None:
            with suppress(StorageError):
                await self._have_reserved(self._reserve, cost)
                return
        await self._until(self._limits.overall_delay)

    async def _have_reserved(self, reserve: Reserve, cost: int) -> None:
        """Use up what was reserved, and reserve more where that is not enough: `AT_ONCE` seconds' worth."""
        if self._reserved < cost or _now() > self._use_by:
            rate = self._limits.overall
            count = max(cost, int(rate * AT_ONCE))
            await asyncio.sleep(await reserve(count, rate, self._limits.burst / rate))
            self._reserved, self._use_by = count, _now() + LASTS
        self._reserved -= cost

    def take_now(self, chat: str, cost: int) -> bool:
        """Count a message as gone if it may go to a chat this moment, and nobody waits to send; returns whether."""
        now = _now()
        if chat in self._queues or self._everybody.locked():
            return False
        if self._limits.chat_delay(chat, now) > 0 or self._limits.overall_delay(now) > 0:
            return False
        self._limits.take(chat, cost, now)
        return True

    async def _after_words(self, chat: str) -> None:
        """Wait until a chat has room for decoration, and no words wait for it."""
        while True:
            seconds = self._limits.chat_delay(chat, _now(), decoration=True)
            if chat in self._queues:
                seconds = max(seconds, LOOK_AGAIN)
            if seconds <= 0:
                return
            await asyncio.sleep(seconds)

    def penalise(self, chat: str, seconds: float) -> None:
        """Let nothing go to a chat for a while."""
        self._limits.penalise(chat, seconds, _now())

    @property
    def is_busy(self) -> bool:
        """Whether messages are waiting for the limit over all chats."""
        return self._everybody.locked() or self._limits.overall_delay(_now()) > 0

    @asynccontextmanager
    async def _queue(self, chat: str) -> AsyncIterator[None]:
        queue = self._queues.setdefault(chat, _Queue())
        queue.waiting += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.waiting -= 1
            if not queue.waiting:
                del self._queues[chat]

    @staticmethod
    async def _until(delay: Callable[[float], float]) -> None:
        """Wait until there is nothing to wait for; a penalty may have come in the meantime."""
        while True:
            seconds = delay(_now())
            if seconds <= 0:
                return
            await asyncio.sleep(seconds)


def _now() -> float:
    return asyncio.get_running_loop().time()
