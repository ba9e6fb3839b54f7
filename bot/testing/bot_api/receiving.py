"""Bot API methods by which a bot gets its updates: polling and the webhook's settings.

Knows that a bot either polls or has a webhook; the queue's semantics are in ``updates``, delivery is in
``webhooks``.
"""

from __future__ import annotations

import aiohttp

from bot.testing.bot_api.errors import Refused
from bot.testing.bot_api.registry import Call
from bot.testing.bot_api.updates import Update
from bot.testing.bot_api.webhooks import WebhookSender, webhook_settings

MAX_TIMEOUT = 50
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(call: Call) -> list[Update]:
    """One poll; waits up to ``timeout`` seconds when nothing is there."""
    if call.bot.webhook is not None:
        raise Refused(409, _WEBHOOK_ACTIVE)
    _keep_wishes(call)
    return await call.bot.updates.poll(
        offset=call.parameters.integer("offset"),
        limit=min(100, max(1, call.parameters.integer("limit", 100))),
        timeout=min(MAX_TIMEOUT, max(0, call.parameters.integer("timeout"))),
    )


def set_webhook(call: Call, session: aiohttp.ClientSession) -> bool:
    """Sets the webhook, or with an empty URL deletes it."""
    if not call.parameters.text("url"):
        return delete_webhook(call)
    url, secret_token, max_connections = webhook_settings(call.parameters)
    _keep_wishes(call)
    delete_webhook(call)
    call.bot.updates.end_poll("terminated by setWebhook request")
    call.bot.webhook = WebhookSender(
        url=url,
        secret_token=secret_token,
        max_connections=max_connections,
        queue=call.bot.updates,
        clock=call.world.clock,
        session=session,
    )
    call.bot.webhook.start()
    return True


def delete_webhook(call: Call) -> bool:
    """Ends delivery by webhook; also when there was none."""
    if call.bot.webhook is not None:
        call.bot.webhook.stop()
        call.bot.webhook = None
    if call.parameters.flag("drop_pending_updates"):
        call.bot.updates.drop_pending()
    return True


def _keep_wishes(call: Call) -> None:
    kinds = call.parameters.array("allowed_updates")
    if kinds is not None:
        call.bot.updates.allowed = frozenset(kinds) or None
