"""Days, money and states as an answer says them, in Indonesian and English."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shop.records import Order, OrderStatus
from bot.shop.wording import (
    ENGLISH,
    INDONESIAN,
    LONGEST_ECHO,
    Words,
    arrival_in_words,
    day_in_words,
    days_in_words,
    echoed,
    rupiah,
)
from tests.bot.shop.calls import NOW

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("away", "indonesian", "english"),
    [
        (-1, "kemarin", "yesterday"),
        (0, "hari ini", "today"),
        (1, "besok", "tomorrow"),
        (2, "lusa", "Tuesday, 24 November 2026"),
        (4, "Kamis, 26 November 2026", "Thursday, 26 November 2026"),
        (40, "Jumat, 1 Januari 2027", "Friday, 1 January 2027"),
    ],
)
def test_a_day_is_said_as_people_say_it(away: int, indonesian: str, english: str) -> None:
    day = TODAY + timedelta(days=away)
    assert day_in_words(day, NOW, INDONESIAN) == indonesian
    assert day_in_words(day, NOW, ENGLISH) == english


def test_today_begins_at_midnight_in_indonesia() -> None:
    assert day_in_words(TODAY, datetime(2026, 11, 21, 16, 59, tzinfo=UTC), INDONESIAN) == "besok"
    assert day_in_words(TODAY, datetime(2026, 11, 21, 17, 0, tzinfo=UTC), INDONESIAN) == "hari ini"


def order(status: OrderStatus, eta: date | None) -> Order:
    return Order(number="TN-448120", status=status, courier="JNE", eta=eta)


@pytest.mark.parametrize(
    ("status", "eta", "words"),
    [
        (OrderStatus.AWAITING_PAYMENT, None, "dihitung setelah pembayaran diterima"),
        (OrderStatus.PACKED, TODAY + timedelta(days=1), "besok"),
        (OrderStatus.TRANSIT, TODAY, "hari ini"),
        (OrderStatus.SHIPPED, TODAY - timedelta(days=1), "terlambat, seharusnya kemarin"),
        (OrderStatus.ARRIVED, date(2026, 11, 12), "sudah tiba Kamis, 12 November 2026"),
        (OrderStatus.CANCELLED, None, "tidak ada pengiriman"),
        (OrderStatus.RETURNED, date(2026, 11, 12), "tidak ada pengiriman"),
    ],
)
def test_an_arrival_is_said_by_state(status: OrderStatus, eta: date | None, words: str) -> None:
    assert arrival_in_words(order(status, eta), NOW, INDONESIAN) == words


@pytest.mark.parametrize("words", [INDONESIAN, ENGLISH])
def test_every_state_has_its_words(words: Words) -> None:
    assert set(words.statuses) == set(OrderStatus)


def test_money_and_days_are_written_as_in_indonesia() -> None:
    assert [rupiah(0), rupiah(500), rupiah(25_000), rupiah(1_250_000)] == [
        "Rp 0",
        "Rp 500",
        "Rp 25.000",
        "Rp 1.250.000",
    ]
    assert [days_in_words((2, 3), INDONESIAN), days_in_words((1, 1), ENGLISH)] == ["2–3 hari", "1 day"]


@given(st.text(max_size=2000))
def test_what_a_customer_said_is_echoed_short_and_on_one_line(said: str) -> None:
    shown = echoed(said)
    assert len(shown) <= LONGEST_ECHO
    assert len(shown.splitlines()) <= 1
