"""Every mistake that people make: a clear message with a remedy, exit code 1, and nothing damaged."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.testing.bot_api import BotApiServer
from tests.command_line import Command, Ended, process

TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQrr"
SetTo = Callable[[str, str], None]


def run(folder: Path, **changes: str) -> Ended:
    return process("run", cwd=folder, env={"TELEGRAM_TOKEN": TOKEN, **changes})


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Settings


def test_run_without_settings(tmp_path: Path) -> None:
    run(tmp_path).failed("no config.toml", "tanggap init")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("run",), ("chat",), ("demo",), ("train",), ("classify",), ("evaluate",), ("tickets",)]
)
def test_a_settings_file_that_is_not_there(tanggap: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    tanggap(*arguments, "--config", "hilang.toml", cwd=tmp_path).failed("hilang.toml", "no such file")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[bot\nname = "Rara"', ("not valid TOML", "line 1")),
        ('[bot]\nnam = "Rara"', ("unknown setting bot.nam", "Did you mean bot.name?")),
        ('[bott]\nname = "Rara"', ("unknown setting bott", "Did you mean bot?")),
        ('[server]\nport = "8080"', ("server.port = '8080'", "Port to listen on")),
        ("[server]\nport = 99999", ("server.port = 99999",)),
        ('[telegram]\ntoken = "123:ABC"', ("unknown setting telegram.token", "TELEGRAM_TOKEN")),
        ("\xff", ("not valid TOML",)),
    ],
)
def test_settings_that_are_wrong(tanggap: Command, tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="latin-1")
    ended = tanggap("train", cwd=tmp_path)
    ended.failed("config.toml", *words)
    assert "123:ABC" not in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


# Telegram


def test_run_without_a_token(project: Path) -> None:
    run(project, TELEGRAM_TOKEN="").failed("TELEGRAM_TOKEN", "@BotFather")


def test_a_token_that_is_none(project: Path) -> None:
    ended = run(project, TELEGRAM_TOKEN="ini-rahasia-saya")
    ended.failed("token", "@BotFather")
    assert "ini-rahasia-saya" not in ended.err


async def test_a_token_that_telegram_refuses(project: Path, set_to: SetTo) -> None:
    async with BotApiServer() as server:
        set_to("https://api.telegram.org/bot", server.url)
        ended = await asyncio.to_thread(run, project)
    ended.failed("token", "@BotFather")
    assert TOKEN not in ended.err


def test_a_server_that_cannot_be_reached(project: Path, set_to: SetTo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    set_to("https://api.telegram.org/bot", f"http://127.0.0.1:{port}/bot")
    ended = run(project)
    ended.failed("api_base_url")
    assert TOKEN not in ended.err


async def test_a_port_in_use(project: Path, set_to: SetTo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with BotApiServer() as server:
            set_to("https://api.telegram.org/bot", server.url)
            set_to("port = 8080", f"port = {listener.getsockname()[1]}")
            ended = await asyncio.to_thread(run, project, TELEGRAM_TOKEN=server.token)
    ended.failed("server.port", "Stop whatever listens there")


# The model


def test_run_without_a_model(project: Path) -> None:
    (project / "data" / "model.tgm").unlink()
    run(project).failed("model.tgm", "tanggap train")


@pytest.mark.parametrize("damage", ["cut off", "another version"])
def test_run_with_a_model_that_cannot_be_used(project: Path, damage: str) -> None:
    model = project / "data" / "model.tgm"
    content = bytearray(model.read_bytes())
    if damage == "cut off":
        del content[len(content) // 2 :]
    else:
        content[8] = 99
    model.write_bytes(content)
    run(project).failed("model.tgm", "tanggap train")
    assert model.read_bytes() == bytes(content)


def test_the_chat_makes_the_model_that_is_missing(project: Path) -> None:
    (project / "data" / "model.tgm").write_bytes(b"halo")
    ended = process("chat", cwd=project, stdin=b"jam buka?\n")
    assert ended.code == 0
    assert "Melatih model" in ended.err
    assert "Senin" in ended.out


@pytest.mark.parametrize("command", ["train", "chat"])
def test_a_folder_that_cannot_be_written(tanggap: Command, project: Path, set_to: SetTo, command: str) -> None:
    (project / "file").touch()
    set_to("data/model.tgm", "file/model.tgm")
    tanggap(command, cwd=project).failed("model.tgm", "folder")


# The database


def test_a_database_that_is_damaged_is_left_as_it_is(tanggap: Command, project: Path) -> None:
    database = project / "data" / "tanggap.sqlite3"
    for leftover in database.parent.glob("*.sqlite3-*"):
        leftover.unlink()
    database.write_bytes(b"bukan basis data sama sekali, sungguh. " * 100)
    before = digest(database)
    for command in (("chat",), ("tickets",), ("history", "terminal:sari")):
        tanggap(*command, cwd=project).failed("tanggap.sqlite3", "backup")
    assert digest(database) == before


def test_a_database_of_a_newer_version_is_left_as_it_is(tanggap: Command, project: Path) -> None:
    database = project / "data" / "tanggap.sqlite3"
    connection = sqlite3.connect(database)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = digest(database)
    tanggap("tickets", cwd=project).failed("9999", "newer version")
    assert digest(database) == before


def test_a_database_in_a_folder_that_cannot_be_written(tanggap: Command, project: Path, set_to: SetTo) -> None:
    (project / "file").touch()
    set_to("sqlite:///data/", "sqlite:///file/")
    tanggap("chat", cwd=project).failed("tanggap.sqlite3", "storage.url")


@pytest.mark.parametrize("url", ["data/tanggap.sqlite3", "sqlite://", "mysql://toko/tanggap"])
def test_a_storage_url_that_is_none(tanggap: Command, project: Path, set_to: SetTo, url: str) -> None:
    set_to("sqlite:///data/tanggap.sqlite3", url)
    tanggap("tickets", cwd=project).failed("storage.url", "sqlite:///")


def test_odd_letters_in_a_folders_name_are_no_trouble(tanggap: Command, project: Path) -> None:
    folder = project.rename(project.parent / "toko 100% kami? ya #1")
    assert "terminal:sari" in tanggap("tickets", cwd=folder).out


# The knowledge base


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("nlu.yml", "", ("knowledge",)),
        ("nlu.yml", 'version: "3.1"\nnlu: []\n', ("knowledge",)),
        ("nlu.yml", "nlu:\n- intent: jam\n   examples: |\n    - jam buka\n", ("nlu.yml:3", "not valid YAML")),
        ("domain.yml", 'responses:\n  utter_salam:\n  - text: "Halo {nma_toko}"\n', ("nma_toko", "[shop]")),
        ("domain.yml", "responses: {}\n", ("no answer",)),
    ],
)
def test_a_knowledge_base_that_cannot_be_used(
    tanggap: Command, project: Path, name: str, text: str, words: tuple[str, ...]
) -> None:
    (project / "knowledge" / name).write_text(text, encoding="utf-8")
    model = project / "data" / "model.tgm"
    before = digest(model)
    tanggap("chat", cwd=project).failed(*words)
    assert digest(model) == before


def test_an_intent_without_examples(tanggap: Command, project: Path) -> None:
    nlu = project / "knowledge" / "nlu.yml"
    nlu.write_text(nlu.read_text(encoding="utf-8") + "- intent: kosong\n  examples: |\n", encoding="utf-8")
    tanggap("train", cwd=project).failed("kosong", "example")


def test_a_knowledge_base_that_is_not_there(tanggap: Command, project: Path, set_to: SetTo) -> None:
    set_to('knowledge = "knowledge"', 'knowledge = "hilang"')
    tanggap("train", cwd=project).failed("hilang")


# Files to evaluate


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ("rows.tsv",)),
        (b"", ("rows.tsv", "no rows")),
        (b"tanpa tab\n", ("rows.tsv", "TAB")),
        (b"jam buka\tjam\ntutup jam brp\tjam\n", ("one intent",)),
        (b"\xff\xfe\x00\tjam\n", ("rows.tsv",)),
    ],
)
def test_rows_that_cannot_be_learned_from(
    tanggap: Command, tmp_path: Path, content: bytes | None, words: tuple[str, ...]
) -> None:
    if content is not None:
        (tmp_path / "rows.tsv").write_bytes(content)
    tanggap("evaluate", "--train", "rows.tsv", "--json", cwd=tmp_path).failed(*words)


def test_a_page_that_cannot_be_written(tanggap: Command, tmp_path: Path) -> None:
    rows = "".join(f"{word} buka\tjam\n{word} harga\tharga\n" for word in ("jam", "min", "kak", "toko"))
    (tmp_path / "rows.tsv").write_text(rows, encoding="utf-8")
    options = ("--train", "rows.tsv", "--folds", "2", "--report", "hilang/page.html")
    tanggap("evaluate", *options, cwd=tmp_path).failed("hilang/page.html")
