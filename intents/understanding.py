"""What stands between a raw text and its `Understanding`: normalised tokens, and the protocol of a classifier.

Plain immutable values. What comes out at the end stands in `conversation.understanding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from conversation.understanding import IntentScore
from conversation.values import quick


@quick
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


@quick
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


@quick
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
