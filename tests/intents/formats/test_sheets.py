"""Tables of intents: as Excel writes them, as people fill them in, and without a cell that reckons."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.errors import DataError
from intents.content import Content, content_of, pieces_of
from intents.formats.sheets import merged, read_sheet, write_sheet, write_texts
from intents.knowledge import Answer, AnswerButton, Intent, KnowledgeBase
from tests.intents.contents import HOSTILE, SAID

BASE = KnowledgeBase(
    intents={
        "jam": Intent(
            name="jam", examples=("buka jam berapa?", '=HYPERLINK("x")'), title="Jam, buka", department="toko"
        ),
        "rusak": Intent(name="rusak", examples=("pecah",), kind="complaint"),
    },
    answers={"jam": (Answer(text="Setiap hari;\n08.00"),)},
)
TABLE = "text;intent\nhalo;salam\npagi kak;\n"


def examples(content: bytes) -> dict[str, tuple[str, ...]]:
    return {name: intent.examples for name, intent in read_sheet(content, "a.csv").knowledge.intents.items()}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_is_written_is_read_again(delimiter: str) -> None:
    loaded = read_sheet(write_sheet(BASE, delimiter=delimiter), "a.csv")
    assert loaded.knowledge == BASE
    assert loaded.report == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(SAID, min_size=1, unique=True), st.sampled_from(",;\t"))
def test_whatever_is_written_is_read_again_and_is_no_formula(texts: list[str], delimiter: str) -> None:
    written = write_texts([(text, "salam") for text in texts], delimiter=delimiter)
    for row in csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=delimiter):
        assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert examples(written) == {"salam": tuple(texts)}


def test_hostile_texts_are_among_those_tried() -> None:
    assert {"=1+1", "'=1", "@SUM(A1)"} < set(HOSTILE)


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.replace("\n", "\r\n").encode("cp1252"),
        ("sep=;\n" + TABLE).encode(),
        TABLE.replace(";", ",").encode(),
        TABLE.replace(";", "\t").replace("text", "Teks").replace("intent", "MAKSUD").encode(),
    ],
)
def test_a_table_is_read_however_it_was_saved(content: bytes) -> None:
    assert examples(content) == {"salam": ("halo", "pagi kak")}


def test_letters_of_windows_are_read_with_a_remark() -> None:
    loaded = read_sheet("text,intent\ncafé,salam\n".encode("cp1252"), "a.csv")
    assert loaded.knowledge.intents["salam"].examples == ("café",)
    assert "Windows-1252" in loaded.report[0].message


def test_lines_are_counted_as_the_file_has_them() -> None:
    loaded = read_sheet(b'text,intent\n"satu\ndua",\n\n,\nhalo,salam\nhai,a b\n', "a.csv")
    assert [(finding.line, finding.message.split(";")[0].split(":")[0]) for finding in loaded.report] == [
        (2, "no intent stands here or above"),
        (7, "the name 'a b' holds unusual characters"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.csv:1: the first line names no columns"),
        (b"halo,salam\n", "a.csv:1: the first line names no columns"),
        (b"text,intent\n", "no line with an intent"),
        (b'text,intent\nhalo,salam\n"pagi,salam\n', "a.csv:3: not a row of a table"),
        (b'text,intent\n"pagi" kak,salam\n', "a.csv:2: not a row of a table"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message) as raised:
        read_sheet(content, "a.csv")
    assert raised.value.remedy


def test_a_table_laid_over_a_content_keeps_what_fits_in_no_table() -> None:
    button = AnswerButton(title="Peta", payload="https://toko.example")
    kept = Answer(text="Open daily", language="en")
    before = KnowledgeBase(
        intents=BASE.intents,
        answers={"jam": (Answer(text="Tiap hari", buttons=(button,)), Answer(text="Lama"), kept)},
        lookups={"ukuran": ("besar",)},
    )
    table = "intent,example,answer,kind\njam,buka?,Tiap hari,\njam,,Baru,\nrusak,retak,,faq\nbaru,tes,,\n"
    content = content_of(pieces_of(Content(knowledge=before)))
    after = merged(content, read_sheet(table.encode(), "a.csv").knowledge).knowledge
    assert after.intents["jam"].examples == ("buka?",)
    assert after.intents["jam"].title == "Jam, buka"
    assert after.answers["jam"] == (Answer(text="Tiap hari", buttons=(button,)), Answer(text="Baru"), kept)
    assert (after.intents["rusak"].kind, after.intents["baru"].kind) == ("faq", "faq")
    assert after.lookups == {"ukuran": ("besar",)}
