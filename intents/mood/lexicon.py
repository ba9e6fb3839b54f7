"""The hand-written word lists of the mood reader, as they stand in `intents/mood/data`.

A line of words under a heading `[3]` … `[-3]` gives their strength; phrases are joined by underscores. The
lists are only read here: what a word finally weighs is decided in training, and nothing here knows of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

HEADS = ("sentiment", "anger", "urgency")
"""What the linear model reads from a message; abuse is read from its own list."""

VERSION = 1
"""Of the trained model's layout."""

_ABUSE_ENTRY = re.compile(r"([\w-]+)(?:\(([^)]*)\))?")


class Example(NamedTuple):
    """One labelled message: `targets` holds sentiment, anger and urgency, each from 0 to 1."""

    text: str
    targets: tuple[float, float, float]


def read_strengths(head: str) -> dict[str, float]:
    """The phrases of one head, words separated by spaces, and their strength from -3 to 3."""
    return {
        entry.replace("_", " ").strip() if entry[0] != "_" else entry: float(heading)
        for heading, line in _sections(f"{head}.txt")
        for entry in line.split()
    }


def read_groups(name: str) -> dict[str, frozenset[str]]:
    """The named groups of phrases of a list, words separated by spaces."""
    groups: dict[str, set[str]] = {}
    for heading, line in _sections(f"{name}.txt"):
        groups.setdefault(heading, set()).update(entry.replace("_", " ") for entry in line.split())
    return {heading: frozenset(entries) for heading, entries in groups.items()}


def read_abuse() -> dict[str, tuple[int, tuple[str, ...]]]:
    """Words of abuse: strength from 1 to 3, and the neighbours that make the word harmless."""
    return {
        match[1].replace("_", " "): (int(heading), tuple((match[2] or "").split()))
        for heading, line in _sections("abuse.txt")
        for match in _ABUSE_ENTRY.finditer(line)
    }


def read_examples() -> list[Example]:
    """The labelled messages that the shipped model is trained on."""
    return [
        Example(line, ((float(sentiment) + 1) / 2, float(anger) / 3, float(urgency) / 3))
        for name in ("examples_care", "examples_reviews", "examples_public")
        for heading, line in _sections(f"{name}.txt")
        for sentiment, anger, urgency in [heading.split()]
    ]


def _sections(file_name: str) -> Iterator[tuple[str, str]]:
    """Lines of a data file with the heading they stand under."""
    heading = ""
    text = (resources.files("intents.mood") / "data" / file_name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            heading = line[1:-1]
        elif line and not line.startswith("#"):
            yield heading, line
