"""What came of judging examples by a model that had not seen them: how many were right, and which were not.

It knows neither how a model is trained nor what its answers are good for; `gate` compares the outcomes of two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentHealth:
    """How many examples of an intent were judged, and how many of them were right.

    `judged` has a mark (see `mark_of`) of every one: by it can be told whether an example was judged, and then, by
    not being among the mistakes, was right.
    """

    intent: str
    examples: int
    right: int
    judged: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """An example, as it is written, of which the model thought that it was another intent's."""

    text: str
    intent: str
    predicted: str

    @property
    def mark(self) -> int:
        """What the example is known by in `IntentHealth.judged`."""
        return mark_of(self.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcomes:
    """The outcomes of all examples that were judged; of those that were right, the text is not kept."""

    intents: tuple[IntentHealth, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The same as lists and numbers, for JSON."""
        return {
            "intents": [[each.intent, each.examples, each.right, list(each.judged)] for each in self.intents],
            "mistakes": [[each.text, each.intent, each.predicted] for each in self.mistakes],
        }


NOTHING_JUDGED = Outcomes()


def outcomes_of(judged: Iterable[tuple[str, str, str]]) -> Outcomes:
    """The outcomes of examples given as (text, intent, what the model said)."""
    rows = list(judged)
    marks: dict[str, list[int]] = defaultdict(list)
    for text, intent, _ in rows:
        marks[intent].append(mark_of(text))
    right = Counter(intent for _, intent, predicted in rows if intent == predicted)
    return Outcomes(
        intents=tuple(
            IntentHealth(intent=name, examples=len(found), right=right[name], judged=tuple(sorted(set(found))))
            for name, found in sorted(marks.items())
        ),
        mistakes=tuple(
            Mistake(text=text, intent=intent, predicted=predicted)
            for text, intent, predicted in rows
            if intent != predicted
        ),
    )


def outcomes_from(plain: Mapping[str, Any]) -> Outcomes:
    """The opposite of `Outcomes.plain`. Raises KeyError, TypeError or ValueError where that is damaged."""
    return Outcomes(
        intents=tuple(
            IntentHealth(intent=str(intent), examples=int(examples), right=int(right), judged=tuple(map(int, judged)))
            for intent, examples, right, judged in plain["intents"]
        ),
        mistakes=tuple(
            Mistake(text=str(text), intent=str(intent), predicted=str(predicted))
            for text, intent, predicted in plain["mistakes"]
        ),
    )


def mark_of(text: str) -> int:
    """Tells an example from the others of its intent: 32 bits, in which two of 1,000 hardly ever meet by chance."""
    return crc32(text.encode(errors="surrogatepass"))
