"""The lean client: what it reads, when it uses a connection again, and what it says of a call that went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.channels.telegram.wire import Unanswered, Unconnected, Wire

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Answers each request with the next of `answers`, b"" being a hang-up, and the last one for ever."""

    def __init__(self) -> None:
        self.answers = [ANSWER]
        self.requests: list[bytes] = []
        self.connections = 0
        self.url = ""
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.rpartition(b"Content-Length: ")[2])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer.startswith(b"wait"):
                    await asyncio.sleep(0.3)
                    answer = ANSWER
                writer.write(answer)
                await writer.drain()
                if b"Content-Length" not in answer and b"chunked" not in answer:
                    break
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    served = Server()
    listening = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    served.url = f"http://127.0.0.1:{port}/bot1:x/sendMessage"
    async with listening:
        yield served
    for writer in served.writers:
        writer.close()
    await asyncio.sleep(0.01)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    made = Wire(connections=2, connect_timeout=0.2, answer_timeout=0.2, keepalive=5)
    yield made
    await made.close()


async def test_the_request_is_whole(server: Server, wire: Wire) -> None:
    assert await wire.post(server.url, b'{"chat_id": 1}') == (200, b"{}")
    lines = server.requests[0].decode().split("\r\n")
    assert lines[0] == "POST /bot1:x/sendMessage HTTP/1.1"
    assert lines[1] == "Host: " + server.url.split("/")[2]
    assert lines[2:] == ["Content-Type: application/json", "Content-Length: 14", "", '{"chat_id": 1}']


async def test_a_name_and_a_password_in_the_address_go_into_a_header(server: Server, wire: Wire) -> None:
    await wire.post(server.url.replace("//", "//budi:ra%40hasia@"), b"{}")
    assert b"\r\nAuthorization: Basic YnVkaTpyYUBoYXNpYQ==\r\n" in server.requests[0]
    assert b"budi" not in server.requests[0]


async def test_connections_are_used_again_and_so_many_at_most(server: Server, wire: Wire) -> None:
    for _ in range(3):
        await asyncio.gather(*(wire.post(server.url, b"{}") for _ in range(5)))
    assert len(server.requests) == 15
    assert server.connections == 2


async def test_what_was_idle_for_too_long_is_not_used_again(server: Server) -> None:
    wire = Wire(connections=1, connect_timeout=1, answer_timeout=1, keepalive=0.01)
    await wire.post(server.url, b"{}")
    await asyncio.sleep(0.02)
    await wire.post(server.url, b"{}")
    await wire.close()
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{"\r\n3\r\na":\r\n0\r\n\r\n', 200, b'{"a":'),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 403, b""),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, b"until the end"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]", 200, b"[]"),
    ],
)
async def test_answers_of_every_form_are_read(
    server: Server, wire: Wire, answer: bytes, status: int, body: bytes
) -> None:
    server.answers = [answer, ANSWER]
    assert await wire.post(server.url, b"{}") == (status, body)
    assert await wire.post(server.url, b"{}") == (200, b"{}")


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Le", b"wait"])
async def test_without_a_whole_answer_nobody_knows(server: Server, wire: Wire, answer: bytes) -> None:
    server.answers = [answer, ANSWER]
    with pytest.raises(Unanswered):
        await wire.post(server.url, b"{}")
    assert await wire.post(server.url, b"{}") == (200, b"{}")
    assert server.connections == 2


async def test_a_call_that_is_given_up_takes_its_connection_along(server: Server, wire: Wire) -> None:
    server.answers = [b"wait", ANSWER]
    call = asyncio.create_task(wire.post(server.url, b"{}"))
    await asyncio.sleep(0.05)
    call.cancel()
    with suppress(asyncio.CancelledError):
        await call
    assert await wire.post(server.url, b"{}") == (200, b"{}")
    assert server.connections == 2


async def test_who_finds_no_free_connection_in_time_has_sent_nothing(server: Server) -> None:
    wire = Wire(connections=1, connect_timeout=0.05, answer_timeout=1, keepalive=5)
    server.answers = [b"wait", ANSWER]
    slow = asyncio.create_task(wire.post(server.url, b"{}"))
    await asyncio.sleep(0.05)
    with pytest.raises(Unconnected, match="timed out"):
        await wire.post(server.url, b"{}")
    await slow
    await wire.close()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/bot1:x/getMe", "ftp://a/bot1:x", "bot1:x", "http:///x", "http://a\n/bot1:x"]
)
async def test_where_there_is_no_server_nothing_was_sent(wire: Wire, url: str) -> None:
    with pytest.raises(Unconnected) as caught:
        await wire.post(url, b"{}")
    assert "1:x" not in str(caught.value)
    assert caught.value.__cause__ is None
