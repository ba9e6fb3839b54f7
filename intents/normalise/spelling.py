"""Misspelt words back to listed ones: vowels left out, sounds written as spoken, slips of the thumb.

Three searches over one list of words with their frequencies, none of which knows the sentence around a
word. Each gives up rather than guess: a word that could be several, equally common, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_NO_VOWELS = str.maketrans("", "", "aiueo'-")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_DOUBLED = re.compile(r"(.)\1+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

MIN_TYPO_LETTERS = 4
MAX_LETTERS = 24
"""Longer strings are no words, and trying every slip of theirs would cost too much."""


def _neighbours() -> dict[str, frozenset[str]]:
    """The letters around each key of a QWERTY keyboard, whose rows are shifted by about half a key."""
    place = {letter: (column + row * 0.4, row) for row, keys in enumerate(_ROWS) for column, letter in enumerate(keys)}
    return {
        letter: frozenset(
            other for other, (x, y) in place.items() if other != letter and abs(x - x0) <= 1.1 and abs(y - y0) <= 1
        )
        for letter, (x0, y0) in place.items()
    }


_NEAR = _neighbours()
_ALIKE = {
    **{vowel: frozenset("aiueo") - {vowel} for vowel in "aiueo"},
    "k": frozenset("gq"), "q": frozenset("k"), "g": frozenset("k"), "d": frozenset("t"), "t": frozenset("d"),
    "b": frozenset("p"), "p": frozenset("bf"), "f": frozenset("pv"), "v": frozenset("f"), "s": frozenset("zc"),
    "z": frozenset("sj"), "c": frozenset("s"), "j": frozenset("z"), "y": frozenset("i"), "m": frozenset("n"),
    "n": frozenset("m"),
}  # fmt: skip
_CONFUSED = {letter: "".join(sorted(_NEAR[letter] | _ALIKE.get(letter, frozenset()))) for letter in _LETTERS}


def nearby_keys(letter: str) -> frozenset[str]:
    """The letters next to `letter` on the keyboard; none for what is no letter."""
    return _NEAR.get(letter, frozenset())


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
        for word in self._rarities:
            key = skeleton(word)
            if len(key) > 2:
                self._by_skeleton.setdefault(key, []).append(word)

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
            (self._rarities[candidate] + _CENTIBELS_A_SLIP * cost, candidate)
            for candidate in self._rarities.keys() & _slips(word)
            if self._rarities[candidate] <= limit and (cost := _cost(word, candidate)) <= dearest
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
            for key in self._by_skeleton.keys() & {bones, *_slips(bones)}
            for candidate in self._by_skeleton[key]
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


def _slips(word: str) -> list[str]:
    """Every string that one letter too many, missing, swapped, or of a near key or sound may have made."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = [head + tail[1:] for head, tail in cuts if tail]
    found += [head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1]
    found += [head + letter + tail[1:] for head, tail in cuts if tail for letter in _CONFUSED.get(tail[0], "")]
    found += [head + letter + tail for head, tail in cuts for letter in _LETTERS]
    return found


def _cost(word: str, meant: str) -> float:
    """How unlikely the one slip is that made `word` of `meant`: about 1, less for the slips thumbs make."""
    place = next((i for i, (typed, right) in enumerate(zip(word, meant, strict=False)) if typed != right), None)
    if place is None:
        place = min(len(word), len(meant))
    first = 0.5 if place == 0 else 0.0
    if len(word) < len(meant):
        return first + (0.5 if meant[place] == meant[place - 1] else 0.8)
    if len(word) > len(meant):
        extra, around = word[place], word[max(0, place - 1) : place] + word[place + 1 : place + 2]
        return first + (0.4 if extra in around else 0.7 if _NEAR.get(extra, frozenset()) & set(around) else 1.0)
    if word[place + 1 :] == meant[place + 1 :]:
        return first + (0.7 if meant[place] in _NEAR.get(word[place], ()) else 0.8)
    return first + 0.6


def distance(left: str, right: str) -> int:
    """Damerau–Levenshtein distance (optimal string alignment)."""
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for row, one in enumerate(left, 1):
        current = [row]
        for column, other in enumerate(right, 1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (one != other))
            if row > 1 and column > 1 and one == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]
