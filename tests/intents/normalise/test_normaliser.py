"""What whole messages become."""

from __future__ import annotations

import time

import pytest

from intents.normalise import Normaliser
from intents.normalise.dictionary import Dictionary


def test_chat_abbreviations_become_standard_words(normaliser: Normaliser) -> None:
    assert normaliser.normalise("Min pesanan sy blm dtg, gmn sih??").text == (
        "admin pesanan saya belum datang bagaimana sih"
    )


def test_a_formal_sentence_with_chat_spellings_ends_in_dictionary_words_and_names(normaliser: Normaliser) -> None:
    normalised = normaliser.normalise("TLKM tlh memulainya, namun blm memenuhi 3 persyaratan dmksd, jd gmn dong")
    dictionary = Dictionary.load()
    words = [token.text for token in normalised.tokens if not token.protected]
    assert words[0] == "tlkm"
    assert all(dictionary.standard(word) for word in words[1:])
    assert normalised.text.startswith("tlkm telah memulainya namun belum memenuhi 3 persyaratan dimaksud jadi")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("brg2", "barang-barang"),
        ("nyampe2", "sampai-sampai"),
        ("jalan2nya", "jalan-jalannya"),
        ("brg²", "barang-barang"),
        ("brg-brg", "barang-barang"),
        ("orang-2", "orang-orang"),
        ("ke2", "kedua"),
        ("berhati2lah", "berhati-hatilah"),
        ("sebaik2nya", "sebaik-baiknya"),
        ("berapa2", "berapa-berapa"),
    ],
)
def test_a_two_doubles_the_word_before_it(normaliser: Normaliser, typed: str, meant: str) -> None:
    assert [token.text for token in normaliser.normalise(typed).tokens] == [meant]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("s4y4", "saya"), ("g4k", "tidak"), ("b3lum", "belum"), ("k3c3w4", "kecewa")],
)
def test_digits_that_stand_for_letters_are_read_as_letters(normaliser: Normaliser, typed: str, meant: str) -> None:
    (token,) = normaliser.normalise(typed).tokens
    assert (token.text, token.rule, token.protected) == (meant, "leetspeak", False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nyuciin", "mencucikan"),
        ("ngebatalin", "membatalkan"),
        ("ngecek", "mengecek"),
        ("nyari", "mencari"),
        ("kepotong", "terpotong"),
        ("dianterin", "diantarkan"),
        ("pesananx", "pesanannya"),
        ("kurirny", "kurirnya"),
        ("hrganya", "harganya"),
        ("diladenin", "diladeni"),
        ("hp-nya", "ponselnya"),
    ],
)
def test_colloquial_affixes_become_standard_ones(normaliser: Normaliser, typed: str, meant: str) -> None:
    assert normaliser.normalise(typed).text == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lamaaa", "lama"),
        ("kapannnn", "kapan"),
        ("pngrman", "pengiriman"),
        ("prmintaan", "permintaan"),
        ("pengirmian", "pengiriman"),
        ("konfirmaso", "konfirmasi"),
        ("tranasksi", "transaksi"),
        ("gabisa", "tidak bisa"),
        ("blmsampe", "belum sampai"),
        ("barangsaya", "barang saya"),
        ("enakbgt", "enak banget"),
        ("dibali", "di bali"),
        ("jalanjalan", "jalan-jalan"),
        ("makananannya", "makanannya"),
        ("surbaya", "surabaya"),
        ("lagii", "lagi"),
        ("okkee", "oke"),
        ("k e c e w a", "kecewa"),
        ("anj*ng", "anjing"),
        ("𝓱𝓪𝓵𝓸", "halo"),
        ("ｔｏｋｏ", "toko"),
        ("pa\u200bket", "paket"),
        ("pаket", "paket"),
    ],
)
def test_spellings_lead_back_to_the_word(normaliser: Normaliser, typed: str, meant: str) -> None:
    assert normaliser.normalise(typed).text == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ga", "tidak"),
        ("gak", "tidak"),
        ("nggak", "tidak"),
        ("tdk", "tidak"),
        ("ora", "tidak"),
        ("teu", "tidak"),
        ("blm", "belum"),
        ("jgn", "jangan"),
        ("bkn", "bukan"),
    ],
)
def test_negation_survives(normaliser: Normaliser, typed: str, meant: str) -> None:
    assert normaliser.normalise(f"{typed} dikirim").tokens[0].text == meant


@pytest.mark.parametrize(
    "untouched",
    [
        "JP1234567890",
        "INV/2023/11/05/XII",
        "TRX-88ab21",
        "https://contoh.co.id/lacak?id=blm2",
        "tokokita.com",
        "budi.yg@contoh.com",
        "@admin_sy",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "50rb",
        "Rp25.000",
        "Rp 25.000,-",
        "1,5jt",
        "12/11/2023",
        "14.30",
        "10%",
    ],
)
def test_codes_numbers_and_addresses_are_never_touched(normaliser: Normaliser, untouched: str) -> None:
    normalised = normaliser.normalise(f"blm dtg {untouched} yg kmrn")
    (token,) = [token for token in normalised.tokens if token.protected]
    assert token.text == untouched
    assert normalised.raw[token.start : token.end] == untouched
    assert normalised.text == f"belum datang {untouched} yang kemarin"


def test_a_quantity_falls_into_number_and_word(normaliser: Normaliser) -> None:
    assert normaliser.normalise("udh 3hari, dtg jam5 tgl12").text == "sudah 3 hari datang jam 5 tanggal 12"


def test_signs_become_features(normaliser: Normaliser) -> None:
    normalised = normaliser.normalise("LAMA BANGET SIH 😡😡 kapannnn?!")
    assert set(normalised.features) == {"_shout_", "_emoji_angry_", "_stretch_", "_exclaim_", "_question_", "_insist_"}
    assert normalised.text == "lama banget sih kapan"


def test_one_shouted_word_is_a_shout_and_an_acronym_is_none(normaliser: Normaliser) -> None:
    assert "_shout_" in normaliser.normalise("paket saya BELUM sampai").features
    assert "_shout_" not in normaliser.normalise("paket JNE saya di BCA").features


def test_emoticons_are_features_too(normaliser: Normaliser) -> None:
    assert normaliser.normalise("rusak :( makasih :) T_T").features == ("_emoji_sad_", "_emoji_happy_")


def test_a_message_of_emoji_only_has_features_and_no_tokens(normaliser: Normaliser) -> None:
    normalised = normaliser.normalise("😡👍🏽🦖")
    assert normalised.tokens == ()
    assert normalised.features == ("_emoji_angry_", "_emoji_good_", "_emoji_other_")


def test_several_tokens_of_one_word_share_its_offsets(normaliser: Normaliser) -> None:
    normalised = normaliser.normalise("min, makasih ya")
    places = {(token.start, token.end) for token in normalised.tokens if token.text in ("terima", "kasih")}
    assert places == {(5, 15)} or places == {(5, 12)}


def test_offsets_point_into_fancy_raw_text(normaliser: Normaliser) -> None:
    raw = "👨‍👩‍👧 𝓫𝓵𝓶 da\u200btang"
    first, second = normaliser.normalise(raw).tokens
    assert (first.text, raw[first.start : first.end]) == ("belum", "𝓫𝓵𝓶")
    assert (second.text, raw[second.start : second.end]) == ("datang", "da\u200btang")


def test_every_change_names_its_rule(normaliser: Normaliser) -> None:
    normalised = normaliser.normalise("brg2 sy blm nyampe, resi JP123 lamaaa")
    rules = {token.text: token.rule for token in normalised.tokens}
    assert rules["barang-barang"] == "reduplication"
    assert rules["saya"] == "lexicon"
    assert rules["resi"] == ""
    assert rules["JP123"] == ""


def test_names_are_not_corrected(normaliser: Normaliser) -> None:
    assert normaliser.normalise("pesanan atas nama Sutarji di Cikarung blm dtg").text == (
        "pesanan atas nama sutarji di cikarung belum datang"
    )


@pytest.mark.parametrize("word", ["apa-apaan", "semenawan", "paslah", "perjam", "olahlah", "cah"])
def test_a_regular_form_of_a_common_root_is_left_alone(normaliser: Normaliser, word: str) -> None:
    assert normaliser.normalise(f"ini {word} itu").text == f"ini {word} itu"


@pytest.mark.parametrize("name", ["dani", "dpr", "gopaynya", "surabaya"])
def test_known_names_stay_in_lower_case_and_with_clitics(normaliser: Normaliser, name: str) -> None:
    assert normaliser.normalise(name).text == name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("duit", "uang"), ("resiko", "risiko"), ("telat", "terlambat"), ("sampeyan", "anda"), ("kumaha", "bagaimana")],
)
def test_colloquial_words_that_dictionaries_hold_lead_to_the_standard_one(
    normaliser: Normaliser, typed: str, meant: str
) -> None:
    assert normaliser.normalise(typed).text == meant


def test_known_tells_words_from_gibberish(normaliser: Normaliser) -> None:
    assert normaliser.normalise("pesanan saya belum datang").known == 1.0
    assert normaliser.normalise("asdkjh qwpoei zxmcnb").known == 0.0
    assert normaliser.normalise("你好 привет").known == 0.0


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("pesanan saya belum datang", "id"),
        ("min orderan gue blm dtg nih", "id"),
        ("where is my package please", "en"),
        ("how do i change my address", "en"),
        ("piye iki kok durung teka barange", "jv"),
        ("kumaha ieu barangna teu acan dugi", "su"),
        ("", "id"),
        ("你好 请问", "other"),
    ],
)
def test_the_language_of_a_message_is_guessed(normaliser: Normaliser, message: str, language: str) -> None:
    assert normaliser.normalise(message).language == language


def test_a_word_of_two_languages_follows_its_neighbours(normaliser: Normaliser) -> None:
    assert "order" in normaliser.normalise("order saya belum sampai").text.split()
    assert "pesan" in normaliser.normalise("where is my order").text.split()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00\x07\x1b[31m",
        "\ud800 blm \udfff",
        "a" * 100_000,
        "blm " * 25_000,
        "1" * 100_000,
        "a1" * 50_000,
        "a.b" * 30_000,
        "x-" * 50_000,
        "!?" * 50_000,
        "a\u0301" * 50_000,
        "مرحبا بالعالم",
        "ﷺ ½ ² ŉ İ",
    ],
)
def test_no_text_is_too_odd(normaliser: Normaliser, text: str) -> None:
    started = time.process_time()
    normalised = normaliser.normalise(text)
    assert time.process_time() - started < 1.0
    assert all(0 <= token.start < token.end <= 2_000 for token in normalised.tokens)


def test_many_unknown_words_cost_a_bounded_time(normaliser: Normaliser) -> None:
    text = " ".join(f"qx{chr(97 + i % 26)}vzk{chr(97 + i // 26)}pw" for i in range(400))
    started = time.process_time()
    normaliser.normalise(text)
    assert time.process_time() - started < 1.0
