"""Fills the example shop: orders of the last weeks in every state, and what sending a parcel costs. All made up."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

from bot.shop.database import ShopError
from bot.shop.records import COURIERS, OrderStatus
from bot.shop.wording import WIB

N_ORDERS = 42
NUMBER_TO_TRY = "TN-448120"
"""An order on its way, which the starter's answers give as their example of a number."""

_TABLES = """
CREATE TABLE orders (
  number TEXT PRIMARY KEY,
  phone_ending TEXT NOT NULL,
  items TEXT NOT NULL,
  status TEXT NOT NULL,
  courier TEXT NOT NULL,
  tracking_number TEXT NOT NULL,
  ordered_at TEXT NOT NULL,
  eta TEXT
);
CREATE TABLE rates (
  city TEXT NOT NULL COLLATE NOCASE,
  province TEXT NOT NULL,
  courier TEXT NOT NULL,
  price_per_kg INTEGER NOT NULL CHECK (price_per_kg > 0),
  days_from INTEGER NOT NULL,
  days_to INTEGER NOT NULL,
  PRIMARY KEY (city, courier)
);
"""
_PRODUCTS = (
    "Kemeja flanel", "Rice cooker 1,8 L", "Sepatu lari", "Blender", "Tas selempang", "Kipas angin meja", "Mukena katun",
    "Panci set", "Headset nirkabel", "Sprei 160 x 200", "Botol minum 1 L", "Kaos polos", "Jam dinding", "Kopi bubuk",
)  # fmt: skip
_AGE_DAYS = {
    OrderStatus.AWAITING_PAYMENT: (0, 0),
    OrderStatus.PACKED: (0, 1),
    OrderStatus.SHIPPED: (1, 2),
    OrderStatus.TRANSIT: (2, 3),
    OrderStatus.ARRIVED: (5, 20),
    OrderStatus.CANCELLED: (1, 20),
    OrderStatus.RETURNED: (8, 25),
}
"""How many days ago an order of this status was made, at least and at most."""
_TAKES_DAYS = 4
_HANDED_OVER = (OrderStatus.SHIPPED, OrderStatus.TRANSIT, OrderStatus.ARRIVED, OrderStatus.RETURNED)
_EXPECTED = (OrderStatus.PACKED, OrderStatus.SHIPPED, OrderStatus.TRANSIT, OrderStatus.ARRIVED)
_TRACKING = {"JNE": "CGK{:013d}", "J&T": "JP{:010d}", "SiCepat": "00{:010d}", "AnterAja": "1000{:010d}"}
_DEARER = {"JNE": 1.0, "J&T": 1.06, "SiCepat": 0.96, "AnterAja": 0.9}
_SLOWER_DAYS = {"JNE": 0, "J&T": 0, "SiCepat": 0, "AnterAja": 1}


def fill_shop(path: Path, now: datetime) -> None:
    """Write the shop as it stands at `now` (aware), the same for the same `now`. A file that is there is left alone.

    Raises:
        ShopError: the file cannot be written.
    """
    if path.exists():
        return
    unfinished = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as file, file:
            file.executescript(_TABLES)
            file.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _orders(now))
            file.executemany("INSERT INTO rates VALUES (?, ?, ?, ?, ?, ?)", _rates())
        unfinished.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise ShopError(f"{path}: cannot be written: {error}", remedy="Choose a folder you may write to.") from error


def _orders(now: datetime) -> Iterator[tuple[object, ...]]:
    chance, statuses = random.Random(448120), list(OrderStatus)
    numbers = [f"TN-{number}" for number in chance.sample(range(100_000, 1_000_000), N_ORDERS)]
    numbers[statuses.index(OrderStatus.TRANSIT)] = NUMBER_TO_TRY
    for place, number in enumerate(numbers):
        status = statuses[place % len(statuses)]
        age = timedelta(days=chance.randint(*_AGE_DAYS[status]), minutes=chance.randint(0, 600))
        ordered_at = now.astimezone(WIB) - age
        courier = chance.choice(COURIERS)
        tracking = _TRACKING[courier].format(chance.randrange(10**9)) if status in _HANDED_OVER else ""
        eta = (ordered_at + timedelta(days=_TAKES_DAYS)).date().isoformat() if status in _EXPECTED else None
        items = ", ".join(chance.sample(_PRODUCTS, chance.randint(1, 3)))
        ending = f"{chance.randrange(10_000):04d}"
        yield (number, ending, items, status.value, courier, tracking, ordered_at.isoformat(), eta)


def _rates() -> Iterator[tuple[object, ...]]:
    for line in (files("bot.shop") / "cities.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        city, province, price, days_from, days_to = line.split("\t")
        for courier in COURIERS:
            per_kg = round(int(price) * _DEARER[courier] / 500) * 500
            yield city, province, courier, per_kg, int(days_from), int(days_to) + _SLOWER_DAYS[courier]
