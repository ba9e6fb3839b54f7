"""Calibration and thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from intents.confidence import (
    Calibration,
    choose_thresholds,
    expected_calibration_error,
    fit_intents,
    fit_scope,
    intent_probabilities,
    risk_coverage,
    scope_probability,
    softmax,
)


def drawn(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and truths drawn from the softmax of half of them: the right temperature is 2."""
    generator = np.random.default_rng(seed)
    scores = generator.normal(scale=5, size=(rows, 6))
    truth = np.array([generator.choice(6, p=odds) for odds in softmax(scores / 2)])
    return scores, truth


def test_the_temperature_is_found() -> None:
    fitted = fit_intents(*drawn(3000, 1))
    assert fitted.temperature == pytest.approx(2, rel=0.1)
    assert fitted.over_second == pytest.approx(0, abs=0.25)
    assert fitted.over_all == pytest.approx(0, abs=0.25)
    assert fitted.offset == pytest.approx(0, abs=0.2)


def test_fitted_confidence_means_what_it_says_on_new_rows() -> None:
    fitted = fit_intents(*drawn(2000, 1))
    scores, truth = drawn(4000, 2)
    odds = intent_probabilities(scores, fitted)
    assert expected_calibration_error(odds.max(axis=1), odds.argmax(axis=1) == truth) < 0.03
    assert expected_calibration_error(softmax(scores).max(axis=1), odds.argmax(axis=1) == truth) > 0.08


def test_without_rows_the_usual_calibration_is_used() -> None:
    fitted = fit_intents(np.empty((0, 3)), np.empty(0, dtype=np.intp))
    assert fitted.temperature > 0
    assert (fitted.over_second, fitted.over_all, fitted.offset) == (0.0, 0.0, 0.0)


def test_labels_that_are_often_wrong_do_not_cost_the_middle_its_confidence() -> None:
    def mislabelled(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        scores, truth = drawn(rows, seed)
        generator = np.random.default_rng(seed)
        return scores, np.where(generator.random(rows) < 0.1, generator.integers(0, 6, rows), truth)

    fitted = fit_intents(*mislabelled(3000, 1))
    scores, truth = mislabelled(6000, 2)

    def error(calibration: Calibration) -> float:
        odds = intent_probabilities(scores, calibration)
        return expected_calibration_error(odds.max(axis=1), odds.argmax(axis=1) == truth)

    assert error(fitted) < 0.8 * error(Calibration(temperature=fitted.temperature))


@pytest.mark.parametrize("seed", range(5))
def test_a_surer_best_never_becomes_less_sure(seed: int) -> None:
    scores, truth = drawn(60, seed)
    fitted = fit_intents(scores, np.where(scores.max(axis=1) > 8, (truth + 1) % 6, truth))
    odds = [(best, 1 - best) for best in np.linspace(0.5, 0.999, 50)]
    sharpened = [fitted.sharpen(best, second) for best, second in odds]
    assert sharpened == sorted(sharpened)


def test_scores_of_a_wild_scale_are_calibrated_too() -> None:
    scores, truth = drawn(1000, 3)
    odds = intent_probabilities(scores * 200, fit_intents(scores * 200, truth))
    right = odds.argmax(axis=1) == truth
    assert odds.max(axis=1).mean() == pytest.approx(right.mean(), abs=0.05)


def test_sharpening_keeps_the_order_and_the_sum() -> None:
    odds = intent_probabilities(np.array([[1.0, 0.9, 0.0], [5.0, 0.0, 0.0]]), Calibration(temperature=1, offset=-5))
    assert odds.sum(axis=1) == pytest.approx([1, 1])
    assert odds[:, 0] == pytest.approx(odds.max(axis=1))


def test_scope_tells_inside_from_outside() -> None:
    generator = np.random.default_rng(0)
    inside, outside = generator.normal(2, 1, size=(200, 2)), generator.normal(-2, 1, size=(50, 2))
    weights, bias = fit_scope(inside, outside)
    fitted = Calibration(temperature=1, scope_weights=weights, scope_bias=bias)
    assert (scope_probability(inside, fitted) > 0.5).mean() > 0.95
    assert (scope_probability(outside, fitted) < 0.5).mean() > 0.95


def test_thresholds_keep_to_the_target() -> None:
    generator = np.random.default_rng(5)
    confidence = generator.uniform(0.2, 1, size=20_000)
    right = generator.random(20_000) < confidence
    chosen = choose_thresholds(
        confidence=confidence,
        margin=np.ones(20_000),
        in_scope=np.ones(20_000),
        right=right,
        intent=["a"] * 20_000,
        outside_scope=np.zeros(10),
        target_wrong=0.05,
    )
    given = confidence >= chosen.answer
    assert given.mean() > 0.05
    assert (~right[given]).mean() < 0.065
    assert 0 < chosen.in_scope <= 1


def test_risk_falls_as_the_threshold_rises() -> None:
    thresholds, answered, wrong = risk_coverage(np.array([0.9, 0.5, 0.7]), np.array([True, False, True]))
    assert thresholds.tolist() == [0.9, 0.7, 0.5]
    assert answered.tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert wrong.tolist() == pytest.approx([0, 0, 1 / 3])
