"""The webhook: a route that answers 200 only when what came is kept.

Telegram sends anything else again. Who does not know the secret learns nothing, and nothing of what came is
logged.
"""

from __future__ import annotations

import hmac
import json
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from bot.channels.telegram.channel import Take, TelegramChannel
from bot.channels.telegram.updates import is_update
from conversation.errors import StorageError

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
SIZE_LIMIT = 1_000_000
"""Bytes of a body. Telegram's updates stay far below it."""


def webhook_router(channel: TelegramChannel, take: Take, path: str, secret: str) -> APIRouter:
    """A router with the webhook at `path`.

    403 without the secret; 413 for a body beyond the limit; 400 for one that is no update; 503 while the
    store cannot be written; 200 when the update is kept.
    """
    if not secret:
        raise ValueError("a webhook needs a secret")
    router, wanted = APIRouter(), secret.encode()

    @router.post(path, include_in_schema=False)
    async def webhook(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, wanted):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        body = await _body(request)
        if body is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers={"Connection": "close"})
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            raw = None
        if not is_update(raw):
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        try:
            await channel.receive([raw], take)
        except StorageError:
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        return Response(status_code=HTTPStatus.OK)

    return router


async def _body(request: Request) -> bytes | None:
    """The body, None as soon as it turns out to be too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > SIZE_LIMIT:
            return None
    return bytes(body)
