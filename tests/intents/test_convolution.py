"""A network over a text's words, in their order."""

from __future__ import annotations

import numpy as np
import pytest

from intents.convolution import Convolution, Documents, fit_convolution

NAMES = [f"w{number}" for number in range(30)]
TABLE = dict(zip(NAMES, np.random.default_rng(0).normal(size=(30, 16)).astype(np.float32), strict=True))


def ordered(rows: int, seed: int) -> tuple[list[list[str]], np.ndarray]:
    """Texts of four to nine words that have `w0 w1` or `w1 w0` somewhere: no sum of their words tells which."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, rows)
    texts = []
    for label in labels:
        before, after = (
            [NAMES[number] for number in generator.integers(2, 30, generator.integers(1, 4))] for _ in range(2)
        )
        texts.append([*before, *(["w0", "w1"] if label else ["w1", "w0"]), *after])
    return texts, labels.astype(np.intp)


def fitted(rows: int = 2000, columns: int = 2) -> Convolution:
    texts, labels = ordered(rows, 1)
    return fit_convolution(Documents.of(texts, TABLE), labels, columns, 0)


def test_a_convolution_finds_what_only_the_order_tells() -> None:
    texts, labels = ordered(300, 2)
    assert (fitted().scores(Documents.of(texts, TABLE)).argmax(axis=1) == labels).mean() > 0.95


def test_the_same_texts_and_seed_give_the_same_network() -> None:
    documents = Documents.of(ordered(100, 2)[0], TABLE)
    assert (fitted(200).scores(documents) == fitted(200).scores(documents)).all()


def test_a_text_read_by_its_words_scores_as_among_others() -> None:
    network = fitted(200, columns=3)
    texts = [*ordered(50, 2)[0], [], ["w5"], NAMES]
    together = network.scores(Documents.of(texts, TABLE))
    alone = [network.text([network.word(TABLE[word]) for word in text]) for text in texts]
    assert np.array(alone) == pytest.approx(together, abs=1e-4)


def test_texts_without_words_are_no_error() -> None:
    documents = Documents.of([[], [], []], {"w0": TABLE["w0"]})
    network = fit_convolution(documents, np.array([0, 1, 0]), 2, 0)
    assert network.scores(documents).shape == (3, 2)


def test_only_the_direction_of_a_words_vector_counts() -> None:
    network = fitted(100)
    assert network.word(TABLE["w3"] * 0.05) == pytest.approx(network.word(TABLE["w3"]), abs=1e-4)


def test_a_word_without_a_vector_says_nothing() -> None:
    assert not fitted(100).word(np.zeros(16, dtype=np.float32)).any()


def test_scaling_scales_the_scores() -> None:
    network, documents = fitted(100), Documents.of(ordered(20, 2)[0], TABLE)
    assert network.scaled(3).scores(documents) == pytest.approx(3 * network.scores(documents), rel=1e-4)
