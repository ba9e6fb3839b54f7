"""The examples, cleaned and checked before training, and the strangers set against them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from conversation.errors import DataError
from intents.background import background_texts, gibberish
from intents.normalise import Normaliser
from intents.understanding import Normalized

SAME_BUSINESS = 0.45

_BORDERS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Corpus:
    """The usable examples, normalised. `labels` number the intents; the background is `len(intents)`."""

    intents: tuple[str, ...]
    texts: list[Normalized]
    labels: NDArray[np.intp]
    warnings: tuple[str, ...]


def read_corpus(examples: Sequence[tuple[str, str]], normaliser: Normaliser) -> Corpus:
    if not examples:
        raise DataError("There are no examples to train on.", remedy="Add example messages to the intents.")
    labels_of: dict[str, Counter[str]] = defaultdict(Counter)
    kept: list[tuple[Normalized, str]] = []
    empty: set[str] = set()
    for raw, intent in examples:
        text = normaliser.normalise(raw)
        if text.tokens or text.features:
            labels_of[text.text or raw.strip()][intent] += 1
            kept.append((text, intent))
        else:
            empty.add(intent)
    intents = tuple(sorted({intent for _, intent in kept}))
    missing = sorted(empty - set(intents))
    if missing:
        raise DataError(
            f"No usable example for: {', '.join(missing)}. Their examples are empty.",
            remedy="Write at least one example message for each, or remove the intent.",
        )
    if len(intents) < 2:
        raise DataError(
            f"There is only one intent ({intents[0]})." if intents else "All examples are empty.",
            remedy="A classifier needs at least two intents with examples.",
        )
    warnings = [
        f"“{text}” is an example of several intents: {', '.join(sorted(found))}. Keep it in one."
        for text, found in labels_of.items()
        if len(found) > 1
    ]
    counts = Counter(intent for _, intent in kept)
    lonely = [intent for intent in intents if counts[intent] < 3]
    if lonely:
        warnings.append(f"Fewer than three examples: {', '.join(lonely)}. Add more, in customers' own words.")
    numbers = {intent: number for number, intent in enumerate(intents)}
    return Corpus(
        intents=intents,
        texts=[text for text, _ in kept],
        labels=np.array([numbers[intent] for _, intent in kept], dtype=np.intp),
        warnings=tuple(warnings),
    )


def names(corpus: Corpus, normaliser: Normaliser) -> tuple[list[Normalized], NDArray[np.intp]]:
    """The intents' names as texts, `jam_buka` as "jam buka", and their labels.

    Who names an intent says in a word or two what all its examples have in common.
    """
    texts = [normaliser.normalise(_BORDERS.sub(" ", intent)) for intent in corpus.intents]
    told = [number for number, text in enumerate(texts) if text.tokens]
    return [texts[number] for number in told], np.array(told, dtype=np.intp)


def strangers(normaliser: Normaliser, seed: int) -> list[Normalized]:
    """The built-in texts that no intent covers, as far as we know: the background and gibberish."""
    return [normaliser.normalise(text) for text in (*background_texts(), *gibberish(seed))]


def unlike(candidates: csr_matrix, examples: csr_matrix) -> NDArray[np.bool_]:
    """Which rows of `candidates` resemble no row of `examples`.

    Built-in strangers that do are left out of training: what is strange to a shop may be the daily business
    of this knowledge base.
    """
    cosine = (_unit(candidates) @ _unit(examples).T).max(axis=1).toarray().ravel()
    far: NDArray[np.bool_] = cosine < SAME_BUSINESS
    return far


def _unit(matrix: csr_matrix) -> csr_matrix:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return matrix.multiply(1 / np.maximum(lengths, 1e-9)[:, None]).tocsr()
