"""An embeddings endpoint on loopback: vectors of hashed trigrams, or whatever it is told to answer."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from aiohttp import web

DIMENSIONS = 32

Answer = Callable[[list[str]], web.Response]


@dataclass(kw_only=True)
class Endpoint:
    """`answers` are given first, one a request; then come vectors. `asked` and `keys` are what requests held."""

    url: str = ""
    answers: deque[Answer] = field(default_factory=deque)
    asked: list[list[str]] = field(default_factory=list)
    models: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)

    async def serve(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body["input"])
        self.models.add(body["model"])
        self.keys.add(request.headers.get("Authorization", ""))
        return (self.answers.popleft() if self.answers else vectors)(body["input"])


@asynccontextmanager
async def open_endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    application = web.Application()
    application.router.add_post("/v1/embeddings", endpoint.serve)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield endpoint
    finally:
        await runner.cleanup()


def vectors(texts: list[str]) -> web.Response:
    """One vector a text, in order."""
    return data([{"object": "embedding", "index": n, "embedding": vector(text)} for n, text in enumerate(texts)])


def data(rows: object) -> web.Response:
    """An answer with these rows."""
    return web.json_response({"object": "list", "data": rows})


def refused(status: int, text: str = "", **headers: str) -> Answer:
    """An answer that is an error."""
    return lambda texts: web.Response(status=status, text=json.dumps({"error": {"message": text}}), headers=headers)


def vector(text: str) -> list[float]:
    """Counts of hashed trigrams: texts with the same words lie close together. Its length is not one."""
    found = np.ones(DIMENSIONS)
    padded = f"  {text.lower()}  "
    for start in range(len(padded) - 2):
        found[crc32(padded[start : start + 3].encode()) % DIMENSIONS] += 3
    return [float(value) for value in found]
