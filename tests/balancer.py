"""A load balancer for tests: hands each request to one of several services, by chance, as a reverse proxy would."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, web

HOP_BY_HOP = {"host", "connection", "transfer-encoding", "content-length"}


@dataclass(kw_only=True)
class Balancer:
    """Listens at `address`. Who cannot be reached is passed over; where nobody can, the answer is 502."""

    address: str = ""
    services: Sequence[str] = ()
    chance: random.Random = field(default_factory=lambda: random.Random(11))

    async def hand_on(self, request: web.Request, session: ClientSession) -> web.Response:
        """One request."""
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        for service in self.chance.sample(list(self.services), len(self.services)):
            try:
                async with session.request(
                    request.method, service + request.path_qs, data=body, headers=headers
                ) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
            except ClientError:
                continue
        return web.Response(status=502)


@asynccontextmanager
async def balancing() -> AsyncIterator[Balancer]:
    """A balancer that runs while the context lasts; name its services when they are there."""
    balancer = Balancer()
    async with ClientSession() as session:
        app = web.Application(client_max_size=2**24)

        async def hand_on(request: web.Request) -> web.Response:
            return await balancer.hand_on(request, session)

        app.router.add_route("*", "/{path:.*}", hand_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        balancer.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield balancer
        finally:
            await runner.cleanup()
