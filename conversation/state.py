"""The state of a conversation: who owns it, what the bot is in the middle of, which episode runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NewType

from conversation.messages import Contact, ConversationId, Message
from conversation.tickets import AgentId, Promised, Ticket, TicketId
from conversation.values import quick

EpisodeId = NewType("EpisodeId", int)
"""The number of the inbox row that opened the episode."""


class Owner(Enum):
    """Who answers the customer's next message."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question the bot asked back: the text it was about and the intents it offered, in order."""

    about: str
    choices: tuple[str, ...]


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Filling:
    """A form that is being filled in.

    `asked` is the slot that the bot asked for last, and when; `tries` how often in a row. `answered` is the slot that
    was filled last, `skipped` are those the customer would not answer, `intent` is what began it.
    """

    form: str
    asked: str = ""
    asked_at: datetime | None = None
    tries: int = 0
    answered: str = ""
    skipped: tuple[str, ...] = ()
    intent: str = ""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """The customer was asked how an episode was, and when. `rated`: they have given stars, and may add words."""

    episode_id: EpisodeId
    asked_at: datetime
    rated: bool = False


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class DialogueState:
    """What the bot remembers from one turn to the next.

    `failures`: turns in a row that it could not serve. `offered_agent`: its last words offered a human.
    `told`: how often each answer was given, so that variants take turns. `last_press`: the last button
    that was acted on, so that a double tap does not answer twice. `slots` are the values that are known, JSON-able
    (an absent one is empty), `form` what is being filled in. `language` is the customer's (`id`, `en`, `jv`; ""
    until it shows), `formal` whether they write formally (None until it shows). `survey` is the latest they were asked
    to answer, `tickets` are those of this episode that went back to the bot, `last_agent` is who served them last.
    """

    failures: int = 0
    question: Question | None = None
    offered_agent: bool = False
    told: dict[str, int] = field(default_factory=dict)
    last_press: str = ""
    slots: dict[str, object] = field(default_factory=dict)
    form: Filling | None = None
    language: str = ""
    formal: bool | None = None
    survey: Survey | None = None
    tickets: tuple[TicketId, ...] = ()
    last_agent: AgentId | None = None


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """One contact on one channel, for ever. `version` grows by one with every commit."""

    contact: Contact
    owner: Owner = Owner.BOT
    dialogue: DialogueState = field(default_factory=DialogueState)
    reachable: bool = True
    episode_id: EpisodeId | None = None
    ticket_id: TicketId | None = None
    last_at: datetime | None = None
    version: int = 0

    @property
    def id(self) -> ConversationId:
        """The contact's conversation id."""
        return self.contact.conversation_id


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """A stretch of a conversation from its opening to its resolution; how it ended is set by a `Closing`."""

    id: EpisodeId
    conversation_id: ConversationId
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: str = ""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Metrics:
    """What an episode came to; durations in seconds of business hours, None where it never came to that.

    `by_bot`: no human was needed. `abandoned`: the customer gave up waiting. `reopened`: it goes on
    with a matter that was closed less than seven days before. `promised` is by department, which need not be the last.
    """

    by_bot: bool = True
    handoff_reason: str = ""
    department: str = ""
    agent: str = ""
    first_reply: float | None = None
    resolution: float | None = None
    handling: float | None = None
    wrap_up: float | None = None
    missed: tuple[str, ...] = ()
    abandoned: bool = False
    reopened: bool = False
    promised: tuple[Promised, ...] = ()


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """What a customer says of an earlier episode: stars, or a comment on those they gave.

    An episode gets stars once, and a comment once they are there; what comes after that changes nothing.
    """

    episode_id: EpisodeId
    stars: int | None = None
    comment: str = ""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """The end of an episode: when, by whom (`agent`, `customer`, or `silence`), and what it came to."""

    episode_id: EpisodeId
    at: datetime
    by: str
    metrics: Metrics = field(default_factory=Metrics)


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What a use case loads: the conversation, its open ticket, and its latest messages, oldest first."""

    conversation: Conversation
    ticket: Ticket | None = None
    recent: tuple[Message, ...] = ()
