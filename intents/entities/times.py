"""Times of day: "jam 3 sore", "pukul 09.15", "jam setengah 8", "15.30 WIB".

Values are "HH:MM" with the zone behind where one was written. An hour without "pagi" or "sore" is taken as
it stands: "jam 3" is "03:00".
"""

from __future__ import annotations

import re

from intents.entities.amounts import Found
from intents.entities.numbers import UNITS

_HOUR = re.compile(
    r"(?:jam|jm|pukul|pkl)\.?\s{0,2}(?P<half>setengah\s|stgh\s)?(?P<hour>\d{1,2}|satu|dua|tiga|empat|lima|enam|tujuh|"
    r"delapan|sembilan|sepuluh|sebelas)(?:[.:](?P<minute>\d\d))?(?![\d])"
    r"(?:\s(?P<sign>lewat|lebih|kurang)\s(?P<offset>\d{1,2})(?!\d))?"
)
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:(?P<separator>[.:])(?P<minute>\d\d)(?![\d.:,/]?\d))?")
_PART = re.compile(r"\s{0,2}(?P<part>pagi|pg|subuh|siang|siank|sore|sre|malam|malem|mlm|am|pm)(?:an)?(?![a-z])")
_ZONE = re.compile(r"\s{0,2}(wita|wib|wit)(?![a-z])")
_HOUR_WORDS: dict[str, int] = {**UNITS, "sepuluh": 10, "sebelas": 11}
TIME_WORDS = frozenset({"jam", "jm", "pukul", "pkl"})


def read_time_word(text: str, start: int) -> Found | None:
    """Read "jam 3 sore", "pukul 09.15", "jam setengah 8" at `start`."""
    match = _HOUR.match(text, start)
    if match is None:
        return None
    spoken = match["hour"]
    hour = _HOUR_WORDS[spoken] if spoken in _HOUR_WORDS else int(spoken)
    minute = int(match["minute"] or 0)
    if match["half"]:
        hour, minute = hour - 1, 30
    if match["offset"]:
        minute += int(match["offset"]) * (-1 if match["sign"] == "kurang" else 1)
    return _time(text, start, match.end(), hour * 60 + minute)


def read_clock(text: str, start: int) -> Found | None:
    """Read a time without "jam" at `start`: "15:30", or "15.30" and "3" before "wib" or "sore"."""
    match = _CLOCK.match(text, start)
    if match is None:
        return None
    end = match.end()
    if match["separator"] != ":" and not _ZONE.match(text, end):
        part = _PART.match(text, end)
        if part is None or part["part"] == "malam":  # "3 malam" are nights
            return None
    return _time(text, start, end, int(match["hour"]) * 60 + int(match["minute"] or 0))


def _time(text: str, start: int, end: int, minutes: int) -> Found | None:
    hour, minute = divmod(minutes, 60)
    part = _PART.match(text, end)
    if part is not None and hour <= 12:
        end = part.end()
        hour = _with_part(hour, part["part"])
    zone = _ZONE.match(text, end)
    if zone is not None:
        end = zone.end()
    if not 0 <= hour <= 24 or minutes % 60 != minute:
        return None
    return Found(start, end, "time", f"{hour % 24:02d}:{minute:02d}" + (f" {zone[1].upper()}" if zone else ""))


def _with_part(hour: int, part: str) -> int:
    """Indonesian parts of the day: pagi to 11, siang 11–14, sore to 18, malam 18–24 and 0–4."""
    if part in ("pagi", "pg", "subuh", "am"):
        return hour % 12
    if part in ("siang", "siank"):
        return hour if hour >= 9 else hour + 12
    if part in ("malam", "malem", "mlm"):
        return hour % 12 if hour == 12 or hour < 5 else hour + 12
    return hour if hour == 12 else hour + 12
