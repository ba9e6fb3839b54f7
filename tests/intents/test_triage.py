"""From an understanding to a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.understanding import IntentScore, Understanding
from intents.triage import Thresholds, Triage, Verdict, clauses_matter, triage
from intents.understanding import Ranking

KINDS = {
    "salam": "smalltalk",
    "makasih": "smalltalk",
    "jam_buka": "faq",
    "refund": "faq",
    "rusak": "complaint",
    "hilang": "complaint",
    "penipuan": "alarm",
    "agen": "handoff",
}
THRESHOLDS = Thresholds(answer=0.5, clarify=0.15, margin=0.15, in_scope=0.5, choices=3)

Pairs = Sequence[tuple[str, float]]


def scores(pairs: Pairs) -> tuple[IntentScore, ...]:
    return tuple(IntentScore(intent=intent, confidence=confidence) for intent, confidence in pairs)


def judged(
    *ranking: tuple[str, float], in_scope: float = 1.0, secondary: Pairs = (), thresholds: Thresholds = THRESHOLDS
) -> Triage:
    understanding = Understanding(
        text="x", normalized="x", ranking=scores(ranking), in_scope=in_scope, secondary=scores(secondary)
    )
    return triage(understanding, KINDS, thresholds)


def test_what_is_understood_for_sure_is_answered() -> None:
    assert judged(("jam_buka", 0.8), ("refund", 0.1)) == Triage(verdict=Verdict.ANSWER, intent="jam_buka", reason="faq")


@pytest.mark.parametrize("intent", ["rusak", "penipuan", "agen"])
def test_complaints_alarms_and_calls_for_a_human_escalate(intent: str) -> None:
    assert judged((intent, 0.8)) == Triage(verdict=Verdict.ESCALATE, intent=intent, reason=KINDS[intent])


def test_an_intent_without_a_kind_is_a_question() -> None:
    assert judged(("baru", 0.8)) == Triage(verdict=Verdict.ANSWER, intent="baru", reason="faq")


def test_a_close_call_is_asked_back_with_the_likely_ones() -> None:
    verdict = judged(("jam_buka", 0.5), ("refund", 0.36), ("salam", 0.14))
    assert (verdict.verdict, verdict.reason) == (Verdict.CLARIFY, "close")
    assert [score.intent for score in verdict.choices] == ["jam_buka", "refund"]


def test_an_unsure_best_is_asked_back_too() -> None:
    verdict = judged(("jam_buka", 0.45), ("refund", 0.1))
    assert (verdict.verdict, verdict.reason) == (Verdict.CLARIFY, "unsure")
    assert [score.intent for score in verdict.choices] == ["jam_buka"]


def test_no_more_choices_are_offered_than_are_set() -> None:
    verdict = judged(("jam_buka", 0.25), ("refund", 0.25), ("salam", 0.25), ("makasih", 0.25))
    assert len(verdict.choices) == 3


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (judged(), "no_candidate"),
        (judged(("jam_buka", 0.9), in_scope=0.49), "out_of_scope"),
        (judged(("jam_buka", 0.14), ("refund", 0.13)), "low_confidence"),
    ],
)
def test_the_rest_is_unknown(verdict: Triage, reason: str) -> None:
    assert (verdict.verdict, verdict.reason, verdict.intent) == (Verdict.UNKNOWN, reason, None)


def test_an_intent_may_have_a_threshold_of_its_own() -> None:
    strict = Thresholds(per_intent={"jam_buka": 0.9})
    assert judged(("jam_buka", 0.8), thresholds=strict).verdict is Verdict.CLARIFY
    assert judged(("refund", 0.8), thresholds=strict).verdict is Verdict.ANSWER


# Thanks, but …


def test_thanks_with_a_question_is_the_question() -> None:
    assert judged(("makasih", 0.7), ("refund", 0.2), secondary=[("refund", 0.8)]).intent == "refund"


def test_a_greeting_with_a_complaint_is_the_complaint() -> None:
    verdict = judged(("salam", 0.5), ("rusak", 0.45), secondary=[("rusak", 0.7)])
    assert (verdict.verdict, verdict.intent) == (Verdict.ESCALATE, "rusak")


def test_the_first_thing_wanted_for_sure_is_served() -> None:
    assert judged(("salam", 0.9), secondary=[("makasih", 0.9), ("jam_buka", 0.6), ("refund", 0.6)]).intent == "jam_buka"


@pytest.mark.parametrize("secondary", [[("refund", 0.49)], [("makasih", 0.9)], []])
def test_thanks_with_nothing_sure_beside_is_thanks(secondary: Pairs) -> None:
    assert judged(("makasih", 0.7), secondary=secondary).intent == "makasih"


def test_a_question_with_another_question_is_the_whole_texts_question() -> None:
    assert judged(("jam_buka", 0.7), secondary=[("refund", 0.9)]).intent == "jam_buka"


def test_what_is_out_of_scope_stays_so_with_thanks() -> None:
    assert judged(("makasih", 0.7), in_scope=0.1, secondary=[("refund", 0.9)]).verdict is Verdict.UNKNOWN


# Two complaints at once


def test_nobody_is_asked_which_of_two_complaints_it_is() -> None:
    verdict = judged(("rusak", 0.4), ("hilang", 0.35))
    assert verdict == Triage(verdict=Verdict.ESCALATE, intent="rusak", reason="complaint")


def test_complaint_alarm_and_call_for_a_human_count_together() -> None:
    assert judged(("agen", 0.2), ("penipuan", 0.2), ("rusak", 0.15)).verdict is Verdict.ESCALATE


def test_a_complaint_beside_a_question_is_asked_back() -> None:
    assert judged(("rusak", 0.4), ("jam_buka", 0.35)).verdict is Verdict.CLARIFY


def test_complaints_that_together_are_still_unlikely_are_asked_back() -> None:
    assert judged(("rusak", 0.25), ("hilang", 0.2)).verdict is Verdict.CLARIFY


def test_a_second_question_is_answered_after_the_first() -> None:
    verdict = judged(("jam_buka", 0.55), ("refund", 0.4), secondary=[("refund", 0.95)])
    assert verdict == Triage(verdict=Verdict.ANSWER, intent="jam_buka", also=("refund",), reason="faq")


@pytest.mark.parametrize(
    ("ranking", "secondary"),
    [
        ([("jam_buka", 0.9), ("refund", 0.05)], [("refund", 0.95)]),  # The message as a whole does not mean it.
        ([("jam_buka", 0.6), ("refund", 0.3)], [("refund", 0.7)]),  # No clause says it for sure.
        ([("jam_buka", 0.6), ("makasih", 0.3)], [("makasih", 0.99)]),  # Pleasantries need no answer of their own.
    ],
)
def test_what_is_no_second_question_is_not_answered(ranking: Pairs, secondary: Pairs) -> None:
    assert judged(*ranking, secondary=secondary).also == ()


def test_pleasantries_of_a_clause_do_not_speak_against_what_else_is_wanted() -> None:
    mixed = (("rusak", 0.45), ("makasih", 0.4), ("refund", 0.02))
    assert judged(*mixed).verdict is Verdict.CLARIFY
    assert judged(*mixed, secondary=[("makasih", 0.95)]).intent == "rusak"
    assert judged(*mixed, secondary=[("makasih", 0.5)]).verdict is Verdict.CLARIFY


PERCENT = st.integers(0, 100).map(lambda share: share / 100)
INTENTS = st.sampled_from([*KINDS, "baru"])


@given(
    shares=st.dictionaries(INTENTS, st.integers(1, 60), min_size=1),
    in_scope=PERCENT,
    secondary=st.dictionaries(INTENTS, PERCENT),
    thresholds=st.builds(
        Thresholds,
        answer=PERCENT,
        margin=PERCENT,
        in_scope=PERCENT,
        also_clause=PERCENT,
        also_whole=PERCENT.filter(bool),
        per_intent=st.dictionaries(INTENTS, PERCENT),
    ),
)
def test_clauses_that_do_not_matter_change_no_verdict(
    shares: dict[str, int], in_scope: float, secondary: dict[str, float], thresholds: Thresholds
) -> None:
    total = sum(shares.values())
    whole = sorted(((intent, share / total) for intent, share in shares.items()), key=lambda score: -score[1])
    clauses = [(intent, confidence) for intent, confidence in secondary.items() if intent != whole[0][0]]
    ranking = Ranking(candidates=scores(whole), in_scope=in_scope)
    if not clauses_matter(ranking, KINDS, thresholds):
        with_clauses = judged(*whole, in_scope=in_scope, secondary=clauses, thresholds=thresholds)
        assert with_clauses == judged(*whole, in_scope=in_scope, thresholds=thresholds)


def test_clauses_matter_beside_a_pleasantry_an_unsure_intent_and_a_second_question() -> None:
    def matter(*ranking: tuple[str, float], in_scope: float = 1.0) -> bool:
        return clauses_matter(Ranking(candidates=scores(ranking), in_scope=in_scope), KINDS, THRESHOLDS)

    assert matter(("makasih", 0.98))
    assert matter(("jam_buka", 0.4), ("refund", 0.01))
    assert matter(("rusak", 0.5), ("hilang", 0.4))
    assert matter(("jam_buka", 0.7), ("refund", 0.2))
    assert not matter(("jam_buka", 0.95), ("refund", 0.03))
    assert not matter(("rusak", 0.8), ("jam_buka", 0.15))
    assert not matter(("makasih", 0.98), in_scope=0.4)
    assert not matter()
