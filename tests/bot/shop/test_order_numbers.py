"""A customer's way of writing an order number is forgiven, and nothing else is taken for one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shop.records import order_number


@pytest.mark.parametrize(
    "written",
    [
        "TN-448120",
        "tn448120",
        "#TN-448120",
        "  Tn - 448 120 ",
        "448120",
        "448-120",
        "TN-44812O",
        "tn-44B12O TN 448120",
        "ＴＮ－４４８１２０",
        "nomornya tn_448120 kak, makasih",
        "tgl 12-11-26 pesan, TN-448120",
    ],
)
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    assert order_number(written) == "TN-448120"


@pytest.mark.parametrize(
    "written",
    ["", "TN-", "TN-44812", "TN-4481200", "4481200", "0812-3456-7890", "0812 345678", "ORD448120", "lolilo", "٤٤٨١٢٠"],
)
def test_what_is_no_number_is_not_taken_for_one(written: str) -> None:
    assert order_number(written) is None


@given(
    digits=st.integers(100_000, 999_999).map(str),
    prefix=st.sampled_from(["TN-", "tn", "Tn ", "#tn-", "TN - ", "tn.", ""]),
    before=st.sampled_from(["", "  ", "pesanan ", "nomor: ", "(", "kak, "]),
    after=st.sampled_from(["", " ", "!", " dong min", ").", " ya kak"]),
    at=st.integers(1, 5),
    gap=st.sampled_from(["", " ", "-", "."]),
)
def test_spaces_dashes_case_and_prefix_do_not_matter(
    digits: str, prefix: str, before: str, after: str, at: int, gap: str
) -> None:
    assert order_number(f"{before}{prefix}{digits[:at]}{gap}{digits[at:]}{after}") == f"TN-{digits}"


@given(st.text(max_size=300))
def test_any_text_gives_a_whole_number_or_none(text: str) -> None:
    number = order_number(text)
    assert number is None or (number.startswith("TN-") and number[3:].isdecimal() and len(number) == 9)


@pytest.mark.parametrize("piece", ["1", "1 ", "TN-", "TN 1-", "O", "O ", "##"])
def test_a_long_text_is_read_in_no_time(piece: str) -> None:
    begun = time.perf_counter()
    order_number(piece * 100_000)
    assert time.perf_counter() - begun < 2
