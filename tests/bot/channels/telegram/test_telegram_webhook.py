"""The webhook over real HTTP: 200 only for what is kept, and nothing for strangers."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest
import uvicorn
from fastapi import FastAPI

from bot.channels.telegram import TelegramChannel, webhook_route
from bot.routes import ChannelRoutes
from bot.testing.bot_api import BotApiServer
from conversation.errors import ChannelError, StorageError
from conversation.ports import Update
from tests.bot.channels.telegram.conftest import StartChannel, Until

SECRET = "rahasia-uji_0123456789"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
UPDATE = {"update_id": 1, "message": {"message_id": 9, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "x"}}


class Inbox:
    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.failures = 0

    async def take(self, updates: Sequence[Update]) -> None:
        if self.failures:
            self.failures -= 1
            raise StorageError("the disk is full")
        self.updates.extend(updates)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def channel(start_channel: StartChannel) -> TelegramChannel:
    return await start_channel()


@pytest.fixture
async def address(channel: TelegramChannel, inbox: Inbox, until: Until) -> AsyncIterator[str]:
    app = ChannelRoutes([webhook_route(channel, "/telegram", SECRET)], inbox.take, otherwise=FastAPI())
    service = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(service.serve())
    await until(lambda: service.started)
    port = service.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/telegram"
    service.should_exit = True
    await serving


async def post(address: str, body: bytes, headers: dict[str, str] = HEADERS) -> int:
    async with aiohttp.ClientSession() as session, session.post(address, data=body, headers=headers) as response:
        assert not await response.read()
        return response.status


async def test_an_update_is_kept_and_then_acknowledged(address: str, inbox: Inbox) -> None:
    assert await post(address, json.dumps(UPDATE).encode()) == 200
    assert [update.key for update in inbox.updates] == ["message:5:9"]


@pytest.mark.parametrize(
    "headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "x"}, {"X-Telegram-Bot-Api-Secret-Token": SECRET + "é"}]
)
async def test_who_does_not_know_the_secret_is_turned_away_unread(
    address: str, inbox: Inbox, headers: dict[str, str]
) -> None:
    assert await post(address, json.dumps(UPDATE).encode(), headers) == 403
    assert not inbox.updates


async def test_a_body_beyond_the_limit_is_refused(address: str, inbox: Inbox) -> None:
    assert await post(address, b" " * 999_000 + json.dumps(UPDATE).encode()) == 200
    assert await post(address, b" " * 1_000_000 + json.dumps(UPDATE).encode()) == 413
    assert len(inbox.updates) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"update_id": "1"}'])
async def test_what_is_no_update_is_refused(address: str, inbox: Inbox, body: bytes) -> None:
    assert await post(address, body) == 400
    assert not inbox.updates


async def test_an_update_that_nobody_understands_is_kept_all_the_same(address: str, inbox: Inbox) -> None:
    assert await post(address, b'{"update_id": 3, "message": {"chat": 7}}') == 200
    assert len(inbox.updates) == 1


async def test_telegram_sends_again_until_the_store_can_be_written(
    address: str, inbox: Inbox, channel: TelegramChannel, server: BotApiServer
) -> None:
    inbox.failures = 2
    assert await post(address, json.dumps(UPDATE).encode()) == 503
    await channel.set_webhook(address, SECRET)
    server.customer("Sari").sends("a")
    await server.until_confirmed()
    assert len(inbox.updates) == 1


async def test_telegram_is_given_the_secret_and_all_connections(channel: TelegramChannel, server: BotApiServer) -> None:
    await channel.set_webhook("http://127.0.0.1:1/telegram", SECRET)
    (call,) = server.ledger.calls("setWebhook")
    assert call.parameters["secret_token"] == SECRET
    assert call.parameters["max_connections"] == 100
    assert "callback_query" in call.parameters["allowed_updates"]


@pytest.mark.parametrize(("url", "secret"), [("http://a.example", ""), ("http://a.example", "ada spasi"), ("a", "b")])
async def test_a_webhook_that_cannot_be_is_refused_with_a_remedy(
    channel: TelegramChannel, url: str, secret: str
) -> None:
    with pytest.raises(ChannelError):
        await channel.set_webhook(url, secret)


def test_a_webhook_without_a_secret_is_not_made() -> None:
    with pytest.raises(ValueError, match="secret"):
        webhook_route(None, "/telegram", "")  # type: ignore[arg-type]


async def test_nothing_of_what_came_is_logged(address: str, inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    inbox.failures = 1
    body = json.dumps(UPDATE | {"canary": "kenari-7391"}).encode()
    assert [await post(address, body), await post(address, body), await post(address, body, {})] == [503, 200, 403]
    assert await post(address, b"kenari-7391") == 400
    assert "kenari-7391" not in caplog.text
    assert SECRET not in caplog.text
