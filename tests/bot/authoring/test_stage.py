"""Conversation tests played on the real service, from the store to the delivery; only the understanding is small."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.authoring.compare import Aspect
from bot.authoring.reading import read_scripts
from bot.authoring.stage import Played, play
from bot.config import read_settings
from bot.mind import Mind
from bot.settings import Settings
from bot.testing.small_forms import forms_mind
from conversation.errors import StorageError
from intents.forms import Rule


async def played(
    folder: Path, steps: str, head: str = "", settings: Settings | None = None, mind: Mind | None = None
) -> Played:
    file = folder / "tes.yml"
    file.write_text(f"tests:\n- name: satu\n{head}  steps:\n{steps}", encoding="utf-8")
    (script,) = read_scripts([file]).scripts
    return await play(script, settings or Settings(), mind or forms_mind(), folder / "tes.sqlite3")


def wrong(test: Played) -> list[tuple[int, Aspect, str, str]]:
    return [(line, each.aspect, each.expected, each.got) for scene in test.scenes for line, each in scene.mismatches]


COMPLAINT = """\
  - user: "rusak!"
  - bot: {intent: barang_rusak, kind: escalate, response: utter_barang_rusak, contains: "Maaf ya Kak"}
  - bot: {response: utter_ask_masalah}
  - form: form_keluhan
  - ticket: {department: retur, reason: complaint, status: queued}
  - user: "layarnya pecah"
  - slots: {masalah: layarnya pecah, requested_slot: nomor_pesanan}
  - bot: {kind: form, response: ask_nomor_pesanan}
"""
REST = """\
  - user: "TN-448120"
  - bot: {contains: "Sejak kapan?"}
  - user: "kemarin"
  - send: photo
  - slots: [foto]
  - bot: {response: ask_solusi, buttons: [Kirim ulang, Uang kembali, Lewati]}
  - press: "uang kembali"
  - bot: "Lengkap: TN-448120."
  - form: null
  - ticket:
      fields: {nomor_pesanan: TN-448120, solusi: uang kembali}
"""


async def test_a_form_is_filled_in_to_the_end(tmp_path: Path) -> None:
    test = await played(tmp_path, COMPLAINT + REST)
    assert wrong(test) == []
    assert test.passed
    assert len(test.scenes) == 6


async def test_a_restart_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    test = await played(tmp_path, f"{COMPLAINT}  - restart: true\n  - bot: {{silent: true}}\n{REST}")
    assert wrong(test) == []


async def test_a_button_of_before_a_restart_can_be_pressed_after_it(tmp_path: Path) -> None:
    test = await played(
        tmp_path,
        """\
  - user: "jam_buka/kurir"
  - bot: {kind: clarify}
  - restart: true
  - press: "Pilihan kurir"
  - bot: {intent: kurir, reason: chosen, response: utter_kurir}
""",
    )
    assert wrong(test) == []


async def test_time_goes_as_the_test_says(tmp_path: Path) -> None:
    test = await played(
        tmp_path,
        """\
  - user: "mau sama orang"
  - wait: 2 menit
  - user: "zzz"
  - bot: {silent: true}
  - wait: 2 jam
  - user: "zzz"
  - bot: {kind: silent, reason: reassured}
""",
    )
    assert wrong(test) == []


REMINDING = """\
from datetime import timedelta

from conversation.actions import Reminder, Result


class Remind:
    name = "action_ingatkan"
    repeatable = True

    async def run(self, call):
        due = call.now + timedelta(hours=1)
        return Result(events=(Reminder(name="kurir", due=due, intent="jam_buka"),))


remind = Remind()
"""


async def test_what_was_set_for_later_comes_while_a_test_waits(tmp_path: Path) -> None:
    (tmp_path / "ingatkan.py").write_text(REMINDING, encoding="utf-8")
    (tmp_path / "config.toml").write_text('[actions]\nuse = ["ingatkan:remind"]\n', encoding="utf-8")
    rule = Rule(intent="kurir", steps=("utter_kurir", "action_ingatkan"))
    knowing = forms_mind()
    test = await played(
        tmp_path,
        """\
  - user: "pakai kurir apa"
  - bot: {response: kurir}
  - wait: 30 menit
  - bot: {silent: true}
  - wait: 2 jam
  - bot: {response: jam_buka}
""",
        settings=read_settings(tmp_path / "config.toml", {}),
        mind=replace(knowing, knowledge=replace(knowing.knowledge, rules=(*knowing.knowledge.rules, rule))),
    )
    assert wrong(test) == []


async def test_a_ticket_that_was_called_off_is_not_open(tmp_path: Path) -> None:
    test = await played(
        tmp_path,
        """\
  - ticket: null
  - user: "mau sama orang"
  - user: "/batal"
  - ticket: null
  - ticket: {status: abandoned}
""",
    )
    assert wrong(test) == []


async def test_slots_that_are_given_are_known_from_the_first_message_on(tmp_path: Path) -> None:
    test = await played(tmp_path, "  - user: halo\n  - slots: {dikenal: true}\n", head="  given: {dikenal: true}\n")
    assert wrong(test) == []


async def test_what_differs_is_told_with_its_line_and_the_test_goes_on(tmp_path: Path) -> None:
    test = await played(
        tmp_path,
        """\
  - user: "jam buka?"
  - bot: {intent: kurir, contains: "jam 10"}
  - user: "pakai kurir apa"
  - bot: "JNE Kak"
  - ticket: {department: umum}
""",
    )
    assert not test.passed
    assert wrong(test) == [
        (5, Aspect.INTENT, "kurir", "jam_buka"),
        (5, Aspect.CONTAINS, "jam 10", "Buka jam 9"),
        (8, Aspect.TICKET, "umum", ""),
    ]
    understanding = test.scenes[0].moment.turns[0].understanding
    assert understanding is not None
    assert understanding.best is not None


async def test_a_button_that_is_not_there_ends_the_test(tmp_path: Path) -> None:
    test = await played(tmp_path, "  - user: jam_buka/kurir\n  - press: Lain\n  - user: halo\n")
    assert wrong(test) == [(5, Aspect.BUTTON, "[Lain]", "[Jam buka] [Pilihan kurir] [Bukan itu]")]
    assert len(test.scenes) == 2


async def test_a_store_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tes.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(StorageError):
        await played(tmp_path, "  - user: halo\n")


async def test_a_rasa_story_is_played_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "test_stories.yml").write_text(
        """\
stories:
- story: keluhan
  steps:
  - user: |
      [rusak!](keadaan)
    intent: barang_rusak
  - action: form_keluhan
  - active_loop: form_keluhan
  - action: utter_ask_masalah
  - slot_was_set:
    - requested_slot: masalah
  - user: |
      layarnya pecah
    intent: isi_keluhan
  - action: utter_ask_nomor_pesanan
  - slot_was_set:
    - masalah
""",
        encoding="utf-8",
    )
    (script,) = read_scripts([tmp_path]).scripts
    test = await play(script, Settings(), forms_mind(), tmp_path / "tes.sqlite3")
    assert wrong(test) == [(12, Aspect.INTENT, "isi_keluhan", "barang_rusak")]
