"""What may lead to a person is hidden in everyday spelling, and what tells nothing of anybody stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.entities import EntityFinder, mask_everything, unlabelled

FINDER = EntityFinder()


def masked(text: str) -> str:
    return mask_everything(text, FINDER.find(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("wa sy 0812-3456-7890 an budi", "wa sy [nomor telepon] an [nama]"),
        ("rek bca 1234567890", "rek bca [nomor rekening]"),
        ("transfer ke 12345678 ya", "transfer ke [nomor] ya"),
        ("no hp 08 12 34 56 78 90", "no hp [nomor telepon]"),
        ("o81234567890 hub y", "[nomor] hub y"),
        ("nik 3174 0512 3456 7890", "nik [nomor]"),
        ("ktp 1234567890123456", "ktp [nomor]"),
        ("０８１２３４５６７８９０ ya", "[nomor] ya"),
        ("0️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "[nomor]"),
        ("0812\u200b3456\u200b7890", "[nomor]"),
        ("nol delapan satu dua tiga empat lima enam", "[nomor]"),
        ("kartu 4111 1111 1111 1111", "kartu [nomor kartu]"),
        ("order tn-448120 blm sampai", "order [nomor pesanan] blm sampai"),
        ("resi JP1234567890 an. rina", "resi [nomor resi] an. [nama]"),
        ("budi@gmail kok ga masuk", "[email] kok ga masuk"),
        ("email budi.s (at) yahoo.co.id", "email [email]"),
        ("budi.s at gmail dot com", "[email]"),
        ("follow ig @budi_s99", "follow ig [akun]"),
        ("cek wa.me/6281234567890", "cek [tautan]"),
        ("otp saya 482913 kok salah", "otp saya [kode rahasia] kok salah"),
        ("password saya rahasia123", "password saya [kode rahasia]"),
        ("pin atm 1234", "pin atm [kode rahasia]"),
        ("paket atas nama Andi Wijaya belum sampai", "paket atas nama [nama] belum sampai"),
        ("nama saya budi santoso mau retur", "nama saya [nama] mau retur"),
        ("nama penerima: Siti Nurhaliza, hp 0857", "nama penerima: [nama], hp 0857"),
        ("a/n Siti Aminah bri 0021-01-012345-50-1", "a/n [nama] bri [nomor]"),
        ("Baik Kak Sari, mohon ditunggu ya", "Baik Kak [nama], mohon ditunggu ya"),
        ("kirim ke gang mawar nomor 3 dong", "kirim ke [alamat] dong"),
        ("jalan sudirman kav 5 no 12 jakarta", "[alamat]"),
        ("alamat sy jl melati no 5 rt 03/rw 02 kel cipete kec cilandak ya kak", "alamat sy [alamat] [alamat] ya kak"),
    ],
)
def test_what_leads_to_a_person_is_hidden(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "total 1.500.000 kok mahal",
        "harga 250rb dari 300.000",
        "tgl 12-05-2024 jam 10.30",
        "jam buka 08.00 - 17.00 ya",
        "udah 2 minggu 3 hari blm sampe",
        "aplikasi ga jalan kak",
        "nama saya salah di akun",
        "lupa password saya kak",
        "there is an error with my order",
        "minta no rek an toko dong",
        "kak kec saya salah",
        "pesan sepatu ukuran 42 2 pasang",
    ],
)
def test_what_tells_nothing_of_anybody_stays(text: str) -> None:
    assert masked(text) == text


def test_names_that_are_known_are_hidden_wherever_they_stand() -> None:
    shown = mask_everything("Siap, budi. Salam, Sari", (), names=("Budi Santoso", "Sari"))
    assert shown == "Siap, [nama]. Salam, [nama]"


def test_a_shops_own_codes_are_hidden_where_they_are_codes() -> None:
    finder = EntityFinder(regexes={"anggota": [r"\bM-\d{4}\b"], "berat": [r"\b\d+ ?kg\b"]})
    text = "kartu M-2044, beratnya 5 kg"
    assert mask_everything(text, finder.find(text), codes={"anggota", "berat"}) == "kartu [nomor], beratnya 5 kg"


def test_labels_become_something_that_can_be_learned_from() -> None:
    assert unlabelled("tf ke [nomor rekening] an [nama] lewat [aplikasi] blm masuk") == (
        "tf ke 000000 an lewat aplikasi blm masuk"
    )


@given(digits=st.text("0123456789", min_size=7, max_size=19), gap=st.sampled_from(["", " ", "-", ".", "\u200b"]))
def test_no_long_row_of_digits_is_ever_shown(digits: str, gap: str) -> None:
    shown = masked(f"halo kak {gap.join(digits)} gimana ya")
    assert sum(map(str.isdigit, shown)) < 7 or gap == "."  # Dots may make it an amount of money.


@given(st.text(max_size=400))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(unlabelled(masked(text)), str)


@pytest.mark.parametrize("piece", ["jl a ", "0 ", "an ", "a@", "nama saya ", "rt 1 ", "satu ", "otp saya ", "at b "])
def test_masking_takes_no_longer_than_the_text_is_long(piece: str) -> None:
    text = (piece * 2_000)[:4_000]
    begun = time.process_time()
    mask_everything(text, ())
    assert time.process_time() - begun < 0.5
