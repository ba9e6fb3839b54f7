"""The gate: what it compares, what it refuses and why, and that a harder examination is no worse release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from conversation.errors import DataError
from conversation.understanding import IntentScore
from intents.gate import (
    Change,
    Evaluation,
    Ground,
    Limits,
    Trial,
    TrialResult,
    decode_evaluation,
    judge,
    trial_of,
)
from intents.outcomes import Mistake, outcomes_of
from intents.triage import Triage, Verdict

LIMITS = Limits()
CHOICES = tuple(IntentScore(intent=name, confidence=0.4) for name in ("lacak", "ongkir"))


def evaluation(judged: Sequence[tuple[str, str, str]] = (), trials: Sequence[Trial] = ()) -> Evaluation:
    right = sum(intent == predicted for _, intent, predicted in judged)
    return Evaluation(
        accuracy=right / len(judged) if judged else None,
        ece=0.02 if judged else None,
        outcomes=outcomes_of(judged),
        trials=tuple(trials),
        seconds=1.5,
        warnings=("contoh kembar",),
    )


def all_right(intent: str, count: int, prefix: str = "contoh") -> list[tuple[str, str, str]]:
    return [(f"{prefix} {intent} {number}", intent, intent) for number in range(count)]


def with_wrong(rows: list[tuple[str, str, str]], wrong: int, predicted: str = "lain") -> list[tuple[str, str, str]]:
    return [(text, intent, predicted if n < wrong else intent) for n, (text, intent, _) in enumerate(rows)]


def trials(right: int, wrong: int, intent: str = "lacak") -> list[Trial]:
    results = [TrialResult.ANSWERED] * right + [TrialResult.WRONG] * wrong
    return [Trial(text=f"uji {n}", expected=intent, got=("x",), result=result) for n, result in enumerate(results)]


@pytest.mark.parametrize(
    ("expected", "verdict", "result", "right"),
    [
        ("lacak", Triage(verdict=Verdict.ANSWER, intent="lacak"), TrialResult.ANSWERED, True),
        ("lacak", Triage(verdict=Verdict.ESCALATE, intent="lacak"), TrialResult.ANSWERED, True),
        ("lacak", Triage(verdict=Verdict.ANSWER, intent="salam", also=("lacak",)), TrialResult.ANSWERED, True),
        ("lacak", Triage(verdict=Verdict.ANSWER, intent="ongkir"), TrialResult.WRONG, False),
        ("lacak", Triage(verdict=Verdict.CLARIFY, choices=CHOICES), TrialResult.OFFERED, True),
        ("retur", Triage(verdict=Verdict.CLARIFY, choices=CHOICES), TrialResult.UNANSWERED, False),
        ("lacak", Triage(verdict=Verdict.UNKNOWN), TrialResult.UNANSWERED, False),
        ("", Triage(verdict=Verdict.UNKNOWN), TrialResult.REFUSED, True),
        ("", Triage(verdict=Verdict.CLARIFY, choices=CHOICES), TrialResult.REFUSED, True),
        ("", Triage(verdict=Verdict.ANSWER, intent="lacak"), TrialResult.WRONG, False),
    ],
)
def test_a_trial_is_right_where_it_is_answered_or_offered_as_expected(
    expected: str, verdict: Triage, result: TrialResult, right: bool
) -> None:
    trial = trial_of("pesan", expected, verdict)
    assert (trial.result, trial.right) == (result, right)


def test_an_evaluation_is_read_as_it_was_written() -> None:
    written = evaluation(with_wrong(all_right("lacak", 5), 2), trials(2, 1))
    assert decode_evaluation(written.encode()) == written


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"accuracy": 1}', "\x00"])
def test_what_is_no_evaluation_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="evaluation"):
        decode_evaluation(text)


def test_without_a_release_before_only_the_absolute_limits_count() -> None:
    assert judge(evaluation(all_right("lacak", 20), trials(9, 1)), None, LIMITS).passed
    bad = judge(evaluation(with_wrong(all_right("lacak", 20), 12), trials(5, 5)), None, LIMITS)
    found = [(reason.ground, reason.found, reason.limit, reason.cases) for reason in bad.reasons]
    assert found == [
        (Ground.ACCURACY, 0.4, 0.6, 20),
        (Ground.TESTS_RIGHT, 0.5, 0.75, 10),
        (Ground.WRONG_GIVEN, 0.5, 0.1, 10),
    ]


def test_one_wrong_answer_to_a_few_test_messages_refuses_nothing() -> None:
    assert judge(evaluation(trials=trials(4, 1)), None, LIMITS).passed
    assert not judge(evaluation(trials=trials(8, 2)), None, LIMITS).passed


def test_a_knowledge_base_too_small_to_be_examined_passes() -> None:
    assert judge(evaluation(), evaluation(), LIMITS).passed


def test_new_examples_that_are_hard_do_not_speak_against_a_release() -> None:
    old = evaluation(all_right("lacak", 50))
    new = evaluation([*all_right("lacak", 50), *with_wrong(all_right("lacak", 20, "sulit"), 20)])
    verdict = judge(new, old, LIMITS)
    assert verdict.passed
    assert verdict.total == Change(intent="", compared=50, lost=0, gained=0)


def test_examples_that_were_deleted_or_moved_are_not_compared() -> None:
    old = evaluation([*all_right("lacak", 10), *all_right("retur", 10)])
    moved = [(text, "lacak", "retur") for text, _, _ in all_right("retur", 10)]
    verdict = judge(evaluation([*all_right("lacak", 10), *moved]), old, LIMITS)
    assert (verdict.total.compared, verdict.worse) == (10, ())


def test_what_turned_is_named() -> None:
    rows = all_right("lacak", 40)
    old = evaluation(with_wrong(rows, 1), trials(2, 1))
    new = evaluation([rows[0], ("contoh lacak 1", "lacak", "ongkir"), *rows[2:]], trials(1, 2))
    verdict = judge(new, old, LIMITS)
    assert verdict.better == (Mistake(text="contoh lacak 0", intent="lacak", predicted="lain"),)
    assert verdict.worse == (Mistake(text="contoh lacak 1", intent="lacak", predicted="ongkir"),)
    assert [trial.text for trial in verdict.now_wrong] == ["uji 1"]
    assert verdict.now_right == ()
    back = judge(old, new, LIMITS)
    assert [trial.text for trial in back.now_right] == ["uji 1"]


def test_a_test_message_of_which_another_intent_is_expected_now_is_a_new_one() -> None:
    old = evaluation(trials=trials(3, 0))
    new = evaluation(trials=trials(0, 3, intent="ongkir"))
    assert judge(new, old, LIMITS).now_wrong == ()


def test_an_intent_that_lost_much_is_named_and_refused() -> None:
    steady = all_right("ongkir", 400)
    old = evaluation([*all_right("lacak", 20), *steady])
    verdict = judge(evaluation([*with_wrong(all_right("lacak", 20), 5), *steady]), old, LIMITS)
    assert verdict.intents == (Change(intent="lacak", compared=20, lost=5, gained=0),)
    assert [(reason.ground, reason.intent, reason.found) for reason in verdict.reasons] == [
        (Ground.LOST_OF_INTENT, "lacak", 0.25)
    ]


def test_many_small_losses_refuse_a_release_though_no_intent_is_at_fault() -> None:
    names = [f"maksud_{number}" for number in range(20)]
    old = evaluation([row for name in names for row in all_right(name, 20)])
    new = evaluation([row for name in names for row in with_wrong(all_right(name, 20), 1)])
    verdict = judge(new, old, LIMITS)
    assert [reason.ground for reason in verdict.reasons] == [Ground.LOST]
    assert verdict.intents == ()


@pytest.mark.parametrize(
    ("lost", "gained", "refused"), [(2, 0, False), (3, 0, True), (12, 9, False), (9, 12, False), (20, 8, True)]
)
def test_what_chance_does_as_often_counts_as_no_loss(lost: int, gained: int, refused: bool) -> None:
    change = Change(intent="lacak", compared=50, lost=lost, gained=gained)
    assert change.exceeds(0.0) is refused


def test_the_limits_are_what_counts() -> None:
    old = evaluation(all_right("lacak", 20))
    new = evaluation(with_wrong(all_right("lacak", 20), 5))
    assert not judge(new, old, LIMITS).passed
    assert judge(new, old, replace(LIMITS, most_lost=1.0, most_lost_of_intent=1.0)).passed
