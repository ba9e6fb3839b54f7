"""Delivers a bot's updates to its webhook, with Telegram's patience.

Updates of one chat go out one after another; callback queries travel in lanes of their own, so that a press
and a text can cross; different lanes share ``max_connections``. Anything but a 2xx is tried again: at once,
then after 2, 4, 8 … s, at most 60 s apart, or when ``Retry-After`` says. Bot API calls in the webhook's
response are not carried out. Does not know what is in an update.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from http import HTTPStatus

import aiohttp

from bot.testing.bot_api.clock import Clock
from bot.testing.bot_api.errors import bad_request
from bot.testing.bot_api.parameters import Parameters, Wire
from bot.testing.bot_api.updates import Update, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_LONGEST_PAUSE = 60.0
_PATIENCE = 60.0
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


class WebhookSender:
    """The webhook of one bot, from ``setWebhook`` until it is replaced or deleted."""

    def __init__(
        self,
        *,
        url: str,
        secret_token: str,
        max_connections: int,
        queue: UpdateQueue,
        clock: Clock,
        session: aiohttp.ClientSession,
    ) -> None:
        self.url = url
        self._secret_token = secret_token
        self._max_connections = max_connections
        self._queue = queue
        self._clock = clock
        self._session = session
        self._slots = asyncio.Semaphore(max_connections)
        self._lanes: dict[str, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_error: tuple[int, str] | None = None

    def start(self) -> None:
        """Sends what is pending and from now on every update as it comes."""
        self._queue.on_add = self._feed
        for update in self._queue.pending:
            self._feed(update)

    def stop(self) -> None:
        """Sends nothing more; what was not confirmed stays pending."""
        self._queue.on_add = None
        for task in self._tasks:
            task.cancel()

    def info(self) -> Wire:
        """What ``getWebhookInfo`` tells about the webhook."""
        info: Wire = {"url": self.url, "max_connections": self._max_connections}
        if self._last_error:
            info["last_error_date"], info["last_error_message"] = self._last_error
        return info

    def _feed(self, update: Update) -> None:
        lane = self._lanes.setdefault(update.lane, deque())
        lane.append(update)
        if len(lane) == 1:
            task = asyncio.get_running_loop().create_task(self._run(update.lane, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, name: str, lane: deque[Update]) -> None:
        while lane:
            await self._deliver(lane[0])
            lane.popleft()
        del self._lanes[name]

    async def _deliver(self, update: Update) -> None:
        failures = 0
        while self._queue.is_pending(update):
            async with self._slots:
                update.deliveries += 1
                problem, retry_after = await self._post(update)
            if problem is None:
                self._queue.confirm(update)
                return
            self._last_error = int(self._clock.now()), problem
            failures += 1
            pause = 0.0 if failures == 1 else min(2.0 ** (failures - 1), _LONGEST_PAUSE)
            await asyncio.sleep(self._clock.lasting(pause if retry_after is None else retry_after))

    async def _post(self, update: Update) -> tuple[str | None, float | None]:
        """What went wrong, if anything, and the seconds the webhook asked to wait."""
        headers = {SECRET_HEADER: self._secret_token} if self._secret_token else {}
        timeout = aiohttp.ClientTimeout(total=self._clock.lasting(_PATIENCE))
        try:
            async with self._session.post(
                self.url, json=update.wire(), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                await response.read()
                if response.ok and response.status < HTTPStatus.MULTIPLE_CHOICES:
                    return None, None
                asked = response.headers.get("Retry-After", "")
                reason = f"Wrong response from the webhook: {response.status} {response.reason}"
                return reason, float(asked) if asked.isdigit() else None
        except TimeoutError:
            return "Read timeout expired", None
        except aiohttp.ClientError as error:
            return f"Connection failed: {type(error).__name__}", None


def webhook_settings(parameters: Parameters) -> tuple[str, str, int]:
    """URL, secret token and connections of a ``setWebhook``; plain HTTP is let pass, as on a local server."""
    url = parameters.text("url")
    if not url.startswith(("https://", "http://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret_token = parameters.text("secret_token")
    if not _SECRET.fullmatch(secret_token):
        raise bad_request("secret token contains unallowed characters")
    return url, secret_token, min(100, max(1, parameters.integer("max_connections", 40)))
