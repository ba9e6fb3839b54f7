"""The channels that the settings name, opened, and their updates let in. What a channel is, it does not know."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bot import plugins
from bot.channels.plugin import ChannelContext, OpenChannel, Receive, WayIn
from bot.logs import needed_secret
from bot.settings import Settings
from conversation.errors import ChannelError, SettingError, TanggapError

STOP_GRACE = 10.0
"""Seconds that a channel may take to end when it is told to."""

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_channels(settings: Settings, names: Sequence[str]) -> AsyncIterator[list[OpenChannel]]:
    """The channels of these names, in order, ready to send.

    Raises:
        SettingError: a channel is not installed, cannot be used, or is not set as it must be.
        ChannelError: the other side of one refuses it, or cannot be reached.
    """
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_channel(settings, name)) for name in names]


@asynccontextmanager
async def open_channel(settings: Settings, name: str) -> AsyncIterator[OpenChannel]:
    """One of them. Raises as `open_channels` does."""
    plugin = plugins.load(plugins.CHANNELS, name)
    table = settings.channel(name)
    context = ChannelContext(name=name, settings=table, secret=needed_secret, path=settings.path)
    async with AsyncExitStack() as stack:
        try:
            opened: OpenChannel = await stack.enter_async_context(plugin(context))
            if opened.channel.name != name:
                raise TypeError(f"its channel is called {opened.channel.name!r}")
        except TanggapError:
            raise
        except ValueError as error:
            raise SettingError(
                f"channels.{name}: {' '.join(str(error).split())}",
                remedy=f"Mend the table [channels.{name}] in config.toml.",
            ) from error
        except Exception as error:
            raise plugins.broken(plugins.CHANNELS, name, error) from error
        yield opened


async def receive(name: str, fetch: Receive, way: WayIn) -> None:
    """Let a channel fetch its updates, and stop the service when it ends.

    Raises:
        ChannelError: it failed.
    """
    working = asyncio.ensure_future(fetch(way))
    working.add_done_callback(lambda _: way.stop.set())
    await way.stop.wait()
    await asyncio.wait([working], timeout=STOP_GRACE)
    if not working.done():
        log.warning("the channel %s does not stop; it is broken off", name, extra={"action": "channel_stuck"})
        working.cancel()
        await asyncio.wait([working])
    error = None if working.cancelled() else working.exception()
    if isinstance(error, TanggapError):
        raise error
    if error is not None:
        log.error("the channel %s failed", name, exc_info=error, extra={"action": "channel_failed"})
        raise ChannelError(
            f"the channel {name!r} failed: {type(error).__name__}: {error}", remedy="Where it failed stands in the log."
        ) from error
