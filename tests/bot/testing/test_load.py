"""Loads on a bot of a few lines: what is counted, and what it comes to."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.testing import load as load_module
from bot.testing.bot_api import BotApiServer
from bot.testing.load import Load, Usage, Waits, counted, load, usage

ME = [os.getpid()]


@asynccontextmanager
async def answering(answers: dict[str, list[str]]) -> AsyncIterator[BotApiServer]:
    """A Bot API server with a bot that sends so many texts to who asks one of these questions."""
    async with BotApiServer() as server, aiohttp.ClientSession(f"{server.url}{server.token}/") as session:

        async def answer(chat: int, text: str) -> None:
            for each in answers[text]:
                async with session.post("sendMessage", json={"chat_id": chat, "text": each}) as answered:
                    assert answered.status == 200

        async def poll() -> None:
            offset = 0
            while True:
                async with session.post("getUpdates", json={"offset": offset, "timeout": 5}) as got:
                    updates = (await got.json())["result"]
                for update in updates:
                    offset = update["update_id"] + 1
                    await answer(update["message"]["chat"]["id"], update["message"]["text"])

        polling = asyncio.create_task(poll())
        try:
            yield server
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)


async def test_each_customer_asks_once_and_all_answers_are_counted() -> None:
    async with answering({"jam?": ["pukul 9"], "ongkir?": ["gratis"]}) as server:
        figures = await load(server, ME, Load(seconds=0.3, at_once=3), ("jam?", "ongkir?"))
        sent = server.ledger.calls("sendMessage")
    assert 0 < figures.turns < len(sent)  # The warm-up was answered and is not counted.
    assert len({call.parameters["chat_id"] for call in sent}) == len(sent)
    assert (figures.lost, figures.doubled, figures.unknown) == (0, 0, None)


async def test_questions_come_at_the_rate_that_is_wanted() -> None:
    async with answering({"jam?": ["pukul 9"]}) as server:
        figures = await load(server, ME, Load(seconds=0.5, rate=20), ("jam?",))
    assert figures.turns == 10


async def test_silence_is_a_loss_and_the_same_again_is_a_double(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_module, "PATIENCE", 1.0)
    answers = {"jam?": ["pukul 9", "pukul 9"], "ongkir?": [], "cod?": ["bisa", "mau pesan apa?"]}
    async with answering(answers) as server:
        figures = await load(server, ME, Load(seconds=0.5, rate=12), tuple(answers))
    assert (figures.turns, figures.lost, figures.doubled) == (4, 4, 4)  # Six to warm up, and six.


def test_figures_are_of_the_turns_alone() -> None:
    figures = counted(
        [0.010] * 98 + [0.030, 0.050],
        seconds=2.0,
        before=Usage(cpu=1.0, rss=10 * 2**20),
        after=Usage(cpu=1.25, rss=150 * 2**20),
        lost=3,
        sent=[(1, "halo"), (2, "halo"), (2, "halo"), (2, "ya"), (1, "halo"), (1, "halo")],
    )
    assert (figures.turns, figures.turns_per_second, figures.lost, figures.doubled) == (100, 50, 3, 3)
    assert figures.ms == Waits(p50=10.0, p99=30.2)
    assert (figures.cpu_us_per_turn, figures.rss_mb) == (2500, 150)


def test_a_single_turn_has_figures_and_none_has_no_waits() -> None:
    one = counted([0.020], seconds=1.0, before=None, after=None, lost=0, sent=[])
    assert (one.turns, one.ms) == (1, Waits(p50=20.0, p99=20.0))
    assert (one.cpu_us_per_turn, one.rss_mb) == (None, None)
    spent = Usage(cpu=1.0, rss=2**20)
    nothing = counted([], seconds=1.0, before=spent, after=spent, lost=5, sent=[])
    assert (nothing.turns, nothing.ms, nothing.cpu_us_per_turn, nothing.lost) == (0, None, None, 5)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_use_of_several_processes_is_added_up() -> None:
    before = usage(ME)
    sum(number * number for number in range(2_000_000))
    once, twice = usage(ME), usage(ME * 2)
    assert before
    assert once
    assert twice
    assert once.cpu > before.cpu
    assert once.rss > 2**20
    assert twice.cpu == pytest.approx(2 * once.cpu, abs=0.1)
    assert twice.rss == pytest.approx(2 * once.rss, rel=0.1)
