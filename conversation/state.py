"""The state of a conversation: who owns it, what the bot is in the middle of, which episode runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NewType

from conversation.messages import Contact, ConversationId, Message
from conversation.tickets import Ticket, TicketId

EpisodeId = NewType("EpisodeId", int)
"""The number of the inbox row that opened the episode."""


class Owner(Enum):
    """Who answers the customer's next message."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question the bot asked back: the text it was about and the intents it offered, in order."""

    about: str
    choices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DialogueState:
    """What the bot remembers from one turn to the next.

    `failures`: turns in a row that it could not serve. `offered_agent`: its last words offered a human.
    `told`: how often each answer was given, so that variants take turns. `last_press`: the last button
    that was acted on, so that a double tap does not answer twice.
    """

    failures: int = 0
    question: Question | None = None
    offered_agent: bool = False
    told: dict[str, int] = field(default_factory=dict)
    last_press: str = ""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """A stretch of a conversation from its opening to its resolution; how it ended is set by a `Closing`."""

    id: EpisodeId
    conversation_id: ConversationId
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """The end of an episode: when, and by whom (`agent`, `customer`, or `silence`)."""

    episode_id: EpisodeId
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What a use case loads: the conversation, its open ticket, and its latest messages, oldest first."""

    conversation: Conversation
    ticket: Ticket | None = None
    recent: tuple[Message, ...] = ()
