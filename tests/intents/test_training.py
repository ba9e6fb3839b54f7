"""Training: what it learns, what it refuses, and what it warns of."""

from __future__ import annotations

import numpy as np
import pytest

from conversation.errors import DataError
from intents.background import background_texts, gibberish
from intents.features import learn_space
from intents.folds import assign_folds
from intents.linear import ABSENT, LARGE, design_matrix, fit_sentences, imitate
from intents.training import UnderstandingLevel, train
from tests.intents.training_examples import EXAMPLES, NORMALISER, LetterEmbedder


def test_no_examples_is_an_error_that_says_so() -> None:
    with pytest.raises(DataError, match="no examples"):
        train([], normaliser=NORMALISER)


def test_one_intent_is_not_enough() -> None:
    with pytest.raises(DataError, match="only one intent"):
        train([("halo", "salam"), ("pagi", "salam")], normaliser=NORMALISER)


def test_an_intent_whose_examples_are_all_empty_is_named() -> None:
    with pytest.raises(DataError, match="refund"):
        train([("halo", "salam"), ("buka jam berapa", "jam"), ("  ", "refund")], normaliser=NORMALISER)


def test_only_empty_examples_are_an_error() -> None:
    with pytest.raises(DataError):
        train([("", "salam"), (" ", "salam")], normaliser=NORMALISER)


def test_one_example_an_intent_is_enough_to_start_and_is_warned_of() -> None:
    model = train([("halo kak", "salam"), ("uang saya kapan kembali", "refund")], normaliser=NORMALISER)
    best = model.classifier.rank(NORMALISER.normalise("kapan uangnya kembali")).candidates[0]
    assert best.intent == "refund"
    assert model.report.accuracy is None
    assert "Fewer than three examples" in model.report.warnings[0]


def test_a_text_under_two_intents_is_reported_and_not_fatal() -> None:
    model = train([*EXAMPLES, ("halo kak", "refund")], normaliser=NORMALISER)
    assert any("halo" in warning and "refund, salam" in warning for warning in model.report.warnings)


def test_the_same_examples_and_seed_give_the_same_model() -> None:
    first, second = (train(EXAMPLES, normaliser=NORMALISER, seed=3) for _ in range(2))
    text = NORMALISER.normalise("paketku sampai mana ya")
    assert first.classifier.rank(text) == second.classifier.rank(text)
    assert first.thresholds == second.thresholds


def test_progress_is_told_and_never_goes_back() -> None:
    told: list[tuple[str, float]] = []
    train(EXAMPLES, normaliser=NORMALISER, progress=lambda stage, share: told.append((stage, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


def test_look_alikes_share_a_fold() -> None:
    documents = [["refund", "cair"], ["refund", "cair"], ["uang", "balik"], ["dana", "kembali"]] * 2
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    matrix = design_matrix(documents, learn_space(documents))
    folds = assign_folds(matrix, labels, range(8), 2, 0, grouped=2)
    assert folds[0] == folds[1]
    assert set(folds[:4]) == {0, 1}


def test_an_example_more_leaves_the_others_in_their_folds() -> None:
    documents = [[f"kata{number}"] for number in range(60)]
    labels = np.arange(60) % 3
    matrix = design_matrix(documents, learn_space(documents))
    before = assign_folds(matrix[1:], labels[1:], range(1, 60), 4, 0, grouped=3)
    after = assign_folds(matrix, labels, range(60), 4, 0, grouped=3)[1:]
    assert (before != after).sum() <= 2
    for label in range(3):
        sizes = np.bincount(after[labels[1:] == label], minlength=4)
        assert sizes.max() <= 6


def test_the_background_is_there_and_gibberish_repeats_by_seed() -> None:
    assert len(background_texts()) > 100
    assert gibberish(1) == gibberish(1) != gibberish(2)


def drawn(count: int, seed: int) -> list[tuple[str, str]]:
    """Texts of five made-up words each: about half of them from the thirty that are their intent's own."""
    generator = np.random.default_rng(seed)
    examples = []
    for row in range(count):
        number = row % 20
        own = [f"kata{'abcdefghijklmnopqrst'[number]}{'aiueo'[n % 5]}{'bdgklmnprs'[n // 3]}" for n in range(30)]
        shared = [f"umum{'aiueo'[n % 5]}{'bdgklmnprs'[n // 20]}{'aiueo'[n // 5 % 5]}" for n in range(200)]
        words = [str(generator.choice(own if generator.random() < 0.3 else shared)) for _ in range(5)]
        examples.append((" ".join(words), f"intent_{number}"))
    return examples


@pytest.mark.parametrize("level", ["plain", "cascade"])
def test_confidence_holds_just_above_where_other_estimators_take_over(level: UnderstandingLevel) -> None:
    model = train(drawn(LARGE + 60, 1), normaliser=NORMALISER, understanding=level, embedder=LetterEmbedder())
    found = [(model.classifier.rank(NORMALISER.normalise(text)).candidates[0], truth) for text, truth in drawn(400, 2)]
    accuracy = np.mean([score.intent == truth for score, truth in found])
    assert np.mean([score.confidence for score, _ in found]) == pytest.approx(accuracy, abs=0.06)


def test_imitation_comes_close_to_what_it_was_shown() -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(40, 60)).astype(np.float32)
    scores = (rows @ generator.normal(size=(60, 3)) + [5, 0, -5]).astype(np.float32)
    weights, bias = imitate(rows @ rows.T, scores)
    assert rows @ (rows.T @ weights) + bias == pytest.approx(scores, abs=0.5)


def test_sentences_are_told_apart_and_an_absent_intent_stays_out() -> None:
    generator = np.random.default_rng(0)
    labels = np.array([0] * 6 + [2] * 6 + [3] * 20)
    centres = np.eye(4, 16) * 0.7
    vectors = (centres[labels] + generator.normal(size=(32, 16)) * 0.1).astype(np.float32)
    found = fit_sentences(vectors, labels, 4)
    assert (found.scores(vectors).argmax(axis=1) == labels).all()
    assert found.layers[0][1][1] == ABSENT


def test_sentence_vectors_that_are_all_alike_are_no_error() -> None:
    found = fit_sentences(np.zeros((4, 8), dtype=np.float32), np.array([0, 0, 1, 2]), 3)
    assert np.isfinite(found.scores(np.zeros((1, 8), dtype=np.float32))).all()


def test_an_intents_name_counts_as_what_it_says() -> None:
    examples = [("buka jam berapa", "a"), ("tutup jam berapa", "a"), ("halo kak", "b"), ("pagi min", "b")]
    asked = NORMALISER.normalise("kucing")
    named = train([*examples, ("ekor", "kucingPersia"), ("bulu", "kucingPersia")], normaliser=NORMALISER)
    nameless = train([*examples, ("ekor", "c"), ("bulu", "c")], normaliser=NORMALISER)
    assert named.classifier.rank(asked).candidates[0].intent == "kucingPersia"
    assert (
        named.classifier.rank(asked).candidates[0].confidence > nameless.classifier.rank(asked).candidates[0].confidence
    )


def test_names_are_not_judged_as_examples_are() -> None:
    model = train([("halo kak", "salam"), ("uang saya kapan kembali", "refund")], normaliser=NORMALISER)
    assert (model.report.n_train, model.report.accuracy) == (2, None)
