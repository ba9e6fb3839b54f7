"""What turns have to teach: which messages the bot did not know, and what was meant by those it misread. Pure.

Turns are read in order, each once. Of every conversation only the last two turns are remembered, which is all that a
correction needs. It does not know where turns come from, nor what becomes of what is found.
"""

from __future__ import annotations

import re
import textwrap
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conversation.knowledge_ports import ReviewItem, ReviewSource, TurnRow
from conversation.messages import ConversationId
from conversation.ports import TurnRecord
from intents.entities import EntityFinder, mask_everything, unlabelled
from intents.knowledge import KnowledgeBase

LONGEST = 300
"""Characters of a message that are kept."""

CORRECTED_WITHIN = timedelta(minutes=15)
"""A correction that comes later is about something else."""

ABUSE = 0.5
"""Mood from which on a message is abuse, and teaches nothing."""

CONVERSATIONS = 5_000
"""How many conversations' last turns are remembered."""

AGENT_HAS_IT = "owned_by_agent"
"""Why the bot is silent while an agent serves."""

_NO_WORDS = 5
"""A denial of no more words says nothing of its own ("bukan itu maksud saya kak")."""

_DENIAL = re.compile(
    r"\b(?:bukan|bkn|bukn|dudu|sanes)\b.{0,25}\b(?:itu|gitu|begitu|ini|tanya|tanyain|maksud\w*|jawaban\w*)\b"
    r"|\b(?:maksud(?:ku|q)|maksud\s+(?:saya|sy|sya|aku|gw|gue|gua|ane))\b|\bi\s+meant?\b|\bnot\s+what\s+i\b"
    r"|\b(?:salah|keliru)\s+(?:jawab\w*|paham|tangkap|ngerti|mengerti)\b|\b(?:ga|gak|nggak|ngga|tidak|tdk)\s+nyambung\b",
    re.IGNORECASE | re.DOTALL,
)
_AGREEMENT = re.compile(r"^\W*(?:iya?|ya|yes|betul|btul|bener|benar|nah|oke?|sip)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")

Hide = Callable[..., str]
"""Masks a text; `names` are names that are known to be about."""


def denies(text: str) -> bool:
    """Whether a customer says that they were misunderstood: "bukan itu", "maksud saya …"."""
    return bool(_DENIAL.search(text)) and not _AGREEMENT.search(text)


def hiding(knowledge: KnowledgeBase) -> Hide:
    """What masks texts of this shop: one line, shortened, with nothing that leads to a person."""
    finder, codes = EntityFinder(regexes=knowledge.regexes), frozenset(knowledge.regexes)

    def hide(text: str, names: Iterable[str] = ()) -> str:
        masked = mask_everything(text, finder.find(text), names=names, codes=codes)
        return textwrap.shorten(masked, LONGEST, placeholder=" …")

    return hide


@dataclass(frozen=True, kw_only=True, slots=True)
class _Past:
    """A turn that a later one may correct. `intent` is what was answered, "" if nothing was."""

    text: str
    intent: str
    at: datetime
    denies: bool


@dataclass(kw_only=True, slots=True)
class Reader:
    """Reads turns as they went by. `kinds` are those of the intents, by name."""

    hide: Hide
    knowledge: KnowledgeBase
    past: OrderedDict[ConversationId, tuple[_Past, ...]] = field(default_factory=OrderedDict)

    def read(self, row: TurnRow) -> ReviewItem | None:
        """What one turn teaches, masked; None where it teaches nothing."""
        item = self._read(row)
        before = self.past.pop(row.conversation_id, ())
        past = _Past(text=row.text, intent=self._answered(row), at=row.at, denies=denies(row.text))
        self.past[row.conversation_id] = (*before[-1:], past)
        if len(self.past) > CONVERSATIONS:
            self.past.popitem(last=False)
        return item

    def item(
        self, row: TurnRow, source: ReviewSource, text: str, *, intent: str = "", chosen: str = "", at: datetime
    ) -> ReviewItem | None:
        """Something to be looked at, or None where a text is not worth it: a command, abuse, numbers alone."""
        if text.lstrip().startswith("/") or _abuse(row.record) >= ABUSE:
            return None
        masked = self.hide(text)
        if not _WORD.search(unlabelled(masked)):
            return None
        return ReviewItem(
            at=at,
            conversation_id=row.conversation_id,
            text=masked,
            source=source,
            intent=intent,
            chosen=chosen,
            department=_handed_to(row.record) or self._department(chosen) or self._department(intent),
        )

    def _read(self, row: TurnRow) -> ReviewItem | None:
        about, choices = asked_back(row.record)
        if row.reason.startswith("none_of_these") and about:
            return self.item(row, ReviewSource.UNKNOWN, about, intent=choices[0], at=row.at)
        if row.reason == "chosen" and row.intent in choices and self._telling(row.intent):
            return self.item(row, ReviewSource.CHOSEN, about, intent=choices[0], chosen=row.intent, at=row.at)
        if unknown(row.kind, row.reason, row.record):
            if denies(row.text) and len(row.text.split()) <= _NO_WORDS:
                return None
            return self.item(
                row, ReviewSource.UNKNOWN, row.text, intent=row.intent or _likeliest(row.record), at=row.at
            )
        return self._corrected(row)

    def _corrected(self, row: TurnRow) -> ReviewItem | None:
        """The message that was answered wrongly, once the customer has said so and got another answer."""
        right, past = self._answered(row), self.past.get(row.conversation_id, ())
        if not right or not past:
            return None
        wrong = past[-1]
        if wrong.denies and not wrong.intent and len(past) > 1:
            wrong = past[-2]
        elif not denies(row.text):
            return None
        if wrong.intent in ("", right) or not wrong.text or row.at - wrong.at > CORRECTED_WITHIN:
            return None
        return self.item(row, ReviewSource.CORRECTED, wrong.text, intent=wrong.intent, chosen=right, at=wrong.at)

    def _answered(self, row: TurnRow) -> str:
        """The intent that a turn served, "" where it served none that tells anything."""
        return row.intent if row.kind in ("answer", "escalate", "form") and self._telling(row.intent) else ""

    def _telling(self, intent: str) -> bool:
        found = self.knowledge.intents.get(intent)
        return found is not None and found.kind not in ("smalltalk", "handoff")

    def _department(self, intent: str) -> str:
        found = self.knowledge.intents.get(intent)
        return found.department if found else ""


def unknown(kind: str, reason: str, record: Mapping[str, object]) -> bool:
    """Whether a turn is one in which the bot did not know: it said so, or called a human for it."""
    handoff = record.get("handoff")
    missing = isinstance(handoff, Mapping) and handoff.get("reason") == "missing_knowledge"
    return (kind == "unknown" and reason != "media") or (kind == "escalate" and missing)


def asked_back(record: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """What the bot had asked back before a turn: the text it was about, and the intents it offered."""
    asked = record.get("asked")
    if not isinstance(asked, Mapping) or not asked.get("choices"):
        return "", ()
    return str(asked["about"]), tuple(map(str, asked["choices"]))


def open_question(turns: Sequence[TurnRecord]) -> TurnRecord | None:
    """Of a conversation's turns, the last in which the bot did not know, unless something was served since."""
    question = None
    for turn in turns:
        if unknown(turn.kind, turn.reason, turn.record):
            question = turn
        elif turn.kind in ("answer", "escalate", "form") and turn.intent:
            question = None
    return question


def _handed_to(record: Mapping[str, object]) -> str:
    handoff = record.get("handoff")
    return str(handoff.get("department", "")) if isinstance(handoff, Mapping) else ""


def _abuse(record: Mapping[str, object]) -> float:
    mood = record.get("mood")
    return float(mood.get("abuse", 0.0)) if isinstance(mood, Mapping) else 0.0


def _likeliest(record: Mapping[str, object]) -> str:
    ranking = record.get("ranking")
    return str(ranking[0]["intent"]) if isinstance(ranking, list) and ranking else ""
