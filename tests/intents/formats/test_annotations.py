"""Entity annotations in all their forms, whole and broken."""

from __future__ import annotations

import pytest

from intents.formats.annotations import strip_annotations


@pytest.mark.parametrize(
    ("sentence", "text", "synonyms"),
    [
        ("kirim ke [Jakarta](kota) dong", "kirim ke Jakarta dong", ()),
        ("kirim ke [jkt](kota:Jakarta)", "kirim ke jkt", (("jkt", "Jakarta"),)),
        ('ke [jkt]{"entity": "kota", "role": "tujuan", "value": "Jakarta"}', "ke jkt", (("jkt", "Jakarta"),)),
        ('ke [jkt] {"entity": "kota"}', "ke jkt", ()),
        ('beli [dua]{"entity": "jumlah", "value": 2} kue', "beli dua kue", (("dua", "2"),)),
        ('ke [jkt][{"entity": "kota", "value": "Jakarta"}, {"entity": "asal"}]', "ke jkt", (("jkt", "Jakarta"),)),
        ("dari [Solo](kota) ke [Yogya](kota:Yogyakarta)", "dari Solo ke Yogya", (("Yogya", "Yogyakarta"),)),
        ("jam [09.00](waktu:09:00)", "jam 09.00", (("09.00", "09:00"),)),
        ("[Solo](kota:Solo)", "Solo", ()),
        ("tanpa apa pun (benar) {sungguh} :]", "tanpa apa pun (benar) {sungguh} :]", ()),
    ],
)
def test_an_annotation_leaves_its_text_and_gives_its_value(
    sentence: str, text: str, synonyms: tuple[tuple[str, str], ...]
) -> None:
    plain = strip_annotations(sentence)
    assert (plain.text, plain.synonyms, plain.problems) == (text, synonyms, ())


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("mau [Macaroon])(cake) dua", "mau Macaroon dua"),
        ("kirim ke [surabaya] ya", "kirim ke surabaya ya"),
        ("ke [surabaya] (dekat pasar turi)", "ke surabaya (dekat pasar turi)"),
        ("ke [surabaya]() ya", "ke surabaya ya"),
        ("ke [surabaya]{entity: kota} ya", "ke surabaya ya"),
        ("ke [surabaya](kota", "ke surabaya"),
        ("ke [surabaya(kota) ya", "ke surabaya ya"),
        ("ke surabaya](kota) ya", "ke surabaya ya"),
        ("harga [promo", "harga [promo"),
    ],
)
def test_a_broken_annotation_leaves_its_text_and_is_reported(sentence: str, text: str) -> None:
    plain = strip_annotations(sentence)
    assert plain.text == text
    assert len(plain.problems) == 1


def test_nested_annotations_are_taken_off_from_inside_out() -> None:
    assert strip_annotations("ke [[Solo](kota) Baru](tempat)").text == "ke Solo Baru"


@pytest.mark.parametrize(
    "sentence", ["[" * 20_000, "[a](" * 5_000, "](a" * 5_000, "[]" * 10_000, "[a]{" * 5_000, "a" * 100_000 + "]("]
)
def test_hostile_brackets_cost_no_time(sentence: str) -> None:
    assert strip_annotations(sentence).problems
