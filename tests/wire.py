"""A wire between a program and a PostgreSQL server that breaks at the worst moment: while a commit is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path


class Break(Enum):
    """When the wire breaks, once."""

    NEVER = "never"
    BEFORE = "before"
    """The server never hears of the commit."""
    AFTER = "after"
    """The server commits; nobody hears its answer."""
    SILENT = "silent"
    """The wire stays open and hands nothing on any more."""


class Wire:
    """Listens on a port of this machine and hands everything on to a server's socket, as long as it is whole.

    `then` is awaited when it has broken, before anybody learns of that.
    """

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.breaks = Break.NEVER
        self.then: Callable[[], Awaitable[object]] | None = None

    async def start(self) -> int:
        """Listen; returns the port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Cut every connection, and take no more."""
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.close()
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, questions = await asyncio.open_unix_connection(str(self._socket))
        except OSError:
            writer.close()
            return
        self._open |= {writer, questions}
        answering = asyncio.create_task(self._hand_on(answers, writer))
        with suppress(OSError):
            while heard := await reader.read(65536):
                if b"COMMIT;" in heard and self.breaks is not Break.NEVER:
                    await self._break(heard, reader, questions, answering)
                    break
                questions.write(heard)
                await questions.drain()
        questions.close()
        with suppress(OSError, asyncio.CancelledError):
            await answering
        writer.close()

    async def _break(
        self,
        heard: bytes,
        reader: asyncio.StreamReader,
        questions: asyncio.StreamWriter,
        answering: asyncio.Task[None],
    ) -> None:
        when, self.breaks = self.breaks, Break.NEVER
        if when is not Break.SILENT:
            answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering
        if when is Break.AFTER:
            questions.write(heard)
            await questions.drain()
            await asyncio.sleep(0.2)
        if when is Break.SILENT:
            while await reader.read(65536):
                pass
        if self.then is not None:
            await self.then()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while heard := await reader.read(65536):
                writer.write(heard)
                await writer.drain()
        writer.close()
