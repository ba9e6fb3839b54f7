"""From an understanding to a verdict: answer, ask back, escalate, or admit not to know.

Pure and without memory of the conversation, so that the dialogue, the command line and the evaluation
reach the same verdict by the same rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from conversation.understanding import IntentScore, Understanding
from conversation.values import quick, replace
from intents.understanding import Ranking


class Verdict(Enum):
    """What is to be done with one understood text."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ESCALATE = "escalate"
    UNKNOWN = "unknown"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Where the verdicts part. Confidences are calibrated probabilities (0–1).

    `answer`: the best intent is taken from here on; `per_intent` overrides it for single intents.
    `clarify`: below `answer`, candidates from here on are offered as choices.
    `margin`: two candidates nearer than this to each other are a close call, and asked back.
    `in_scope`: below this the text is none of the knowledge base's business, whatever the ranking says.
    `choices`: how many candidates are offered at most.
    `also_clause`, `also_whole`: a second question in the same message is answered too if one of its clauses asks it
    with the first confidence and the message as a whole leaves it the second (of the 740 held-back messages of the
    starter, nearly all with one question, this finds a second one in one).
    """

    answer: float = 0.5
    clarify: float = 0.15
    margin: float = 0.25
    in_scope: float = 0.5
    choices: int = 3
    also_clause: float = 0.9
    also_whole: float = 0.1
    per_intent: Mapping[str, float] = field(default_factory=dict)


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Triage:
    """The verdict, the intent it speaks of (ANSWER, ESCALATE), the choices (CLARIFY), and the reason.

    `also` are further questions of the same message that are to be answered after it.
    """

    verdict: Verdict
    intent: str | None = None
    also: tuple[str, ...] = ()
    choices: tuple[IntentScore, ...] = ()
    reason: str = ""


ESCALATING_KINDS = frozenset({"complaint", "alarm", "handoff"})


def triage(understanding: Understanding, kinds: Mapping[str, str], thresholds: Thresholds) -> Triage:
    """Judge `understanding`; `kinds` gives the kind of every intent (`faq`, `complaint`, …)."""
    best = understanding.best
    if best is None:
        return Triage(verdict=Verdict.UNKNOWN, reason="no_candidate")
    if understanding.in_scope < thresholds.in_scope:
        return Triage(verdict=Verdict.UNKNOWN, reason="out_of_scope")
    beside = _beside_smalltalk(understanding, kinds, thresholds)
    if beside is not None:
        return _taken(beside.intent, kinds)
    understanding = _without_pleasantries(understanding, kinds, thresholds)
    best = understanding.ranking[0]
    also = _also(understanding, kinds, thresholds)
    if also and sum(s.confidence for s in understanding.ranking if s.intent in (best.intent, *also)) >= _threshold(
        best.intent, thresholds
    ):
        return replace(_taken(best.intent, kinds), also=also)
    runner_up = understanding.ranking[1].confidence if len(understanding.ranking) > 1 else 0.0
    close = best.confidence - runner_up < thresholds.margin
    if best.confidence >= _threshold(best.intent, thresholds) and not close:
        return _taken(best.intent, kinds)
    choices = tuple(
        score for score in understanding.ranking[: thresholds.choices] if score.confidence >= thresholds.clarify
    )
    escalating = all(kinds.get(score.intent) in ESCALATING_KINDS for score in choices)
    if escalating and sum(score.confidence for score in choices) >= _threshold(best.intent, thresholds):
        # Whichever it is, a human gets it: nobody with a complaint should be asked which one.
        return _taken(best.intent, kinds)
    if choices:
        return Triage(verdict=Verdict.CLARIFY, choices=choices, reason="close" if close else "unsure")
    return Triage(verdict=Verdict.UNKNOWN, reason="low_confidence")


def clauses_matter(ranking: Ranking, kinds: Mapping[str, str], thresholds: Thresholds) -> bool:
    """Whether the verdict on a text of this ranking can depend on `Understanding.secondary`, which is dear to find.

    It cannot where the text is out of scope, and mostly not where its best intent is sure: leaving pleasantries out
    only makes that surer, and a further question needs `also_whole` of what is left then, which is those two at least.
    """
    if not ranking.candidates or ranking.in_scope < thresholds.in_scope:
        return False
    best, *others = ranking.candidates
    runner_up = others[0].confidence if others else 0.0
    kind = kinds.get(best.intent)
    if kind == "smalltalk" or (kind == "faq" and runner_up >= thresholds.also_whole * (best.confidence + runner_up)):
        return True
    return best.confidence < _threshold(best.intent, thresholds) or best.confidence - runner_up < thresholds.margin


def _threshold(intent: str, thresholds: Thresholds) -> float:
    return thresholds.per_intent.get(intent, thresholds.answer)


def _taken(intent: str, kinds: Mapping[str, str]) -> Triage:
    kind = kinds.get(intent, "faq")
    verdict = Verdict.ESCALATE if kind in ESCALATING_KINDS else Verdict.ANSWER
    return Triage(verdict=verdict, intent=intent, reason=kind)


def _beside_smalltalk(
    understanding: Understanding, kinds: Mapping[str, str], thresholds: Thresholds
) -> IntentScore | None:
    """What else a message of pleasantries wants for sure ("makasih, tapi refund saya mana?"), if anything."""
    if understanding.best is None or kinds.get(understanding.best.intent) != "smalltalk":
        return None
    for score in understanding.secondary:
        if kinds.get(score.intent) != "smalltalk" and score.confidence >= _threshold(score.intent, thresholds):
            return score
    return None


def _without_pleasantries(
    understanding: Understanding, kinds: Mapping[str, str], thresholds: Thresholds
) -> Understanding:
    """The same without the pleasantries that a clause of its own says: they do not speak against what else it wants."""
    ranking = understanding.ranking
    if kinds.get(ranking[0].intent) == "smalltalk":
        return understanding
    said = {
        score.intent
        for score in understanding.secondary
        if kinds.get(score.intent) == "smalltalk" and score.confidence >= thresholds.also_clause
    }
    if not said:
        return understanding
    left = 1 - sum(score.confidence for score in ranking if score.intent in said)
    kept = (score for score in ranking if score.intent not in said)
    return replace(understanding, ranking=tuple(replace(score, confidence=score.confidence / left) for score in kept))


def _also(understanding: Understanding, kinds: Mapping[str, str], thresholds: Thresholds) -> tuple[str, ...]:
    """Further plain questions that a message asks beside its likeliest ("jam buka brp? trs bisa cod ga?")."""
    if understanding.best is None or kinds.get(understanding.best.intent) != "faq":
        return ()
    whole = {score.intent: score.confidence for score in understanding.ranking}
    return tuple(
        score.intent
        for score in understanding.secondary
        if kinds.get(score.intent) == "faq"
        and score.confidence >= thresholds.also_clause
        and whole.get(score.intent, 0.0) >= thresholds.also_whole
    )
