"""The service behind a webhook, with everything that Telegram and others may send to it."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.testing.service import SECRET
from tests.desk import Desk, bot_messages, open_desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hooked(tmp_path_factory: pytest.TempPathFactory, shop: dict[str, str]) -> AsyncIterator[Desk]:
    settings = {**shop, "telegram__mode": "webhook", "log__level": "DEBUG"}
    async with open_desk(tmp_path_factory.mktemp("hooked"), settings) as desk:
        yield desk


async def post(desk: Desk, body: Any, secret: str = SECRET) -> int:
    """What the webhook answers to a body."""
    headers = {HEADER: secret} if secret else {}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{desk.service.address}/telegram", json=body, headers=headers) as response,
    ):
        return response.status


async def test_a_whole_conversation_comes_by_webhook(hooked: Desk) -> None:
    sari, topic = await hooked.complaint("Sari")
    hooked.budi.presses("Ambil", topic=topic.thread_id)
    await sari.receives(containing="dibantu langsung oleh Budi")
    hooked.budi.writes("saya bantu ya Kak", topic=topic.thread_id)
    await sari.receives(containing="saya bantu ya Kak")
    assert not hooked.server.ledger.calls("getUpdates")


@pytest.mark.parametrize("secret", ["", "salah", SECRET + "x", "rahasia-é"])
async def test_who_does_not_know_the_secret_is_refused(hooked: Desk, secret: str) -> None:
    before = (await hooked.at_rest())["messages"]
    update = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "date": 1}}
    assert await post(hooked, update, secret) == 403
    assert (await hooked.at_rest())["messages"] == before


async def test_an_update_that_comes_again_is_answered_once(hooked: Desk) -> None:
    rina = hooked.server.customer("Rina")
    rina.sends("jam buka?")
    await rina.receives(containing="Kami buka")
    await hooked.at_rest()
    update = hooked.server.updates.history[-1]
    turns = (await hooked.service.health())["turns"]
    hooked.server.updates.replay(update.update_id)
    assert await post(hooked, update.wire()) == 200
    assert await post(hooked, update.wire() | {"update_id": update.update_id + 1_000_000}) == 200
    assert (await hooked.at_rest())["turns"] == turns
    assert len(bot_messages(rina)) == 1


async def test_other_words_under_an_update_id_that_was_seen_are_answered(hooked: Desk) -> None:
    rudi = hooked.server.customer("Rudi")
    rudi.sends("jam buka?")
    await rudi.receives(containing="Kami buka")
    update = copy.deepcopy(hooked.server.updates.history[-1].wire())
    update["message"] |= {"message_id": 900, "text": "ongkir ke surabaya brp"}
    assert await post(hooked, update) == 200
    await rudi.receives(containing="Ongkos kirim tampil saat checkout")


async def test_a_press_that_comes_again_makes_one_transition(hooked: Desk) -> None:
    tuti, topic = await hooked.complaint("Tuti")
    hooked.budi.presses("Ambil", topic=topic.thread_id)
    assert hooked.server.redeliver_callbacks() == 1
    assert hooked.server.redeliver_callbacks() == 1
    await tuti.receives(containing="dibantu langsung oleh Budi")
    await hooked.at_rest()
    joined = [message for message in bot_messages(tuti) if "dibantu langsung" in message.text]
    assert len(joined) == 1


@pytest.mark.parametrize("body", [[], "halo", {"message": {}}, {"update_id": "x"}])
async def test_what_is_no_update_is_refused(hooked: Desk, body: Any) -> None:
    assert await post(hooked, body) == 400


async def test_an_update_that_cannot_be_read_is_put_aside_and_holds_up_nothing(hooked: Desk) -> None:
    dina = hooked.server.customer("Dina")
    quarantined = (await hooked.at_rest())["inbox_quarantined"]
    message = {"message_id": 800, "chat": {"id": dina.chat_id, "type": "private"}, "from": "?", "date": "kapan"}
    assert await post(hooked, {"update_id": 5, "message": message}) == 200
    dina.sends("jam buka?")
    await dina.receives(containing="Kami buka")
    assert (await hooked.at_rest())["inbox_quarantined"] == quarantined + 1


async def test_the_log_holds_neither_secrets_nor_what_customers_wrote(hooked: Desk) -> None:
    await hooked.at_rest()
    log = hooked.service.log
    assert "Ready" in log
    for canary in (hooked.server.token, hooked.server.token.partition(":")[2], SECRET, "saya kecewa", "Kami buka"):
        assert canary not in log
