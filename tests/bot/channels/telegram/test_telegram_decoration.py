"""In a staff group, words go before cards and titles, and some of what it takes in a minute is kept for them."""

from __future__ import annotations

import asyncio

from bot.channels.telegram.limits import MINUTE, RESERVE, Limits
from bot.channels.telegram.pacing import Pacer

GROUP = "-1001"


def test_some_of_a_minute_is_kept_for_words() -> None:
    limits, now = Limits(overall=1000, group=20), 0.0
    for _ in range(round(20 * (1 - RESERVE))):
        now += limits.chat_delay(GROUP, now, decoration=True)
        limits.take(GROUP, 1, now)
    assert limits.chat_delay(GROUP, now + 5) == 0
    assert limits.chat_delay(GROUP, now + 5, decoration=True) == MINUTE - (now + 5)


def test_the_budget_of_words_is_what_it_was() -> None:
    limits, now = Limits(overall=1000, group=20), 0.0
    for _ in range(20):
        now += limits.chat_delay(GROUP, now)
        limits.take(GROUP, 1, now)
    assert limits.chat_delay(GROUP, now + 5) == MINUTE - (now + 5)


async def test_words_that_come_later_overtake_decoration_that_waits() -> None:
    pacer, gone = Pacer(Limits(overall=1000, group=600)), []

    async def send(what: str, *, decoration: bool) -> None:
        await pacer.turn(GROUP, 1, decoration=decoration)
        gone.append(what)

    for number in range(3):
        await send(f"first {number}", decoration=False)
    waiting = [asyncio.create_task(send(f"title {number}", decoration=True)) for number in range(3)]
    await asyncio.sleep(0)
    words = [asyncio.create_task(send(f"words {number}", decoration=False)) for number in range(3)]
    await asyncio.gather(*waiting, *words)
    assert gone[3:6] == ["words 0", "words 1", "words 2"]
    assert gone[6:] == ["title 0", "title 1", "title 2"]
