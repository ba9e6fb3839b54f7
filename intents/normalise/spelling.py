"""Misspelt words back to listed ones: vowels left out, sounds written as spoken, slips of the thumb.

Three searches over one list of words with their frequencies, none of which knows the sentence around a
word. Each gives up rather than guess: a word that could be several, equally common, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from intents.normalise.slips import SlipIndex, cost, distance

_NO_VOWELS = str.maketrans("", "", "aiueo'-")
_DOUBLED = re.compile(r"(.)\1+")

MIN_TYPO_LETTERS = 4
MAX_LETTERS = 24
"""Longer strings are no words, and trying every slip of theirs would cost too much."""


def skeleton(word: str) -> str:
    """The consonants of `word`, doubles once, `ng` as `g`: `barang` and `brg` are both `brg`."""
    bare = _consonants(word)
    return bare if len(set(bare)) == len(bare) else _DOUBLED.sub(r"\1", bare)


def _consonants(word: str) -> str:
    return word.translate(_NO_VOWELS).replace("ng", "g")


def _is_shortened(short: str, word: str) -> bool:
    """Whether `short` is `word` with letters left out, the first kept."""
    letters = iter(word)
    return short[:1] == word[:1] and all(letter in letters for letter in short)


class Speller:
    """Finds the listed word a misspelt one was meant to be. Immutable."""

    def __init__(self, rarities: Mapping[str, int], accepts: Callable[[str], bool]) -> None:
        """`rarities` lists the words that may be found, in centibels (see `Dictionary`), if `accepts` says so."""
        self._rarities = {word: rarity for word, rarity in rarities.items() if rarity <= RAREST_GUESS}
        self._accepts = accepts
        self._by_skeleton: dict[str, list[str]] = {}
        common: set[str] = set()
        for word, rarity in self._rarities.items():
            key = skeleton(word)
            if len(key) > 2:
                self._by_skeleton.setdefault(key, []).append(word)
                if rarity <= _RAREST_TWO_SLIPS:
                    common.add(key)
        self._words = SlipIndex(word for word, rarity in self._rarities.items() if rarity <= _RAREST_LONG)
        self._skeletons = SlipIndex(common)

    def restore_vowels(self, word: str) -> str | None:
        """`pngrmn` → `pengiriman`: the commonest word that is `word` without some of its vowels.

        None unless it is three times as common as the next.
        """
        bones = _consonants(word)
        found = sorted(
            (self._rarities[full], full)
            for full in self._by_skeleton.get(skeleton(word), ())
            if len(full) > len(word) and _consonants(full) == bones and _is_shortened(word, full)
        )
        found = [item for item in found if self._accepts(item[1])]
        if not found or (len(found) > 1 and found[1][0] - found[0][0] < _CLEAR_LEAD):
            return None
        return found[0][1]

    def correct(self, word: str, *, rarity: int) -> str | None:
        """The likeliest word one slip away, or two slips for long words; `rarity` is that of `word` itself.

        The shorter a word, the more words are near it: short ones are corrected to common words only, and
        only for the likeliest slips.
        """
        length = len(word)
        if not MIN_TYPO_LETTERS <= length <= MAX_LETTERS:
            return None
        limit = min(_RAREST_BY_LENGTH.get(length, _RAREST_LONG), rarity - MUCH_RARER)
        dearest = _DEAREST_SHORT if length <= _SHORT else _DEAREST
        near = (
            (self._rarities[candidate] + _CENTIBELS_A_SLIP * slip, candidate)
            for candidate in self._words.near(word)
            if self._rarities[candidate] <= limit and (slip := cost(word, candidate)) <= dearest
        )
        found = next((candidate for _, candidate in sorted(near) if self._accepts(candidate)), None)
        if found is None and length >= _MIN_LETTERS_TWO_SLIPS:
            found = self._two_slips(word, min(limit, _RAREST_TWO_SLIPS))
        return found

    def _two_slips(self, word: str, limit: int) -> str | None:
        """The commonest word with a wrong vowel and at most one wrong consonant."""
        bones, letters = skeleton(word), frozenset(word)
        far = sorted(
            (self._rarities[candidate], candidate)
            for key in {bones, *self._skeletons.near(bones)}
            for candidate in self._by_skeleton.get(key, ())
            if candidate[0] == word[0] and abs(len(candidate) - len(word)) <= 2 and self._rarities[candidate] <= limit
        )
        return next(
            (
                candidate
                for _, candidate in far[:_CANDIDATES_MEASURED]
                if len(letters.symmetric_difference(candidate)) <= _LETTERS_TWO_SLIPS_CHANGE
                and distance(word, candidate) <= 2
                and self._accepts(candidate)
            ),
            None,
        )


RAREST_GUESS = 600
"""wordfreq lists words down to one in a million (600 centibels); rarer ones are not guessed."""

COMMON = 470
"""Words down to one in 50,000: what short or glued scraps may be taken for."""

MUCH_RARER = 150
"""A listed word is taken for a slip only of a word thirty times as common."""

_CLEAR_LEAD = 50
_CENTIBELS_A_SLIP = 120
_CANDIDATES_MEASURED = 40
_LETTERS_TWO_SLIPS_CHANGE = 4

# What a misspelt word may be corrected to, by its length, and how unlikely the slip may be: set by looking at what
# happened to names and loanwords in real messages.
_RAREST_BY_LENGTH = {4: 400, 5: 460, 6: 510}
_RAREST_LONG = 550
_SHORT = 5
_DEAREST_SHORT = 0.8
_DEAREST = 1.3
_MIN_LETTERS_TWO_SLIPS = 8
_RAREST_TWO_SLIPS = 500
