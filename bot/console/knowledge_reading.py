"""The knowledge base as its pages show it: the draft's intents with their figures and what is the matter with each.

Pure, and knows neither pages nor stores. What it gives is fit for JSON.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from bot.knowledge.draft import Draft
from bot.knowledge.health import IntentFigures
from intents.validity import end

Row = dict[str, Any]

INTENT = "intent/"
FEW = 10
"""Examples that are a beginning."""

POOR, ENOUGH = 0.7, 5
"""An intent is understood badly below this accuracy, once so many of its examples were judged."""

CONFUSED = 3
"""Examples taken for the same other intent from which on the two are too much alike."""

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def encoded_name(name: str) -> str:
    """An intent's name as one part of a path that no browser or proxy makes something else of."""
    return name if _PLAIN.fullmatch(name) else "~" + base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def decoded_name(part: str) -> str:
    """The opposite of `encoded_name`; "" for what it never gives."""
    try:
        coded = part[1:].encode("ascii")
        name = base64.b64decode(coded + b"=" * (-len(coded) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        name = ""
    return name if part.startswith("~") else part if _PLAIN.fullmatch(part) else ""


def intents_in(pieces: Mapping[str, object]) -> dict[str, Mapping[str, Any]]:
    """The pieces of intents by the names of these."""
    return {
        piece.removeprefix(INTENT): cast(Mapping[str, Any], value)
        for piece, value in pieces.items()
        if piece.startswith(INTENT) and isinstance(value, Mapping)
    }


def title_of(name: str, value: Mapping[str, Any] | None) -> str:
    """What people call an intent."""
    return str(value.get("title", "") if value else "") or name


def titles_of(draft: Draft) -> dict[str, str]:
    """What people call the intents, by name."""
    return {name: title_of(name, value) for name, value in intents_in({**draft.base, **draft.pieces}).items()}


def rows_of(draft: Draft, figures: Iterable[IntentFigures], now: datetime) -> list[Row]:
    """A row for each intent of the draft, and for each that it removes."""
    known = {each.intent: each for each in figures}
    base, drafted, titles = intents_in(draft.base), intents_in(draft.pieces), titles_of(draft)
    ruled = _ruled(draft.pieces)
    rows = []
    for name, value in {**base, **drafted}.items():
        fares = known.get(name) or IntentFigures(intent=name, examples=0)
        before, after = base.get(name), drafted.get(name)
        change = "removed" if after is None else "new" if before is None else "changed" if before != after else ""
        rows.append(
            {
                "name": name,
                "path": encoded_name(name),
                "title": titles[name],
                "kind": value.get("kind", "faq"),
                "department": value.get("department", ""),
                "examples": len(value.get("examples", ())),
                "accuracy": fares.accuracy,
                "judged": fares.judged,
                "confused": titles.get(fares.mistaken_for, fares.mistaken_for) if fares.mistakes else None,
                "mistakes": fares.mistakes,
                "turns": fares.turns,
                "stars": fares.stars,
                "ratings": fares.ratings,
                "change": change,
                "trouble": [] if change == "removed" else troubles(value, fares, now, ruled=name in ruled),
            }
        )
    return rows


def troubles(value: Mapping[str, Any], fares: IntentFigures, now: datetime, *, ruled: bool) -> list[str]:
    """What is the matter with an intent: `few`, `poor`, `confused`, `unanswered`, `expired`. With `ruled`, a rule says
    what follows upon it, so that it needs no answer."""
    answers = value.get("answers", ())
    found = {
        "few": len(value.get("examples", ())) < FEW,
        "poor": fares.accuracy is not None and fares.judged >= ENOUGH and fares.accuracy < POOR,
        "confused": fares.mistakes >= CONFUSED,
        "unanswered": not answers and not ruled,
        "expired": bool(answers) and all(is_over(answer, now) for answer in answers),
    }
    return [name for name, so in found.items() if so]


def is_over(answer: Mapping[str, Any], now: datetime) -> bool:
    """Whether the last day of an answer has passed."""
    until = answer.get("until", "")
    return bool(until) and end(until) <= now


def learns_otherwise(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """Whether what the bot understands is another with a changed piece, so that it has to be trained or judged anew."""
    if before is None or after is None:
        return True
    return any(
        before.get(key, default) != after.get(key, default) for key, default in (("examples", []), ("kind", "faq"))
    )


def _ruled(pieces: Mapping[str, object]) -> set[str]:
    return {str(rule.get("intent", "")) for rule in cast(list[Mapping[str, Any]], pieces.get("rules", []))}
