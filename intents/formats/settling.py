"""What follows upon what, settled: turns of rules and stories become rules, at most one an intent and condition.

It leaves out what only says what happens anyway, and reports what contradicts or names what is not there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from intents.formats.dialogue import BUILT_IN_ACTIONS, After, Origin, Step, Turn, Unsaid
from intents.formats.draft import Draft
from intents.formats.findings import Level, Place
from intents.formats.section import nearest
from intents.forms import Rule, wanted

FALLBACKS = ("nlu_fallback", "out_of_scope")
"""Intents by which Rasa projects say that a message was not understood."""

Conditions = tuple[tuple[str, object], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What follows upon intents, and upon forms by their names."""

    rules: tuple[Rule, ...]
    then: dict[str, tuple[str, ...]]


def settle(draft: Draft) -> Settled:
    """Rules, and what follows upon forms. An intent without an answer adopts, in the draft, the one its rules name."""
    return _Settling(draft).settle()


class _Settling:
    def __init__(self, draft: Draft) -> None:
        self._draft, self._dialogue = draft, draft.dialogue
        self._remarked: set[str] = set()

    def settle(self) -> Settled:
        by_intent: defaultdict[str, list[Turn]] = defaultdict(list)
        for turn in self._dialogue.turns:
            for each in self._of_known_intents(turn):
                possible = self._possible(each)
                if possible.steps:
                    by_intent[each.intent].append(possible)
        rules = [rule for intent in self._draft.intents for rule in self._rules(intent, by_intent[intent])]
        return Settled(rules=tuple(rules), then=self._then())

    def _rules(self, intent: str, turns: list[Turn]) -> Iterator[Rule]:
        chosen = self._chosen(turns)
        self._adopt(intent, chosen.get(()), turns)
        for conditions, turn in chosen.items():
            if conditions or not self._says_its_answer(turn):
                yield Rule(intent=intent, steps=turn.names, slots=conditions)
        known = {turn.names for turn in chosen.values()}
        for turn in turns:
            if turn.origin >= Origin.LATER and turn.names not in known and not self._says_its_answer(turn):
                what = Unsaid.LATER if turn.origin is Origin.LATER else Unsaid.WITHIN_FORM
                self._dialogue.cannot_say(what, turn.place)

    def _of_known_intents(self, turn: Turn) -> Iterator[Turn]:
        """The turn if its intent is there; that of a retrieval intent for each below it."""
        intents = self._draft.intents
        if turn.intent in intents:
            yield _retrieved(turn, turn.intent)
        elif below := [name for name in intents if name.startswith(f"{turn.intent}/")]:
            yield from (_retrieved(turn, name) for name in below)
        elif turn.intent in FALLBACKS:
            message = f"what follows upon {turn.intent} is left out: the bot has its own way of not understanding"
            self._once(turn.intent, Level.INFO, turn.place, message)
        else:
            message = f"a rule or story for the intent {turn.intent}, which has no example; left out"
            remedy = nearest(turn.intent, list(intents)) or "Write examples for it below `nlu:`."
            self._once(turn.intent, Level.WARNING, turn.place, message, remedy)

    def _possible(self, turn: Turn) -> Turn:
        """The turn with the steps that can be taken, and conditions as the slots hold their values."""
        slots = {}
        for name, value in turn.slots:
            slot = self._dialogue.slots.get(name)
            if slot is None:
                message = f"the slot {name}, on which something for {turn.intent} hangs, is declared nowhere; left out"
                self._once(f"slot {name}", Level.WARNING, turn.place, message, self._nearest_slot(name))
                return replace(turn, steps=())
            slots[name] = wanted(slot[0], value)
        steps = tuple(step for step in turn.steps if self._can_be_taken(step, turn.intent))
        return replace(turn, steps=steps, slots=tuple(sorted(slots.items())))

    def _can_be_taken(self, step: Step, intent: str = "") -> bool:
        name, forms = step.name, list(self._dialogue.forms)
        if name in forms or name in BUILT_IN_ACTIONS:
            return True
        if step.begins_form:
            message = f"the form {name}, which begins here, is declared nowhere; left out"
            remedy = nearest(name, forms) or f"Write `{name}:` with `required_slots:` below `forms:`."
            self._once(name, Level.WARNING, step.place, message, remedy)
            return False
        if name.startswith("utter_"):
            if name.removeprefix("utter_") in self._draft.answers:
                return True
            if name != f"utter_{intent}":  # That one is missed as the intent's answer.
                message = f"the response {name} is written nowhere; left out"
                responses = [f"utter_{response}" for response in self._draft.answers]
                remedy = nearest(name, responses) or f"Write `{name}:` with `- text: …` below `responses:`."
                self._once(name, Level.WARNING, step.place, message, remedy)
            return False
        listed = self._dialogue.custom_actions
        if listed and name not in listed:
            message = f"the action {name} is not listed below `actions:`; taken all the same"
            self._once(name, Level.INFO, step.place, message, nearest(name, listed))
        elif not listed and not name.startswith("action_") and nearest(name, forms):
            message = f"{name}, which follows here, is declared nowhere; taken for an action"
            self._once(name, Level.WARNING, step.place, message, nearest(name, forms))
        return True

    def _chosen(self, turns: Sequence[Turn]) -> dict[Conditions, Turn]:
        """The turn that counts for each condition: rules before stories, and of stories what they say most often."""
        times = Counter((turn.slots, turn.names) for turn in turns if turn.origin is Origin.STORY)
        candidates = [turn for turn in turns if turn.origin < Origin.LATER]
        chosen: dict[Conditions, Turn] = {}
        for turn in sorted(candidates, key=lambda turn: (turn.origin, -times[turn.slots, turn.names])):
            first = chosen.setdefault(turn.slots, turn)
            if first.names != turn.names:
                self._contradicted(f"upon {turn.intent}", turn, first)
        return chosen

    def _contradicted(self, upon: str, later: Turn | After, first: Turn | After) -> None:
        if later.origin is Origin.STORY:
            self._dialogue.cannot_say(Unsaid.STORIES_DIFFER, later.place)
        elif later.origin is Origin.RULE:
            message = f"this rule contradicts the one of {first.place}, which counts, on what follows {upon}"
            self._draft.note(Level.WARNING, later.place, message, "Delete one, or tell them apart by `slot_was_set`.")

    def _adopt(self, intent: str, always: Turn | None, turns: Sequence[Turn]) -> None:
        """Where rules and stories answer an intent by a response of another name, that is its answer."""
        answers = self._draft.answers
        if intent in answers or (always is not None and len(always.steps) > 1):
            return
        said = [always] if always is not None else turns
        firsts = Counter(turn.names[0].removeprefix("utter_") for turn in said if turn.names[0].startswith("utter_"))
        response = next((response for response, _ in firsts.most_common() if response in answers), None)
        if response is not None:
            answers[intent] = dict(answers[response])
            message = f"{intent} is answered by utter_{response}, as its rules say"
            self._draft.note(Level.INFO, self._draft.intents[intent].place, message)

    def _says_its_answer(self, turn: Turn) -> bool:
        """Whether a turn says the intent's own answer and no more, which needs no rule."""
        answers = self._draft.answers
        if len(turn.steps) != 1 or turn.intent not in answers:
            return False
        return answers.get(turn.names[0].removeprefix("utter_")) == answers[turn.intent]

    def _then(self) -> dict[str, tuple[str, ...]]:
        """What follows upon each form."""
        times = Counter((after.form, after.names) for after in self._dialogue.afters)
        chosen: dict[str, After] = {}
        afters = sorted(self._dialogue.afters, key=lambda after: (after.origin, -times[after.form, after.names]))
        for after in afters:
            if after.form not in self._dialogue.forms:
                message = f"the form {after.form}, which ends here, is declared nowhere; left out"
                remedy = nearest(after.form, list(self._dialogue.forms))
                self._once(after.form, Level.WARNING, after.place, message, remedy)
                continue
            steps = tuple(step for step in after.steps if self._can_be_taken(step))
            first = chosen.setdefault(after.form, replace(after, steps=steps))
            if first.names != tuple(step.name for step in steps):
                self._contradicted(f"upon the form {after.form}", after, first)
        return {form: after.names for form, after in chosen.items()}

    def _nearest_slot(self, name: str) -> str:
        return nearest(name, list(self._dialogue.slots)) or f"Write `{name}:` with `type: …` below `slots:`."

    def _once(self, name: str, level: Level, place: Place, message: str, remedy: str = "") -> None:
        """Report a name that is not there, the first time it is met."""
        if name not in self._remarked:
            self._remarked.add(name)
            self._draft.note(level, place, message, remedy)


def _retrieved(turn: Turn, intent: str) -> Turn:
    """The turn for one intent; the response to a retrieval intent becomes that to the one below it."""
    base, below, _ = intent.partition("/")
    if not below:
        return turn
    bases = (f"utter_{base}", f"respond_{base}")
    steps = tuple(replace(step, name=f"utter_{intent}") if step.name in bases else step for step in turn.steps)
    return replace(turn, intent=intent, steps=steps)
