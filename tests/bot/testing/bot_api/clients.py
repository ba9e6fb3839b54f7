"""Bots as python-telegram-bot has them, for the tests of the Bot API server."""

from __future__ import annotations

import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.testing.bot_api import BotApiServer

TOKEN = "123:ABC-def"


def client(server: BotApiServer, token: str = TOKEN) -> telegram.Bot:
    return telegram.Bot(token, base_url=server.url, base_file_url=server.file_url)


def keyboard(*titles: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(title, callback_data=f"pilih:{title}") for title in titles]])
