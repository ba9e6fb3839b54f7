"""What makes a channel startable by its name: how it is opened, and the ways by which updates come in.

A package offers a function `open(context)` under the entry point group `tanggap.channels`; it gives an async
context manager of an `OpenChannel`. Telegram is one of them. How HTTP is served and who starts what is not known
here, so that a channel needs no web framework to have a webhook.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from conversation.ports import Channel, Update
from conversation.values import quick

BODY_LIMIT = 1_000_000
"""Bytes that a request's body may have, unless its route says otherwise."""

Take = Callable[[Sequence[Update]], Awaitable[object]]
"""Keeps updates; when it returns they are durable, and when it raises `StorageError` none of them is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WayIn:
    """What a channel that fetches is given: where updates go, when to end, and whom to tell of trouble.

    `report` takes the reason why nothing can be received at the moment, and "" once something can; it is what
    `/readyz` says of the channel.
    """

    take: Take
    stop: asyncio.Event
    report: Callable[[str], None] = lambda trouble: None


Receive = Callable[[WayIn], Awaitable[None]]
"""Fetches updates until it is told to stop."""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request to a route. Names of headers are in lower case.

    `read` gives the body, and raises `BodyTooLong` as soon as it turns out to be one.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[], Awaitable[bytes]]


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """What a route answers."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


class BodyTooLong(Exception):
    """The body of a request is longer than its route takes. Leave it alone: it is answered with 413."""


Handle = Callable[[Request, Take], Awaitable[Response]]
"""Answers a request, after what came was kept. Where `take` raises `StorageError`, leave that alone: it is answered
with 503, and whoever sent the request should send it again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A path of our HTTP server that belongs to a channel."""

    path: str
    handle: Handle
    method: str = "POST"
    limit: int = BODY_LIMIT


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelContext:
    """What a channel is opened with.

    Attributes:
        name: what it was named in `bot.channels`, and what its `Channel.name` has to be.
        settings: its own table `[channels.NAME]`, as it stands in the settings file. Who checks it raises
            `SettingError`, or any `ValueError`.
        secret: the value of an environment variable. `SettingError` where there is none; the remedy may be given. It
            is kept out of the logs.
        path: makes a path from a setting absolute: relative ones start at the settings file.
    """

    name: str
    settings: Mapping[str, Any]
    secret: Callable[..., str]
    path: Callable[[str], Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenChannel:
    """A channel that can send, with its ways in: routes of our HTTP server, a coroutine that fetches, or both.

    Attributes:
        channel: what reads updates and carries out effects.
        title: who it is, for the person who starts it: `@toko_bot by polling`.
        routes: the paths it wants served.
        connect: called once when its routes are served, to ask the other side for updates; it is given the chats that
            moved in earlier runs, old to newest. May raise `ChannelError`.
        receive: fetches updates until it is told to stop. The service stops when it ends by itself.
    """

    channel: Channel
    title: str = ""
    routes: tuple[Route, ...] = ()
    connect: Callable[[Mapping[str, str]], Awaitable[None]] | None = None
    receive: Receive | None = None


class ChannelPlugin(Protocol):
    """What a package offers in the group `tanggap.channels`."""

    def __call__(self, context: ChannelContext) -> AbstractAsyncContextManager[OpenChannel]:
        """Open the channel: check its settings and its credentials, and connect.

        Nothing may come in yet, and nothing outside be changed: `tanggap doctor` opens channels to look at them. What
        is opened is closed when the context is left, after the service has delivered what was under way.

        Raises:
            SettingError: a setting or a secret is missing or wrong.
            ChannelError: the other side refuses, or cannot be reached.
        """
        ...
