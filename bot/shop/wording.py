"""How the shop's facts read in an answer, in Indonesian and English. The sentences are the knowledge base's.

Days are the shop's own, whose clock is Western Indonesian Time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from bot.shop.records import Order, OrderStatus

WIB = timezone(timedelta(hours=7), "WIB")
LONGEST_ECHO = 40
"""Characters of a customer's own words that are said back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One language. `near_days` are named by how far they are from today; braces are filled with `str.format`."""

    statuses: Mapping[OrderStatus, str]
    near_days: Mapping[int, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    no_tracking: str
    after_payment: str
    arrived: str
    late: str
    no_arrival: str
    days: str
    one_day: str


INDONESIAN = Words(
    statuses={
        OrderStatus.AWAITING_PAYMENT: "menunggu pembayaran",
        OrderStatus.PACKED: "sedang dikemas",
        OrderStatus.SHIPPED: "sudah diserahkan ke kurir",
        OrderStatus.TRANSIT: "dalam perjalanan (transit)",
        OrderStatus.ARRIVED: "sudah tiba",
        OrderStatus.CANCELLED: "dibatalkan",
        OrderStatus.RETURNED: "diretur",
    },
    near_days={-1: "kemarin", 0: "hari ini", 1: "besok", 2: "lusa"},
    weekdays=("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    months=(
        "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
        "Desember",
    ),
    day="{weekday}, {day} {month} {year}",
    no_tracking="belum ada",
    after_payment="dihitung setelah pembayaran diterima",
    arrived="sudah tiba {day}",
    late="terlambat, seharusnya {day}",
    no_arrival="tidak ada pengiriman",
    days="{low}–{high} hari",
    one_day="{low} hari",
)  # fmt: skip
ENGLISH = Words(
    statuses={
        OrderStatus.AWAITING_PAYMENT: "awaiting payment",
        OrderStatus.PACKED: "being packed",
        OrderStatus.SHIPPED: "handed to the courier",
        OrderStatus.TRANSIT: "on its way (in transit)",
        OrderStatus.ARRIVED: "delivered",
        OrderStatus.CANCELLED: "cancelled",
        OrderStatus.RETURNED: "returned",
    },
    near_days={-1: "yesterday", 0: "today", 1: "tomorrow"},
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    day="{weekday}, {day} {month} {year}",
    no_tracking="none yet",
    after_payment="to be set once the payment is in",
    arrived="delivered {day}",
    late="late, it was due {day}",
    no_arrival="no delivery",
    days="{low}–{high} days",
    one_day="{low} day",
)  # fmt: skip


def words_of(language: str) -> Words:
    """The words for a customer of this language: English for `en`, else Indonesian."""
    return ENGLISH if language == "en" else INDONESIAN


def day_in_words(day: date, now: datetime, words: Words) -> str:
    """A day as people say it: "besok", or "Kamis, 26 November 2026". `now` is aware."""
    away = (day - now.astimezone(WIB).date()).days
    if away in words.near_days:
        return words.near_days[away]
    weekday, month = words.weekdays[day.weekday()], words.months[day.month - 1]
    return words.day.format(weekday=weekday, day=day.day, month=month, year=day.year)


def arrival_in_words(order: Order, now: datetime, words: Words) -> str:
    """When an order arrives, arrived, or should have arrived."""
    if order.status is OrderStatus.AWAITING_PAYMENT:
        return words.after_payment
    if order.status in (OrderStatus.CANCELLED, OrderStatus.RETURNED) or order.eta is None:
        return words.no_arrival
    day = day_in_words(order.eta, now, words)
    if order.status is OrderStatus.ARRIVED:
        return words.arrived.format(day=day)
    return words.late.format(day=day) if order.eta < now.astimezone(WIB).date() else day


def days_in_words(days: tuple[int, int], words: Words) -> str:
    """How long a courier takes: "2–3 hari", "1 hari"."""
    low, high = days
    return (words.one_day if low == high else words.days).format(low=low, high=high)


def rupiah(amount: int) -> str:
    """`Rp 25.000`, as prices are written in Indonesia."""
    return f"Rp {amount:,}".replace(",", ".")


def echoed(said: str) -> str:
    """A customer's own words on one line, cut short."""
    line = " ".join(said[: LONGEST_ECHO * 10].split())
    return line if len(line) <= LONGEST_ECHO else line[: LONGEST_ECHO - 1] + "…"
