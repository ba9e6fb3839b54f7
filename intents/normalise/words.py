"""What one word of a message stands for: every rule of spelling, tried in order from the sure to the bold.

A `WordReader` sees single words. What the words around decide (senses, phrases, whether a capital marks
a name) belongs to the normaliser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from conversation.values import quick
from intents.normalise.affixation import Affixation
from intents.normalise.colloquial_forms import CLITICS
from intents.normalise.guesses import Guesses
from intents.normalise.lexicon import Entry
from intents.normalise.spelling import MAX_LETTERS
from intents.normalise.unicode import unmask
from intents.normalise.vocabulary import Vocabulary, Words

_Steps = tuple[tuple[str, Callable[[str], Words | None]], ...]

CACHE_SIZE = 20_000
"""Words of one kind remembered with their readings (about 8 MB when full); then the memory starts afresh."""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a word stands for. `entry` is its lexicon entry where neighbours may choose another sense.

    `typed` is the word as it was typed (lower case), for those senses; `code` marks what no rule may touch.
    """

    words: tuple[str, ...]
    typed: str = ""
    rule: str = ""
    known: bool = True
    language: str = ""
    stretched: bool = False
    code: bool = False
    entry: Entry | None = None


def _remember(readings: dict[str, Reading], word: str, reading: Reading) -> Reading:
    """`reading`, kept for the next time; giant words are not worth their room."""
    if len(word) <= 2 * MAX_LETTERS:
        if len(readings) >= CACHE_SIZE:
            readings.clear()
        readings[word] = reading
    return reading


class WordReader:
    """Reads single lower-case words. Pure; readings are remembered."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._affixation = Affixation(vocabulary)
        self._guesses = guesses = Guesses(vocabulary, self._affixation)
        self._readings: dict[str, Reading] = {}
        self._names: dict[str, Reading] = {}
        self._mixed: dict[str, Reading] = {}
        self._sure: _Steps = (
            ("laughter", self._laughter),
            ("spelling", self._without_marks),
            ("reduplication", self._hyphenated),
            ("reduplication", self._twice),
            ("glued", guesses.at_place),
            ("affix", self._with_clitic),
            ("affix", self._affixation.standard_form),
        )
        self._bold: _Steps = (
            ("sound", guesses.sound),
            ("vowels", guesses.vowels),
            ("glued", guesses.negated),
            ("glued", guesses.placed),
            ("typo", guesses.typo),
            ("glued", guesses.glued),
            ("elongation", self._without_doubles),
            ("typo", self._misspelt_before_clitic),
        )

    def read(self, word: str, *, name: bool = False) -> Reading:
        """The reading of `word`; if it may be a `name`, only the lexicon and the affixes may change it."""
        readings = self._names if name else self._readings
        return readings.get(word) or _remember(readings, word, self._read(word, name))

    def read_mixed(self, word: str) -> Reading:
        """The reading of a piece that mixes letters with digits: a doubled word, leetspeak, or a code."""
        return self._mixed.get(word) or _remember(self._mixed, word, self._read_mixed(word))

    # -- the order of the rules ------------------------------------------------------------------------

    def _read(self, typed: str, name: bool) -> Reading:
        word = unmask(typed)
        dictionary, lexicon = self._vocabulary.dictionary, self._vocabulary.lexicon
        entry = lexicon.entries.get(word)
        stretched = _STRETCHED.search(word) is not None
        if dictionary.standard(word) and not (entry and entry.own):
            other = entry if entry and (entry.senses or entry.language != "id") else None
            # A root that Indonesian texts never use, and another language has, speaks for that language.
            borrowed = other is not None and not dictionary.heard(word)
            language = other.language if other and borrowed else "id"
            return Reading(words=(word,), typed=typed, language=language, stretched=stretched, entry=other)
        if entry is not None and entry.default is not None:
            return Reading(
                words=entry.default,
                typed=typed,
                rule="lexicon" if entry.default != (word,) else "",
                language=entry.language,
                stretched=stretched,
                entry=entry if entry.senses else None,
            )
        if self._vocabulary.is_name(word):
            return Reading(words=(word,), typed=typed, entry=entry)
        if len(word) <= MAX_LETTERS:
            respelt = self._respell(word, name)
            if respelt:
                words, rule = respelt
                language = "id" if all(map(self._vocabulary.recognises, words)) else ""
                return Reading(words=words, typed=typed, rule=rule, stretched=stretched, language=language)
        english = dictionary.english(word)
        return Reading(
            words=(word,),
            typed=typed,
            known=self._vocabulary.recognises(word) and not english,
            language="en" if english else "",
            stretched=stretched,
            entry=entry,
        )

    def _respell(self, word: str, name: bool = False) -> tuple[Words, str] | None:
        """What the first rule that knows `word` makes of it, and the rule."""
        foreign = self._vocabulary.dictionary.english(word)
        if _STRETCHED.search(word):
            for shorter in (_LONG_RUN.sub(r"\1", word), _LONG_RUN.sub(r"\1\1", word), _RUN.sub(r"\1", word)):
                found = self._vocabulary.plain(shorter)
                if found:
                    return found, "elongation"
            respelt = self._respell(_LONG_RUN.sub(r"\1", word), name)
            return (respelt[0], f"elongation+{respelt[1]}") if respelt else None
        if len(word) > 3 and word[-1] == word[-2] and not foreign:
            shorter = word[:-1]
            if self._vocabulary.dictionary.standard(shorter):
                return (shorter,), "elongation"
        for rule, step in self._sure:
            found = step(word)
            if found:
                return found, rule
        if not name and not foreign:
            for rule, step in self._bold:
                found = step(word)
                if found:
                    return found, rule
        return None

    # -- the sure rules --------------------------------------------------------------------------------

    def _laughter(self, word: str) -> Words | None:
        return ("haha",) if _LAUGHTER.fullmatch(word) else None

    def _without_marks(self, word: str) -> Words | None:
        """`jum'at`, `ga'ada`, `anj*ng`: the word as if the marks inside were not there."""
        bare = word.translate(_NO_MARKS)
        if bare == word or len(bare) < 3:
            return None
        found = self._vocabulary.plain(bare)
        if found:
            return found
        respelt = self._respell(bare)
        return respelt[0] if respelt else None

    def _hyphenated(self, word: str) -> Words | None:
        """`brg-brg` → `barang-barang`; of other compounds each part is read by itself."""
        parts = word.split("-")
        if len(parts) < 2:
            return None
        if len(parts) == 2 and parts[0] == parts[1]:
            return self._doubled(parts[0], "")
        if parts[-1] in _FULL_CLITICS and len(parts[0]) > 1:
            return self._with_ending("-".join(parts[:-1]), _FULL_CLITICS[parts[-1]])
        joined = self._vocabulary.plain("".join(parts))
        read = [self._vocabulary.plain(part) for part in parts]
        if all(read):
            words = tuple(word for found in read if found for word in found)
            return ("-".join(words),) if all(len(found or ()) == 1 for found in read) else words
        return joined

    def _with_ending(self, base: str, clitic: str) -> Words | None:
        """`hp-nya`, `ac-nya`: whatever the base stands for, with its clitic."""
        found = self._vocabulary.plain(base)
        if found is None:
            respelt = self._respell(base)
            found = respelt[0] if respelt else (base,)
        return (*found[:-1], found[-1] + clitic)

    def _twice(self, word: str) -> Words | None:
        """`jalanjalan`, `matimatian`: a word written twice without its hyphen."""
        for ending in ("", "an", "nya"):
            body = word[: len(word) - len(ending)]
            half = len(body) // 2
            doubled = half > 2 and word.endswith(ending) and body[:half] == body[half:]
            if doubled and self._vocabulary.dictionary.standard(body[:half]):
                return (f"{body[:half]}-{body[:half]}{ending}",)
        return None

    def _doubled(self, base: str, ending: str) -> Words | None:
        single = self._vocabulary.single(base) or self._first(base)
        if single is None:
            return None
        return (f"{single}-{self._repeated(single)}{ending}",)

    def _repeated(self, word: str) -> str:
        """What of `word` is said again: the root alone of `berhati-hati`, `sebaik-baik`."""
        is_root = self._vocabulary.dictionary.is_root
        root = word[3:] if word.startswith(("ber", "ter")) else word[2:] if word.startswith("se") else word
        return root if is_root(root) and not is_root(word) else word

    def _first(self, word: str) -> str | None:
        """The single word that `word` stands for by any rule."""
        respelt = self._respell(word)
        return respelt[0][0] if respelt and len(respelt[0]) == 1 else None

    def _with_clitic(self, word: str) -> Words | None:
        """`brgnya`, `pesananq`, `tokox`: the base respelt, the enclitic in full."""
        for base, clitic, in_full in self._affixation.without_clitic(word):
            found = self._vocabulary.plain(base)
            if found is None and len(base) > 2 and in_full:
                found = self._affixation.standard_form(base) or self._guesses.sound(base) or self._guesses.vowels(base)
            if found and (len(found) == 1 or clitic == "nya") and found[-1] + clitic != word:
                return (*found[:-1], found[-1] + clitic)
        return None

    # -- bolder ones that need the others --------------------------------------------------------------

    def _without_doubles(self, word: str) -> Words | None:
        """`bngeet`, `okkee`: every doubled letter once."""
        single = _RUN.sub(r"\1", word)
        return self._vocabulary.plain(single) or self._guesses.vowels(single) if single != word else None

    def _misspelt_before_clitic(self, word: str) -> Words | None:
        """`makananannya`, `kwalitsnya`: a slip in the word before an enclitic typed in full."""
        for base, clitic, in_full in self._affixation.without_clitic(word):
            found = self._guesses.typo(base) if in_full and len(base) > 4 else None
            if found:
                return (*found[:-1], found[-1] + clitic)
        return None

    # -- letters with digits ---------------------------------------------------------------------------

    def _read_mixed(self, word: str) -> Reading:
        if len(word) <= MAX_LETTERS:
            entry = self._vocabulary.lexicon.entries.get(word)
            if entry is not None and entry.default is not None:
                return Reading(words=entry.default, typed=word, rule="lexicon", language="id")
            doubled = _DOUBLED.fullmatch(word)
            if doubled:
                base, ending = doubled[1].replace("-", ""), doubled[2] or ""
                found = _PAIRS.get(base) or self._doubled(base, _FULL_CLITICS.get(ending, ending))
                if found:
                    return Reading(words=found, rule="reduplication", language="id")
            if sum(map(str.isdigit, word)) <= len(word) / 2 and len(word) > 2:
                for table in _LEET:
                    letters = word.translate(table)
                    found = self._vocabulary.plain(letters) if letters.isalpha() else None
                    if found:
                        return Reading(words=found, rule="leetspeak", language="id")
        return Reading(words=(word,), code=True)


_STRETCHED = re.compile(r"(.)\1\1")
_RUN = re.compile(r"(.)\1+")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_LAUGHTER = re.compile(
    r"(?:a?(?:wk|kw){2,}[wk]?|w+k+w+k*|(?:ha){2,}h?|(?:he){2,}h?|(?:hi){2,}h?|(?:xi){2,}|a?h(?:ah){2,})"
)
_NO_MARKS = str.maketrans("", "", "'*’")
_DOUBLED = re.compile(r"([a-z][a-z']+-?)2+(nya|ny|x|an|ku|mu|lah|kah|pun|kan|in)?")
_FULL_CLITICS = {typed: clitic for typed, clitic, _ in CLITICS}
_PAIRS = {"ke": ("kedua",), "ber": ("berdua",)}
_LEET = tuple(str.maketrans("013456789", letters) for letters in ("oieasgtbg", "oleasgtbg"))
