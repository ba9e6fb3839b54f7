"""Bots as python-telegram-bot has them, for the tests of the Bot API server."""

from __future__ import annotations

import asyncio

import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.testing.bot_api import BotApiServer

TOKEN = "123:ABC-def"


def client(server: BotApiServer, token: str = TOKEN) -> telegram.Bot:
    return telegram.Bot(token, base_url=server.url, base_file_url=server.file_url)


async def until_polled(server: BotApiServer) -> None:
    """Wait until a poll waits for updates."""
    async with asyncio.timeout(5):
        while not server.updates.is_polled:  # noqa: ASYNC110  # The server need not tell anybody.
            await asyncio.sleep(0.005)


def keyboard(*titles: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(title, callback_data=f"pilih:{title}") for title in titles]])
