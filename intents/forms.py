"""Slots, forms and rules as values: what a knowledge base wants to know of a customer, and what follows upon an intent.

The names are Rasa's. Who fills a form in is the dialogue's business; this module knows the declarations only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class SlotType(Enum):
    """What a slot's value is. The words are those of a Rasa domain."""

    TEXT = "text"
    BOOL = "bool"
    CATEGORICAL = "categorical"
    FLOAT = "float"
    LIST = "list"
    ANY = "any"


class SourceKind(Enum):
    """Where a slot's value comes from. All are Rasa's mappings but `FROM_ATTACHMENT` and `FROM_TRIGGER_TEXT`.

    The former takes what is attached to a message, the latter the message that began the form, if it says enough.
    """

    FROM_ENTITY = "from_entity"
    FROM_TEXT = "from_text"
    FROM_INTENT = "from_intent"
    FROM_TRIGGER_INTENT = "from_trigger_intent"
    FROM_TRIGGER_TEXT = "from_trigger_text"
    FROM_ATTACHMENT = "from_attachment"
    CUSTOM = "custom"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One way to fill a slot.

    `entity` (with `role` and `group`) is read for `FROM_ENTITY`, `attachment` (`photo`, `location`, `contact`, …) for
    `FROM_ATTACHMENT`; `value` is taken for the two that come from an intent; `action` sets it for `CUSTOM`.
    `intents` and `not_intents` say for which messages it counts, `form` and `requested` that it counts only while
    this form runs and this slot is asked for.
    """

    kind: SourceKind
    entity: str = ""
    role: str = ""
    group: str = ""
    attachment: str = ""
    value: object = None
    action: str = ""
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    form: str = ""
    requested: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """Something the bot can know of a customer's matter.

    `title` is what customers and agents call it. `choices` are the values of a categorical slot, `least` and `most`
    the limits of a float. An `optional` one may be skipped in a form. With `link`, a deep link `/start <link>_<value>`
    sets it and goes on as if the customer had meant `link_intent`.
    """

    name: str
    type: SlotType = SlotType.TEXT
    title: str = ""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    initial: object = None
    sources: tuple[Source, ...] = ()
    optional: bool = False
    link: str = ""
    link_intent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """Slots to be asked for, in order. `then` is what follows once they are known: responses, actions, a form.

    A form with `ticket` belongs to a complaint: its ticket is opened at once and carries the values as they come, and
    the form goes on while the ticket waits. `ignored_intents` fill nothing in.
    """

    name: str
    slots: tuple[str, ...]
    ignored_intents: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    ticket: bool = False


class Wanted(Enum):
    """What a condition wants of a slot where it names no value."""

    ANYTHING = "anything"
    """Any value will do, as long as there is one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What follows upon an intent: `utter_…` responses, actions and forms, in order.

    It counts if the conditions in `slots` hold.
    """

    intent: str
    steps: tuple[str, ...]
    slots: tuple[tuple[str, object], ...] = ()


def holds(conditions: tuple[tuple[str, object], ...], values: Mapping[str, object]) -> bool:
    """Whether every slot has the value it should have; None means an empty one, `Wanted.ANYTHING` one that is not."""
    return not conditions or all(
        values.get(name) is not None if wanted is Wanted.ANYTHING else values.get(name) == wanted
        for name, wanted in conditions
    )


def held(slot: Slot, value: object) -> object:
    """The value of a condition as the slot holds it."""
    if value is None:
        return None
    written = str(value).lower() if isinstance(value, bool) else str(value)
    if slot.type is SlotType.TEXT:
        return written
    if slot.type is SlotType.CATEGORICAL:
        return next((choice for choice in slot.choices if choice.casefold() == written.casefold()), written)
    if slot.type is SlotType.BOOL:
        return {"true": True, "false": False}.get(written.lower(), value)
    return value


def wanted(slot: Slot, value: object) -> object:
    """What a rule wants of a slot. Of a text or list Rasa asks only whether there is one."""
    if value is Wanted.ANYTHING or value is None:
        return value
    if slot.type in (SlotType.TEXT, SlotType.LIST) or isinstance(value, list | dict):
        return Wanted.ANYTHING if value not in ("", [], {}) else None
    return held(slot, value)
