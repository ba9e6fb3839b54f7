"""Updates that nobody foresaw: they are put aside, and the conversation that they came into goes on."""

from __future__ import annotations

import copy
import json
import random
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.testing.bot_api import BotApiServer
from bot.testing.service import SECRET, RunningService
from tests.desk import bot_messages

SETTINGS = {
    "telegram__mode": "webhook",
    "telegram__messages_per_second": 1000,
    "dialogue__fragment_pause_seconds": 0,
    "floods__messages_per_minute": 0,
}
EACH = 20
"""Updates of one chat, about: it is answered once a second."""

ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    2**63,
    -(2**70),
    1e308,
    "",
    "\x00",
    "\ud83d",
    "9" * 5_000,
    [],
    [[]],
    {},
    {"id": {}},
    "😀" * 5_000,
)
LARGE = 512 * 1024
STORAGES = pytest.mark.parametrize("storage", ["sqlite", "postgres"], indirect=True)


def spoilt(update: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The update with one of its values, at any depth, replaced by something odd, left out, or said twice as deep."""
    changed = copy.deepcopy(update)
    inside, keys = changed, [each for each in changed if each != "update_id"]
    key = chance.choice(keys)
    while isinstance(inside[key], dict) and inside[key] and chance.random() < 0.8:
        inside = inside[key]
        key = chance.choice(list(inside))
    if chance.random() < 0.2:
        del inside[key]
    else:
        inside[key] = chance.choice(ODD)
    return changed


@STORAGES
@pytest.mark.parametrize("count", [40, pytest.param(5_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
async def test_malformed_updates_are_put_aside_and_hold_up_nobody(
    tmp_path: Path, shop: dict[str, str], storage: dict[str, str], count: int
) -> None:
    chance = random.Random(11)
    async with (
        BotApiServer() as server,
        RunningService(server, tmp_path, **shop, **storage, **SETTINGS) as service,
        aiohttp.ClientSession(headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as session,
    ):

        async def post(update: dict[str, Any]) -> int:
            async with session.post(f"{service.address}/telegram", json=update) as response:
                return response.status

        sari = server.customer("Sari")
        sari.sends("jam buka?")
        await sari.receives(containing="Kami buka")
        (sound,) = [update.wire() for update in server.updates.history]
        crowd = [sari, *(server.customer(f"Pelanggan {number}") for number in range(count // EACH))]
        kept = 0
        for number in range(count):
            fresh = copy.deepcopy(sound) | {"update_id": 10_000_000 + number}
            fresh["message"]["message_id"] = 1_000_000 + number
            fresh["message"]["chat"]["id"] = fresh["message"]["from"]["id"] = crowd[number % len(crowd)].chat_id
            status = await post(spoilt(fresh, chance))
            assert status in (200, 400), status
            kept += status == 200
        health = await service.at_rest(60)
        assert kept > count / 2
        assert 0 < health["inbox_quarantined"] <= kept
        before = len(bot_messages(sari))
        sari.sends("ongkir ke surabaya brp")
        await sari.receives(containing="Ongkos kirim")
        assert len(bot_messages(sari)) == before + 1
        assert service.is_running


@STORAGES
async def test_a_huge_message_is_refused_or_kept_and_holds_up_nobody(
    tmp_path: Path, shop: dict[str, str], storage: dict[str, str]
) -> None:
    async with (
        BotApiServer() as server,
        RunningService(server, tmp_path, **shop, **storage, **SETTINGS) as service,
        aiohttp.ClientSession(headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as session,
    ):
        sari = server.customer("Sari")
        sari.sends("jam buka?")
        await sari.receives(containing="Kami buka")
        (update,) = [update.wire() for update in server.updates.history]
        for number, text in enumerate(("x" * LARGE, "rusak " * (LARGE // 6), "\n" * LARGE), start=1):
            huge = copy.deepcopy(update) | {"update_id": 10_000_000 + number}
            huge["message"] |= {"message_id": 1_000_000 + number, "text": text}
            async with session.post(f"{service.address}/telegram", data=BytesIO(json.dumps(huge).encode())) as response:
                assert response.status in (200, 413)
        other = server.customer("Lain")
        other.sends("jam buka?")
        await other.receives(containing="Kami buka")
        await service.at_rest(60)
        sari.sends("ongkir ke surabaya brp")
        await service.at_rest(60)
        assert service.is_running
        assert "a lane failed" not in service.log
