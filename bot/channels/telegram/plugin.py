"""Telegram as a channel to be named in the settings: its token checked, and polling or the webhook as its way in.

Its settings stand in `[telegram]`, where they stood before channels could be added.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.plugin import ChannelContext, OpenChannel, WayIn
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.channels.telegram.polling import poll
from bot.channels.telegram.webhook import webhook_route
from conversation.errors import SettingError

TOKEN = "TELEGRAM_TOKEN"
WEBHOOK_SECRET = "TELEGRAM_WEBHOOK_SECRET"


@asynccontextmanager
async def open_telegram(context: ChannelContext) -> AsyncIterator[OpenChannel]:
    """See `ChannelPlugin`."""
    settings = context.settings
    channel = TelegramChannel(_options(context))
    await channel.start()
    try:
        title = f"@{channel.username} by {settings['mode']}"
        if settings["mode"] == "webhook":
            yield _by_webhook(channel, settings, _webhook_secret(context), title)
        else:
            yield _by_polling(channel, title)
    finally:
        await channel.stop()


def _by_webhook(channel: TelegramChannel, settings: Mapping[str, Any], secret: str, title: str) -> OpenChannel:
    async def connect(moved: Mapping[str, str]) -> None:
        channel.staff_moved(moved)
        await channel.set_webhook(settings["webhook_url"] + settings["webhook_path"], secret)

    route = webhook_route(channel, settings["webhook_path"], secret)
    return OpenChannel(channel=channel, title=title, routes=(route,), connect=connect)


def _by_polling(channel: TelegramChannel, title: str) -> OpenChannel:
    async def connect(moved: Mapping[str, str]) -> None:
        channel.staff_moved(moved)

    async def receive(way: WayIn) -> None:
        await poll(channel, way.take, way.stop, report=way.report)

    return OpenChannel(channel=channel, title=title, connect=connect, receive=receive)


def _options(context: ChannelContext) -> TelegramOptions:
    settings = context.settings
    staff_chat = settings["staff_chat_id"]
    return TelegramOptions(
        token=context.secret(TOKEN, f"Get a token from @BotFather and set {TOKEN}; `tanggap chat` works without one."),
        api_base_url=settings["api_base_url"],
        file_base_url=settings["file_base_url"],
        staff_chats=frozenset({*({str(staff_chat)} if staff_chat else ()), *settings.get("staff_chats", ())}),
        messages_per_second=settings["messages_per_second"],
        group_messages_per_minute=settings["group_messages_per_minute"],
        poll_timeout_seconds=settings["poll_timeout_seconds"],
    )


def _webhook_secret(context: ChannelContext) -> str:
    if not context.settings["webhook_url"]:
        raise SettingError(
            "telegram.mode is webhook, but telegram.webhook_url is empty",
            remedy="Set it to the public https address at which Telegram reaches this service.",
        )
    return context.secret(WEBHOOK_SECRET, f"Set {WEBHOOK_SECRET} to a long random word (letters, digits, _ and -).")
