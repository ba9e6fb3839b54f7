"""The gate: how good a trained knowledge base is, and whether it may take the place of the one that serves.

Two releases are compared only where both were put to the test: on the examples that both have and that were judged
in both cross-validations, and on the test messages that both have. So new examples that are hard, which lower the
accuracy and better the bot, do not speak against a release. This module trains nothing and has no words for people:
a `Reason` is a ground and its numbers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from math import sqrt
from typing import Any

from conversation.errors import DataError
from intents.outcomes import NOTHING_JUDGED, IntentHealth, Mistake, Outcomes, outcomes_from
from intents.triage import Triage, Verdict

SURELY = 1.64
"""Of n cases that changed, chance alone sends about sqrt(n) more one way than the other (McNemar's test, 1947). From so
many times that on (one in twenty by chance), a loss counts as one: three lost and none gained is the least."""

WORTH_NAMING = 2, 0.05
"""An intent is said to have changed from so many cases, and this share of those that were compared, on."""


class TrialResult(Enum):
    """What became of a test message."""

    ANSWERED = "answered"
    """With the intent that was expected."""
    OFFERED = "offered"
    """Asked back, with the expected intent among the choices."""
    WRONG = "wrong"
    """Answered with another intent, or answered although nobody should."""
    UNANSWERED = "unanswered"
    """Not known, or asked back without the expected intent."""
    REFUSED = "refused"
    """Not answered, as was expected."""


_RIGHT = frozenset({TrialResult.ANSWERED, TrialResult.OFFERED, TrialResult.REFUSED})
_GIVEN = frozenset({TrialResult.ANSWERED, TrialResult.WRONG})


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """A test message and what became of it.

    `expected` is the intent, or "" where the message must not be answered; `got` what was answered, or offered.
    """

    text: str
    expected: str
    got: tuple[str, ...]
    result: TrialResult

    @property
    def right(self) -> bool:
        """Whether it went as was expected."""
        return self.result in _RIGHT


def trial_of(text: str, expected: str, verdict: Triage) -> Trial:
    """The trial of a message of which triage gave this verdict."""
    if verdict.verdict in (Verdict.ANSWER, Verdict.ESCALATE) and verdict.intent is not None:
        got = (verdict.intent, *verdict.also)
        result = TrialResult.ANSWERED if expected in got else TrialResult.WRONG
    else:
        got = tuple(score.intent for score in verdict.choices)
        result = TrialResult.OFFERED if expected in got else TrialResult.UNANSWERED if expected else TrialResult.REFUSED
    return Trial(text=text, expected=expected, got=got, result=result)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What training and trying a knowledge base showed. Shares are 0–1.

    `accuracy`, `ece` (the error of the confidences) and `outcomes` are of the cross-validation: None and empty where
    there were too few examples for one. `trials` are of the knowledge base's own test messages.
    """

    accuracy: float | None
    ece: float | None
    outcomes: Outcomes = NOTHING_JUDGED
    trials: tuple[Trial, ...] = ()
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def intents(self) -> tuple[IntentHealth, ...]:
        """How the intents fared in cross-validation."""
        return self.outcomes.intents

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The examples that cross-validation got wrong."""
        return self.outcomes.mistakes

    @property
    def tests_right(self) -> float | None:
        """The share of test messages that went as expected."""
        return sum(trial.right for trial in self.trials) / len(self.trials) if self.trials else None

    @property
    def wrong_given(self) -> float | None:
        """The share of wrong answers among those that test messages got."""
        given = [trial.result for trial in self.trials if trial.result in _GIVEN]
        return given.count(TrialResult.WRONG) / len(given) if given else None

    def encode(self) -> str:
        """The whole as JSON."""
        plain = {
            "accuracy": self.accuracy,
            "ece": self.ece,
            "outcomes": self.outcomes.plain(),
            "trials": [{**asdict(trial), "result": trial.result.value} for trial in self.trials],
            "seconds": self.seconds,
            "warnings": self.warnings,
        }
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def decode_evaluation(text: str) -> Evaluation:
    """The opposite of `Evaluation.encode`.

    Raises:
        DataError: the text is none.
    """
    try:
        plain = json.loads(text)
        return Evaluation(
            accuracy=plain["accuracy"],
            ece=plain["ece"],
            outcomes=outcomes_from(plain["outcomes"]),
            trials=tuple(_trial(each) for each in plain["trials"]),
            seconds=float(plain["seconds"]),
            warnings=tuple(plain["warnings"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"an evaluation cannot be read: {error}", remedy="Have the knowledge base evaluated again."
        ) from error


def _trial(plain: Mapping[str, Any]) -> Trial:
    return Trial(
        text=plain["text"],
        expected=plain["expected"],
        got=tuple(plain["got"]),
        result=TrialResult(plain["result"]),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a release must keep to. All are shares (0–1).

    `most_lost` is of all cases (examples and test messages) that both releases were tried on, `most_lost_of_intent` of
    those of one intent: what was right before and is wrong now, less what was wrong and is right.
    """

    least_accuracy: float = 0.6
    least_tests_right: float = 0.75
    most_wrong_given: float = 0.1
    most_lost: float = 0.02
    most_lost_of_intent: float = 0.15


class Ground(Enum):
    """Why a release is refused; each is named as the limit that it breaks."""

    ACCURACY = "least_accuracy"
    TESTS_RIGHT = "least_tests_right"
    WRONG_GIVEN = "most_wrong_given"
    LOST = "most_lost"
    LOST_OF_INTENT = "most_lost_of_intent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """A ground with what was found and what the limit is (shares); `cases` says of how many cases `found` is."""

    ground: Ground
    found: float
    limit: float
    cases: int
    intent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Of so many cases that were `compared`, how many were right and are wrong now (`lost`), and the other way round.

    `intent` is "" for messages that must not be answered, and where the change is of all cases.
    """

    intent: str
    compared: int
    lost: int
    gained: int

    @property
    def net_lost(self) -> int:
        """How many more were lost than gained."""
        return self.lost - self.gained

    @property
    def share_lost(self) -> float:
        """The same as a share of those compared."""
        return self.net_lost / self.compared if self.compared else 0.0

    @property
    def worth_naming(self) -> bool:
        """Whether so much changed that people should look at it."""
        least, share = WORTH_NAMING
        return abs(self.net_lost) >= least and abs(self.share_lost) >= share

    def exceeds(self, limit: float) -> bool:
        """Whether surely (see `SURELY`) more than this share was lost."""
        return self.share_lost > limit and self.net_lost >= SURELY * sqrt(self.lost + self.gained)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """Whether a release may be published, and what it changes.

    `total` and `intents` (those worth naming, worst first) count examples and test messages together. `worse` are
    examples that cross-validation had right and has wrong now, `better` (as they were) the other way round.
    """

    reasons: tuple[Reason, ...]
    total: Change
    intents: tuple[Change, ...] = ()
    better: tuple[Mistake, ...] = ()
    worse: tuple[Mistake, ...] = ()
    now_right: tuple[Trial, ...] = ()
    now_wrong: tuple[Trial, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def judge(new: Evaluation, old: Evaluation | None, limits: Limits) -> Judgement:
    """Judge a release by itself, and beside the one that serves now, if there is one."""
    alone = tuple(_alone(new, limits))
    if old is None:
        return Judgement(reasons=alone, total=Change(intent="", compared=0, lost=0, gained=0))
    both = _judged(new) & _judged(old)
    had, has = ({(each.intent, each.mark) for each in evaluation.mistakes} for evaluation in (old, new))
    worse = tuple(each for each in new.mistakes if (each.intent, each.mark) in both - had)
    better = tuple(each for each in old.mistakes if (each.intent, each.mark) in both - has)
    before = {(trial.text, trial.expected): trial.right for trial in old.trials}
    repeated = [trial for trial in new.trials if (trial.text, trial.expected) in before]
    turned = [trial for trial in repeated if before[trial.text, trial.expected] != trial.right]
    now_right = tuple(trial for trial in turned if trial.right)
    now_wrong = tuple(trial for trial in turned if not trial.right)

    lost = Counter([*(each.intent for each in worse), *(trial.expected for trial in now_wrong)])
    gained = Counter([*(each.intent for each in better), *(trial.expected for trial in now_right)])
    compared = Counter([*(intent for intent, _ in both), *(trial.expected for trial in repeated)])
    total = Change(intent="", compared=len(both) + len(repeated), lost=lost.total(), gained=gained.total())
    changes = [
        Change(intent=name, compared=compared[name], lost=lost[name], gained=gained[name]) for name in sorted(compared)
    ]
    return Judgement(
        reasons=(*alone, *_beside(total, changes, limits)),
        total=total,
        intents=tuple(sorted((each for each in changes if each.worth_naming), key=lambda each: -each.net_lost)),
        better=better,
        worse=worse,
        now_right=now_right,
        now_wrong=now_wrong,
    )


def _judged(evaluation: Evaluation) -> set[tuple[str, int]]:
    return {(health.intent, mark) for health in evaluation.intents for mark in health.judged}


def _alone(new: Evaluation, limits: Limits) -> Iterator[Reason]:
    judged, tests, wrong = sum(each.examples for each in new.intents), new.tests_right, new.wrong_given
    if new.accuracy is not None and new.accuracy < limits.least_accuracy:
        yield Reason(ground=Ground.ACCURACY, found=new.accuracy, limit=limits.least_accuracy, cases=judged)
    if tests is not None and tests < limits.least_tests_right:
        yield Reason(ground=Ground.TESTS_RIGHT, found=tests, limit=limits.least_tests_right, cases=len(new.trials))
    given = sum(trial.result in _GIVEN for trial in new.trials)
    if wrong is not None and wrong > limits.most_wrong_given and wrong * given > 1:
        # One wrong answer is no share: a release with five test messages could not be published for it.
        yield Reason(ground=Ground.WRONG_GIVEN, found=wrong, limit=limits.most_wrong_given, cases=given)


def _beside(total: Change, intents: list[Change], limits: Limits) -> Iterator[Reason]:
    if total.exceeds(limits.most_lost):
        yield Reason(ground=Ground.LOST, found=total.share_lost, limit=limits.most_lost, cases=total.compared)
    for each in intents:
        if each.exceeds(limits.most_lost_of_intent):
            yield Reason(
                ground=Ground.LOST_OF_INTENT,
                found=each.share_lost,
                limit=limits.most_lost_of_intent,
                cases=each.compared,
                intent=each.intent,
            )
