"""Indonesia's public holidays, its collective leave (cuti bersama), and when Ramadan is.

The dates are those of the `holidays` package, which is imported when they are first asked for. It knows the
collective leave of the years whose decree it has (release 0.109: up to 2027) and gives none for later ones; dates by
the moon that no decree has settled yet are its estimates. It does not know the leave of a single province or firm.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

Category = Literal["public", "government"]
"""The package's names for holidays and for collective leave."""

EID = "Hari Raya Idul Fitri"
RAMADAN_DAYS = timedelta(days=30)


def holiday(day: date) -> str:
    """What public holiday a day is, in Indonesian; "" if none."""
    return _named(day.year, "public").get(day, "")


def collective_leave(day: date) -> str:
    """What collective leave a day is, in Indonesian; "" if none, or if its year's decree is not known."""
    return _named(day.year, "government").get(day, "")


def collective_leave_known(year: int) -> bool:
    """Whether the package has the decree of a year, so that its silence about a day means something."""
    return bool(_named(year, "government"))


def in_ramadan(day: date) -> bool:
    """Whether a day is one of the thirty before Indonesia's Eid al-Fitr.

    A month by the moon has 29 or 30 days and its first is settled only by the sighting, so this may begin one day
    early (as it would have in 2022 and 2024). Who needs the day gives the period.
    """
    return any(eid - RAMADAN_DAYS <= day < eid for year in (day.year, day.year + 1) for eid in _eids(year))


@lru_cache(maxsize=64)
def _named(year: int, category: Category) -> dict[date, str]:
    import holidays

    return dict(holidays.country_holidays("ID", years=year, categories=category, language="id", expand=False))


@lru_cache(maxsize=64)
def _eids(year: int) -> tuple[date, ...]:
    return tuple(day for day, name in _named(year, "public").items() if EID in name and "kedua" not in name)
