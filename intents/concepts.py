"""What words mean: a thesaurus of everyday Indonesian, so that `ongkos` and `tarif` meet though no example has both.

`concepts.txt`, written for this project, holds some hundred concepts with their words: what customers of shops,
banks, campuses, hotels and offices ask about. A word has the concepts that list it; one that none lists has those of
its stem. It knows nothing of intents, and of a word's senses takes all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from intents.stem import stem

_FILE = Path(__file__).parent / "concepts.txt"


def concepts_of(word: str) -> tuple[str, ...]:
    """The concepts of `word`, in the order of the file; none for most words of the language."""
    thesaurus, stems = _thesaurus()
    return thesaurus.get(word) or stems.get(stem(word)) or ()


def concept_words() -> Mapping[str, tuple[str, ...]]:
    """Every word of the thesaurus and its concepts."""
    return _thesaurus()[0]


@cache
def _thesaurus() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Words and stems, each with its concepts."""
    words: defaultdict[str, dict[str, None]] = defaultdict(dict)
    stems: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            concept, _, listed = line.partition(":")
            for word in listed.split():
                words[word][concept] = stems[stem(word)][concept] = None
    return {word: tuple(found) for word, found in words.items()}, {root: tuple(found) for root, found in stems.items()}
