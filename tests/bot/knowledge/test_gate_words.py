"""What the gate found, in words: every ground and every result, in both languages."""

from __future__ import annotations

import pytest

from bot.knowledge.gate_words import change_words, reason_words, trial_words
from intents.gate import Change, Ground, Reason, Trial, TrialResult


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("ground", Ground)
def test_every_reason_names_what_was_found_and_the_limit(ground: Ground, language: str) -> None:
    words = reason_words(Reason(ground=ground, found=0.125, limit=0.1, cases=40, intent="lacak"), language)
    assert "40" in words
    assert ("12,5%" if language == "id" else "12.5%") in words
    assert ("10,0%" if language == "id" else "10.0%") in words


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("result", TrialResult)
def test_every_result_of_a_trial_has_its_words(result: TrialResult, language: str) -> None:
    words = {
        other: trial_words(Trial(text="halo", expected="", got=("a", "b"), result=other), language)
        for other in TrialResult
    }
    assert len(set(words.values())) == len(TrialResult)
    assert "{" not in words[result]


def test_braces_in_a_name_stay_braces() -> None:
    change = Change(intent="{0.__class__}", compared=9, lost=3, gained=1)
    assert change_words(change, "id") == "{0.__class__}: 3 menjadi salah, 1 menjadi benar, dari 9 yang dibandingkan"
