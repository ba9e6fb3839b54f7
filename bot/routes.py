"""The routes of channels, served: FastAPI on one side, plain requests and responses on the other.

What came in is never logged, only what kind of error it led to.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse

from bot.channels.plugin import BodyTooLong, Request, Route, Take
from conversation.errors import StorageError

log = logging.getLogger(__name__)


def router_of(routes: Sequence[Route], take: Take) -> APIRouter:
    """The routes of a channel; what they take in goes to `take`.

    413 for a body beyond the limit of its route; 503 while nothing can be kept; 500 where the channel fails.
    """
    router = APIRouter()
    for route in routes:
        _add(router, route, take)
    return router


def _add(router: APIRouter, route: Route, take: Take) -> None:
    @router.api_route(route.path, methods=[route.method], include_in_schema=False)
    async def answer(request: HttpRequest) -> HttpResponse:
        async def read() -> bytes:
            return await _body(request, route.limit)

        plain = Request(headers=dict(request.headers), query=dict(request.query_params), read=read)
        try:
            response = await route.handle(plain, take)
        except BodyTooLong:
            return HttpResponse(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers={"Connection": "close"})
        except StorageError:
            return HttpResponse(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception as error:
            log.error("%s failed: %s", route.path, type(error).__name__, extra={"action": "route_failed"})
            log.debug("where it failed:\n%s", "".join(traceback.format_tb(error.__traceback__)))
            return HttpResponse(status_code=HTTPStatus.INTERNAL_SERVER_ERROR)
        return HttpResponse(response.body, status_code=response.status, media_type=response.content_type)


async def _body(request: HttpRequest, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLong
    return bytes(body)
