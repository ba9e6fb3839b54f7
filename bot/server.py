"""The HTTP server of the service, and the application for those who watch it: health, readiness, metrics."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp

from bot.readiness import Readiness
from conversation.errors import SettingError, StorageError
from conversation.ports import Store

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

LONGEST_SOCKET_MESSAGE = 2**20
"""Bytes of one message from a page of the console."""

log = logging.getLogger(__name__)


def http_app(
    store: Store,
    *,
    readiness: Readiness | None = None,
    metrics: Callable[[], Awaitable[bytes]] | None = None,
) -> FastAPI:
    """The application.

    `/healthz` says that the process is alive, with figures of what waits: 200 whatever ails the store, since starting
    the process anew would not mend that. `/readyz` is 503 with the reasons while the service should be sent no work.
    `/metrics` is for Prometheus.
    """
    app = FastAPI(title="Tanggap", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        try:
            counts = await store.counts()
        except StorageError as error:
            return JSONResponse({"status": "storage_failed", "error": str(error)})
        return JSONResponse({"status": "ok", **counts})

    if readiness is not None:

        @app.get("/readyz")
        async def readyz() -> JSONResponse:
            reasons = await readiness.reasons()
            if reasons:
                return JSONResponse({"status": "not_ready", "reasons": dict(reasons)}, status_code=503)
            return JSONResponse({"status": "ready"})

    if metrics is not None:

        @app.get("/metrics")
        async def show_metrics() -> Response:
            return Response(await metrics(), media_type=METRICS_TYPE)

    return app


@asynccontextmanager
async def serving(
    app: ASGIApp, host: str, port: int, *, websockets: bool = False, trusted_proxies: Sequence[str] = ()
) -> AsyncIterator[str]:
    """Serve `app` while the context lasts; gives the address it listens on.

    Of `trusted_proxies` it is believed who asked them (X-Forwarded-For) and how (X-Forwarded-Proto).

    Raises:
        SettingError: the address cannot be listened on, such as a port in use.
    """
    try:
        listener = socket.create_server((host, port), family=_family(host), reuse_port=False)
    except OSError as error:
        raise SettingError(
            f"server.host = {host!r}, server.port = {port}: {error.strerror or error}",
            remedy="Stop whatever listens there, or set server.port to another port (0 for a free one).",
        ) from error
    config = uvicorn.Config(
        app,
        ws="websockets-sansio" if websockets else "none",
        ws_max_size=LONGEST_SOCKET_MESSAGE,
        ws_per_message_deflate=False,  # What pages are sent is short: it cost more time and memory than it saved bytes.
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        server_header=False,
        log_config=None,
        access_log=False,
        lifespan="off",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


class _Server(uvicorn.Server):
    """Leaves signals alone: the service stops its parts in its own order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
