"""How the intents fare: what cross-validation said of them, and how often customers wanted them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversation.desk_ports import IntentStars, Volume
from intents.gate import Evaluation
from intents.knowledge import KnowledgeBase


class FiguresStore(Protocol):
    """What the figures need of a store."""

    async def volumes(self, since: datetime, until: datetime) -> list[Volume]:
        """See `DeskStore.volumes`."""
        ...

    async def stars_by_intent(self, since: datetime, until: datetime) -> list[IntentStars]:
        """See `DeskStore.stars_by_intent`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentFigures:
    """One intent of the active release.

    `accuracy` (0–1) is of the `judged` examples, None where none was; `mistaken_for` is what most of the others were
    taken for, `mistakes` times. `turns` are those in which customers wanted it, `stars` (1–5) the mean of what the
    episodes with such turns got in `ratings`, None where nobody rated one.
    """

    intent: str
    examples: int
    judged: int = 0
    accuracy: float | None = None
    mistaken_for: str = ""
    mistakes: int = 0
    turns: int = 0
    stars: float | None = None
    ratings: int = 0


def figures_of(
    knowledge: KnowledgeBase,
    evaluation: Evaluation | None,
    volumes: Iterable[Volume],
    stars: Iterable[IntentStars] = (),
) -> tuple[IntentFigures, ...]:
    """The figures of every intent, in the order of the knowledge base."""
    turns: Counter[str] = Counter()
    for volume in volumes:
        turns[volume.intent] += volume.turns
    rated = {each.intent: each for each in stars}
    judged = {each.intent: each for each in evaluation.intents} if evaluation else {}
    taken: dict[str, Counter[str]] = {}
    for mistake in evaluation.mistakes if evaluation else ():
        taken.setdefault(mistake.intent, Counter())[mistake.predicted] += 1
    found = []
    for intent in knowledge.intents.values():
        health = judged.get(intent.name)
        given = rated.get(intent.name)
        mistaken = taken[intent.name].most_common(1)[0] if intent.name in taken else ("", 0)
        found.append(
            IntentFigures(
                intent=intent.name,
                examples=len(intent.examples),
                judged=health.examples if health else 0,
                accuracy=health.right / health.examples if health and health.examples else None,
                mistaken_for=mistaken[0],
                mistakes=mistaken[1],
                turns=turns[intent.name],
                stars=given.stars if given else None,
                ratings=given.ratings if given else 0,
            )
        )
    return tuple(found)
