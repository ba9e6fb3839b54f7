"""The ports: what the use cases ask of a store and of a channel, and the values they exchange.

A store implements `Store` whole. Each method is one use case and atomic: it happens altogether or not at
all, and once it returns it survives a loss of power.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol, runtime_checkable

from conversation.actions import Reminder, ReminderCancelled
from conversation.effects import Address, Delivery, Effect, Entry, OutboxId, OutboxItem, OutboxStatus
from conversation.messages import Contact, ConversationId, CustomerEvent, Edit, InboxId, Message, MessageId
from conversation.state import Closing, Conversation, Episode, Rating, Snapshot
from conversation.tickets import AgentId, StaffEvent, Ticket, TicketId, TicketStatus, Topic
from conversation.values import quick


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """A raw update as a channel received it, before anybody has looked inside.

    `key` names its content within the channel (`message:<chat>:<id>`, `press:<id>`, …): the same content
    under another `update_id` is the same update, and the same `update_id` with other content is a new one.
    `lane` is what must be handled in order: a customer's conversation, or a thread of the staff group.
    """

    channel: str
    key: str
    lane: str
    payload: str
    received_at: datetime
    update_id: int | None = None


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class InboxItem:
    """An accepted update that waits to be handled."""

    id: InboxId
    update: Update
    attempts: int = 0


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class TurnRecord:
    """Why the bot did what it did: the decision record, as JSON-able values, and what the turn cost."""

    at: datetime
    kind: str
    intent: str | None
    reason: str
    record: Mapping[str, object]
    duration_us: int = 0


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Everything that one use case changes in one conversation, committed together.

    `conversation.version` is the version that was read; the commit raises `StaleConversation` if another
    change came first. `episode` is one that this change opens, `closing` the end of one. `done` are the inbox
    rows that this change has dealt with. `reminders` are set and called off in the order given. `rating` is what the
    customer says of an earlier episode. With `at_once`, the first of its deliveries (those of entries come before
    others) goes out the moment this is committed, and is written as being sent, unless its `only_while` does not hold.
    """

    conversation: Conversation
    ticket: Ticket | None = None
    episode: Episode | None = None
    closing: Closing | None = None
    entries: tuple[Entry, ...] = ()
    edits: tuple[Edit, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    turn: TurnRecord | None = None
    done: tuple[InboxId, ...] = ()
    reminders: tuple[Reminder | ReminderCancelled, ...] = ()
    rating: Rating | None = None
    at_once: bool = False

    @property
    def all_deliveries(self) -> tuple[Delivery, ...]:
        """Those of entries, and the others."""
        return (*(delivery for entry in self.entries for delivery in entry.deliveries), *self.deliveries)


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Committed:
    """What a commit wrote: the conversation with its new version, and the outbox rows in order. What is `SENDING` among
    them is to be sent now, by whoever committed it."""

    conversation: Conversation
    outbox: tuple[OutboxItem, ...] = ()


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How carrying out one outbox item ended. `not_before` is set when it shall be tried again."""

    id: OutboxId
    status: OutboxStatus
    external_id: str = ""
    error: str = ""
    not_before: datetime | None = None


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryRow:
    """One message with what became of its delivery to the customer (None for what was received)."""

    message: Message
    delivery: OutboxStatus | None = None
    error: str = ""
    previous_texts: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class DueReminder:
    """A reminder whose time has come, whom it is about, and when it was set. `id` is the store's number of it."""

    id: int
    contact: Contact
    reminder: Reminder
    set_at: datetime


class Journaled(Enum):
    """What the journal knew of an action when it was asked to begin it."""

    BEGUN = "begun"
    """Nothing: it is written down as begun now, and may be run."""
    UNCERTAIN = "uncertain"
    """It was begun before and never ended: it may have been done."""
    DONE = "done"
    """It was done before; its result is at hand."""


class Store(Protocol):
    """The one store of a running service."""

    async def accept(self, updates: Sequence[Update]) -> list[InboxItem]:
        """Keep raw updates durably; returns those that were new, in order, and skips what is known."""
        ...

    async def pending_updates(self, after: InboxId | None = None, limit: int = 1_000) -> list[InboxItem]:
        """Accepted updates that nobody has dealt with yet, oldest first, from the one behind `after` on."""
        ...

    async def give_up_update(self, item: InboxItem, error: str, *, final: bool) -> None:
        """Count a failed attempt; `final` puts the update into quarantine (kept, not retried)."""
        ...

    async def finish_updates(self, ids: Sequence[InboxId]) -> None:
        """Mark updates as dealt with that change nothing (from strangers, of no interest)."""
        ...

    async def load(self, contact: Contact, recent: int = 10) -> Snapshot:
        """The contact's conversation with its open ticket; a fresh one (version 0) for a new contact."""
        ...

    async def load_by_id(self, conversation_id: ConversationId, recent: int = 10) -> Snapshot | None:
        """The same by id, or None where there is no such conversation."""
        ...

    async def commit(self, change: Change) -> Committed:
        """Write a change.

        Raises:
            StaleConversation: another change came first. Nothing was written.
        """
        ...

    async def interrupted_deliveries(self, channels: Sequence[str]) -> list[OutboxItem]:
        """To be called once, at start, for the channels that only this process sends on: what an earlier run
        was in the middle of sending becomes `UNKNOWN`, or pending again where its kind is repeatable. An edit for a
        customer whose label names nothing that was sent is no repeatable one: it was being sent. Returns those that
        are `UNKNOWN` now."""
        ...

    async def pending_deliveries(self, after: OutboxId | None = None, limit: int = 1_000) -> list[OutboxItem]:
        """Outbox items still to be carried out, in order, from the one behind `after` on."""
        ...

    async def start_deliveries(self, items: Sequence[OutboxItem]) -> set[OutboxId]:
        """Mark items as being sent, dropping those whose `only_while` no longer holds; returns the rest."""
        ...

    async def finish_deliveries(self, outcomes: Sequence[Outcome]) -> None:
        """Record how deliveries ended; a sent one gives its message the external id it has there."""
        ...

    async def external_id(self, address: Address, *, message_id: MessageId | None = None, label: str = "") -> str:
        """What a message, or the latest thing sent under `label`, is called at `address`; "" if nothing."""
        ...

    async def message_at(self, address: Address, external_id: str) -> Message | None:
        """The message that is called `external_id` at `address`, the reverse of `external_id`."""
        ...

    async def set_topic(self, ticket_id: TicketId, topic: Topic | None) -> None:
        """Remember where the desk shows a ticket; None forgets it, with all external ids there."""
        ...

    async def move_chat(self, channel: str, old: str, new: str) -> None:
        """A group has become another chat: topics and what is addressed to `old` go to `new`, from now on."""
        ...

    async def moved_chats(self, channel: str) -> Mapping[str, str]:
        """All moves of chats so far, old to newest."""
        ...

    async def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """One ticket, or None."""
        ...

    async def ticket_in_topic(self, topic: Topic) -> Ticket | None:
        """The ticket shown in a topic, or None."""
        ...

    async def tickets(
        self, statuses: Sequence[TicketStatus] = (), assignee: AgentId | None = None, limit: int = 100
    ) -> list[Ticket]:
        """Tickets by urgency and age: highest priority first, then longest waiting."""
        ...

    async def history(self, conversation_id: ConversationId, limit: int = 1_000) -> list[HistoryRow]:
        """The latest messages of a conversation, oldest first, with edits and deliveries."""
        ...

    async def turns(self, conversation_id: ConversationId, limit: int = 100) -> list[TurnRecord]:
        """The latest decision records of a conversation, oldest first."""
        ...

    async def episodes(self, conversation_id: ConversationId) -> list[Episode]:
        """The episodes of a conversation, oldest first."""
        ...

    async def begin_action(
        self, key: str, action: str, conversation_id: ConversationId, at: datetime
    ) -> tuple[Journaled, str]:
        """Write down, before it is run, that an action with an effect outside begins; `key` names the run.

        Returns what was known of it before, and its result as it was written ("" unless `DONE`).
        """
        ...

    async def end_action(self, key: str, result: str, at: datetime) -> None:
        """Write down how an action ended, so that a turn begun again need not run it again."""
        ...

    async def due_reminders(self, now: datetime, limit: int = 100) -> list[DueReminder]:
        """Reminders whose time has come, the longest due first."""
        ...

    async def next_reminder(self) -> datetime | None:
        """When the next reminder is due, if any is set."""
        ...

    async def drop_reminders(self, ids: Sequence[int]) -> None:
        """Forget reminders that have been handed on."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """Figures for health checks: `inbox_pending`, `inbox_quarantined`, `outbox_pending`,
        `outbox_unknown`, `outbox_failed`, `tickets_open`, `conversations`, `messages`, `turns`. Where there are very
        many conversations, their number may be a minute old."""
        ...

    async def close(self) -> None:
        """Let go of files and connections. What was committed stays."""
        ...


class ReceiptStatus(Enum):
    """How a channel fared with one effect."""

    DONE = "done"
    RETRY = "retry"
    """It was surely not done; try again after `retry_after` seconds."""
    UNCERTAIN = "uncertain"
    """It may have been done: the answer never came."""
    REJECTED = "rejected"
    """It was not done and never will be."""
    BLOCKED = "blocked"
    """The customer does not let the bot write to them."""
    MOVED = "moved"
    """The chat is now `new_chat`; nothing was done."""
    TOPIC_GONE = "topic_gone"
    """The thread was deleted; nothing was done."""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """An address made concrete: the chat, the thread in it, and what to reply to or to edit there."""

    chat: str
    thread: str = ""
    reply_to: str = ""
    external_id: str = ""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """A channel's word on one effect. For `OpenTopic`, `external_id` is the new thread."""

    status: ReceiptStatus
    external_id: str = ""
    retry_after: float = 0.0
    new_chat: str = ""
    error: str = ""


class Channel(Protocol):
    """Where customers write, and where effects become what they see.

    `reads_fragments` says whether customers send one thought in several messages here, so that the turn
    waits for the rest of it.
    """

    name: str
    reads_fragments: bool

    def read(self, update: Update) -> CustomerEvent | StaffEvent | None:
        """What a raw update says; None for what is of no interest.

        Raises:
            ValueError: the payload is not what this channel sends.
        """
        ...

    async def ready(self, target: Target, effect: Effect) -> None:
        """Wait until the channel's limits allow `effect`. Nothing has been sent when it returns."""
        ...

    async def perform(self, target: Target, effect: Effect) -> Receipt:
        """Carry out one effect. Never raises for what the other side says; that is the receipt's business."""
        ...

    async def show_working(self, chat: str) -> None:
        """Let the customer see that somebody is working on it. Best effort; never raises."""
        ...


@runtime_checkable
class Prompt(Protocol):
    """A channel that can tell without waiting whether it may send. What goes out at once needs no transaction of its
    own that marks it as being sent: see `Change.at_once`."""

    def ready_now(self, target: Target, effect: Effect) -> bool:
        """Whether the channel's limits allow `effect` this moment. If so, it counts as gone."""
        ...
