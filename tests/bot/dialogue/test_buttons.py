"""The buttons and what their payloads mean."""

from __future__ import annotations

import pytest

from bot.dialogue.buttons import AGENT, NONE, choice_buttons, intent_of, offer_buttons, typed_payload

ROWS = choice_buttons([("jam_buka", "Jam buka"), ("kurir", "Pilihan kurir")], "Bukan itu")


def test_each_choice_has_a_row_and_the_last_one_is_none_of_these() -> None:
    assert [[(button.title, button.payload) for button in row] for row in ROWS] == [
        [("Jam buka", "/jam_buka")],
        [("Pilihan kurir", "/kurir")],
        [("Bukan itu", NONE)],
    ]


def test_the_offer_is_one_button() -> None:
    assert [[button.payload for button in row] for row in offer_buttons("Ya, panggil tim")] == [[AGENT]]


@pytest.mark.parametrize("payload", ["/jam_buka", '/jam_buka{"hari": "senin"}', "jam_buka"])
def test_a_payload_names_its_intent(payload: str) -> None:
    assert intent_of(payload) == "jam_buka"


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("1", "/jam_buka"),
        (" 2. ", "/kurir"),
        ("3)", NONE),
        ("pilihan KURIR", "/kurir"),
        ("bukan itu", NONE),
        ("4", ""),
        ("0", ""),
        ("12", ""),
        ("1 dong", ""),
        ("", ""),
    ],
)
def test_a_number_or_the_title_is_as_good_as_a_press(text: str, payload: str) -> None:
    assert typed_payload(text, ROWS) == payload
