"""Fancy letters, zero-width characters and homoglyphs made plain, with the way back to the raw text.

Folding is done character by character, so that every plain character knows which raw character it came
from; accents are dropped, since Indonesian spells without them. Letters of other scripts stay as they are.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_QUOTES = dict.fromkeys("‘’‚‛`´ʼʹ′＇", "'") | dict.fromkeys("“”„‟«»″", '"')
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_INVISIBLE_CATEGORIES = frozenset({"Cf", "Mn", "Me"})
_ENCLOSED = {0x1F150: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0x1F170: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_HOMOGLYPHS = str.maketrans(
    "асеіорхуѕԁԛһαοκνετινρυχАВСЕНІКМОРТХΑΒΕΗΙΚΜΝΟΡΤΥΖ", "aceiopxysdqhaokvetivpuxABCEHIKMOPTXABEHIKMNOPTYZ"
)


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    plain = _QUOTES.get(character) or _DASHES.get(character)
    if plain:
        return plain
    code = ord(character)
    if code in _SKIN_TONES:
        return ""
    for first, letters in _ENCLOSED.items():
        if 0 <= code - first < len(letters):
            return letters[code - first]
    if unicodedata.category(character) in _INVISIBLE_CATEGORIES:
        return ""
    return "".join(
        part
        for part in unicodedata.normalize("NFKD", character)
        if unicodedata.category(part) not in _INVISIBLE_CATEGORIES
    )


def fold(raw: str) -> tuple[str, list[int] | None]:
    """`raw` in plain characters, and for each of them its index in `raw` (None where nothing moved)."""
    if raw.isascii():
        return raw, None
    folded = [_fold(character) for character in raw]
    plain = "".join(folded)
    if len(plain) == len(raw) and all(folded):
        return plain, None
    return plain, [index for index, piece in enumerate(folded) for _ in piece]


def unmask(word: str) -> str:
    """`word` with Cyrillic and Greek look-alikes turned Latin, if it mixes them with Latin letters."""
    if word.isascii():
        return word
    latin = any(letter.isascii() and letter.isalpha() for letter in word)
    return word.translate(_HOMOGLYPHS) if latin else word
