"""The mood of a message: sentiment, anger, urgency and abuse, in slang, capitals, emoji and plain sarcasm."""

from __future__ import annotations

import json
import math
import time

import pytest

from conversation.understanding import Mood
from intents.mood import MoodReader
from intents.mood.lexicon import read_examples
from intents.mood.training import WEIGHTS_FILE, train
from tests.intents.training_examples import NORMALISER

READER = MoodReader.load()


def mood(text: str) -> Mood:
    return READER.read(NORMALISER.normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "bajunya bagus, jahitannya rapi, makasih kak",
        "sumpah enak bgt ayam gepreknya",
        "pelayanannya ramah, tempatnya bersih",
        "ga nyesel nginep di sini",
        "tidak mengecewakan sama sekali",
        "awalnya ragu eh ternyata bagus banget",
        "mantul, pesan pagi sorenya udah sampe",
        "TERIMA KASIH BANYAK KAK",
        "👍🙏",
        "tempatnya jauh tapi makanannya enak",
    ],
)
def test_praise_is_positive(text: str) -> None:
    assert mood(text).sentiment > 0.25


@pytest.mark.parametrize(
    "text",
    [
        "barangnya jelek, sekali pakai langsung sobek",
        "ga bagus",
        "kurang ramah pelayannya",
        "makanannya ga enak",
        "nyesel beli di sini",
        "tempatnya bagus tapi makanannya ga enak",
        "aplikasinya lemot, sering error",
        "udah 2 minggu ga nyampe2 gimana sih",
        "tidak akan pernah belanja di sini lagi",
        "😞 pecah kak gelasnya",
    ],
)
def test_blame_is_negative(text: str) -> None:
    assert mood(text).sentiment < -0.25


@pytest.mark.parametrize(
    "text",
    [
        "paket saya sampai mana ya",
        "ongkir ke medan berapa kak",
        "ada warna lain ga?",
        "kalau mau retur caranya gimana",
        "HARGA BERAPA KAK",
        "jam buka hari minggu",
    ],
)
def test_a_calm_question_is_calm_and_nearly_neutral(text: str) -> None:
    read = mood(text)
    assert abs(read.sentiment) < 0.5
    assert read.anger < 0.2
    assert read.urgency < 0.3
    assert read.abuse == 0


@pytest.mark.parametrize(
    "text",
    [
        "WOI MANA PAKET GW!!!",
        "muak saya sama toko ini 😡😡",
        "balikin duit gue penipu!!",
        "kalau besok belum dibalas saya lapor polisi",
        "dasar kurir goblok",
        "KESEL BANGET SUMPAH, JANJI MULU!!!",
    ],
)
def test_anger_is_heard_in_words_capitals_and_signs(text: str) -> None:
    assert mood(text).anger > 0.5


def test_the_same_wish_is_angrier_when_shouted() -> None:
    assert mood("paket saya sampai mana ya").anger + 0.4 < mood("PAKET SAYA SAMPAI MANA!!! WOI").anger


@pytest.mark.parametrize(
    "text",
    [
        "mantap, paket sebulan baru sampe",
        "hebat ya sudah 3x dibohongi",
        "bagus banget pelayanannya, 5 hari chat ga dibales",
        "terima kasih lho udah bikin saya nunggu dua minggu",
        "keren, barang rusak kok dikirim",
        "luar biasa, seminggu baru dibales",
    ],
)
def test_plain_sarcasm_is_not_praise(text: str) -> None:
    read = mood(text)
    assert read.sentiment < -0.4
    assert read.anger > 0.3


@pytest.mark.parametrize(
    "text",
    [
        "mantap min, barang 3 hari udah sampe",
        "makasih kak, barang rusaknya udah diganti",
        "keren, kirain lama ternyata cepat",
        "terima kasih admin, masalah refund saya sudah selesai",
    ],
)
def test_sincere_thanks_in_a_story_of_trouble_stay_praise(text: str) -> None:
    assert mood(text).sentiment > 0.2


@pytest.mark.parametrize(
    ("plain", "turned"),
    [
        ("enak", "ga enak"),
        ("bagus", "kurang bagus"),
        ("ramah", "sama sekali tidak ramah"),
        ("puas", "belum puas"),
    ],
)
def test_negation_turns_praise_into_blame(plain: str, turned: str) -> None:
    assert mood(plain).sentiment > 0 > mood(turned).sentiment


@pytest.mark.parametrize(("plain", "turned"), [("kecewa", "tidak kecewa"), ("mengecewakan", "ga mengecewakan")])
def test_negation_turns_blame_into_praise(plain: str, turned: str) -> None:
    assert mood(plain).sentiment < 0 < mood(turned).sentiment


def test_a_wish_for_better_is_no_praise() -> None:
    assert mood("semoga pelayanannya lebih ramah").sentiment < mood("pelayanannya ramah").sentiment - 0.2


@pytest.mark.parametrize(
    "text",
    [
        "tolong segera blokir akun saya",
        "urgent kak, dipakai besok pagi",
        "DARURAT SALDO SAYA DIKURAS ORANG",
        "buruan dong kak sekarang juga",
    ],
)
def test_urgency_is_heard(text: str) -> None:
    assert mood(text).urgency > 0.5


def test_who_says_there_is_no_hurry_is_not_urgent() -> None:
    assert mood("kapan-kapan aja kak, santai").urgency < 0.05


@pytest.mark.parametrize("text", ["goblok", "anj*ng lu", "b4ngsat emang", "admin tolol", "kurang ajar kalian"])
def test_abuse_is_heard_through_disguise(text: str) -> None:
    read = mood(text)
    assert read.abuse >= 0.6
    assert read.anger > 0.4


@pytest.mark.parametrize(
    "text", ["makanan anjing ada?", "jual daging babi?", "boneka monyet ready?", "tempat sampah 20 liter"]
)
def test_animals_and_things_for_sale_are_no_abuse(text: str) -> None:
    read = mood(text)
    assert read.abuse == 0
    assert read.anger < 0.2
    assert abs(read.sentiment) < 0.4


def test_the_reasons_are_pieces_of_the_raw_text_strongest_first() -> None:
    raw = "WOI min, KECEWA bgt!!! brg RUSAK 😡"
    because = mood(raw).because
    assert because
    assert all(reason in raw for reason in because)
    assert {"KECEWA bgt", "KECEWA"} & set(because)
    assert len(because) <= 5


def test_a_message_that_says_nothing_has_no_mood() -> None:
    assert mood("") == mood("123 456") == mood("\x00") == Mood()


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "ga " * 33_000, "GOBLOK! " * 12_000, "😡" * 100_000, "بيت 你好 \ud800"]
)
def test_strange_and_long_texts_are_read_in_linear_time(text: str) -> None:
    normalized = NORMALISER.normalise(text)
    started = time.perf_counter()
    read = READER.read(normalized)
    assert time.perf_counter() - started < 3  # quadratic behaviour would take minutes
    assert -1 <= read.sentiment <= 1
    assert all(0 <= value <= 1 for value in (read.anger, read.urgency, read.abuse))


def test_the_shipped_weights_are_what_training_gives() -> None:
    shipped = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    trained = train(read_examples(), NORMALISER)
    assert trained["offsets"] == pytest.approx(shipped["offsets"], abs=0.01)
    assert [key for key in ("praising", "sarcasm", "abuse") if trained[key] != shipped[key]] == []
    for key in trained["weights"].keys() | shipped["weights"].keys():
        ours, theirs = trained["weights"].get(key, [0.0] * 3), shipped["weights"].get(key, [0.0] * 3)
        assert ours == pytest.approx(theirs, abs=0.02), f"{key}: run `python -m intents.mood.training`"


def test_the_examples_are_many_and_of_every_mood() -> None:
    examples = read_examples()
    sentiments = [example.targets[0] for example in examples]
    assert len(examples) >= 600
    assert len({example.text for example in examples}) == len(examples)
    assert min(sentiments.count(0.0), sentiments.count(0.5), sentiments.count(1.0)) >= 100
    assert sum(example.targets[1] > 0.5 for example in examples) >= 100


def test_unseen_messages_of_our_own_are_told_apart() -> None:
    """Five-fold: every message is read by a model that has not seen it."""
    examples = read_examples()
    right = counted = 0
    for fold in range(5):
        reader = MoodReader(train([one for i, one in enumerate(examples) if i % 5 != fold], NORMALISER))
        for example in examples[fold::5]:
            if not math.isclose(example.targets[0], 0.5):
                counted += 1
                right += (reader.read(NORMALISER.normalise(example.text)).sentiment > 0) == (example.targets[0] > 0.5)
    assert right / counted > 0.9


def test_weights_of_another_version_are_refused_with_the_remedy() -> None:
    model = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match=r"intents\.mood\.training"):
        MoodReader({**model, "version": 0})
