"""What the readers of a knowledge base say, in the language of whoever reads it."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import intents
from bot.knowledge import project_files
from bot.knowledge.remark_words import HOLE, remark_words, sentences

ROOT = Path(intents.__file__).parent
READERS = (
    *ROOT.glob("formats/*.py"),
    *(ROOT / name for name in ("content.py", "tidying.py", "records.py", "knowledge.py")),
    Path(project_files.__file__),
)
PARTS = {" (and {} more errors)", " ({} times, here first)", "; an action may", ": it may be answered in actions.py"}
"""What is only ever said behind a sentence, or in front of one."""

LOOKED_FOR = {"mapping values", "more than", "cannot start any token", "## end", "did you mean {}? "}


def said(node: ast.AST) -> str:
    """A sentence of the source, with holes where it is filled in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else HOLE for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def sentences_of(source: str) -> Iterator[str]:
    """Whatever is said in a module: texts with a blank in them, but for docstrings and patterns."""
    nodes = list(ast.walk(ast.parse(source)))
    apart = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    apart |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        text = "" if id(node) in apart else said(node)
        if " " in text.strip() and not any(mark in text for mark in ("\n", "\\s", "[ \\t]")):
            yield text


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.name)
def test_every_remark_has_its_indonesian(path: Path) -> None:
    known = {text for text in sentences_of(path.read_text(encoding="utf-8")) if text not in PARTS | LOOKED_FOR}
    spoken = {text for text in known if sum(map(str.isalpha, text.replace(HOLE, ""))) > 12}
    missing = {text for text in spoken if remark_words(text.replace(HOLE, "x1"), "id") == text.replace(HOLE, "x1")}
    assert missing <= {"slot {}: condition", "slot {}: {}; a form that asks for it takes the whole message"}


def test_both_languages_of_a_sentence_have_the_same_holes() -> None:
    rows = [(pattern.groups, indonesian.count(HOLE)) for pattern, indonesian in sentences()]
    assert len(rows) > 200
    assert all(english == indonesian for english, indonesian in rows)


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("intent/x: kind: 'aneh' is no kind", "intent/x: kind: 'aneh' bukan jenis yang ada"),
        ("form alamat: the slot kota is declared nowhere; left out", "formulir alamat: slot kota tidak dinyatakan"),
        ("checkpoints are not followed (3 times, here first)", "checkpoint tidak diikuti (3 kali, pertama di sini)"),
        ("no message fills the slot a: it has no mapping; an action may", "tidak ada pesan yang mengisi slot a: tidak"),
        (
            "not valid YAML at column 3: x; the file is left out",
            "YAML tidak sah di kolom 3: x; berkasnya tidak dipakai",
        ),
        ("utter_salam: the payload {} in {} is said nowhere", "utter_salam: the payload {} in {} is said nowhere"),
    ],
)
def test_what_is_filled_in_stays_and_what_is_not_known_too(english: str, indonesian: str) -> None:
    assert remark_words(english, "id").startswith(indonesian)
    assert remark_words(english, "en") == english


def test_a_long_quotation_costs_nothing() -> None:
    begun = time.perf_counter()
    long = "a: b " * 100_000
    assert remark_words(long, "id") == long
    hostile = ("slot {}: " + "the form is " * 80)[:1_000]
    assert remark_words(hostile, "id") == hostile
    assert time.perf_counter() - begun < 2
