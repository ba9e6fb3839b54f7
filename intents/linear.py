"""Fitting the linear model with scikit-learn: with `training`, the only module here that needs it.

One logistic regression per intent against all others, on TF-IDF features, the background (what no intent
covers) being one more column. Against a multinomial model it is as accurate on small data and several times
faster to fit; its scores of an unknown text are low for every intent, which a softmax cannot say. From `LARGE`
rows on, a linear SVM takes its place: better and faster there, and calibrated all the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from intents.classifier import LinearWeights
from intents.features import FeatureSpace
from intents.semantic import WordVectors

BLOCK_WEIGHTS = (0.7, 0.7, 1.0)
REGULARISATION_C = 8.0
SENTENCE_C = 10.0
LARGE, LARGE_C = 5000, 0.4
TOLERANCE = 0.1
ABSENT = -20.0

Coefficients = tuple[NDArray[np.float32], NDArray[np.float32]]


def design_matrix(documents: Sequence[Sequence[str]], space: FeatureSpace) -> csr_matrix:
    """The TF-IDF rows of `documents`, each block scaled by its piecewise length (see `features`)."""
    found = {piece: space.find(piece) for piece in {piece for document in documents for piece in document}}
    indices: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    values: list[NDArray[np.float64]] = [np.empty(0)]
    starts = [0]
    idf = space.idf.astype(np.float64)
    for document in documents:
        start = starts[-1]
        for block, weight in enumerate(BLOCK_WEIGHTS):
            rows = np.array([row for piece in document for row in found[piece][block][0]], dtype=np.int64)
            length = sum(found[piece][block][1] for piece in document) ** 0.5
            indices.append(rows)
            values.append(weight * idf[rows] / (length or 1.0))
            start += len(rows)
        starts.append(start)
    matrix = csr_matrix(
        (np.concatenate(values), np.concatenate(indices), starts), shape=(len(documents), len(space.idf))
    )
    matrix.sum_duplicates()
    return matrix


def fit_columns(
    matrix: csr_matrix, labels: NDArray[np.intp], columns: int, seed: int, *, large: bool = False
) -> Coefficients:
    """Coefficients (features, columns) and biases. A column without examples gets the bias `ABSENT`.

    `large` is the caller's to say: the folds of a large set must be fitted as the whole is, though they have fewer
    rows, for the two models' scores differ in scale.
    """
    coefficients = np.zeros((matrix.shape[1], columns), dtype=np.float32)
    bias = np.full(columns, ABSENT, dtype=np.float32)
    if large:
        estimator = LinearSVC(C=LARGE_C, tol=TOLERANCE, random_state=seed)
    else:
        estimator = LogisticRegression(
            C=REGULARISATION_C, solver="liblinear", dual=True, tol=TOLERANCE, random_state=seed
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for label in np.unique(labels):
            estimator.fit(matrix, labels == label)
            coefficients[:, label] = estimator.coef_[0]
            bias[label] = estimator.intercept_[0]
    return coefficients, bias


def fit_sentences(vectors: NDArray[np.float32], labels: NDArray[np.intp], columns: int) -> Coefficients:
    """Coefficients (dimensions, columns) and biases of one multinomial regression on dense vectors."""
    coefficients = np.zeros((vectors.shape[1], columns), dtype=np.float32)
    bias = np.full(columns, ABSENT, dtype=np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator = LogisticRegression(C=SENTENCE_C, max_iter=100).fit(vectors, labels)
    found = estimator.coef_ if len(estimator.classes_) > 2 else np.vstack([-estimator.coef_, estimator.coef_]) / 2
    constant = estimator.intercept_
    constant = constant if len(estimator.classes_) > 2 else np.concatenate([-constant, constant]) / 2
    coefficients[:, estimator.classes_] = found.T
    bias[estimator.classes_] = constant
    return coefficients, bias


def to_weights(
    space: FeatureSpace,
    coefficients: NDArray[np.float32],
    bias: NDArray[np.float32],
    vectors: WordVectors | None = None,
) -> LinearWeights:
    """Fold idf and block weights into `coefficients`, so that serving only has to add.

    With `vectors`, the last rows of `coefficients` are those of their dimensions.
    """
    size = len(space.idf)
    factor = space.idf * np.repeat(np.array(BLOCK_WEIGHTS, dtype=np.float32), [len(rows) for rows in space.rows])
    return LinearWeights(
        space=space,
        weights=np.ascontiguousarray(coefficients[:size] * factor[:, None], dtype=np.float32),
        bias=bias.astype(np.float32),
        vectors=vectors,
        vector_weights=None if vectors is None else np.ascontiguousarray(coefficients[size:]),
    )
