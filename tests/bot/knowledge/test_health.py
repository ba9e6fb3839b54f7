"""How intents fare, from what cross-validation, customers and their stars say."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.knowledge.health import IntentFigures, figures_of
from conversation.desk_ports import IntentStars, Volume
from intents.gate import Evaluation
from intents.knowledge import Intent, KnowledgeBase
from intents.outcomes import outcomes_of

HOUR = datetime(2026, 3, 14, 5, tzinfo=UTC)
KNOWLEDGE = KnowledgeBase(
    intents={name: Intent(name=name, examples=("a", "b", "c")) for name in ("ongkir", "retur")}, answers={}
)


def test_an_intents_figures_come_from_what_was_judged_wanted_and_rated() -> None:
    judged = outcomes_of([("a", "ongkir", "ongkir"), ("b", "ongkir", "retur"), ("c", "ongkir", "retur")])
    volumes = [Volume(hour=HOUR, intent="ongkir", kind=kind, turns=turns) for kind, turns in (("answer", 4), ("x", 1))]
    stars = [IntentStars(intent="ongkir", stars=3.5, ratings=2), IntentStars(intent="hilang", stars=1, ratings=1)]
    assert figures_of(KNOWLEDGE, Evaluation(accuracy=None, ece=None, outcomes=judged), volumes, stars) == (
        IntentFigures(
            intent="ongkir",
            examples=3,
            judged=3,
            accuracy=1 / 3,
            mistaken_for="retur",
            mistakes=2,
            turns=5,
            stars=3.5,
            ratings=2,
        ),
        IntentFigures(intent="retur", examples=3),
    )
