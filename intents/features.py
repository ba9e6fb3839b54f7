"""From a normalised text to the pieces a linear classifier adds up.

A text is a set of *pieces*: its words (`refund`), and its pairs of neighbouring words (`refund mana`). A piece
has features of four kinds, called blocks, each weighing alike whatever its number of features:

* `words`: the word or the pair as it stands;
* `stems`: the same without affixes, so that `membayar`, `dibayar` and `bayarkan` meet;
* `chars`: the character n-grams of a word with its borders (`" re"`, `"efun"`), for typos and compounds;
* `concepts`: what a word means by a thesaurus (`concepts`), so that `ongkos` and `tarif` meet.

Since no feature crosses pieces, a text's score is the sum of its pieces' scores, and those can be remembered:
serving a message is a few dictionary look-ups and one sum. The length of a block is taken piecewise too (the
root of the summed squared idf), which makes that sum exact; cosine-normalised TF-IDF over the same features
scores the same within noise.

This module knows nothing of intents, weights or training.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from intents.concepts import concepts_of
from intents.stem import stem
from intents.understanding import Normalized

BLOCKS = ("words", "stems", "chars", "concepts")
SHORTEST, LONGEST = 2, 5
MAX_TOKENS = 200
MAX_WORD = 40

_DIGITS = re.compile(r"\d+")
_NOTHING: tuple[list[int], float] = ([], 0.0)


def words_of(text: Normalized) -> list[str]:
    """The words of `text`, at most `MAX_TOKENS` of them, cut to `MAX_WORD`; digits become a single `0`."""
    words: list[str] = []
    for token in text.tokens[:MAX_TOKENS]:
        word = token.text
        if word.isalpha():
            words.append(word if len(word) <= MAX_WORD else word[:MAX_WORD])
        else:
            words.extend(_DIGITS.sub("0", word[:MAX_WORD]).split())
    return words


def pieces(text: Normalized) -> list[str]:
    """The distinct pieces of `text`: words, pairs (with a space inside), and pseudo-words (`_shout_`)."""
    words = words_of(text)
    pairs = [f"{left} {right}" for left, right in pairwise(words)]
    return list(dict.fromkeys([*words, *pairs, *text.features]))


def is_word(piece: str) -> bool:
    """Whether `piece` is a real single word: neither a pair nor a pseudo-word."""
    return " " not in piece and piece[0] != "_"


def features(piece: str) -> tuple[list[str], list[str], list[str], Sequence[str]]:
    """The features of `piece`, one list a block."""
    if " " in piece:
        left, _, right = piece.partition(" ")
        return [piece], [f"{stem(left)} {stem(right)}"], [], ()
    if not is_word(piece):
        return [piece], [], [], ()
    return [piece], [stem(piece)], ngrams(piece), concepts_of(piece)


def ngrams(word: str) -> list[str]:
    """The character n-grams of `word`, its borders marked by a space, repeated ones repeated."""
    framed = f" {word} "
    size = len(framed)
    return [
        framed[start : start + width]
        for width in range(SHORTEST, min(LONGEST, size) + 1)
        for start in range(size - width + 1)
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeatureSpace:
    """The features seen in training: their row numbers and inverse document frequencies.

    `rows` has one dictionary a block, from feature to row; the rows of a block follow those of the one before.
    `idf` (float32, one entry a row) holds `ln((1 + n) / (1 + df)) + 1`, `squares` its squares (an array of Python's, as
    they are asked for one by one); `unseen` is the idf of a feature seen once.
    `own` tells of every row of the first block whether an intent's example has it, not the background alone.
    """

    rows: tuple[dict[str, int], ...]
    idf: NDArray[np.float32]
    unseen: float
    own: NDArray[np.bool_]
    squares: Sequence[float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "squares", array("d", (self.idf.astype(np.float64) ** 2).tobytes()))

    def find(self, piece: str) -> tuple[tuple[list[int], float], ...]:
        """For each block, the rows of the known features of `piece` and the squared length of all of them.

        Unknown features count in the length as if seen once, as they do for a training text in
        cross-validation: what the model does not know lowers its scores, and with them its confidence.
        """
        found: list[tuple[list[int], float]] = []
        squares, unseen = self.squares, self.unseen**2
        for rows, names in zip(self.rows, features(piece), strict=True):
            if not names:
                found.append(_NOTHING)
            elif len(names) == 1:
                row = rows.get(names[0])
                found.append(([], unseen) if row is None else ([row], squares[row]))
            else:
                known = [row for row in map(rows.get, names) if row is not None]
                found.append((known, sum(map(squares.__getitem__, known)) + (len(names) - len(known)) * unseen))
        return tuple(found)

    def find_pair(self, pair: str) -> tuple[int | None, int | None]:
        """The rows of a pair of words and of their stems, None for what is unknown: as `find` has them, at half its
        cost, as most of what is new in a message are pairs."""
        left, _, right = pair.partition(" ")
        return self.rows[0].get(pair), self.rows[1].get(f"{stem(left)} {stem(right)}")


def learn_space(documents: Sequence[Sequence[str]], *, background: int = 0) -> FeatureSpace:
    """Collect the features of `documents`, each the pieces of one text, the last `background` of no intent."""
    counts: tuple[Counter[str], ...] = tuple(Counter() for _ in BLOCKS)
    by_piece = {piece: features(piece) for piece in {piece for document in documents for piece in document}}
    for document in documents:
        for number, counter in enumerate(counts):
            counter.update({feature for piece in document for feature in by_piece[piece][number]})
    rows: list[dict[str, int]] = []
    frequencies: list[int] = []
    for counter in counts:
        names = sorted(counter)
        rows.append(dict(zip(names, range(len(frequencies), len(frequencies) + len(names)), strict=True)))
        frequencies += [counter[name] for name in names]
    total = len(documents)
    owned = {piece for document in documents[: total - background] for piece in document}
    own = np.array([name in owned for name in rows[0]], dtype=np.bool_)
    idf = np.log((1 + total) / (1 + np.array(frequencies, dtype=np.float64))) + 1
    return FeatureSpace(
        rows=tuple(rows), idf=idf.astype(np.float32), unseen=float(np.log((1 + total) / 2) + 1), own=own
    )
