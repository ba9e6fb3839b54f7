"""The menus of commands, in Indonesian and, for those who use Telegram in English, in English: that of private chats,
and in staff groups one for those who administer the group. Whether they may, the staff's room knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllPrivateChats, BotCommandScopeChatAdministrators

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


STAFF_COMMANDS = {
    "": {
        "faq": "Cari jawaban bot",
        "coba": "Coba pesan pelanggan",
        "ubah": "Ubah jawaban bot",
        "kembalikan": "Kembali ke rilis sebelumnya",
        "bantuan": "Daftar perintah",
    },
    "en": {
        "faq": "Look up what the bot answers",
        "try": "Try a customer's message",
        "edit": "Change what the bot answers",
        "rollback": "Go back to the release before",
        "help": "List of commands",
    },
}
"""The same for staff groups."""


async def register_commands(bot: Bot, staff_chats: Iterable[str] = ()) -> None:
    """Set the menus.

    Raises:
        TelegramError: one could not be set; those before it are.
    """
    await _register(bot, COMMANDS, BotCommandScopeAllPrivateChats())
    for chat in staff_chats:
        await _register(bot, STAFF_COMMANDS, BotCommandScopeChatAdministrators(chat))


async def _register(bot: Bot, menu: Mapping[str, Mapping[str, str]], scope: BotCommandScope) -> None:
    for language, commands in menu.items():
        await bot.set_my_commands(
            [BotCommand(name, description) for name, description in commands.items()],
            scope=scope,
            language_code=language or None,
        )
