"""An action server that misbehaves: refused, slow, broken, garbled, too long, gone and back again."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.actions import ActionError, Actions
from bot.actions.breaker import Breaker
from bot.actions.domain import Domain
from bot.actions.server import MOST_BYTES, ActionServer
from bot.actions.threads import Threads
from bot.testing.action_contract import KNOWLEDGE, NOON, call
from bot.testing.memory_store import MemoryStore
from conversation.actions import Failure, Result, Saying, SlotSet
from tests.bot.actions.hosts import NATIVE, free_port, opened

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

FINE = {"events": [], "responses": [{"text": "Halo"}]}


@dataclass(kw_only=True)
class Fake:
    """A server on loopback. `answers` are given first, one a call; then come fine ones. `asked` is what was sent."""

    port: int
    url: str = ""
    names: list[str] = field(default_factory=lambda: ["action_a", "validate_reservasi"])
    answers: deque[Answer] = field(default_factory=deque)
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        if self.answers:
            return await self.answers.popleft()(request)
        return web.json_response(FINE)

    async def actions(self, request: web.Request) -> web.StreamResponse:
        return web.json_response([{"name": name} for name in self.names])


@asynccontextmanager
async def serving(fake: Fake) -> AsyncIterator[Fake]:
    application = web.Application()
    application.router.add_post("/webhook", fake.webhook)
    application.router.add_get("/actions", fake.actions)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", fake.port).start()
    fake.url = f"http://127.0.0.1:{fake.port}"
    try:
        yield fake
    finally:
        await runner.cleanup()


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    async with serving(Fake(port=free_port())) as fake:
        yield fake


def answer(status: int, body: object = None, *, raw: bytes | None = None, **headers: str) -> Answer:
    content = json.dumps(body).encode() if raw is None else raw

    async def respond(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=content, headers=headers)

    return respond


async def drop(request: web.Request) -> web.StreamResponse:
    """Close the connection in the middle of it all."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def stall(request: web.Request) -> web.StreamResponse:
    """Begin to answer, and never end."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b'{"events"')
    await asyncio.sleep(60)
    return response


async def run(fake: Fake, *answers: Answer, name: str = "action_a", **options: Any) -> Result:
    fake.answers.extend(answers)
    async with opened(server_url=fake.url, **options) as actions:
        return await actions.run(call(name))


LOOKUP: dict[str, Any] = {"repeatable": ("action_a",)}


# What it answers


async def test_a_fine_answer_is_the_result(fake: Fake) -> None:
    assert await run(fake) == Result(says=(Saying(text="Halo"),))
    assert fake.asked[0]["next_action"] == "action_a"
    assert fake.asked[0]["domain"]["intents"] == ["tanya_menu", "reservasi"]


async def test_the_address_may_be_written_as_rasa_has_it(fake: Fake) -> None:
    fake.url += "/webhook/"
    assert (await run(fake)).failure is None


@pytest.mark.parametrize(
    ("response", "failure"),
    [
        (answer(400, {"error": "nomor 4111", "action_name": "action_a"}), Failure.REJECTED),
        (answer(400, {"error": "Invalid body request"}), Failure.RUBBISH),
        (answer(404, {"error": "4111", "action_name": "action_a"}), Failure.UNKNOWN_ACTION),
        (answer(404, raw=b"<html>"), Failure.UNKNOWN_ACTION),
        (answer(500, {"error": "4111", "request_body": {}}), Failure.RAISED),
        (answer(403, {}), Failure.RUBBISH),
        (answer(302, {}, Location="/lain"), Failure.RUBBISH),
        (answer(204, raw=b""), Failure.RUBBISH),
        (answer(200, raw=b""), Failure.RUBBISH),
        (answer(200, raw=b"<html>4111</html>"), Failure.RUBBISH),
        (answer(200, raw=b"[" * 100_000), Failure.RUBBISH),
        (answer(200, raw=b"\xff\xfe"), Failure.RUBBISH),
        (answer(200, None), Failure.RUBBISH),
        (answer(200, [1, 2]), Failure.RUBBISH),
        (answer(200, {"events": "4111"}), Failure.RUBBISH),
        (answer(200, raw=b"4111", **{"Content-Encoding": "gzip"}), Failure.RUBBISH),
        (answer(200, {"responses": [{"text": "a" * MOST_BYTES}]}), Failure.RUBBISH),
        (answer(200, raw=gzip.compress(b" " * 20 * MOST_BYTES), **{"Content-Encoding": "gzip"}), Failure.RUBBISH),
        (answer(502, raw=b""), Failure.UNCERTAIN),
        (answer(503, raw=b""), Failure.UNCERTAIN),
        (drop, Failure.UNCERTAIN),
        (stall, Failure.TIMED_OUT),
    ],
)
async def test_whatever_else_it_answers_is_a_failure_without_its_words(
    fake: Fake, response: Answer, failure: Failure, caplog: pytest.LogCaptureFixture
) -> None:
    result = await run(fake, response, timeout_seconds=1)
    assert (result.failure, result.says, result.events) == (failure, (), ())
    assert len(fake.asked) == 1
    assert "4111" not in result.error + caplog.text


# What is tried again


@pytest.mark.parametrize("response", [drop, answer(502, raw=b""), answer(503, raw=b"")])
async def test_what_only_looks_something_up_is_asked_once_more(fake: Fake, response: Answer) -> None:
    assert (await run(fake, response, **LOOKUP)).failure is None
    assert len(fake.asked) == 2
    assert (await run(fake, response, response, response, **LOOKUP)).failure is Failure.UNREACHABLE
    assert len(fake.asked) == 4


@pytest.mark.parametrize("response", [drop, answer(502, raw=b"")])
async def test_what_may_have_been_done_is_not_asked_again(fake: Fake, response: Answer) -> None:
    result = await run(fake, response)
    assert result.failure is Failure.UNCERTAIN
    assert "may have been done" in result.error
    assert len(fake.asked) == 1


async def test_a_server_that_wants_the_domain_is_given_it_once_more(fake: Fake) -> None:
    missing = answer(449, {"error": "Missing domain", "action_name": "action_a"})
    assert (await run(fake, missing)).failure is None
    assert [bool(asked["domain"]) for asked in fake.asked] == [True, True]
    assert (await run(fake, missing, missing, missing)).failure is Failure.RUBBISH
    assert len(fake.asked) == 4


async def test_what_was_never_sent_is_tried_again_though_it_is_not_repeatable() -> None:
    fake = Fake(port=free_port())
    async with opened(server_url=f"http://127.0.0.1:{fake.port}", server_actions=["action_a"]) as actions:
        asked = asyncio.create_task(actions.run(call("action_a")))
        await asyncio.sleep(0.05)
        async with serving(fake):
            assert (await asked).failure is None


# What it has


async def test_which_actions_it_has_is_asked_at_the_start(fake: Fake) -> None:
    async with opened(server_url=fake.url) as actions:
        assert actions.names == {"action_a", "validate_reservasi"}
        assert (await actions.run(call("action_b"))).failure is Failure.UNKNOWN_ACTION
    assert fake.asked == []


async def test_which_actions_it_has_can_be_told(fake: Fake) -> None:
    async with opened(server_url=fake.url, server_actions=["action_b"]) as actions:
        assert actions.names == {"action_b"}


async def test_an_action_that_is_here_as_well_is_refused(fake: Fake) -> None:
    fake.names = ["action_sapa"]
    with pytest.raises(ActionError, match=r"action_sapa: one of .*native_examples.*, one of http://127"):
        async with opened(NATIVE, server_url=fake.url):
            pass


async def test_it_may_be_told_to_run_only_what_is_not_here(fake: Fake) -> None:
    async with opened(NATIVE, server_url=fake.url, server_actions=["action_a"]) as actions:
        assert (await actions.run(call("action_a"))).says == (Saying(text="Halo"),)
        assert (await actions.run(call("action_sapa", slots={"nama": "Sari"}))).says == (Saying(text="Halo, Sari!"),)


async def test_a_service_starts_without_it_and_asks_later(caplog: pytest.LogCaptureFixture) -> None:
    fake = Fake(port=free_port())
    async with opened(server_url=f"http://127.0.0.1:{fake.port}") as actions:
        assert "asked again later" in caplog.text
        assert actions.names == {"action_catat", "action_menu", "validate_reservasi"}
        assert (await actions.run(call("action_menu"))).failure is Failure.UNREACHABLE
        fake.names = ["action_menu"]
        async with serving(fake):
            assert (await actions.run(call("action_menu"))).says == (Saying(text="Halo"),)
            assert actions.names == {"action_menu"}


async def test_a_form_that_turns_out_to_have_no_validation_takes_what_it_has_read() -> None:
    fake = Fake(port=free_port(), names=["action_menu"])
    asked = call("validate_reservasi", form="reservasi", proposed={"masakan": "Padang"})
    async with opened(server_url=f"http://127.0.0.1:{fake.port}") as actions:
        assert (await actions.run(asked)).failure is Failure.UNREACHABLE
        async with serving(fake):
            assert await actions.run(asked) == Result(events=(SlotSet(name="masakan", value="Padang"),))


async def test_a_server_that_does_not_answer_holds_no_start_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Silent(Fake):
        async def actions(self, request: web.Request) -> web.StreamResponse:
            return await stall(request)

    async with (
        serving(Silent(port=free_port())) as silent,
        opened(server_url=silent.url, timeout_seconds=0.2, repeatable=["action_lain"]) as actions,
    ):
        assert "no answer within 0.2 s" in caplog.text
        assert (await actions.run(call("action_menu"))).failure is Failure.TIMED_OUT


@pytest.mark.parametrize("listed", [b"<html>", b"{}", b'["action_a"]', b'[{"nama": "a"}]'])
async def test_a_server_that_is_no_action_server_is_noticed(listed: bytes, caplog: pytest.LogCaptureFixture) -> None:
    class Other(Fake):
        async def actions(self, request: web.Request) -> web.StreamResponse:
            return web.Response(body=listed)

    async with serving(Other(port=free_port())) as other, opened(server_url=other.url):
        assert "does not list actions as Rasa's does" in caplog.text


# The circuit breaker


@asynccontextmanager
async def with_clock(fake: Fake, now: list[float], limit: float = 10) -> AsyncIterator[Actions]:
    """Actions of a server, whose breaker looks at `now`."""
    server = ActionServer(
        f"http://127.0.0.1:{fake.port}",
        domain=Domain(KNOWLEDGE, []),
        names=["action_a"],
        repeatable=lambda name: True,
        clock=lambda: now[0],
    )
    yield Actions(hosted={}, journal=MemoryStore(), clock=lambda: NOON, threads=Threads(), limit=limit, server=server)
    await server.close()


async def test_a_server_that_is_down_is_left_alone_and_tried_again_later() -> None:
    now, fake = [0.0], Fake(port=free_port())
    async with with_clock(fake, now) as actions:
        for _ in range(Breaker().most):
            assert "cannot be reached" in (await actions.run(call("action_a"))).error
        result = await actions.run(call("action_a"))
        assert result.failure is Failure.UNREACHABLE
        assert "left alone" in result.error
        async with serving(fake):
            assert (await actions.run(call("action_a"))).failure is Failure.UNREACHABLE
            now[0] += Breaker().rest
            results = await asyncio.gather(*(actions.run(call("action_a")) for _ in range(5)))
            assert sum(result.failure is None for result in results) == 1
            assert (await actions.run(call("action_a"))).failure is None


async def test_a_server_that_does_not_answer_in_time_is_left_alone_too(fake: Fake) -> None:
    now = [0.0]
    async with with_clock(fake, now, limit=0.5) as actions:
        fake.answers.extend([stall] * Breaker().most)
        results = await asyncio.gather(*(actions.run(call("action_a")) for _ in range(Breaker().most)))
        assert {result.failure for result in results} == {Failure.TIMED_OUT}
        assert (await actions.run(call("action_a"))).failure is Failure.UNREACHABLE


async def test_actions_that_raise_do_not_speak_against_their_server(fake: Fake) -> None:
    now = [0.0]
    async with with_clock(fake, now) as actions:
        fake.answers.extend([answer(500, {})] * (Breaker().most + 1))
        for _ in range(Breaker().most + 1):
            assert (await actions.run(call("action_a"))).failure is Failure.RAISED
