"""What people send as a knowledge base, honest and hostile, and what they take home."""

from __future__ import annotations

import io
import stat
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot.knowledge import project_files
from bot.knowledge.project_files import read_files, sheet_of, zip_of
from conversation.errors import DataError
from intents.content import Content, TestMessage, pieces_of
from intents.formats import Level, load_content
from intents.knowledge import Answer, Intent, KnowledgeBase

SHOP = Path(__file__).parents[2] / "shop"
NLU = b'version: "3.1"\nnlu:\n- intent: buka\n  examples: |\n    - buka jam berapa\n    - jam bukanya kapan\n'
DOMAIN = b'version: "3.1"\nresponses:\n  utter_buka:\n  - text: "Pukul 8."\n'


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", kind) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return written.getvalue()


def shop() -> Content:
    return load_content(SHOP)[0]


@pytest.fixture(autouse=True)
def unpacked_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which files are unpacked for a moment."""
    folder = tmp_path / "unpacked"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_what_is_taken_home_is_read_back_as_the_same(unpacked_in: Path) -> None:
    content = replace(shop(), tests=(TestMessage(text="=1+1 buka", intent=""),))
    packed = zip_of(content)
    again = read_files("toko.zip", packed)
    assert again.content == content
    assert zip_of(again.content) == packed
    assert list(unpacked_in.iterdir()) == []


def test_a_project_is_laid_over_the_draft_or_put_in_its_place() -> None:
    sent = read_files("proyek.zip", zipped(("data/nlu.yml", NLU), ("domain.yml", DOMAIN), ("models/a.bin", b"x")))
    base = Content(
        knowledge=KnowledgeBase(
            intents={"buka": Intent(name="buka", examples=("lama",)), "lain": Intent(name="lain", examples=("hai",))},
            answers={"buka": (Answer(text="Lama."),), "lain": (Answer(text="Halo."),)},
        ),
        tests=(TestMessage(text="buka?", intent="buka"),),
    )
    added = sent.over(base)
    assert added.knowledge.intents["buka"].examples == ("buka jam berapa", "jam bukanya kapan")
    assert added.knowledge.answers["buka"][0].text == "Pukul 8."
    assert (set(added.knowledge.intents), added.tests) == ({"buka", "lain"}, base.tests)
    assert set(sent.over(base, instead=True).knowledge.intents) == {"buka"}


def test_a_file_by_itself_is_read_and_remarks_name_it_as_it_was_sent() -> None:
    sent = read_files("nlu saya.yml", NLU + b"    - \xff\n")
    assert sent.content is not None
    assert {(each.level, each.file) for each in sent.report} >= {(Level.ERROR, "nlu saya.yml")}


def test_remarks_on_a_zip_name_file_and_line_inside_of_it(unpacked_in: Path) -> None:
    sent = read_files("p.zip", zipped(("bot/nlu.yml", NLU.replace(b"- jam bukanya", b"jam bukanya"))))
    assert sent.report
    assert all(each.file == "bot/nlu.yml" and str(unpacked_in) not in str(each) for each in sent.report)


def test_a_table_is_laid_over_the_draft() -> None:
    sent = read_files("tabel.csv", b"text,intent\njam operasional?,buka\n")
    base = Content(knowledge=KnowledgeBase(intents={"lain": Intent(name="lain", examples=("hai",))}))
    assert set(sent.over(base, instead=True).knowledge.intents) == {"buka", "lain"}


def test_no_cell_of_a_table_reckons() -> None:
    base = Content(knowledge=KnowledgeBase(intents={"a": Intent(name="a", examples=("=HYPERLINK(1)", "@x", "-1"))}))
    assert sheet_of(base).decode("utf-8-sig").splitlines()[1:] == [
        "a,,faq,,'=HYPERLINK(1),",
        "a,,,,'@x,",
        "a,,,,'-1,",
    ]
    assert b"\t'=HYPERLINK" in sheet_of(base, delimiter="\t")


@pytest.mark.parametrize(
    "path",
    ["../nlu.yml", "a/../../nlu.yml", "/etc/nlu.yml", "..\\nlu.yml", "C:\\nlu.yml", "c:nlu.yml", "../secret.bin"],
)
def test_a_zip_that_wants_to_write_elsewhere_is_refused(path: str, unpacked_in: Path) -> None:
    with pytest.raises(DataError, match="wants to be elsewhere"):
        read_files("p.zip", zipped(("nlu.yml", NLU), (path, NLU)))
    assert list(unpacked_in.iterdir()) == []
    assert list(unpacked_in.parent.iterdir()) == [unpacked_in]


def test_a_link_is_not_followed() -> None:
    link = zipfile.ZipInfo("domain.yml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    sent = read_files("p.zip", zipped(("nlu.yml", NLU), (link, b"/etc/passwd")))
    assert [(each.file, each.message) for each in sent.report if "link" in each.message] == [
        ("domain.yml", "a link to another file; left out")
    ]


def test_a_bomb_is_stopped_by_what_comes_out_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(("nlu.yml", NLU), *((f"{number}.yml", bytes(1 << 20)) for number in range(20)))
    assert len(bomb) < 100_000
    with pytest.raises(DataError, match="8 MB unpacked"):
        read_files("p.zip", bomb)
    monkeypatch.setattr(project_files, "MOST_FILES", 3)
    with pytest.raises(DataError, match="more than 3 files"):
        read_files("p.zip", bomb)


def test_a_zip_that_lies_about_sizes_is_refused() -> None:
    honest = zipped(("nlu.yml", NLU), kind=zipfile.ZIP_STORED)
    lying = honest.replace(len(NLU).to_bytes(4, "little"), (4).to_bytes(4, "little"))
    with pytest.raises(DataError):
        read_files("p.zip", lying)


def test_what_is_no_text_of_a_project_is_not_even_unpacked() -> None:
    sent = read_files("p.zip", zipped(("nlu.yml", NLU), ("model.bin", bytes(40 << 20))))
    assert sent.content is not None


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_odd_ways_of_packing_are_left_out_with_a_remark(kind: int) -> None:
    odd = zipfile.ZipInfo("domain.yml")
    odd.compress_type = kind
    sent = read_files("p.zip", zipped(("nlu.yml", NLU), (odd, DOMAIN)))
    assert sent.content is not None
    assert any("packed in a way" in each.message for each in sent.report)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("p.zip", b"PK\x03\x04 not really", "damaged, or locked"),
        ("p.zip", b"", "damaged, or locked"),
        ("p.zip", zipped(("nlu.yml", NLU))[:-40], "damaged, or locked"),
        ("p.zip", zipped(("nlu.yml", NLU)).replace(b"\x00\x00\x08\x00", b"\x01\x00\x08\x00"), "damaged, or locked"),
        ("p.zip", zipped(("a.yml", NLU), ("a.yml/nlu.yml", NLU)), "cannot be unpacked"),
        ("p.zip", zipped(("x" * 400 + ".yml", NLU)), "cannot be unpacked"),
        ("p.zip", zipped(("baca.txt", b"halo")), "p.zip: no intent found"),
        ("model.tar.gz", b"\x1f\x8b", "not a file that can be read"),
        ("tabel.csv", b"\x00\x01\x02", "names no columns"),
        ("p.yml", b"a" * (9 << 20), "larger than 8 MB"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(name: str, data: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        read_files(name, data)
    assert caught.value.remedy


def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped(("nlu.yml", NLU), ("nlu.yml", NLU))
    with pytest.raises(DataError, match="cannot be unpacked"):
        read_files("p.zip", twice)


def test_hostile_names_stay_texts() -> None:
    nasty = "<script>alert(1)</script>"
    sent = read_files(
        "p.zip", zipped((f"{nasty.replace('/', '')}.yml", NLU.replace(b"buka\n", nasty.encode() + b"\n")))
    )
    assert sent.content is not None
    assert f"intent/{nasty}" in pieces_of(sent.content)
    assert set(zipfile.ZipFile(io.BytesIO(zip_of(sent.content))).namelist()) >= {"data/nlu/umum.yml"}
