"""One text in, one understanding out: the normaliser, the entities, the mood and the classifier together."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass

from conversation.understanding import IntentScore, Understanding
from intents.entities import EntityFinder
from intents.mood import MoodReader
from intents.normalise import Normaliser
from intents.understanding import Classifier, Ranking

_CLAUSE_ENDS = re.compile(r"[.!?;\n]+|,|\b(?:tapi|tp|tpi|cuma|cuman|terus|trus|trs|sekalian|but)\b", re.IGNORECASE)
_LONGEST_FOR_CLAUSES = 400
_MOST_CLAUSES = 5


Stages = Generator[None, None, Understanding]
"""An understanding that comes about part by part, and rests after each."""


def _always(ranking: Ranking) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """Understands texts. Immutable; `understand` never raises, whatever the text.

    `clauses_matter` says of a text's ranking whether its clauses are worth ranking by themselves (see `triage`).
    """

    normaliser: Normaliser
    entities: EntityFinder
    mood: MoodReader
    classifier: Classifier
    clauses_matter: Callable[[Ranking], bool] = _always

    def understand(self, text: str) -> Understanding:
        """Understand one text (a turn's fragments joined by line ends)."""
        stages = self.stages(text)
        while True:
            try:
                next(stages)
            except StopIteration as done:
                understood: Understanding = done.value
                return understood

    def stages(self, text: str) -> Stages:
        """The same in stages, for who has many texts at once: one stage of all of them, and then the next, finds in the
        processor's caches what it needs, which one text after the other throws out of them for each."""
        normalized = self.normaliser.normalise(text)
        yield
        ranking = self.classifier.rank(normalized)
        secondary = self._secondary(text, ranking)
        yield
        entities = self.entities.find(text)
        yield
        return Understanding(
            text=text,
            normalized=normalized.text,
            ranking=ranking.candidates,
            in_scope=ranking.in_scope,
            secondary=secondary,
            entities=entities,
            mood=self.mood.read(normalized),
            language=normalized.language,
        )

    def explain(self, text: str, intent: str) -> list[tuple[str, float]]:
        """What in `text` spoke for (or against) `intent`, strongest first."""
        return self.classifier.explain(self.normaliser.normalise(text), intent)

    def _secondary(self, text: str, ranking: Ranking) -> tuple[IntentScore, ...]:
        """The best intents of single clauses ("makasih, tapi refund saya mana?") other than the whole's."""
        candidates = ranking.candidates
        if not candidates or len(text) > _LONGEST_FOR_CLAUSES or not self.clauses_matter(ranking):
            return ()
        clauses = [clause for clause in _CLAUSE_ENDS.split(text) if clause.strip()]
        if not 2 <= len(clauses) <= _MOST_CLAUSES:
            return ()
        found: dict[str, float] = {}
        for clause in clauses:
            ranked = self.classifier.rank(self.normaliser.normalise(clause))
            if not ranked.candidates:
                continue
            best = ranked.candidates[0]
            if best.intent != candidates[0].intent:
                confidence = best.confidence * ranked.in_scope
                found[best.intent] = max(confidence, found.get(best.intent, 0.0))
        scores = (IntentScore(intent=intent, confidence=confidence) for intent, confidence in found.items())
        return tuple(sorted(scores, key=lambda score: -score.confidence))
