"""Training for `calibrated`: a learner that is not ours, judged in cross-validation and calibrated by what came of it.

Folds, strangers and checks are those of our own training, so that a learner is measured as our models are. It asks
the learner to learn once more than there are folds. Needs SciPy; what serves must not import it.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from intents.calibrated import LEFT_OUT, CalibratedClassifier, Example, Floats, Learner, scores_of, signals_of
from intents.confidence import (
    Calibration,
    choose_thresholds,
    expected_calibration_error,
    fit_intents,
    fit_scope,
    intent_probabilities,
    scope_probability,
)
from intents.corpus import read_corpus, strangers, unlike
from intents.features import learn_space, pieces
from intents.folds import assign_folds, fold_plan
from intents.kinds import Lesson
from intents.linear import design_matrix
from intents.model import Model, TrainingReport
from intents.outcomes import mark_of, outcomes_of
from intents.understanding import Normalized, Ranking

_NOTHING = Ranking(candidates=(), in_scope=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """What a learner said of texts that it had not seen. Rows are the examples, then the texts outside.

    `scores` are as `scores_of` gives them, `signals` as `signals_of` does. `truth` holds the columns of the examples.
    `inside` and `outside` mark the rows that count: judged, and not the only example of their intent.
    """

    intents: tuple[str, ...]
    scores: Floats
    signals: Floats
    truth: NDArray[np.intp]
    inside: NDArray[np.bool_]
    outside: NDArray[np.bool_]


def train(learner: Learner, lesson: Lesson) -> Model:
    """Train, judge and calibrate. The same lesson gives the same model, if the learner sees to its part.

    Raises:
        DataError: there is nothing to learn from.
    """
    started = time.perf_counter()
    corpus = read_corpus(lesson.examples, lesson.normaliser)
    given = [lesson.normaliser.normalise(text) for text in lesson.out_of_scope if text.strip()]
    names = [corpus.intents[label] for label in corpus.labels]
    examples = list(zip(corpus.texts, names, strict=True))
    outside = [*given, *strangers(lesson.normaliser, lesson.seed)]
    judged, outside = _judge(learner, lesson, examples, outside, len(given))
    calibration = _calibrate(judged)
    odds = intent_probabilities(judged.scores[judged.inside], calibration)
    scope = scope_probability(judged.signals, calibration)
    ordered, guesses = np.sort(odds, axis=1), odds.argmax(axis=1)
    right = guesses == judged.truth
    learnt = learner.learn(examples, outside)
    return Model(
        classifier=CalibratedClassifier(learner.read(learnt), judged.intents, calibration, learnt),
        thresholds=choose_thresholds(
            confidence=ordered[:, -1],
            margin=ordered[:, -1] - ordered[:, -2],
            in_scope=scope[judged.inside],
            right=right,
            intent=[judged.intents[guess] for guess in guesses],
            outside_scope=scope[judged.outside],
            target_wrong=lesson.target_wrong,
        ),
        report=TrainingReport(
            n_train=len(examples),
            n_out_of_scope=len(given),
            intents=judged.intents,
            accuracy=float(right.mean()) if len(right) else None,
            ece=expected_calibration_error(ordered[:, -1], right) if len(right) else None,
            seconds=time.perf_counter() - started,
            warnings=corpus.warnings,
            outcomes=outcomes_of(
                (examples[row][0].raw, examples[row][1], judged.intents[guess])
                for row, guess in zip(np.flatnonzero(judged.inside), guesses, strict=True)
            ),
        ),
        meta={"understanding": learner.name, "target_wrong": f"{lesson.target_wrong:g}"},
    )


def _judge(
    learner: Learner, lesson: Lesson, examples: list[Example], outside: list[Normalized], given: int
) -> tuple[_Judged, list[Normalized]]:
    """Have the learner learn from all folds but one, for each of them, and rank the texts of that one.

    Returns the texts outside too, without those strangers (behind the first `given`) that resemble an example.
    """
    report = lesson.progress or (lambda stage, share: None)
    intents = tuple(sorted({intent for _, intent in examples}))
    columns = {intent: column for column, intent in enumerate(intents)}
    documents = [pieces(text) for text in (*(text for text, _ in examples), *outside)]
    matrix = design_matrix(documents, learn_space(documents, background=len(outside)))
    known = len(examples) + given
    far = np.flatnonzero(unlike(matrix[known:], matrix[: len(examples)]))
    outside = [*outside[:given], *(outside[given + row] for row in far)]
    matrix = matrix[[*range(known), *(known + far)]]

    texts = [*(text for text, _ in examples), *outside]
    labels = np.array([*(columns[intent] for _, intent in examples), *[len(intents)] * len(outside)], dtype=np.intp)
    count, judged_folds = fold_plan(len(examples))
    marks = [mark_of(text.raw) for text in texts]
    folds = assign_folds(matrix, labels, marks, count, lesson.seed, grouped=len(intents))
    rankings: dict[int, Ranking] = {}
    for fold in range(judged_folds):
        held = np.flatnonzero(folds == fold).tolist()
        kept = [example for example, at in zip(examples, folds[: len(examples)], strict=True) if at != fold]
        if held and len({intent for _, intent in kept}) > 1:
            strange = [text for text, at in zip(outside, folds[len(examples) :], strict=True) if at != fold]
            classifier = learner.read(learner.learn(kept, strange))
            rankings |= zip(held, classifier.rank_many([texts[row] for row in held]), strict=True)
        report("cross-validate", (fold + 1) / judged_folds)

    often = Counter(intent for _, intent in examples)
    rows = range(len(texts))
    inside = [row in rankings and row < len(examples) and often[examples[row][1]] > 1 for row in rows]
    return (
        _Judged(
            intents=intents,
            scores=np.array([_scores(rankings.get(row, _NOTHING), columns) for row in rows]),
            signals=np.array([signals_of(texts[row], rankings.get(row, _NOTHING)) for row in rows]),
            truth=labels[inside],
            inside=np.array(inside),
            outside=np.array([row in rankings and row >= len(examples) for row in rows]),
        ),
        outside,
    )


def _scores(ranking: Ranking, columns: dict[str, int]) -> Floats:
    found = scores_of(ranking, columns)
    return np.full(len(columns), np.log(LEFT_OUT)) if found is None else found


def _calibrate(judged: _Judged) -> Calibration:
    inside, outside = judged.inside, judged.outside
    weights, bias = np.zeros(judged.signals.shape[1]), 2.0
    telling = judged.signals[inside | outside].std(axis=0) > LEFT_OUT  # What never changes cannot tell.
    if inside.any() and outside.any() and telling.any():
        weights[telling], bias = fit_scope(judged.signals[inside][:, telling], judged.signals[outside][:, telling])
    fitted = fit_intents(judged.scores[inside], judged.truth)
    return replace(fitted, scope_weights=tuple(weights.tolist()), scope_bias=bias)
