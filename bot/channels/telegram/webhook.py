"""The webhook: a route that answers 200 only when what came is kept.

Telegram sends anything else again. Who does not know the secret learns nothing, and nothing of what came is
logged.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus

from bot.channels.plugin import Request, Response, Route, Take
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.updates import is_update, parsed

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def webhook_route(channel: TelegramChannel, path: str, secret: str) -> Route:
    """The webhook at `path`.

    403 without the secret, the body unread; 400 for a body that is no update; 200 when the update is kept.
    """
    if not secret:
        raise ValueError("a webhook needs a secret")
    wanted = secret.encode()

    async def webhook(request: Request, take: Take) -> Response:
        given = request.headers.get(SECRET_HEADER.lower(), "").encode("latin-1")
        if not hmac.compare_digest(given, wanted):
            return Response(status=HTTPStatus.FORBIDDEN)
        try:
            body = await request.read()
            raw = parsed(body)
        except (ValueError, RecursionError):
            raw = None
        if not is_update(raw):
            return Response(status=HTTPStatus.BAD_REQUEST)
        await channel.receive_written(raw, body, take)
        return Response()

    return Route(path=path, handle=webhook)
