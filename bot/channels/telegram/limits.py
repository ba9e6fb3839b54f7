"""Telegram's sending limits as plain arithmetic: time is passed in, in seconds of any steady clock.

A chat takes a message a second with a small burst, a group so many in any minute, the bot so many a second
over all. Telegram publishes these numbers in its bots FAQ; the burst is what is observed, not promised.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

CHAT_PER_SECOND = 1.0
CHAT_BURST = 3.0
MINUTE = 61.0
"""Seconds in which a group takes its messages of one minute: a little more, as they do not travel evenly."""

RESERVE = 0.4
"""Share of a group's messages in a minute that is kept for words: decoration waits once only so much is left."""

_FEW = 1_024
"""Chats remembered before those that are at rest are looked for and forgotten."""


@dataclass(slots=True)
class Bucket:
    """A token bucket. It may go into debt, for a message that is sent in several parts."""

    rate: float
    capacity: float
    tokens: float
    at: float

    def delay(self, now: float) -> float:
        """Seconds until a token is there; 0 when one is."""
        return max(0.0, (1.0 - self._level(now)) / self.rate)

    def take(self, cost: int, now: float) -> None:
        """Take `cost` tokens, whether they are there or not."""
        self.tokens, self.at = self._level(now) - cost, now

    def is_full(self, now: float) -> bool:
        """Whether it is as good as new."""
        return self._level(now) >= self.capacity

    def _level(self, now: float) -> float:
        return min(self.capacity, self.tokens + max(0.0, now - self.at) * self.rate)


@dataclass(slots=True)
class _Chat:
    bucket: Bucket
    closed_until: float = 0.0
    sent: deque[float] = field(default_factory=deque)
    """When the latest messages to a group went, as many as it takes in a minute."""


class Limits:
    """What may be sent when. `overall` is per second, `group` per minute."""

    def __init__(self, *, overall: float, group: float) -> None:
        self.overall = overall
        self.burst = max(1.0, overall / 10)
        # Fewer than one message a minute: one in so many minutes.
        self._group_rate = group / 60
        self._group_count = max(1, int(group))
        self._group_window = MINUTE * self._group_count / group
        self._overall: Bucket | None = None
        self._chats: dict[str, _Chat] = {}
        self._sweep_at = _FEW

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._chats)

    def chat_delay(self, chat: str, now: float, *, decoration: bool = False) -> float:
        """Seconds until the chat takes another message; 0 if it does now. For mere decoration, a group is full before
        it is for words."""
        known = self._chats.get(chat)
        if known is None:
            return 0.0
        delay = max(known.bucket.delay(now), known.closed_until - now)
        room = self._group_count - (int(self._group_count * RESERVE) if decoration else 0)
        if len(known.sent) >= room:
            delay = max(delay, known.sent[-room] + self._group_window - now)
        return max(0.0, delay)

    def overall_delay(self, now: float) -> float:
        """Seconds until the bot may send anything; 0 if it may now."""
        return self._everything(now).delay(now)

    def take(self, chat: str, cost: int, now: float) -> None:
        """Count a message of `cost` parts to a chat."""
        known = self._known(chat, now)
        known.bucket.take(cost, now)
        self._everything(now).take(cost, now)
        if is_group(chat):
            known.sent.extend([now] * cost)
            while len(known.sent) > self._group_count:
                known.sent.popleft()

    def penalise(self, chat: str, seconds: float, now: float) -> None:
        """Telegram wants this chat to be left alone for a while; the others are not concerned."""
        known = self._known(chat, now)
        known.closed_until = max(known.closed_until, now + seconds)

    def _everything(self, now: float) -> Bucket:
        if self._overall is None:
            self._overall = Bucket(self.overall, self.burst, self.burst, now)
        return self._overall

    def _known(self, chat: str, now: float) -> _Chat:
        if chat not in self._chats:
            if len(self._chats) >= self._sweep_at:
                self._forget_resting(now)
            # Where a group may have more than 60 a minute, it cannot be held to one a second.
            rate = max(CHAT_PER_SECOND, self._group_rate) if is_group(chat) else CHAT_PER_SECOND
            self._chats[chat] = _Chat(Bucket(rate, CHAT_BURST, CHAT_BURST, now))
        return self._chats[chat]

    def _forget_resting(self, now: float) -> None:
        """Forget the chats for which having forgotten them changes nothing."""
        self._chats = {
            name: chat
            for name, chat in self._chats.items()
            if not (
                chat.bucket.is_full(now)
                and chat.closed_until <= now
                and (not chat.sent or chat.sent[-1] + self._group_window <= now)
            )
        }
        self._sweep_at = max(_FEW, 2 * len(self._chats))


def is_group(chat: str) -> bool:
    """Telegram numbers groups below zero."""
    return chat.startswith("-")
