"""A classifier that counts words (naive Bayes): what stands often in an intent's examples speaks for that intent.

It learns in a moment, can be read by a person, and is weaker than what comes with Tanggap, which calibrates it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from math import exp, log

from conversation.understanding import IntentScore
from intents.calibrated import Calibrated, Example
from intents.understanding import Normalized, Ranking

UNSEEN = 0.1
"""How often a word counts as seen in an intent where it was not."""


class KataKunci:
    """Implements `Learner`."""

    name = "kata_kunci 1"

    def learn(self, examples: Sequence[Example], outside: Sequence[Normalized]) -> bytes:
        """How many examples of each intent hold each word; "" is the intent of what is outside."""
        counts: dict[str, Counter[str]] = {}
        for text, intent in [*examples, *((text, "") for text in outside)]:
            counts.setdefault(intent, Counter()).update(set(text.text.split()))
        return json.dumps(counts, sort_keys=True).encode()

    def read(self, learnt: bytes) -> Words:
        """The classifier."""
        return Words(json.loads(learnt))


class Words:
    """Implements `Classifier`. `counts` are by intent and word."""

    def __init__(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        self._known = {word for seen in counts.values() for word in seen}
        self._logs: dict[str, dict[str, float]] = {}
        self._unseen: dict[str, float] = {}
        for intent, seen in counts.items():
            total = sum(seen.values()) + UNSEEN * len(self._known)
            self._logs[intent] = {word: log((count + UNSEEN) / total) for word, count in seen.items()}
            self._unseen[intent] = log(UNSEEN / total)

    def rank(self, text: Normalized) -> Ranking:
        """The intents by how well their words fit."""
        words = [word for word in text.text.split() if word in self._known]
        if not words:
            return Ranking(candidates=(), in_scope=0.0)
        scores = {intent: sum(self._weight(word, intent) for word in words) for intent in self._logs}
        best = max(scores.values())
        odds = {intent: exp((score - best) / len(words) ** 0.5) for intent, score in scores.items()}
        total = sum(odds.values())
        strange = odds.pop("", 0.0)
        shares = [IntentScore(intent=intent, confidence=share / total) for intent, share in odds.items()]
        shares.sort(key=lambda score: (-score.confidence, score.intent))
        return Ranking(candidates=tuple(shares), in_scope=1 - strange / total)

    def rank_many(self, texts: Sequence[Normalized]) -> list[Ranking]:
        """The same for many texts, in order."""
        return [self.rank(text) for text in texts]

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        """How much better each word fits `intent` than a word that it does not have."""
        words = [word for word in dict.fromkeys(text.text.split()) if word in self._known]
        found = [(word, self._weight(word, intent) - self._unseen[intent]) for word in words]
        return sorted((part for part in found if part[1]), key=lambda part: -part[1])

    def _weight(self, word: str, intent: str) -> float:
        return self._logs[intent].get(word, self._unseen[intent])


KATA_KUNCI = Calibrated(KataKunci())
