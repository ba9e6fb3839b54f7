"""The service's own life: stops, starts, and a second one beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.testing.bot_api import BotApiServer, TooManyRequests
from bot.testing.service import RunningService
from tests.desk import QUICK, bot_messages

CUSTOMERS = 15


@pytest.mark.usefixtures("cold_start")
async def test_a_stop_is_clean_and_loses_nothing(tmp_path: Path, shop: dict[str, str]) -> None:
    async with BotApiServer() as server, RunningService(server, tmp_path, **shop, **QUICK) as service:
        customers = [server.customer(f"Pelanggan {number}") for number in range(CUSTOMERS)]
        for customer in customers:
            customer.sends("jam buka?")
        assert await service.stop() == 0
        for customer in customers:
            customer.sends("ongkir ke surabaya brp")
        await service.start()
        await asyncio.gather(*(customer.receives(containing="Ongkos kirim") for customer in customers))
        await service.at_rest()
        for customer in customers:
            told = "\n".join(message.text for message in bot_messages(customer))
            assert told.count("Ongkos kirim") == 1
            assert told.count("Kami buka") <= 1, "what the stop left may be read together with what came then"


async def test_a_kill_between_acknowledgement_and_answer_loses_nothing(tmp_path: Path, shop: dict[str, str]) -> None:
    slow = {**shop, **QUICK, "dialogue__fragment_pause_seconds": 1}
    async with BotApiServer() as server, RunningService(server, tmp_path, **slow) as service:
        rina = server.customer("Rina")
        held_up = server.fail(with_=TooManyRequests(retry_after=3), method="sendMessage", chat_id=rina.chat_id)
        rina.sends("halo min")
        while not held_up.hits:
            await service.health()
        sari = server.customer("Sari")
        sari.sends("min")
        sari.sends("jam buka?")
        await server.until_confirmed()
        await service.kill()
        assert not bot_messages(sari) + bot_messages(rina)
        await service.start()
        await sari.receives(containing="Kami buka")
        await rina.receives(containing="ada yang bisa dibantu")
        await service.at_rest()
        assert [len(bot_messages(who)) for who in (sari, rina)] == [1, 1]


async def test_of_two_services_one_waits_and_says_so(tmp_path: Path, shop: dict[str, str]) -> None:
    async with (
        BotApiServer() as server,
        RunningService(server, tmp_path / "1", **shop, **QUICK) as first,
        RunningService(server, tmp_path / "2", **shop, **QUICK) as second,
    ):
        words = "another process receives this bot's updates"
        saying = [asyncio.create_task(service.said(words)) for service in (first, second)]
        said, waiting = await asyncio.wait(saying, return_when=asyncio.FIRST_COMPLETED)
        assert all(task.exception() is None for task in said)
        for task in waiting:
            task.cancel()
        sari = server.customer("Sari")
        sari.sends("jam buka?")
        await sari.receives(containing="Kami buka")
        await first.at_rest()
        await second.at_rest()
        assert len(bot_messages(sari)) == 1
