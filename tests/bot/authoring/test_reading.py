"""Conversation tests read from files: our own format, and what is wrong in one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.authoring.reading import Read, read_scripts
from bot.authoring.script import (
    HasTicket,
    InForm,
    Presses,
    Reaction,
    Restarts,
    Sends,
    Slots,
    Waits,
    Why,
    Writes,
)
from conversation.errors import DataError
from conversation.messages import AttachmentKind


def read(folder: Path, text: str, name: str = "tes.yml") -> Read:
    (folder / name).write_text(text, encoding="utf-8")
    return read_scripts([folder / name])


def steps(folder: Path, text: str) -> list[object]:
    (script,) = read(folder, f"tests:\n- name: satu\n  steps:\n{text}").scripts
    return [step.what for step in script.steps]


def test_each_kind_of_step_is_read(tmp_path: Path) -> None:
    assert steps(
        tmp_path,
        """\
  - user: "paket belum sampai"
  - press: "Bukan itu"
  - send: location
    detail: "-6.2,106.8"
    text: di sini
  - wait: 2 hours
  - restart: true
  - bot: "Halo Kak"
  - bot: {intent: keluhan, kind: escalate, reason: complaint, response: utter_maaf}
  - bot: {contains: [maaf, Kak], buttons: [Ya, Tidak]}
  - bot: {silent: true}
  - slots: {nomor: TN-1, kota: null, jumlah: 3, kode: "12", batal: false}
  - slots: [nomor, foto]
  - form: keluhan_form
  - form: null
  - ticket: {department: retur, reason: complaint, status: queued, priority: high, fields: {nomor: 448120}}
  - ticket: {fields: [foto]}
  - ticket: null
""",
    ) == [
        Writes(text="paket belum sampai"),
        Presses(button="Bukan itu"),
        Sends(attachment=AttachmentKind.LOCATION, text="di sini", detail="-6.2,106.8"),
        Waits(duration=timedelta(hours=2)),
        Restarts(),
        Reaction(text="Halo Kak"),
        Reaction(intent="keluhan", kind="escalate", reason="complaint", response="maaf"),
        Reaction(contains=("maaf", "Kak"), buttons=("Ya", "Tidak")),
        Reaction(silent=True),
        Slots(values=(("nomor", "TN-1"), ("kota", None), ("jumlah", 3), ("kode", "12"), ("batal", False))),
        Slots(filled=("nomor", "foto")),
        InForm(form="keluhan_form"),
        InForm(form=""),
        HasTicket(
            department="retur", reason="complaint", status="queued", priority="high", fields=(("nomor", 448120),)
        ),
        HasTicket(filled=("foto",)),
        HasTicket(none=True),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30 menit", timedelta(minutes=30)),
        ("1 hour", timedelta(hours=1)),
        ("3 hari", timedelta(days=3)),
        ("45 Detik", timedelta(seconds=45)),
    ],
)
def test_durations_are_read_in_both_languages(tmp_path: Path, written: str, meant: timedelta) -> None:
    assert steps(tmp_path, f"  - wait: {written}\n") == [Waits(duration=meant)]


def test_a_test_knows_where_it_stands_and_what_it_begins_with(tmp_path: Path) -> None:
    (script,) = read(tmp_path, "tests:\n- name: satu\n  given: {kota: Bandung}\n  steps:\n  - user: halo\n").scripts
    assert (script.line, script.steps[0].line, script.given) == (2, 5, {"kota": "Bandung"})


@pytest.mark.parametrize(
    ("text", "line", "words", "remedy"),
    [
        ("  - usr: halo\n", 4, "unknown key `usr`", "`user`"),
        ("  - bot: {kinds: answer}\n", 4, "unknown key `kinds`", "`kind`"),
        ("  - user: halo\n  - bot: {kind: anser}\n", 5, "`kind` has the unknown value `anser`", "`answer`"),
        ("  - user: halo\n    bot: hai\n", 5, "`bot` stands in the same step as `user`", "dash"),
        ("  - send: foto\n", 4, "unknown value `foto`", "`photo`"),
        ("  - wait: lama\n", 4, "'lama' is not a duration", "2 hours"),
        ("  - user:\n", 4, "`user` is not a text", "behind the colon"),
        ("  - ticket: retur\n", 4, "`ticket` is not a mapping", "department"),
        ("  - ticket: {reason: komplain}\n", 4, "unknown value `komplain`", "`complaint`"),
        ("  - user: halo\n  - slots: nomor\n", 5, "`slots` is not a mapping", "name: value"),
        ("  - halo\n", 4, "not a mapping", "key: value"),
        ("  - user: a: b\n", 4, "not valid YAML", "quotes"),
        ("", 2, "has no steps", "`- user: …`"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_a_remedy(
    tmp_path: Path, text: str, line: int, words: str, remedy: str
) -> None:
    with pytest.raises(DataError) as caught:
        steps(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'tes.yml'}:{line}:")
    assert words in str(caught.value)
    assert remedy in caught.value.remedy


def test_all_that_is_wrong_is_counted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="and 2 more errors"):
        steps(tmp_path, "  - user: halo\n  - bott: hai\n  - bot: {tekst: hai}\n  - wait: lama\n")


def test_a_folder_gives_the_tests_of_all_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yaml", "dalam/c.yml", "nlu.yml", "catatan.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        text = "nlu: []\n" if name == "nlu.yml" else f"tests:\n- name: {name}\n  steps:\n  - user: halo\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_scripts([tmp_path])
    assert [script.name for script in found.scripts] == ["a.yaml", "b.yml", "dalam/c.yml"]
    assert [(Path(each.file).name, each.why) for each in found.skipped] == [("nlu.yml", Why.NO_TESTS)]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"tidak_ada\.yml"):
        read_scripts([tmp_path / "tidak_ada.yml"])


def test_a_file_that_is_empty_or_has_an_empty_section_holds_no_test(tmp_path: Path) -> None:
    for text in ("", "# hanya komentar\n", "tests:\n", "stories:\n"):
        assert read(tmp_path, text).scripts == ()
