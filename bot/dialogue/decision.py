"""What goes into a decision and what comes out of it, as values. The rules between are in `decide`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from conversation.effects import Effect
from conversation.messages import Attachment
from conversation.phrases import Phrases
from conversation.state import DialogueState
from conversation.tickets import HandoffReason
from intents.triage import Thresholds


class DecisionKind(Enum):
    """What the bot does in one turn."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ESCALATE = "escalate"
    UNKNOWN = "unknown"
    COMMAND = "command"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The settings that decisions depend on."""

    phrases: Phrases
    thresholds: Thresholds = field(default_factory=Thresholds)
    bot_name: str = "Tanggap"
    shop_name: str = "Toko Nusantara"
    default_department: str = "umum"
    failures_before_handoff: int = 2
    anger_before_handoff: float = 0.8
    reassure_after: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the customer did in one turn: wrote (fragments joined by line ends), sent, or pressed."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    pressed: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Handoff:
    """The bot gives the conversation to a human. `confirmation` is told with the ticket's number filled in.

    For a conversation that waits for one already, it is what the ticket turns out to be about.
    """

    reason: HandoffReason
    department: str
    confirmation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What to do and why. `says` is for the customer, in order; `toast` answers a press for a moment."""

    kind: DecisionKind
    reason: str
    state: DialogueState
    intent: str | None = None
    says: tuple[Effect, ...] = ()
    handoff: Handoff | None = None
    cancel_ticket: bool = False
    toast: str = ""
