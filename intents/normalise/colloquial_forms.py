"""How speech bends standard words: the sound shifts and the affixes of colloquial Indonesian.

Only proposals are made here (`cepet` could be `cepat`, `nganterin` could hold `antar`); which of them is
a word is for the dictionary to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SHIFTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), standard)
    for pattern, standard in (
        (r"e(?=[^aiueo]+$)", "a"),  # bener, cepet, dateng
        (r"e(?=[^aiueo]+$)", "i"),  # kemaren, adek
        (r"e(?=[^aiueo]+$)", "o"),  # nomer
        (r"o(?=[^aiueo]+$)", "u"),  # telor, duduk
        (r"u(?=[^aiueo]+$)", "o"),
        (r"i(?=[^aiueo]+$)", "e"),
        (r"e$", "ai"),  # sampe, pake
        (r"e$", "a"),  # apaan ajae, gimane
        (r"o$", "au"),  # kalo, ijo
        (r"o$", "a"),  # piro, telo
        (r"ae", "ai"),  # naek, baek
        (r"ao", "au"),  # maok, laot
        (r"oe", "u"),  # doeloe
        (r"^(?=[aiueo])", "h"),  # abis, ilang, apus
        (r"(?<=[aiu])(?=[aiu])", "h"),  # liat, tau, pait
        (r"k$", ""),  # ibuk, bapakk
        (r"$", "k"),  # bapa, enda
        (r"(?<=[aiueo])$", "h"),  # sala, masi, suda
        (r"h$", ""),  # ituh, iyah
        (r"tj", "c"),
        (r"dj", "j"),
        (r"sj", "sy"),
        (r"ck", "k"),
        (r"dh", "d"),
        (r"th", "t"),
        (r"sh", "s"),
        (r"kh", "k"),
        (r"ch", "c"),
        (r"ph", "f"),
        (r"q", "k"),
        (r"x", "ks"),
        (r"x", "s"),
        (r"z", "s"),
        (r"z", "j"),  # zaman/jaman
        (r"v", "f"),
        (r"v", "p"),
        (r"f", "p"),  # fikir
        (r"(?<![aiueo])p|p$", "f"),  # poto, aktip
        (r"y$", "i"),
        (r"ie", "i"),
        (r"oo", "u"),
        (r"^e(?=[mn][^aiueo])", ""),  # enggak-like prothesis
        (r"^(?=[mn](?:[bpdtjcg]))", "e"),  # mpuk → empuk, ntar → entar
        (r"^(?=m[aiueo])", "e"),  # mang → emang
        (r"^(?=l(?:ah|ang))", "a"),
        (r"(?<=[aiueo])t$", "d"),
    )
)


def shifts(word: str, *, twice: bool = True) -> Iterator[str]:
    """Spellings that one sound shift, or two if `twice`, would have turned into `word`."""
    once: list[str] = []
    for pattern, standard in _SHIFTS:
        shifted = pattern.sub(standard, word)
        if shifted != word:
            once.append(shifted)
            yield shifted
    if twice and len(word) > 3:
        for first in once:
            for pattern, standard in _SHIFTS[:_SECOND_SHIFTS]:
                shifted = pattern.sub(standard, first)
                if shifted not in (first, word):
                    yield shifted


_SECOND_SHIFTS = 17
"""The shifts of vowels and h, which go together (`ilangin`, `doeloe`); two odd consonants in a word are chance."""


class Split(NamedTuple):
    """A colloquial word taken apart: what the prefix means (`me`, `di`, `ter`, …), stem and suffixes to try.

    `bare` says that the stem alone may stand for the whole, where no form with the prefix exists (`ngopi`).
    """

    prefix: str
    stem: str
    suffixes: tuple[str, ...]
    bare: bool = False


SUFFIXES_OF_IN = ("kan", "i", "")
"""What colloquial *-in* may stand for."""


def splits(word: str) -> Iterator[Split]:
    """Every way to read `word` as a colloquial prefix, a stem and a suffix."""
    for ending, suffixes in (
        ("in", SUFFIXES_OF_IN),
        ("", ("",)),
        ("an", ("an",)),
        ("kan", ("kan",)),
        ("i", ("i",)),
        ("en", ("an",)),
    ):
        if not word.endswith(ending) or len(word) - len(ending) < 2:
            continue
        body = word[: len(word) - len(ending)]
        for stem in _nasal_stems(body):
            yield Split("me", stem, suffixes, body.startswith("ng"))
        for prefix, stands_for in _PREFIXES:
            stem = body[len(prefix) :]
            if body.startswith(prefix) and len(stem) > 2:
                yield Split(stands_for, stem, suffixes)
                if prefix in ("di", "ke", "ter") and stem[0] == "i" and len(stem) > 3:
                    yield Split(stands_for, stem[1:], suffixes)
        if ending and len(body) > 3:
            yield Split("", body, suffixes)


_PREFIXES = (
    ("di", "di"),
    ("d", "di"),
    ("ke", "ter"),
    ("ke", "ke"),
    ("ter", "ter"),
    ("tr", "ter"),
    ("ber", "ber"),
    ("br", "ber"),
    ("se", "se"),
    ("pe", "pe"),
    ("ku", "ku"),
    ("me", "me"),
    ("meng", "me"),
    ("mem", "me"),
    ("men", "me"),
    ("mgn", "me"),
    ("mng", "me"),
)


def _nasal_stems(body: str) -> Iterator[str]:
    """Stems behind nge-, ng-, ny-, n-, m-: `ngirim` → `kirim`; `nyoba` → `soba`, `coba`."""
    if len(body) < 4:
        return
    if body.startswith("nge"):
        yield body[3:]
    if body.startswith("ng"):
        yield body[2:]
        if body[2] in "aiueo":
            yield "k" + body[2:]
    elif body.startswith("ny"):
        yield "s" + body[2:]
        yield "c" + body[2:]
    elif body[0] == "n" and body[1] in "aiueo":
        yield "t" + body[1:]
    elif body[0] == "n" and body[1] in "cdjt":
        yield body[1:]
    elif body[0] == "m" and body[1] in "aiueo":
        yield "p" + body[1:]
    elif body[0] == "m" and body[1] in "bp":
        yield body[1:]


CLITICS = (
    ("nyalah", "nyalah", 3),
    ("nya", "nya", 2),
    ("ny", "nya", 3),
    ("nye", "nya", 3),
    ("na", "nya", 5),
    ("ne", "nya", 4),
    ("e", "nya", 5),
    ("x", "nya", 4),
    ("ku", "ku", 3),
    ("q", "ku", 4),
    ("mu", "mu", 3),
    ("lah", "lah", 3),
    ("kah", "kah", 3),
    ("pun", "pun", 3),
)
"""Endings as typed, the standard enclitic each stands for, and how long a word must be left before it."""

NEGATIONS = {
    "ga": "tidak", "gak": "tidak", "gk": "tidak", "ngga": "tidak", "nggak": "tidak", "enggak": "tidak",
    "tdk": "tidak", "tak": "tidak", "tidak": "tidak", "blm": "belum", "blom": "belum", "belom": "belum",
    "belum": "belum", "jgn": "jangan", "jangan": "jangan", "bkn": "bukan", "bukan": "bukan",
}  # fmt: skip
"""Negations that are often written together with the next word: `gabisa`, `gakada`, `blmsampe`."""
