"""What a kind of classifier is: something that trains on examples, and keeps and finds again what it learnt.

The kinds that come along are in `levels`; one of another package that only ranks, and leaves calibration and the
model file to us, is wrapped by `calibrated`. This module knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from intents.model import Model
from intents.normalise import Normaliser
from intents.semantic import Embedder

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What there is to learn from, and how.

    Attributes:
        examples: pairs of (text, intent), as people wrote them.
        out_of_scope: texts that must not be answered.
        normaliser: makes of a text what `Classifier.rank` will be given.
        target_wrong: the share (0–1) of wrong answers among those given that the thresholds shall keep to.
        seed: the same lesson gives the same model.
        embedder: for kinds that want one.
        progress: to be told the name of a step, and the share (0–1) that is done.
    """

    examples: Sequence[tuple[str, str]]
    normaliser: Normaliser
    out_of_scope: Sequence[str] = ()
    target_wrong: float = 0.05
    seed: int = 0
    embedder: Embedder | None = None
    progress: Progress | None = None


class Kind(Protocol):
    """A kind of classifier, to be named in `understanding.mode`.

    A package offers an instance of it under the entry point group `tanggap.classifiers`.
    """

    @property
    def embeds(self) -> bool:
        """Whether a lesson needs an embedder."""
        ...

    @property
    def blocking(self) -> bool:
        """Whether ranking takes longer than a millisecond or so, and belongs in a thread."""
        ...

    def train(self, lesson: Lesson) -> Model:
        """Learn. The confidences of the model's classifier have to be calibrated probabilities: the thresholds, and
        the accuracy and the calibration error of the report, come from examples it was not trained on.

        Raises:
            DataError: there is nothing to learn from.
        """
        ...

    def save(self, model: Model, path: Path) -> None:
        """Write a model of this kind, with its `meta`, replacing what is there only once it is safely on disk.

        Raises:
            ModelError: it cannot be written.
        """
        ...

    def load(self, path: Path, embedder: Callable[[], Embedder]) -> Model:
        """Read a model; `embedder` gives the configured one, for classifiers that ask one while they serve.

        Raises:
            ModelError: there is none, or it is damaged, or of another kind or version.
        """
        ...
