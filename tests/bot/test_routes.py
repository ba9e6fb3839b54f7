"""The routes of channels over real HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

import aiohttp
import pytest

from bot.channels.plugin import Request, Response, Route, Take
from bot.routes import ChannelRoutes
from bot.server import http_app, serving
from bot.testing.memory_store import MemoryStore
from conversation.errors import StorageError
from conversation.ports import Update


async def echo(request: Request, take: Take) -> Response:
    """Tell what was asked, after something was kept."""
    await take([])
    said = {"query": dict(request.query), "who": request.headers.get("x-who"), "body": (await request.read()).decode()}
    return Response(status=201, body=json.dumps(said), content_type="application/json")


async def fail(request: Request, take: Take) -> Response:
    raise KeyError((await request.read()).decode())


ROUTES = (
    Route(path="/echo", handle=echo, limit=10),
    Route(path="/echo", handle=echo, method="GET"),
    Route(path="/fail", handle=fail),
)


async def ask(
    path: str, body: str = "", method: str = "POST", error: Exception | None = None
) -> tuple[int, str, dict[str, str]]:
    async def take(updates: Sequence[Update]) -> None:
        if error:
            raise error

    app = ChannelRoutes(ROUTES, take, otherwise=http_app(MemoryStore()))
    async with (
        serving(app, "127.0.0.1", 0) as address,
        aiohttp.ClientSession(headers={"X-Who": "budi"}) as session,
        session.request(method, address + path, data=body) as response,
    ):
        return response.status, await response.text(), dict(response.headers)


async def test_a_route_is_given_what_was_asked_and_its_answer_is_sent() -> None:
    status, body, headers = await ask("/echo?a=1", "halo")
    assert status == 201
    assert json.loads(body) == {"query": {"a": "1"}, "who": "budi", "body": "halo"}
    assert headers["Content-Type"].startswith("application/json")


async def test_a_path_may_have_a_route_for_each_method() -> None:
    assert (await ask("/echo", method="GET"))[0] == 201
    assert (await ask("/echo", method="PUT"))[0] == 405


async def test_what_is_no_route_is_left_to_the_other_application() -> None:
    assert (await ask("/healthz", method="GET"))[0] == 200
    assert (await ask("/echo/more"))[0] == 404


async def test_a_body_beyond_the_routes_own_limit_is_refused() -> None:
    assert (await ask("/echo", "x" * 11))[0] == 413


async def test_while_nothing_can_be_kept_the_sender_is_asked_to_come_again() -> None:
    assert (await ask("/echo", error=StorageError("the disk is full")))[:2] == (503, "")


async def test_where_a_route_fails_nothing_of_what_came_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert (await ask("/fail", "kenari-7391"))[:2] == (500, "")
    assert "/fail failed: KeyError" in caplog.text
    assert "kenari-7391" not in caplog.text
