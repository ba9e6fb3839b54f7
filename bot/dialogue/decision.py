"""What goes into a decision and what comes out of it, as values. The rules between are in `decide`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from conversation.actions import Reminder, ReminderCancelled
from conversation.effects import Effect
from conversation.messages import Attachment
from conversation.phrases import Phrases
from conversation.state import DialogueState
from conversation.tickets import HandoffReason
from conversation.values import quick
from handoff.policy import DeskPolicy
from intents.triage import Thresholds


class DecisionKind(Enum):
    """What the bot does in one turn."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ESCALATE = "escalate"
    UNKNOWN = "unknown"
    COMMAND = "command"
    FORM = "form"
    """Goes on with a form."""
    SILENT = "silent"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The settings that decisions depend on.

    `phrases` is what the system says, `voices` the same for customers of another language, or for those who write
    formally, by (language, formal); these are addressed as `sapaan_formal` in answers too. `actions` are the names of
    the actions that can be run. A form is left alone after `form_patience`, and a question after `form_tries` answers
    that were none.
    """

    phrases: Phrases
    voices: Mapping[tuple[str, bool], Phrases] = field(default_factory=dict)
    sapaan_formal: str = ""
    actions: frozenset[str] = frozenset()
    form_patience: timedelta = timedelta(minutes=60)
    form_tries: int = 2
    thresholds: Thresholds = field(default_factory=Thresholds)
    bot_name: str = "Tanggap"
    shop_name: str = "Toko Nusantara"
    default_department: str = "umum"
    failures_before_handoff: int = 2
    anger_before_handoff: float = 0.8
    reassure_after: timedelta = timedelta(minutes=5)
    desk: DeskPolicy = field(default_factory=DeskPolicy)

    def voice(self, language: str, formal: bool) -> Phrases:
        """What the system says to a customer of this language and register."""
        return self.voices.get((language, formal)) or self.voices.get(("", formal)) or self.phrases


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the customer did in one turn: wrote (fragments joined by line ends), sent, or pressed.

    With `woken`, it is not the customer who did anything: a reminder's time has come.
    """

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    pressed: str | None = None
    woken: Reminder | None = None


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Handoff:
    """The bot gives the conversation to a human. `confirmation` is told with the ticket's number filled in; `response`
    names the response that it begins with, if it does.

    For a conversation that waits for one already, it is what the ticket turns out to be about.
    """

    reason: HandoffReason
    department: str
    confirmation: str
    response: str = ""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """An action that was run, for the record: its name and, where it failed, why."""

    action: str
    failure: str = ""
    error: str = ""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What to do and why.

    `says` is for the customer, in order, and `responses` names the responses among it; `toast` answers a press for a
    moment. With a `label`, what is said now can be replaced by what is said later. `handoff` comes before `says`: its
    confirmation is told first. `fields` are what a ticket's form has gathered, by slot. `remarks` are the bot's words
    that go into the history unsent.
    """

    kind: DecisionKind
    reason: str
    state: DialogueState
    intent: str | None = None
    says: tuple[Effect, ...] = ()
    handoff: Handoff | None = None
    cancel_ticket: bool = False
    back_to_bot: bool = False
    toast: str = ""
    label: str = ""
    responses: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    fields: Mapping[str, object] | None = None
    reminders: tuple[Reminder | ReminderCancelled, ...] = ()
    ran: tuple[Ran, ...] = ()
