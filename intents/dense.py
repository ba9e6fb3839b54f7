"""Models of dense vectors: linear ones, and networks of one hidden layer. Served and fitted with NumPy alone.

A linear model of word or sentence vectors is as good as any where an intent has a handful of examples. Where there
are thousands, a hidden layer finds what combinations of meanings make an intent, and is still two small products.
This module knows nothing of texts or intents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Layer = tuple[Floats, Floats]

UNITS = 128
EPOCHS = 15
BATCH = 64
DROPPED = 0.2
RATE, WARM_UP = 2e-3, 0.1
DECAY = 1e-2
MOMENTUM, MEMORY = 0.9, 0.99
INPUT_SCALE = 20.0
"""Coordinates of unit vectors are small, and the usual beginnings of a network are made for those of size one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dense:
    """Layers of (weights, bias), of shapes (inputs, outputs) and (outputs,), float32; between two of them, what is
    negative becomes zero. A linear model has one layer."""

    layers: tuple[Layer, ...]

    def scores(self, vectors: Floats) -> Floats:
        """The scores of a vector, or of rows of them."""
        return self.rest(self.first(vectors))

    def first(self, vectors: Floats) -> Floats:
        """The first product, which may be taken of the terms of a sum, and once for each."""
        result: Floats = vectors @ self.layers[0][0]
        return result

    def rest(self, products: Floats) -> Floats:
        """The scores from the first products."""
        values = products + self.layers[0][1]
        for weights, bias in self.layers[1:]:
            values = np.maximum(values, 0) @ weights + bias
        return values

    def scaled(self, factor: float) -> Dense:
        """The model whose scores are `factor` times as large."""
        *hidden, (weights, bias) = self.layers
        size = np.float32(factor)
        return Dense(layers=(*hidden, (weights * size, bias * size)))


def fit_network(vectors: Floats, labels: NDArray[np.intp], columns: int, seed: int) -> Dense:
    """A network of `UNITS` hidden units that tells `labels` from rows of unit vectors.

    Cross-entropy by AdamW (Loshchilov & Hutter 2019), a fifth of the units dropped, the step rising to its full
    size and falling to nothing along a cosine. The same input and seed give the same network.
    """
    generator = np.random.default_rng(seed)
    inputs = vectors.shape[1]
    parameters = [
        _normal(generator, inputs, UNITS, spread=(2 / inputs) ** 0.5),
        np.zeros(UNITS, dtype=np.float32),
        _normal(generator, UNITS, columns, spread=UNITS**-0.5),
        np.zeros(columns, dtype=np.float32),
    ]
    means = [np.zeros_like(each) for each in parameters]
    squares = [np.zeros_like(each) for each in parameters]
    truth = np.eye(columns, dtype=np.float32)[labels]
    kept = np.float32(1 - DROPPED)
    for step, (rate, rows) in enumerate(_steps(generator, len(labels)), start=1):
        given = vectors[rows] * np.float32(INPUT_SCALE)
        active = given @ parameters[0] + parameters[1]
        mask = (active > 0) * (generator.random(active.shape, dtype=np.float32) < kept) / kept
        hidden = active * mask
        scores = hidden @ parameters[2] + parameters[3]
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = (odds / odds.sum(axis=1, keepdims=True) - truth[rows]) / np.float32(len(rows))
        inner = (error @ parameters[2].T) * mask
        gradients = (given.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0))
        for each, mean, square, gradient in zip(parameters, means, squares, gradients, strict=True):
            mean += (1 - MOMENTUM) * (gradient - mean)
            square += (1 - MEMORY) * (gradient**2 - square)
            size = np.sqrt(square / (1 - MEMORY**step)) + 1e-8
            each -= np.float32(rate) * (mean / np.float32(1 - MOMENTUM**step) / size)
            if each.ndim > 1:
                each *= np.float32(1 - rate * DECAY)
    return Dense(
        layers=((parameters[0] * np.float32(INPUT_SCALE), parameters[1]), (parameters[2], parameters[3])),
    )


def _normal(generator: np.random.Generator, *shape: int, spread: float) -> Floats:
    return (generator.normal(size=shape) * spread).astype(np.float32)


def _steps(generator: np.random.Generator, rows: int) -> Iterator[tuple[float, NDArray[np.intp]]]:
    """The learning rate and the rows of every step."""
    batches = -(-rows // BATCH)
    for epoch in range(EPOCHS):
        order = generator.permutation(rows)
        for batch in range(batches):
            done = (epoch * batches + batch + 1) / (EPOCHS * batches)
            rate = RATE * min(1.0, done / WARM_UP) * (1 + cos(pi * done)) / 2
            yield rate, order[batch * BATCH : (batch + 1) * BATCH]
