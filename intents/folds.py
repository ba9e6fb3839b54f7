"""Cross-validation that does not flatter: folds without look-alikes, and how familiar a held-out text is."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from intents.features import is_word

LOOK_ALIKE = 0.55


def assign_folds(
    matrix: csr_matrix, labels: NDArray[np.intp], marks: Sequence[int], count: int, seed: int, *, grouped: int
) -> NDArray[np.intp]:
    """Folds of about the same share of each label, look-alikes of one label kept together.

    Examples that one person writes for an intent resemble each other more than customers' messages do. Were
    they spread over the folds, cross-validation would judge the model on near copies of what it has seen, and
    the confidences would promise too much. Labels from `grouped` on are not grouped.

    A text's fold comes of its mark, whatever else there is, as far as the folds have room: so that a few texts more
    or less leave the others where they are, and the outcomes of two trainings can be compared.
    """
    folds = np.zeros(len(labels), dtype=np.intp)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()) + 1e-9
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if label < grouped:
            unit = matrix[rows].multiply(1 / lengths[rows][:, None]).tocsr()
            groups = _groups((unit @ unit.T).toarray() >= LOOK_ALIKE)
        else:
            groups = np.arange(len(rows))
        members = np.split(rows[np.argsort(groups, kind="stable")], np.cumsum(np.bincount(groups))[:-1])
        load, room = [0] * count, -(-len(rows) // count) + (len(rows) > count)
        for mark, member in sorted(((min(marks[row] for row in each), each) for each in members), key=_biggest_first):
            wanted = crc32(f"{seed} {mark}".encode()) % count
            free = (wanted + step for step in range(count) if load[(wanted + step) % count] + len(member) <= room)
            fold = next(free, min(range(wanted, wanted + count), key=lambda each: load[each % count])) % count
            folds[member] = fold
            load[fold] += len(member)
    return folds


def _biggest_first(group: tuple[int, NDArray[np.intp]]) -> tuple[int, int]:
    mark, rows = group
    return -len(rows), mark


def _groups(alike: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Group rows by the first row not yet in a group that they are alike to: no chains, unlike linkage."""
    groups = np.full(len(alike), -1, dtype=np.intp)
    number = 0
    for row in range(len(alike)):
        if groups[row] < 0:
            groups[alike[row] & (groups < 0)] = number
            groups[row] = number
            number += 1
    return groups


def fold_plan(rows: int) -> tuple[int, int]:
    """Into how many folds to part `rows` examples, and how many of them to judge.

    More folds where there is little, for a model of 80 % of ten examples is much worse than one of all. Where
    there are thousands, one fold holds enough rows to calibrate on, and the others would only cost time.
    """
    return (10, 10) if rows < 1500 else (5, 5) if rows < 5000 else (4, 1)


class Familiarity:
    """How much of a text's vocabulary, weighted by rarity, occurs in a given part of the corpus."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        words = [[piece for piece in document if is_word(piece)] for document in documents]
        numbers: dict[str, int] = {}
        columns = [numbers.setdefault(word, len(numbers)) for document in words for word in document]
        starts = np.cumsum([0, *(len(document) for document in words)])
        self._presence = csr_matrix(
            (np.ones(len(columns)), columns, starts), shape=(len(documents), max(len(numbers), 1))
        )

    def coverage(self, rows: NDArray[np.intp], part: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The covered share (0–1) of each of `rows`, by the documents where `part` is true."""
        frequency = np.asarray(self._presence[part].sum(axis=0)).ravel()
        idf = np.log((1 + part.sum()) / (1 + frequency)) + 1
        asked = self._presence[rows]
        total = asked @ idf
        covered = asked @ (idf * (frequency > 0))
        share: NDArray[np.float64] = np.divide(covered, total, out=np.zeros(len(rows)), where=total > 0)
        return share
