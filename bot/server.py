"""The HTTP server of the service: health, and whatever routes the channels bring along."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse

from conversation.errors import SettingError, StorageError
from conversation.ports import Store

log = logging.getLogger(__name__)


def http_app(store: Store, routers: Sequence[APIRouter] = ()) -> FastAPI:
    """The application: `/healthz` says whether the store can be read, with figures of what waits."""
    app = FastAPI(title="Tanggap", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        try:
            counts = await store.counts()
        except StorageError as error:
            return JSONResponse({"status": "storage_failed", "error": str(error)}, status_code=503)
        return JSONResponse({"status": "ok", **counts})

    for router in routers:
        app.include_router(router)
    return app


@asynccontextmanager
async def serving(app: FastAPI, host: str, port: int) -> AsyncIterator[str]:
    """Serve `app` while the context lasts; gives the address it listens on.

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
    config = uvicorn.Config(app, ws="none", log_config=None, access_log=False, lifespan="off")
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
