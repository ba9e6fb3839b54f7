"""What may be the matter with examples while they are written, in words: what the library doubts, what stands there
twice, and personal data.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from bot.console.knowledge_intent_words import IntentWords
from bot.knowledge.trying import Doubt, Doubtful
from intents.entities import EntityFinder, mask

MOST = 40
"""Doubts that are told at a time."""

Line = dict[str, str]


async def doubts_of(
    examples: Sequence[str], found: Sequence[Doubtful], titles: Mapping[str, str], words: IntentWords
) -> list[Line]:
    """One line for each doubt: its `kind` (`personal`, `twice`, `duplicate`, `stolen`) and `text`, worst first."""
    masked = await asyncio.to_thread(_masked, examples)
    lines = [
        {"kind": "personal", "text": words.personal.format(text=text, masked=shown)} for text, shown in masked.items()
    ]
    counts = Counter(" ".join(text.split()) for text in examples)
    lines += [{"kind": "twice", "text": words.twice.format(text=text)} for text, times in counts.items() if times > 1]
    for each in found:
        intent = titles.get(each.intent, each.intent)
        text = (words.duplicate if each.doubt is Doubt.DUPLICATE else words.stolen).format(
            text=each.text, example=each.example, intent=intent, share=f"{each.confidence:.0%}"
        )
        lines.append({"kind": each.doubt.value, "text": text})
    return lines[:MOST]


@cache
def _finder() -> EntityFinder:
    return EntityFinder()


def _masked(examples: Sequence[str]) -> dict[str, str]:
    """The examples that seem to lead to a person, and how they look without that."""
    found = {text: mask(text, _finder().find(text)) for text in examples}
    return {text: shown for text, shown in found.items() if shown != text}
