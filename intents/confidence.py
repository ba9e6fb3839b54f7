"""Confidence that means what it says: from raw scores to probabilities, and from a target to thresholds.

Everything here is fitted on *out-of-fold* scores: each example scored by a model that has not seen it. One
temperature turns scores into intent probabilities (Guo et al. 2017), and a sigmoid of two leads corrects the best one;
a small logistic regression turns a few signals into the probability of being in scope at all; and thresholds
are the lowest at which the share of wrong answers among those given keeps to a stated target. It knows nothing
of features or training.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from intents.triage import Thresholds

Floats = NDArray[np.float64]

SIGNALS = ("best_score", "background_margin", "coverage", "known")
_USUAL_TEMPERATURE = 0.5
_TINY = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """How raw scores become probabilities.

    Intent probabilities are `softmax(scores / temperature)`, after which the best one's log-odds are moved by
    `over_second · ln(best / second) - over_all · ln(1 - best) + offset` and the others share the rest as before
    (`sharpen`). The scope probability is the logistic of `scope_bias + signals · scope_weights`, the signals being
    those of `SIGNALS`, in order.
    """

    temperature: float
    over_second: float = 0.0
    over_all: float = 0.0
    offset: float = 0.0
    scope_weights: tuple[float, ...] = ()
    scope_bias: float = 2.0

    def sharpen(self, best: float, second: float) -> float:
        """The final probability of the best intent, given the two highest of the softmax.

        It never falls below what its runner-up gets, so the order stays.
        """
        best = min(max(best, _TINY), 1 - _TINY)
        second = max(second, _TINY)
        logit = log(best / (1 - best)) + self.offset
        logit += self.over_second * log(best / second) - self.over_all * log(1 - best)
        sharpened = 1 / (1 + exp(-logit))
        return max(sharpened, second / (1 - best + second))


def softmax(scores: Floats) -> Floats:
    """Row-wise softmax; rows may hold `-inf` for intents that cannot be."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def intent_probabilities(scores: Floats, calibration: Calibration) -> Floats:
    """Calibrated probabilities for rows of raw scores, of shape (texts, intents)."""
    odds = softmax(scores / calibration.temperature)
    if odds.shape[1] < 2:
        return odds
    top = np.sort(odds, axis=1)[:, -2:]
    best = np.array([calibration.sharpen(first, second) for second, first in top.tolist()])
    rest = (1 - best) / np.maximum(1 - top[:, 1], _TINY)
    odds *= rest[:, None]
    odds[np.arange(len(odds)), odds.argmax(axis=1)] = best
    return odds


def fit_intents(scores: Floats, truth: NDArray[np.intp]) -> Calibration:
    """A `Calibration` of intents, its scope part left open, from out-of-fold scores and the true columns.

    The temperature has the highest likelihood of the truth, the sigmoid the highest likelihood of the best intent
    being right or wrong. Labels that are wrong themselves keep even the surest texts from being right always: one
    slope would have to pay for that in the middle, two (as in Kull et al. 2017) need not. Weak priors around the usual
    values, worth a few rows, keep a handful of examples from deciding.
    """
    if len(truth) == 0:
        return Calibration(temperature=_USUAL_TEMPERATURE)
    temperature, _ = fit_temperature(scores, truth)
    odds = np.clip(np.sort(softmax(scores / temperature), axis=1), _TINY, 1 - _TINY)
    best, second = odds[:, -1], odds[:, -2]
    # What is fitted is the difference from the odds as they are, which the ridge draws to nothing.
    leads = np.column_stack([np.log(best / second), -np.log(1 - best)])
    right = (scores.argmax(axis=1) == truth).astype(float)
    slopes, offset = _logistic(leads, right, np.ones(len(truth)), ridge=5.0, start=np.log(best / (1 - best)))
    over_second, over_all = slopes.tolist()
    return Calibration(
        temperature=temperature,
        over_second=over_second,
        over_all=max(over_all, 0.1 - 1 - over_second),  # Surer must not become less sure.
        offset=offset,
    )


def fit_temperature(scores: Floats, truth: NDArray[np.intp]) -> tuple[float, float]:
    """The temperature at which `truth` is likeliest, and the loss there: the prior's, less the log-likelihood.

    Models score on scales of their own: the prior is that the temperature is about the spread of a row's scores.
    """
    rows = np.arange(len(truth))
    usual = float(np.log(np.median(scores.std(axis=1)) + _TINY))

    def loss(log_temperature: float) -> float:
        odds = softmax(scores / np.exp(log_temperature))[rows, truth]
        prior = 2 * (log_temperature - usual) ** 2
        return float(prior - np.log(np.maximum(odds, _TINY)).sum())

    found = _golden(loss, usual - 3, usual + 3)
    return float(np.exp(found)), loss(found)


def _golden(function: Callable[[float], float], low: float, high: float) -> float:
    """Golden-section search for the minimum of a function with one valley."""
    ratio = (5**0.5 - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = function(left), function(right)
    for _ in range(24):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = function(right)
    return (low + high) / 2


def _logistic(
    signals: Floats, target: Floats, weight: Floats, *, ridge: float, start: Floats | float = 0.0
) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression on top of the fixed logits `start`, by Newton's method.

    `ridge` penalises the weights and, a tenth as much, the bias.
    """
    design = np.hstack([signals, np.ones((len(signals), 1))])
    penalty = np.diag([*[ridge] * signals.shape[1], ridge / 10])
    beta = np.zeros(design.shape[1])

    def loss(beta: Floats) -> float:
        logits = design @ beta + start
        return float(weight @ (np.logaddexp(0, logits) - target * logits) + beta @ penalty @ beta / 2)

    for _ in range(50):
        probability = _sigmoid(design @ beta + start)
        gradient = design.T @ (weight * (probability - target)) + penalty @ beta
        spread = weight * np.maximum(probability * (1 - probability), _TINY)
        step = np.linalg.solve((design * spread[:, None]).T @ design + penalty, gradient)
        # Far from the minimum a whole step can overshoot, and the next one further.
        while loss(beta - step) > loss(beta) and float(np.abs(step).max()) >= 1e-8:
            step /= 2
        beta -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return beta[:-1], float(beta[-1])


def _sigmoid(logits: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    return result


def fit_scope(inside: Floats, outside: Floats) -> tuple[tuple[float, ...], float]:
    """A logistic regression that tells `inside` from `outside` signals; both kinds weigh the same in total.

    Returns weights and bias for raw signals.
    """
    signals = np.vstack([inside, outside])
    mean, spread = signals.mean(axis=0), signals.std(axis=0) + 1e-9
    weights, bias = _logistic(
        (signals - mean) / spread,
        np.concatenate([np.ones(len(inside)), np.zeros(len(outside))]),
        np.concatenate([np.full(len(inside), 0.5 / len(inside)), np.full(len(outside), 0.5 / len(outside))]),
        ridge=1e-3,
    )
    raw = weights / spread
    return tuple(float(value) for value in raw), bias - float(raw @ mean)


def scope_probability(signals: Floats, calibration: Calibration) -> Floats:
    """The in-scope probability of every row of `signals`."""
    return _sigmoid(signals @ np.array(calibration.scope_weights) + calibration.scope_bias)


def expected_calibration_error(confidence: Floats, right: NDArray[np.bool_], *, bins: int = 15) -> float:
    """ECE: the mean gap between confidence and accuracy over `bins` equal-width bins, weighted by size."""
    return sum(share * abs(accuracy - mean) for mean, accuracy, share in reliability(confidence, right, bins=bins))


def reliability(confidence: Floats, right: NDArray[np.bool_], *, bins: int = 15) -> list[tuple[float, float, float]]:
    """(mean confidence, accuracy, share of rows) of every bin that is not empty, lowest first."""
    if len(confidence) == 0:
        return []
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        (float(confidence[inside].mean()), float(right[inside].mean()), float(inside.mean()))
        for index in range(bins)
        if (inside := number == index).any()
    ]


def risk_coverage(confidence: Floats, right: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Answer only above a threshold: (thresholds, share answered, share wrong among them), highest first."""
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    return confidence[order], answered / max(len(order), 1), wrong / answered


def choose_thresholds(
    *,
    confidence: Floats,
    margin: Floats,
    in_scope: Floats,
    right: NDArray[np.bool_],
    intent: Sequence[str],
    outside_scope: Floats,
    target_wrong: float,
) -> Thresholds:
    """Thresholds under which at most `target_wrong` of the answers given are wrong, by out-of-fold scores.

    `intent` is the intent that would be answered; rows are in-scope examples. An intent that is wrong more than
    twice as often as that, seen on twenty answers or more, has to be half-way surer. `outside_scope` holds the scope
    probabilities of texts that must not be answered.
    """
    defaults = Thresholds()
    scope = _scope_threshold(in_scope, outside_scope)
    open_rows = (in_scope >= scope) & (margin >= defaults.margin)
    answer = _lowest_threshold(confidence[open_rows], target_wrong, floor=0.35)
    names = np.array(intent, dtype=object)
    per_intent: dict[str, float] = {}
    for name in sorted(set(intent)):
        mine = open_rows & (names == name)
        given = mine & (confidence >= answer)
        if given.sum() >= 20 and (~right[given]).mean() > 2 * target_wrong:
            per_intent[name] = round(answer + (1 - answer) / 2, 3)
    return Thresholds(
        answer=round(answer, 3),
        clarify=round(min(defaults.clarify, answer / 2), 3),
        margin=defaults.margin,
        in_scope=round(scope, 3),
        choices=defaults.choices,
        per_intent=per_intent,
    )


def _lowest_threshold(confidence: Floats, target: float, *, floor: float) -> float:
    """The lowest confidence from which on the expected wrong share keeps to `target`; 0.95 where none does.

    Expected by the confidences themselves, which are calibrated on the same rows: counting the errors instead
    would give much the same, with more noise.
    """
    ordered = np.sort(confidence)[::-1]
    risk = np.cumsum(1 - ordered) / np.arange(1, len(ordered) + 1)
    keeps = np.flatnonzero(risk <= target)
    return float(max(ordered[keeps[-1]], floor)) if len(keeps) else 0.95


def _scope_threshold(inside: Floats, outside: Floats) -> float:
    """Refuse what lies outside while losing few of those inside: the threshold of the lowest summed cost,
    a stranger let in costing as much as a customer turned away."""
    if len(inside) == 0 or len(outside) == 0:
        return 0.5
    candidates = np.linspace(0.2, 0.8, 61)
    cost = [(inside < candidate).mean() + (outside >= candidate).mean() for candidate in candidates]
    return float(candidates[int(np.argmin(cost))])
