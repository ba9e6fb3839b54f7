"""HTTP for python-telegram-bot on aiohttp: cheaper than its own, and clear about what was surely not sent. What a bot
calls all day goes past both, over a `Wire`.

It knows connections, time-outs and status codes, not the Bot API's methods. The address of every call holds
the bot's token, so no error raised here says the address, nor carries one that does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, cast

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.channels.telegram.updates import parsed
from bot.channels.telegram.wire import Unanswered, Unconnected, Wire

KEEPALIVE = 15.0
"""Seconds an idle connection is kept: well below what servers allow, as one that the server has closed
already would swallow a message."""

UNTOLD_WAIT = 5.0
"""Seconds to wait after a 429 that does not say how long."""

_HEADERS = {"Content-Type": "application/json"}


class NotSent(NetworkError):
    """No connection could be made: nothing reached the server."""


class NoAnswer(NetworkError):
    """The request was on its way and no usable answer came: nobody knows whether it took effect."""


class TooManyRequests(TelegramError):
    """429: nothing was done; `seconds` is how long the server wants to be left alone."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many requests, retry after {seconds:g} s")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """A pool of connections to one Bot API server.

    `answer_timeout` is how many seconds one may wait for (more of) an answer, `connect_timeout` how many
    for a connection, a free one or a new one. Calls send JSON, or a form where there is a file to upload.
    """

    def __init__(self, *, connections: int = 100, connect_timeout: float = 10.0, answer_timeout: float = 30.0) -> None:
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._answer_timeout = answer_timeout
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect_timeout, sock_read=answer_timeout)
        self._session: aiohttp.ClientSession | None = None
        self._wire: Wire | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds a call waits for its answer by default."""
        return self._answer_timeout

    async def initialize(self) -> None:
        """Make the pool; connections are made as they are needed."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEPALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
            )
            self._wire = Wire(
                connections=self._connections,
                connect_timeout=self._connect_timeout,
                answer_timeout=self._answer_timeout,
                keepalive=KEEPALIVE,
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()
        if self._wire is not None:
            wire, self._wire = self._wire, None
            await wire.close()

    async def post_json(self, url: str, parameters: Mapping[str, object]) -> Any:
        """The result of a call, as it comes.

        Raises:
            NotSent, NoAnswer, TooManyRequests: see `do_request`.
            TelegramError: it was refused.
        """
        if self._wire is None:
            raise NotSent("the connection to Telegram is not open")
        try:
            status, payload = await self._wire.post(url, json.dumps(parameters).encode())
        except Unconnected as error:
            raise NotSent(f"no connection to the Bot API server: {error}") from None
        except Unanswered as error:
            raise NoAnswer(f"no answer from the Bot API server: {error}") from None
        _refuse_failures(status, payload)
        if status != HTTPStatus.OK:
            return await _Answered(status, payload).post(url)  # The library knows which error that is.
        return self.parse_json_payload(payload)["result"]

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request and read the whole answer.

        Raises:
            NotSent: no connection.
            NoAnswer: a time-out or disconnect afterwards, or a 5xx.
            TooManyRequests: a 429.
        """
        if self._session is None:
            raise NotSent("the connection to Telegram is not open")
        body: bytes | aiohttp.FormData | None = None
        if request_data is not None:
            body = _form(request_data) if request_data.contains_files else request_data.json_payload
        try:
            async with self._session.request(
                method,
                _parsed(url),
                data=body,
                headers=_HEADERS if isinstance(body, bytes) and body else None,
                timeout=self._limits(read_timeout, connect_timeout),
                allow_redirects=False,
            ) as response:
                status, payload = response.status, await response.read()
        # `from None`, and nothing let through: what aiohttp says may quote the address.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"no connection to the Bot API server: {_reason(error)}") from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, ValueError):
            raise NotSent("the address of the Bot API server is not a valid http(s) address") from None
        except Exception as error:
            raise NoAnswer(f"no answer from the Bot API server: {_reason(error)}") from None
        _refuse_failures(status, payload)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The Bot API's answer. Unlike the library's own, this logs nothing of what came.

        Raises:
            NoAnswer: it is none, so nobody knows what became of the call.
        """
        try:
            answer = parsed(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not ("result" in answer or answer.get("ok") is False):
            raise NoAnswer("what answered is no Bot API server")
        return answer

    def _limits(self, read: Any, connect: Any) -> aiohttp.ClientTimeout:
        """The time-outs of one call; the library's `DEFAULT_NONE` stands for ours."""
        unset = self.DEFAULT_NONE
        if read is unset and connect is unset:
            return self._timeout
        return aiohttp.ClientTimeout(
            total=None,
            connect=self._connect_timeout if connect is unset else connect,
            sock_read=self._answer_timeout if read is unset else read,
        )


class _Answered(BaseRequest):
    """What makes an error of an answer that came already."""

    def __init__(self, status: int, payload: bytes) -> None:
        self._answer = status, payload

    @property
    def read_timeout(self) -> None:
        """There is nothing to wait for."""

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        """The answer."""
        return self._answer

    parse_json_payload = staticmethod(AiohttpRequest.parse_json_payload)


async def call(bot: Bot, method: str, **parameters: object) -> Any:
    """The result of a method of the Bot API, as it comes; parameters that are None are left out.

    For what a bot does all day: the library makes a whole message of each answer, of which only the number is wanted,
    and that costs more than the call.

    Raises:
        TelegramError: it was refused, or nobody knows.
    """
    given = {name: value for name, value in parameters.items() if value is not None}
    return await cast(AiohttpRequest, bot.request).post_json(f"{bot.base_url}/{method}", given)


@lru_cache(maxsize=64)
def _parsed(url: str) -> URL:
    """Parsing costs as much as the rest of a call; a bot uses a dozen addresses."""
    return URL(url, encoded=True)


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


def _refuse_failures(status: int, payload: bytes) -> None:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TooManyRequests(_retry_after(payload))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # The server, or a proxy before it, broke down at the call, perhaps after having done it.
        raise NoAnswer(f"the Bot API server answered {status}")


def _reason(error: Exception) -> str:
    """What went wrong, without any address."""
    if isinstance(error, TimeoutError):
        return "timed out"
    return getattr(error, "strerror", None) or type(error).__name__


def _retry_after(payload: bytes) -> float:
    try:
        return max(0.0, float(json.loads(payload)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return UNTOLD_WAIT
