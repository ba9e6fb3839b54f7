"""The mood of one message, read with the trained weights.

Serving needs no numerical library: a message is some dictionary look-ups and a sum. The reader sees one
message at a time; it does not know what was said before, nor whether the customer is right.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from conversation.understanding import Mood
from intents.mood.evidence import Clue, Evidence, Phrases, meant_otherwise
from intents.mood.lexicon import VERSION
from intents.normalise.signs import PICTOGRAPH, sign_feature
from intents.understanding import Normalized

_ABUSE_LEVELS = {1: 0.3, 2: 0.6, 3: 0.9}
_ANGER_OF_ABUSE = 0.8  # who swears at a care desk is rarely calm
_ADDRESSED = frozenset(
    {"kamu", "kalian", "anda", "kau", "admin", "cs", "kurir", "toko", "elu", "lu", "mu", "dasar", "you"}
)
_REASONS = 5
_SIGNS: Mapping[str, re.Pattern[str]] = {
    "_shout_": re.compile(r"\b[A-Z]{3,30}(?:\s{1,3}[A-Z]{2,30}){0,3}\b"),
    "_stretch_": re.compile(r"\b\w{0,20}?(\w)\1{2,10}\w{0,5}"),
    "_exclaim_": re.compile(r"[!?]{1,5}"),
    "_insist_": re.compile(r"[!?]{2,5}"),
    "_question_": re.compile(r"\?"),
}
_PICTOGRAPH = re.compile(PICTOGRAPH)


class MoodReader:
    """Reads the mood of normalised messages. Immutable once made, and safe to share."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        """Take a trained model, as `intents.mood.training.train` returns it and the weights file holds it.

        Raises ValueError where it is of another version.
        """
        if model.get("version") != VERSION:
            raise ValueError("mood weights of another version: run `python -m intents.mood.training`")
        self._weights: Mapping[str, Sequence[float]] = model["weights"]
        self._offsets: Sequence[float] = model["offsets"]
        self._praising = frozenset(model["praising"])
        self._abuse: Mapping[str, tuple[int, Sequence[str]]] = model["abuse"]
        self._abusive = Phrases(self._abuse)
        self._evidence = Evidence(self._weights, model["sarcasm"])

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> MoodReader:
        """The shipped model; one for all who ask, as it never changes."""
        text = (resources.files("intents.mood") / "data" / "weights.json").read_text(encoding="utf-8")
        return cls(json.loads(text))

    def read(self, normalized: Normalized) -> Mood:
        """The mood of a message. A message that says nothing is calm and neutral. Never raises."""
        words = [token.text for token in normalized.tokens]
        clues = self._evidence.gather(normalized)
        if self._evidence.is_sarcastic(words):
            clues = meant_otherwise(clues, self._praising)
        abuse, abusive, harmless = self._read_abuse(normalized, words)
        if harmless:
            clues = [clue for clue in clues if clue.start not in harmless or clue.key not in self._abuse]
        if not clues and not abusive:
            return Mood()
        sentiment, anger, urgency = self._offsets
        for clue in clues:
            weights = self._weights[clue.key]
            sentiment += clue.sentiment * weights[0]
            anger += clue.other * weights[1]
            urgency += clue.other * weights[2]
        calm = (1.0 - _chance(anger)) * (1.0 - _ANGER_OF_ABUSE * abuse)
        mood = (math.tanh(sentiment / 2), 1.0 - calm, _chance(urgency), abuse)
        because = self._because(normalized, clues, mood, abusive)
        return Mood(
            sentiment=round(mood[0], 3), anger=round(mood[1], 3), urgency=round(mood[2], 3), abuse=round(abuse, 3),
            because=because,
        )  # fmt: skip

    def _read_abuse(self, normalized: Normalized, words: Sequence[str]) -> tuple[float, list[str], set[int]]:
        """How abusive, the words as written, and where words stand that only look abusive ("makanan anjing").

        Offences add up as independent chances would, and weigh more where somebody is addressed.
        """
        spared, found, harmless = 1.0, [], set()
        for i in range(len(words)):
            length = self._abusive.length_at(words, i)
            if not length:
                continue
            level, neighbours = self._abuse[" ".join(words[i : i + length])]
            start = normalized.tokens[i].start
            if neighbours and any(near in neighbours for near in words[max(0, i - 2) : i + 3]):
                harmless.add(start)
                continue
            spared *= 1.0 - _ABUSE_LEVELS[level]
            found.append(normalized.raw[start : normalized.tokens[i + length - 1].end])
        if found and not _ADDRESSED.isdisjoint(words):
            spared *= 0.7
        return 1.0 - spared, found, harmless

    def _because(
        self, normalized: Normalized, clues: Sequence[Clue], mood: tuple[float, ...], abusive: Sequence[str]
    ) -> tuple[str, ...]:
        """Words and signs that pushed towards the mood that was read, strongest first."""
        direction = 1.0 if mood[0] >= 0 else -1.0
        reasons = []
        for clue in clues:
            weights = self._weights[clue.key]
            push = max(
                clue.sentiment * weights[0] * direction * abs(mood[0]),
                clue.other * weights[1] * mood[1],
                clue.other * weights[2] * mood[2],
            )
            if push > 0.1:
                reasons.append((push, clue))
        reasons.sort(key=lambda reason: -reason[0])
        texts = dict.fromkeys(abusive)
        for _, clue in reasons[:_REASONS]:
            written = normalized.raw[clue.start : clue.end] or _written_sign(normalized.raw, clue.key)
            if written:
                texts.setdefault(written)
        return tuple(texts)[:_REASONS]


def _chance(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-score)) if score > -700 else 0.0


def _written_sign(raw: str, sign: str) -> str:
    """The part of the raw text that a sign stands for; empty for signs of the whole message, as sarcasm."""
    if sign in _SIGNS:
        match = _SIGNS[sign].search(raw)
        return match[0] if match else ""
    return next((match[0] for match in _PICTOGRAPH.finditer(raw) if sign_feature(match[0]) == sign), "")
