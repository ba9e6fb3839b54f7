"""`tanggap test`, and the conversations of the starter and of a new project with their real models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.authoring.reading import read_scripts
from bot.authoring.stage import BEGINNING, Played, play
from bot.config import read_settings
from bot.mind import knowledge_path, read_mind
from bot.shop.actions import shop_path
from bot.shop.filling import NUMBER_TO_TRY, fill_shop
from tests.command_line import Command, Ended, process

GOOD = """\
tests:
- name: jam buka
  steps:
  - user: "jam buka?"
  - bot: {intent: jam_operasional, response: utter_jam_operasional}
"""
BAD = """\
- name: salah harap
  steps:
  - user: "jam buka?"
  - bot: "Toko kami buka Senin–Sabtu pukul 10.00 WIB, Kak."
  - ticket: {department: umum}
"""
RASA = """\
version: "3.1"
stories:
- story: jam buka
  steps:
  - user: |
      [jam buka](hal)?
    intent: jam_operasional
  - action: utter_jam_operasional
- story: untuk melatih
  steps:
  - intent: salam
"""


@pytest.fixture
def tanggap_test(tanggap: Command, tmp_path: Path, starter_model: Path) -> Command:
    """Run `tanggap test` in a folder of its own."""

    def run(*arguments: str, **settings: str) -> Ended:
        return tanggap("test", *arguments, cwd=tmp_path, TANGGAP_BOT__MODEL=str(starter_model), **settings)

    return run


def wrong(test: Played) -> list[str]:
    return [f"{test.script.name}:{line}: {each}" for scene in test.scenes for line, each in scene.mismatches]


async def test_the_conversations_of_the_starter_go_as_they_should(tmp_path: Path, starter_model: Path) -> None:
    settings = read_settings(None, {"TANGGAP_BOT__MODEL": str(starter_model)})
    mind, scripts = read_mind(settings), read_scripts([knowledge_path(settings) / "tests"]).scripts
    assert len(scripts) >= 20
    played = [await play(each, settings, mind, tmp_path / f"{n}.sqlite3") for n, each in enumerate(scripts)]
    assert [line for test in played for line in wrong(test)] == []


async def test_what_the_actions_of_the_shop_look_up_can_be_expected(tmp_path: Path, starter_model: Path) -> None:
    fill_shop(shop_path(tmp_path), BEGINNING)
    (tmp_path / "config.toml").write_text('[actions]\nuse = ["bot.shop.actions:actions"]\n', encoding="utf-8")
    settings = read_settings(tmp_path / "config.toml", {"TANGGAP_BOT__MODEL": str(starter_model)})
    (tmp_path / "tes.yml").write_text(
        f"""\
tests:
- name: status pesanan
  steps:
  - user: "status pesanan saya gimana"
  - bot: {{response: utter_ask_form_status_pesanan_nomor_pesanan}}
  - user: "{NUMBER_TO_TRY}"
  - bot: {{response: utter_status_pesanan, contains: [{NUMBER_TO_TRY}, kurir]}}
- name: nomornya sudah disebut
  steps:
  - user: "cek pesanan {NUMBER_TO_TRY}"
  - slots: {{nomor_pesanan: {NUMBER_TO_TRY}}}
  - bot: {{response: utter_status_pesanan}}
""",
        encoding="utf-8",
    )
    scripts = read_scripts([tmp_path / "tes.yml"]).scripts
    mind = read_mind(settings)
    played = [await play(each, settings, mind, tmp_path / f"{n}.sqlite3") for n, each in enumerate(scripts)]
    assert [line for test in played for line in wrong(test)] == []


def test_tests_that_pass_end_with_0_and_a_line_each(tanggap_test: Command, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "jam.yml").write_text(GOOD, encoding="utf-8")
    ended = tanggap_test()
    assert (ended.code, ended.err) == (0, "")
    first, second, last = ended.out.splitlines()
    assert (first, second) == ("tests/jam.yml", "  ✓ jam buka")
    assert last.startswith("1 lulus · ")


def test_a_test_that_fails_shows_the_conversation_and_what_was_expected(tanggap_test: Command, tmp_path: Path) -> None:
    (tmp_path / "tes.yml").write_text(GOOD + BAD, encoding="utf-8")
    ended = tanggap_test("tes.yml", TANGGAP_BOT__LANGUAGE="en")
    assert ended.code == 1
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert lines[:4] == ["tes.yml", "✓ jam buka", "✗ salah harap", "customer jam buka?"]
    assert "decision answer jam_operasional (faq)" in lines
    wanted = lines.index("✗ text tes.yml:9")
    assert lines[wanted + 1] == "expected Toko kami buka Senin–Sabtu pukul 10.00 WIB, Kak."
    assert lines[wanted + 2].startswith("got Toko kami buka Senin–Sabtu pukul 09.00–17.00 WIB")
    assert lines[lines.index("✗ ticket tes.yml:10") + 1 :][:2] == ["expected umum", "got (nothing)"]
    assert lines[-1].startswith("1 passed, 1 failed · ")


def test_a_word_picks_the_tests_to_play(tanggap_test: Command, tmp_path: Path) -> None:
    (tmp_path / "tes.yml").write_text(GOOD + BAD, encoding="utf-8")
    ended = tanggap_test("tes.yml", "-k", "JAM")
    assert (ended.code, "salah harap" in ended.out) == (0, False)
    tanggap_test("tes.yml", "-k", "refund").failed("there is no conversation test with 'refund' in its name")


def test_rasa_files_are_played_and_what_is_left_out_is_listed(tanggap_test: Command, tmp_path: Path) -> None:
    (tmp_path / "test_stories.yml").write_text(RASA, encoding="utf-8")
    ended = tanggap_test("test_stories.yml")
    assert ended.code == 0, ended.out
    assert "✓ jam buka" in ended.out
    assert "test_stories.yml:5  anotasi entitas" in ended.out
    assert "test_stories.yml:9  story untuk melatih Rasa" in ended.out
    assert "1 lulus, 2 dilewati" in ended.out


def test_programs_get_an_object(tanggap_test: Command, tmp_path: Path) -> None:
    (tmp_path / "tes.yml").write_text(GOOD + BAD, encoding="utf-8")
    ended = tanggap_test("tes.yml", "--json")
    result = json.loads(ended.out)
    assert (ended.code, result["passed"], result["failed"], result["skipped"]) == (1, 1, 1, [])
    good, bad = result["tests"]
    assert (good["name"], good["file"], good["line"], good["passed"]) == ("jam buka", "tes.yml", 2, True)
    assert [(each["line"], each["aspect"], each["expected"]) for each in bad["mismatches"]] == [
        (9, "text", "Toko kami buka Senin–Sabtu pukul 10.00 WIB, Kak."),
        (10, "ticket", "umum"),
    ]
    assert bad["mismatches"][0]["decisions"] == [{"kind": "answer", "intent": "jam_operasional", "reason": "faq"}]


def test_a_slip_in_a_file_is_named_and_nothing_is_played(tanggap_test: Command, tmp_path: Path) -> None:
    (tmp_path / "tes.yml").write_text(GOOD.replace("- user", "- usr"), encoding="utf-8")
    tanggap_test("tes.yml").failed("tes.yml:4", "unknown key `usr`", "Did you mean `user`?")


def test_without_any_test_it_says_where_to_write_some(tanggap_test: Command, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    tanggap_test().failed("there is no conversation test", "tests/")


def test_a_new_project_passes_its_own_conversations(tmp_path: Path) -> None:
    assert process("init", "toko", cwd=tmp_path).code == 0
    ended = process("test", cwd=tmp_path / "toko")
    assert ended.code == 0, ended.out
    assert "4 lulus" in ended.out
