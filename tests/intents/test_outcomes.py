"""Outcomes of a cross-validation: counted by intent, kept small, and read as they were written."""

from __future__ import annotations

import json

import pytest

from intents.calibrated import Calibrated
from intents.kinds import Lesson
from intents.outcomes import IntentHealth, Mistake, mark_of, outcomes_from, outcomes_of
from intents.training import train
from tests.intents.test_calibrated import Boaster
from tests.intents.training_examples import EXAMPLES, NORMALISER

JUDGED = [("paket mana", "lacak", "lacak"), ("kok lama", "lacak", "refund"), ("uang balik", "refund", "refund")]


def test_examples_are_counted_by_intent_and_mistakes_named() -> None:
    found = outcomes_of(JUDGED)
    assert found.intents == (
        IntentHealth(
            intent="lacak", examples=2, right=1, judged=tuple(sorted([mark_of("paket mana"), mark_of("kok lama")]))
        ),
        IntentHealth(intent="refund", examples=1, right=1, judged=(mark_of("uang balik"),)),
    )
    assert found.mistakes == (Mistake(text="kok lama", intent="lacak", predicted="refund"),)


def test_they_are_read_as_they_were_written() -> None:
    found = outcomes_of(JUDGED)
    assert outcomes_from(json.loads(json.dumps(found.plain()))) == found


def test_no_text_is_too_strange_to_be_marked() -> None:
    assert mark_of("\ud800 halo") != mark_of("halo")


@pytest.mark.parametrize("damaged", [{}, {"intents": [["a", 1]], "mistakes": []}, {"intents": None, "mistakes": []}])
def test_damage_is_noticed(damaged: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        outcomes_from(damaged)


def test_training_reports_the_outcome_of_every_example_it_judged() -> None:
    report = train(EXAMPLES, normaliser=NORMALISER).report
    outcomes = report.outcomes
    assert sum(health.examples for health in outcomes.intents) == len(EXAMPLES)
    assert sum(health.right for health in outcomes.intents) == round((report.accuracy or 0) * len(EXAMPLES))
    assert {(each.text, each.intent) for each in outcomes.mistakes} < set(EXAMPLES)
    assert len(outcomes.mistakes) == len(EXAMPLES) - sum(health.right for health in outcomes.intents)


def test_the_classifier_of_another_package_is_reported_in_the_same_way() -> None:
    rows = [(f"{intent} {number}", intent) for number in range(20) for intent in ("jam_buka", "ongkir", "refund")]
    report = Calibrated(Boaster()).train(Lesson(examples=rows, normaliser=NORMALISER)).report
    assert sum(health.examples for health in report.outcomes.intents) == len(rows)
    assert len(report.outcomes.mistakes) == round((1 - (report.accuracy or 0)) * len(rows)) > 0
