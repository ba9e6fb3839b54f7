"""Rasa's end-to-end tests as scripts, and what of them is skipped."""

from __future__ import annotations

from pathlib import Path

from bot.authoring.reading import Read, read_scripts
from bot.authoring.script import InForm, Presses, Ran, Reaction, Skipped, Slots, Understood, Why, Writes

STORIES = """\
version: "3.1"
stories:
- story: pesan kamar
  steps:
  - user: |
      pesan kamar di [Bandung](kota) untuk [dua]{"entity": "jumlah", "value": "2"} orang
    intent: pesan_kamar
  - action: kamar_form
  - active_loop: kamar_form
  - slot_was_set:
    - kota: Bandung
    - requested_slot: tanggal
    - jumlah
  - action: utter_ask_tanggal
  - user: |
      besok
    intent: isi
  - action: action_simpan
  - active_loop: null
  - action: action_listen
  - action: action_default_fallback
  - checkpoint: selesai
- story: tombol
  steps:
  - user: |-
      /setuju{"kota": "Bogor"}
    intent: setuju
  - bot: Baik Kak
  - intent: tolak
  - user: hmm
    intent: nlu_fallback
- story: untuk melatih
  steps:
  - intent: salam
  - action: utter_salam
"""

TEST_CASES = """\
fixtures:
- anggota:
  - tingkat: emas
  - saldo: 20
metadata:
- perangkat: {os: android}
test_cases:
- test_case: cek saldo
  fixtures: [anggota]
  metadata: perangkat
  steps:
  - user: saldo saya berapa
  - slot_was_set:
    - tingkat: emas
  - slot_was_not_set:
    - tujuan
    - tingkat: perak
  - utter: utter_saldo
  - bot: Saldo Kakak 20
  - user: oke
    assertions:
    - flow_started: saldo
"""


def read(folder: Path, text: str) -> Read:
    (folder / "test_stories.yml").write_text(text, encoding="utf-8")
    return read_scripts([folder / "test_stories.yml"])


def skipped(found: Read) -> list[tuple[int, Why, str]]:
    return [(each.line, each.why, each.what) for each in found.skipped]


def test_a_story_with_what_the_user_writes_becomes_a_script(tmp_path: Path) -> None:
    booking, buttons = read(tmp_path, STORIES).scripts
    assert (booking.name, booking.line) == ("pesan kamar", 3)
    assert [step.what for step in booking.steps] == [
        Writes(text="pesan kamar di Bandung untuk dua orang"),
        Understood(intent="pesan_kamar"),
        Ran(action="kamar_form"),
        InForm(form="kamar_form"),
        Slots(values=(("kota", "Bandung"), ("requested_slot", "tanggal")), filled=("jumlah",)),
        Reaction(response="ask_tanggal"),
        Writes(text="besok"),
        Understood(intent="isi"),
        Ran(action="action_simpan"),
        InForm(form=""),
    ]
    assert [step.what for step in buttons.steps] == [
        Presses(button='/setuju{"kota": "Bogor"}', unseen=True),
        Reaction(text="Baik Kak"),
        Presses(button="/tolak", unseen=True),
        Writes(text="hmm"),
    ]


def test_what_has_no_meaning_here_is_skipped_with_its_line(tmp_path: Path) -> None:
    found = read(tmp_path, STORIES)
    assert skipped(found) == [
        (5, Why.ENTITIES, 'pesan kamar di [Bandung](kota) untuk [dua]{"entity": "jumlah", "value": "2"} orang'),
        (21, Why.RASA_ACTION, "action_default_fallback"),
        (22, Why.UNKNOWN_STEP, "checkpoint"),
        (30, Why.FALLBACK_INTENT, "nlu_fallback"),
        (32, Why.TRAINING_STORY, "untuk melatih"),
    ]
    assert isinstance(found.skipped[0], Skipped)
    assert found.skipped[0].file.endswith("test_stories.yml")


def test_a_test_case_begins_with_the_slots_of_its_fixtures(tmp_path: Path) -> None:
    found = read(tmp_path, TEST_CASES)
    (case,) = found.scripts
    assert (case.name, case.given) == ("cek saldo", {"tingkat": "emas", "saldo": 20})
    assert [step.what for step in case.steps] == [
        Writes(text="saldo saya berapa"),
        Slots(values=(("tingkat", "emas"),)),
        Slots(values=(("tujuan", None),), other_than=(("tingkat", "perak"),)),
        Reaction(response="saldo"),
        Reaction(text="Saldo Kakak 20"),
        Writes(text="oke"),
    ]
    assert skipped(found) == [(21, Why.UNKNOWN_STEP, "assertions")]


def test_of_a_form_that_begins_and_ends_in_one_turn_the_end_counts(tmp_path: Path) -> None:
    (script,) = read(
        tmp_path, "stories:\n- story: x\n  steps:\n  - user: a\n  - active_loop: f\n  - active_loop: null\n"
    ).scripts
    assert [step.what for step in script.steps] == [Writes(text="a"), InForm(form="")]
