"""Actions of a Rasa action server, over HTTP. Imports httpx (0.09 s), so import it only where a server is configured.

What was surely not done is tried once more; what may have been done only if it is repeatable. Nothing that the server
says in its errors is passed on: action servers repeat the whole request in them.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import httpx

from bot.actions.answers import Garbled, result_of_answer
from bot.actions.breaker import Breaker
from bot.actions.domain import Domain
from bot.actions.running import Hosted, NoSuchAction, RaisedThere, Rejected, Unreachable, Unsure
from bot.actions.tracker import webhook_call
from conversation.actions import Call, Result, SlotSet

MOST_BYTES = 1_000_000
"""Larger answers are refused: a thousand messages' worth."""

RETRY_AFTER = 0.2
"""Seconds between the two tries."""

REJECTED, NO_SUCH_ACTION, DOMAIN_MISSING, FAILED = 400, 404, 449, 500
VALIDATION = "validate_"

_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class ActionServer:
    """The actions of the server at `url`, which may end in `/webhook`.

    `names` are what it has; none of them: it is asked, and until it answers it is taken to have `expected`.
    """

    def __init__(
        self,
        url: str,
        *,
        domain: Domain,
        names: Iterable[str] = (),
        expected: Iterable[str] = (),
        repeatable: Callable[[str], bool] = lambda name: False,
        connect_seconds: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url.rstrip("/").removesuffix("/webhook")
        self._domain = domain
        self._told = frozenset(names) or None
        self._expected = frozenset(expected)
        self._repeatable = repeatable
        self._clock = clock
        self._breaker = Breaker()
        # Time for the whole call is the caller's business; connecting gets its own, so that there is time to retry.
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(None, connect=connect_seconds, pool=connect_seconds))

    def expect(self, names: Iterable[str]) -> None:
        """Take it to have other actions, until it says which."""
        self._expected = frozenset(names)

    @property
    def names(self) -> frozenset[str]:
        """The actions that it has, or is taken to have."""
        return self._expected if self._told is None else self._told

    def hosted(self, name: str) -> Hosted:
        """One of its actions."""
        repeatable = self._repeatable(name)
        return Hosted(name=name, origin=self.url, repeatable=repeatable, run=partial(self._run, repeatable))

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def ask_names(self) -> None:
        """Learn which actions it has, unless that is known. Raises `Unreachable` or `Garbled`."""
        if self._told is not None:
            return
        try:
            status, body = await self._request("GET", "/actions")
        except Unsure as error:
            raise Unreachable("its server does not say which actions it has") from error
        listed = _parsed(body) if status == httpx.codes.OK else None
        if not isinstance(listed, list) or not all(isinstance(each, dict) and "name" in each for each in listed):
            raise Garbled("its server does not list actions as Rasa's does")
        self._told = frozenset(str(each["name"]) for each in listed)

    async def _run(self, repeatable: bool, call: Call) -> Result:
        if not self._breaker.allows(self._clock()):
            raise Unreachable("its server failed several times, and is left alone for a while")
        try:
            await self.ask_names()
            if call.action not in self.names:
                return self._missing(call)
            status, body = await self._post(call, repeatable)
        except (Unreachable, Unsure, asyncio.CancelledError) as error:  # Cancelled: the time was up.
            self._breaker.failed(self._clock())
            if isinstance(error, Unsure) and repeatable:
                raise Unreachable("its server broke off, twice") from error
            raise
        self._breaker.succeeded()
        return self._answered(status, _parsed(body), call)

    def _missing(self, call: Call) -> Result:
        """A form that nobody validates takes what it has read; before the server answered, that was not known."""
        self._breaker.succeeded()
        if not call.action.startswith(VALIDATION):
            raise NoSuchAction("its server has no such action")
        return Result(events=tuple(SlotSet(name=name, value=value) for name, value in call.proposed.items()))

    def _answered(self, status: int, answer: object, call: Call) -> Result:
        named = isinstance(answer, dict) and "action_name" in answer
        if status == httpx.codes.OK:
            return result_of_answer(answer, call)
        if status == REJECTED and named:
            raise Rejected("it declined to run")
        if status == NO_SUCH_ACTION:
            raise NoSuchAction("its server has no such action")
        if status == FAILED:
            raise RaisedThere("it raised, on its server")
        raise Garbled(f"its server answered with HTTP {status}")

    async def _post(self, call: Call, repeatable: bool) -> tuple[int, bytes]:
        """Ask, and once more where that does no harm."""
        content = json.dumps(webhook_call(call, self._domain), ensure_ascii=True).encode()
        try:
            status, body = await self._request("POST", "/webhook", content)
            if status != DOMAIN_MISSING:
                return status, body
            # Not run. Each call brings the domain along, but a process behind a gateway may have missed it.
        except Unreachable:
            pass
        except Unsure:
            if not repeatable:
                raise
        await asyncio.sleep(RETRY_AFTER)
        return await self._request("POST", "/webhook", content)

    async def _request(self, method: str, path: str, content: bytes | None = None) -> tuple[int, bytes]:
        """Status and body. A gateway's errors count as no answer; an answer that is too long as none at all."""
        # Compressed, a short answer may unfold to any length.
        headers = {"Accept-Encoding": "identity", "Content-Type": "application/json"}
        body = bytearray()
        try:
            async with self._client.stream(method, self.url + path, content=content, headers=headers) as response:
                if response.status_code > FAILED:
                    raise Unsure(f"its server answered with HTTP {response.status_code}; it may have been done")
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    raise Garbled("its answer is compressed, though it was asked not to")
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise Garbled(f"its answer is longer than {MOST_BYTES} bytes")
        except _NOTHING_SENT as error:
            raise Unreachable("its server cannot be reached") from error
        except httpx.HTTPError as error:
            raise Unsure("its server broke off; it may have been done") from error
        return response.status_code, bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
