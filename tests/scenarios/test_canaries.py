"""Words, names and secrets that must appear nowhere but in the chats and in the store, whatever goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import aiohttp
import pytest

from bot.testing.bot_api import BadRequest, BotApiServer, ServerError
from bot.testing.service import SECRET, RunningService
from tests.desk import QUICK

WORDS, NAME, HANDLE, NUMBER, FILE = "kata-rahasia", "Kenarisari", "kenari_77", "0812-3450-0117", "berkas-kenari.pdf"


async def everything_goes_wrong(server: BotApiServer, service: RunningService) -> list[str]:
    """A conversation, an update that cannot be read, sends that fail; returns what the service shows over HTTP."""
    sari = server.customer(NAME, username=HANDLE)
    sari.sends(f"jam buka? {WORDS} {NUMBER}")
    await sari.receives(containing="Kami buka")
    sari.sends_document(b"%PDF", name=FILE, caption=WORDS)
    server.fail(with_=BadRequest("chat not found"), method="sendMessage", times=1)
    sari.sends(f"barang saya rusak, saya kecewa {WORDS}")
    server.fail(with_=ServerError(502), method="sendMessage", times=1)
    sari.sends(f"halo {WORDS}")
    chat = {"id": sari.chat_id, "type": "private", "first_name": NAME}
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    odd: list[dict[str, object]] = [{"date": WORDS}, {"from": WORDS, "date": 1}, {"date": 1, "text": [WORDS]}]
    shown = []
    async with aiohttp.ClientSession() as session:
        for number, broken in enumerate(odd):
            message = {"message_id": 9000 + number, "chat": chat, "text": WORDS, **broken}
            update = {"update_id": 9000 + number, "message": message}
            async with session.post(f"{service.address}/telegram", json=update, headers=headers) as response:
                shown.append(await response.text())
        await server.until_confirmed()
        await service.at_rest()
        for path in ("/healthz", "/readyz", "/metrics", "/telegram", "/nowhere"):
            async with session.get(service.address + path) as response:
                shown.append(await response.text())
    return shown


@pytest.mark.parametrize("form", ["text", "json"])
async def test_nobody_s_words_and_no_secret_leave_the_store(tmp_path: Path, shop: dict[str, str], form: str) -> None:
    settings = {**shop, **QUICK, "telegram__mode": "webhook", "log__level": "DEBUG", "log__format": form}
    async with BotApiServer() as server:
        service = RunningService(server, tmp_path, **settings)
        if form == "text":
            service.environment["OTEL_TRACES_EXPORTER"] = "console"
        await service.start()
        shown = await everything_goes_wrong(server, service)
        assert await service.stop() == 0
        token = server.token.partition(":")[2]
    everything = "\n".join([service.log, *shown])
    assert "update_unreadable" in service.log, "something did go wrong"
    assert "delivery_failed" in service.log
    for canary in (WORDS, NAME, HANDLE, NUMBER, FILE, SECRET, token):
        assert canary not in everything
    if form == "text":
        assert '"name": "turn"' in service.log, "traces were sent, too"
    if form == "json":
        lines = [json.loads(line) for line in service.log.splitlines()]
        assert {line["level"] for line in lines} >= {"info", "warning"}
        assert any("inbox_id" in line for line in lines)
