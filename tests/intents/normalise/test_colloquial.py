"""The normaliser run backwards."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intents.normalise import Normaliser
from intents.normalise.colloquial import colloquialise

_SENTENCES = (
    "pesanan saya belum sampai padahal sudah dua minggu",
    "bagaimana cara mengembalikan barang yang rusak",
    "tolong kirimkan nomor resi pesanan saya",
    "terima kasih banyak atas bantuannya",
    "mengapa barang-barang saya belum dikirim juga",
)


def test_the_same_seed_gives_the_same_spelling() -> None:
    for sentence in _SENTENCES:
        assert colloquialise(sentence, random.Random(7)) == colloquialise(sentence, random.Random(7))


def test_no_share_changes_nothing_and_full_share_much() -> None:
    sentence = _SENTENCES[0]
    assert colloquialise(sentence, random.Random(1), share=0.0) == sentence
    changed = colloquialise(sentence, random.Random(1), share=1.0).split()
    assert sum(word not in sentence.split() for word in changed) >= 4


def test_most_respelt_words_find_their_way_back(normaliser: Normaliser) -> None:
    rng = random.Random(3)
    found = total = 0
    for sentence in _SENTENCES * 20:
        back = normaliser.normalise(colloquialise(sentence, rng)).text
        words = sentence.split()
        total += len(words)
        found += sum(word in back for word in words)
    assert found / total > 0.85


def test_codes_and_punctuation_are_kept() -> None:
    text = "Pesanan INV/2023/77 senilai Rp25.000 belum sampai!! https://contoh.id/a"
    respelt = colloquialise(text, random.Random(5), share=1.0)
    for kept in ("INV/2023/77", "Rp25.000", "!!", "https://contoh.id/a"):
        assert kept in respelt


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=80), seed=st.integers(0, 99))
def test_no_text_is_too_odd_to_respell(text: str, seed: int) -> None:
    assert isinstance(colloquialise(text, random.Random(seed), share=1.0), str)
