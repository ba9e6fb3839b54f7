"""What a thumb does to a word: letters near each other on the keyboard or in sound, and what one slip makes.

Knows strings only: neither which of them are words, nor how common they are.
"""

from __future__ import annotations

from collections.abc import Iterable

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


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
_CONFUSED = {letter: _NEAR[letter] | _ALIKE.get(letter, frozenset()) for letter in _LETTERS}

_Halves = dict[int, dict[str, list[str]]]


def nearby_keys(letter: str) -> frozenset[str]:
    """The letters next to `letter` on the keyboard; none for what is no letter."""
    return _NEAR.get(letter, frozenset())


class SlipIndex:
    """Listed strings, to be asked for those that one slip turns into what was typed. Immutable.

    A wrong or a missing letter leaves one half of a word as it was. So the strings are kept by their length and
    either half, and only the dozen that share one with what was typed are looked at, instead of some 270 strings that
    might have been meant.
    """

    def __init__(self, listed: Iterable[str]) -> None:
        self._listed = frozenset(listed)
        self._heads: _Halves = {}
        self._tails: _Halves = {}
        for one in self._listed:
            length, half = len(one), len(one) // 2
            self._heads.setdefault(length, {}).setdefault(one[:half], []).append(one)
            self._tails.setdefault(length, {}).setdefault(one[half:], []).append(one)

    def near(self, typed: str) -> set[str]:
        """The strings of which `typed` may be made by one letter too many, missing, swapped with the next, or of a near
        key or sound."""
        length = len(typed)
        if not length:
            return set()
        found = {typed[:place] + typed[place + 1 :] for place in range(length)}
        found.update(
            typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :] for place in range(length - 1)
        )
        found &= self._listed
        half = length // 2
        found.update(one for one in self._sharing(length, typed[:half], typed[half:]) if _wrong_letter(typed, one))
        half = (length + 1) // 2
        found.update(
            one for one in self._sharing(length + 1, typed[:half], typed[half - 1 :]) if _missing_letter(typed, one)
        )
        return found

    def _sharing(self, length: int, head: str, tail: str) -> list[str]:
        """The strings of `length` that begin with `head` or end with `tail`, each half a string."""
        if length not in self._heads:
            return []
        return [*self._heads[length].get(head, ()), *self._tails[length].get(tail, ())]


def _wrong_letter(typed: str, meant: str) -> bool:
    """Whether one letter of `typed`, as long as `meant`, is another that is easily confused with it."""
    place = _first_difference(typed, meant) if typed[-1] == meant[-1] else len(typed) - 1
    return (
        place < len(typed)
        and meant[place] in _CONFUSED.get(typed[place], "")
        and typed[place + 1 :] == meant[place + 1 :]
        and typed[:place] == meant[:place]
    )


def _missing_letter(typed: str, meant: str) -> bool:
    """Whether `typed` is `meant` without one of its letters."""
    place = _first_difference(typed, meant) if typed[-1] == meant[-1] else len(typed)
    return meant[place] in _LETTERS and typed[place:] == meant[place + 1 :] and typed[:place] == meant[:place]


def _first_difference(left: str, right: str) -> int:
    """Where the two part: at the end of the shorter at the latest."""
    place = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        place += 1
    return place


def cost(typed: str, meant: str) -> float:
    """How unlikely the one slip is that made `typed` of `meant`: about 1, less for the slips thumbs make."""
    place = _first_difference(typed, meant)
    first = 0.5 if place == 0 else 0.0
    if len(typed) < len(meant):
        return first + (0.5 if meant[place] == meant[place - 1] else 0.8)
    if len(typed) > len(meant):
        extra, around = typed[place], typed[max(0, place - 1) : place] + typed[place + 1 : place + 2]
        return first + (0.4 if extra in around else 0.7 if nearby_keys(extra) & set(around) else 1.0)
    if typed[place + 1 :] == meant[place + 1 :]:
        return first + (0.7 if meant[place] in nearby_keys(typed[place]) else 0.8)
    return first + 0.6


def distance(left: str, right: str) -> int:
    """Damerau–Levenshtein distance (optimal string alignment)."""
    same = _first_difference(left, right)
    left, right = left[same:], right[same:]
    same = _first_difference(left[::-1], right[::-1])
    left, right = left[: len(left) - same], right[: len(right) - same]
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
