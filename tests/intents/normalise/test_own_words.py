"""Lexicon files that users write."""

from __future__ import annotations

from pathlib import Path

import pytest

from conversation.errors import DataError
from intents.normalise import Normaliser


def _file(folder: Path, text: str) -> Path:
    path = folder / "kata.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_words_go_before_all_others(tmp_path: Path) -> None:
    own = _file(
        tmp_path, "# kata kami\nblm\tbulan lalu merah\nzonk\tkosong\n\npaket hemat\tlangganan hemat\npaket\tbingkisan\n"
    )
    normaliser = Normaliser.load([own])
    assert normaliser.normalise("blm zonk").text == "bulan lalu merah kosong"
    assert normaliser.normalise("paket hemat").text == "langganan hemat"
    assert normaliser.normalise("paket mahal").text == "bingkisan mahal"


def test_a_sense_is_chosen_by_the_words_nearby(tmp_path: Path) -> None:
    own = _file(tmp_path, "krn\tkarena\nkrn\tkoran\tbaca terbit\n")
    normaliser = Normaliser.load([own])
    assert normaliser.normalise("batal krn lama").text == "batal karena lama"
    assert normaliser.normalise("sy bc baca krn itu").tokens[-2].text == "koran"
    far = "krn " + "ya " * 8 + "baca"
    assert normaliser.normalise(far).tokens[0].text == "karena"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("blm\tbelum\nsalah tanpa tab\n", 2),
        ("\tbelum\n", 1),
        ("blm\t\n", 1),
        ("blm\tbelum\tkonteks\tlebih\n", 1),
        ("satu dua tiga empat lima enam\tx\n", 1),
    ],
)
def test_a_bad_line_is_named_with_its_remedy(tmp_path: Path, text: str, line: int) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(DataError, match=rf"kata\.tsv, line {line}") as caught:
        Normaliser.load([path])
    assert caught.value.remedy


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kata.tsv"
    path.write_bytes(b"blm\tbelum\nkaf\xe9\tkafe\n")
    with pytest.raises(DataError, match=r"kata\.tsv, line 2: not UTF-8") as caught:
        Normaliser.load([path])
    assert "UTF-8" in caught.value.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"tiada\.tsv") as caught:
        Normaliser.load([tmp_path / "tiada.tsv"])
    assert caught.value.remedy
