"""Actions: code that a conversation runs, such as looking an order up; what it is given, and what it gives back.

The dialogue asks for a `Call` and is told a `Result`; who runs it, and how, is `bot.actions`' business. The
events are those a Rasa host must know, as values. What is typed `object` is JSON-able.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from conversation.effects import Button
from conversation.messages import Message
from conversation.messages import Reminder as Reminder
from conversation.state import Conversation
from conversation.understanding import Understanding


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One action to be run for one conversation.

    `key` names this run for ever: the same turn, begun again after a crash, asks with the same key. `slots` are
    the values as they stand, `form` what is being filled in and `requested` the slot it asked for. `proposed` are slots
    that a form has read from the customer's newest message and wants validated (in order). `recent` are the latest
    messages, oldest first, that one among them: the dialogue does not need them, so whoever runs the action adds them.
    """

    key: str
    action: str
    conversation: Conversation
    now: datetime
    understanding: Understanding | None = None
    recent: tuple[Message, ...] = ()
    slots: Mapping[str, object] = field(default_factory=dict)
    form: str = ""
    requested: str = ""
    proposed: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """Something an action wants said: a text, a picture, or a named response with values filled in."""

    text: str = ""
    image: str = ""
    buttons: tuple[Button, ...] = ()
    response: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotSet:
    """A slot has a new value; None empties it."""

    name: str
    value: object


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotsReset:
    """All slots are back at their initial values."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Restarted:
    """The conversation begins anew: slots, form and memory of what was asked are gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowedBy:
    """Run this action, form or response next."""

    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Paused:
    """The bot stops; a human takes over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resumed:
    """The bot goes on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormChanged:
    """This form begins; None ends the one that runs."""

    form: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderCancelled:
    """Reminders are called off: that of `name`, those of `intent`, or all where both are empty."""

    name: str = ""
    intent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """The bot said this already, elsewhere: it belongs into the history and is not sent."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnUndone:
    """The customer's latest message is to be forgotten by the dialogue: state as it was before this turn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionUndone:
    """The latest action's events are to be forgotten."""


Event = (
    SlotSet
    | SlotsReset
    | Restarted
    | FollowedBy
    | Paused
    | Resumed
    | FormChanged
    | Reminder
    | ReminderCancelled
    | Said
    | TurnUndone
    | ActionUndone
)


class Failure(Enum):
    """Why an action gave no answer."""

    RAISED = "raised"
    TIMED_OUT = "timed_out"
    RUBBISH = "rubbish"
    """It answered something that is no answer."""
    UNREACHABLE = "unreachable"
    """Its server is down, or was down so often that it is left alone for a while."""
    REJECTED = "rejected"
    """It declined to run, which a form takes for "ask something else"."""
    UNKNOWN_ACTION = "unknown_action"
    UNCERTAIN = "uncertain"
    """It was begun before a crash, and nobody can tell whether it was done. It is not run again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What came of a call. With a `failure`, nothing else counts; `error` is for agents and logs, never a customer."""

    says: tuple[Saying, ...] = ()
    events: tuple[Event, ...] = ()
    failure: Failure | None = None
    error: str = ""
