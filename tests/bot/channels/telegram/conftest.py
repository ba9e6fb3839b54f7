"""A Bot API server over real HTTP and a channel that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel, TelegramOptions
from bot.testing.bot_api import BotApiServer

Until = Callable[[Callable[[], object]], Awaitable[None]]
StartChannel = Callable[..., Awaitable[TelegramChannel]]


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def start_channel(server: BotApiServer) -> AsyncIterator[StartChannel]:
    """Starts a channel on the server; options may be changed. It is stopped after the test."""
    async with AsyncExitStack() as stack:

        async def start(**changes: Any) -> TelegramChannel:
            options = {
                "token": server.token,
                "api_base_url": server.url,
                "file_base_url": server.file_url,
                "poll_timeout_seconds": 2,
                "answer_timeout_seconds": 5.0,
                **changes,
            }
            channel = TelegramChannel(TelegramOptions(**options))
            await channel.start()
            stack.push_async_callback(channel.stop)
            return channel

        yield start


@pytest.fixture
def until() -> Until:
    """Waits until a condition holds."""

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while True:
                if condition():
                    return
                await asyncio.sleep(0.005)

    return wait
