"""Polling: fetch, have kept, and only then acknowledge, which Telegram takes from the next fetch's offset.

The library's own loop confirms what it has merely queued in memory; this one loses nothing to a kill.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from telegram.error import Conflict, TelegramError

from bot.channels.plugin import Take
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.request import TooManyRequests
from conversation.errors import StorageError

FIRST_WAIT = 0.2
"""Seconds before the second try when something fails; doubled each time."""

LONGEST_WAIT = 30.0

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Rivalry:
    """Which of two processes that poll for one bot goes on: the one that has been at it.

    Telegram ends a poll (409) when another one comes. The process that polled undisturbed for `SETTLED`
    seconds comes back at once, which ends the newcomer's poll in turn, and the newcomer waits, longer each
    time. Times are in seconds of a steady clock, `chance` is between 0 and 1, and `pace` is how long one of
    the seconds named here lasts.
    """

    SETTLED = 20.0
    QUICK = 0.5
    SLOW = 5.0
    SLOWEST = 60.0

    def __init__(self, now: float, pace: float = 1.0) -> None:
        self._pace = pace
        self._since = now
        self._settled = False
        self._slow = self.SLOW
        self.waits = False

    def polled(self, now: float) -> bool:
        """A poll ended as it should; returns whether that ends the waiting for another process."""
        resumed = self.waits and self._undisturbed(now) >= self.SLOW
        self.waits = self.waits and not resumed
        return resumed

    def disturbed(self, now: float, chance: float) -> float:
        """A poll was ended by another one; returns how long to leave the other one alone."""
        undisturbed = self._undisturbed(now)
        if undisturbed >= self.SETTLED:
            self._settled, self._slow = True, self.SLOW
        elif undisturbed < self.SLOW / 2:
            self._settled = False  # The other one insists: it was there first.
        wait = self.QUICK
        if not self._settled:
            wait, self._slow, self.waits = self._slow * (1 + chance), min(2 * self._slow, self.SLOWEST), True
        self._since = now + wait * self._pace
        return wait * self._pace

    def _undisturbed(self, now: float) -> float:
        return (now - self._since) / self._pace


async def poll(
    channel: TelegramChannel,
    take: Take,
    stop: asyncio.Event,
    *,
    pace: float = 1.0,
    report: Callable[[str], None] = lambda trouble: None,
) -> None:
    """Fetch updates and have `take` keep them, until `stop` is set; that breaks off a fetch, but not `take`.

    Never gives up: what fails is tried again, with growing pauses. A webhook left over from before is
    removed first, as Telegram does not serve both. `pace` below 1 shortens every pause, for tests. `report` is
    told why nothing can be received, and "" once something can.
    """
    clock = asyncio.get_running_loop().time
    rivalry, failures, offset, webhook_gone = Rivalry(clock(), pace), 0, 0, False
    while not stop.is_set():
        try:
            if not webhook_gone:
                await _unless(stop, channel.drop_webhook())
                webhook_gone = True
                report("")
            raws = await _unless(stop, channel.fetch(offset)) or []
            if raws:
                await channel.receive(raws, take)
                # Not the highest number ever seen: after a week of silence Telegram counts from elsewhere.
                offset = raws[-1]["update_id"] + 1
        except Conflict as error:
            waited = rivalry.waits
            pause = rivalry.disturbed(clock(), random.random())
            if rivalry.waits and not waited:
                log.warning(
                    "another process receives this bot's updates; waiting for it to stop: %s",
                    error.message,
                    extra={"action": "poll_conflict"},
                )
                report("another process receives this bot's updates")
            await _pause(stop, pause)
        except (TelegramError, StorageError) as error:
            pause = min(FIRST_WAIT * 2**failures, LONGEST_WAIT) * pace
            if isinstance(error, TooManyRequests):
                pause = max(pause, error.seconds * pace)
            failures = min(failures + 1, 10)
            log.warning("updates cannot be taken; trying again: %s", error, extra={"action": "poll_failed"})
            report(f"updates cannot be taken: {error}")
            await _pause(stop, pause)
        else:
            failures = 0
            if rivalry.polled(clock()):
                log.info("the other process has stopped; receiving again", extra={"action": "poll_resumed"})
            if not rivalry.waits:
                report("")


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, Answer]) -> Answer | None:
    """What `work` returns; None, with `work` broken off, if `stop` is set before that."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        stopping.cancel()
        if not working.done():
            working.cancel()
            with suppress(asyncio.CancelledError, TelegramError):
                await working


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
