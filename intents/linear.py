"""Fitting the linear model with scikit-learn: with `training`, the only module here that needs it.

One logistic regression per intent against all others, on TF-IDF features, the background (what no intent
covers) being one more column. Against a multinomial model it is as accurate on small data and several times
faster to fit; its scores of an unknown text are low for every intent, which a softmax cannot say. From `LARGE`
rows on, a linear SVM takes its place: better and faster there, and calibrated all the same.

Of sentence vectors, two linear models are added: a multinomial regression and a shrunken discriminant analysis, which
errs elsewhere. What they say of each example can be taught to the fast model (`imitate`): it tells how near every
intent lies, which a label does not, and costs nothing when serving.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from intents.classifier import LinearWeights
from intents.convolution import Convolution
from intents.dense import Dense
from intents.features import FeatureSpace
from intents.semantic import WordVectors

BLOCK_WEIGHTS = (0.7, 0.7, 1.0, 0.7)
REGULARISATION_C = 8.0
SENTENCE_C = 30.0
SPREAD = 4.5
SHRINKAGE = 0.6
IMITATION_RIDGE = 0.3
LARGE, LARGE_C = 5000, 0.4
TOLERANCE = 0.1
ABSENT = -20.0

Coefficients = tuple[NDArray[np.float32], NDArray[np.float32]]
Floats = NDArray[np.float64]


def design_matrix(documents: Sequence[Sequence[str]], space: FeatureSpace) -> csr_matrix:
    """The TF-IDF rows of `documents`, each block scaled by its piecewise length (see `features`)."""
    numbers = {piece: row for row, piece in enumerate(dict.fromkeys(piece for each in documents for piece in each))}
    found = [space.find(piece) for piece in numbers]
    pieces = _rows([[numbers[piece] for piece in document] for document in documents], len(numbers))
    blocks = []
    for block, weight in enumerate(BLOCK_WEIGHTS):
        features = _rows([parts[block][0] for parts in found], len(space.idf))
        features.data = space.idf[features.indices].astype(np.float64)
        lengths = np.sqrt(pieces @ np.array([parts[block][1] for parts in found]))
        scale = np.divide(weight, lengths, out=np.zeros(len(documents)), where=lengths > 0)
        blocks.append((pieces @ features).multiply(scale[:, None]).tocsr())
    matrix: csr_matrix = sum(blocks[1:], blocks[0])
    matrix.sort_indices()
    return matrix


def _rows(columns: Sequence[Sequence[int]], width: int) -> csr_matrix:
    """Ones in the `columns` of every row, as often as they are named."""
    starts = np.cumsum([0, *map(len, columns)])
    indices = np.fromiter(chain.from_iterable(columns), dtype=np.int64, count=starts[-1])
    return csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(columns), width))


def fit_columns(
    matrix: csr_matrix, labels: NDArray[np.intp], columns: int, seed: int, *, large: bool = False
) -> Coefficients:
    """Coefficients (features, columns) and biases. A column without examples gets the bias `ABSENT`.

    `large` is the caller's to say: the folds of a large set must be fitted as the whole is, though they have fewer
    rows, for the two models' scores differ in scale.
    """
    coefficients = np.zeros((matrix.shape[1], columns), dtype=np.float32)
    bias = np.full(columns, ABSENT, dtype=np.float32)
    present = np.unique(labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if large and len(present) > 2:
            machine = LinearSVC(C=LARGE_C, tol=TOLERANCE, random_state=seed).fit(matrix, labels)
            coefficients[:, present], bias[present] = machine.coef_.T, machine.intercept_
            return coefficients, bias
        estimator = LogisticRegression(
            C=REGULARISATION_C, solver="liblinear", dual=True, tol=TOLERANCE, random_state=seed
        )
        for label in present:
            estimator.fit(matrix, labels == label)
            coefficients[:, label] = estimator.coef_[0]
            bias[label] = estimator.intercept_[0]
    return coefficients, bias


def fit_sentences(vectors: NDArray[np.float32], labels: NDArray[np.intp], columns: int) -> Dense:
    """A linear model of dense centred vectors, the last of `columns` the background's; absent columns as in
    `fit_columns`. Both models' scores are brought to one scale before they are added."""
    present = np.unique(labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator = LogisticRegression(C=SENTENCE_C, max_iter=100).fit(vectors, labels)
    found, constant = estimator.coef_.T, estimator.intercept_
    if len(present) == 2:
        found, constant = np.hstack([-found, found]) / 2, np.concatenate([-constant, constant]) / 2
    first = _scaled(vectors, found, constant)
    second = _scaled(vectors, *_discriminant(vectors, np.searchsorted(present, labels), labels < columns - 1))
    coefficients = np.zeros((vectors.shape[1], columns), dtype=np.float32)
    bias = np.full(columns, ABSENT, dtype=np.float32)
    coefficients[:, present], bias[present] = first[0] + second[0], first[1] + second[1]
    return Dense(layers=((coefficients, bias),))


def _discriminant(
    vectors: NDArray[np.float32], labels: NDArray[np.intp], typical: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Linear discriminant analysis, the covariance drawn towards a sphere by `SHRINKAGE`, the log-priors halved.

    `labels` run from 0 without a gap. The covariance is that of the `typical` rows around their means: the background
    is no one thing, and would widen it.
    """
    counts = np.bincount(labels)
    means = np.array([vectors[labels == label].mean(axis=0) for label in range(len(counts))], dtype=np.float64)
    around = (vectors - means[labels])[typical]
    covariance = around.T @ around / max(len(around), 1)
    size = len(covariance)
    sphere = np.eye(size) * (np.trace(covariance) / size + 1e-6)
    weights = np.linalg.solve((1 - SHRINKAGE) * covariance + SHRINKAGE * sphere, means.T)
    return weights, np.log(counts) / 2 - (means.T * weights).sum(axis=0) / 2


def _scaled(vectors: NDArray[np.float32], coefficients: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """The model whose scores of `vectors` have the standard deviation `SPREAD`."""
    factor = SPREAD / ((vectors @ coefficients + bias).std() + 1e-9)
    return coefficients * factor, bias * factor


def imitate(gram: NDArray[np.float32], scores: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Ridge regression that says `scores` of the rows whose inner products are `gram`.

    Returns a weight for every row and column, with which the rows' features add up to coefficients, and biases.
    """
    bias = scores.mean(axis=0)
    ridged = gram + IMITATION_RIDGE * np.eye(len(gram), dtype=np.float32)
    weights: NDArray[np.float32] = solve(ridged, scores - bias, assume_a="pos", overwrite_a=True)
    return weights, bias


def to_weights(
    space: FeatureSpace,
    coefficients: NDArray[np.float32],
    bias: NDArray[np.float32],
    vectors: WordVectors | None = None,
    meaning: Dense | Convolution | None = None,
) -> LinearWeights:
    """Fold idf and block weights into `coefficients`, so that serving only has to add. `meaning` is of `vectors`."""
    factor = space.idf * np.repeat(np.array(BLOCK_WEIGHTS, dtype=np.float32), [len(rows) for rows in space.rows])
    return LinearWeights(
        space=space,
        weights=np.ascontiguousarray(coefficients * factor[:, None], dtype=np.float32),
        bias=bias.astype(np.float32),
        vectors=vectors,
        meaning=meaning,
    )
