"""The kinds of columns that are the same in every database: times, words, and numbers of rows. Knows no table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], datetime | str | None]:
        """Turn it into UTC; SQLite keeps it as text without the zone."""
        return _in_words if dialect.name == "sqlite" else _in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's naive time the zone it was stored in."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _in_words(value: datetime | None) -> str | None:
    """As SQLAlchemy writes times for SQLite, in a third of the time."""
    utc = _in_utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")[:26]


class Words(TypeDecorator[str]):
    """Text with whatever people send in it. PostgreSQL keeps no character of the code 0, so there it is written as
    ESC 0, and ESC itself as ESC 1."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None] | None:
        """Nothing to do for SQLite, which keeps all there is."""
        return _escaped if dialect.name == "postgresql" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], str | None] | None:
        """The reverse of `bind_processor`."""
        return _unescaped if dialect.name == "postgresql" else None


def _escaped(words: str | None) -> str | None:
    if words is None or not ("\0" in words or "\x1b" in words):
        return words
    return words.replace("\x1b", "\x1b1").replace("\0", "\x1b0")


def _unescaped(words: str | None) -> str | None:
    if words is None or "\x1b" not in words:
        return words
    return words.replace("\x1b0", "\0").replace("\x1b1", "\x1b")


Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers its rows only where the key is called INTEGER."""
