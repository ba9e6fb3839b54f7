"""The shop's SQLite file: opened for one lookup and closed again, and never written to.

A lookup blocks; whoever serves calls it in a thread. How the file comes to be is `bot.shop.filling`'s business.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from bot.shop.records import Order, OrderStatus, Rate
from conversation.errors import TanggapError

LOCK_SECONDS = 2.0
"""How long a lookup waits while somebody else writes."""


class ShopError(TanggapError):
    """The shop's file is missing, damaged, or locked for too long."""


class Shop:
    """What can be looked up. Every method raises :class:`ShopError` where the file cannot be read."""

    def __init__(self, path: Path, lock_seconds: float = LOCK_SECONDS) -> None:
        self.path = path
        self.lock_seconds = lock_seconds

    def order(self, number: str) -> Order | None:
        """The order of this number (`TN-448120`), or None."""
        return self._order_where("number = ?", number)

    def order_sent_as(self, tracking_number: str) -> Order | None:
        """The order whose parcel has this number at its courier, or None."""
        return self._order_where("tracking_number = ?", tracking_number) if tracking_number else None

    def rates(self, city: str) -> tuple[Rate, ...]:
        """What each courier takes to this city, cheapest first; empty where nothing is sent there. Ignores case."""
        question = (
            "SELECT city, courier, price_per_kg, days_from, days_to FROM rates WHERE city = ? COLLATE NOCASE"
            " ORDER BY price_per_kg, courier"
        )
        with self._reading() as file:
            rows = file.execute(question, (city,)).fetchall()
            return tuple(Rate(city=row[0], courier=row[1], price_per_kg=row[2], days=(row[3], row[4])) for row in rows)

    def cities(self) -> dict[str, str]:
        """Every city that is sent to, with its province."""
        with self._reading() as file:
            return dict(file.execute("SELECT DISTINCT city, province FROM rates ORDER BY city").fetchall())

    def _order_where(self, condition: str, value: str) -> Order | None:
        question = f"SELECT number, status, courier, tracking_number, eta FROM orders WHERE {condition}"
        with self._reading() as file:
            row = file.execute(question, (value,)).fetchone()
            return None if row is None else _order(*row)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            address = f"{self.path.resolve().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=self.lock_seconds)) as file:
                yield file
        except (sqlite3.Error, ValueError) as error:
            raise ShopError(
                f"{self.path}: the shop cannot be read: {error}",
                remedy="Delete the file and start `tanggap demo`, which writes a new one.",
            ) from error


def _order(number: str, status: str, courier: str, tracking_number: str, eta: str | None) -> Order:
    return Order(
        number=number,
        status=OrderStatus(status),
        courier=courier,
        tracking_number=tracking_number,
        eta=date.fromisoformat(eta) if eta else None,
    )
