"""Dates: "lusa", "tgl 5", "12/9", "senin depan", "3 hari lalu", "akhir bulan".

With today's date given, a date's value is ISO 8601 ("2025-09-12"); without it, the same expression in plain
words ("senin depan", "12 september"). A day without month, or a month without year, means the occurrence
nearest to today: customers speak of parcels that came "tgl 28" as often as of those that will. A weekday
alone means the coming one.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from intents.entities.amounts import DURATION_UNITS, Found

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january", "februari feb pebruari february peb", "maret mar mrt march", "april apr", "mei may",
            "juni jun june", "juli jul july", "agustus agu ags agt aug agust august", "september sep sept",
            "oktober okt oct october", "november nov nop nopember", "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH_NAMES = (
    "", "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november",
    "desember",
)  # fmt: skip
WEEKDAYS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "senin snin",
            "selasa slasa",
            "rabu",
            "kamis kemis",
            "jumat jum'at jumaat",
            "sabtu sbtu",
            "minggu ahad",
        )
    )
    for name in names.split()
}
_WEEKDAY_NAMES = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_TOMORROW = "besok bsk besuk besok2 sesuk isukan tomorrow bsok besoknya"
_YESTERDAY = "kemarin kmrn kemaren kmaren kmrin kemrin kmarin wingi kamari yesterday kemarennya"
RELATIVE: dict[str, int] = {
    **dict.fromkeys(_TOMORROW.split(), 1),
    **dict.fromkeys(_YESTERDAY.split(), -1),
    "lusa": 2, "semalam": -1, "semalem": -1, "smlm": -1,
}  # fmt: skip
_NAMED = {-2: "kemarin lusa", -1: "kemarin", 0: "hari ini", 1: "besok", 2: "lusa"}

_AFTER = r"depan|dpn|besok|bsk|nanti|nnti|ngarep|next"
_BEFORE = r"(?:yg |yang )?(?:lalu|kemarin|kmrn|kemaren|kmren|kmaren|wingi|silam|last)|kmr"
_DIRECTION = re.compile(rf"\s{{1,2}}(?:(?P<after>{_AFTER})|(?P<before>{_BEFORE}))(?![a-z])")
_AGO = re.compile(
    r"(?:an)?\s{1,2}(?:(?P<before>(?:yg |yang )?(?:lalu|silam|kemarin|kmrn|kemaren))"
    r"|(?P<after>lagi|lg|ke depan|kedepan))(?![a-z])"
)
_PHRASE = re.compile(
    r"(?P<today>(?:hari|hr)\s?(?:ini|ni)|(?:tadi|td)\s(?:pagi|siang|sore|subuh|pg)|(?:nanti|nnti|ntar|nti)\s(?:malam|malem|mlm|siang|sore|sre)|malam\sini)"
    r"|(?P<yesterday>(?:tadi|td|kemarin|kmrn)\s(?:malam|malem|mlm))"
    r"|(?P<before>(?:kemarin|kmrn|kemaren)\slusa)|(?P<later>besok\slusa)"
    r"|(?:hari|hr)\s(?P<weekday>[a-z']{4,7})"
    r"|(?P<edge>awal|akhir|pertengahan)\s(?:bulan|bln)(?P<edge_next>\s(?:depan|dpn))?",
)
_NUMERIC = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)|(\d{1,2})([/.-])(\d{1,2})(?:\5(\d{4}|\d\d)(?!\d))?(?![\d/.-]?\d)")
_DAY_MONTH = re.compile(
    r"(\d{1,2})\s?[-/]?\s?([a-z]{3,9})\.?(?:\s?[-/']?\s?(\d{4}|\d\d(?!\d))(?!\s?[a-z]))?(?![a-z0-9])"
)
_NO_DATE = re.compile(r"\brt[ .:]{0,2}\d|24/7$")  # "RT 02/03" is a neighbourhood, "24/7" is always
_TANGGAL = re.compile(r"(?:tanggal|tggl|tgl|tg)\.?\s{0,2}(?=\d)")
_DAY = re.compile(r"(\d{1,2})(?![\d.:]*\d)(?!\s?(?:rb|ribu|jt|juta)\b)")
DATE_WORDS = (
    frozenset(RELATIVE) | frozenset(WEEKDAYS)
    | {"hari", "hr", "tadi", "td", "nanti", "nnti", "ntar", "nti", "malam", "awal", "akhir", "pertengahan"}
    | {"tanggal", "tggl", "tgl", "tg", "bulan", "bln", "tahun", "thn", "pekan", "mgg"}
)  # fmt: skip


def read_date_word(text: str, start: int, word: str, today: date | None) -> Found | None:
    """Read the date that begins with one of `DATE_WORDS`, `word`, at `start`."""
    if word in ("tanggal", "tggl", "tgl", "tg"):
        lead = _TANGGAL.match(text, start)
        return _after_tanggal(text, start, lead.end(), today) if lead else None
    phrase = _PHRASE.match(text, start)
    if phrase is not None and (phrase["weekday"] is None or phrase["weekday"] in WEEKDAYS):
        return _phrase(text, start, phrase, today)
    if word in RELATIVE:
        return _offset(start, start + len(word), RELATIVE[word], today)
    return _period_or_weekday(text, start, word, today)


def read_date_number(text: str, start: int, today: date | None) -> Found | None:
    """Read a date that begins with a digit at `start`: "12/9", "2025-09-12", "5 januari 2025"."""
    match = _NUMERIC.match(text, start)
    if match is not None:
        if match[1]:
            return _calendar(start, match.end(), int(match[3]), int(match[2]), int(match[1]), today)
        year = _year(match[7])
        if (match[5] == "/" or year is not None) and not _NO_DATE.search(text, max(0, start - 4), match.end()):
            return _calendar(start, match.end(), int(match[4]), int(match[6]), year, today)
    match = _DAY_MONTH.match(text, start)
    if match is not None and match[2] in MONTHS:
        return _calendar(start, match.end(), int(match[1]), MONTHS[match[2]], _year(match[3]), today)
    return None


def read_ago(text: str, duration: Found, today: date | None) -> Found | None:
    """Turn a duration into a date where "lalu" or "lagi" follows: "3 hari lalu", "seminggu lagi"."""
    match = _AGO.match(text, duration.end)
    if match is None:
        return None
    number, unit = duration.value.split(" ")
    if unit not in ("hari", "minggu", "bulan", "tahun"):
        return None
    sign = -1 if match["before"] else 1
    value = f"{duration.value} {'lalu' if sign < 0 else 'lagi'}"
    if today is not None:
        value = _shift(today, unit, sign * float(number)) or value
    return Found(duration.start, match.end(), "date", value)


def _after_tanggal(text: str, start: int, at: int, today: date | None) -> Found | None:
    found = read_date_number(text, at, today)
    if found is not None:
        return found._replace(start=start)
    match = _DAY.match(text, at)
    day = int(match[1]) if match else 0
    if match is None or not 1 <= day <= 31:
        return None
    return Found(start, match.end(), "date", _nearest_day(day, today) if today else f"tanggal {day}")


def _phrase(text: str, start: int, phrase: re.Match[str], today: date | None) -> Found:
    end = phrase.end()
    if phrase["weekday"]:
        return _weekday(text, start, end, WEEKDAYS[phrase["weekday"]], today)
    if phrase["edge"]:
        return _month_edge(start, end, phrase["edge"], bool(phrase["edge_next"]), today)
    offset = 0 if phrase["today"] else -1 if phrase["yesterday"] else -2 if phrase["before"] else 2
    return _offset(start, end, offset, today)


def _period_or_weekday(text: str, start: int, word: str, today: date | None) -> Found | None:
    end = start + len(word)
    unit = DURATION_UNITS.get(word)
    if unit is not None and word != "ahad":
        direction = _DIRECTION.match(text, end)
        if direction is None or unit not in ("minggu", "bulan", "tahun"):
            return None
        after = direction["after"] is not None
        value = f"{unit} {'depan' if after else 'lalu'}"
        if today is not None:
            value = _shift(today, unit, 1.0 if after else -1.0) or value
        return Found(start, direction.end(), "date", value)
    return _weekday(text, start, end, WEEKDAYS[word], today) if word in WEEKDAYS else None


def _weekday(text: str, start: int, end: int, weekday: int, today: date | None) -> Found:
    direction = _DIRECTION.match(text, end)
    end = direction.end() if direction else end
    before = direction is not None and direction["before"] is not None
    if today is None:
        suffix = "" if direction is None else " lalu" if before else " depan"
        return Found(start, end, "date", _WEEKDAY_NAMES[weekday] + suffix)
    days = (weekday - today.weekday()) % 7
    if before:
        days -= 7
    elif direction is not None and days == 0:
        days = 7
    return Found(start, end, "date", (today + timedelta(days=days)).isoformat())


def _month_edge(start: int, end: int, edge: str, following: bool, today: date | None) -> Found:
    if today is None:
        return Found(start, end, "date", f"{edge} bulan" + (" depan" if following else ""))
    year, month = (today.year, today.month) if not following else divmod(today.year * 12 + today.month, 12)
    if following:
        month += 1
    day = {"awal": 1, "pertengahan": 15, "akhir": calendar.monthrange(year, month)[1]}[edge]
    return Found(start, end, "date", date(year, month, day).isoformat())


def _offset(start: int, end: int, days: int, today: date | None) -> Found:
    return Found(start, end, "date", (today + timedelta(days=days)).isoformat() if today else _NAMED[days])


def _year(digits: str | None) -> int | None:
    return None if digits is None else int(digits) + (2000 if len(digits) == 2 else 0)


def _calendar(start: int, end: int, day: int, month: int, year: int | None, today: date | None) -> Found | None:
    if not 1 <= month <= 12 or (year is not None and not 1900 <= year <= 2100):
        return None
    if not 1 <= day <= calendar.monthrange(year or 2024, month)[1]:  # any leap year, where none is given
        return None
    if year is None and today is None:
        return Found(start, end, "date", f"{day} {_MONTH_NAMES[month]}")
    years = [year] if year is not None else [today.year - 1, today.year, today.year + 1] if today else []
    dates = [date(y, month, day) for y in years if day <= calendar.monthrange(y, month)[1]]
    if not dates:
        return None
    best = dates[0] if today is None else min(dates, key=lambda d: abs((d - today).days))
    return Found(start, end, "date", best.isoformat())


def _nearest_day(day: int, today: date) -> str:
    months = (today.year * 12 + today.month - 1 + shift for shift in (-1, 0, 1))
    pairs = [(m // 12, m % 12 + 1) for m in months]
    dates = [date(y, m, day) for y, m in pairs if day <= calendar.monthrange(y, m)[1]]
    return min(dates, key=lambda d: abs((d - today).days)).isoformat()


def _shift(today: date, unit: str, number: float) -> str | None:
    """Move `today` by a number of units; None where that leaves the calendar."""
    try:
        if unit in ("hari", "minggu"):
            return (today + timedelta(days=round(number * (7 if unit == "minggu" else 1)))).isoformat()
        months = today.year * 12 + today.month - 1 + round(number * (12 if unit == "tahun" else 1))
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(today.day, calendar.monthrange(year, month)[1])).isoformat()
    except (ValueError, OverflowError):
        return None
