"""The fast classifier: adds up remembered scores of a text's pieces. NumPy only; nothing is learnt here.

See `features` for what pieces and blocks are. What a piece adds is one vector: its scores, a column an intent
and block; the squared length it adds to each block; and how familiar it is. A word adds another, where words have
vectors: its own, and what the first layer of `meaning` makes of it. Both are computed once and kept in a bounded cache,
so that a usual message costs a few look-ups and a sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import exp
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conversation.understanding import IntentScore
from intents.confidence import Calibration
from intents.convolution import Convolution
from intents.dense import Dense
from intents.features import BLOCKS, FeatureSpace, is_word, pieces
from intents.semantic import WordVectors
from intents.understanding import Normalized, Ranking

RANKED = 10
REMEMBERED_PIECES = 20_000
_SHOWN = ("{}", "~{}", '"{}"', "#{}")

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class LinearWeights:
    """What training found: one row a feature, one column an intent, the last one the background.

    `weights` is of shape (features, intents + 1), idf and block weight already multiplied in: float32 from
    training, float16 from a file, which halves the largest thing in memory and is summed as float32. `bias`
    has one value a column. A text scores `bias + Σ_block Σ_rows weights / sqrt(Σ idf²)`. With word vectors, what
    `meaning` says of the text's words is added.
    """

    space: FeatureSpace
    weights: NDArray[np.floating[Any]]
    bias: Floats
    vectors: WordVectors | None = None
    meaning: Dense | Convolution | None = None


def ranking_of(
    intents: Sequence[str],
    scores: Floats,
    *,
    coverage: float,
    known: float,
    calibration: Calibration,
    embedded: bool = False,
) -> Ranking:
    """Turn raw scores, the last one being the background's, into calibrated candidates and scope.

    At most `RANKED` candidates are given: what follows is noise, and would double the time.
    """
    inside = scores[:-1]
    order = inside.argsort()[: -RANKED - 1 : -1]
    best, background = inside.item(order[0]), scores.item(-1)
    signals = (best, best - background, coverage, known)
    logit = calibration.scope_bias + sum(map(mul, calibration.scope_weights, signals))
    odds = np.exp((inside - best) / calibration.temperature)
    shares = (odds[order] / np.add.reduce(odds)).tolist()
    first = calibration.sharpen(shares[0], shares[1])
    rest = (1 - first) / max(1 - shares[0], 1e-9)
    scored = zip(order.tolist(), [first, *[share * rest for share in shares[1:]]], strict=True)
    return Ranking(
        candidates=tuple([IntentScore(intent=intents[index], confidence=confidence) for index, confidence in scored]),
        in_scope=1 / (1 + exp(-max(min(logit, 30.0), -30.0))),
        embedded=embedded,
    )


class LinearClassifier:
    """Ranks the intents of a text by a linear model. Immutable but for its cache; safe to share."""

    def __init__(self, intents: Sequence[str], model: LinearWeights, calibration: Calibration) -> None:
        self.intents = tuple(intents)
        self.model = model
        self.calibration = calibration
        self._width = len(self.intents) + 1
        self._blocks_end = len(BLOCKS) * self._width
        self._no_piece = np.zeros(self._blocks_end + len(BLOCKS) + 2, dtype=np.float32)
        strange_pair = self._no_piece.copy()
        strange_pair[self._blocks_end : self._blocks_end + 2] = model.space.unseen**2
        # Without a way back to us, so that a model that is replaced goes at once, and not when the collector comes.
        self._piece = lru_cache(maxsize=REMEMBERED_PIECES)(partial(_piece_vector, model, self._width, strange_pair))
        if model.vectors is not None and model.meaning is not None:
            self._word = lru_cache(maxsize=REMEMBERED_PIECES)(partial(_word_meaning, model.vectors, model.meaning))

    def rank(self, text: Normalized) -> Ranking:
        """The likeliest intents for `text`, best first."""
        if not text.tokens and not text.features:
            return Ranking(candidates=(), in_scope=0.0)
        scores, coverage = self.scores(text)
        return ranking_of(self.intents, scores, coverage=coverage, known=text.known, calibration=self.calibration)

    def rank_many(self, texts: Sequence[Normalized]) -> list[Ranking]:
        """The same for many texts, in order."""
        return [self.rank(text) for text in texts]

    def scores(self, text: Normalized) -> tuple[Floats, float]:
        """Raw scores, one an intent and the background's last, and the share of the words (0–1) that
        the knowledge base's own examples have."""
        model, end = self.model, self._blocks_end
        found = pieces(text)
        total: Floats = np.add.reduce([self._no_piece, *map(self._piece, found)])
        *lengths, familiar, mass = total[end:].tolist()
        scales = np.array([length**-0.5 if length else 0.0 for length in lengths], dtype=np.float32)
        scores: Floats = model.bias + scales @ total[:end].reshape(len(BLOCKS), self._width)
        if model.meaning is not None:
            scores += model.meaning.text([self._word(piece) for piece in found if is_word(piece)])
        return scores, familiar / mass if mass else 0.0

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        """What each feature of `text` added to the score of `intent`, strongest first.

        Words and pairs stand as they are, stems after a `~`, concepts after a `#`, n-grams in quotes (spaces are word
        borders).
        """
        column = self.intents.index(intent)
        weights = self.model.weights[:, column]
        parts: list[tuple[str, float]] = []
        found = [self.model.space.find(piece) for piece in pieces(text)]
        for block, (names, shown) in enumerate(zip(self.model.space.rows, _SHOWN, strict=True)):
            counts = Counter(row for blocks in found for row in blocks[block][0])
            length = sum(blocks[block][1] for blocks in found) ** 0.5
            name_of = {row: name for name, row in names.items() if row in counts}
            parts += [
                (shown.format(name_of[row]), count * float(weights[row]) / length) for row, count in counts.items()
            ]
        return sorted(parts, key=lambda part: -abs(part[1]))


def _piece_vector(model: LinearWeights, width: int, strange_pair: Floats, piece: str) -> Floats:
    """What `piece` adds to a text: scores of `width` columns a block, squared lengths, and familiarity.

    `strange_pair` is that of a pair of which nothing is known; nearly half of the new ones are such.
    """
    if " " in piece:
        return _pair_vector(model, width, strange_pair, piece)
    space, blocks_end = model.space, len(BLOCKS) * width
    vector = np.zeros(len(strange_pair), dtype=np.float32)
    found = space.find(piece)
    for block, (rows, squares) in enumerate(found):
        if len(rows) == 1:
            vector[block * width : (block + 1) * width] = model.weights[rows[0]]
        elif rows:
            vector[block * width : (block + 1) * width] = model.weights.take(rows, axis=0).sum(axis=0, dtype=np.float32)
        vector[blocks_end + block] = squares
    if is_word(piece):
        rows = found[0][0]
        vector[-1] = space.idf.item(rows[0]) if rows else space.unseen
        vector[-2] = vector[-1] if rows and space.own[rows[0]] else 0.0
    return vector


def _pair_vector(model: LinearWeights, width: int, strange_pair: Floats, pair: str) -> Floats:
    space, blocks_end = model.space, len(BLOCKS) * width
    words, stems = space.find_pair(pair)
    if words is None and stems is None:
        return strange_pair
    vector = strange_pair.copy()
    if words is not None:
        vector[:width] = model.weights[words]
        vector[blocks_end] = space.squares[words]
    if stems is not None:
        vector[width : 2 * width] = model.weights[stems]
        vector[blocks_end + 1] = space.squares[stems]
    return vector


def _word_meaning(vectors: WordVectors, meaning: Dense | Convolution, word: str) -> Floats:
    """What `word` adds to a text by its vector."""
    return meaning.word(vectors.word(word))
