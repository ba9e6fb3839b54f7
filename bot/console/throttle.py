"""How long somebody has to wait before the next attempt to sign in, by login and by address.

Counts stand in the memory of one process and are forgotten an hour after the last failure. A login is held back for a
minute at most, so that nobody can be kept out by somebody else's guessing; an address for a quarter of an hour.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

FORGOTTEN_AFTER = timedelta(hours=1)
KEPT = 20_000
"""Names and addresses that are remembered at most; the one that was quiet longest is forgotten first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """`free` failures cost nothing; each after that doubles the wait, from one second up to `longest`."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long to wait after so many failures."""
        over = failures - self.free
        return min(timedelta(seconds=2 ** min(over, 30)), self.longest) if over >= 0 else timedelta()


BY_LOGIN = Limit(free=5, longest=timedelta(minutes=1))
BY_ADDRESS = Limit(free=20, longest=timedelta(minutes=15))


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """An attempt that was not let through. `first`: none was held back since the last one that was."""

    wait: timedelta
    first: bool


@dataclass(slots=True)
class _Record:
    failures: int
    last: datetime
    held: bool = False


class Throttle:
    """Counts attempts. An attempt counts as failed from its beginning, so that many at once gain nothing."""

    def __init__(self) -> None:
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def begin(self, login: str, address: str, now: datetime) -> Held | None:
        """Count an attempt, and return None; or count nothing, and return how long to wait first."""
        keys = _keys(login, address)
        wait, key = max((self._left(key, limit, now), key) for key, limit in keys)
        if wait > timedelta():
            record = self._records[key]
            first, record.held = not record.held, True
            return Held(wait=wait, first=first)
        for key, _ in keys:
            before = self._records.pop(key) if key in self._records else None
            failures = before.failures + 1 if before and now - before.last < FORGOTTEN_AFTER else 1
            self._records[key] = _Record(failures, now)
        while len(self._records) > KEPT:
            self._records.popitem(last=False)
        return None

    def succeeded(self, login: str, address: str) -> None:
        """The last attempt was right: the login starts anew, and the address has one failure less."""
        by_login, by_address = (key for key, _ in _keys(login, address))
        self._records.pop(by_login, None)
        if (record := self._records.get(by_address)) is not None:
            record.failures -= 1

    def _left(self, key: str, limit: Limit, now: datetime) -> timedelta:
        record = self._records.get(key)
        if record is None or now - record.last >= FORGOTTEN_AFTER:
            return timedelta()
        return record.last + limit.wait(record.failures) - now


def _keys(login: str, address: str) -> tuple[tuple[str, Limit], tuple[str, Limit]]:
    return (f"login:{login.casefold()[:64]}", BY_LOGIN), (f"address:{network(address)}", BY_ADDRESS)


def network(address: str) -> str:
    """What counts as one address: of IPv6 the /64 that a customer of a provider gets."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else parsed.exploded[:19]
    return str(parsed)
