"""The HTTP side: what was surely not sent, and what nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram.error import TelegramError
from telegram.request import RequestData

from bot.channels.telegram.request import AiohttpRequest, NoAnswer, NotSent, TooManyRequests
from bot.testing.bot_api import BotApiServer, Garbage, SlowAnswer
from bot.testing.bot_api import TooManyRequests as ManyRequests


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(connections=1, connect_timeout=0.3, answer_timeout=0.6) as request:
        yield request


async def test_an_answer_is_read(server: BotApiServer, request_: AiohttpRequest) -> None:
    me = await request_.post(f"{server.url}{server.token}/getMe")
    assert isinstance(me, dict)
    assert me["is_bot"] is True


async def test_a_call_that_finds_no_free_connection_in_time_was_not_sent(
    server: BotApiServer, request_: AiohttpRequest
) -> None:
    server.fail(with_=SlowAnswer(seconds=0.5), method="getMe")
    url = f"{server.url}{server.token}/getMe"
    slow = asyncio.create_task(request_.post(url))
    await asyncio.sleep(0.05)
    with pytest.raises(NotSent, match="timed out"):
        await request_.post(url)
    await slow
    assert len(server.ledger.calls("getMe")) == 1


async def test_an_answer_that_does_not_come_in_time_leaves_it_open(
    server: BotApiServer, request_: AiohttpRequest
) -> None:
    server.fail(with_=SlowAnswer(seconds=2))
    with pytest.raises(NoAnswer, match="timed out"):
        await request_.post(f"{server.url}{server.token}/getMe")


async def test_a_call_may_have_a_time_of_its_own(server: BotApiServer, request_: AiohttpRequest) -> None:
    server.fail(with_=SlowAnswer(seconds=0.9))
    assert await request_.post(f"{server.url}{server.token}/getMe", read_timeout=3)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/bot1:x/getMe", "ftp://a/bot1:x/getMe", "bot1:x/getMe", "http:///x"]
)
async def test_where_no_connection_can_be_made_nothing_was_sent(request_: AiohttpRequest, url: str) -> None:
    with pytest.raises(NotSent) as caught:
        await request_.post(url)
    assert "1:x" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"ok": true}', b"[" * 100_000])
async def test_an_answer_that_is_none_leaves_it_open(
    server: BotApiServer, request_: AiohttpRequest, body: bytes
) -> None:
    server.fail(with_=Garbage(body=body))
    with pytest.raises(NoAnswer):
        await request_.post(f"{server.url}{server.token}/getMe")


async def test_a_429_says_how_long_to_wait(server: BotApiServer, request_: AiohttpRequest) -> None:
    server.fail(with_=ManyRequests(retry_after=17))
    server.fail(with_=Garbage(status=429))
    for seconds in (17, 5):
        with pytest.raises(TooManyRequests) as caught:
            await request_.post(f"{server.url}{server.token}/getMe")
        assert caught.value.seconds == seconds


async def test_before_and_after_its_time_nothing_is_sent(server: BotApiServer) -> None:
    request = AiohttpRequest()
    assert request.read_timeout == 30
    with pytest.raises(NotSent):
        await request.post(f"{server.url}{server.token}/getMe", RequestData())
    await request.shutdown()


async def test_a_server_that_refuses_is_told_from_one_that_is_away(
    server: BotApiServer, request_: AiohttpRequest
) -> None:
    with pytest.raises(TelegramError, match="Unauthorized") as caught:
        await request_.post(f"{server.url}999:unknown/getMe")
    assert not isinstance(caught.value, NotSent | NoAnswer)
