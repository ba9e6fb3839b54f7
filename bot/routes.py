"""The routes of channels, served: ASGI on one side, plain requests and responses on the other.

They stand before the application that serves everything else. A message is a request, and a web framework's way to a
handler costs several times what the handler does. What came in is never logged, only what kind of error it led to.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.plugin import BodyTooLong, Request, Response, Route, Take
from conversation.errors import StorageError

log = logging.getLogger(__name__)

_NO_ROUTE = Response(status=HTTPStatus.METHOD_NOT_ALLOWED)


class ChannelRoutes:
    """An application that answers at the paths of channels' routes, and leaves all others to `otherwise`.

    405 for a method that a path has no route for; 413 for a body beyond the limit of its route; 503 while nothing can
    be kept; 500 where the channel fails.
    """

    def __init__(self, routes: Iterable[Route], take: Take, otherwise: ASGIApp) -> None:
        self._routes: dict[str, dict[str, Route]] = {}
        for route in routes:
            self._routes.setdefault(route.path, {})[route.method] = route
        self._take = take
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        routes = self._routes.get(scope["path"]) if scope["type"] == "http" else None
        if routes is None:
            await self._otherwise(scope, receive, send)
            return
        route = routes.get(scope["method"])
        await _respond(await self._answered(route, scope, receive) if route else _NO_ROUTE, send)

    async def _answered(self, route: Route, scope: Scope, receive: Receive) -> Response:
        async def read() -> bytes:
            return await _body(receive, route.limit)

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        asked = scope["query_string"].decode("latin-1")
        query = dict(parse_qsl(asked, keep_blank_values=True)) if asked else {}
        try:
            return await route.handle(Request(headers=headers, query=query, read=read), self._take)
        except BodyTooLong:
            return Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except StorageError:
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception as error:
            log.error("%s failed: %s", route.path, type(error).__name__, extra={"action": "route_failed"})
            log.debug("where it failed:\n%s", "".join(traceback.format_tb(error.__traceback__)))
            return Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)


async def _body(receive: Receive, limit: int) -> bytes:
    body, more = b"", True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ConnectionResetError("whoever asked has gone")
        body += event.get("body", b"")
        if len(body) > limit:
            raise BodyTooLong
        more = event.get("more_body", False)
    return body


async def _respond(response: Response, send: Send) -> None:
    body = response.body.encode()
    headers = [(b"content-type", response.content_type.encode()), (b"content-length", b"%d" % len(body))]
    if response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        headers.append((b"connection", b"close"))  # The rest of the body is not read.
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
