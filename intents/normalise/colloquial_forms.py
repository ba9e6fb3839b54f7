"""How speech bends standard words: the sound shifts and the affixes of colloquial Indonesian.

Only proposals are made here (`cepet` could be `cepat`, `nganterin` could hold `antar`); which of them is
a word is for the dictionary to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Letters without which a word cannot have the shift, to spare it the search; the sound heard; the standard one.
_SHIFTS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (letters, re.compile(pattern), standard)
    for letters, pattern, standard in (
        ("e", r"e(?=[^aiueo]+$)", "a"),  # bener, cepet, dateng
        ("e", r"e(?=[^aiueo]+$)", "i"),  # kemaren, adek
        ("e", r"e(?=[^aiueo]+$)", "o"),  # nomer
        ("o", r"o(?=[^aiueo]+$)", "u"),  # telor, duduk
        ("u", r"u(?=[^aiueo]+$)", "o"),
        ("i", r"i(?=[^aiueo]+$)", "e"),
        ("e", r"e$", "ai"),  # sampe, pake
        ("e", r"e$", "a"),  # apaan ajae, gimane
        ("o", r"o$", "au"),  # kalo, ijo
        ("o", r"o$", "a"),  # piro, telo
        ("ae", r"ae", "ai"),  # naek, baek
        ("ao", r"ao", "au"),  # maok, laot
        ("oe", r"oe", "u"),  # doeloe
        ("", r"^(?=[aiueo])", "h"),  # abis, ilang, apus
        ("", r"(?<=[aiu])(?=[aiu])", "h"),  # liat, tau, pait
        ("k", r"k$", ""),  # ibuk, bapakk
        ("", r"$", "k"),  # bapa, enda
        ("", r"(?<=[aiueo])$", "h"),  # sala, masi, suda
        ("h", r"h$", ""),  # ituh, iyah
        ("tj", r"tj", "c"),
        ("dj", r"dj", "j"),
        ("sj", r"sj", "sy"),
        ("ck", r"ck", "k"),
        ("dh", r"dh", "d"),
        ("th", r"th", "t"),
        ("sh", r"sh", "s"),
        ("kh", r"kh", "k"),
        ("ch", r"ch", "c"),
        ("ph", r"ph", "f"),
        ("q", r"q", "k"),
        ("x", r"x", "ks"),
        ("x", r"x", "s"),
        ("z", r"z", "s"),
        ("z", r"z", "j"),  # zaman/jaman
        ("v", r"v", "f"),
        ("v", r"v", "p"),
        ("f", r"f", "p"),  # fikir
        ("p", r"(?<![aiueo])p|p$", "f"),  # poto, aktip
        ("y", r"y$", "i"),
        ("ie", r"ie", "i"),
        ("oo", r"oo", "u"),
        ("e", r"^e(?=[mn][^aiueo])", ""),  # enggak-like prothesis
        ("", r"^(?=[mn](?:[bpdtjcg]))", "e"),  # mpuk → empuk, ntar → entar
        ("m", r"^(?=m[aiueo])", "e"),  # mang → emang
        ("la", r"^(?=l(?:ah|ang))", "a"),
        ("t", r"(?<=[aiueo])t$", "d"),
    )
)


def shifts(word: str, *, twice: bool = True) -> Iterator[str]:
    """Spellings that one sound shift, or two if `twice`, would have turned into `word`."""
    once: list[str] = []
    for letters, pattern, standard in _SHIFTS:
        if letters in word:
            shifted = pattern.sub(standard, word)
            if shifted != word:
                once.append(shifted)
                yield shifted
    if twice and len(word) > 3:
        for first in once:
            for letters, pattern, standard in _SHIFTS[:_SECOND_SHIFTS]:
                if letters in first:
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
            if body.startswith(prefix) and len(body) > len(prefix) + 2:
                stem = body[len(prefix) :]
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
