"""The gate before real trainings: what anybody would wave through passes, and what spoils a knowledge base does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import intents.starter
from intents.entities import EntityFinder
from intents.formats import load_knowledge
from intents.gate import Evaluation, Ground, Limits, judge, trial_of
from intents.interpreter import Interpreter
from intents.mood import MoodReader
from intents.training import train
from intents.triage import triage
from tests.intents.training_examples import NORMALISER

Rows = list[tuple[str, str]]

STARTER = load_knowledge(Path(intents.starter.__file__).parent)
KNOWLEDGE = STARTER.knowledge
TAKEN = (
    "ancaman_eskalasi",
    "cek_status_pesanan",
    "hapus_akun",
    "keluhan_kurir",
    "keluhan_voucher",
    "lapor_penipuan",
    "ongkos_kirim",
    "reseller_kerjasama",
    "terima_kasih",
)
"""A part of the starter, which trains in a second or two."""
SPOILT = ("keluhan_kurir", "keluhan_voucher", "lapor_penipuan")
ROWS: Rows = [(text, name) for name in TAKEN for text in KNOWLEDGE.intents[name].examples[:20]]
TESTS: Rows = [(test.text, test.intent) for test in STARTER.tests if test.intent in TAKEN]


def evaluated(rows: Sequence[tuple[str, str]]) -> Evaluation:
    model = train(rows, out_of_scope=KNOWLEDGE.out_of_scope[:40], normaliser=NORMALISER)
    reader = Interpreter(
        normaliser=NORMALISER, entities=EntityFinder(), mood=MoodReader.load(), classifier=model.classifier
    )
    tests = [*TESTS, *((text, "") for text in KNOWLEDGE.out_of_scope[40:60])]
    return Evaluation(
        accuracy=model.report.accuracy,
        ece=model.report.ece,
        outcomes=model.report.outcomes,
        trials=tuple(
            trial_of(text, intent, triage(reader.understand(text), KNOWLEDGE.kinds, model.thresholds))
            for text, intent in tests
        ),
    )


@pytest.fixture(scope="module")
def before() -> Evaluation:
    return evaluated(ROWS)


def with_some_more(rows: Rows) -> Rows:
    return [*rows, *((KNOWLEDGE.intents[name].examples[30], name) for name in TAKEN)]


def with_some_less(rows: Rows) -> Rows:
    return [row for number, row in enumerate(rows) if number % 20 != 7]


def with_half_of_three(rows: Rows) -> Rows:
    halved = [row for name in SPOILT for row in [each for each in rows if each[1] == name][10:]]
    return [*(row for row in rows if row[1] not in SPOILT), *halved]


def with_two_swapped(rows: Rows) -> Rows:
    swapped = {"keluhan_kurir": "keluhan_voucher", "keluhan_voucher": "keluhan_kurir"}
    return [(text, swapped.get(intent, intent)) for text, intent in rows]


def with_twenty_that_steal(rows: Rows) -> Rows:
    stolen = [text for text, intent in rows if intent == "keluhan_kurir"]
    return [*rows, *((f"{text} ya kak", "lapor_penipuan") for text in stolen[:20])]


def test_the_release_itself_passes(before: Evaluation) -> None:
    assert judge(before, None, Limits()).passed
    assert judge(before, before, Limits()).total.lost == 0


@pytest.mark.parametrize("edited", [with_some_more, with_some_less])
def test_an_everyday_edit_passes(before: Evaluation, edited: Callable[[Rows], Rows]) -> None:
    assert judge(evaluated(edited(ROWS)), before, Limits()).reasons == ()


@pytest.mark.parametrize("edited", [with_half_of_three, with_two_swapped, with_twenty_that_steal])
def test_what_spoils_a_knowledge_base_is_refused(before: Evaluation, edited: Callable[[Rows], Rows]) -> None:
    verdict = judge(evaluated(edited(ROWS)), before, Limits())
    named = {reason.intent for reason in verdict.reasons if reason.ground is Ground.LOST_OF_INTENT}
    assert named & set(SPOILT)
    assert {each.intent for each in verdict.worse} | {trial.expected for trial in verdict.now_wrong} >= named
