"""The cascade: the fast classifier first, the sentence model only where that is unsure.

A sentence vector costs about ten milliseconds, a thousand times the fast model, and is not needed for most
messages. Where the fast model's best intent leads by little, the text is embedded, and both models' scores are added
and calibrated anew. How many messages pay is seen in `Ranking.embedded` and reported by the evaluation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from intents.classifier import LinearClassifier, ranking_of
from intents.confidence import Calibration
from intents.dense import Dense
from intents.semantic import Embedder
from intents.understanding import Normalized, Ranking

REMEMBERED_SENTENCES = 2_000
"""Customers repeat each other; what was asked before costs nothing."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class SentenceModel:
    """A model of centred sentence vectors, its share in the sum already multiplied in.

    `centre` has shape (dimensions,), float32; `meaning` scores the intents and the background. Texts whose best
    intent leads the next one's confidence by less than `ask_below` are embedded.
    """

    centre: Floats
    meaning: Dense
    ask_below: float

    def scores(self, vectors: Floats) -> Floats:
        """Scores of rows of sentence vectors."""
        return self.meaning.scores(centred(vectors, self.centre))


class CascadeClassifier:
    """Ranks by the fast model, and by both where that is unsure. Immutable but for its cache; safe to share."""

    def __init__(
        self, fast: LinearClassifier, sentences: SentenceModel, calibration: Calibration, embedder: Embedder
    ) -> None:
        self.fast = fast
        self.sentences = sentences
        self.calibration = calibration
        self.embedder = embedder
        self._sentence = lru_cache(maxsize=REMEMBERED_SENTENCES)(self._sentence_scores)

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents, in the order of the columns."""
        return self.fast.intents

    def rank(self, text: Normalized) -> Ranking:
        """The likeliest intents for `text`, best first."""
        quick = self.fast.rank(text)
        if not quick.candidates or lead(quick) >= self.sentences.ask_below:
            return quick
        scores, coverage = self.fast.scores(text)
        scores += self._sentence(text.text)
        return ranking_of(
            self.intents,
            scores,
            coverage=coverage,
            known=text.known,
            calibration=self.calibration,
            embedded=True,
        )

    def rank_many(self, texts: Sequence[Normalized]) -> list[Ranking]:
        """The same for many texts, in order."""
        return [self.rank(text) for text in texts]

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        """What the features of the fast model said; a sentence vector has no parts to point at."""
        return self.fast.explain(text, intent)

    def _sentence_scores(self, text: str) -> Floats:
        row: Floats = self.sentences.scores(self.embedder.embed([text]))[0]
        return row


def lead(ranking: Ranking) -> float:
    """How far the best candidate's confidence is ahead of the next one's: little where another might take its place."""
    best, *others = ranking.candidates
    return best.confidence - others[0].confidence if others else best.confidence


def centred(vectors: Floats, centre: Floats) -> Floats:
    """Take the mean off and scale to length one, row by row."""
    moved = vectors - centre
    result: Floats = moved / (np.linalg.norm(moved, axis=1, keepdims=True) + 1e-9)
    return result
