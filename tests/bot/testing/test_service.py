"""Services as processes: none is left behind."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot.testing.bot_api import BotApiServer
from bot.testing.service import RunningService


@pytest.mark.usefixtures("cold_start")
async def test_a_start_that_nobody_waits_for_any_more_leaves_no_process(tmp_path: Path) -> None:
    async with BotApiServer() as server:
        service = RunningService(server, tmp_path)
        starting = asyncio.create_task(service.__aenter__())
        await asyncio.sleep(0)
        assert service.is_running
        starting.cancel()
        with suppress(asyncio.CancelledError):
            await starting
        assert starting.cancelled()
        assert not service.is_running
