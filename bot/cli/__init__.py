"""The command line: `tanggap`. `commands` has every command; what a command does is imported when it runs."""

from bot.cli.commands import app, main

__all__ = ["app", "main"]
