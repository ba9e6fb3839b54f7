"""Numbers as Indonesians type them: "25.000", "1,5", "50rb", "dua ratus ribu", "1jt500rb".

Reads one number that starts at a given place of a lower-case text. It does not know whether the number
counts rupiah, pieces or days; that is decided by whoever asked.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_GROUPED = re.compile(
    r"(\d{1,3}(?:\.\d{3}){1,4})(?!\d)(?:,\d{1,2}(?!\d))?|(\d{1,3}(?:,\d{3}){1,4})(?!\d)(?:\.\d\d(?!\d))?"
)
_PLAIN = re.compile(r"(\d{1,15})(?:[.,](\d{1,2})(?!\d))?(?!\d)")
_WORD = re.compile(r"\s{0,2}([a-z]+)")
_SCALE = re.compile(
    r"\s?(rb|rbu|rebu|ribu|rban|k|jt|jta|juta|jeti|jutaan|jtan|ribuan|rebuan|miliar|milyar|mlyr)(?:-?an)?(?![a-z])"
)

SCALES: dict[str, int] = {
    **dict.fromkeys(("rb", "rbu", "rebu", "ribu", "rban", "k", "ribuan", "rebuan"), 1_000),
    **dict.fromkeys(("jt", "jta", "juta", "jeti", "jutaan", "jtan"), 1_000_000),
    **dict.fromkeys(("miliar", "milyar", "mlyr"), 1_000_000_000),
}
UNITS: dict[str, int] = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
}  # fmt: skip
WHOLE: dict[str, int] = {"sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1_000, "sejuta": 1_000_000}
NUMBER_WORDS = frozenset(UNITS) | frozenset(WHOLE)


class Amount(NamedTuple):
    """A number read from a text: its value, where it ends, and how it was written.

    `scaled` says that it carried "ribu", "juta" or the like, `grouped` that its digits stood in groups of
    three, `words` how many number words it took (0 for digits).
    """

    value: float
    end: int
    scaled: bool
    grouped: bool
    words: int


def read_amount(text: str, start: int) -> Amount | None:
    """Read the number at `start` of the lower-case `text`, with its scale words; None where there is none."""
    total, end, last_scale, grouped, words = 0.0, start, 10**12, False, 0
    scaled = False
    while True:
        part = _digits(text, end) if not words else None
        if part is None and not (end > start and words == 0):
            part = _words(text, end, last_scale)
        if part is None or (part.words and part.scaled and part.value >= last_scale):
            break
        scale = None if part.words else _SCALE.match(text, part.end)
        if part.words:
            total, end, words, scaled = (
                total + part.value,
                part.end,
                words + part.words,
                scaled or part.scaled,
            )
            break
        if scale is None:
            if scaled:  # "1 juta 500": a bare second number is not ours to judge
                break
            return Amount(part.value, part.end, False, part.grouped, 0)
        factor = SCALES[scale[1]]
        if factor >= last_scale:
            break
        total, end, last_scale, scaled = total + part.value * factor, scale.end(), factor, True
        grouped = grouped or part.grouped
    return Amount(total, end, scaled, grouped, words) if end > start else None


def _digits(text: str, start: int) -> Amount | None:
    if start < len(text) and text[start] == " ":
        start += 1
    grouped = _GROUPED.match(text, start)
    if grouped:
        digits = (grouped[1] or grouped[2]).replace(".", "").replace(",", "")
        return Amount(float(digits), grouped.end(), False, True, 0)
    plain = _PLAIN.match(text, start)
    if plain is None:
        return None
    value = float(f"{plain[1]}.{plain[2]}") if plain[2] else float(plain[1])
    return Amount(value, plain.end(), False, False, 0)


def _words(text: str, start: int, limit: int) -> Amount | None:
    """Spelled-out numbers: below a thousand they collect in `group`, and a scale word closes the group."""
    total, group, unit, words, end, scaled = 0, 0, 0, 0, start, False
    for _ in range(12):
        match = _WORD.match(text, end)
        if match is None:
            break
        word = match[1]
        if word in UNITS and not unit:
            unit = UNITS[word]
        elif word in WHOLE and not unit:
            if WHOLE[word] >= 1_000:
                total, scaled = total + WHOLE[word], True
            else:
                group += WHOLE[word]
        elif word == "belas" and unit:
            group, unit = group + unit + 10, 0
        elif word == "puluh" and unit:
            group, unit = group + unit * 10, 0
        elif word == "ratus" and unit:
            group, unit = group + unit * 100, 0
        elif word in SCALES and word != "k" and group + unit and SCALES[word] < limit:
            total, group, unit, scaled = total + (group + unit) * SCALES[word], 0, 0, True
        else:
            break
        words, end = words + 1, match.end()
    value = total + group + unit
    return Amount(float(value), end, scaled, False, words) if words else None


def plain_number(value: float) -> str:
    """Write `value` without a needless fraction: 3.0 → "3", 1.5 → "1.5"."""
    return str(int(value)) if value == int(value) else f"{value:g}"
