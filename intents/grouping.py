"""Groups of like messages: what many customers want in their own words, so that a person can go through it quickly.

Messages are alike that share telling pieces: stems, pairs of them, and the letters within words, each weighing the
more the fewer messages have it (IDF over these messages and everyday talk); whom one addresses, and how politely,
counts for nothing. Groups grow by average linkage, with the chain of nearest neighbours (Murtagh 1983): the same
messages always give the same groups, one message like both of two groups does not make them one, and a lone word
swallows nothing.

It knows no intents, and not what was understood of a message. `docs/review.md` has the figures it was settled by.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from intents.background import background_texts
from intents.features import ngrams, words_of
from intents.normalise import Normaliser
from intents.stem import stem
from intents.understanding import Normalized

ALIKE = 0.12
"""The mean likeness (0-1) between two groups from which on they are one."""

DAYS = 14
"""How many days a trend covers, the last being today."""

NAME_WORDS = 3
"""Words in the name of a group."""

_PAIRS, _LETTERS = 0.5, 0.3
"""How much a pair of words and an n-gram weigh beside a word."""

_COMMON = 24
"""Texts that have a piece, from which on a column of a matrix is quicker than adding to each pair of them."""

_SAYS_NOTHING = frozenset(
    re.findall(
        r"\w+",
        """
        kak kakak min admin gan sis bos bang mas mbak pak bu bapak ibu om tante dong ya yah iya sih deh kok nih tuh lah
        kan halo hai hei permisi maaf tolong mohon coba minta mau ingin tanya bertanya saya aku kami kita anda kamu ini
        itu yang dan atau juga saja lagi
        """,
    )
)
"""Words, as normalised, that say nothing of what is wanted: among few messages no counting could tell."""

_MASKED = re.compile(r"\[[^\[\]\n]{1,20}\]")
_WEEK = 7
_NEVER = np.float32(-1.0)

K = TypeVar("K")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard(Generic[K]):
    """A message to be grouped. `key` is what the caller knows it by; labels in brackets in `text` do not count."""

    key: K
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Group(Generic[K]):
    """Messages that say much the same.

    `name` is its commonest telling words, as customers spell them; `example` the message most like all others, `items`
    the messages in the order given. `trend` counts them by day, `DAYS` of them, today last.
    """

    name: str
    example: str
    items: tuple[Heard[K], ...]
    trend: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many messages there are."""
        return len(self.items)

    @property
    def growth(self) -> int:
        """How many more there were in the last seven days than in the seven before."""
        return sum(self.trend[-_WEEK:]) - sum(self.trend[:-_WEEK])


def group(messages: Sequence[Heard[K]], now: datetime, normaliser: Normaliser) -> tuple[Group[K], ...]:
    """Put like messages together; the largest group comes first, and what is like nothing is a group of its own.

    Days are those of `now`'s time zone. Takes the square of the number of different messages in memory: 16 MB for
    2,000 of them.
    """
    normalized = [normaliser.normalise(_MASKED.sub(" ", message.text)) for message in messages]
    same: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(normalized):
        same[" ".join(words_of(text)) or text.raw.strip()].append(index)
    kinds = list(same.values())
    likeness, weights = _likeness([normalized[indices[0]] for indices in kinds], normaliser)
    sizes = [len(indices) for indices in kinds]
    groups = []
    for members in _linked(likeness, sizes):
        indices = sorted(index for member in members for index in kinds[member])
        central = kinds[_central(likeness, members, sizes)][0]
        items = tuple(messages[index] for index in indices)
        groups.append(
            Group(
                name=_name([normalized[index] for index in indices], weights) or messages[central].text,
                example=messages[central].text,
                items=items,
                trend=_trend(items, now),
            )
        )
    return tuple(sorted(groups, key=lambda each: (-each.count, -sum(each.trend), each.name)))


def _pieces(text: Normalized) -> dict[str, float]:
    """What counts of a text, and how much beside a word: stems, pairs, and the letters of longer words."""
    words = [word for word in words_of(text) if word not in _SAYS_NOTHING]
    stems = [stem(word) for word in words]
    pieces = dict.fromkeys(stems, 1.0)
    pieces |= dict.fromkeys((f"{left} {right}" for left, right in pairwise(stems)), _PAIRS)
    letters = (gram for word in words if len(word) > 3 for gram in ngrams(word) if len(gram) > 2)
    return pieces | dict.fromkeys((f"_{gram}" for gram in letters), _LETTERS)


def _likeness(texts: Sequence[Normalized], normaliser: Normaliser) -> tuple[NDArray[np.float32], dict[str, float]]:
    """The cosine between each two texts, -1 with itself; and how telling each piece is."""
    everyday = [_pieces(normaliser.normalise(text)) for text in background_texts()]
    found = [_pieces(text) for text in texts]
    frequencies = Counter(piece for pieces in (*found, *everyday) for piece in pieces)
    total = 1 + len(found) + len(everyday)
    telling = {piece: math.log(total / (1 + count)) for piece, count in frequencies.items()}
    having: dict[str, list[int]] = defaultdict(list)
    lengths = np.zeros(len(texts), dtype=np.float32)
    for index, pieces in enumerate(found):
        for piece, share in pieces.items():
            having[piece].append(index)
            lengths[index] += (telling[piece] * share) ** 2
    common = [piece for piece, indices in having.items() if len(indices) >= _COMMON]
    matrix = np.zeros((len(texts), len(common)), dtype=np.float32)
    for column, piece in enumerate(common):
        indices = having.pop(piece)
        matrix[indices, column] = telling[piece] * found[indices[0]][piece]
    likeness = matrix @ matrix.T
    for piece, indices in having.items():
        if len(indices) > 1:
            likeness[np.ix_(indices, indices)] += (telling[piece] * found[indices[0]][piece]) ** 2
    roots = np.sqrt(np.maximum(lengths, 1e-9))
    likeness /= roots[:, None]
    likeness /= roots[None, :]
    np.fill_diagonal(likeness, _NEVER)
    return likeness, telling


def _linked(likeness: NDArray[np.float32], sizes: Sequence[int]) -> list[list[int]]:
    """The groups by average linkage, as lists of indices. Texts count as often as they were written (`sizes`)."""
    near = likeness.copy()
    size = np.array(sizes, dtype=np.float32)
    members = {index: [index] for index in range(len(sizes))}
    finished: list[list[int]] = []
    chain: list[int] = []
    while members:
        if not chain:
            chain.append(min(members))
        last, before = chain[-1], chain[-2] if len(chain) > 1 else -1
        nearest = int(near[last].argmax())
        if before >= 0 and near[last, before] >= near[last, nearest]:
            nearest = before
        if near[last, nearest] < ALIKE:  # Whatever else is joined, nothing gets any nearer than its parts were.
            finished.append(members.pop(last))
            near[last, :] = near[:, last] = _NEVER
            chain.clear()
        elif nearest == before:
            kept, joined = min(last, before), max(last, before)
            row = (near[kept] * size[kept] + near[joined] * size[joined]) / (size[kept] + size[joined])
            row[near[kept] < 0] = _NEVER
            row[[kept, joined]] = _NEVER
            near[kept, :] = near[:, kept] = row
            near[joined, :] = near[:, joined] = _NEVER
            size[kept] += size[joined]
            members[kept] += members.pop(joined)
            del chain[-2:]
        else:
            chain.append(nearest)
    return finished


def _central(likeness: NDArray[np.float32], members: Sequence[int], sizes: Sequence[int]) -> int:
    """The member most like all of its group, the more common ones counting more."""
    among = np.maximum(likeness[np.ix_(members, members)], 0.0)
    np.fill_diagonal(among, 1.0)
    return members[int((among @ np.array([sizes[member] for member in members], dtype=np.float32)).argmax())]


def _name(texts: Sequence[Normalized], telling: dict[str, float]) -> str:
    """The words that tell most of these texts, in the order they mostly stand in, as customers spell them."""
    counts: Counter[str] = Counter()
    places: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        seen = set()
        for place, token in enumerate(text.tokens):
            key = stem(token.text)
            if token.text.isalpha() and len(token.text) > 1 and key not in seen:
                seen.add(key)
                counts[key] += 1
                places[key] += place
                spellings[key][text.raw[token.start : token.end].lower()] += 1
    best = sorted(counts, key=lambda key: (-counts[key] * telling.get(key, 0.0), key))[:NAME_WORDS]
    best = [key for key in best if counts[key] * 4 >= len(texts)] or best[:1]
    ordered = sorted(best, key=lambda key: (places[key] / counts[key], key))
    words = (min(spellings[key], key=lambda spelling: (-spellings[key][spelling], spelling)) for key in ordered)
    return " ".join(dict.fromkeys(words))


def _trend(items: Sequence[Heard[K]], now: datetime) -> tuple[int, ...]:
    counts = [0] * DAYS
    for item in items:
        age = (now.date() - item.at.astimezone(now.tzinfo).date()).days
        if 0 <= age < DAYS:
            counts[DAYS - 1 - age] += 1
    return tuple(counts)
