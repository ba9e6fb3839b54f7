"""Codes, contacts and personal numbers: found, told apart, and hidden."""

from __future__ import annotations

import pytest

from intents.entities import EntityFinder, mask

FINDER = EntityFinder()


def found(text: str) -> list[tuple[str, str]]:
    return [(entity.kind, entity.value) for entity in FINDER.find(text)]


@pytest.mark.parametrize(
    "number",
    [
        "JP1234567890",  # J&T
        "JX1234567890",
        "000123456789",  # SiCepat
        "10001234567890",  # AnterAja
        "NLIDAP1234567890",  # Ninja
        "P2209010012345",  # Pos
        "EE123456789ID",
        "660012345678",  # TIKI
        "11LP1234567890123",  # Lion
        "IDE701234567890",  # ID Express
        "SPXID012345678901",
        "CGK0123456789012",  # JNE
        "TLJR1234567890",
        "GK-11-123456789",  # GoSend
        "LXAD-1234567890",
    ],
)
def test_the_waybills_of_the_large_couriers_are_tracking_numbers(number: str) -> None:
    assert found(f"cek {number} dong kak") == [("tracking_number", number)]
    assert found(f"cek {number.lower()}") == [("tracking_number", number.lower())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("resi: 8825123412341", ("tracking_number", "8825123412341")),
        ("no resi saya 5512ABCD77", ("tracking_number", "5512ABCD77")),
        ("nomor awb-nya 123456789", ("tracking_number", "123456789")),
        ("pesanan nomor 8877665", ("order_number", "8877665")),
        ("INV/20240131/MPL/1234567", ("order_number", "INV/20240131/MPL/1234567")),
        ("order 240131ABCDEFGH", ("order_number", "240131ABCDEFGH")),
        ("#12345 gimana", ("order_number", "12345")),
        ("TRX20250101", ("order_number", "TRX20250101")),
    ],
)
def test_a_row_of_characters_is_what_the_word_before_it_says(text: str, expected: tuple[str, str]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize("text", ["resi saya mana", "pesanan kemarin belum dikirim", "order dong", "invoice nya salah"])
def test_a_cue_without_a_code_is_no_code(text: str) -> None:
    assert not {kind for kind, _ in found(text)} & {"order_number", "tracking_number"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hub 0812-3456-7890 ya", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("kantor (021) 5551234", "+62215551234"),
        ("0812.3456.7890", "+6281234567890"),
    ],
)
def test_phone_numbers_are_given_in_e164(text: str, value: str) -> None:
    assert found(text) == [("phone", value)]


@pytest.mark.parametrize("text", ["0812", "08123456789012345", "0000000000"])
def test_digits_that_nobody_can_call_are_no_phone(text: str) -> None:
    assert "phone" not in {kind for kind, _ in found(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nik 3174011203900001", [("nik", "3174011203900001")]),
        ("3174 0152 0390 0001", [("nik", "3174015203900001")]),
        ("3174013303900001", []),
        ("4111 1111 1111 1111", [("card_number", "4111111111111111")]),
        ("4111 1111 1111 1112", []),
        ("1111111111111111", []),
    ],
)
def test_nik_and_cards_are_recognised_by_their_own_checks(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_number_that_could_be_both_is_what_the_customer_calls_it() -> None:
    both = next(
        digits
        for serial in range(1, 100)
        if (digits := f"517401120390{serial:04d}") and found(f"kartu kredit {digits}") == [("card_number", digits)]
    )
    assert found(f"nik {both}") == [("nik", both)]


def test_links_and_addresses_end_before_the_full_stop() -> None:
    assert found("cek https://toko.example/a?b=1. terus budi.s@mail.example.com, atau toko.co.id/promo!") == [
        ("url", "https://toko.example/a?b=1"),
        ("email", "budi.s@mail.example.com"),
        ("url", "toko.co.id/promo"),
    ]


def test_personal_data_is_hidden_and_the_rest_stays() -> None:
    raw = "Hub 0812-3456-7890 / budi@mail.com, NIK 3174011203900001, rek bca 1234567890, resi JP1234567890"
    entities = FINDER.find(raw)
    assert (
        mask(raw, entities) == "Hub [nomor telepon] / [email], NIK [NIK], rek bca [nomor rekening], resi JP1234567890"
    )
    assert mask(raw, entities, kinds={"tracking_number"}).endswith("resi [nomor resi]")
    assert mask(raw, ()) == raw
