"""The menu of commands in private chats, in Indonesian and, for those who use Telegram in English, in English."""

from __future__ import annotations

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats

COMMANDS = {
    "": {
        "start": "Mulai percakapan",
        "menu": "Daftar topik",
        "bantuan": "Apa yang bisa dibantu",
        "agen": "Bicara dengan tim kami",
        "status": "Status laporan",
        "batal": "Batalkan laporan",
    },
    "en": {
        "start": "Start the conversation",
        "menu": "List of topics",
        "help": "What I can help with",
        "agent": "Talk to our team",
        "status": "Status of your report",
        "cancel": "Cancel your report",
    },
}
"""Commands with their descriptions, by language code; "" is for everybody else."""


async def register_commands(bot: Bot) -> None:
    """Set the menu.

    Raises:
        TelegramError: it could not be set.
    """
    for language, commands in COMMANDS.items():
        await bot.set_my_commands(
            [BotCommand(name, description) for name, description in commands.items()],
            scope=BotCommandScopeAllPrivateChats(),
            language_code=language or None,
        )
