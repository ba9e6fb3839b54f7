"""Evaluation: the figures fit the rows."""

from __future__ import annotations

import json

import pytest

from conversation.errors import DataError
from intents.evaluation import Evaluation, cross_validate, evaluate, measure
from intents.training import train
from tests.intents.training_examples import EXAMPLES, NORMALISER

TEST = [
    ("paketku di mana", "lacak"),
    ("kapan uang saya balik", "refund"),
    ("minggu buka jam berapa", "jam_buka"),
    ("halo min", "salam"),
    ("entah apa ini", "refund"),
]


@pytest.fixture(scope="module")
def result() -> Evaluation:
    return evaluate(EXAMPLES, TEST, normaliser=NORMALISER, out_of_scope_test=["cuaca besok gimana", "qwe asd zxc"])


def test_the_figures_fit_the_rows(result: Evaluation) -> None:
    assert (result.n_train, result.n_test) == (len(EXAMPLES), len(TEST))
    assert result.accuracy == pytest.approx(sum(row.recall * row.support for row in result.intents) / len(TEST))
    assert sum(row.support for row in result.intents) == len(TEST)
    assert sum(pair.count for pair in result.confusions) == round((1 - result.accuracy) * len(TEST))
    assert result.risk_coverage[-1][1] == 1
    assert result.out_of_scope_refused == 1
    assert 0 < result.latency_us.p50 <= result.latency_us.p99


def test_the_result_is_json(result: Evaluation) -> None:
    read = json.loads(result.to_json())
    assert read["accuracy"] == result.accuracy
    assert read["latency_us"]["p50"] == result.latency_us.p50


def test_cross_validation_tests_every_row_once() -> None:
    result = cross_validate([*EXAMPLES, ("kode voucher saya ditolak", "voucher")], normaliser=NORMALISER, folds=4)
    assert result.n_test == len(EXAMPLES)
    assert result.accuracy > 0.4


def test_nothing_to_test_on_is_an_error() -> None:
    with pytest.raises(DataError, match="no examples to test"):
        measure(train(EXAMPLES, normaliser=NORMALISER), [], normaliser=NORMALISER)
