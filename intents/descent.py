"""Fitting networks step by step: AdamW, its steps rising and falling, and targets that are not quite certain.

NumPy alone. This module knows nothing of what the parameters are for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BATCH = 64
RATE, WARM_UP = 2e-3, 0.1
DECAY = 1e-2
MOMENTUM, MEMORY = 0.9, 0.99


class Descent:
    """AdamW (Loshchilov & Hutter 2019) on `parameters`, which are changed in place; only matrices decay."""

    def __init__(self, parameters: Sequence[Floats]) -> None:
        self._parameters = parameters
        self._means = [np.zeros_like(each) for each in parameters]
        self._squares = [np.zeros_like(each) for each in parameters]
        self._step = 0

    def step(self, gradients: Sequence[NDArray[Any]], rate: float) -> None:
        """Go against `gradients`, one for each parameter."""
        self._step += 1
        every = zip(self._parameters, self._means, self._squares, gradients, strict=True)
        for each, mean, square, gradient in every:
            mean += (1 - MOMENTUM) * (gradient - mean)
            square += (1 - MEMORY) * (gradient**2 - square)
            size = np.sqrt(square / (1 - MEMORY**self._step)) + 1e-8
            each -= np.float32(rate) * (mean / np.float32(1 - MOMENTUM**self._step) / size)
            if each.ndim > 1:
                each *= np.float32(1 - rate * DECAY)


def steps(generator: np.random.Generator, rows: int, epochs: int) -> Iterator[tuple[float, NDArray[np.intp]]]:
    """The learning rate and the rows of every step. The rate rises to its full size, then falls along a cosine."""
    batches = -(-rows // BATCH)
    for epoch in range(epochs):
        order = generator.permutation(rows)
        for batch in range(batches):
            done = (epoch * batches + batch + 1) / (epochs * batches)
            rate = RATE * min(1.0, done / WARM_UP) * (1 + cos(pi * done)) / 2
            yield rate, order[batch * BATCH : (batch + 1) * BATCH]


def smoothed(labels: NDArray[np.intp], columns: int, share: float) -> Floats:
    """What a network shall say of every row: its label, and with `share` any column, for labels may be wrong."""
    return np.eye(columns, dtype=np.float32)[labels] * np.float32(1 - share) + np.float32(share / columns)


def error_of(scores: NDArray[Any], truth: Floats) -> Floats:
    """The gradient of the mean cross-entropy by the scores, of shape (rows, columns)."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = (odds / odds.sum(axis=1, keepdims=True) - truth) / np.float32(len(scores))
    return result


def dropout(generator: np.random.Generator, shape: tuple[int, ...], dropped: float) -> Floats:
    """Factors that leave out the share `dropped`, and make up for it in the others."""
    kept = np.float32(1 - dropped)
    return (generator.random(shape, dtype=np.float32) < kept).astype(np.float32) / kept


def normal(generator: np.random.Generator, *shape: int, spread: float) -> Floats:
    """Where a matrix begins."""
    return (generator.normal(size=shape) * spread).astype(np.float32)
