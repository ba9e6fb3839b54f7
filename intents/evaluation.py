"""How good a model is, measured on examples it was not trained on.

`evaluate` trains on one set and tests on another, `cross_validate` does so in folds, `measure` judges a model
that is there already. The result is plain frozen numbers, which `report` turns into a page. Only the first
two train, and import scikit-learn when they do.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from conversation.errors import DataError
from conversation.understanding import Understanding
from intents.confidence import expected_calibration_error, reliability, risk_coverage
from intents.kinds import Kind, Lesson
from intents.levels import PLAIN
from intents.model import Model
from intents.normalise import Normaliser
from intents.semantic import Embedder
from intents.triage import Thresholds, Verdict, triage
from intents.understanding import Ranking

Example = tuple[str, str]
_COVERAGE_POINTS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentResult:
    """One intent: how many test rows it has, how many were given to it, and how well (all 0–1)."""

    intent: str
    support: int
    predicted: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Confusion:
    """`count` messages of `truth` were taken for `guess`; `examples` are up to three of them."""

    truth: str
    guess: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Latency:
    """Microseconds for one message, normalisation included: median, 99th percentile and mean."""

    p50: float
    p99: float
    mean: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What was measured.

    `answered` is the share of test rows that triage would answer at the model's thresholds, `wrong_answers` the
    share of wrong ones among those, `asked_back_right` the share of rows asked back with the right intent among
    the choices. `out_of_scope_refused` is None without out-of-scope rows. `reliability` holds (confidence,
    accuracy, share) per bin, `risk_coverage` (threshold, share answered, share wrong), highest threshold first.
    """

    understanding: str
    n_train: int
    n_test: int
    accuracy: float
    macro_f1: float
    ece: float
    answered: float
    wrong_answers: float
    asked_back_right: float
    out_of_scope_refused: float | None
    train_seconds: float
    latency_us: Latency
    embedded_share: float
    intents: tuple[IntentResult, ...]
    confusions: tuple[Confusion, ...]
    reliability: tuple[tuple[float, float, float], ...]
    risk_coverage: tuple[tuple[float, float, float], ...]
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The whole as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """Test rows and what the model said of them."""

    texts: list[str]
    truth: list[str]
    rankings: list[Ranking]
    thresholds: list[Thresholds]
    micros: list[float]


def evaluate(
    train_examples: Sequence[Example],
    test_examples: Sequence[Example],
    *,
    normaliser: Normaliser,
    out_of_scope: Sequence[str] = (),
    out_of_scope_test: Sequence[str] = (),
    kind: Kind = PLAIN,
    target_wrong: float = 0.05,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
    embedder: Embedder | None = None,
) -> Evaluation:
    """Train on `train_examples` and `out_of_scope`, then `measure` on the test examples."""
    model = kind.train(
        Lesson(
            examples=train_examples,
            out_of_scope=out_of_scope,
            normaliser=normaliser,
            target_wrong=target_wrong,
            seed=seed,
            progress=progress,
            embedder=embedder,
        )
    )
    return measure(model, test_examples, normaliser=normaliser, out_of_scope=out_of_scope_test, progress=progress)


def measure(
    model: Model,
    examples: Sequence[Example],
    *,
    normaliser: Normaliser,
    out_of_scope: Sequence[str] = (),
    progress: Callable[[str, float], None] | None = None,
) -> Evaluation:
    """Judge `model` on `examples` and on texts that are `out_of_scope`. Raises `DataError` without examples."""
    judged = _judge(model, examples, normaliser, progress)
    strange = _judge(model, [(text, "") for text in out_of_scope], normaliser, None)
    return _summary([model], judged, strange)


def cross_validate(
    examples: Sequence[Example],
    *,
    normaliser: Normaliser,
    out_of_scope: Sequence[str] = (),
    kind: Kind = PLAIN,
    folds: int = 5,
    target_wrong: float = 0.05,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
    embedder: Embedder | None = None,
) -> Evaluation:
    """Train and test `folds` times, each row being tested once by a model that has not seen it.

    Intents with a single example are trained on but never tested. Out-of-scope texts are dealt out likewise.
    """
    rows = _dealt([intent for _, intent in examples], folds, seed)
    strange_rows = _dealt(["" for _ in out_of_scope], folds, seed)
    counts = Counter(intent for _, intent in examples)
    models: list[Model] = []
    parts: list[_Judged] = []
    strange_parts: list[_Judged] = []
    for fold in range(folds):
        tested = [
            example for example, row in zip(examples, rows, strict=True) if row == fold and counts[example[1]] > 1
        ]
        model = kind.train(
            Lesson(
                examples=[
                    each for each, row in zip(examples, rows, strict=True) if row != fold or counts[each[1]] == 1
                ],
                out_of_scope=[text for text, row in zip(out_of_scope, strange_rows, strict=True) if row != fold],
                normaliser=normaliser,
                target_wrong=target_wrong,
                seed=seed,
                embedder=embedder,
            )
        )
        models.append(model)
        parts.append(_judge(model, tested, normaliser, None))
        unseen = [(text, "") for text, row in zip(out_of_scope, strange_rows, strict=True) if row == fold]
        strange_parts.append(_judge(model, unseen, normaliser, None))
        if progress:
            progress("cross-validate", (fold + 1) / folds)
    return _summary(models, _joined(parts), _joined(strange_parts))


def _dealt(labels: Sequence[str], folds: int, seed: int) -> list[int]:
    """A fold for each row, the rows of each label spread evenly."""
    generator = np.random.default_rng(seed)
    result = [0] * len(labels)
    next_fold: Counter[str] = Counter()
    for row in generator.permutation(len(labels)).tolist():
        result[row] = next_fold[labels[row]] % folds
        next_fold[labels[row]] += 1
    return result


def _judge(
    model: Model,
    examples: Sequence[Example],
    normaliser: Normaliser,
    progress: Callable[[str, float], None] | None,
) -> _Judged:
    rankings: list[Ranking] = []
    micros: list[float] = []
    for number, (text, _) in enumerate(examples):
        started = time.perf_counter_ns()
        rankings.append(model.classifier.rank(normaliser.normalise(text)))
        micros.append((time.perf_counter_ns() - started) / 1000)
        if progress and number % 100 == 0:
            progress("test", number / len(examples))
    return _Judged(
        texts=[text for text, _ in examples],
        truth=[intent for _, intent in examples],
        rankings=rankings,
        thresholds=[model.thresholds] * len(examples),
        micros=micros,
    )


def _joined(parts: Sequence[_Judged]) -> _Judged:
    return _Judged(
        texts=[text for part in parts for text in part.texts],
        truth=[truth for part in parts for truth in part.truth],
        rankings=[ranking for part in parts for ranking in part.rankings],
        thresholds=[thresholds for part in parts for thresholds in part.thresholds],
        micros=[micros for part in parts for micros in part.micros],
    )


def _summary(models: Sequence[Model], judged: _Judged, strange: _Judged) -> Evaluation:
    if not judged.texts:
        raise DataError("There are no examples to test on.", remedy="Give a file of text<TAB>intent rows.")
    guesses = [ranking.candidates[0].intent if ranking.candidates else "" for ranking in judged.rankings]
    confidence = np.array(
        [ranking.candidates[0].confidence if ranking.candidates else 0.0 for ranking in judged.rankings]
    )
    right = np.array([guess == truth for guess, truth in zip(guesses, judged.truth, strict=True)])
    intents = _per_intent(judged.truth, guesses)
    verdicts = [_verdict(ranking, limits) for ranking, limits in zip(judged.rankings, judged.thresholds, strict=True)]
    answered = np.array([kind is Verdict.ANSWER for kind, _ in verdicts])
    offered = np.array([truth in choices for truth, (_, choices) in zip(judged.truth, verdicts, strict=True)])
    refused = [
        _verdict(ranking, limits)[0] is not Verdict.ANSWER
        for ranking, limits in zip(strange.rankings, strange.thresholds, strict=True)
    ]
    micros = np.array(judged.micros)
    first = models[0]
    return Evaluation(
        understanding=first.meta.get("understanding", "plain"),
        n_train=round(float(np.mean([model.report.n_train for model in models]))),
        n_test=len(right),
        accuracy=float(right.mean()),
        macro_f1=float(np.mean([result.f1 for result in intents if result.support])),
        ece=expected_calibration_error(confidence, right),
        answered=float(answered.mean()),
        wrong_answers=float((~right[answered]).mean()) if answered.any() else 0.0,
        asked_back_right=float(offered.mean()),
        out_of_scope_refused=float(np.mean(refused)) if refused else None,
        train_seconds=float(np.mean([model.report.seconds for model in models])),
        latency_us=Latency(
            p50=float(np.percentile(micros, 50)), p99=float(np.percentile(micros, 99)), mean=float(micros.mean())
        ),
        embedded_share=float(np.mean([ranking.embedded for ranking in judged.rankings])),
        intents=tuple(intents),
        confusions=_confusions(judged.texts, judged.truth, guesses),
        reliability=tuple(reliability(confidence, right)),
        risk_coverage=_curve(confidence, right),
        warnings=first.report.warnings,
    )


def _verdict(ranking: Ranking, thresholds: Thresholds) -> tuple[Verdict, tuple[str, ...]]:
    """What triage would do, every intent being a plain question, and the choices it would offer."""
    understanding = Understanding(text="", normalized="", ranking=ranking.candidates, in_scope=ranking.in_scope)
    judgement = triage(understanding, {}, thresholds)
    return judgement.verdict, tuple(choice.intent for choice in judgement.choices)


def _per_intent(truth: Sequence[str], guesses: Sequence[str]) -> list[IntentResult]:
    support, predicted = Counter(truth), Counter(guesses)
    hits = Counter(guess for guess, true in zip(guesses, truth, strict=True) if guess == true)
    results = []
    for intent in sorted(set(support) | set(predicted) - {""}):
        precision = hits[intent] / predicted[intent] if predicted[intent] else 0.0
        recall = hits[intent] / support[intent] if support[intent] else 0.0
        results.append(
            IntentResult(
                intent=intent,
                support=support[intent],
                predicted=predicted[intent],
                precision=precision,
                recall=recall,
                f1=2 * precision * recall / (precision + recall) if hits[intent] else 0.0,
            )
        )
    return results


def _confusions(texts: Sequence[str], truth: Sequence[str], guesses: Sequence[str]) -> tuple[Confusion, ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for text, true, guess in zip(texts, truth, guesses, strict=True):
        if true != guess:
            found.setdefault((true, guess), []).append(text)
    pairs = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(
        Confusion(truth=true, guess=guess, count=len(rows), examples=tuple(rows[:3])) for (true, guess), rows in pairs
    )


def _curve(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[tuple[float, float, float], ...]:
    thresholds, coverage, risk = risk_coverage(confidence, right)
    picked = np.unique(np.linspace(0, len(thresholds) - 1, _COVERAGE_POINTS).round().astype(int))
    return tuple((float(thresholds[index]), float(coverage[index]), float(risk[index])) for index in picked)
