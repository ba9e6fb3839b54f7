"""Cutting a raw text into words, signs and protected pieces, with offsets into the raw text.

Protected pieces are what the rules of spelling must keep their hands off: links, addresses, numbers,
amounts, dates, order and tracking numbers. Whether `brg2` is two goods and `s4y4` a word, or both are
codes, cannot be seen here: pieces that mix letters with digits are `MIXED`, for the word rules to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from intents.normalise.signs import EMOTICON, PICTOGRAPH
from intents.normalise.unicode import fold

MAX_CHARACTERS = 2_000
"""What comes later in a text is not read: it would cost time and hardly ever change what is meant."""

PieceKind = Literal["word", "mixed", "spaced", "sign", "marks", "url", "email", "handle", "amount", "number"]

PROTECTED = frozenset({"url", "email", "handle", "amount", "number"})
"""Kinds that no rule may touch. Amounts are money, numbers all other figures: dates, times, phones."""


class Piece(NamedTuple):
    """A piece in plain lower-case characters, and its place in the raw text (end exclusive)."""

    kind: PieceKind
    text: str
    start: int
    end: int


class Scan(NamedTuple):
    """The pieces of a text in order; `plain` is the folded text with its capitals, `origin` the way back.

    `cased` says whether there are capitals at all.
    """

    pieces: list[Piece]
    plain: str
    origin: list[int] | None
    cased: bool


_WORD = r"(?P<word>(?![tq][_.]+[tq]\b)[^\W\d_]+(?:(?:[*']+|-(?!-))[^\W\d_]+)*)"
_SPACED = r"(?P<spaced>(?<![^\W_])(?:[^\W\d_][ .*-]){3,}[^\W\d_](?![^\W_]))"
_SIGNS = rf"(?P<sign>{EMOTICON}|{PICTOGRAPH})|(?P<marks>[!?]+)"

_THOUSANDS = r"(?:rb|rbu|ribu|rebu|jt|jta|juta|k|perak|miliar|milyar)(?:an)?"
_UNITS = (
    r"(?:hr|hri|hari|jam|mnt|menit|dtk|detik|bln|bulan|mg|mgg|minggu|th|thn|tahun|x|kali|pcs|pc|bh|buah|biji"
    r"|kg|gr|gram|cm|ml|ltr|org|orang|lembar|pasang|lusin)"
)
_LABELS = r"(?:jam|jm|pkl|pukul|tgl|tanggal|no|nomor|hari|hr|lt|rt|rw|umur)"

# Tried in this order wherever a word could begin; the number pattern comes after everything more special.
_FIGURES = "|".join(
    (
        r"(?P<url>(?:https?://|www\.)[^\s<>]+"
        r"|(?<![\w.@-])[a-z\d][a-z\d-]*(?:\.[a-z\d-]+)*\.(?:com|id|co|net|org|info|me|ly|app|shop|store|link|io|xyz)"
        r"(?![\w@])(?:/[^\s<>]*)?)",
        r"(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
        r"(?P<handle>(?<!\w)@\w{2,})",
        r"(?P<amount>(?:(?<![a-z])(?:rp|idr)|\$)\.? ?\d+(?:[.,]\d+)*(?: ?" + _THOUSANDS + r"(?![a-z\d]))?(?:,-+|\.-)?"
        r"|(?<![\w.,])\d+(?:[.,]\d+)*" + _THOUSANDS + r"(?![a-z\d]))",
        r"(?P<phone>(?<![\w.,+])(?:\+ ?62|62|0)[ -]?8\d{1,3}(?:[ .-]?\d{2,5}){2,3}(?!\w))",
        r"(?P<quantity>(?<![\w.,])\d+(?:[.,]\d+)?" + _UNITS + r"(?![a-z\d]))",
        r"(?P<labelled>(?<!\w)" + _LABELS + r"\d{1,4}(?:[:.]\d{2})?(?!\w))",
        r"(?P<number>(?<!\w)[+-]?\d+(?:[.,:/-]\d+)*%?(?![a-z\d_]|[-/][a-z\d]))",
        r"(?P<mixed>#?(?=[a-z_/'#-]*\d)[a-z\d]+(?:[-_/'#][a-z\d]+)*)",
    )
)
_PLAIN_SCANNER = re.compile(rf"(?=\S)(?:{_SPACED}|{_WORD}|{_SIGNS})")
_FIGURE_AHEAD = r"(?=[^\s\d@:.]*(?:\d|@|://|\.\w)|[$#+]|(?:rp|idr)\.? )"
_FULL_SCANNER = re.compile(rf"(?=\S)(?:{_FIGURE_AHEAD}(?:{_FIGURES})|{_SPACED}|{_WORD}|{_SIGNS})")
_DIGIT_OR_AT = re.compile(r"[\d@]")
_DOTTED = re.compile(r"\w\.\w")
_FIGURE_AND_WORD = re.compile(r"(?P<figure>\d[\d.,:]*)|(?P<word>[a-z]+)")


def scan(raw: str) -> Scan:
    """Cut the first `MAX_CHARACTERS` of `raw` into pieces. Spaces and other punctuation leave no piece."""
    plain, origin = fold(raw[:MAX_CHARACTERS])
    lower = plain.lower()
    if len(lower) != len(plain):
        lower = "".join(character.lower()[:1] for character in plain)
    if _may_have_figures(lower):
        pieces = list(_pieces_and_figures(lower))
    else:
        matches = _PLAIN_SCANNER.finditer(lower)
        pieces = [Piece(match.lastgroup, match[0], match.start(), match.end()) for match in matches]  # type: ignore[arg-type]
    return Scan(pieces, plain, origin, lower != plain)


def _may_have_figures(lower: str) -> bool:
    """A cheap first look: whether there may be protected pieces, or such as mix letters with digits."""
    return (
        _DIGIT_OR_AT.search(lower) is not None or "://" in lower or ("." in lower and _DOTTED.search(lower) is not None)
    )


def _pieces_and_figures(lower: str) -> Iterator[Piece]:
    for match in _FULL_SCANNER.finditer(lower):
        kind, (start, end) = match.lastgroup, match.span()
        if kind in ("quantity", "labelled"):
            for part in _FIGURE_AND_WORD.finditer(lower, start, end):
                yield Piece("number" if part.lastgroup == "figure" else "word", part[0], *part.span())
        else:
            yield Piece("number" if kind == "phone" else kind, match[0], start, end)  # type: ignore[arg-type]
