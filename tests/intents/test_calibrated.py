"""Somebody else's classifier: whatever its numbers mean, they come out as probabilities."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean
from zlib import crc32

import pytest

from conversation.errors import DataError, ModelError
from conversation.understanding import IntentScore
from intents.calibrated import Calibrated, Example
from intents.kinds import Lesson
from intents.levels import PLAIN
from intents.semantic import Embedder
from intents.understanding import Normalized, Ranking
from tests.intents.training_examples import EXAMPLES, NORMALISER

INTENTS = ("jam_buka", "ongkir", "refund")


@dataclass(frozen=True)
class Boaster:
    """Is right seven times in ten, and says 0.99 each time. What it says depends on the text alone."""

    name: str = "boaster 1"
    right: float = 0.7

    def learn(self, examples: Sequence[Example], outside: Sequence[Normalized]) -> bytes:
        return json.dumps(sorted({intent for _, intent in examples})).encode()

    def read(self, learnt: bytes) -> Boaster:
        return self

    def rank(self, text: Normalized) -> Ranking:
        draw = Random(crc32(text.raw.encode()))
        truth = text.raw.split()[0]
        if truth not in INTENTS:
            return Ranking(candidates=(IntentScore(intent="ongkir", confidence=0.99),), in_scope=0.3)
        said = truth if draw.random() < self.right else draw.choice([each for each in INTENTS if each != truth])
        return Ranking(candidates=(IntentScore(intent=said, confidence=0.99),), in_scope=0.9)

    def rank_many(self, texts: Sequence[Normalized]) -> list[Ranking]:
        return [self.rank(text) for text in texts]

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        return [(intent, 1.0)]


def lesson() -> Lesson:
    rows = [(f"{intent} {number} kata{number * 7}", intent) for number in range(250) for intent in INTENTS]
    strange = [f"aneh {number} lain{number}" for number in range(40)]
    return Lesson(examples=rows, out_of_scope=strange, normaliser=NORMALISER)


def never() -> Embedder:
    raise AssertionError("it wants no embedder")


def test_confidences_say_how_often_it_is_right() -> None:
    model = Calibrated(Boaster()).train(lesson())
    texts = [NORMALISER.normalise(f"{intent} lagi {number}") for number in range(200) for intent in INTENTS]
    best = [ranking.candidates[0] for ranking in model.classifier.rank_many(texts)]
    share = mean(score.intent == text.raw.split()[0] for score, text in zip(best, texts, strict=True))
    assert share == pytest.approx(0.7, abs=0.06)
    assert mean(score.confidence for score in best) == pytest.approx(share, abs=0.08)
    assert model.report.accuracy == pytest.approx(0.7, abs=0.08)
    assert model.report.ece is not None
    assert model.report.ece < 0.1


def test_one_that_is_wrong_too_often_is_not_let_answer_alone() -> None:
    thresholds = Calibrated(Boaster()).train(lesson()).thresholds
    assert thresholds.answer > 0.8


def test_what_it_says_of_scope_is_learnt_to_be_read() -> None:
    classifier = Calibrated(Boaster()).train(lesson()).classifier
    inside, outside = (classifier.rank(NORMALISER.normalise(text)).in_scope for text in ("refund dong", "aneh sekali"))
    assert inside > 0.7
    assert outside < 0.3


def test_the_order_of_candidates_is_kept_and_what_is_unknown_left_out() -> None:
    model = Calibrated(Boaster()).train(lesson())
    text = NORMALISER.normalise("refund kapan")
    raw, ranked = Boaster().rank(text), model.classifier.rank(text)
    assert ranked.candidates[0].intent == raw.candidates[0].intent
    assert sum(score.confidence for score in ranked.candidates) == pytest.approx(1)


def test_a_model_of_another_learner_or_another_kind_is_refused(tmp_path: Path) -> None:
    kind, path = Calibrated(Boaster()), tmp_path / "model.tgm"
    kind.save(kind.train(lesson()), path)
    with pytest.raises(ModelError, match=r"was trained by boaster 1, not boaster 2\.") as error:
        Calibrated(Boaster(name="boaster 2")).load(path, never)
    assert "tanggap train" in error.value.remedy
    with pytest.raises(ModelError, match=r"was trained by boaster 1\."):
        PLAIN.load(path, never)
    PLAIN.save(PLAIN.train(Lesson(examples=EXAMPLES, normaliser=NORMALISER)), path)
    with pytest.raises(ModelError, match="was trained by another kind of classifier, not boaster 1"):
        kind.load(path, never)


def test_a_few_examples_are_enough_to_train_but_not_to_boast() -> None:
    rows = [("jam_buka a", "jam_buka"), ("ongkir b", "ongkir")]
    model = Calibrated(Boaster(right=1.0)).train(Lesson(examples=rows, normaliser=NORMALISER))
    assert model.report.accuracy is None
    with pytest.raises(DataError):
        Calibrated(Boaster()).train(Lesson(examples=rows[:1], normaliser=NORMALISER))
