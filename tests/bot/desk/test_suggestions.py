"""Suggested answers: which of the knowledge base's answers an agent is offered."""

from __future__ import annotations

from bot.desk.suggestions import Suggestion, suggestions
from bot.testing.small_shop import KNOWLEDGE, understood
from intents.knowledge import Answer, Intent, KnowledgeBase


def test_the_likeliest_answers_come_first() -> None:
    found = suggestions(understood("kurir dan jam?", ("kurir", 0.6), ("jam_buka", 0.3)), KNOWLEDGE)
    assert found == (
        Suggestion(title="Pilihan kurir", text="JNE Kak", confidence=0.6),
        Suggestion(title="Jam buka", text="Buka jam 9", confidence=0.3),
    )


def test_small_talk_the_unlikely_and_the_unanswered_are_not_suggested() -> None:
    ranking = (("salam", 0.9), ("belum_dijawab", 0.5), ("kurir", 0.04))
    assert suggestions(understood("halo", *ranking), KNOWLEDGE) == ()


def test_what_only_a_dialogue_can_fill_in_is_not_suggested() -> None:
    knowledge = KnowledgeBase(
        intents={"lacak": Intent(name="lacak")},
        answers={"lacak": (Answer(text="Paket {resi} di jalan"), Answer(text="Cek di aplikasi ya"))},
    )
    [found] = suggestions(understood("paket?", ("lacak", 0.9)), knowledge)
    assert found.text == "Cek di aplikasi ya"


def test_the_customers_language_goes_first() -> None:
    knowledge = KnowledgeBase(
        intents={"jam": Intent(name="jam")},
        answers={"jam": (Answer(text="Buka jam 9"), Answer(text="Open from 9", language="en"))},
    )
    understanding = understood("when?", ("jam", 0.9))
    assert suggestions(understanding, knowledge)[0].text == "Buka jam 9"
