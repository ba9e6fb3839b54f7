"""The HTTP server: health, routes of channels, and a port that is taken."""

from __future__ import annotations

import socket

import aiohttp
import pytest

from bot.readiness import Readiness
from bot.server import http_app, serving
from bot.testing.faulty_store import FaultyStore
from bot.testing.scripted_channel import ScriptedChannel
from conversation.errors import SettingError


async def fetched(url: str) -> tuple[int, dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.json()


@pytest.fixture
def store() -> FaultyStore:
    return FaultyStore()


async def test_health_gives_figures_of_what_waits(store: FaultyStore) -> None:
    await store.accept([ScriptedChannel().said("halo")])
    async with serving(http_app(store), "127.0.0.1", 0) as address:
        status, body = await fetched(f"{address}/healthz")
    assert (status, body["status"], body["inbox_pending"]) == (200, "ok", 1)
    assert body.keys() - {"status"} == (await store.counts()).keys()


async def test_a_process_is_alive_whatever_ails_its_store(store: FaultyStore) -> None:
    store.failures["counts"] = 1
    async with serving(http_app(store), "127.0.0.1", 0) as address:
        assert await fetched(f"{address}/healthz") == (
            200,
            {"status": "storage_failed", "error": "counts: the disk is full"},
        )
        _, body = await fetched(f"{address}/healthz")
    assert body["status"] == "ok"


async def test_readiness_is_served_with_its_reasons(store: FaultyStore) -> None:
    async def probe() -> None: ...

    readiness = Readiness(probe)
    readiness.report("receiving", "nothing has been fetched yet")
    async with serving(http_app(store, readiness=readiness), "127.0.0.1", 0) as address:
        assert await fetched(f"{address}/readyz") == (
            503,
            {"status": "not_ready", "reasons": {"receiving": "nothing has been fetched yet"}},
        )
        readiness.report("receiving")
        assert await fetched(f"{address}/readyz") == (200, {"status": "ready"})
        readiness.draining()
        status, body = await fetched(f"{address}/readyz")
    assert (status, body["reasons"]) == (503, {"stopping": "the service is stopping"})


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/"])
async def test_there_is_nothing_else_to_look_at(store: FaultyStore, path: str) -> None:
    async with serving(http_app(store), "127.0.0.1", 0) as address:
        status, _ = await fetched(address + path)
    assert status == 404


async def test_a_port_in_use_is_named_with_a_remedy(store: FaultyStore) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=f"server.port = {port}") as raised:
            async with serving(http_app(store), "127.0.0.1", port):
                pass
    assert "server.port" in raised.value.remedy


async def test_a_host_that_is_not_ours_is_named(store: FaultyStore) -> None:
    with pytest.raises(SettingError, match=r"server.host = '192\.0\.2\.1'"):
        async with serving(http_app(store), "192.0.2.1", 0):
            pass


async def test_the_port_is_free_again_afterwards(store: FaultyStore) -> None:
    async with serving(http_app(store), "127.0.0.1", 0) as address:
        port = int(address.rsplit(":", 1)[1])
    async with serving(http_app(store), "127.0.0.1", port) as again:
        assert again == address


async def test_an_ipv6_address_can_be_fetched_as_it_is_given(store: FaultyStore) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 loopback here")
    async with serving(http_app(store), "::1", 0) as address:
        status, _ = await fetched(f"{address}/healthz")
    assert status == 200
