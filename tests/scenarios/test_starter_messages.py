"""The knowledge base that ships, on messages written by somebody who had not seen its examples.

The bounds are promises, not the figures reached; those stand in docs/performance.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import read_settings
from bot.mind import Mind, read_mind
from intents.formats import read_rows
from intents.triage import Triage, Verdict, triage

MESSAGES = Path(__file__).parents[2] / "intents" / "starter" / "test_messages.tsv"
OUT_OF_SCOPE = "-"
GIVEN = (Verdict.ANSWER, Verdict.ESCALATE)

Judged = tuple[str, str | None, Triage]
"""The true intent, the likeliest one, and the verdict."""


@pytest.fixture(scope="module")
def mind(starter_model: Path) -> Mind:
    return read_mind(read_settings(None, {"TANGGAP_BOT__MODEL": str(starter_model)}))


@pytest.fixture(scope="module")
def judged(mind: Mind) -> list[Judged]:
    rows = []
    for text, truth in read_rows(MESSAGES):
        understanding = mind.understand(text)
        best = understanding.best.intent if understanding.best else None
        rows.append((truth, best, triage(understanding, mind.knowledge.kinds, mind.policy.thresholds)))
    return rows


def share(kept: list[bool]) -> float:
    return sum(kept) / len(kept)


def test_the_intent_is_found(judged: list[Judged]) -> None:
    assert share([best == truth for truth, best, _ in judged if truth != OUT_OF_SCOPE]) >= 0.85


def test_questions_and_complaints_are_told_apart(mind: Mind, judged: list[Judged]) -> None:
    kinds = mind.knowledge.kinds
    told = [
        best is not None and (kinds[best] == "complaint") == (kinds[truth] == "complaint")
        for truth, best, _ in judged
        if kinds.get(truth) in ("faq", "complaint")
    ]
    assert share(told) >= 0.93


def test_what_is_none_of_the_shops_business_is_not_answered(judged: list[Judged]) -> None:
    assert share([verdict.verdict not in GIVEN for truth, _, verdict in judged if truth == OUT_OF_SCOPE]) >= 0.90


def test_few_given_answers_are_wrong(judged: list[Judged]) -> None:
    given = [verdict.intent != truth for truth, _, verdict in judged if verdict.verdict in GIVEN]
    assert share(given) <= 0.05


def test_most_customers_get_their_answer_or_find_it_among_the_choices(judged: list[Judged]) -> None:
    served = [
        verdict.intent == truth or truth in [choice.intent for choice in verdict.choices]
        for truth, _, verdict in judged
        if truth != OUT_OF_SCOPE
    ]
    assert share(served) >= 0.85


@pytest.mark.parametrize(
    ("text", "intent", "verdict"),
    [
        ("gmn dong min, blm nyampe2", "keluhan_terlambat", Verdict.ESCALATE),
        ("paket saya sampai mana ya", "cek_status_pesanan", Verdict.ANSWER),
        ("udah 2 minggu ga nyampe2 gimana sih", "keluhan_terlambat", Verdict.ESCALATE),
        ("makasih, tapi refund saya mana?", "keluhan_refund", Verdict.ESCALATE),
        ("jam buka?", "jam_operasional", Verdict.ANSWER),
    ],
)
def test_words_that_the_project_was_made_for(mind: Mind, text: str, intent: str, verdict: Verdict) -> None:
    judged = triage(mind.understand(text), mind.knowledge.kinds, mind.policy.thresholds)
    assert (judged.intent, judged.verdict) == (intent, verdict)
