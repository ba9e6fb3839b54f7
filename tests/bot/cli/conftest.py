"""Projects for the command line to work on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import process


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
