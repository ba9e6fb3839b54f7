"""What was understood of one message, as plain immutable values.

They know nothing of models or of how they were made, so the dialogue rules, actions and the store can carry
them about without importing the machinery.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from conversation.values import quick


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class IntentScore:
    """One candidate intent and the calibrated probability (0–1) that it is what the customer means."""

    intent: str
    confidence: float


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """Something named in the message. `start` and `end` are offsets into the raw text, end exclusive."""

    kind: str
    value: str
    text: str
    start: int
    end: int


@quick
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


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Understanding:
    """All that was understood of one text. `ranking` is best first and may be empty (no model, no text).

    `in_scope` (0–1) is the calibrated probability that the knowledge base covers the message at all.
    `secondary` lists further intents found in other parts of the same message, best first; parts that cannot change
    what is done with the message need not have been looked at.
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
