"""Models of dense vectors: linear ones, and networks of one hidden layer. Served and fitted with NumPy alone.

A linear model of word or sentence vectors is as good as any where an intent has a handful of examples. Where there
are thousands, a hidden layer finds what combinations of meanings make an intent, and is still two small products.
This module knows nothing of texts or intents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.descent import Descent, dropout, error_of, normal, smoothed, steps

Floats = NDArray[np.float32]
Layer = tuple[Floats, Floats]

UNITS = 256
EPOCHS = 15
INPUTS_DROPPED, DROPPED = 0.2, 0.5
SMOOTHED = 0.2
INPUT_SCALE = 20.0
"""Coordinates of unit vectors are small, and the usual beginnings of a network are made for those of size one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dense:
    """Layers of (weights, bias), of shapes (inputs, outputs) and (outputs,), float32; between two of them, what is
    negative becomes zero. A linear model has one layer."""

    layers: tuple[Layer, ...]

    def scores(self, vectors: Floats) -> Floats:
        """The scores of a vector, or of rows of them."""
        return self._rest(vectors @ self.layers[0][0])

    def word(self, vector: Floats) -> Floats:
        """What a word with this vector adds to a text: the vector, and the first product, which may be taken of the
        terms of a sum, and once for each."""
        return np.concatenate([vector, vector @ self.layers[0][0]])

    def text(self, words: Sequence[Floats]) -> Floats:
        """The scores of a text, whose vector is the sum of its words' scaled to length one, from what they add."""
        weights, bias = self.layers[0]
        if not words:
            return self._rest(np.zeros_like(bias))
        total = np.add.reduce(words)
        vector, product = total[: len(weights)], total[len(weights) :]
        size = float(vector @ vector)
        return self._rest(product * (size**-0.5 if size else 0.0))

    def scaled(self, factor: float) -> Dense:
        """The model whose scores are `factor` times as large."""
        *hidden, (weights, bias) = self.layers
        size = np.float32(factor)
        return Dense(layers=(*hidden, (weights * size, bias * size)))

    def _rest(self, products: Floats) -> Floats:
        values = products + self.layers[0][1]
        for weights, bias in self.layers[1:]:
            values = np.maximum(values, 0) @ weights + bias
        return values


def fit_network(vectors: Floats, labels: NDArray[np.intp], columns: int, seed: int) -> Dense:
    """A network of `UNITS` hidden units that tells `labels` from rows of unit vectors.

    Cross-entropy by AdamW; a fifth of the inputs and half of the units are dropped, and labels are taken for wrong
    one time in five, which makes scores that add up better. The same input and seed give the same network.
    """
    generator = np.random.default_rng(seed)
    inputs = vectors.shape[1]
    first = normal(generator, inputs, UNITS, spread=(2 / inputs) ** 0.5)
    second = normal(generator, UNITS, columns, spread=UNITS**-0.5)
    moved, constant = np.zeros(UNITS, dtype=np.float32), np.zeros(columns, dtype=np.float32)
    descent = Descent([first, moved, second, constant])
    truth = smoothed(labels, columns, SMOOTHED)
    for rate, rows in steps(generator, len(labels), EPOCHS):
        given = vectors[rows] * np.float32(INPUT_SCALE)
        given *= dropout(generator, given.shape, INPUTS_DROPPED)
        active = given @ first + moved
        mask = np.where(active > 0, dropout(generator, active.shape, DROPPED), np.float32(0))
        hidden = active * mask
        error = error_of(hidden @ second + constant, truth[rows])
        inner = (error @ second.T) * mask
        descent.step((given.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)), rate)
    return Dense(layers=((first * np.float32(INPUT_SCALE), moved), (second, constant)))
