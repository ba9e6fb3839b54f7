"""Training beside the service: found again, shared, stopped, and never believed where it went wrong."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.config import read_settings
from bot.knowledge import trainer
from bot.knowledge.trainer import ABANDONED, Progress, Trained, Trainer, models_folder, prune, train_apart
from bot.mind import model_key, read_model
from bot.settings import Settings
from conversation.errors import DataError, SettingError, TanggapError
from intents.content import Content, Pieces, TestMessage, content_of, encode, pieces_of
from intents.formats import load_knowledge
from intents.gate import TrialResult
from tests.conftest import SHOP

pytestmark = pytest.mark.asyncio(loop_scope="module")

TESTS = (
    TestMessage(text="lacak pesanan saya dong", intent="lacak_pesanan"),
    TestMessage(text="toko buka jam brp", intent="jam_buka"),
    TestMessage(text="siapa presiden pertama", intent=""),
    TestMessage(text="toko buka jam brp ya kak", intent="ongkir"),
)


SMALL: dict[str, object] = {
    "intent/salam": {"examples": ["halo", "selamat pagi", "hai kak"]},
    "intent/ongkir": {"examples": ["ongkir ke bandung", "biaya kirim berapa", "ongkos kirim dong"]},
}
"""Trained in the wink of an eye."""


def settings(folder: Path, **understanding: str) -> Settings:
    environ = {"TANGGAP_BOT__MODEL": str(folder / "model.tgm")}
    return read_settings(
        None, environ | {f"TANGGAP_UNDERSTANDING__{key.upper()}": value for key, value in understanding.items()}
    )


def pieces(**changes: object) -> dict[str, object]:
    return {**pieces_of(Content(knowledge=load_knowledge(SHOP).knowledge, tests=TESTS)), **changes}


async def train(
    settings: Settings, pieces: Pieces, folder: Path, progress: Progress | None = None, base: Pieces | None = None
) -> Trained:
    return await train_apart(settings, encode(pieces), folder, progress, encode(base) if base else "")


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trainer")


@pytest.fixture(scope="module")
def trained(home: Path) -> tuple[Trained, list[tuple[str, float]]]:
    steps: list[tuple[str, float]] = []
    found = asyncio.run(
        train(settings(home), pieces(), models_folder(settings(home)), lambda *step: steps.append(step))
    )
    return found, steps


async def test_the_model_is_written_under_its_key_and_serves(
    trained: tuple[Trained, list[tuple[str, float]]], home: Path
) -> None:
    found, steps = trained
    assert found.model_path == models_folder(settings(home)) / f"{found.key}.model"
    assert found.model_path.stat().st_size > 10_000
    assert read_model(settings(home), found.model_path).report.accuracy == found.evaluation.accuracy
    assert steps[0] == ("normalise", 0.0)
    assert [share for _, share in steps] == sorted(share for _, share in steps)


async def test_the_test_messages_are_tried(trained: tuple[Trained, list[tuple[str, float]]]) -> None:
    evaluation = trained[0].evaluation
    results = [(trial.text, trial.result) for trial in evaluation.trials]
    assert results[0] == ("lacak pesanan saya dong", TrialResult.ANSWERED)
    assert results[2] == ("siapa presiden pertama", TrialResult.REFUSED)
    assert not evaluation.trials[3].right
    assert {health.intent for health in evaluation.intents} == set(load_knowledge(SHOP).knowledge.intents)


async def test_neither_the_service_nor_who_asks_loads_what_training_needs(home: Path) -> None:
    code = "import sys, bot.knowledge.trainer; print(sorted(sys.modules.keys() & {'sklearn', 'scipy'}))"
    run = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert (await run.communicate())[0].strip() == b"[]"


async def test_the_same_knowledge_is_tried_anew_but_not_trained_and_no_secret_is_sent(
    trained: tuple[Trained, list[tuple[str, float]]], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = trained[0].model_path.stat().st_mtime_ns
    steps: list[str] = []
    sent: list[bytes] = []
    write = asyncio.StreamWriter.write

    def overheard(stream: asyncio.StreamWriter, data: Any) -> None:
        sent.append(bytes(data))
        write(stream, data)

    monkeypatch.setattr(asyncio.StreamWriter, "write", overheard)
    url = "postgresql://budi:rahasia@localhost/toko"
    again = await train(
        read_settings(None, {"TANGGAP_BOT__MODEL": str(home / "model.tgm"), "TANGGAP_STORAGE__URL": url}),
        pieces(tests=[{"text": "ongkir ke bandung", "intent": "ongkir"}]),
        models_folder(settings(home)),
        lambda stage, share: steps.append(stage),
    )
    assert (again.key, steps) == (trained[0].key, ["try"])
    assert again.model_path.stat().st_mtime_ns == written
    assert [trial.text for trial in again.evaluation.trials] == ["ongkir ke bandung"]
    assert again.evaluation.outcomes == trained[0].evaluation.outcomes
    assert len(sent) == 1
    assert b"lacak_pesanan" in sent[0]
    assert b"rahasia" not in sent[0]


async def test_what_it_is_compared_with_is_examined_as_well(
    trained: tuple[Trained, list[tuple[str, float]]], home: Path
) -> None:
    folder = models_folder(settings(home))
    found = await train(settings(home), SMALL, folder, base=pieces())
    assert found.base is not None
    assert found.base.trials == trained[0].evaluation.trials
    assert found.base.outcomes == trained[0].evaluation.outcomes
    assert found.evaluation.trials == ()
    assert (await train(settings(home), SMALL, folder, base={"out_of_scope": ["apa saja"]})).base is None


async def test_a_damaged_model_is_trained_anew(trained: tuple[Trained, list[tuple[str, float]]], home: Path) -> None:
    path = trained[0].model_path
    path.write_bytes(path.read_bytes()[:-7])
    again = await train(settings(home), pieces(), models_folder(settings(home)))
    assert again.model_path == path
    assert read_model(settings(home), path).report.outcomes == again.evaluation.outcomes


async def test_other_settings_or_examples_have_another_key(
    trained: tuple[Trained, list[tuple[str, float]]], home: Path, tmp_path: Path
) -> None:
    words = tmp_path / "kata.tsv"
    words.write_text("ongkos\tongkir\n", encoding="utf-8")
    keys = {
        model_key(changed, content_of(having).knowledge)
        for changed, having in [
            (settings(home), pieces()),
            (settings(home, target_wrong="0.1"), pieces()),
            (settings(home, lexicon=json.dumps([str(words)])), pieces()),
            (settings(home), pieces(out_of_scope=["apa saja"])),
        ]
    }
    assert len(keys) == 4
    assert trained[0].key in keys


async def test_what_cannot_be_done_is_said_as_in_the_service(home: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="tak_ada"):
        await train(settings(home, mode="tak_ada"), SMALL, tmp_path)
    with pytest.raises(DataError, match="intent/x") as caught:
        await train(settings(home), {**SMALL, "intent/x": "bukan objek"}, tmp_path)
    assert caught.value.remedy
    assert names_in(tmp_path) == set()


async def test_hostile_pieces_are_data(home: Path, tmp_path: Path) -> None:
    hostile = {
        "intent/../../../etc/jahat": {"examples": ["satu", "dua", "tiga"]},
        "intent/$(reboot)": {"examples": ['"; import os; os._exit(3) #', "{0.__class__}", "%s%n", "<script>"]},
        "tests": [{"text": "halo", "intent": "$(reboot)"}],
    }
    folder = tmp_path / "models"
    found = await train(settings(home), {**SMALL, **hostile}, folder)
    assert names_in(folder) == {found.model_path.name}
    assert {"$(reboot)", "../../../etc/jahat"} < {health.intent for health in found.evaluation.intents}


def children() -> list[int]:
    """Processes that this one has started and that still train."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            if parent == os.getpid() and b"training_process" in (stat.parent / "cmdline").read_bytes():
                found.append(int(stat.parent.name))
        except (OSError, ValueError):
            continue
    return found


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110  # A process of its own tells nobody.
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("trainings_wait")
async def test_a_process_that_is_killed_is_told_with_a_remedy(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "STARVED", 600.0)  # Or it would be another process where the machine is busy.
    steps: list[str] = []
    training = asyncio.create_task(train(settings(home), SMALL, tmp_path, lambda stage, share: steps.append(stage)))
    await until(lambda: steps)
    (child,) = children()
    assert os.getpriority(os.PRIO_PROCESS, child) >= 10
    assert os.sched_getscheduler(child) == os.SCHED_IDLE
    os.kill(child, 9)
    with pytest.raises(TanggapError, match="memory") as caught:
        await training
    assert "served as before" in caught.value.remedy


@pytest.mark.usefixtures("trainings_wait")
async def test_a_machine_that_is_never_idle_trains_all_the_same(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("STARVED", -1.0), ("STARVED_SHARE", -1.0), ("LOOKED_AFTER", 0.05)):
        monkeypatch.setattr(trainer, name, value)
    policies: list[int] = []

    def heard(stage: str, share: float) -> None:
        policies.extend(os.sched_getscheduler(child) for child in children())

    assert not trainer.is_starved(2**22)
    found = await train(settings(home), SMALL, tmp_path, heard)
    assert (await asyncio.to_thread(read_model, settings(home), found.model_path)).report.n_train == 6
    assert policies
    assert set(policies) == {os.SCHED_OTHER}


DEADLY = """
import os, sys
class Kind:
    embeds = blocking = False
    def train(self, lesson):
        print("printed by somebody else")
        print("Rahasia: " + lesson.examples[0][0], file=sys.stderr)
        sys.stderr.flush()
        os._exit(3)
    save = load = train
KIND = Kind()
"""


async def test_a_process_that_dies_repeats_no_message(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "paketmati-1.dist-info"
    info.mkdir()
    (tmp_path / "paketmati.py").write_text(DEADLY)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: paketmati\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[tanggap.classifiers]\nmati = paketmati:KIND\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(TanggapError, match=r"the training died \(exit code 3\)") as caught:
        await train(settings(home, mode="mati"), SMALL, tmp_path / "models")
    assert caught.value.remedy
    assert "Rahasia" not in str(caught.value) + caplog.text


async def test_one_training_at_a_time_and_the_same_one_for_all_who_ask_for_it(home: Path, tmp_path: Path) -> None:
    queue = Trainer(settings(home), tmp_path)
    most: list[int] = []
    heard: tuple[list[tuple[str, float]], ...] = ([], [])
    same = [
        asyncio.create_task(queue.train(encode(SMALL), lambda *step: heard[0].append(step))),
        asyncio.create_task(queue.train(encode(SMALL), lambda *step: heard[1].append(step))),
    ]
    other = asyncio.create_task(
        queue.train(encode({**SMALL, "out_of_scope": ["resep rendang"]}), lambda *step: most.append(len(children())))
    )
    first, second = await asyncio.gather(*same)
    assert first is second
    assert heard[0] == heard[1] != []
    assert (await other).key != first.key
    assert max(most) == 1


async def test_a_shared_training_is_killed_when_the_last_who_waits_is_gone(home: Path, tmp_path: Path) -> None:
    queue = Trainer(settings(home), tmp_path)
    steps: list[str] = []
    first, last = (
        asyncio.create_task(queue.train(encode(SMALL), lambda stage, share: steps.append(stage))) for _ in range(2)
    )
    await until(lambda: steps)
    first.cancel()
    await asyncio.wait([first])
    assert len(children()) == 1
    last.cancel()
    await asyncio.wait([last])
    assert children() == []
    assert not any(name.endswith(".model") for name in names_in(tmp_path))
    assert (await queue.train(encode(SMALL))).model_path.exists()


async def test_only_the_models_that_are_kept_stay(tmp_path: Path) -> None:
    for name in ("lama.model", "aktif.model", "catatan.txt", ".lama.model.torn", ".baru.model.x1"):
        (tmp_path / name).write_text("x")
    long_ago = (tmp_path / "catatan.txt").stat().st_mtime - 2 * ABANDONED
    os.utime(tmp_path / ".lama.model.torn", (long_ago, long_ago))
    assert prune(tmp_path, {"aktif"}) == 2
    assert names_in(tmp_path) == {"aktif.model", "catatan.txt", ".baru.model.x1"}
    assert prune(tmp_path / "tak_ada", {"aktif"}) == 0
