"""Colloquial affixes and enclitics made standard: `ngirimin` → `mengirimkan`, `brgny` → `barangnya`.

`colloquial_forms` proposes how a word may be taken apart; of the standard forms that could be meant, the
one most common in Indonesian texts wins. Meaning is not weighed: `balikin` is whatever is said most.
"""

from __future__ import annotations

from collections.abc import Iterator

from intents.normalise.colloquial_forms import CLITICS, SUFFIXES_OF_IN, Split, shifts, splits
from intents.normalise.dictionary import RARE
from intents.normalise.morphology import active
from intents.normalise.spelling import COMMON, RAREST_GUESS
from intents.normalise.vocabulary import Vocabulary, Words

# Centibels added to the rarity of a form: for a root with a shifted sound, for each suffix after the likeliest,
# and for giving up the prefix.
_SHIFTED = 40
_OTHER_SUFFIX = 150
_BARE_ROOT = 300

_LOOSE_CLITICS = frozenset({"na", "ne", "e", "x", "q"})
"""Endings that many other words have too: they need a common word before them."""


class Affixation:
    """Reads colloquial affixes. Immutable."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def standard_form(self, word: str) -> Words | None:
        """`ngirimin` → `mengirimkan`, `kepotong` → `terpotong`: the commonest form a dictionary knows.

        Where texts have none of the forms (`diladenin`), a regular one of a common root will do.
        """
        dictionary = self._vocabulary.dictionary
        best: tuple[int, str] | None = None
        unheard: list[str] = []
        for split in splits(word):
            for penalty, form in self._forms(split):
                rarity = dictionary.rarity(form)
                if rarity < RARE and dictionary.standard(form):
                    best = min(best or (RARE * 2, ""), (rarity + penalty, form))
                elif best is None and self._surely_affixed(split, word, form):
                    unheard.append(form)
        if best is None and unheard:
            return (max(unheard, key=self._heard_in_active_voice),)
        return (best[1],) if best else None

    def without_clitic(self, word: str) -> Iterator[tuple[str, str, bool]]:
        """Every base that `word` may be with an enclitic, the enclitic in full, and whether it was typed so."""
        for typed, clitic, shortest in CLITICS:
            if not word.endswith(typed):
                continue
            base = word[: -len(typed)]
            if len(base) < shortest:
                continue
            if typed not in _LOOSE_CLITICS or self._vocabulary.dictionary.rarity(base) <= COMMON:
                yield base, clitic, typed == clitic

    def _forms(self, split: Split) -> Iterator[tuple[int, str]]:
        """Standard forms that `split` may stand for, with centibels to add to their rarity."""
        plain = self._vocabulary.root(split.stem)
        shifted = next((form for form in shifts(split.stem, twice=False) if self._common_root(form)), None)
        for root, penalty in ((plain, 0), (shifted, _SHIFTED)):
            if root is None or len(root) < 3:
                continue
            for suffix in split.suffixes:
                if split.prefix == "me":
                    for form in active(root):
                        yield penalty, form + suffix
                else:
                    yield penalty, split.prefix + root + suffix
                penalty += _OTHER_SUFFIX
            if split.bare:
                yield penalty + _BARE_ROOT, root

    def _surely_affixed(self, split: Split, word: str, form: str) -> bool:
        """Whether `form` is a regular passive or active of a common root of four letters or more."""
        dictionary = self._vocabulary.dictionary
        return (
            split.prefix in ("di", "me")
            and split.suffixes == SUFFIXES_OF_IN
            and len(split.stem) >= 4
            and word[:1] in "dn"
            and (dictionary.is_root(split.stem) or self._vocabulary.root(split.stem) is not None)
            and dictionary.rarity(self._vocabulary.root(split.stem) or split.stem) < RAREST_GUESS
            and dictionary.standard(form)
        )

    def _heard_in_active_voice(self, form: str) -> bool:
        """Whether texts have the active form of a passive: *meladeni* speaks for `diladeni`, not `diladenkan`."""
        return form.startswith("di") and any(map(self._vocabulary.dictionary.heard, active(form[2:])))

    def _common_root(self, word: str) -> bool:
        return self._vocabulary.dictionary.is_root(word) and self._vocabulary.dictionary.rarity(word) <= COMMON
