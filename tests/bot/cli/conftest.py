"""The real command line: as a process where it serves, reads or writes pipes, in this process elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.command_line import Command, Ended, process


@pytest.fixture
def tanggap(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `tanggap` in this process, in a folder: a second faster, for it is imported already."""
    for name in os.environ:
        if name.startswith(("TANGGAP_", "TELEGRAM_")):
            monkeypatch.delenv(name)

    def run(*arguments: str | Path, cwd: Path) -> Ended:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["tanggap", *map(str, arguments)])
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        shown = capsys.readouterr()
        return Ended(code=code or 0, out=shown.out, err=shown.err)

    return run


@pytest.fixture(scope="session")
def trained_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `tanggap init` makes, trained, with one conversation that became a ticket."""
    folder = tmp_path_factory.mktemp("cli") / "toko"
    assert process("init", folder, cwd=folder.parent).code == 0
    talked = process("chat", "--as", "sari", cwd=folder, stdin=b"jam buka?\nmau ngomong sama orang\n")
    assert talked.code == 0, talked
    return folder


@pytest.fixture
def project(trained_project: Path, tmp_path: Path) -> Path:
    """A project of the test's own: trained, with one conversation that became a ticket."""
    folder = tmp_path / "toko"
    shutil.copytree(trained_project, folder)
    return folder


@pytest.fixture
def set_to(project: Path) -> Callable[[str, str], None]:
    """Replace a line's text in the project's `config.toml`."""
    config = project / "config.toml"

    def change(old: str, new: str) -> None:
        text = config.read_text(encoding="utf-8")
        assert old in text
        config.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change
