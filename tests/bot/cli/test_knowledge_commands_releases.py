"""`tanggap kb pull`, `push`, `diff`, `publish`, `rollback`: from a line in a file to what customers are told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.testing.bot_api import BotApiServer
from bot.testing.service import RunningService
from tests.command_line import Command, Ended, process

HOURS = "Jam bukanya {jam_operasional} ya {sapaan}."
OTHER = "Buka terus ya {sapaan}."


def edit(project: Path, old: str = HOURS, new: str = OTHER) -> None:
    """Replace a line in the files of the knowledge base."""
    for file in sorted((project / "knowledge").rglob("*.yml")):
        text = file.read_text(encoding="utf-8")
        if old in text:
            file.write_text(text.replace(old, new, 1), encoding="utf-8")
            return
    raise AssertionError(f"{old} stands nowhere")


def told(ended: Ended) -> Any:
    assert ended.code == 0, ended
    return json.loads(ended.out)


def differing(tanggap: Command, project: Path, *sides: str) -> list[str]:
    (found,) = told(tanggap("kb", "diff", *sides, "--json", cwd=project))
    return [each["piece"] for each in found["differences"]]


@pytest.fixture
def released(project: Path, tanggap: Command) -> Path:
    """A project whose files are release 1."""
    assert tanggap("kb", "publish", "--note", "awal", cwd=project).code == 0
    return project


def table(project: Path, intent: str, answer: str) -> Path:
    """A table that somebody else imports: an edit in the draft that the files know nothing of."""
    (project / "tabel.csv").write_text(f'intent,answer\n{intent},"{answer}"\n', encoding="utf-8")
    return project / "tabel.csv"


def test_an_edit_in_a_file_goes_by_the_draft_into_a_release_and_back(tanggap: Command, released: Path) -> None:
    edit(released)
    shown = tanggap("kb", "diff", cwd=released)
    assert (shown.code, f"- answer: {HOURS}" in shown.out, f"+ answer: {OTHER}" in shown.out) == (0, True, True)
    assert tanggap("kb", "diff", "files", "--exit-code", cwd=released).code == 1
    assert tanggap("kb", "diff", "draft", "--exit-code", cwd=released).code == 0

    pushed = tanggap("kb", "push", cwd=released)
    assert (pushed.code, f"+ answer: {OTHER}" in pushed.out) == (0, True), pushed
    assert differing(tanggap, released, "draft", "files") == []
    assert "Nothing to push" in tanggap("kb", "push", cwd=released).out

    published = tanggap("kb", "publish", "--note", "jam [red]baru", "--as", "Ani", "--json", cwd=released)
    assert told(published) == {"release": 2, "judgement": None}
    second, first = told(tanggap("kb", "releases", "--json", cwd=released))
    assert (second["id"], second["author"], second["note"], second["active"]) == (2, "Ani", "jam [red]baru", True)
    assert (first["id"], first["note"], first["active"]) == (1, "awal", False)
    assert "jam [red]baru" in tanggap("kb", "releases", cwd=released).out

    assert tanggap("kb", "rollback", "1", "--reason", "salah jam", cwd=released).code == 0
    assert differing(tanggap, released, "files") == ["intent/jam_buka"]
    assert "Nothing to push" in tanggap("kb", "push", cwd=released).out, "what the files had in common was undone"
    assert tanggap("kb", "pull", "--yes", cwd=released).code == 0
    assert differing(tanggap, released, "files") == []
    assert tanggap("kb", "rollback", "9", "--reason", "x", cwd=released).code == 1


def test_what_serves_is_tested_classified_and_measured_unless_the_files_are_named(
    tanggap: Command, released: Path
) -> None:
    examples = "".join(f"    - kirim ke {place}\n" for place in ("bali", "solo", "papua", "medan", "garut", "tegal"))
    answer = "responses:\n  utter_kirim_ke:\n  - text: Bisa ke mana saja.\n"
    nlu = f'version: "3.1"\n{answer}nlu:\n- intent: kirim_ke\n  examples: |\n{examples}'
    (released / "knowledge" / "kirim.yml").write_text(nlu, encoding="utf-8")
    script = released / "kirim_tests.yml"
    script.write_text("tests:\n- name: kirim\n  steps:\n  - user: kirim ke bali\n  - bot: {contains: mana saja}\n")

    assert tanggap("test", script, cwd=released).code == 1
    assert tanggap("test", script, "--knowledge", "files", cwd=released).code == 0
    told_apart = process("classify", cwd=released, stdin=b"kirim ke bali\n")
    assert "Release 1" in told_apart.err
    assert json.loads(told_apart.out)["intent"] != "kirim_ke"
    asked = process("classify", "--knowledge", "files", cwd=released, stdin=b"kirim ke bali\n")
    assert json.loads(asked.out)["intent"] == "kirim_ke"
    here, there = (
        told(tanggap("evaluate", "--folds", "2", "--json", *which, cwd=released))
        for which in ((), ("--knowledge", "files"))
    )
    assert there["n_test"] - here["n_test"] == 6
    tanggap("evaluate", "--train", script, "--knowledge", "active", cwd=released).failed("exclude each other")
    assert tanggap("kb", "push", cwd=released).code == 0
    assert tanggap("test", script, "--knowledge", "draft", cwd=released).code == 0
    tanggap("test", script, "--knowledge", "kemarin", cwd=released).failed("files, draft, active or a number")


def test_a_pull_shows_what_it_replaces_and_asks(tanggap: Command, released: Path) -> None:
    assert "was left as it is" in tanggap("kb", "pull", cwd=released).out
    assert tanggap("kb", "import", table(released, "harga", "Murah."), cwd=released).code == 0
    asked = process("kb", "pull", "--draft", cwd=released, stdin=b"n\n")
    assert asked.code == 1
    assert "Comments in these files" in asked.err
    assert (released / "knowledge" / "nlu.yml").exists()

    pulled = tanggap("kb", "pull", "--draft", "--yes", cwd=released)
    assert pulled.code == 0, pulled
    assert f"remove {released / 'knowledge' / 'nlu.yml'}" in pulled.err.replace("\n", "")
    assert sorted(path.name for path in (released / "knowledge").iterdir()) == [".tanggap-sync.json", "domain", "nlu"]
    assert differing(tanggap, released, "draft", "files") == []
    examples = released / "knowledge" / "nlu" / "umum.yml"
    noted = "# Ditulis Sari.\n" + examples.read_text(encoding="utf-8")
    examples.write_text(noted, encoding="utf-8")
    back = tanggap("kb", "pull", "--release", "1", "--yes", cwd=released)
    assert (back.code, "Comments" in back.err, f"{examples}" in back.err) == (0, False, False)
    assert examples.read_text(encoding="utf-8") == noted, "its examples are those of release 1 too"


def test_a_pull_gives_no_edit_up_unless_told(tanggap: Command, released: Path) -> None:
    assert tanggap("kb", "import", table(released, "harga", "Murah."), cwd=released).code == 0
    edit(released)
    tanggap("kb", "pull", "--draft", "--yes", cwd=released).failed("intent/jam_buka", "kb push")
    assert tanggap("kb", "pull", "--draft", "--yes", "--force", cwd=released).code == 0
    assert differing(tanggap, released, "draft", "files") == []


def test_a_push_leaves_what_others_edited_in_the_draft(tanggap: Command, released: Path) -> None:
    assert tanggap("kb", "import", table(released, "harga", "Murah."), cwd=released).code == 0
    edit(released)
    pushed = tanggap("kb", "push", "--publish", "--note", "jam", cwd=released)
    assert pushed.code == 0, pushed
    assert "Newer in the draft than in the files, and left so: intent/harga" in pushed.err
    assert differing(tanggap, released, "1", "active") == ["intent/jam_buka"]
    assert differing(tanggap, released, "draft") == ["intent/harga"]


def test_what_was_edited_on_both_sides_is_for_a_person_to_decide(tanggap: Command, released: Path) -> None:
    assert tanggap("kb", "import", table(released, "jam_buka", "Tutup."), cwd=released).code == 0
    edit(released)
    tanggap("kb", "push", cwd=released).failed("intent/jam_buka", "--force")
    assert tanggap("kb", "push", "--force", cwd=released).code == 0
    assert differing(tanggap, released, "draft", "files") == []


def test_one_piece_is_published_alone(tanggap: Command, released: Path) -> None:
    edit(released)
    edit(released, "Boleh disebutkan produknya", "Produk yang mana")
    assert tanggap("kb", "push", cwd=released).code == 0
    tanggap("kb", "publish", "--note", "x", "--only", "salam", cwd=released).failed("intent/harga, intent/jam_buka")
    assert tanggap("kb", "publish", "--note", "x", "--only", "harga", cwd=released).code == 0
    assert differing(tanggap, released, "draft") == ["intent/jam_buka"]


def test_the_gate_refuses_and_is_overruled_with_a_reason(
    tanggap: Command, released: Path, set_to: Callable[[str, str], None]
) -> None:
    set_to("least_accuracy = 0.6", "least_accuracy = 0.99")
    edit(released, "    - jam buka?\n", "    - jam buka?\n    - hari ini buka jam brp\n")
    assert tanggap("kb", "push", cwd=released).code == 0
    trained = tanggap("kb", "train", cwd=released)
    assert (trained.code, "Nothing was published" in trained.err) == (0, True)
    evaluation = told(tanggap("kb", "evaluate", "draft", "--json", cwd=released))
    assert 0 < evaluation["accuracy"] < 0.99
    assert {each["intent"] for each in evaluation["intents"]} == {"salam", "minta_agen", "jam_buka", "harga", "keluhan"}

    refused = tanggap("kb", "publish", "--note", "x", cwd=released)
    assert refused.code == 1
    assert "it must be at least 99.0%" in refused.out
    assert "--overrule" in refused.err
    assert len(told(tanggap("kb", "releases", "--json", cwd=released))) == 1
    overruled = tanggap("kb", "publish", "--note", "x", "--overrule", "mendesak", "--json", cwd=released)
    assert (told(overruled)["release"], told(overruled)["judgement"]["passed"]) == (2, False)
    assert told(tanggap("kb", "releases", "--json", cwd=released))[0]["overruled"] == "mendesak"


def test_files_that_nobody_may_write_to_and_nonsense_are_refused(tanggap: Command, project: Path) -> None:
    tanggap("kb", "diff", "kemarin", cwd=project).failed("'kemarin'", "files, draft, active")
    tanggap("kb", "diff", "7", cwd=project).failed("no release 7")
    assert tanggap("kb", "push", "--publish", cwd=project).code == 2
    (project / "knowledge" / ".tanggap-sync.json").write_text("<<<<<<< HEAD\n")
    tanggap("kb", "push", cwd=project).failed("cannot be read", "delete it")
    config = (project / "config.toml").read_text()
    (project / "config.toml").write_text(config.replace('knowledge = "knowledge"', 'knowledge = "starter"'))
    tanggap("kb", "pull", cwd=project).failed("the knowledge base that ships", "kb export")


def test_doctor_and_train_know_that_a_release_is_served(tanggap: Command, released: Path) -> None:
    def findings() -> list[tuple[str, str]]:
        found = json.loads(tanggap("doctor", "--json", cwd=released).out)
        return [(each["level"], each["message"]) for each in found if each["subject"] in ("release", "model")]

    assert findings() == [("ok", "release 1 is active")]
    edit(released)
    assert ("warning", "the files say something else than release 1, which is served") in findings()
    assert tanggap("kb", "push", cwd=released).code == 0
    assert ("ok", "1 pieces of the draft are not published") in findings()
    assert "Release 1 is served, not these files" in tanggap("train", cwd=released).err


def test_what_the_actions_could_not_serve_is_refused(
    tanggap: Command, released: Path, set_to: Callable[[str, str], None]
) -> None:
    (released / "aksi_toko.py").write_text(
        "from bot.actions import action\n\n\n@action('action_lacak')\ndef lacak(nomor: str) -> str:\n    return nomor\n"
    )
    set_to("use = []", 'use = ["aksi_toko:*"]')
    edit(released)
    tanggap("kb", "push", cwd=released).failed("'nomor' is no slot")


async def test_on_postgresql_the_command_line_publishes_by_itself(project: Path, postgres_url: str) -> None:
    async def tanggap(*arguments: str) -> Ended:
        return await asyncio.to_thread(process, "kb", *arguments, cwd=project, TANGGAP_STORAGE__URL=postgres_url)

    assert (await tanggap("publish", "--note", "awal")).code == 0
    edit(project)
    pushed = await tanggap("push", "--publish", "--note", "jam")
    assert (pushed.code, "Release 2 is published." in pushed.out) == (0, True), pushed
    assert [each["id"] for each in told(await tanggap("releases", "--json"))] == [2, 1]


def test_looking_makes_no_database(tanggap: Command, tmp_path: Path) -> None:
    assert process("init", "toko", cwd=tmp_path).code == 0
    assert "Nothing was published yet" in tanggap("kb", "releases", cwd=tmp_path / "toko").out
    assert tanggap("kb", "diff", "--exit-code", cwd=tmp_path / "toko").code == 0
    assert not (tmp_path / "toko" / "data").exists()


async def test_a_running_service_says_at_once_what_was_published(project: Path) -> None:
    async def tanggap(*arguments: str) -> Ended:
        return await asyncio.to_thread(process, "kb", *arguments, cwd=project)

    async def answer(name: str) -> str:
        customer = server.customer(name)
        customer.sends("jam buka?")
        return (await customer.receives()).text

    async with BotApiServer() as server, RunningService(server, project):
        edit(project)
        edit(project, "Kami buka {jam_operasional}, {sapaan}.", OTHER)
        async with asyncio.timeout(60):
            assert "Buka terus" not in await answer("Rina")
            pushed = await tanggap("push", "--publish", "--note", "jam", "--as", "Ani")
            assert pushed.code == 0, pushed
            assert "Release 2 is published." in pushed.out
            assert "Buka terus" in await answer("Sari")
            assert (await tanggap("rollback", "1", "--reason", "salah")).code == 0
            assert "Buka terus" not in await answer("Budi")
            refused = await tanggap("rollback", "9", "--reason", "salah")
            refused.failed("no release 9")
