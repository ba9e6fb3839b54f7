"""The console put together: what it costs, and when."""

from __future__ import annotations

import subprocess
import sys

import httpx

from bot.testing.small_console import SARI, small_console
from tests.bot.console.conftest import Caller


def test_a_service_pays_for_nicegui_when_somebody_comes_to_sign_in() -> None:
    code = "import sys, bot.cli.service, bot.console.site; print(sorted(sys.modules.keys() & {'nicegui', 'socketio'}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


async def test_a_process_may_open_a_console_after_another() -> None:
    for _ in range(3):
        async with small_console() as console, httpx.AsyncClient(timeout=20) as http:
            caller = Caller(console, http)
            await caller.sign_in(SARI)
            assert (await caller.get("/profile")).status_code == 200


async def test_a_change_of_an_account_reaches_routing() -> None:
    async with small_console() as console:
        await console.change(SARI, capacity=9)
        await console.console.look()
        found = console.desk.roster.find(SARI.id)
        assert found is not None
        assert found.capacity == 9
