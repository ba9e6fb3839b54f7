"""Pieces, features and stems."""

from __future__ import annotations

import pytest

from intents.features import MAX_TOKENS, MAX_WORD, features, is_word, learn_space, ngrams, pieces
from intents.stem import stem
from intents.understanding import Normalized, Token


def normalized(text: str, *features: str) -> Normalized:
    tokens = tuple(Token(text=word, start=0, end=0) for word in text.split())
    return Normalized(raw=text, tokens=tokens, features=features)


def test_a_text_is_its_distinct_words_pairs_and_signs() -> None:
    assert pieces(normalized("mana uang mana", "_shout_")) == [
        *("mana", "uang", "mana uang", "uang mana", "_shout_"),
    ]


def test_digits_become_a_single_zero() -> None:
    assert pieces(normalized("TN-448120")) == ["TN-0"]


def test_long_texts_and_words_are_cut() -> None:
    found = [piece for piece in pieces(normalized(" ".join(f"k{'a' * n}" for n in range(500)))) if is_word(piece)]
    assert len(found) <= MAX_TOKENS
    assert max(map(len, found)) <= MAX_WORD


def test_ngrams_mark_the_borders_of_a_word() -> None:
    assert ngrams("ya") == [" y", "ya", "a ", " ya", "ya ", " ya "]


def test_pairs_and_signs_have_neither_ngrams_nor_concepts() -> None:
    assert features("uang mana")[2:] == ([], ())
    assert features("_shout_") == (["_shout_"], [], [], ())


def test_unknown_features_lengthen_a_text_as_if_seen_once() -> None:
    space = learn_space([["uang"], ["uang"], ["mana"]])
    (rows, squares), *_ = space.find("kucing")
    assert rows == []
    assert squares == pytest.approx(space.unseen**2)
    assert space.find("mana")[0][1] == pytest.approx(space.unseen**2, rel=1e-5)


@pytest.mark.parametrize("pair", ["uang mana", "uangnya mana", "mana uang"])
def test_a_pair_is_found_as_any_piece_is(pair: str) -> None:
    space = learn_space([["uang mana", "uang"], ["mana"]])
    (words, _), (stems, _), *_ = space.find(pair)
    assert space.find_pair(pair) == (words[0] if words else None, stems[0] if stems else None)


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("membayar", "bayar"),
        ("dibayar", "bayar"),
        ("bayarkan", "bayar"),
        ("bayarnya", "bayar"),
        ("memakai", "paka"),
        ("barang-barang", "barang"),
        ("dibelikan", "beli"),
        ("uang", "uang"),
        ("b-c", "b-c"),
    ],
)
def test_the_stemmer_brings_a_family_together(word: str, root: str) -> None:
    assert stem(word) == root
