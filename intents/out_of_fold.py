"""What is made of out-of-fold scores: calibration, thresholds, and the share of the sentence model in the sum.

Out-of-fold scores are those of texts by a model that has not seen them. This module knows nothing of fitting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from intents.confidence import (
    SIGNALS,
    Calibration,
    choose_thresholds,
    fit_intents,
    fit_scope,
    fit_temperature,
    intent_probabilities,
    scope_probability,
)
from intents.triage import Thresholds

Floats = NDArray[np.float64]

SENTENCE_SHARES = (0.1, 0.15, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutOfFold:
    """Scores of rows by a model that has not seen them, the background's last; and what else is known of the
    rows. `labels` number the intents; the background's number follows them. Where `scored` is false, scores
    are zeros and mean nothing."""

    intents: tuple[str, ...]
    scores: Floats
    scored: NDArray[np.bool_]
    labels: NDArray[np.intp]
    coverage: Floats
    known: Floats

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Rows of intents with at least one other example, so that they could be got right."""
        counts = np.bincount(self.labels, minlength=len(self.intents) + 1)
        found: NDArray[np.bool_] = (self.labels < len(self.intents)) & (counts[self.labels] > 1)
        return found & self.scored

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Rows that no intent covers."""
        found: NDArray[np.bool_] = self.labels == len(self.intents)
        return found & self.scored

    def signals(self) -> Floats:
        """`confidence.SIGNALS`, a row each."""
        best = self.scores[:, :-1].max(axis=1)
        return np.column_stack([best, best - self.scores[:, -1], self.coverage, self.known])

    def calibration(self) -> Calibration:
        """How these scores become probabilities."""
        inside, outside = self.inside, self.outside
        fitted = fit_intents(self.scores[inside, :-1], self.labels[inside])
        weights, bias = (0.0,) * len(SIGNALS), fitted.scope_bias
        if inside.any() and outside.any():
            signals = self.signals()
            weights, bias = fit_scope(signals[inside], signals[outside])
        return replace(fitted, scope_weights=weights, scope_bias=bias)

    def judged(self, calibration: Calibration) -> Judged:
        """The probabilities of every row."""
        return Judged(
            odds=intent_probabilities(self.scores[:, :-1], calibration),
            scope=scope_probability(self.signals(), calibration),
        )

    def with_sentences(self, scores: Floats) -> tuple[OutOfFold, float]:
        """Add the sentence model's `scores`, and the share of them that the sum takes.

        The share is the one of the highest likelihood: on few rows it is steadier than the one of the best accuracy.
        """
        inside = self.inside
        truth = self.labels[inside]

        def loss(share: float) -> float:
            return fit_temperature(self.scores[inside, :-1] + share * scores[inside, :-1], truth)[1]

        share = min(SENTENCE_SHARES, key=loss) if len(truth) else 1.0
        return replace(self, scores=self.scores + share * scores), share

    def thresholds(self, judged: Judged, target_wrong: float) -> Thresholds:
        """See `confidence.choose_thresholds`."""
        inside = self.inside
        ordered = np.sort(judged.odds[inside], axis=1)
        guesses = judged.odds[inside].argmax(axis=1)
        return choose_thresholds(
            confidence=ordered[:, -1],
            margin=ordered[:, -1] - ordered[:, -2],
            in_scope=judged.scope[inside],
            right=guesses == self.labels[inside],
            intent=[self.intents[guess] for guess in guesses],
            outside_scope=judged.scope[self.outside],
            target_wrong=target_wrong,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """Probabilities of rows: `odds` of every intent, `scope` of being in scope."""

    odds: Floats
    scope: Floats

    def where(self, asked: NDArray[np.bool_], other: Judged) -> Judged:
        """These, but `other` in the rows `asked`."""
        return Judged(
            odds=np.where(asked[:, None], other.odds, self.odds), scope=np.where(asked, other.scope, self.scope)
        )
