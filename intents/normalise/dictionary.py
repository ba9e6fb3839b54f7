"""What counts as a word of standard Indonesian, and how common it is.

Two lists from libraries: the root words (kata dasar) that PySastrawi ships, and the frequencies that
wordfreq gathered from Indonesian text. Neither is a dictionary of the standard language by itself:
the roots carry colloquial spellings (`kalo`, `aja`) and lack function words, and the frequencies carry
slang, names and English. So a word is *standard* when it is

* a root word, or one of our additions (`wordlists/additions.txt`, `care.txt`), and not on our list of colloquial
  spellings (`wordlists/colloquial.txt`); or
* regularly derived from such a root (`morphology.analyse`), and either common enough to be in wordfreq's list or
  built on a root of five letters, or of four that is.

A word that is merely *heard* (wordfreq has it, but no root explains it) is a name, a loanword or slang.
The dictionary knows spelling only: no meanings, no parts of speech.
"""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgpack

from conversation.errors import DataError
from intents.normalise.morphology import analyse

RARE = 900
"""The rarity of a word that wordfreq does not list. Its rarest listed words stand at 600."""

_ADDED = 550
"""How rare a word of ours is taken to be where wordfreq lacks it: once in 300,000 words."""

_CARE_BONUS = 100

_COMMON_ROOT = 520
"""How rare a short root may be to be seen before *-nya*, *-lah*, *-kah* or behind *per-* in words that wordfreq does
not list (`esnya`, `paslah`, `perjam`)."""


class Dictionary:
    """Spelling of standard Indonesian with frequencies. Immutable after `load`."""

    def __init__(
        self,
        *,
        roots: Collection[str],
        rarities: Mapping[str, int],
        colloquial: Collection[str] = (),
        english: Mapping[str, int] | None = None,
    ) -> None:
        """`rarities` gives centibels below certainty: 100 more means ten times rarer."""
        self._roots = frozenset(roots).difference(colloquial)
        self._rarities = rarities
        self.rarities: Mapping[str, int] = MappingProxyType(self._rarities)
        self._colloquial = frozenset(colloquial)
        self._english = english or {}

    @classmethod
    def load(cls) -> Dictionary:
        """Read the lists of the installed libraries and our own corrections to them (about 60 ms)."""
        rarities, additions, care = _wordfreq("id"), _own_list("additions.txt"), _own_list("care.txt")
        for word in additions - rarities.keys():
            rarities[word] = _ADDED
        for word in care:
            rarities[word] = min(rarities.get(word, RARE), _ADDED) - _CARE_BONUS
        return cls(
            roots=_sastrawi_roots() | additions | care,
            rarities=rarities,
            colloquial=_own_list("colloquial.txt"),
            english=_wordfreq("en"),
        )

    def is_root(self, word: str) -> bool:
        """Whether `word` is itself a root of the standard language."""
        return word in self._roots

    def standard(self, word: str) -> bool:
        """Whether `word` (lower case) is spelt as the standard language spells it."""
        if word in self._roots:
            return True
        if word in self._colloquial or len(word) < 3:
            return False
        if "-" in word:
            return self._standard_compound(word.split("-"))
        heard = word in self._rarities
        for root in analyse(word):
            if root not in self._roots:
                continue
            if len(root) > 3 and (heard or len(root) > 4 or root in self._rarities):
                return True
            if word in (f"{root}nya", f"{root}lah", f"{root}kah", f"per{root}") and self.rarity(root) <= _COMMON_ROOT:
                return True
            # Short roots explain too much (`serem` as *se-rem*): only clear derivations count.
            if heard and len(root) >= 2 and (len(word) >= 6 or word.startswith("di") or word[:-2] == root):
                return True
        return False

    def _standard_compound(self, parts: list[str]) -> bool:
        """`barang-barang`, `sayur-mayur`, `apa-apaan`, `ke-2`-less forms: every part a word, the first again with a
        suffix, or an affix before the first."""
        if len(parts) == 2 and parts[1] in {parts[0] + suffix for suffix in _REPEATED_SUFFIXES}:
            return self.standard(parts[0])
        return len(parts) <= 3 and all(part in _BOUND_PARTS or (part and self.standard(part)) for part in parts)

    def listed(self, word: str) -> bool:
        """Whether `word` is standard and one of the lists has it as it stands."""
        return (word in self._roots or word in self._rarities) and self.standard(word)

    def heard(self, word: str) -> bool:
        """Whether `word` is in use in Indonesian texts at all, standard or not."""
        return word in self._rarities

    def colloquial(self, word: str) -> bool:
        """Whether `word` is a colloquial spelling that the lists would otherwise pass as standard."""
        return word in self._colloquial

    def rarity(self, word: str) -> int:
        """Centibels below certainty: `yang` about 150, `voucher` 460, unlisted words `RARE`."""
        return self._rarities.get(word, RARE)

    def english(self, word: str) -> bool:
        """Whether `word` is a common English word, and commoner there than in Indonesian texts."""
        rank = self._english.get(word)
        return rank is not None and rank < self._rarities.get(word, RARE)


_REPEATED_SUFFIXES = ("an", "i", "kan", "nya", "lah")
_BOUND_PARTS = frozenset({"ber", "ter", "se", "ke", "di", "me", "per", "ku", "mu", "nya"})


def _library_file(library: str, *path: str) -> Path:
    """The path of a data file inside an installed library, without importing the library (0.1 s for wordfreq)."""
    spec = importlib.util.find_spec(library)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(place).joinpath(*path)
        if found.is_file():
            return found
    raise DataError(
        f"The word list {'/'.join(path)} of the library {library} is missing.",
        remedy=f"Reinstall the pinned dependencies; the list ships with {library}.",
    )


def _sastrawi_roots() -> frozenset[str]:
    return frozenset(_library_file("Sastrawi", "Stemmer", "data", "kata-dasar.txt").read_text("utf-8").split())


def _wordfreq(language: str) -> dict[str, int]:
    """Word → centibels, from wordfreq's `cBpack`: a header, then at index n the words at −n centibels."""
    path = _library_file("wordfreq", "data", f"small_{language}.msgpack.gz")
    pack: list[Any] = msgpack.unpackb(gzip.decompress(path.read_bytes()), raw=False)
    if pack[0] != {"format": "cB", "version": 1}:
        raise DataError(
            f"{path} has an unknown format: {pack[0]!r}.",
            remedy="Install the pinned version of wordfreq.",
        )
    return {word: rank for rank, words in enumerate(pack[1:]) for word in words}


def _own_list(name: str) -> frozenset[str]:
    text = files("intents.normalise").joinpath("wordlists", name).read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
