"""Telegram's sending limits: one chat, one group, one bot overall.

Knows when a message may go out; does not know what it says. The numbers are those Telegram publishes in its
bots FAQ; the small burst is what is observed, not promised.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from bot.testing.bot_api.clock import Clock
from bot.testing.bot_api.errors import too_many_requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a bot may send. Every second is Telegram's and is scaled by the clock."""

    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20
    overall_per_second: float = 30.0


class _Bucket:
    __slots__ = ("_at", "_tokens")

    def __init__(self, capacity: float, now: float) -> None:
        self._tokens = capacity
        self._at = now

    def wait(self, *, now: float, rate: float, capacity: float) -> float:
        """Seconds until a token is there (0 when one is)."""
        self._tokens = min(capacity, self._tokens + (now - self._at) * rate)
        self._at = now
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) / rate

    def take(self) -> None:
        self._tokens -= 1


class Meter:
    """Counts the messages of one bot and refuses those above the limits with a 429."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._overall = _Bucket(limits.overall_per_second, clock.now())
        self._chats: dict[int, _Bucket] = {}
        self._groups: dict[int, deque[float]] = {}

    def admit(self, chat_id: int) -> None:
        """Counts one message to the chat (a group's id is negative), or refuses it with a 429."""
        limits, now, second = self._limits, self._clock.now(), self._clock.lasting(1)
        overall_wait = self._overall.wait(
            now=now, rate=limits.overall_per_second / second, capacity=limits.overall_per_second
        )
        chat = self._chats.setdefault(chat_id, _Bucket(limits.chat_burst, now))
        wait = max(
            overall_wait,
            chat.wait(now=now, rate=limits.chat_per_second / second, capacity=limits.chat_burst),
            self._group_wait(chat_id, now) if chat_id < 0 else 0.0,
        )
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        self._overall.take()
        chat.take()
        if chat_id < 0:
            self._groups[chat_id].append(now)

    def _group_wait(self, chat_id: int, now: float) -> float:
        minute = self._clock.lasting(60)
        sent = self._groups.setdefault(chat_id, deque())
        while sent and sent[0] <= now - minute:
            sent.popleft()
        return sent[0] + minute - now if len(sent) >= self._limits.group_per_minute else 0.0
