"""The classifier that serves: fast model and cascade."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest

from intents.cascade import CascadeClassifier, lead
from intents.classifier import LinearClassifier
from intents.features import pieces
from intents.linear import design_matrix
from intents.model import Model
from intents.training import train
from tests.intents.training_examples import EXAMPLES, NORMALISER, LetterEmbedder


@pytest.fixture(scope="module")
def plain() -> Model:
    return train(EXAMPLES, normaliser=NORMALISER)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("pkt sy smpe mana ya", "lacak"),
        ("kpn refundnya cair", "refund"),
        ("hr minggu bk jam brp", "jam_buka"),
        ("pagi kak", "salam"),
    ],
)
def test_everyday_spelling_is_understood(plain: Model, text: str, intent: str) -> None:
    assert plain.classifier.rank(NORMALISER.normalise(text)).candidates[0].intent == intent


def test_confidences_are_probabilities_best_first(plain: Model) -> None:
    found = [score.confidence for score in plain.classifier.rank(NORMALISER.normalise("resi paket")).candidates]
    assert found == sorted(found, reverse=True)
    assert sum(found) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "😀😀😀", "こんにちは世界", "a" * 100_000, "ya " * 40_000])
def test_no_text_is_too_strange(plain: Model, text: str) -> None:
    ranking = plain.classifier.rank(NORMALISER.normalise(text))
    assert 0 <= ranking.in_scope <= 1


@pytest.mark.parametrize("text", ["cuaca besok hujan ga", "asdkjh qwlekj zxmnc", "berapa akar kuadrat dari 81"])
def test_what_no_intent_covers_is_less_in_scope_than_what_one_does(plain: Model, text: str) -> None:
    inside = plain.classifier.rank(NORMALISER.normalise("refund saya kapan cair")).in_scope
    assert plain.classifier.rank(NORMALISER.normalise(text)).in_scope < plain.thresholds.in_scope < inside


def test_a_model_that_is_replaced_goes_at_once(plain: Model) -> None:
    first = plain.classifier
    assert isinstance(first, LinearClassifier)
    again = LinearClassifier(first.intents, first.model, first.calibration)
    again.rank(NORMALISER.normalise("kapan paket saya dikirim"))
    seen = weakref.ref(again)
    gc.disable()
    try:
        del again
        assert seen() is None
    finally:
        gc.enable()


def test_serving_adds_up_what_training_multiplied(plain: Model) -> None:
    classifier = plain.classifier
    assert isinstance(classifier, LinearClassifier)
    text = NORMALISER.normalise("kapan paket kucing saya dikirim")
    row = design_matrix([pieces(text)], classifier.model.space)
    parts = dict(classifier.explain(text, "lacak"))
    scores, _ = classifier.scores(text)
    column = classifier.intents.index("lacak")
    assert sum(parts.values()) + classifier.model.bias[column] == pytest.approx(float(scores[column]), abs=1e-4)
    assert row.nnz > 0


def test_explain_names_the_words_that_spoke_for_an_intent(plain: Model) -> None:
    parts = plain.classifier.explain(NORMALISER.normalise("refund saya mana"), "refund")
    assert parts[0][0].strip('~"') in {"refund", " refu", "refu", "#kembali_uang"}
    assert parts[0][1] > 0


def test_many_are_ranked_as_one_by_one(plain: Model) -> None:
    texts = [NORMALISER.normalise(text) for text in ("halo", "refund", "resi")]
    assert plain.classifier.rank_many(texts) == [plain.classifier.rank(text) for text in texts]


def test_the_cascade_asks_the_sentence_model_only_where_unsure() -> None:
    embedder = LetterEmbedder()
    model = train(EXAMPLES, normaliser=NORMALISER, understanding="cascade", embedder=embedder)
    classifier = model.classifier
    assert isinstance(classifier, CascadeClassifier)
    before = embedder.asked
    for text in (*(text for text, _ in EXAMPLES), "pagi dana jam resi", "kucing tidur", "mana", "gimana"):
        normalized = NORMALISER.normalise(text)
        ranking = classifier.rank(normalized)
        sure = lead(classifier.fast.rank(normalized)) >= classifier.sentences.ask_below
        assert ranking.embedded is not sure
    assert before < embedder.asked
    assert np.isfinite([score.confidence for score in classifier.rank(NORMALISER.normalise("xyz")).candidates]).all()


def test_the_sentence_model_is_asked_once_about_what_customers_repeat() -> None:
    embedder = LetterEmbedder()
    classifier = train(EXAMPLES, normaliser=NORMALISER, understanding="cascade", embedder=embedder).classifier
    unsure = NORMALISER.normalise("kucing tidur")
    first = classifier.rank(unsure)
    asked = embedder.asked
    assert first.embedded
    assert classifier.rank(unsure) == first
    assert embedder.asked == asked


def test_serving_imports_no_scikit_learn() -> None:
    code = "import sys, intents.model_file, intents.evaluation; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
