"""A classifier of somebody else's, made trustworthy: what it says is calibrated on examples it has not seen.

The learner only learns and ranks; its numbers may mean anything, as long as more is likelier. Here they become
probabilities, thresholds are chosen, and all of it is kept in the model file, the learner's own bytes with it.
How that is fitted stands in `judging`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from conversation.errors import ModelError
from conversation.understanding import IntentScore
from intents import container
from intents.confidence import Calibration, intent_probabilities, scope_probability
from intents.kinds import Lesson
from intents.model import Model
from intents.model_file import VERSION, header_of, model_of
from intents.semantic import Embedder
from intents.understanding import Classifier, Normalized, Ranking

RANKED = 10
LEFT_OUT = 1e-3
"""What the confidence of a candidate counts as that a classifier leaves out, or gives less."""

Floats = NDArray[np.float64]
Example = tuple[Normalized, str]


class Learner(Protocol):
    """What a package has to bring where `Calibrated` does the rest.

    `name` goes into the model file: change it when what `read` takes changes, and older models are refused.
    """

    @property
    def name(self) -> str: ...

    def learn(self, examples: Sequence[Example], outside: Sequence[Normalized]) -> bytes:
        """Learn from examples with their intents, and from texts `outside` of all of them; returns all that `read`
        needs. Called several times, with some of the examples left out."""
        ...

    def read(self, learnt: bytes) -> Classifier:
        """The classifier that was learnt. Its confidences are between 0 and 1, and need not be calibrated."""
        ...


class CalibratedClassifier:
    """Ranks as the inner classifier does, with calibrated numbers. Immutable; as safe to share as that one is."""

    def __init__(self, inner: Classifier, intents: Sequence[str], calibration: Calibration, learnt: bytes) -> None:
        self.intents = tuple(intents)
        self.calibration = calibration
        self.learnt = learnt
        self._inner = inner
        self._columns = {intent: column for column, intent in enumerate(self.intents)}

    def rank(self, text: Normalized) -> Ranking:
        """The likeliest intents for `text`, best first."""
        return self._calibrated(text, self._inner.rank(text))

    def rank_many(self, texts: Sequence[Normalized]) -> list[Ranking]:
        """The same for many texts, in order."""
        return [self._calibrated(*pair) for pair in zip(texts, self._inner.rank_many(texts), strict=True)]

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        """What the inner classifier says spoke for `intent`."""
        return self._inner.explain(text, intent)

    def _calibrated(self, text: Normalized, ranking: Ranking) -> Ranking:
        scores = scores_of(ranking, self._columns)
        if not ranking.candidates or scores is None:
            return Ranking(candidates=(), in_scope=0.0)
        odds = intent_probabilities(scores[None], self.calibration)[0]
        order = np.argsort(-odds, kind="stable")[:RANKED]
        scope = scope_probability(signals_of(text, ranking)[None], self.calibration)
        return Ranking(
            candidates=tuple(IntentScore(intent=self.intents[i], confidence=float(odds[i])) for i in order.tolist()),
            in_scope=float(scope[0]),
        )


def scores_of(ranking: Ranking, columns: dict[str, int]) -> Floats | None:
    """The log-confidence of every intent; None where no candidate is one of them."""
    scores = np.full(len(columns), np.log(LEFT_OUT))
    known = [score for score in ranking.candidates if score.intent in columns]
    for score in known:
        scores[columns[score.intent]] = np.log(max(score.confidence, LEFT_OUT))
    return scores if known else None


def signals_of(text: Normalized, ranking: Ranking) -> Floats:
    """What tells whether a text is in scope: the classifier's word on it, its best confidence, the known words."""
    best = ranking.candidates[0].confidence if ranking.candidates else 0.0
    return np.array([_logit(ranking.in_scope), _logit(best), text.known])


def _logit(share: float) -> float:
    share = min(max(share, LEFT_OUT), 1 - LEFT_OUT)
    return float(np.log(share / (1 - share)))


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A `Kind` made of a learner. `blocking` says whether its classifier takes longer than a millisecond or so."""

    learner: Learner
    blocking: bool = False
    embeds: bool = False

    def train(self, lesson: Lesson) -> Model:
        """See `Kind.train`."""
        from intents.judging import train  # It imports SciPy.

        return train(self.learner, lesson)

    def save(self, model: Model, path: Path) -> None:
        """See `Kind.save`."""
        classifier = model.classifier
        if not isinstance(classifier, CalibratedClassifier):
            raise TypeError(f"{type(classifier).__name__} is not of this kind")
        header = {**header_of(model), "learner": self.learner.name, "calibration": asdict(classifier.calibration)}
        container.write(path, VERSION, header, {"learnt": np.frombuffer(classifier.learnt, dtype=np.uint8)})

    def load(self, path: Path, embedder: Callable[[], Embedder]) -> Model:
        """See `Kind.load`."""
        header, arrays = container.read(path, VERSION)
        if header.get("learner") != self.learner.name:
            made_by = header.get("learner", "another kind of classifier")
            raise ModelError(f"{path} was trained by {made_by}, not {self.learner.name}.", remedy=container.REMEDY)
        try:
            learnt = arrays["learnt"].tobytes()
            values = header["calibration"]
            calibration = Calibration(**{**values, "scope_weights": tuple(values["scope_weights"])})
            inner = self.learner.read(learnt)
            return model_of(header, CalibratedClassifier(inner, header["intents"], calibration, learnt))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{path} is damaged: {error}.", remedy=container.REMEDY) from error
