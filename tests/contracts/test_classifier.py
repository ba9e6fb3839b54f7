"""The contract of a kind of classifier, over every one that comes along."""

from __future__ import annotations

import pytest

from bot.testing.classifier_contract import ClassifierContract
from intents.kinds import Kind
from intents.levels import CASCADE, PLAIN, WORDS
from tests.intents.training_examples import LetterEmbedder


class TestPlain(ClassifierContract):
    """A linear model on words and letters."""

    @pytest.fixture
    def kind(self) -> Kind:
        return PLAIN


class TestWords(ClassifierContract):
    """With word vectors."""

    @pytest.fixture
    def kind(self) -> Kind:
        return WORDS

    def embedder(self) -> LetterEmbedder:
        return LetterEmbedder()


class TestCascade(ClassifierContract):
    """With sentence vectors where that is unsure."""

    @pytest.fixture
    def kind(self) -> Kind:
        return CASCADE

    def embedder(self) -> LetterEmbedder:
        return LetterEmbedder()
