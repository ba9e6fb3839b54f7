"""What the shop knows of an order and of a way to send a parcel, as values. Knows no database and no wording."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum

COURIERS = ("JNE", "J&T", "SiCepat", "AnterAja")

# What customers write: "TN 448120", "tn448120", "#TN-448120", "448 120", and O or l where a digit should be.
_DIGITS = r"(?=[OIL ./-]{0,9}[0-9])([0-9OIL](?:[ ./-]?[0-9OIL]){5})(?![^\W_])"
_WITH_PREFIX = re.compile(rf"(?<![^\W_])TN[\W_]{{0,3}}{_DIGITS}", re.IGNORECASE)
_BARE = re.compile(rf"(?<![^\W_])(?<!\d[ ./-]){_DIGITS}(?![./-]\d)", re.IGNORECASE)
_MISREAD = str.maketrans("OIL", "011")


class OrderStatus(Enum):
    """Where an order stands."""

    AWAITING_PAYMENT = "menunggu_pembayaran"
    PACKED = "dikemas"
    SHIPPED = "dikirim"
    TRANSIT = "transit"
    ARRIVED = "tiba"
    CANCELLED = "dibatalkan"
    RETURNED = "retur"


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What may be told of an order to whoever knows its number: not whose it is, where it goes, or what is in it.

    `tracking_number` is empty until the courier has it. `eta` is the day it should arrive or did; None where it will
    not, or where nobody can tell yet.
    """

    number: str
    status: OrderStatus
    courier: str
    tracking_number: str = ""
    eta: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """What a courier takes for a kilogram to a city, in whole rupiah, and within how many days it brings it."""

    city: str
    courier: str
    price_per_kg: int
    days: tuple[int, int]


def tracking_number(text: str) -> str:
    """What a customer wrote as couriers write their numbers: capital letters and digits alone."""
    return re.sub(r"[\W_]", "", text[:100]).upper()


def order_number(text: str) -> str | None:
    """The order number in what a customer wrote, as the shop writes it (`TN-448120`); None where there is none.

    Case, spaces, dashes and the prefix do not matter, and O and l count for the digits they look like. A number with
    its prefix goes before a bare one, which may be a date or part of a telephone number.
    """
    plain = unicodedata.normalize("NFKC", text)
    match = _WITH_PREFIX.search(plain) or _BARE.search(plain)
    if match is None:
        return None
    return "TN-" + re.sub(r"[ ./-]", "", match[1]).upper().translate(_MISREAD)
