"""Slots, forms and what follows upon what, as readers find them: with places, before anybody judged them.

Names are not looked up yet: a turn may name an intent, and a form a slot, that stands in a later file or nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TypedDict

from intents.formats.findings import Level, Place
from intents.forms import Form, Slot, Source

BUILT_IN_ACTIONS = frozenset(
    f"action_{name}"
    for name in (
        "restart", "back", "session_start", "default_fallback", "deactivate_loop", "deactivate_form",
        "revert_fallback_events", "default_ask_affirmation", "default_ask_rephrase", "two_stage_fallback",
        "unlikely_intent", "extract_slots",
        "status", "menu", "handoff",
    )
)  # fmt: skip
"""Actions that need no code of the project's: Rasa's own and, in the last row, ours."""

Note = Callable[[Level, Place, str, str], None]
"""Reports: how bad, where, what, and what to do."""


class SlotMetadata(TypedDict):
    """What Rasa does not know of a slot, as fields of `Slot`."""

    title: str
    optional: bool
    link: str
    link_intent: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A response, an action or a form that follows. `begins_form`: the file says that it is a form."""

    name: str
    place: Place
    begins_form: bool = False


class Origin(IntEnum):
    """Where a turn was read. Of two for the same intent, the lower one counts."""

    RULE = 0
    LOOSE_RULE = 1
    """A rule that hangs on something that cannot be said here, and was read without it."""
    STORY = 2
    """The first turn of a story."""
    LATER = 3
    """A later turn of a story: it hangs on what came before."""
    WITHIN_FORM = 4
    """What follows while a form runs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What a rule or story lets follow upon an intent, if the conditions in `slots` hold."""

    intent: str
    steps: tuple[Step, ...]
    origin: Origin
    place: Place
    slots: tuple[tuple[str, object], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the steps."""
        return tuple(step.name for step in self.steps)


@dataclass(frozen=True, kw_only=True, slots=True)
class After:
    """What a rule or story lets follow once a form has all it asks for."""

    form: str
    steps: tuple[Step, ...]
    origin: Origin
    place: Place

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the steps."""
        return tuple(step.name for step in self.steps)


class Unsaid(Enum):
    """What rules and stories can say in Rasa and cannot say here: message and remedy, reported once for a project."""

    LATER = (
        "a later turn of a story goes on in its own way; not followed, since what follows upon an intent is the same "
        "at any time",
        "Write a rule for its intent, or ask for what is missing by a form.",
    )
    WITHIN_FORM = (
        "what follows upon an intent while a form runs is something of its own; not followed: the bot answers as "
        "always, then the form goes on",
        "",
    )
    END_TO_END = ("`user:` and `bot:` with the text of a message are not followed", "Name the intent and the response.")
    ENTITIES = (
        "a condition on entities is not judged; read without it",
        "Fill a slot from the entity, and write the condition as `slot_was_set`.",
    )
    CHECKPOINT = ("checkpoints are not followed", "Write the turns behind them as rules.")
    BRANCH = (
        "what follows hangs on a slot that is set on the way; left out from here on",
        "Let the action say it, or write the response's variants with a `condition`.",
    )
    OR_SLOTS = ("`or:` of anything but intents is not followed", "Write a rule for each.")
    START = ("`conversation_start` is not judged; the rule counts at any time", "")
    NO_WAIT = ("`wait_for_user_input: false` is not followed: rules are not chained", "Write all steps into one rule.")
    NO_INTENT = ("a rule or story that no intent begins is not followed", "")
    CONDITIONAL_FORM = ("what follows upon a form cannot hang on slots; read without the condition", "")
    STORIES_DIFFER = (
        "a story lets something else follow than a rule or other stories; the rule counts, then what most say",
        "Write a rule.",
    )


@dataclass(kw_only=True, slots=True)
class FormDraft:
    """A form and where it and the slots it names stand."""

    form: Form
    place: Place
    slots: dict[str, Place]
    sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)


class DialogueDraft:
    """Collects what readers find of slots, forms, rules and stories. The first word on a name counts."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self.slots: dict[str, tuple[Slot, Place]] = {}
        self.forms: dict[str, FormDraft] = {}
        self.turns: list[Turn] = []
        self.afters: list[After] = []
        self.actions: dict[str, Place] = {}
        self.tickets: set[str] = set()
        """The forms of which it stands elsewhere that they have a ticket."""
        self.about_slots: dict[str, SlotMetadata] = {}
        """What stands elsewhere about slots."""
        self.unsaid: dict[Unsaid, list[Place]] = {}

    def slot(self, slot: Slot, place: Place) -> None:
        """A slot is declared."""
        known, first = self.slots.setdefault(slot.name, (slot, place))
        if known != slot:
            self._again("slot", slot.name, place, first)

    def form(self, form: FormDraft) -> None:
        """A form is declared."""
        known = self.forms.setdefault(form.form.name, form)
        if known is not form and (known.form, known.sources) != (form.form, form.sources):
            self._again("form", form.form.name, form.place, known.place)

    def turn(self, turn: Turn) -> None:
        """Something follows upon an intent."""
        self.turns.append(turn)

    def after(self, after: After) -> None:
        """Something follows once a form is filled in."""
        self.afters.append(after)

    def action(self, name: str, place: Place) -> None:
        """The domain lists an action."""
        self.actions.setdefault(name, place)

    def cannot_say(self, what: Unsaid, place: Place) -> None:
        """Something is said here that has no place in a knowledge base."""
        self.unsaid.setdefault(what, []).append(place)

    @property
    def custom_actions(self) -> set[str]:
        """The actions of the domain that are code."""
        return {name for name in self.actions if is_code(name)}

    @property
    def has_code(self) -> bool:
        """Whether anything names an action that is code, which may say and set whatever it likes."""
        steps = [step for turn in self.turns for step in turn.steps] + [s for after in self.afters for s in after.steps]
        sources = [source for slot, _ in self.slots.values() for source in slot.sources]
        return (
            bool(self.custom_actions)
            or any(source.action for source in sources)
            or any(step.name not in self.forms and is_code(step.name) for step in steps)
        )

    @property
    def used_responses(self) -> set[str]:
        """The responses that rules and stories name, without `utter_`."""
        names = [name for turn in self.turns for name in turn.names] + [n for after in self.afters for n in after.names]
        return {name.removeprefix("utter_") for name in names if name.startswith("utter_")}

    def _again(self, what: str, name: str, place: Place, first: Place) -> None:
        message = f"the {what} {name} was declared differently before ({first}), which counts"
        self._note(Level.WARNING, place, message, "Delete one of the two.")


def is_code(action: str) -> bool:
    """Whether a step that is no form is code of the project's."""
    return not action.startswith("utter_") and action not in BUILT_IN_ACTIONS
