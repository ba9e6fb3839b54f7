"""What the bot makes of a message: the result types of `intents`, and the protocol of a classifier.

Plain immutable values. They know nothing of models, conversations or storage, so the dialogue rules and
the store can carry them about without importing the machinery that made them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentScore:
    """One candidate intent and the calibrated probability (0–1) that it is what the customer means."""

    intent: str
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """Something named in the message. `start` and `end` are offsets into the raw text, end exclusive."""

    kind: str
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Mood:
    """How the customer feels. `sentiment` runs from -1 (bad) to 1 (good); the others from 0 to 1.

    `because` holds the words and signs of the raw text that made it so, strongest first.
    """

    sentiment: float = 0.0
    anger: float = 0.0
    urgency: float = 0.0
    abuse: float = 0.0
    because: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A piece of the normalised text and where it came from: `start`–`end` in the raw text.

    `rule` names what changed it (`lexicon`, `reduplication`, `affix`, `elongation`, `typo`, …), or is
    empty where the raw token stands unchanged. One raw token may give several, and all share its offsets.
    `protected` marks codes, links, numbers and the like, which no rule may touch.
    """

    text: str
    start: int
    end: int
    rule: str = ""
    protected: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Normalized:
    """A raw text, its tokens after normalisation, and the signs that lower-casing would have lost.

    `features` are pseudo-words for what is not a word: emoji names, `_shout_` for capitals, `_stretch_`
    for elongation, `_exclaim_`, `_question_`. `known` is the share (0–1) of word tokens that a dictionary
    knows after normalisation; gibberish and foreign text score low.
    """

    raw: str
    tokens: tuple[Token, ...]
    features: tuple[str, ...] = ()
    known: float = 1.0
    language: str = "id"

    @property
    def text(self) -> str:
        """The normalised words, joined by single spaces."""
        return " ".join(token.text for token in self.tokens)


@dataclass(frozen=True, kw_only=True, slots=True)
class Understanding:
    """All that was understood of one text. `ranking` is best first and may be empty (no model, no text).

    `in_scope` (0–1) is the calibrated probability that the knowledge base covers the message at all.
    `secondary` lists further intents found in other parts of the same message, best first.
    """

    text: str
    normalized: str
    ranking: tuple[IntentScore, ...] = ()
    in_scope: float = 1.0
    secondary: tuple[IntentScore, ...] = ()
    entities: tuple[Entity, ...] = ()
    mood: Mood = field(default_factory=Mood)
    language: str = "id"

    @property
    def best(self) -> IntentScore | None:
        """The first candidate, or None where there is none."""
        return self.ranking[0] if self.ranking else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """What a classifier says of one text: candidates best first, and whether the text is its business.

    `embedded` tells that the slow sentence model was asked (only a cascade does).
    """

    candidates: tuple[IntentScore, ...]
    in_scope: float = 1.0
    embedded: bool = False


class Classifier(Protocol):
    """Ranks the intents of a text. Implementations are immutable once loaded and safe to share."""

    def rank(self, text: Normalized) -> Ranking:
        """Rank the intents for `text`, best first; the hopeless tail may be left out. Never raises."""
        ...

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        """What in `text` spoke for (or against) `intent`, and how much, strongest first."""
        ...

    def rank_many(self, texts: Sequence[Normalized]) -> list[Ranking]:
        """The same for many texts at once, in order."""
        ...
