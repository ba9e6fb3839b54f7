"""What the commands share: consoles, settings, JSON and progress bars."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.config import read_settings
from bot.settings import Settings
from conversation.errors import TanggapError

DEFAULT_CONFIG = Path("config.toml")


class Output(Console):
    """A console that outlives its reader: after `| head -1`, what is left to say goes nowhere."""

    reader_left = False

    def on_broken_pipe(self) -> None:
        """Called by rich when the other end is closed; its own way is to leave by SystemExit, wherever we are."""
        self.reader_left = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


# In a terminal lines break between words; in a file or a pipe they stay whole.
out = Output(highlight=False, soft_wrap=not sys.stdout.isatty())
errors = Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def show_error(error: TanggapError) -> None:
    """Print an error and what to do about it."""
    errors.print(f"[bold red]Error:[/] {escape(str(error))}")
    if error.remedy:
        remedy = error.remedy[:1].upper() + error.remedy[1:]
        errors.print(f"[bold]What to do:[/] {escape(remedy)}")


def config_path(config: Path | None) -> Path | None:
    """The given settings file, or `config.toml` in this folder, or None: the defaults."""
    return DEFAULT_CONFIG if config is None and DEFAULT_CONFIG.exists() else config


def settings_of(config: Path | None) -> Settings:
    """The settings of the given file, of `config.toml` in this folder, or the defaults.

    Raises:
        SettingError: the file is missing, or a setting in it is wrong.
    """
    return read_settings(config_path(config))


def print_json(value: object) -> None:
    """Print one JSON value on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, float], None]]:
    """A progress bar on a terminal's stderr; the function it gives takes the name of a step and the share done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(title, total=1.0)

        def step(name: str, done: float) -> None:
            progress.update(task, description=f"{title}: {name}", completed=done)

        yield step
