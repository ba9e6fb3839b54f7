"""HTTP for the one call that a bot makes all day: a JSON body to a known address, over connections that are kept.

A general client makes a dozen objects of every request and of every answer, at several times the price of the bytes.
This one writes the bytes and has httptools read the answer. It knows no method of the Bot API and no error of
Telegram's; it says what was surely not sent, and what nobody knows.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import cast
from urllib.parse import SplitResult, unquote, urlsplit

import aiohappyeyeballs
import httptools

EYEBALLS_DELAY = 0.25
"""Seconds until another address of a server is tried beside one that does not answer (RFC 8305)."""

_PORTS = {"http": 80, "https": 443}


class Unconnected(Exception):
    """No connection could be had: nothing was sent. The message quotes no address."""


class Unanswered(Exception):
    """The request was on its way, and no whole answer came. The message quotes no address."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a call goes. `head` is its request without the length and the body."""

    host: str
    port: int
    secure: bool
    head: bytes


class Wire:
    """Connections, kept for the next call.

    `connections` are open at most; `connect_timeout` is how many seconds a call may wait for a free one, and for a new
    one; `answer_timeout` how many for its answer; `keepalive` for how many one that is idle may be used again.
    """

    def __init__(self, *, connections: int, connect_timeout: float, answer_timeout: float, keepalive: float) -> None:
        self._slots = asyncio.Semaphore(connections)
        self._connect_timeout = connect_timeout
        self._answer_timeout = answer_timeout
        self._keepalive = keepalive
        self._idle: dict[tuple[str, int, bool], list[_Connection]] = {}

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """Send JSON; returns status and body of the answer.

        Raises:
            Unconnected: nothing was sent.
            Unanswered: nobody knows whether it took effect.
        """
        place = _place(url)
        await self._slot()
        try:
            connection = self._kept(place) or await self._opened(place)
            answer = await connection.ask(b"%b%d\r\n\r\n%b" % (place.head, len(body), body), self._answer_timeout)
            if connection.is_usable:
                self._idle.setdefault((place.host, place.port, place.secure), []).append(connection)
            return answer
        finally:
            self._slots.release()

    async def close(self) -> None:
        """Close the idle connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()
        await asyncio.sleep(0)  # Transports let go of their sockets in the next round of the loop.

    async def _slot(self) -> None:
        if not self._slots.locked():
            await self._slots.acquire()  # It need not wait.
            return
        try:
            async with asyncio.timeout(self._connect_timeout):
                await self._slots.acquire()
        except TimeoutError:
            raise Unconnected("timed out") from None

    def _kept(self, place: _Place) -> _Connection | None:
        """The connection that was used last, unless it has been idle for too long: the server may have closed it."""
        idle = self._idle.get((place.host, place.port, place.secure))
        while idle:
            connection = idle.pop()
            if connection.is_usable and connection.idle_for() < self._keepalive:
                return connection
            connection.close()
        return None

    async def _opened(self, place: _Place) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_timeout):
                found = await loop.getaddrinfo(place.host, place.port, type=1)
                sock = await aiohappyeyeballs.start_connection(
                    found, happy_eyeballs_delay=EYEBALLS_DELAY, interleave=1, loop=loop
                )
                _, connection = await loop.create_connection(
                    lambda: _Connection(loop),
                    sock=sock,
                    ssl=self._context if place.secure else None,
                    server_hostname=place.host if place.secure else None,
                )
        except TimeoutError:
            raise Unconnected("timed out") from None
        except (OSError, UnicodeError) as error:
            raise Unconnected(getattr(error, "strerror", None) or type(error).__name__) from None
        return connection

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class _Connection(asyncio.Protocol):
    """One connection, and one call on it at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._body = bytearray()
        self._has_headers = False
        self._used_at = loop.time()
        self.is_usable = True

    async def ask(self, request: bytes, patience: float) -> tuple[int, bytes]:
        """Send a request and wait for its answer. Raises :class:`Unanswered`."""
        assert self._transport is not None
        answer: asyncio.Future[tuple[int, bytes]] = self._loop.create_future()
        self._answer = answer
        self._has_headers = False
        self._body.clear()
        timer = self._loop.call_later(patience, self._fail, "timed out")
        self._transport.write(request)
        try:
            return await answer
        except BaseException:
            self.close()
            raise
        finally:
            timer.cancel()
            self._answer = None
            self._used_at = self._loop.time()

    def idle_for(self) -> float:
        """Seconds since the last answer."""
        return self._loop.time() - self._used_at

    def close(self) -> None:
        """Let go of the connection, whatever is under way."""
        self.is_usable = False
        if self._transport is not None:
            self._transport.abort()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        if self._answer is None:
            self.close()  # Nobody has asked.
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail("no HTTP")

    def eof_received(self) -> None:
        """See `asyncio.Protocol`: where an answer says no length, this is its end."""
        self.is_usable = False
        if self._has_headers:
            self._done()

    def connection_lost(self, error: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._fail("disconnected")

    # What the parser tells

    def on_headers_complete(self) -> None:
        """See `httptools`."""
        self._has_headers = True

    def on_body(self, body: bytes) -> None:
        """See `httptools`."""
        self._body += body

    def on_message_complete(self) -> None:
        """See `httptools`."""
        if not self._parser.should_keep_alive():
            self.is_usable = False
        self._done()

    def _done(self) -> None:
        if self._answer is None or self._answer.done():
            self.is_usable = False  # More answers than questions.
            return
        self._answer.set_result((self._parser.get_status_code(), bytes(self._body)))

    def _fail(self, why: str) -> None:
        self.is_usable = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Unanswered(why))


@lru_cache(maxsize=64)
def _place(url: str) -> _Place:
    """Raises :class:`Unconnected`."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
            raise ValueError
    except (ValueError, KeyError):
        raise Unconnected("the address is not a valid http(s) address") from None
    lines = [
        f"POST {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1",
        f"Host: {parts.netloc.rpartition('@')[2]}",
        *_credentials(parts),
        "Content-Type: application/json",
        "Content-Length: ",
    ]
    return _Place(parts.hostname, port, parts.scheme == "https", "\r\n".join(lines).encode())


def _credentials(parts: SplitResult) -> list[str]:
    """The header for a server that wants a name and a password, which stand in its address."""
    if parts.username is None:
        return []
    secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return [f"Authorization: Basic {base64.b64encode(secret).decode()}"]
