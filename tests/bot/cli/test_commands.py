"""What every command has in common: help, version, exit codes, and a quick start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bot.cli import app
from tests.command_line import Command

COMMANDS = sorted(
    str(command.name or getattr(command.callback, "__name__", "").replace("_", "-"))
    for command in app.registered_commands
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_page(tanggap: Command, tmp_path: Path, command: str) -> None:
    ended = tanggap(command, "--help", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert f"Usage: tanggap {command}" in ended.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_and_every_argument_is_explained(command: str) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    assert [option.name for option in group.commands[command].params if not getattr(option, "help", "")] == []


def test_the_list_of_commands_cuts_no_sentence_off(tanggap: Command, tmp_path: Path) -> None:
    ended = tanggap("--help", cwd=tmp_path)
    listed = ended.out.partition("Commands:")[2]
    assert all(command in listed for command in COMMANDS)
    assert "..." not in listed
    assert "Exit codes" in listed


def test_the_version_is_shown(tanggap: Command, tmp_path: Path) -> None:
    ended = tanggap("--version", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("tanggap 0.")


@pytest.mark.parametrize("arguments", [("no-such-command",), ("tickets", "--no-such-option"), ("history",)])
def test_wrong_usage_has_an_exit_code_of_its_own(tanggap: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = tanggap(*arguments, cwd=tmp_path)
    assert ended.code == 2
    assert "Usage:" in ended.err


def test_help_imports_none_of_what_the_commands_need() -> None:
    code = "import sys, bot.cli; print(sorted({'numpy', 'sqlalchemy', 'telegram', 'fastapi', 'rich'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
