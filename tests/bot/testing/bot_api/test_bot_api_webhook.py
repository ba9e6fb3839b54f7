"""Webhooks of the Bot API server, and when it tries them again."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import telegram
from aiohttp import web
from telegram.error import (
    BadRequest,
    Conflict,
)

from bot.testing.bot_api import BotApiServer
from tests.bot.testing.bot_api.clients import client, keyboard, until_polled


class Receiver:
    """A webhook that answers as told and keeps what it was sent."""

    def __init__(self) -> None:
        self.received: list[tuple[float, dict[str, Any]]] = []
        self.secrets: set[str | None] = set()
        self.arrivals: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answer: Callable[[dict[str, Any]], web.Response] = lambda update: web.Response()

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        update = await request.json()
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.received.append((asyncio.get_running_loop().time(), update))
        self.arrivals.put_nowait(update)
        return self.answer(update)

    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.received if "message" in update]


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    told = Receiver()
    runner = web.ServerRunner(web.Server(told, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield told, f"http://127.0.0.1:{runner.addresses[0][1]}/kait"
    await runner.cleanup()


class TestWebhook:
    async def test_pending_and_new_updates_are_delivered_with_the_secret(
        self, fast_server: BotApiServer, receiver: tuple[Receiver, str]
    ) -> None:
        told, url = receiver
        sari = fast_server.customer()
        sari.sends("sebelum")
        async with client(fast_server) as bot:
            await bot.set_webhook(url, secret_token="rahasia")
            sari.sends("sesudah")
            await fast_server.until_confirmed()
            assert told.texts() == ["sebelum", "sesudah"]
            assert told.secrets == {"rahasia"}
            info = await bot.get_webhook_info()
            assert (info.url, info.pending_update_count) == (url, 0)

    async def test_failures_are_retried_at_once_then_ever_later_and_in_order(
        self, fast_server: BotApiServer, receiver: tuple[Receiver, str]
    ) -> None:
        told, url = receiver
        answers = iter([500, 302, 500, 404])
        told.answer = lambda update: web.Response(status=next(answers, 200))
        sari = fast_server.customer()
        async with client(fast_server) as bot:
            await bot.set_webhook(url)
            sari.sends("satu")
            sari.sends("dua")
            await fast_server.until_confirmed()
            info = await bot.get_webhook_info()
        assert told.texts() == ["satu"] * 5 + ["dua"]
        moments = [moment for moment, _ in told.received]
        pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
        assert pauses[0] < 0.03
        assert pauses[1] >= 2 * 0.02
        assert pauses[2] >= 4 * 0.02
        assert pauses[3] >= 8 * 0.02
        assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"

    async def test_retry_after_is_honoured(self, fast_server: BotApiServer, receiver: tuple[Receiver, str]) -> None:
        told, url = receiver
        answers = iter([web.Response(status=503, headers={"Retry-After": "10"})])
        told.answer = lambda update: next(answers, web.Response())
        async with client(fast_server) as bot:
            await bot.set_webhook(url)
            fast_server.customer().sends("halo")
            await fast_server.until_confirmed()
        (first, _), (second, _) = told.received
        assert second - first >= 10 * 0.02

    async def test_one_stuck_chat_holds_up_neither_others_nor_its_own_presses(
        self, fast_server: BotApiServer, receiver: tuple[Receiver, str]
    ) -> None:
        told, url = receiver
        told.answer = lambda update: web.Response(status=500 if update.get("message", {}).get("text") == "x" else 200)
        sari, budi = fast_server.customer("Sari"), fast_server.customer("Budi")
        async with client(fast_server) as bot:
            await bot.send_message(sari.chat_id, "?", reply_markup=keyboard("Ya"))
            await bot.set_webhook(url)
            sari.sends("x")
            sari.sends("y")
            sari.presses("Ya")
            budi.sends("z")
            arrived: set[str] = set()
            async with asyncio.timeout(5):
                while not {"tekan", "z"} <= arrived:
                    update = await told.arrivals.get()
                    arrived.add(update.get("message", {}).get("text", "tekan"))
            await asyncio.sleep(0.05)
            confirmed = [update.body.get("text", "tekan") for update in fast_server.updates.confirmed]
            assert sorted(confirmed) == ["tekan", "z"]
            assert "y" not in told.texts()
            await bot.delete_webhook()
            assert [update.message.text for update in await bot.get_updates() if update.message] == ["x", "y"]

    async def test_polling_and_a_webhook_exclude_each_other(
        self, fast_server: BotApiServer, receiver: tuple[Receiver, str]
    ) -> None:
        _, url = receiver
        async with client(fast_server) as bot:
            poll = asyncio.create_task(bot.get_updates(timeout=30))
            await until_polled(fast_server)
            await bot.set_webhook(url)
            with pytest.raises(Conflict, match="terminated by setWebhook request"):
                await poll
            with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
                await bot.get_updates()
            await bot.delete_webhook(drop_pending_updates=True)
            assert await bot.get_updates() == ()

    async def test_bad_settings_are_refused(self, bot: telegram.Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)an https url must be provided"):
            await bot.set_webhook("ftp://x.id")
        with pytest.raises(BadRequest, match=r"(?i)secret token contains unallowed characters"):
            await bot.set_webhook("https://x.id", secret_token="ada spasi")
