"""The documentation against the code: commands, settings, links, and no trace of the machine it was written on."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.config import render_settings
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PYTHON_MODULES = re.compile(r"`((?:bot|intents|handoff|conversation)(?:\.[a-z_]+)+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)")
COMMAND = re.compile(r"(?:`|^|\s)tanggap ([a-z]+)\b(?![-.])", re.MULTILINE)
TARGET = re.compile(r"(?:`|^|\s)make ([a-z]+)\b", re.MULTILINE)
LOCAL_PATHS = tuple(f"/{folder}/" for folder in ("work", "tmp", "root"))
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def commands() -> set[str]:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return set(group.commands)


def code_of(page: Path) -> str:
    """What stands in code on a page."""
    return "\n".join(CODE.findall(page.read_text(encoding="utf-8")))


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the project that are text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8192])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_a_page_names_exist(page: Path) -> None:
    code = code_of(page)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(COMMAND.findall(code)) <= commands()
    assert set(TARGET.findall(code)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = (link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link)
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_modules_that_a_page_names_exist(page: Path) -> None:
    def exists(name: str) -> bool:
        # `bot.testing.bot_api` is a module, `bot.model` a setting, `conversation.messages.Message` a name in a module.
        path = ROOT.joinpath(*name.split("."))
        return path.is_dir() or path.with_suffix(".py").exists() or name in settings()

    names = set(PYTHON_MODULES.findall(page.read_text(encoding="utf-8")))
    assert {name for name in names if not exists(name) and not exists(name.rpartition(".")[0])} == set()


def settings() -> set[str]:
    sections = Settings().model_dump()
    return {f"{section}.{key}" for section, table in sections.items() for key in table}


def test_every_command_and_every_option_is_on_the_page_of_commands() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert {command for command in commands() if f"### `tanggap {command}" not in text} == set()
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    options = {option for command in group.commands.values() for each in command.params for option in each.opts}
    assert {option for option in options if option.startswith("--") and option not in text} == set()


def test_readmes_name_every_command() -> None:
    for name in ("README.md", "README.id.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert {
            command for command in commands() if f"`tanggap {command}`" not in text and f"`{command}`" not in text
        } == set()


def test_every_setting_stands_in_the_settings_file_with_its_default() -> None:
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    assert text == render_settings()
    assert tomllib.loads(text) == Settings().model_dump()


BOTS = {"README.md": "mybot", "README.id.md": "botku"}
"""What the example project is called on each page."""


def test_both_readmes_have_the_same_code() -> None:
    def shown(name: str) -> list[str]:
        blocks = re.findall(r"^```$(.*?)^```$", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if "  #" in line]

    english, indonesian = ([line.replace(bot, "BOT") for line in shown(name)] for name, bot in BOTS.items())
    assert english == indonesian


def test_nothing_names_a_folder_of_the_machine_it_was_written_on() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        for folder in LOCAL_PATHS
        if folder in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


def plain(requirement: str) -> str:
    """The name in a requirement, as packages are compared."""
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []

    assert pins == sorted(pins, key=plain)
    assert {plain(name) for name in declared} <= {plain(pin) for pin in pins}
