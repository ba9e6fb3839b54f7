"""Models of dense vectors: linear, and with a hidden layer."""

from __future__ import annotations

import numpy as np
import pytest

from intents.dense import Dense, fit_network


def quadrants(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors, told apart by whether their first two coordinates have the same sign: no linear model can."""
    vectors = np.random.default_rng(seed).normal(size=(rows, 6)).astype(np.float32)
    vectors[:, 2:] *= 0.3
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, (vectors[:, 0] * vectors[:, 1] > 0).astype(np.intp)


def test_a_network_finds_what_no_linear_model_can() -> None:
    network = fit_network(*quadrants(2000, 1), 2, 0)
    vectors, labels = quadrants(500, 2)
    assert (network.scores(vectors).argmax(axis=1) == labels).mean() > 0.9


def test_the_same_rows_and_seed_give_the_same_network() -> None:
    vectors, labels = quadrants(100, 1)
    first, second = (fit_network(vectors, labels, 2, 4) for _ in range(2))
    assert (first.scores(vectors) == second.scores(vectors)).all()


def test_a_column_without_rows_stays_out() -> None:
    vectors, labels = quadrants(1000, 1)
    assert (fit_network(vectors, labels * 2, 3, 0).scores(vectors).argmax(axis=1) != 1).all()


def test_scaling_scales_the_scores_of_one_vector_as_of_many() -> None:
    vectors, labels = quadrants(100, 1)
    network = fit_network(vectors, labels, 2, 0)
    assert network.scaled(3).scores(vectors[0]) == pytest.approx(3 * network.scores(vectors)[0], rel=1e-4)


def test_one_layer_is_a_linear_model() -> None:
    weights, bias = np.eye(3, dtype=np.float32) * -2, np.ones(3, dtype=np.float32)
    assert Dense(layers=((weights, bias),)).scores(np.ones(3, dtype=np.float32)).tolist() == [-1, -1, -1]
