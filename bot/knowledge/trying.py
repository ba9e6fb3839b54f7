"""Trying a knowledge base before it is published: what would be said to a message, and which examples are in the way.

What serves and what the draft says are put side by side, each with a mind of its own; that of the draft is made when
it is first asked for, and kept until the draft is another. Nothing here changes anything.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial

from bot.dialogue.decide import deciding
from bot.dialogue.decision import Decision, Said
from bot.knowledge.loading import Loader
from bot.knowledge.trainer import Progress
from bot.mind import Mind
from conversation.errors import TanggapError
from conversation.messages import Contact
from conversation.state import Conversation
from conversation.understanding import Understanding
from intents.content import content_hash, content_of
from intents.gate import Trial, trial_of
from intents.triage import Triage, triage

AT_ONCE = 1.0
"""Seconds that a trial waits for the draft's mind before it goes without: enough where nothing has to be learned."""

ALIKE = 0.8
"""Share of the words of two examples that are the same from which on they are near-duplicates. Two of up to four
words have to be the same but for their order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What one mind makes of a message, in a conversation that begins with it.

    `decision` is what the bot would do; None where that depends on what `action` brings, which is not run here.
    `spoke` is what in the message spoke for (or against) the likeliest intent, strongest first.
    """

    understanding: Understanding
    verdict: Triage
    decision: Decision | None
    action: str = ""
    spoke: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """A message on both sides. `active` is None where nothing serves, `draft` while its mind is being made.

    Then `step` and `share` (0–1) tell how far that is; `failed` why there is none.
    """

    active: Side | None
    draft: Side | None
    step: str = ""
    share: float = 0.0
    failed: TanggapError | None = None


class Doubt(Enum):
    """What may be wrong with an example."""

    DUPLICATE = "duplicate"
    """Another intent has one that is nearly the same."""
    STOLEN = "stolen"
    """What serves takes it for another intent, more than for its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubtful:
    """An example, and the intent it is mistaken for: by its likeness to `example`, or with `confidence` (0–1)."""

    text: str
    doubt: Doubt
    intent: str
    example: str = ""
    confidence: float = 0.0


class Bench:
    """Tries. `mind` is what serves now, None where nothing does."""

    def __init__(self, loader: Loader, mind: Callable[[], Mind | None], clock: Callable[[], datetime]) -> None:
        self._loader = loader
        self._mind = mind
        self._clock = clock
        self._draft: tuple[str, Mind] | None = None
        self._making: tuple[str, asyncio.Task[None]] | None = None
        self._progress = "", 0.0
        self._failed: tuple[str, TanggapError | None] = "", None
        self._words: dict[str, frozenset[str]] = {}
        self._holding: dict[str, set[str]] = defaultdict(set)
        self._likely: tuple[str, dict[str, Understanding]] = "", {}

    async def try_message(self, text: str, pieces: Mapping[str, object], *, changed: bool, channel: str) -> Tried:
        """What comes of a message now, and with the draft of these pieces, if it has `changed` anything."""
        mind = self._mind()
        active = await self._side(mind, text, channel) if mind else None
        if not changed:
            self._draft = None
            return Tried(active=active, draft=active)
        key = content_hash(pieces)
        drafted = await self._drafted(key, pieces)
        if drafted is None:
            step, share = self._progress
            failed = self._failed[1] if self._failed[0] == key else None
            return Tried(active=active, draft=None, step=step, share=share, failed=failed)
        return Tried(active=active, draft=await self._side(drafted, text, channel))

    async def try_tests(self, pieces: Mapping[str, object], progress: Progress) -> tuple[Trial, ...]:
        """What becomes of all test messages of a draft; its mind is made first, if it is not there. It takes
        milliseconds a message, in the thread of the minds.

        Raises:
            TanggapError: there can be no mind of it.
        """
        key = content_hash(pieces)
        draft = self._draft
        if draft is None or draft[0] != key:
            draft = self._draft = key, await self._loader.mind(pieces, progress)
        return await self._loader.aside(partial(_tried, draft[1], pieces, progress))

    async def check(self, name: str, examples: Sequence[str], others: Mapping[str, Sequence[str]]) -> list[Doubtful]:
        """The doubtful among the examples of an intent; `others` are those of the other intents. Milliseconds an
        example, less for those that were looked at before."""
        mind = self._mind()
        return await self._loader.aside(partial(self._checked, name, examples, others, mind))

    async def _side(self, mind: Mind, text: str, channel: str) -> Side:
        understanding, spoke = await asyncio.to_thread(_understood, mind, text)
        under_way = deciding(
            conversation=Conversation(contact=Contact(channel=channel, address="")),
            ticket=None,
            said=Said(text=text),
            understanding=understanding,
            knowledge=mind.knowledge,
            policy=mind.policy,
            now=self._clock(),
        )
        verdict = triage(understanding, mind.knowledge.kinds, mind.policy.thresholds)
        try:
            call = next(under_way)
        except StopIteration as decided:
            return Side(understanding=understanding, verdict=verdict, decision=decided.value, spoke=spoke)
        return Side(understanding=understanding, verdict=verdict, decision=None, action=call.action, spoke=spoke)

    async def _drafted(self, key: str, pieces: Mapping[str, object]) -> Mind | None:
        """The draft's mind, if it is there or can be made at once; else its making goes on."""
        if self._draft and self._draft[0] == key:
            return self._draft[1]
        if self._failed[0] == key:
            return None
        if self._making is None or self._making[0] != key:
            if self._making:
                self._making[1].cancel()
            self._progress = "", 0.0
            self._making = key, asyncio.create_task(self._make(key, pieces))
        await asyncio.wait([self._making[1]], timeout=AT_ONCE)
        return self._draft[1] if self._draft and self._draft[0] == key else None

    async def _make(self, key: str, pieces: Mapping[str, object]) -> None:
        def note(step: str, share: float) -> None:
            self._progress = step, share

        try:
            self._draft = key, await self._loader.mind(pieces, note)
        except TanggapError as error:
            self._failed = key, error

    def _checked(
        self, name: str, examples: Sequence[str], others: Mapping[str, Sequence[str]], mind: Mind | None
    ) -> list[Doubtful]:
        owners = {text: intent for intent, texts in others.items() for text in texts}
        self._index(owners.keys())
        found = [each for text in examples if (each := self._duplicate(text, owners)) is not None]
        if mind is not None:
            doubtful = {each.text for each in found}
            found += self._stolen(name, [text for text in examples if text not in doubtful], mind)
        return found

    def _index(self, texts: Set[str]) -> None:
        """Know which examples hold a word, for these and no others."""
        for text in self._words.keys() - texts:
            for word in self._words.pop(text):
                self._holding[word].discard(text)
        for text in texts - self._words.keys():
            self._words[text] = self._words_of(text)
            for word in self._words[text]:
                self._holding[word].add(text)

    def _duplicate(self, text: str, owners: Mapping[str, str]) -> Doubtful | None:
        words = self._words.get(text) or self._words_of(text)
        # Whoever has so many of its words has one of the rarest: few have to be compared.
        rarest = sorted(words, key=lambda word: len(self._holding.get(word, ())))[: 1 + int(len(words) * (1 - ALIKE))]
        near = {other for word in rarest for other in self._holding.get(word, ())}
        likeness = {other: len(words & self._words[other]) / len(words | self._words[other]) for other in near}
        nearest = max(sorted(likeness), key=likeness.__getitem__, default="")
        if not near or likeness[nearest] < ALIKE:
            return None
        return Doubtful(text=text, doubt=Doubt.DUPLICATE, intent=owners[nearest], example=nearest)

    def _words_of(self, text: str) -> frozenset[str]:
        return frozenset(self._loader.normaliser.normalise(text).text.lower().split())

    def _stolen(self, name: str, examples: Iterable[str], mind: Mind) -> list[Doubtful]:
        if self._likely[0] != mind.fingerprint:
            self._likely = mind.fingerprint, {}
        known, found = self._likely[1], []
        for text in examples:
            understanding = known[text] = known.get(text) or mind.understand(text)
            own = next((each.confidence for each in understanding.ranking if each.intent == name), 0.0)
            best = understanding.best
            least = own if name in mind.knowledge.intents else max(own, mind.policy.thresholds.answer)
            in_scope = understanding.in_scope >= mind.policy.thresholds.in_scope
            if best and best.intent != name and in_scope and best.confidence > least:
                confidence = round(best.confidence, 3)
                found.append(Doubtful(text=text, doubt=Doubt.STOLEN, intent=best.intent, confidence=confidence))
        self._likely = mind.fingerprint, {text: known[text] for text in known.keys() & set(examples)}
        return found


def _tried(mind: Mind, pieces: Mapping[str, object], progress: Progress) -> tuple[Trial, ...]:
    """The trials of the test messages, as an evaluation would find them."""
    tests = content_of(pieces).tests
    found = []
    for number, test in enumerate(tests):
        progress("try", number / len(tests))
        verdict = triage(mind.understand(test.text), mind.knowledge.kinds, mind.policy.thresholds)
        found.append(trial_of(test.text, test.intent, verdict))
    return tuple(found)


def _understood(mind: Mind, text: str) -> tuple[Understanding, tuple[tuple[str, float], ...]]:
    """What a mind makes of a text, and what in it spoke for the likeliest intent."""
    understanding = mind.understand(text)
    best = understanding.best
    return understanding, tuple(mind.explain(text, best.intent)) if best else ()
