"""The Telegram channel, on python-telegram-bot as API client and parser, with its own ways in and limits."""

from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.channels.telegram.polling import poll
from bot.channels.telegram.webhook import webhook_route

__all__ = ["TelegramChannel", "TelegramOptions", "poll", "webhook_route"]
