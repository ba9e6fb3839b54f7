"""The thesaurus: what it says of words, and that it can be met at all."""

from __future__ import annotations

import pytest

from intents.concepts import concept_words, concepts_of
from intents.features import features, learn_space
from intents.normalise import Normaliser


@pytest.mark.parametrize(("one", "other"), [("ongkos", "tarif"), ("membatalkan", "urung"), ("dosen", "rektor")])
def test_words_that_mean_much_the_same_share_a_concept(one: str, other: str) -> None:
    assert set(concepts_of(one)) & set(concepts_of(other))


def test_a_word_that_is_not_listed_has_the_concepts_of_its_stem() -> None:
    assert "batalkan" not in concept_words()
    assert concepts_of("batalkan") == concepts_of("batal")


def test_most_words_mean_nothing_to_it() -> None:
    assert concepts_of("kumbang") == ()


def test_a_word_never_seen_speaks_by_its_concept() -> None:
    space = learn_space([["ongkos"], ["kucing"]])
    *_, (rows, _) = space.find("tarif")
    shared = set(features("ongkos")[3]) & set(features("tarif")[3])
    assert {space.rows[3][name] for name in shared} == set(rows)


def test_the_words_are_as_the_normaliser_leaves_them() -> None:
    normaliser = Normaliser.load()
    changed = {word: normaliser.normalise(word).text for word in concept_words()}
    assert {word: text for word, text in changed.items() if word != text} == {}


def test_every_concept_has_two_words_or_more_and_no_two_concepts_are_the_same() -> None:
    words_of: dict[str, set[str]] = {}
    for word, concepts in concept_words().items():
        for concept in concepts:
            words_of.setdefault(concept, set()).add(word)
    assert min(map(len, words_of.values())) > 1
    assert len(set(map(frozenset, words_of.values()))) == len(words_of)
