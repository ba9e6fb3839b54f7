"""Confusions put in order for reading: pairs of intents that steal from each other, and rows for the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intents.evaluation import Confusion, Evaluation


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two intents and how often they are mixed up, one way or both, the commoner way first."""

    ways: tuple[Confusion, ...]

    @property
    def count(self) -> int:
        """How many messages went astray between the two."""
        return sum(way.count for way in self.ways)

    @property
    def mutual(self) -> bool:
        """Whether both steal: the rarer way is at least a third as common as the other."""
        return len(self.ways) == 2 and 3 * self.ways[1].count >= self.ways[0].count


def pairs_of(confusions: Sequence[Confusion]) -> list[Pair]:
    """The confusions of both ways brought together, the most frequent pair first."""
    found: dict[frozenset[str], list[Confusion]] = {}
    for confusion in confusions:
        found.setdefault(frozenset({confusion.truth, confusion.guess}), []).append(confusion)
    pairs = [Pair(ways=tuple(sorted(ways, key=lambda way: -way.count))) for ways in found.values()]
    return sorted(pairs, key=lambda pair: -pair.count)


def confusion_rows(result: Evaluation, limit: int) -> tuple[list[str], list[list[float]]]:
    """The `limit` intents mixed up most, and for each true one the shares it was taken for.

    A row holds the shares given to each of these intents, in the same order, and last what went elsewhere;
    it sums to 1. Only tested intents are taken. Intents of one pair stand side by side where they can.
    """
    support = {row.intent: row.support for row in result.intents if row.support}
    names: list[str] = []
    for pair in pairs_of(result.confusions):
        for intent in (pair.ways[0].truth, pair.ways[0].guess):
            if intent in support and intent not in names and len(names) < limit:
                names.append(intent)
    hits = {row.intent: row.recall for row in result.intents}
    counts = {(confusion.truth, confusion.guess): confusion.count for confusion in result.confusions}
    rows = []
    for truth in names:
        row = [hits[truth] if guess == truth else counts.get((truth, guess), 0) / support[truth] for guess in names]
        rows.append([*row, max(0.0, 1 - sum(row))])
    return names, rows
