"""What training yields and serving needs: the classifier, its thresholds, and a report of how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from intents.outcomes import NOTHING_JUDGED, Outcomes
from intents.triage import Thresholds
from intents.understanding import Classifier


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingReport:
    """How training went. Accuracy and ECE are out-of-fold: each example judged by a model that never saw it.

    `accuracy` and `ece` are None where there are too few examples to cross-validate, and then `outcomes` are empty:
    these say which examples were judged right. `warnings` are for the people who write the examples, in plain words.
    """

    n_train: int
    n_out_of_scope: int
    intents: tuple[str, ...]
    accuracy: float | None
    ece: float | None
    seconds: float
    warnings: tuple[str, ...] = ()
    outcomes: Outcomes = NOTHING_JUDGED


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A trained model: immutable, cheap to share between threads."""

    classifier: Classifier
    thresholds: Thresholds
    report: TrainingReport
    meta: Mapping[str, str] = field(default_factory=dict)
