"""What the knowledge base would answer a customer, offered to the agent who serves them. Pure; it sends nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conversation.understanding import Understanding
from intents.knowledge import KnowledgeBase

MOST = 3
"""Suggestions at once."""

LEAST = 0.05
"""Confidence (0–1) below which nothing is suggested."""

_UNFILLED = re.compile(r"\{\w+\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """An answer for the composer. `title` names what it answers, `confidence` (0–1) how likely that was meant."""

    title: str
    text: str
    confidence: float


def suggestions(understanding: Understanding, knowledge: KnowledgeBase) -> tuple[Suggestion, ...]:
    """The answers to what was likely meant, the likeliest first. Those that hold what only a dialogue knows are left
    out, and so is small talk: agents greet in their own words."""
    found = []
    for score in understanding.ranking:
        intent = knowledge.intents.get(score.intent)
        if intent is None or intent.kind == "smalltalk" or score.confidence < LEAST:
            continue
        text = _answer(knowledge, score.intent, understanding.language)
        if text:
            title = intent.title or intent.name
            found.append(Suggestion(title=title, text=text, confidence=round(score.confidence, 3)))
    return tuple(found[:MOST])


def _answer(knowledge: KnowledgeBase, intent: str, language: str) -> str:
    """The first answer that can be sent as it stands, in the customer's language if there is one."""
    usable = [
        answer
        for answer in knowledge.answers.get(intent, ())
        if answer.text and not answer.channel and not answer.slots and not _UNFILLED.search(answer.text)
    ]
    fitting = [answer for answer in usable if answer.language == language]
    general = [answer for answer in usable if not answer.language]
    return next((answer.text for answer in (*fitting, *general)), "")
