"""Entities are found in everyday Indonesian, with the right value and the right place in the raw text."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from intents.entities import EntityFinder

FRIDAY = datetime(2025, 9, 12, 10, 0, tzinfo=timezone(timedelta(hours=7)))
FINDER = EntityFinder()


def found(text: str, now: datetime | None = FRIDAY) -> list[tuple[str, str]]:
    return [(entity.kind, entity.value) for entity in FINDER.find(text, now)]


@pytest.mark.parametrize(
    ("text", "rupiah"),
    [
        ("harganya 50rb aja kan", "50000"),
        ("ongkir kok 1,5jt", "1500000"),
        ("udah bayar Rp 25.000,- semalem", "25000"),
        ("Rp. 1.500.000,00", "1500000"),
        ("rp50k ya", "50000"),
        ("IDR 75000", "75000"),
        ("cuma goceng", "5000"),
        ("ceban dapet apa", "10000"),
        ("2 juta 500 ribu", "2500000"),
        ("1jt500rb", "1500000"),
        ("dua ratus lima puluh ribu", "250000"),
        ("lima belas ribu rupiah", "15000"),
        ("setengah juta lebih", "500000"),
        ("harga 1.250.000 blm diskon", "1250000"),
        ("1.5 jt", "1500000"),
        ("25000 perak", "25000"),
        ("3 milyar", "3000000000"),
    ],
)
def test_money_is_read_in_whole_rupiah(text: str, rupiah: str) -> None:
    assert ("money", rupiah) in found(text)


@pytest.mark.parametrize(
    "text", ["kode 404", "iphone 13 pro", "seribu maaf", "nomor 5", "dua orang", "bintang 5", "100%"]
)
def test_a_bare_number_is_not_money(text: str) -> None:
    assert "money" not in [kind for kind, _ in found(text)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("sampai lusa ga", "2025-09-14"),
        ("kmrn saya pesan", "2025-09-11"),
        ("bsk bisa?", "2025-09-13"),
        ("kemarin lusa", "2025-09-10"),
        ("tgl 5", "2025-09-05"),
        ("tanggal 28 katanya", "2025-08-28"),
        ("tgl 25", "2025-09-25"),
        ("12/9", "2025-09-12"),
        ("12-09-2024", "2024-09-12"),
        ("2025-10-01", "2025-10-01"),
        ("5 januari", "2026-01-05"),
        ("17 agt 2024", "2024-08-17"),
        ("senin depan", "2025-09-15"),
        ("hari jumat kemarin", "2025-09-05"),
        ("jumat depan", "2025-09-19"),
        ("hari minggu", "2025-09-14"),
        ("minggu lalu", "2025-09-05"),
        ("bulan kemarin", "2025-08-12"),
        ("3 hari yg lalu", "2025-09-09"),
        ("seminggu lagi", "2025-09-19"),
        ("akhir bulan", "2025-09-30"),
        ("awal bln depan", "2025-10-01"),
        ("td pagi", "2025-09-12"),
        ("tadi malam", "2025-09-11"),
    ],
)
def test_dates_become_iso_dates_when_today_is_known(text: str, day: str) -> None:
    assert found(text) == [("date", day)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("bsk", "besok"),
        ("tgl 5", "tanggal 5"),
        ("12/9", "12 september"),
        ("snin dpn", "senin depan"),
        ("minggu kmrn", "minggu lalu"),
        ("3 hr lg", "3 hari lagi"),
    ],
)
def test_dates_stay_relative_when_today_is_unknown(text: str, value: str) -> None:
    assert found(text, now=None) == [("date", value)]


@pytest.mark.parametrize("text", ["24/7", "31/2", "30 feb 2025", "2025-13-40", "rt 02/03", "99/99", "tgl 40"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert "date" not in [kind for kind, _ in found(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("jam 3 sore", "15:00"),
        ("15.30 WIB", "15:30 WIB"),
        ("pukul 09.15 wita", "09:15 WITA"),
        ("jam setengah 8 malam", "19:30"),
        ("jam 8 kurang 5", "07:55"),
        ("jam 12 malam", "00:00"),
        ("jam 2 siang", "14:00"),
        ("jam tujuh pagi", "07:00"),
        ("15:30", "15:30"),
        ("5 sore", "17:00"),
        ("jam3", "03:00"),
    ],
)
def test_times_of_day_are_read_on_the_24_hour_clock(text: str, value: str) -> None:
    assert found(text) == [("time", value)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("beli 2 pcs", ("quantity", "2 pcs")),
        ("3 buah", ("quantity", "3 buah")),
        ("selusin", ("quantity", "1 lusin")),
        ("dua bh", ("quantity", "2 buah")),
        ("1/2 kg", ("quantity", "0.5 kg")),
        ("udah 3x", ("quantity", "3 kali")),
        ("1.000 pcs", ("quantity", "1000 pcs")),
        ("2 minggu", ("duration", "2 minggu")),
        ("3 hr", ("duration", "3 hari")),
        ("sebulan", ("duration", "1 bulan")),
        ("24 jam", ("duration", "24 jam")),
        ("dua hari", ("duration", "2 hari")),
    ],
)
def test_counted_things_carry_number_and_unit(text: str, expected: tuple[str, str]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dari bdg ke sby", [("place", "Bandung"), ("place", "Surabaya")]),
        ("jakarta selatan", [("place", "Jakarta Selatan")]),
        ("jgn kirim ke batu", [("place", "Batu")]),
        ("sekeras batu", []),
        ("jogja/jateng", [("place", "Yogyakarta"), ("place", "Jawa Tengah")]),
        ("transfer bca", [("bank", "BCA")]),
        ("bayar pake dana", [("e_wallet", "DANA")]),
        ("kapan dana saya kembali", []),
        ("kok DANA ga bisa", [("e_wallet", "DANA")]),
        ("topup gopay atau spay", [("e_wallet", "GoPay"), ("e_wallet", "ShopeePay")]),
        ("kurir j&t / jnt", [("courier", "J&T"), ("courier", "J&T")]),
        ("si cepat lama", [("courier", "SiCepat")]),
        ("pos jaga", []),
        ("dikirim lewat pos", [("courier", "Pos Indonesia")]),
    ],
)
def test_names_are_told_from_everyday_words(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_every_entity_stands_where_its_offsets_say() -> None:
    raw = "Kak 🙏 resi JP1234567890 ke SBY, İ total Rp 25.000,- tgl 5 jam 3 sore hub 0812-3456-7890"
    entities = FINDER.find(raw, FRIDAY)
    kinds = [entity.kind for entity in entities]
    assert kinds == ["tracking_number", "place", "money", "date", "time", "phone"]
    assert all(raw[entity.start : entity.end] == entity.text for entity in entities)
    assert all(one.end <= other.start for one, other in pairwise(entities))


def test_the_rasa_lookups_regexes_and_synonyms_of_a_project_are_honoured() -> None:
    finder = EntityFinder(
        lookups={"produk": ["kopi susu", "kopi susu gula aren", "teh"]},
        regexes={"voucher": [r"\b[A-Z]{4}\d{2}\b"], "meja": [r"meja (\d+)"]},
        synonyms={"kopsus": "kopi susu", "sby": "Kota Surabaya", "teh": "Teh Tarik"},
    )
    entities = finder.find("2 kopi susu gula aren & TEH buat meja 12 pake HEMT10 hemt10 ke sby")
    assert [(entity.kind, entity.value) for entity in entities] == [
        ("produk", "kopi susu gula aren"),
        ("produk", "Teh Tarik"),
        ("meja", "12"),
        ("voucher", "HEMT10"),
        ("voucher", "hemt10"),
        ("place", "Kota Surabaya"),
    ]


def test_own_patterns_replace_the_built_in_ones() -> None:
    finder = EntityFinder(patterns={"order_number": r"\bTGP-(\d{6})\b"})
    entities = finder.find("cek TGP-123456 dong, resi JP1234567890")
    assert [(entity.kind, entity.value) for entity in entities] == [("order_number", "123456")]


HOSTILE = {
    "letters": "a" * 100_000,
    "digits": "1" * 100_000,
    "spaced digits": "1 " * 50_000,
    "dots": "1." * 50_000,
    "at signs": "a@" * 50_000,
    "hyphens": "a-" * 50_000,
    "links": "http://" * 14_000,
    "cue words": "no resi nomor: " * 6_600,
    "accounts": "rek bca " * 12_500,
    "number words": "dua ratus " * 10_000,
    "half phones": "0812 " * 20_000,
    "controls": "\x00\ud800\u202e" * 33_000,
    "noise": "".join(random.Random(7).choices("0123456789 .,-/@:#abrp\n", k=100_000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hundred_thousand_hostile_characters_take_linear_time(text: str) -> None:
    start = time.perf_counter()
    entities = FINDER.find(text, FRIDAY)
    assert time.perf_counter() - start < 5  # quadratic behaviour would take minutes
    assert all(text[entity.start : entity.end] == entity.text for entity in entities)


@pytest.mark.parametrize("text", ["", " ", "\x00", "😡😡", "ﷺ", "١٢٣ ٤٥٦", "²³ kg", "jam 99 tgl 0, rp rp."])
def test_odd_texts_hold_nothing_and_break_nothing(text: str) -> None:
    assert FINDER.find(text, FRIDAY) == ()
