"""A light stemmer for features: strips Indonesian affixes without a dictionary.

It need not find the true root, only the same string for words of one family, fast and always. A stemmer with a
dictionary (Sastrawi's) gives the classifier no more, and costs a thousand times as much.
"""

from __future__ import annotations

from functools import lru_cache

_PARTICLES = ("nya", "kah", "lah", "pun")
_PRONOUNS = ("ku", "mu")
_PREFIXES = (
    *("memper", "diper", "meng", "meny", "mem", "men", "peng", "peny", "pem", "pen"),
    *("ber", "ter", "per", "me", "di", "ke", "se", "pe"),
)
_SUFFIXES = ("kan", "an", "i")
_ELIDED = {"meny": "s", "peny": "s"}
_ELIDED_BEFORE_VOWEL = {"mem": "p", "pem": "p", "men": "t", "pen": "t"}
_LEAST = 4


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """The stem of `word`; words of fewer than five letters, and what is not a word, stay as they are."""
    if not word.isalpha():
        left, dash, right = word.partition("-")
        doubled = dash and len(left) > 2 and (right.startswith(left[:3]) or right.endswith(left[-3:]))
        return stem(left) if doubled else word
    if len(word) <= _LEAST:
        return word
    word = _without_suffix(_without_suffix(word, _PARTICLES), _PRONOUNS)
    return _without_suffix(_without_prefix(word), _SUFFIXES)


def _without_suffix(word: str, suffixes: tuple[str, ...]) -> str:
    for suffix in suffixes:
        if word.endswith(suffix) and len(word) - len(suffix) >= _LEAST:
            return word[: -len(suffix)]
    return word


def _without_prefix(word: str) -> str:
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= (3 if len(prefix) > 2 else _LEAST):
            rest = word[len(prefix) :]
            elided = _ELIDED.get(prefix) or (_ELIDED_BEFORE_VOWEL.get(prefix, "") if rest[0] in "aeiou" else "")
            return elided + rest
    return word
