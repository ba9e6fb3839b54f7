"""Money, quantities and lengths of time that begin with a number, or with a word that holds one.

Money is given in whole rupiah ("50rb" → "50000"); quantities and durations as number and unit ("2 pcs",
"3 hari"). Other currencies are not read, and a bare number without unit is nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from intents.entities.numbers import NUMBER_WORDS, Amount, plain_number, read_amount


class Found(NamedTuple):
    """Something found in a text, before overlaps are settled: offsets, kind and value."""

    start: int
    end: int
    kind: str
    value: str


_UNIT = re.compile(r"[\s-]{0,2}([a-z]+)(?![a-z0-9])")
_RUPIAH = re.compile(r"(?:rp|idr)[.\s:]{0,2}")
_TAIL = re.compile(r",\s?-{1,2}|\.-|,00(?!\d)")
_CURRENCY = frozenset({"rupiah", "perak", "rp", "idr"})
_HALF = re.compile(r"(?:setengah|stgh|1/2)\s{1,2}([a-z]+)(?![a-z0-9])")

# Hokkien money words, as traders and everyone else in Indonesia use them.
SLANG_MONEY: dict[str, int] = {
    "gopek": 500, "seceng": 1_000, "noceng": 2_000, "goceng": 5_000, "ceban": 10_000, "noban": 20_000,
    "goban": 50_000, "cepekceng": 100_000, "nopekceng": 200_000, "gopekceng": 500_000, "cetiao": 1_000_000,
}  # fmt: skip

_QUANTITY_NAMES = (
    "pcs pc pces pieces:pcs|buah bh:buah|biji bj:biji|lusin lsn:lusin|kodi|gros gross:gros|rim|pasang psg:pasang|set|"
    "dus dos:dus|box boks:box|kotak|pak pack pck:pak|bungkus bks:bungkus|botol btl:botol|lembar lbr:lembar|"
    "potong ptg:potong|kg kilo kilogram:kg|gram gr g:gram|ons|ton|liter ltr l:liter|ml mililiter:ml|meter mtr m:meter|"
    "cm senti:cm|mm|unit|ekor|karton ktn:karton|sachet saset sct:sachet|porsi|item items:item|orang org:orang|"
    "kaleng klg:kaleng|galon|tablet|kapsul|strip|tube|kali x kl:kali|barang brg:barang|paket pkt:paket|kamar|malam|pax|"
    "ikat|karung|roll rol:roll|stel|helai"
)
_DURATION_NAMES = (
    "detik dtk:detik|menit mnt mntan mnit:menit|jam jm jaman:jam|hari hr hri harian:hari|"
    "minggu mgg mggu minggon pekan week weeks mingguan:minggu|bulan bln bulanan month:bulan|tahun thn th tahunan:tahun"
)


def _unit_table(names: str) -> dict[str, str]:
    table = {}
    for group in names.split("|"):
        words, _, name = group.partition(":")
        table.update(dict.fromkeys(words.split(), name or words))
    return table


QUANTITY_UNITS = _unit_table(_QUANTITY_NAMES)
DURATION_UNITS = _unit_table(_DURATION_NAMES)
# One word that holds "one": "seminggu", "selusin". "sebuah" and "seorang" are articles rather than counts.
_ONE = {
    "se" + word: (kind, f"1 {unit}")
    for kind, table in (("quantity", QUANTITY_UNITS), ("duration", DURATION_UNITS))
    for word, unit in table.items()
    if len(word) > 3 and word not in {"buah", "orang", "barang", "malam", "paket", "item", "unit", "kali", "tablet"}
} | {"sejam": ("duration", "1 jam")}
AMOUNT_WORDS = frozenset(_ONE) | frozenset(SLANG_MONEY) | NUMBER_WORDS | {"rp", "idr", "setengah", "stgh"}


def read_money_sign(text: str, start: int) -> Found | None:
    """Read "Rp 25.000,-" or "idr 50k" at `start`."""
    sign = _RUPIAH.match(text, start)
    amount = read_amount(text, sign.end()) if sign else None
    if amount is None or amount.words:
        return None
    tail = _TAIL.match(text, amount.end)
    return Found(start, tail.end() if tail else amount.end, "money", str(round(amount.value)))


def read_amount_word(text: str, start: int, word: str) -> Found | None:
    """Read what begins with one of `AMOUNT_WORDS`, `word`, at `start`."""
    if word in ("rp", "idr"):
        return read_money_sign(text, start)
    if word in SLANG_MONEY:
        return Found(start, start + len(word), "money", str(SLANG_MONEY[word]))
    one = _ONE.get(word)
    if one is not None:
        return Found(start, start + len(word), *one)
    if word in ("setengah", "stgh"):
        return read_half(text, start)
    return read_counted(text, start)


def read_counted(text: str, start: int) -> Found | None:
    """Read a number and what it counts at `start`: rupiah, pieces or time. None where it counts nothing known."""
    amount = read_amount(text, start)
    if amount is None:
        return None
    unit = _UNIT.match(text, amount.end)
    name = unit[1] if unit else ""
    if unit is not None:
        if name in QUANTITY_UNITS and not (name == "m" and amount.scaled):
            return Found(start, unit.end(), "quantity", f"{plain_number(amount.value)} {QUANTITY_UNITS[name]}")
        if name in DURATION_UNITS:
            return Found(start, unit.end(), "duration", f"{plain_number(amount.value)} {DURATION_UNITS[name]}")
        if name in _CURRENCY:
            return Found(start, unit.end(), "money", str(round(amount.value)))
    if _is_money(amount):
        tail = _TAIL.match(text, amount.end) if not amount.words else None
        return Found(start, tail.end() if tail else amount.end, "money", str(round(amount.value)))
    return None


def _is_money(amount: Amount) -> bool:
    """Without a unit, "50rb" and "25.000" are prices; "dua" is not, nor is "seribu", which also means "many"."""
    if amount.words == 1:
        return False
    return amount.scaled or amount.grouped


def read_half(text: str, start: int) -> Found | None:
    """Read "setengah juta", "1/2 kg", "stgh jam" at `start`."""
    match = _HALF.match(text, start)
    if match is None:
        return None
    unit = match[1]
    if unit in ("juta", "jt"):
        return Found(start, match.end(), "money", "500000")
    if unit in QUANTITY_UNITS:
        return Found(start, match.end(), "quantity", f"0.5 {QUANTITY_UNITS[unit]}")
    if unit in DURATION_UNITS:
        return Found(start, match.end(), "duration", f"0.5 {DURATION_UNITS[unit]}")
    return None
