"""Texts of strangers, shown to people who look after the service: as they are, and harmless. Knows no place to show."""

from __future__ import annotations

import unicodedata

_ACTS = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
"""Categories of characters that do something instead of being seen."""


def inert(text: str) -> str:
    """A text in which nothing moves the cursor, changes colours or reverses the direction of reading."""
    return "".join(char if unicodedata.category(char) not in _ACTS else f"\\u{ord(char):04x}" for char in text)
