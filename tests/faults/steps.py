"""A gate between a service and its store and channel, which opens when it is told: how a test decides what happens
next, and at which of all moments everything stops. It knows neither stores nor channels."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
TURNS_OF_THE_LOOP = 12
"""How often others are let in until nobody has anything left to do but wait at the gate."""


class Gate:
    """Whoever goes through waits twice: before the deed is done, and before its doer hears how it went.

    What waits when all is given up is what a crash loses: deeds not done, and deeds done that nobody heard of. A
    store is heard before the next deed, as in a process where one thread writes; others may take their time.
    """

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []
        self._unheard: list[asyncio.Future[None]] = []
        self._busy = 0
        self._calm = asyncio.Event()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting) + len(self._unheard)

    async def through(self, deed: Callable[[], Awaitable[T]], *, prompt: bool = True) -> T:
        """Do it when it may be done; return what it returns, or raise what it raises, when that may be heard."""
        await self._permit(self._waiting)
        self._busy += 1
        self._calm.clear()
        try:
            result = await deed()
        except Exception as error:
            self._done()
            await self._permit(self._unheard if prompt else self._waiting)
            raise error
        self._done()
        await self._permit(self._unheard if prompt else self._waiting)
        return result

    async def open(self, which: int) -> None:
        """Let one of those who wait go on, until everybody waits again."""
        if self._unheard:
            await self._all(self._unheard)
        elif self._waiting:
            self._waiting.pop(which % len(self._waiting)).set_result(None)
        await self.calm()

    async def open_wide(self) -> None:
        """Let all who wait now go on side by side."""
        await self._all(self._unheard or self._waiting)

    async def calm(self) -> None:
        """Wait until nobody does anything but wait."""
        for _ in range(TURNS_OF_THE_LOOP):
            await asyncio.sleep(0)
        while self._busy:
            self._calm.clear()
            await self._calm.wait()
            for _ in range(TURNS_OF_THE_LOOP):
                await asyncio.sleep(0)

    async def _all(self, waiting: list[asyncio.Future[None]]) -> None:
        permits = list(waiting)
        waiting.clear()
        for permit in permits:
            permit.set_result(None)
        await self.calm()

    async def _permit(self, waiting: list[asyncio.Future[None]]) -> None:
        permit = asyncio.get_running_loop().create_future()
        waiting.append(permit)
        await permit

    def _done(self) -> None:
        self._busy -= 1
        self._calm.set()


class Gated:
    """Anything with methods that are awaited, each of which goes through the gate."""

    def __init__(self, inner: Any, gate: Gate, *, prompt: bool = True) -> None:
        self._inner = inner
        self._gate = gate
        self._prompt = prompt

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def through(*arguments: Any, **named: Any) -> Any:
            return await self._gate.through(lambda: method(*arguments, **named), prompt=self._prompt)

        return through
