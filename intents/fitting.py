"""What is learnt from some of the texts: the fast model's weights and the sentence model's. Needs scikit-learn.

Few and many texts are learnt from differently (`linear.LARGE`). Few: one logistic regression an intent on TF-IDF
features and word vectors together, which is then taught what linear models of the sentence vectors say. Many: a
linear SVM on TF-IDF features, beside a convolution over word vectors and a network with a hidden layer on sentence
vectors.
It knows neither where the vectors come from nor what scores are good for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from intents.convolution import Convolution, Documents, fit_convolution
from intents.dense import Dense, fit_network
from intents.linear import fit_columns, fit_sentences, imitate

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """The fast model: `coefficients` (features, columns) and `bias` of the TF-IDF features, and a model of the word
    vectors where there are some; `sentences` is the sentence model."""

    coefficients: Floats
    bias: Floats
    words: Dense | Convolution | None = None
    sentences: Dense | None = None


class Material:
    """Texts as numbers, a row each: TF-IDF features, and word and sentence vectors where there are some: of many texts
    their words' own vectors (`documents`), of few the sum's (`words`).

    `labels` number the intents, the last of `columns` being the background. `large` says how to learn; it is the
    caller's to say, for the folds of a large set must be fitted as the whole is.
    """

    def __init__(
        self,
        *,
        lexical: csr_matrix,
        labels: NDArray[np.intp],
        columns: int,
        seed: int,
        large: bool,
        words: Floats | None = None,
        documents: Documents | None = None,
        sentences: Floats | None = None,
    ) -> None:
        self.lexical = lexical
        self.labels = labels
        self.columns = columns
        self.large = large
        self.words = words
        self.documents = documents
        self.sentences = sentences
        self._seed = seed
        self._together = lexical
        self._gram: Floats | None = None
        if words is not None:
            self._together = hstack([lexical, csr_matrix(words)]).tocsr()
            self._gram = (lexical @ lexical.T).toarray().astype(np.float32) + words @ words.T

    def fit(self, rows: Mask) -> Fitted:
        """What `rows` teach."""
        return self._fit_many(rows) if self.large else self._fit_few(rows)

    def scores(self, fitted: Fitted, rows: Mask) -> tuple[Floats, Floats]:
        """What the fast model and the sentence model say of `rows`; zeros where there is no sentence model."""
        fast = np.asarray(self.lexical[rows] @ fitted.coefficients + fitted.bias)
        if isinstance(fitted.words, Convolution) and self.documents is not None:
            fast += fitted.words.scores(self.documents[rows])
        if isinstance(fitted.words, Dense) and self.words is not None:
            fast += fitted.words.scores(self.words[rows])
        if self.sentences is None or fitted.sentences is None:
            return fast, np.zeros_like(fast)
        return fast, fitted.sentences.scores(self.sentences[rows])

    def _fit_few(self, rows: Mask) -> Fitted:
        labels, matrix = self.labels[rows], self._together[rows]
        coefficients, bias = fit_columns(matrix, labels, self.columns, self._seed)
        sentences: Dense | None = None
        if self.sentences is not None:
            sentences = fit_sentences(self.sentences[rows], labels, self.columns)
            if self._gram is not None:
                taught = sentences.scores(self.sentences[rows])
                weights, constant = imitate(self._gram[np.ix_(rows, rows)], taught)
                coefficients += matrix.T @ weights
                bias += constant
        features = self.lexical.shape[1]
        return Fitted(
            coefficients=coefficients[:features],
            bias=bias,
            words=None if self.words is None else Dense(layers=((coefficients[features:], np.zeros_like(bias)),)),
            sentences=sentences,
        )

    def _fit_many(self, rows: Mask) -> Fitted:
        labels, matrix = self.labels[rows], self.lexical[rows]
        coefficients, bias = fit_columns(matrix, labels, self.columns, self._seed, large=True)
        spread = _spread(matrix @ coefficients + bias)

        words: Convolution | None = None
        if self.documents is not None:
            documents = self.documents[rows]
            words = fit_convolution(documents, labels, self.columns, self._seed)
            words = words.scaled(spread / _spread(words.scores(documents)))
        sentences: Dense | None = None
        if self.sentences is not None:
            vectors = self.sentences[rows]
            sentences = fit_network(vectors, labels, self.columns, self._seed)
            sentences = sentences.scaled(spread / _spread(sentences.scores(vectors)))
        return Fitted(coefficients=coefficients, bias=bias, words=words, sentences=sentences)


def _spread(scores: Floats) -> float:
    return float(scores.std()) + 1e-9
