"""The classifier, by the contract that all of them keep."""

from __future__ import annotations

import pytest
from kata_kunci import KATA_KUNCI

from bot.testing.classifier_contract import ClassifierContract, normalised
from intents.kinds import Kind


class TestContract(ClassifierContract):
    """What every classifier has to do."""

    @pytest.fixture
    def kind(self) -> Kind:
        return KATA_KUNCI

    def test_a_word_that_only_one_intent_has_speaks_for_it(self, kind: Kind) -> None:
        (text,) = normalised(["cek ongkir"])  # It is read as "cek ongkos kirim".
        spoke = dict(self.classifier(kind).explain(text, "ongkir"))
        assert spoke["ongkos"] > spoke["cek"] > 0
