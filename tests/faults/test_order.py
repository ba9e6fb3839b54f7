"""What each customer reads stands in the order in which they asked, whatever delays; and limits are kept by all."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.testing.bot_api import BotApiServer, Limits, SlowAnswer, TooManyRequests
from bot.testing.service import RunningService
from tests.desk import Desk, bot_messages

QUICK = {"dialogue__fragment_pause_seconds": 0}


@pytest.mark.parametrize(
    ("customers", "each"), [(10, 6), pytest.param(40, 40, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
)
async def test_every_chat_stays_in_order_under_random_delays(
    tmp_path: Path, shop: dict[str, str], customers: int, each: int
) -> None:
    chance = random.Random(7)
    settings = {**shop, **QUICK, "telegram__messages_per_second": 1000, "floods__messages_per_minute": 0}
    async with BotApiServer() as server, RunningService(server, tmp_path, **settings) as service:
        people = [server.customer(f"Pelanggan {number}") for number in range(customers)]
        asked: dict[int, list[str]] = {who.chat_id: [] for who in people}
        for number in range(each):
            for who in chance.sample(people, len(people)):
                server.fail(with_=SlowAnswer(chance.uniform(0, 0.15)), method="sendMessage", chat_id=who.chat_id)
                text = f"{chance.choice(('jam buka?', 'ongkir ke surabaya brp'))} {number}"
                asked[who.chat_id].append(text)
                who.sends(text)
                await asyncio.sleep(chance.uniform(0, 0.02))
        await server.until_confirmed(timeout=60)
        await service.at_rest(60)
        with closing(sqlite3.connect(service.database)) as store:
            kept = {chat: told(store, chat, "customer", "text") for chat in asked}
            sent = {chat: told(store, chat, "bot", "external_id") for chat in asked}
    assert kept == asked
    shown = {who.chat_id: [str(message.message_id) for message in bot_messages(who)] for who in people}
    assert sent == shown


def told(store: sqlite3.Connection, chat: int, author: str, what: str) -> list[str]:
    """What stands in a conversation, in the order in which it was decided."""
    query = f"SELECT {what} FROM messages WHERE conversation_id = ? AND author = ? ORDER BY id"
    return [row[0] for row in store.execute(query, (f"telegram:{chat}", author))]


async def test_a_crowd_is_served_within_telegrams_limits(tmp_path: Path, shop: dict[str, str]) -> None:
    crowd = 60
    async with BotApiServer(limits=Limits()) as server, RunningService(server, tmp_path, **shop, **QUICK) as service:
        held_up = server.customer("Tunggu")
        server.fail(with_=TooManyRequests(retry_after=3), method="sendMessage", chat_id=held_up.chat_id)
        customers = [server.customer(f"Pelanggan {number}") for number in range(crowd)]
        begun = time.monotonic()
        for customer in (held_up, *customers):
            customer.sends("jam buka?")
        await asyncio.gather(*(customer.receives(containing="Kami buka", timeout=30) for customer in customers))
        waited = time.monotonic() - begun
        await held_up.receives(containing="Kami buka", timeout=30)
        await service.at_rest()
        refusals = [entry for entry in server.ledger.refused if entry.parameters.get("chat_id") != held_up.chat_id]
        assert refusals == [], "the service keeps to the limits by itself"
        assert waited >= (crowd - Limits().overall_per_second) / Limits().overall_per_second * 0.8
        assert {len(bot_messages(customer)) for customer in (held_up, *customers)} == {1}


@pytest.mark.asyncio(loop_scope="session")
async def test_update_ids_that_start_again_lower_are_handled(desk: Desk) -> None:
    await desk.at_rest()
    sari = desk.server.customer("Sari Mulai Lagi")
    sari.sends("jam buka?")
    await sari.receives(containing="Kami buka")
    await desk.at_rest()
    lower = desk.server.updates.history[-1].update_id - 1_000
    desk.server.updates.restart_at(lower)
    sari.sends("ongkir ke surabaya brp")
    await sari.receives(containing="Ongkos kirim")
    assert desk.server.updates.history[-1].update_id == lower
