"""What holds of every text."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intents.normalise import Normaliser
from intents.normalise.dictionary import Dictionary

_PIECES = (
    "min sy blm dtg brg2 gk nyampe2 lamaaa JP12345 50rb :( 😡 k e c e w a anj*ng paketnya?? Rp25.000 dr JNE "
    "http://a.id/b ２５ 𝓱𝓪𝓵𝓸 di-kirim ga'ada -- #promo11 terima kasih banget"
)
_CHATTY = st.lists(st.sampled_from(_PIECES.split(" ")), max_size=25).map(" ".join)
_ANY = st.text(st.characters(), max_size=120)
_RELAXED = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@_RELAXED
@given(raw=_ANY | _CHATTY)
def test_offsets_are_ordered_and_inside_the_raw_text(normaliser: Normaliser, raw: str) -> None:
    end = 0
    for token in normaliser.normalise(raw).tokens:
        assert token.text
        assert 0 <= token.start < token.end <= len(raw)
        # Tokens of one word share its place, and so do the halves of a character that stands for two (`¼0`).
        assert token.start >= end - 1 or token.end == end
        end = token.end
        if token.protected:
            assert token.text == raw[token.start : token.end]


@_RELAXED
@given(raw=_ANY | _CHATTY)
def test_shares_and_names_are_in_range(normaliser: Normaliser, raw: str) -> None:
    normalised = normaliser.normalise(raw)
    assert 0.0 <= normalised.known <= 1.0
    assert normalised.language in {"id", "en", "jv", "su", "other"}
    assert all(feature.startswith("_") and feature.endswith("_") for feature in normalised.features)
    assert normaliser.normalise(raw) == normalised


_DICTIONARY = Dictionary.load()
_STANDARD = st.sampled_from(
    sorted(word for word in _DICTIONARY.rarities if _DICTIONARY.standard(word) and word.isalpha())
)


@_RELAXED
@given(word=_STANDARD)
def test_a_standard_word_stands_as_it_is(normaliser: Normaliser, word: str) -> None:
    (token,) = normaliser.normalise(word).tokens
    assert (token.text, token.rule) == (word, "")


def test_standard_sentences_stand_as_they_are(normaliser: Normaliser) -> None:
    for sentence in (
        "saya ingin mengembalikan barang yang sudah saya terima kemarin",
        "mengapa pembayaran saya belum dikonfirmasi sampai sekarang",
        "terima kasih atas bantuan dan penjelasannya",
        "apakah ada potongan harga untuk pembelian berikutnya",
        "tolong ubah alamat pengiriman pesanan saya ke rumah orang tua",
    ):
        once = normaliser.normalise(sentence).text
        assert once == sentence
        assert normaliser.normalise(once).text == once
