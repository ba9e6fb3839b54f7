"""`tanggap train`, `classify` and `evaluate`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import TANGGAP, Command, environment, process

ROWS = """\
jam buka?\tjam
buka jam berapa kak\tjam
hari minggu buka ga\tjam
tutupnya jam brp min\tjam
sampe jam brp bukanya\tjam
besok libur apa buka\tjam
harganya berapa\tharga
brp duit kak\tharga
minta pricelist dong\tharga
yang paling murah berapaan\tharga
harga grosir ada?\tharga
kalo beli 3 jadi brp duit\tharga
"""
TESTS = "bukanya jam brp\tjam\nharga brp min\tharga\nberapa harganya kak\tharga\nresep rendang dong\t-\n"
RASA = """\
version: "3.1"
nlu:
- intent: jam
  examples: |
    - jam buka?
    - buka jam berapa kak
    - hari minggu buka ga
    - tutupnya jam brp min
- intent: harga
  examples: |
    - harganya berapa
    - brp duit kak
    - minta pricelist dong
    - harga grosir ada?
"""
FIGURES = ("accuracy", "macro_f1", "ece", "train_seconds", "latency_us", "n_train", "n_test")


Classified = Callable[..., list[dict[str, object]]]


@pytest.fixture
def classified(tanggap: Command, project: Path) -> Classified:
    """What `tanggap classify` writes of some lines."""

    def run(stdin: bytes, *options: str) -> list[dict[str, object]]:
        ended = tanggap("classify", *options, cwd=project, stdin=stdin)
        assert (ended.code, ended.err) == (0, "")
        return [json.loads(line) for line in ended.out.splitlines()]

    return run


def test_each_line_is_answered_by_an_object_with_what_was_understood(classified: Classified) -> None:
    hours, complaint, _ = classified("jam buka?\r\nbarangnya rusak nih 😡\nzxcv qwer\n".encode())
    keys = ("text", "normalized", "intent", "confidence", "ranking", "entities", "decision")
    assert set(keys) <= hours.keys()
    assert (hours["text"], hours["intent"], hours["decision"]) == ("jam buka?", "jam_buka", "answer")
    assert (complaint["text"], complaint["decision"]) == ("barangnya rusak nih 😡", "escalate")
    assert isinstance(hours["ranking"], list)
    assert hours["ranking"][0].keys() == {"intent", "confidence"}


def test_a_close_call_has_its_choices(classified: Classified) -> None:
    lines = classified(b"jam buka harga\nharga jam brp\nberapa ya buka\nkak\njam harga libur grosir\n")
    asked = [line for line in lines if line["decision"] == "clarify"]
    assert {line["decision"] for line in lines} <= {"answer", "clarify", "escalate", "unknown"}
    assert all(line["choices"] for line in asked)
    assert not any("choices" in line for line in lines if line["decision"] != "clarify")


def test_lines_that_are_hardly_text_get_their_object_too(classified: Classified) -> None:
    empty, broken, long = classified(b"\n\xff\xfe jam buka?\n" + b"jam buka " * 20_000 + b"\n")
    assert (empty["text"], empty["intent"], empty["decision"]) == ("", None, "unknown")
    assert broken["intent"] == "jam_buka"
    assert len(str(long["text"])) == 180_000


def test_explaining_adds_the_features_that_spoke_for_the_intent(classified: Classified) -> None:
    (line,) = classified(b"jam buka?\n", "--explain")
    because = line["because"]
    assert isinstance(because, list)
    assert because[0].keys() == {"feature", "weight"}


@pytest.mark.parametrize("command", ["classify", "chat"])
def test_a_reader_who_leaves_ends_the_command_quietly(project: Path, command: str) -> None:
    with subprocess.Popen(
        [TANGGAP, command],
        cwd=project,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        running.stdin.write(b"jam buka?\n")
        running.stdin.flush()
        running.stdout.readline()
        running.stdout.close()
        running.stdin.write(b"jam buka?\n" * 50)
        running.stdin.flush()
        assert running.stderr.read() == b""
        assert running.wait(30) in (0, 1)


def test_the_chat_takes_bytes_that_are_no_text(project: Path) -> None:
    ended = process("chat", cwd=project, stdin=b"halo\n\xff\xfe\njam buka?\n")
    assert (ended.code, ended.err) == (0, "")
    assert "Kami buka" in ended.out or "Jam bukanya" in ended.out


def test_the_demo_ends_with_what_to_try_next(project: Path) -> None:
    ended = process("demo", cwd=project, stdin=b"jam buka?\n")
    assert ended.code == 0
    assert "Meja agen: http://" in ended.err
    _, answer, _ = ended.out.partition("Anda: jam buka?")[2].partition("Coba berikutnya")
    assert answer
    for hint in ("TELEGRAM_TOKEN", "--explain", "history terminal:tamu", "init"):
        assert hint in ended.out


def test_training_says_what_it_made(tanggap: Command, project: Path) -> None:
    (project / "data" / "model.tgm").unlink()
    ended = tanggap("train", "--json", cwd=project)
    made = json.loads(ended.out)
    assert (ended.code, made["intents"]) == (0, 5)
    assert Path(made["model"]).exists()
    assert f"{made['n_train']} examples, 5 intents" in tanggap("train", cwd=project).out


def test_evaluation_gives_its_figures_to_programs(tanggap: Command, tmp_path: Path) -> None:
    (tmp_path / "train.tsv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "test.tsv").write_text(TESTS, encoding="utf-8")
    ended = tanggap("evaluate", "--train", "train.tsv", "--test", "test.tsv", "--json", cwd=tmp_path)
    result = json.loads(ended.out)
    assert ended.code == 0
    assert set(FIGURES) <= result.keys()
    assert (result["n_train"], result["n_test"], result["accuracy"]) == (12, 3, 1.0)
    assert result["latency_us"]["p50"] <= result["latency_us"]["p99"]
    assert result["out_of_scope_refused"] is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["test.tsv", "train.tsv"], "no model is left behind"


@pytest.mark.parametrize("folder", [True, False])
def test_evaluation_reads_rasa_files_and_folders(tanggap: Command, tmp_path: Path, folder: bool) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text(RASA, encoding="utf-8")
    (tmp_path / "test.tsv").write_text(TESTS, encoding="utf-8")
    source = "data" if folder else "data/nlu.yml"
    ended = tanggap("evaluate", "--train", source, "--test", "test.tsv", cwd=tmp_path)
    assert ended.code == 0
    assert "accuracy" in ended.out
    assert "trained on: 8 examples" in ended.out


def test_evaluation_writes_a_page(tanggap: Command, tmp_path: Path) -> None:
    (tmp_path / "rows.tsv").write_text(ROWS, encoding="utf-8")
    options = ("--train", "rows.tsv", "--folds", "2", "--report", "page.html")
    assert tanggap("evaluate", *options, cwd=tmp_path).code == 0
    assert "<html" in (tmp_path / "page.html").read_text(encoding="utf-8")
