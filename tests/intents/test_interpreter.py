"""The parts of understanding together: what each gives arrives, and clauses are heard one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from conversation.understanding import IntentScore, Understanding
from intents.entities import EntityFinder
from intents.interpreter import Interpreter
from intents.mood import MoodReader
from intents.normalise import Normaliser
from intents.understanding import Normalized, Ranking


class WordClassifier:
    """Knows an intent by one word; the text's first known word counts most."""

    words = {"kasih": "makasih", "uang": "refund", "jam": "jam_buka", "halo": "salam"}  # noqa: RUF012

    def rank(self, text: Normalized) -> Ranking:
        found = [self.words[token.text] for token in text.tokens if token.text in self.words]
        candidates = [
            IntentScore(intent=intent, confidence=0.8 / 2**n) for n, intent in enumerate(dict.fromkeys(found))
        ]
        return Ranking(candidates=tuple(candidates), in_scope=0.5 if found else 0.1)

    def rank_many(self, texts: Sequence[Normalized]) -> list[Ranking]:
        return [self.rank(text) for text in texts]

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        return [(token.text, 1.0) for token in text.tokens if self.words.get(token.text) == intent]


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(
        normaliser=Normaliser.load(), entities=EntityFinder(), mood=MoodReader.load(), classifier=WordClassifier()
    )


def test_everything_that_is_understood_is_in_one_place(interpreter: Interpreter) -> None:
    text = "jam brp bukanya?? balas ke budi@contoh.id"
    understanding = interpreter.understand(text)
    assert understanding.text == text
    assert "berapa" in understanding.normalized.split()
    assert understanding.best == IntentScore(intent="jam_buka", confidence=0.8)
    assert understanding.in_scope == 0.5
    (email,) = [entity for entity in understanding.entities if entity.kind == "email"]
    assert text[email.start : email.end] == "budi@contoh.id"
    assert understanding.language == "id"


def test_stages_come_to_the_same(interpreter: Interpreter) -> None:
    text = "makasih kak, tapi uang saya mana?? balas ke budi@contoh.id"
    understood: list[Understanding] = []

    def watched() -> Iterator[None]:
        understood.append((yield from interpreter.stages(text)))

    assert len(list(watched())) > 1
    assert understood == [interpreter.understand(text)]


def test_mood_is_read_from_the_same_text(interpreter: Interpreter) -> None:
    calm, cross = interpreter.understand("jam buka"), interpreter.understand("KECEWA BANGET, LAMA BANGET!!!")
    assert cross.mood.anger > calm.mood.anger


def test_other_clauses_are_heard_on_their_own(interpreter: Interpreter) -> None:
    understanding = interpreter.understand("terima kasih, tapi uang saya mana?")
    assert understanding.best is not None
    assert understanding.best.intent == "makasih"
    assert understanding.secondary == (IntentScore(intent="refund", confidence=0.8 * 0.5),)


def test_a_clause_that_says_the_same_adds_nothing(interpreter: Interpreter) -> None:
    assert interpreter.understand("jam buka. jam tutup").secondary == ()


def test_an_intent_of_several_clauses_counts_once_at_its_best(interpreter: Interpreter) -> None:
    understanding = interpreter.understand("halo. jam buka, uang? uang saya")
    assert [score.intent for score in understanding.secondary] == ["jam_buka", "refund"]


@pytest.mark.parametrize("text", ["terima kasih uang", "uang, " * 100, "a. b. c. d. e. f. uang"])
def test_one_clause_or_far_too_many_have_no_secondary(interpreter: Interpreter, text: str) -> None:
    assert interpreter.understand(text).secondary == ()


def test_clauses_that_do_not_matter_are_not_ranked(interpreter: Interpreter) -> None:
    sure = replace(interpreter, clauses_matter=lambda ranking: ranking.candidates[0].intent != "makasih")
    assert sure.understand("terima kasih, tapi uang saya mana?").secondary == ()
    assert sure.understand("halo. jam buka, uang? uang saya") == interpreter.understand(
        "halo. jam buka, uang? uang saya"
    )


@pytest.mark.parametrize("text", ["", " \n ", "???", "😡😡😡", "\x00\ud83d", "a" * 5000])
def test_any_text_is_understood_somehow(interpreter: Interpreter, text: str) -> None:
    understanding = interpreter.understand(text)
    assert understanding.text == text
    assert understanding.ranking == ()


def test_it_explains_what_spoke_for_an_intent(interpreter: Interpreter) -> None:
    assert interpreter.explain("jam brp", "jam_buka") == [("jam", 1.0)]
