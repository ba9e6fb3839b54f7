"""What speaks for a mood in a normalised text: known words and phrases, negated, strengthened or wished for.

The rules of Indonesian that a bag of words misses are here: "tidak", "kurang" and their kin turn the next
few words round; "sangat" and "banget" strengthen their neighbour; after "tapi" counts more than before; what
follows "semoga" or "harusnya" is not the case; and praise that opens a message of grievance is not meant.
How much each word weighs is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from intents.understanding import Normalized

NEGATORS = frozenset(
    {"tidak", "tak", "bukan", "belum", "jangan", "kurang", "tanpa", "ora", "teu", "henteu", "no", "not"}
)
_NOT_NEGATING = frozenset(
    {"hanya", "cuma", "sekadar", "kalah", "heran", "usah", "main", "sabar", "lain", "lagi", "sekedar"}
)
_STRENGTHENERS = frozenset(
    {
        "sangat",
        "banget",
        "sekali",
        "amat",
        "super",
        "paling",
        "terlalu",
        "benar-benar",
        "sungguh",
        "pisan",
        "so",
        "very",
    }
)
_WEAKENERS = frozenset({"agak", "cukup", "lumayan", "sedikit", "rada", "semi"})
_WISHES = frozenset({"semoga", "moga", "mohon", "harap", "harusnya", "seharusnya", "andai", "seandainya", "semestinya"})
_CONTRASTS = frozenset({"tapi", "tetapi", "namun", "sayangnya", "sayang", "cuma"})
_BREAKS = _CONTRASTS | {"dan", "karena", "sehingga", "jadi", "malah", "tetap", "soalnya", "tapinya"}
_NEGATION_REACH, _WISH_REACH = 3, 4
_NEGATED, _WISHED, _STRONGER, _WEAKER, _BEFORE_CONTRAST, _AFTER_CONTRAST = -0.7, 0.3, 1.4, 0.6, 0.8, 1.3
_MEANT_OTHERWISE = -0.4
_SARCASM_LONGEST = 26  # words; longer texts that praise and blame mean both
_PREFIXES = (("meng", ""), ("meny", "s"), ("mem", ""), ("mem", "p"), ("men", ""), ("men", "t"), ("me", ""), ("di", ""),
             ("ter", ""), ("ber", ""), ("ke", ""), ("pe", ""), ("se", ""))  # fmt: skip
_SUFFIXES = ("", "kan", "an", "i", "lah", "pun", "ku", "mu")


class Clue(NamedTuple):
    """A known key found at `start`–`end` of the raw text (both 0 for a sign without a place).

    `sentiment` multiplies its weight for sentiment, `other` that for anger and urgency.
    """

    key: str
    sentiment: float
    other: float
    start: int
    end: int


class Evidence:
    """Finds the clues of a text among the `keys` of a model. Immutable once made."""

    def __init__(self, keys: Collection[str], sarcasm: Mapping[str, Collection[str]]) -> None:
        """Prepare the search for `keys` (words, and phrases of words) and for sarcasm by its word groups."""
        self._words = frozenset(key for key in keys if " " not in key)
        self._phrases = Phrases(key for key in keys if " " in key)
        self._sarcasm = {group: Phrases(phrases) for group, phrases in sarcasm.items()}
        self._key = lru_cache(maxsize=20_000)(self._find_key)

    def gather(self, normalized: Normalized) -> list[Clue]:
        """The clues of `normalized` in order, signs last."""
        tokens, raw = normalized.tokens, normalized.raw
        words = [token.text for token in tokens]
        clues: list[Clue] = []
        contrast = max((i for i, word in enumerate(words) if word in _CONTRASTS), default=-1)
        negated_to = wished_to = -1
        i = 0
        while i < len(words):
            word = words[i]
            length = self._phrases.length_at(words, i)
            if length:
                key = " ".join(words[i : i + length])
            else:
                length = 1
                if word in NEGATORS:
                    if i + 1 < len(words) and words[i + 1] not in _NOT_NEGATING:
                        negated_to = i + _NEGATION_REACH
                elif word in _WISHES:
                    wished_to = i + _WISH_REACH
                elif word in _BREAKS or (i <= negated_to and _paused(raw, tokens[i - 1].end, tokens[i].start)):
                    negated_to = wished_to = -1
                key = self._key(word)
            if key:
                factor = _neighbours(words, i, length)
                sentiment = factor * (1.0 if contrast < 0 else _AFTER_CONTRAST if i > contrast else _BEFORE_CONTRAST)
                if length == 1 and i <= negated_to and word not in NEGATORS:
                    sentiment, factor = sentiment * _NEGATED, factor * 0.3
                if i <= wished_to:
                    sentiment *= _WISHED
                clues.append(Clue(key, sentiment, factor, tokens[i].start, tokens[i + length - 1].end))
            i += length
        clues += [Clue(sign, 1.0, 1.0, 0, 0) for sign in dict.fromkeys(normalized.features) if sign in self._words]
        return clues

    def is_sarcastic(self, words: Sequence[str]) -> bool:
        """Whether `words` open with praise and go on with a grievance, with nothing to show that both are meant."""
        if not 3 <= len(words) <= _SARCASM_LONGEST:
            return False
        groups = self._sarcasm
        opening = next((i for i in range(min(3, len(words))) if groups["praise"].length_at(words, i)), None)
        if opening is None:
            return False
        rest = range(opening + 1, len(words))
        if groups["sincere"].anywhere(words, rest):
            return False
        if groups["grievance"].anywhere(words, rest):
            return True
        return groups["length"].anywhere(words, rest) and groups["waiting"].anywhere(words, rest)

    def _find_key(self, word: str) -> str:
        """`word` itself, or the known word it is a form of; empty where there is none."""
        if word in self._words:
            return word
        forms = [word, *([word.partition("-")[0]] if "-" in word else [])]
        forms += [form[:-3] for form in forms if form.endswith("nya") and len(form) > 6]
        for form in forms:
            if form in self._words:
                return form
        for form in forms:
            for suffix in _SUFFIXES:
                if not form.endswith(suffix) or len(form) - len(suffix) < 4:
                    continue
                stem = form[: len(form) - len(suffix)]
                if suffix and stem in self._words:
                    return stem
                for prefix, initial in _PREFIXES:
                    base = initial + stem[len(prefix) :]
                    if stem.startswith(prefix) and len(base) > 3 and base in self._words:
                        return base
        return ""


def meant_otherwise(clues: Sequence[Clue], positive: Collection[str]) -> list[Clue]:
    """The clues of a sarcastic text: what praises blames, and sarcasm is itself a clue."""
    turned = [
        clue._replace(sentiment=clue.sentiment * _MEANT_OTHERWISE, other=0.0) if clue.key in positive else clue
        for clue in clues
    ]
    return [*turned, Clue("_sarcasm_", 1.0, 1.0, 0, 0)]


def _neighbours(words: Sequence[str], i: int, length: int) -> float:
    before = words[i - 1] if i else ""
    after = words[i + length] if i + length < len(words) else ""
    if before in _STRENGTHENERS or after in _STRENGTHENERS:
        return _STRONGER
    return _WEAKER if before in _WEAKENERS else 1.0


def _paused(raw: str, end: int, start: int) -> bool:
    between = raw[end:start]
    return not (between == " " or between.isspace()) and any(mark in between for mark in ",.;!?")


class Phrases:
    """Phrases that can be asked for at a place in a row of words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._known = frozenset(phrases)
        lengths: dict[str, set[int]] = {}
        for phrase in self._known:
            words = phrase.split(" ")
            lengths.setdefault(words[0], set()).add(len(words))
        self._lengths = {word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()}

    def length_at(self, words: Sequence[str], i: int) -> int:
        """The number of words of the longest phrase at word `i`, 0 where there is none."""
        lengths = self._lengths.get(words[i])
        if lengths is not None:
            for length in lengths:
                end = i + length
                if length == 1 or (end <= len(words) and " ".join(words[i:end]) in self._known):
                    return length
        return 0

    def anywhere(self, words: Sequence[str], places: Iterable[int]) -> bool:
        """Whether a phrase begins at one of `places`."""
        return any(words[i] in self._lengths and self.length_at(words, i) for i in places)
