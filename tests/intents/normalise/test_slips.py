"""Slips of the thumb: what the index finds is what trying every slip would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.normalise.slips import SlipIndex, cost, distance

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CONFUSED = {"a": "eioqsuwz", "n": "bhjm", "g": "bfhktvy", "t": "dfgry", "-": ""}

typed_words = st.text(alphabet=sorted(CONFUSED), min_size=1, max_size=7)


def every_slip(typed: str) -> set[str]:
    """Every string that one slip may have turned into `typed`, which has letters of `CONFUSED` only."""
    cuts = [(typed[:place], typed[place:]) for place in range(len(typed) + 1)]
    found = {head + tail[1:] for head, tail in cuts if tail}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    found |= {head + letter + tail[1:] for head, tail in cuts if tail for letter in CONFUSED[tail[0]]}
    return found | {head + letter + tail for head, tail in cuts for letter in LETTERS}


@given(typed=typed_words, others=st.sets(typed_words))
def test_the_index_finds_what_trying_every_slip_finds(typed: str, others: set[str]) -> None:
    listed = others | {slip for number, slip in enumerate(sorted(every_slip(typed))) if number % 3}
    assert SlipIndex(listed).near(typed) == listed & every_slip(typed)


@pytest.mark.parametrize(
    ("likely", "unlikely"),
    [("pengirimam", "pengirimap"), ("barangg", "barangk"), ("barag", "arang"), ("braang", "abrang")],
)
def test_slips_that_thumbs_make_cost_less(likely: str, unlikely: str) -> None:
    meant = "pengiriman" if likely.startswith("p") else "barang"
    assert cost(likely, meant) < cost(unlikely, meant)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        *(("barang", "barang", 0), ("", "abc", 3), ("kwalits", "kualitas", 2), ("abrang", "barang", 1)),
        *(("ca", "abc", 3), ("barangbarang", "barang", 6), ("aba", "ababa", 2), ("pnegirimna", "pengiriman", 2)),
    ],
)
def test_the_distance_counts_letters_wrong_missing_too_many_or_swapped(left: str, right: str, expected: int) -> None:
    assert distance(left, right) == distance(right, left) == expected
