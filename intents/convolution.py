"""A convolutional network over a text's words (Kim 2014), served and fitted with NumPy alone.

A filter looks at one, two or three neighbouring words and says how much they are what it looks for; of a text, the
place counts where it says most. What a filter of three words says is a sum of three products, one for each word, so
that all a word can add to any text is remembered in one row (`Convolution.word`), and reading a text is look-ups, sums
of shifted rows, and a maximum.
This module knows neither texts nor intents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from intents.descent import Descent, dropout, error_of, normal, smoothed, steps

Floats = NDArray[np.float32]
Numbers = NDArray[np.intp]

WIDTHS = (1, 2, 3)
"""How many neighbouring words a filter looks at."""
PAD = max(WIDTHS)
"""Empty places around a text: a filter may look at its edges, and at nothing at all."""
FILTERS = 128
EPOCHS = 8
WORDS_DROPPED, DROPPED = 0.1, 0.5
SMOOTHED = 0.2
INPUT_SCALE = 8.0
AT_ONCE = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Documents:
    """Texts as rows of word numbers, `order`, of shape (texts, longest), 0 where a text has ended; `vectors`, of shape
    (words + 1, dimensions), holds the words' vectors, in its first row zeros."""

    vectors: Floats
    order: Numbers

    @classmethod
    def of(cls, words: Sequence[Sequence[str]], table: dict[str, Floats]) -> Documents:
        """The texts whose `words` have their vectors in `table`."""
        numbers = {word: number for number, word in enumerate(table, start=1)}
        order = np.zeros((len(words), max(map(len, words), default=0)), dtype=np.intp)
        for row, text in zip(order, words, strict=True):
            row[: len(text)] = [numbers[word] for word in text]
        vectors = np.array(list(table.values()), dtype=np.float32)
        return cls(vectors=np.vstack([np.zeros_like(vectors[:1]), vectors]), order=order)

    def __getitem__(self, rows: NDArray[np.bool_]) -> Documents:
        return Documents(vectors=self.vectors, order=self.order[rows])


@dataclass(frozen=True, kw_only=True, slots=True)
class Convolution:
    """`filters`, of shape (dimensions, `FILTERS` · 6), stand side by side: those of one word, those of two by their
    first and by their second word, and so on. What the best places give, with `bias` and without what is negative,
    goes through the `last` layer, weights and bias."""

    filters: Floats
    bias: Floats
    last: tuple[Floats, Floats]

    def word(self, vector: Floats) -> Floats:
        """What a word with this vector adds wherever it stands: to filters whose first word it is, of every width, then
        to those whose second it is, and so on. Only its direction counts."""
        return self._products(vector)[_by_place(self.filters.shape[1])]

    def text(self, words: Sequence[Floats]) -> Floats:
        """The scores of a text from what its words add, in their order."""
        units, size = len(self.bias), len(self.bias) // len(WIDTHS)
        says = np.zeros((len(words) + PAD - 1, units), dtype=np.float32)
        if words:
            rows, column = np.array(words), 0
            for place in range(PAD):
                first, own = PAD - 1 - place, units - place * size
                says[first : first + len(rows), place * size :] += rows[:, column : column + own]
                column += own
        return self._last(says.max(axis=0, initial=0))

    def scores(self, documents: Documents) -> Floats:
        """The scores of many texts, a row each."""
        products = self._products(documents.vectors)
        found = []
        for start in range(0, len(documents.order), AT_ONCE):
            padded = products[_padded(documents.order[start : start + AT_ONCE])]
            found.append(self._last(np.concatenate([says.max(axis=1) for _, says in _says(padded)], axis=1)))
        return np.concatenate(found)

    def scaled(self, factor: float) -> Convolution:
        """The network whose scores are `factor` times as large."""
        weights, bias = self.last
        size = np.float32(factor)
        return Convolution(filters=self.filters, bias=self.bias, last=(weights * size, bias * size))

    def _products(self, vectors: Floats) -> Floats:
        length = np.linalg.norm(vectors, axis=-1, keepdims=True)
        result: Floats = (vectors / np.maximum(length, 1e-9)) @ self.filters
        return result

    def _last(self, best: Floats) -> Floats:
        weights, bias = self.last
        result: Floats = np.maximum(best + self.bias, 0) @ weights + bias
        return result


def fit_convolution(documents: Documents, labels: Numbers, columns: int, seed: int) -> Convolution:
    """A convolution that tells `labels` from texts; the words' vectors stay as they are.

    Cross-entropy by AdamW; half of what the filters say and a tenth of the words are left out at each step, and labels
    are taken for wrong one time in five. The same input and seed give the same network.
    """
    generator = np.random.default_rng(seed)
    lengths = np.linalg.norm(documents.vectors, axis=1, keepdims=True)
    vectors = documents.vectors * (np.float32(INPUT_SCALE) / np.maximum(lengths, 1e-9))
    dimensions, units = vectors.shape[1], len(WIDTHS) * FILTERS
    filters = np.hstack(
        [normal(generator, dimensions, width * FILTERS, spread=(width * dimensions) ** -0.5) for width in WIDTHS]
    )
    weights = normal(generator, units, columns, spread=units**-0.5)
    bias, constant = np.zeros(units, dtype=np.float32), np.zeros(columns, dtype=np.float32)
    descent = Descent([filters, bias, weights, constant])
    truth = smoothed(labels, columns, SMOOTHED)
    for rate, rows in steps(generator, len(labels), EPOCHS):
        order = documents.order[rows]
        order *= generator.random(order.shape, dtype=np.float32) >= WORDS_DROPPED
        words, places = np.unique(_padded(order), return_inverse=True)
        places = places.reshape(len(rows), -1)
        products = vectors[words] @ filters
        best, found = _best(products[places])
        active = best + bias
        mask = np.where(active > 0, dropout(generator, active.shape, DROPPED), np.float32(0))
        hidden = active * mask
        error = error_of(hidden @ weights + constant, truth[rows])
        inner = (error @ weights.T) * mask
        spoken = _back(inner, found, places, products.shape)
        descent.step((vectors[words].T @ spoken, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)), rate)
    return Convolution(filters=filters * np.float32(INPUT_SCALE), bias=bias, last=(weights, constant))


@cache
def _by_place(columns: int) -> Numbers:
    """The columns of products by the place of the word in a filter, then by the filter's width."""
    size = columns // sum(WIDTHS)
    places = [sum(WIDTHS[:number]) + place for place in range(PAD) for number in range(place, len(WIDTHS))]
    return np.concatenate([np.arange(size) + place * size for place in places])


def _padded(order: Numbers) -> Numbers:
    """As many columns as the longest of these texts needs, with empty places around it."""
    longest = int(np.flatnonzero(order.any(axis=0)).max(initial=-1)) + 1
    return np.pad(order[:, :longest], ((0, 0), (PAD, PAD)))


def _says(padded: Floats) -> Iterator[tuple[int, Floats]]:
    """For each width, the first place looked at, and what the filters say from there on, of shape (…, places, filters),
    by `padded` products, of shape (…, places, columns)."""
    size, column, end = padded.shape[-1] // sum(WIDTHS), 0, padded.shape[-2] - PAD
    for width in WIDTHS:
        first = PAD - width
        says = padded[..., first:end, column : column + size]
        for word in range(1, width):
            column += size
            says = says + padded[..., first + word : end + word, column : column + size]
        column += size
        yield first, says


def _best(padded: Floats) -> tuple[Floats, list[Numbers]]:
    """What every filter says where it says most, of shape (texts, filters), and where that begins, for each width."""
    best: list[Floats] = []
    found: list[Numbers] = []
    for first, says in _says(padded):
        where = says.argmax(axis=1)
        best.append(np.take_along_axis(says, where[:, None], axis=1)[:, 0])
        found.append(where + first)
    return np.concatenate(best, axis=1), found


def _back(inner: Floats, found: Sequence[Numbers], places: Numbers, shape: tuple[int, ...]) -> Floats:
    """The gradient by the words' products, of `shape` (words, columns): what a filter learns goes to the words where
    it said most."""
    texts, filters = np.arange(len(inner))[:, None], np.arange(FILTERS)
    column = 0
    cells: list[Numbers] = []
    amounts: list[Floats] = []
    for number, (width, begins) in enumerate(zip(WIDTHS, found, strict=True)):
        learnt = inner[:, number * FILTERS : (number + 1) * FILTERS].ravel()
        for word in range(width):
            rows = places[texts, begins + word]
            cells.append((rows * shape[1] + column + filters).ravel())
            amounts.append(learnt)
            column += FILTERS
    total = np.bincount(np.concatenate(cells), np.concatenate(amounts), minlength=shape[0] * shape[1])
    return total.astype(np.float32).reshape(shape)
