"""A running service as those see it who keep it running: health, readiness, figures, and a restart under load."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.testing.bot_api import BotApiServer, ServerError, SlowAnswer
from bot.testing.service import RunningService
from tests.desk import QUICK, bot_messages

CUSTOMERS = 12


async def answer(service: RunningService, path: str) -> tuple[int, str]:
    """What the service says under a path; (0, "") where nobody answers."""
    try:
        async with aiohttp.ClientSession() as session, session.get(service.address + path) as response:
            return response.status, await response.text()
    except aiohttp.ClientError:
        return 0, ""


async def until(service: RunningService, path: str, status: int) -> str:
    """Wait for an answer with this status."""
    async with asyncio.timeout(10):
        while True:
            given, body = await answer(service, path)
            if given == status:
                return body
            await asyncio.sleep(0.02)


async def test_a_service_shows_its_figures_and_none_of_its_customers(tmp_path: Path, shop: dict[str, str]) -> None:
    async with BotApiServer() as server, RunningService(server, tmp_path, **shop, **QUICK) as service:
        sari = server.customer("Sari Kenari")
        sari.sends("jam buka?")
        await sari.receives(containing="Kami buka")
        sari.sends("barang saya rusak, saya kecewa, telepon 081234500117")
        await sari.receives(containing="nomor laporannya #")
        await service.at_rest()
        _, text = await answer(service, "/metrics")
        values = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        assert values["tanggap_updates_total", "telegram", "accepted"] == 2
        assert values["tanggap_ready",] == 1
        assert values["tanggap_store_up",] == 1
        assert values["tanggap_messages",] >= 4
        assert sum(value for key, value in values.items() if key[0] == "tanggap_tickets_open") == 1
        assert values["tanggap_model_intents",] > 1
        assert sum(value for key, value in values.items() if key[0] == "tanggap_turns_total") == 2
        for canary in ("Sari", "Kenari", "081234500117", str(sari.chat_id), server.token):
            assert canary not in text


async def test_a_service_that_cannot_receive_is_not_ready_and_says_why(tmp_path: Path, shop: dict[str, str]) -> None:
    settings = {**shop, **QUICK, "telegram__poll_timeout_seconds": 1}
    async with BotApiServer() as server, RunningService(server, tmp_path, **settings) as service:
        await until(service, "/readyz", 200)
        down = server.fail(with_=ServerError(502), method="getUpdates", times=None)
        server.customer("Sari").sends("jam buka?")
        assert "updates cannot be taken" in await until(service, "/readyz", 503)
        assert (await answer(service, "/healthz"))[0] == 200
        down.cancel()
        await until(service, "/readyz", 200)


async def test_a_rolling_restart_loses_nothing_and_answers_nobody_twice(tmp_path: Path, shop: dict[str, str]) -> None:
    settings = {**shop, **QUICK, "telegram__mode": "webhook", "server__drain_seconds": 1}
    async with BotApiServer(time_scale=0.2) as server, RunningService(server, tmp_path, **settings) as service:
        await until(service, "/readyz", 200)
        server.fail(with_=SlowAnswer(0.2), method="sendMessage", times=None)
        customers = [server.customer(f"Pelanggan {number}") for number in range(CUSTOMERS)]
        for customer in customers[:4]:
            customer.sends("jam buka?")
        os.kill(service.pid, signal.SIGTERM)
        assert "the service is stopping" in await until(service, "/readyz", 503)
        for customer in customers[4:8]:
            customer.sends("jam buka?")
        await asyncio.sleep(0.2)
        assert (await answer(service, "/healthz"))[0] == 200, "it still receives, until who sends has noticed"
        assert await service.ended() == 0
        for customer in customers[8:]:
            customer.sends("jam buka?")
        await service.start()
        await asyncio.gather(*(customer.receives(containing="Kami buka", timeout=30) for customer in customers))
        await server.until_confirmed()
        health = await service.at_rest()
        assert [len(bot_messages(customer)) for customer in customers] == [1] * CUSTOMERS
        assert health["outbox_unknown"] == 0


async def test_a_service_finishes_what_is_under_way_before_it_ends(tmp_path: Path, shop: dict[str, str]) -> None:
    async with BotApiServer() as server, RunningService(server, tmp_path, **shop, **QUICK) as service:
        held_up = server.fail(with_=SlowAnswer(1.0), method="sendMessage", times=None)
        sari = server.customer("Sari")
        sari.sends("jam buka?")
        while not held_up.hits:
            await service.health()
        os.kill(service.pid, signal.SIGTERM)
        assert "the service is stopping" in await until(service, "/readyz", 503)
        assert await service.ended() == 0
        await service.start()
        assert (await service.at_rest())["outbox_unknown"] == 0
        assert len(bot_messages(sari)) == 1
