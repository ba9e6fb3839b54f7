"""A Bot API server, one with hasty time, and a bot of the first."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import telegram

from bot.testing.bot_api import BotApiServer
from tests.bot.testing.bot_api.clients import TOKEN, client


@pytest.fixture(autouse=True)
def _retry_after_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library warns about its own ``RetryAfter`` unless one opts in."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(token=TOKEN) as running:
        yield running


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[telegram.Bot]:
    async with client(server) as ready:
        yield ready


@pytest.fixture
async def fast_server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(token=TOKEN, time_scale=0.02) as running:
        yield running
