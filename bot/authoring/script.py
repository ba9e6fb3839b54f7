"""A conversation test as values: what the customer does, and what is expected of the bot.

It does not know which format it was written in, nor how it is played.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from conversation.messages import AttachmentKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Writes:
    """The customer writes."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sends:
    """The customer sends something, perhaps with a text. `detail` is what is in it, such as `-6.2,106.8`."""

    attachment: AttachmentKind
    text: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Presses:
    """The customer presses the newest button of this title or payload. `unseen`: a payload that no button need show."""

    button: str
    unseen: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """Nothing happens for this long."""

    duration: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Restarts:
    """The service is stopped, and started on the same store."""


Deed = Writes | Sends | Presses | Waits | Restarts


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """What the bot decides and says; "", () and None are not looked at.

    `text` is the whole of one of its messages, `contains` are parts of one, `buttons` the titles below one, in order;
    all that is given of the three is one and the same message. `silent`: it says nothing at all.
    """

    intent: str = ""
    kind: str = ""
    reason: str = ""
    response: str = ""
    text: str = ""
    contains: tuple[str, ...] = ()
    buttons: tuple[str, ...] | None = None
    silent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Understood:
    """What the customer's text was taken for."""

    intent: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Slots:
    """Values that are known (None: not known), slots with any value, and slots that do not have this value."""

    values: tuple[tuple[str, object], ...] = ()
    filled: tuple[str, ...] = ()
    other_than: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class InForm:
    """The form that is being filled in; "" for none."""

    form: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """An action that was run, or a form that was at work."""

    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HasTicket:
    """The customer's ticket, open or closed; "" is not looked at. With `none`, there is no open one.

    `fields` are what its form has gathered, as the agent reads it; those in `filled` may have any value.
    """

    department: str = ""
    reason: str = ""
    status: str = ""
    priority: str = ""
    fields: tuple[tuple[str, object], ...] = ()
    filled: tuple[str, ...] = ()
    none: bool = False


Expectation = Reaction | Understood | Slots | InForm | Ran | HasTicket


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step and the line it stands on."""

    line: int
    what: Deed | Expectation


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """One conversation test. `given` are slots that have their values before it begins."""

    name: str
    file: str
    line: int
    steps: tuple[Step, ...]
    given: Mapping[str, object] = field(default_factory=dict)


class Why(Enum):
    """Why something in a file is not run or not compared."""

    NO_TESTS = "no_tests"
    TRAINING_STORY = "training_story"
    UNKNOWN_STEP = "unknown_step"
    RASA_ACTION = "rasa_action"
    FALLBACK_INTENT = "fallback_intent"
    ENTITIES = "entities"


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """Something in a file that is not run or not compared; `what` is what stands there."""

    file: str
    line: int
    why: Why
    what: str = ""
