"""Days and times from which and until which an answer counts, as people write them.

A date is a whole day in Jakarta, the last one included; a time without offset is Jakarta's. It knows no clock.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Jakarta")

_DAY = timedelta(days=1)


def beginning(written: str) -> datetime:
    """The moment from which something counts.

    Raises:
        ValueError: it is no ISO 8601 date or time.
    """
    return _moment(written, _DAY * 0)


def end(written: str) -> datetime:
    """The moment at which something no longer counts.

    Raises:
        ValueError: it is no ISO 8601 date or time.
    """
    return _moment(written, _DAY)


def written_beginning(moment: datetime) -> str:
    """The date or time that `beginning` reads."""
    return _written(moment, _DAY * 0)


def written_end(moment: datetime) -> str:
    """The date or time that `end` reads."""
    return _written(moment, _DAY)


def _moment(written: str, whole: timedelta) -> datetime:
    try:
        try:
            return datetime.combine(date.fromisoformat(written) + whole, time(), ZONE)
        except ValueError:
            moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(ZONE)
    except OverflowError as error:
        raise ValueError(str(error)) from error


def _written(moment: datetime, whole: timedelta) -> str:
    there = moment.astimezone(ZONE)
    return (there.date() - whole).isoformat() if there.time() == time() else there.isoformat()
