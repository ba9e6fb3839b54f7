"""A console over HTTP, and people who come to it with a browser's cookies but without a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from bot.testing.small_console import PASSWORD, SmallConsole, small_console
from conversation.tickets import Agent


@dataclass
class Caller:
    """Asks the console for things, as a browser would."""

    console: SmallConsole
    http: httpx.AsyncClient

    async def get(self, path: str, **options: object) -> httpx.Response:
        return await self.http.get(self.console.url(path), headers={"accept": "text/html"}, **options)  # type: ignore[arg-type]

    async def post(self, path: str, **values: str) -> httpx.Response:
        origin = {"origin": self.console.address}
        return await self.http.post(self.console.url(path), data=values, headers=origin)

    async def sign_in(self, agent: Agent, password: str = PASSWORD) -> httpx.Response:
        return await self.post("/sign-in", login=agent.login, password=password)

    @property
    def cookie(self) -> str:
        return self.http.cookies.get("tanggap_desk") or ""


@pytest.fixture
async def console() -> AsyncIterator[SmallConsole]:
    async with small_console() as opened:
        yield opened


@pytest.fixture
async def caller(console: SmallConsole) -> AsyncIterator[Caller]:
    async with httpx.AsyncClient(timeout=20) as http:
        yield Caller(console, http)
