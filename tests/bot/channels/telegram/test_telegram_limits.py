"""Telegram's limits as arithmetic, and waiting for them."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.telegram.limits import MINUTE, Limits
from bot.channels.telegram.pacing import Pacer


@pytest.fixture
def limits() -> Limits:
    return Limits(overall=30, group=20)


def sent_by(limits: Limits, chats: list[str], until: float, step: float = 0.01) -> list[tuple[float, str]]:
    """Everything sent to `chats` by greedy senders, with its time."""
    sent = []
    for tick in range(int(until / step)):
        now = tick * step
        for chat in chats:
            if limits.chat_delay(chat, now) <= 0 and limits.overall_delay(now) <= 0:
                limits.take(chat, 1, now)
                sent.append((now, chat))
    return sent


def busiest(times: list[float], window: float) -> int:
    return max(sum(start <= time < start + window for time in times) for start in times)


def test_a_private_chat_takes_three_at_once_and_then_one_a_second(limits: Limits) -> None:
    times = [time for time, _ in sent_by(limits, ["1"], 10)]
    assert times[:3] == [0, 0.01, 0.02]
    assert times[3:] == pytest.approx([1, 2, 3, 4, 5, 6, 7, 8, 9], abs=0.05)


def test_a_group_takes_twenty_in_any_minute(limits: Limits) -> None:
    times = [time for time, _ in sent_by(limits, ["-1"], 200, step=0.1)]
    assert busiest(times, 60) == 20
    assert len(times) >= 60


def test_a_group_limit_below_one_a_minute_is_kept() -> None:
    limits = Limits(overall=30, group=0.5)
    limits.take("-1", 1, 0.0)
    assert limits.chat_delay("-1", 1.0) == pytest.approx(2 * MINUTE - 1)


def test_all_chats_together_keep_to_the_overall_rate(limits: Limits) -> None:
    times = [time for time, _ in sent_by(limits, [str(number) for number in range(500)], 4)]
    assert busiest(times, 1) <= 34
    assert len(times) >= 4 * 30 - 1


def test_a_penalty_holds_one_chat_and_no_other(limits: Limits) -> None:
    limits.penalise("1", 7, now=10)
    assert limits.chat_delay("1", 12) == 5
    assert limits.chat_delay("2", 12) == 0
    assert limits.chat_delay("1", 17) == 0


def test_a_shorter_penalty_does_not_end_a_longer_one(limits: Limits) -> None:
    limits.penalise("1", 7, now=10)
    limits.penalise("1", 1, now=10)
    assert limits.chat_delay("1", 12) == 5


def test_a_message_in_many_parts_is_paid_for_afterwards(limits: Limits) -> None:
    limits.take("1", 6, now=0)
    assert limits.chat_delay("1", 0) == pytest.approx(4)


def test_chats_at_rest_are_forgotten(limits: Limits) -> None:
    limits.penalise("blocked", 1_000_000, now=0)
    for number in range(100_000):
        limits.take(str(number), 1, now=number / 30)
    assert len(limits) < 3_000
    assert limits.chat_delay("blocked", 3_000) > 0


async def test_waiters_of_one_chat_go_in_order() -> None:
    pacer, done = Pacer(Limits(overall=1_000, group=1_000)), []

    async def send(number: int) -> None:
        await pacer.turn("1", 1)
        done.append(number)

    async with asyncio.timeout(5):
        await asyncio.gather(*(send(number) for number in range(4)))
    assert done == [0, 1, 2, 3]


async def test_a_busy_chat_does_not_hold_up_the_others() -> None:
    pacer, done = Pacer(Limits(overall=20, group=20)), []

    async def send(chat: str) -> None:
        await pacer.turn(chat, 1)
        done.append(chat)

    busy = [asyncio.create_task(send("busy")) for _ in range(50)]
    async with asyncio.timeout(1):
        await asyncio.gather(*(send(str(number)) for number in range(5)))
    assert done.count("busy") <= 4
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
    assert not pacer._queues


async def test_a_penalty_reaches_those_who_wait_already() -> None:
    pacer = Pacer(Limits(overall=30, group=20))
    await pacer.turn("1", 3)
    waiting = asyncio.create_task(pacer.turn("1", 1))
    await asyncio.sleep(0)
    pacer.penalise("1", 60)
    await asyncio.sleep(1.2)
    assert not waiting.done()
    waiting.cancel()


async def test_where_the_limit_is_shared_the_others_are_asked_before_anything_goes_out() -> None:
    asked: list[int] = []

    async def reserve(count: int, per_second: float, burst: float) -> float:
        asked.append(count)
        return 0.0

    pacer = Pacer(Limits(overall=30, group=20))
    assert pacer.take_now("5", 1)
    pacer.share(reserve)
    assert not pacer.take_now("6", 1)
    await pacer.turn("6", 1)
    assert asked == [1]
