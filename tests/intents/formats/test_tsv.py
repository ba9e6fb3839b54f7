"""Labelled texts as tab-separated values."""

from __future__ import annotations

from pathlib import Path

import pytest

from conversation.errors import DataError
from intents.formats import read_examples, read_rows, write_rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.tsv"


def test_what_is_written_is_read_again(file: Path) -> None:
    rows = [("halo kak 😊", "salam"), ("ongkir?", "faq/ongkir"), ("#1 di kota", "promo")]
    write_rows(file, rows)
    assert file.read_bytes() == "halo kak 😊\tsalam\nongkir?\tfaq/ongkir\n#1 di kota\tpromo\n".encode()
    assert read_rows(file) == rows
    assert read_examples(file) == rows


def test_line_breaks_and_tabs_in_a_text_become_blanks(file: Path) -> None:
    write_rows(file, [("halo\r\nkak\tapa", "salam\n")])
    assert read_rows(file) == [("halo kak apa", "salam")]


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_do_not_matter(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfhalo\tsalam\r\n\r\n  \r\npagi \t salam\r\n\tmin\tsalam")
    assert read_rows(file) == [("halo", "salam"), ("pagi", "salam"), ("min", "salam")]


def test_a_line_separator_of_unicode_inside_a_text_is_no_line_end(file: Path) -> None:
    write_rows(file, [("satu\u2028dua\x0btiga", "a")])
    assert len(read_rows(file)) == 1


@pytest.mark.parametrize("line", ["halo salam", "halo\t", "\tsalam"])
def test_a_line_without_text_tab_or_intent_is_named(file: Path, line: str) -> None:
    file.write_text(f"pagi\tsalam\n\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"rows\.tsv:3: ") as raised:
        read_rows(file)
    assert "tab" in raised.value.remedy


def test_invalid_utf8_is_named_with_its_line(file: Path) -> None:
    file.write_bytes(b"halo\tsalam\nm\xe9l\tsalam\n")
    with pytest.raises(DataError, match=r"rows\.tsv:2: byte 0xe9 is not UTF-8") as raised:
        read_rows(file)
    assert raised.value.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="tidak_ada") as raised:
        read_examples(tmp_path / "tidak_ada.tsv")
    assert raised.value.remedy


def test_examples_of_an_empty_file_are_refused(file: Path) -> None:
    file.write_bytes(b"\n")
    assert read_rows(file) == []
    with pytest.raises(DataError, match="no rows"):
        read_examples(file)


def test_examples_are_read_from_rasa_files_and_folders_too(tmp_path: Path) -> None:
    nlu = tmp_path / "nlu.yml"
    nlu.write_text("nlu:\n- intent: salam\n  examples: |\n    - halo\n    - pagi\n", encoding="utf-8")
    assert read_examples(nlu) == read_examples(tmp_path) == [("halo", "salam"), ("pagi", "salam")]
