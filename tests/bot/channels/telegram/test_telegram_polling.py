"""Polling: nothing is acknowledged before it is kept, and nothing ends the loop but a stop."""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.channels.telegram import TelegramChannel, poll
from bot.channels.telegram.polling import Rivalry
from bot.testing.bot_api import BotApiServer, DropAfterAccept, Fault, Garbage, ServerError, TooManyRequests
from conversation.errors import StorageError
from conversation.ports import Update
from tests.bot.channels.telegram.conftest import StartChannel, Until


class Inbox:
    """Keeps what it is given, unless it is told to fail; `gate` holds it up before it keeps anything."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.calls = 0
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def take(self, updates: Sequence[Update]) -> int:
        self.calls += 1
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise StorageError("the disk is full")
        self.updates.extend(updates)
        return len(updates)

    async def holds(self, count: int) -> list[str]:
        async with asyncio.timeout(10):
            while True:
                if len(self.updates) >= count:
                    return [update.key for update in self.updates]
                await asyncio.sleep(0.005)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@asynccontextmanager
async def polling(channel: TelegramChannel, inbox: Inbox, pace: float = 0.1) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(poll(channel, inbox.take, stop, pace=pace))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(2):
            await task


async def test_updates_are_taken_as_they_come_in_order(
    start_channel: StartChannel, server: BotApiServer, inbox: Inbox
) -> None:
    sari, channel = server.customer("Sari"), await start_channel()
    sari.sends("a")
    async with polling(channel, inbox):
        await inbox.holds(1)
        sari.sends("b")
        sari.sends("c")
        keys = await inbox.holds(3)
        await server.until_confirmed()
    assert keys == [f"message:{sari.chat_id}:{number}" for number in (1, 2, 3)]


async def test_nothing_is_acknowledged_before_take_returns(
    start_channel: StartChannel, until: Until, server: BotApiServer, inbox: Inbox
) -> None:
    inbox.gate.clear()
    server.customer("Sari").sends("a")
    async with polling(await start_channel(), inbox):
        await until(lambda: inbox.calls)
        await asyncio.sleep(0.2)
        assert len(server.updates.pending) == 1
        inbox.gate.set()
        await server.until_confirmed()


async def test_what_could_not_be_kept_comes_again(
    start_channel: StartChannel, server: BotApiServer, inbox: Inbox
) -> None:
    inbox.failures = 2
    sari = server.customer("Sari")
    sari.sends("a")
    sari.sends("b")
    async with polling(await start_channel(), inbox):
        keys = await inbox.holds(2)
        await server.until_confirmed()
    assert len(keys) == 2
    assert inbox.calls == 3


async def test_a_stop_does_not_break_off_take_but_ends_a_long_poll(
    start_channel: StartChannel, until: Until, server: BotApiServer, inbox: Inbox
) -> None:
    channel = await start_channel(poll_timeout_seconds=30)
    inbox.gate.clear()
    server.customer("Sari").sends("a")
    async with polling(channel, inbox) as stop:
        await until(lambda: inbox.calls)
        stop.set()
        await asyncio.sleep(0.1)
        inbox.gate.set()
    assert len(inbox.updates) == 1
    async with polling(channel, inbox):
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("fault", [ServerError(), Garbage(), DropAfterAccept(), TooManyRequests(retry_after=1)])
async def test_trouble_with_the_server_is_waited_out(
    start_channel: StartChannel, server: BotApiServer, inbox: Inbox, fault: Fault
) -> None:
    channel = await start_channel()
    server.fail(with_=fault, method="getUpdates", times=2)
    server.fail(with_=fault, method="deleteWebhook")
    server.customer("Sari").sends("a")
    async with polling(channel, inbox):
        assert len(await inbox.holds(1)) == 1
        await server.until_confirmed()


async def test_numbers_that_start_again_lower_are_followed(
    start_channel: StartChannel, server: BotApiServer, inbox: Inbox
) -> None:
    sari = server.customer("Sari")
    async with polling(await start_channel(), inbox):
        sari.sends("a")
        await inbox.holds(1)
        await server.until_confirmed()
        server.updates.restart_at(1_000)
        sari.sends("b")
        sari.sends("c")
        await inbox.holds(3)
        await server.until_confirmed()
    assert [update.update_id for update in inbox.updates[1:]] == [1_000, 1_001]


async def test_a_webhook_from_before_is_removed_and_what_waits_is_kept(
    start_channel: StartChannel, server: BotApiServer, inbox: Inbox
) -> None:
    channel = await start_channel()
    await channel.set_webhook("http://127.0.0.1:1/nobody", "rahasia")
    server.customer("Sari").sends("a")
    async with polling(channel, inbox):
        assert len(await inbox.holds(1)) == 1


async def test_an_update_that_nobody_can_parse_does_not_hold_up_the_others(
    start_channel: StartChannel, server: BotApiServer, inbox: Inbox
) -> None:
    async with polling(await start_channel(), inbox):
        server.updates.add("message", {"message_id": "?", "photo": 7}, lane="x")
        server.customer("Sari").sends("a")
        keys = await inbox.holds(2)
    assert keys[0].startswith("update:")


async def test_a_second_poller_waits_says_so_once_and_takes_over(
    start_channel: StartChannel, until: Until, server: BotApiServer, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The settled process stays, the newcomer waits; when the settled one stops, the newcomer goes on."""
    caplog.set_level(logging.INFO)
    sari, newcomer_inbox = server.customer("Sari"), Inbox()
    first, second = await start_channel(poll_timeout_seconds=1), await start_channel(poll_timeout_seconds=1)
    async with AsyncExitStack() as both:
        leader_stop = await both.enter_async_context(polling(first, inbox, 0.05))
        await asyncio.sleep(1.3)
        await both.enter_async_context(polling(second, newcomer_inbox, 0.05))
        await asyncio.sleep(2.5)
        conflicts = [record for record in caplog.records if record.__dict__.get("action") == "poll_conflict"]
        assert len(conflicts) == 1
        leader_stop.set()
        await asyncio.sleep(1)
        sari.sends("a")
        await newcomer_inbox.holds(1)
        await until(lambda: "receiving again" in caplog.text)


def test_a_settled_process_comes_back_at_once_and_a_newcomer_waits_longer_each_time() -> None:
    settled, newcomer = Rivalry(0.0), Rivalry(3_600.0)
    assert settled.disturbed(3_600.0, 0.5) == Rivalry.QUICK
    assert not settled.waits
    assert newcomer.disturbed(3_600.5, 0.0) == 5
    assert newcomer.waits
    assert settled.disturbed(3_605.5, 0.5) == Rivalry.QUICK
    assert newcomer.disturbed(3_606.0, 0.0) == 10
    assert newcomer.disturbed(3_616.5, 1.0) == 40


@pytest.mark.parametrize("seed", range(20))
def test_of_two_that_start_together_one_comes_to_lead(seed: int) -> None:
    chance = random.Random(seed)
    rivals, back_at, polling = [Rivalry(0.0), Rivalry(0.0)], [0.0, 0.1], None
    came_back_at_once: set[int] = set()
    waited: set[int] = set()
    while (now := min(back_at)) < 3_600:
        comer = back_at.index(now)
        back_at[comer] = math.inf
        if polling is not None:
            pause = rivals[polling].disturbed(now, chance.random())
            back_at[polling] = now + pause
            if now > 600:
                (came_back_at_once if pause == Rivalry.QUICK else waited).add(polling)
        polling = comer
    assert len(came_back_at_once) == 1
    assert waited == {0, 1} - came_back_at_once


def test_a_short_answer_in_between_is_not_taken_for_the_end_of_the_rivalry() -> None:
    newcomer = Rivalry(0.0)
    pause = newcomer.disturbed(0.1, 0.0)
    assert not newcomer.polled(0.1 + pause + 0.2)
    assert newcomer.waits
    assert newcomer.polled(0.1 + pause + 6)
    assert not newcomer.waits
