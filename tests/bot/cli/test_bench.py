"""`tanggap bench`: a service is measured, and what is the user's stays as it was."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.bench import as_elsewhere, questions_of, show_figures
from bot.config import read_settings
from bot.testing.load import Figures, Load, Waits
from conversation.errors import DataError
from intents.knowledge import Answer, Intent, KnowledgeBase
from tests.command_line import Command

FIGURES = Figures(
    turns_per_second=412,
    ms=Waits(p50=70.1, p99=140.9),
    cpu_us_per_turn=1213,
    rss_mb=148,
    turns=4120,
    lost=0,
    doubled=0,
    unknown=0,
)
MACHINE = {"cores": 2, "cpu": "Abacus [9]", "system": "Linux 6.1", "python": "3.11.2", "load": 0.3}


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_service_with_the_projects_knowledge_is_measured(
    tanggap: Command, project: Path, set_to: Callable[[str, str], None]
) -> None:
    (project / "pesanan.py").write_text("raise RuntimeError('actions of the shop itself')\n", encoding="utf-8")
    set_to("use = []", 'use = ["pesanan:*"]')
    before = contents(project)
    ended = tanggap("bench", "--seconds", "1", "--at-once", "4", "--json", cwd=project, TELEGRAM_TOKEN="123456:ABC")
    assert ended.code == 0, ended
    shown = json.loads(ended.out)
    assert shown["knowledge"] == str(project / "knowledge")
    assert shown["asked_for"] == {"seconds": 1.0, "at_once": 4, "rate": 0}
    assert shown["machine"]["cores"] >= 1
    for mode in ("webhook", "polling"):
        assert shown[mode]["turns"] > 4
        assert 0 < shown[mode]["ms"]["p50"] <= shown[mode]["ms"]["p99"]
        assert (shown[mode]["lost"], shown[mode]["doubled"], shown[mode]["unknown"]) == (0, 0, 0)
    assert contents(project) == before


def test_figures_are_shown_with_what_they_mean_and_where_they_are_from(capsys: pytest.CaptureFixture[str]) -> None:
    show_figures({"webhook": FIGURES, "polling": FIGURES}, MACHINE, "starter", Load(seconds=10, rate=500))
    shown = capsys.readouterr()
    assert "Abacus [9], 2 cores, Linux 6.1, Python 3.11.2, load 0.3" in shown.out
    assert "500 questions a second for 10 s" in shown.out
    (cpu,) = (line for line in shown.out.splitlines() if "CPU" in line and "turn" in line)
    assert cpu.split()[2:4] == ["1,213", "1,213"]
    assert shown.err == ""


def test_losses_are_pointed_out_and_what_the_system_does_not_tell_is_left_open(
    capsys: pytest.CaptureFixture[str],
) -> None:
    poor = Figures(turns_per_second=0, ms=None, cpu_us_per_turn=None, rss_mb=None, turns=0, lost=7, doubled=0)
    show_figures({"webhook": poor}, MACHINE, "starter", Load(seconds=1))
    shown = capsys.readouterr()
    assert "–" in shown.out
    assert "7 questions had no answer" in shown.err


@pytest.mark.parametrize(
    "arguments", [("--seconds", "0.5"), ("--at-once", "0"), ("--rate", "0"), ("--rate", "100000"), ("--seconds", "x")]
)
def test_too_little_and_too_much_are_wrong_usage(tanggap: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = tanggap("bench", *arguments, cwd=tmp_path)
    assert ended.code == 2
    assert arguments[0] in ended.err


def test_a_machine_that_lets_nobody_listen_is_named(
    tanggap: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_server", refuse)
    tanggap("bench", cwd=project).failed("no service can be started here", "Permission denied", "127.0.0.1")


@pytest.mark.usefixtures("cold_start")
def test_a_service_that_does_not_start_is_quoted(tanggap: Command, project: Path) -> None:
    ended = tanggap("bench", cwd=project, PYTHONHOME=str(project))  # Where no Python lies.
    ended.failed("the service did not start", "PYTHONHOME", "tanggap doctor")


def test_a_knowledge_base_is_asked_its_own_examples() -> None:
    hours = Intent(name="jam", examples=("jam buka?", "buka jam brp"))
    other, bare = Intent(name="ongkir", examples=("ongkir?",)), Intent(name="kosong")
    answers = {"jam": (Answer(text="Pukul 9."),), "kosong": (Answer(text="?"),)}
    knowledge = KnowledgeBase(intents={each.name: each for each in (hours, other, bare)}, answers=answers)
    assert questions_of(knowledge) == ["jam buka?"]
    with pytest.raises(DataError, match="no answer"):
        questions_of(KnowledgeBase(intents={"ongkir": other}))


def test_what_a_bot_knows_goes_along_and_its_database_stays(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[bot]\nknowledge = "kb"\nchannels = ["surat"]\n[shop]\nnama_toko = "Toko Rara"\n'
        '[understanding]\nlexicon = ["kata.tsv"]\n[storage]\nurl = "sqlite:///punyaku.sqlite3"\n'
    )
    known = as_elsewhere(read_settings(config, {}))
    assert known["bot__knowledge"] == tmp_path / "kb"
    assert known["bot__channels"] == ["telegram"]
    assert known["shop__nama_toko"] == "Toko Rara"
    assert known["understanding__lexicon"] == [str(tmp_path / "kata.tsv")]
    assert {name.partition("__")[0] for name in known} == {"bot", "shop", "dialogue", "understanding"}
