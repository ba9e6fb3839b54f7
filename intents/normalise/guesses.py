"""Guesses at words that no list and no affix explains, from the likeliest kind of slip to the boldest.

Each looks for words much commoner than what was typed, and gives up where nothing stands out.
"""

from __future__ import annotations

from intents.normalise.affixation import Affixation
from intents.normalise.colloquial_forms import NEGATIONS, shifts
from intents.normalise.dictionary import RARE
from intents.normalise.spelling import COMMON, MUCH_RARER, Speller
from intents.normalise.vocabulary import Vocabulary, Words

_VERY_COMMON = 420
"""Words down to one in 16,000: what very short scraps may be taken for."""

_FAIRLY_COMMON = 550
"""Words down to one in 300,000."""

_SHORT_WORDS = frozenset(
    [
        "aku",
        "apa",
        "ini",
        "itu",
        "ada",
        "dan",
        "mau",
        "dia",
        "kok",
        "nih",
        "bos",
        "kak",
        "pak",
        "bgt",
        "sih",
        "deh",
        "aja",
        "yang",
        "yg",
        "ga",
        "gak",
        "tdk",
        "udh",
        "udah",
        "sdh",
        "jgn",
        "dgn",
        "utk",
        "bsa",
    ]
)
"""Words of two or three letters that are written together with others; most such ends are mere syllables."""

_LONG_PART = 6

_SHORTEST_OF_OURS = 7
_OUR_RARITY = 540
"""How common names and loanwords are taken to be where general Indonesian texts lack them."""


class Guesses:
    """Guesses at single words. Immutable."""

    def __init__(self, vocabulary: Vocabulary, affixation: Affixation) -> None:
        self._vocabulary = vocabulary
        self._affixation = affixation
        self._speller = Speller(_candidates(vocabulary), vocabulary.may_be_meant)

    def sound(self, word: str) -> Words | None:
        """`cepet` → `cepat`: the commonest standard word a shift away, if much commoner than `word`."""
        if len(word) < 3:
            return None
        common = _FAIRLY_COMMON if len(word) > 4 else _VERY_COMMON
        rarity = RARE if self._vocabulary.dictionary.colloquial(word) else self._vocabulary.dictionary.rarity(word)
        limit = min(common, rarity - MUCH_RARER)
        best = min(
            (
                (shifted, form)
                for form in shifts(word)
                if (shifted := self._vocabulary.dictionary.rarity(form)) <= limit
                and self._vocabulary.dictionary.standard(form)
            ),
            default=None,
        )
        return (best[1],) if best else None

    def vowels(self, word: str) -> Words | None:
        """`pngrmn` → `pengiriman`."""
        if len(word) < 3 or (len(word) == 3 and any(letter in "aiueo" for letter in word)):
            return None
        full = self._speller.restore_vowels(word)
        if (
            full is None
            or self._vocabulary.dictionary.rarity(word) - self._vocabulary.dictionary.rarity(full) < MUCH_RARER
        ):
            return None
        if len(word) == 3 and self._vocabulary.dictionary.rarity(full) > _VERY_COMMON:
            return None
        return self._vocabulary.plain(full)

    def negated(self, word: str) -> Words | None:
        """`gabisa` → `tidak bisa`."""
        for typed, negation in NEGATIONS.items():
            if word.startswith(typed) and len(word) > len(typed) + 2:
                rest = word[len(typed) :]
                found = self._vocabulary.plain(rest) or self._affixation.standard_form(rest) or self.sound(rest)
                if found and self._vocabulary.dictionary.rarity(found[0]) <= COMMON:
                    return (negation, *found)
        return None

    def typo(self, word: str) -> Words | None:
        """`pengirmian` → `pengiriman`."""
        found = self._speller.correct(word, rarity=self._vocabulary.dictionary.rarity(word))
        return self._vocabulary.plain(found) if found else None

    def at_place(self, word: str) -> Words | None:
        """`dibali`, `kejakarta`: *di* and *ke* before a common name."""
        place = word[2:]
        common = word[:2] in ("di", "ke") and self._vocabulary.dictionary.rarity(place) <= _FAIRLY_COMMON
        return (word[:2], place) if common and len(place) > 3 and self._vocabulary.is_name(place) else None

    def placed(self, word: str) -> Words | None:
        """`ditoko`, `ketempat`: *di* and *ke* are words of their own before a noun."""
        rest = word[2:]
        if word[:2] not in ("di", "ke") or len(rest) < 4 or self._vocabulary.dictionary.rarity(rest) > _FAIRLY_COMMON:
            return None
        return (word[:2], rest) if self._vocabulary.dictionary.standard(rest) else None

    def glued(self, word: str) -> Words | None:
        """`barangsaya` → `barang saya`, `enakbgt` → `enak banget`: the commonest two words `word` is made of."""
        best: tuple[int, Words] | None = None
        for cut in range(2, len(word) - 1):
            head = self._alone(word[:cut])
            tail = self._alone(word[cut:]) if head else None
            if head and tail:
                best = min(best or (2 * RARE, ()), (head[0] + tail[0], (*head[1], *tail[1])))
        return best[1] if best else None

    def _alone(self, part: str) -> tuple[int, Words] | None:
        """How rare `part` is and what it stands for, if it may be one of two words written together."""
        if len(part) < 4:
            meant = self._vocabulary.plain(part) if part in _SHORT_WORDS else None
            return (self._vocabulary.dictionary.rarity(meant[0]), meant) if meant else None
        dictionary = self._vocabulary.dictionary
        rarity = dictionary.rarity(part)
        if rarity <= (COMMON if len(part) < _LONG_PART else _FAIRLY_COMMON) and dictionary.standard(part):
            return rarity, (part,)
        entry = self._vocabulary.lexicon.entries.get(part)
        if entry and entry.default and entry.language == "id" and dictionary.rarity(entry.default[0]) <= COMMON:
            return COMMON, entry.default
        return None


def _candidates(vocabulary: Vocabulary) -> dict[str, int]:
    """What a misspelt word may have been meant as: Indonesian words by rarity, and our names and loanwords."""
    lexicon = vocabulary.lexicon
    loanwords = (form for form, entry in lexicon.entries.items() if entry.language == "en" and entry.default)
    known = {word: _OUR_RARITY for word in (*lexicon.names, *loanwords) if len(word) >= _SHORTEST_OF_OURS}
    return known | dict(vocabulary.dictionary.rarities)
