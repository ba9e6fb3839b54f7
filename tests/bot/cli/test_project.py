"""`tanggap init` and `tanggap doctor`."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bot.testing.bot_api import BotApiServer
from tests.command_line import Command, environment, process


def test_a_new_project_passes_its_own_test_without_a_warning(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider"],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "warning" not in done.stdout


def test_a_new_project_has_every_setting_and_its_own_knowledge(tanggap: Command, tmp_path: Path) -> None:
    ended = tanggap("init", "toko", cwd=tmp_path)
    assert ended.code == 0
    assert "cd toko" in ended.out
    made = sorted(str(path.relative_to(tmp_path / "toko")) for path in (tmp_path / "toko").rglob("*") if path.is_file())
    assert made == [
        ".gitignore",
        "README.md",
        "config.toml",
        "knowledge/domain.yml",
        "knowledge/nlu.yml",
        "pytest.ini",
        "tests/percakapan.yml",
        "tests/test_knowledge.py",
    ]
    assert 'knowledge = "knowledge"' in (tmp_path / "toko" / "config.toml").read_text(encoding="utf-8")


def test_a_folder_with_something_in_it_is_left_alone(tanggap: Command, tmp_path: Path) -> None:
    (tmp_path / "catatan.txt").write_text("penting")
    tanggap("init", ".", cwd=tmp_path).failed("not empty")
    assert [path.name for path in tmp_path.iterdir()] == ["catatan.txt"]


def test_a_folder_that_cannot_be_made_is_named(tanggap: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    tanggap("init", "file/toko", cwd=tmp_path).failed("file")


def test_doctor_finds_a_trained_project_well(tanggap: Command, project: Path) -> None:
    ended = tanggap("doctor", "--json", cwd=project)
    findings = json.loads(ended.out)
    assert ended.code == 0
    assert {finding["subject"] for finding in findings} >= {"config", "knowledge", "model", "storage", "telegram"}
    assert {finding["level"] for finding in findings} == {"ok", "warning"}
    assert all(finding["remedy"] for finding in findings if finding["level"] != "ok")


def test_doctor_names_every_trouble_at_once_with_its_remedy(tanggap: Command, project: Path) -> None:
    (project / "data" / "model.tgm").write_bytes(b"not a model")
    (project / "data" / "tanggap.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 50)
    for leftover in (project / "data").glob("*.sqlite3-*"):
        leftover.unlink()
    ended = tanggap("doctor", cwd=project)
    assert ended.code == 1
    assert ended.out.count("✗") == 2
    assert "tanggap train" in ended.out
    assert "backup" in ended.out


def test_doctor_says_what_is_wrong_with_the_settings(tanggap: Command, project: Path) -> None:
    (project / "config.toml").write_text("[bot]\nnam = 'Rara'\n")
    ended = tanggap("doctor", cwd=project)
    assert ended.code == 1
    assert "bot.nam" in ended.out
    assert "bot.name" in ended.out


def test_doctor_changes_nothing(tanggap: Command, tmp_path: Path) -> None:
    assert tanggap("doctor", cwd=tmp_path).code == 1
    assert list(tmp_path.iterdir()) == []


async def test_doctor_asks_telegram_whose_the_token_is(project: Path, set_to: Callable[[str, str], None]) -> None:
    async with BotApiServer() as server:
        set_to("https://api.telegram.org/bot", server.url)
        known = await in_thread(project, server.token)
        refused = await in_thread(project, "1:ditolak_ditolak_ditolak_ditolak_ditolak")
    assert known == (0, "ok")
    assert refused == (1, "error")


async def in_thread(project: Path, token: str) -> tuple[int, str]:
    ended = await asyncio.to_thread(process, "doctor", "--json", cwd=project, TELEGRAM_TOKEN=token)
    return ended.code, next(each["level"] for each in json.loads(ended.out) if each["subject"] == "telegram")
