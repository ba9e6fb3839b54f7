"""What a word is when messages are searched: the same for every store, and for the page that marks what was found.

Letters, digits and the marks that belong to them; upper case and the accents of Latin letters do not count. Knows no
index and no query.
"""

from __future__ import annotations

import unicodedata

NOT_LETTERS = "\ufe0e\ufe0f"
"""How an emoji wants to be shown: marks, but of no letter."""

MOST_WORDS = 32
"""Of a longer query the rest is left out: FTS5 refuses what is nested too deeply."""


def words_in(text: str) -> list[str]:
    """The words of a text, without accents and in lower case, in their order."""
    plain = (_folded(character) for character in unicodedata.normalize("NFC", text))
    return "".join(character if _is_of_word(character) else " " for part in plain for character in part).split()


def asked_words(asked: str) -> list[str]:
    """The words of what somebody searches for, each once; no more than `MOST_WORDS`."""
    return list(dict.fromkeys(words_in(asked)))[:MOST_WORDS]


def _folded(character: str) -> str:
    parts = unicodedata.normalize("NFD", character)
    if parts[0].isascii():
        parts = parts[0]
    return "" if "\u0300" <= parts <= "\u036f" else parts.lower()


def _is_of_word(character: str) -> bool:
    category = unicodedata.category(character)
    return (category[0] in "LN" or category in ("Co", "Mn", "Mc")) and character not in NOT_LETTERS
