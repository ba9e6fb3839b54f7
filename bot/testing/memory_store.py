"""A store in memory, for tests of whatever needs a `Store`. It passes the same contract suite as the others.

Values go through JSON on their way in, as they do on their way to a database: what cannot be stored there is
refused here too, and nobody holds on to what is kept. Nothing survives the process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from bot.storage.rules import (
    INTERRUPTED,
    is_own_chat,
    latest_contact,
    refuse_naive_change,
    refuse_naive_outcomes,
    refuse_naive_time,
    refuse_naive_updates,
    time_of,
)
from bot.testing.memory_knowledge import MemoryKnowledge
from bot.testing.memory_reminders import MemoryJournal, MemoryReminders
from bot.testing.memory_rows import Accepted, Sent, Written
from conversation.effects import REPEATABLE, Address, Delivery, OutboxId, OutboxItem, OutboxStatus, SendText
from conversation.errors import StaleConversation
from conversation.messages import Contact, ConversationId, Edit, InboxId, Message, MessageId
from conversation.ports import (
    Change,
    Committed,
    DueReminder,
    HistoryRow,
    InboxItem,
    Journaled,
    Outcome,
    TurnRecord,
    Update,
)
from conversation.state import Conversation, Episode, Snapshot
from conversation.tickets import AgentId, Ticket, TicketId, TicketStatus, Topic

_CHANGE = TypeAdapter(Change)


@dataclass(slots=True)
class MemoryStore(MemoryKnowledge):
    """All ports of a store on dictionaries. Each method runs without a pause, and so is atomic in an event loop."""

    _inbox: dict[InboxId, Accepted] = field(default_factory=dict)
    _known: set[tuple[str, str]] = field(default_factory=set)
    _outbox: dict[OutboxId, Sent] = field(default_factory=dict)
    _moves: dict[tuple[str, str], str] = field(default_factory=dict)
    _journal: MemoryJournal = field(default_factory=MemoryJournal)
    _reminders: MemoryReminders = field(default_factory=MemoryReminders)

    async def accept(self, updates: Sequence[Update]) -> list[InboxItem]:
        """See `Store.accept`."""
        refuse_naive_updates(tuple(updates))
        new = []
        for update in updates:
            if (update.channel, update.key) not in self._known:
                self._known.add((update.channel, update.key))
                item = InboxItem(id=InboxId(len(self._inbox) + 1), update=update)
                self._inbox[item.id] = Accepted(item)
                new.append(item)
        return new

    async def pending_updates(self, after: InboxId | None = None, limit: int = 1_000) -> list[InboxItem]:
        """See `Store.pending_updates`."""
        waiting = (accepted.item for accepted in self._inbox.values() if accepted.pending)
        return [item for item in waiting if item.id > (after or 0)][:limit]

    async def give_up_update(self, item: InboxItem, error: str, *, final: bool) -> None:
        """See `Store.give_up_update`."""
        accepted = self._inbox[item.id]
        accepted.item = replace(accepted.item, attempts=accepted.item.attempts + 1)
        accepted.quarantined = final

    async def finish_updates(self, ids: Sequence[InboxId]) -> None:
        """See `Store.finish_updates`."""
        for id in ids:
            self._inbox[id].done = True

    async def load(self, contact: Contact, recent: int = 10) -> Snapshot:
        """See `Store.load`."""
        stored = self._conversations.get(contact.conversation_id)
        if stored is None:
            return Snapshot(conversation=Conversation(contact=contact))
        return self._snapshot(replace(stored, contact=latest_contact(stored.contact, contact)), recent)

    async def load_by_id(self, conversation_id: ConversationId, recent: int = 10) -> Snapshot | None:
        """See `Store.load_by_id`."""
        stored = self._conversations.get(conversation_id)
        return None if stored is None else self._snapshot(stored, recent)

    def _snapshot(self, conversation: Conversation, recent: int) -> Snapshot:
        ticket = None if conversation.ticket_id is None else self._tickets.get(conversation.ticket_id)
        messages = [written.message for written in self._written_in(conversation.id)]
        return Snapshot(
            conversation=conversation,
            ticket=ticket if ticket is not None and ticket.is_open else None,
            recent=tuple(messages[max(0, len(messages) - recent) :]),
        )

    async def commit(self, change: Change) -> Committed:
        """See `Store.commit`."""
        refuse_naive_change(change)
        change = _CHANGE.validate_json(_CHANGE.dump_json(change))
        self._refuse_stale(change)
        conversation = replace(change.conversation, version=change.conversation.version + 1)
        self._conversations[conversation.id] = conversation
        if change.ticket is not None:
            known = self._tickets.get(change.ticket.id)
            topic = change.ticket.topic if known is None else known.topic
            self._tickets[change.ticket.id] = replace(change.ticket, topic=topic)
        if change.closing is not None:
            ended = self._episodes[change.closing.episode_id]
            self._episodes[ended.id] = replace(ended, closed_at=change.closing.at, closed_by=change.closing.by)
            self._metrics[ended.id] = change.closing.metrics
        if change.episode is not None:
            self._episodes[change.episode.id] = change.episode
        if change.rating is not None:
            self._rate(change.rating)
        items: list[OutboxItem] = []
        for entry in change.entries:
            id = MessageId(len(self._messages) + 1)
            self._messages[id] = Written(replace(entry.message, id=id), conversation.id)
            if entry.seen_at is not None:
                address, external_id = entry.seen_at
                shown = Delivery(address=address, effect=SendText(text=entry.message.text))
                sent = self._outbox[self._send(conversation.id, shown, id).id]
                sent.item = replace(sent.item, status=OutboxStatus.SENT)
                sent.external_id = external_id
            for delivery in entry.deliveries:
                items.append(self._send(conversation.id, delivery, id, at_once=change.at_once and not items))
        for edit in change.edits:
            self._edit(conversation.id, edit)
        for delivery in change.deliveries:
            items.append(self._send(conversation.id, delivery, None, at_once=change.at_once and not items))
        if change.turn is not None:
            self._turns.append((conversation.id, change.turn))
        for reminder in change.reminders:
            self._reminders.change(conversation.id, reminder, time_of(change, datetime.now(UTC)))
        await self.finish_updates(change.done)
        return Committed(conversation=conversation, outbox=tuple(items))

    def _refuse_stale(self, change: Change) -> None:
        stored = self._conversations.get(change.conversation.id)
        if change.conversation.version != (0 if stored is None else stored.version):
            raise StaleConversation(f"{change.conversation.id} was changed by somebody else")
        if any(id not in self._inbox or self._inbox[id].done for id in change.done):
            raise StaleConversation(f"an update of {change.conversation.id} was dealt with already")

    def _send(
        self, conversation_id: ConversationId, delivery: Delivery, message_id: MessageId | None, at_once: bool = False
    ) -> OutboxItem:
        goes = at_once and delivery.only_while in (None, self._conversations[conversation_id].owner)
        item = OutboxItem(
            id=OutboxId(len(self._outbox) + 1),
            conversation_id=conversation_id,
            delivery=delivery,
            message_id=message_id,
            status=OutboxStatus.SENDING if goes else OutboxStatus.PENDING,
        )
        self._outbox[item.id] = Sent(replace(item, attempts=int(goes)))
        return item

    def _edit(self, conversation_id: ConversationId, edit: Edit) -> None:
        for written in reversed(self._written_in(conversation_id)):
            if edit.external_id and written.message.external_id == edit.external_id:
                written.previous_texts += (written.message.text,)
                written.message = replace(written.message, text=edit.text, edited_at=edit.at)
                return

    async def interrupted_deliveries(self, channels: Sequence[str]) -> list[OutboxItem]:
        """See `Store.interrupted_deliveries`."""
        unknown = []
        for sent in self._outbox.values():
            if sent.item.status is OutboxStatus.SENDING and sent.item.delivery.address.channel in channels:
                if sent.item.delivery.effect.kind in REPEATABLE and not self._is_first(sent.item.delivery):
                    sent.item = replace(sent.item, status=OutboxStatus.PENDING)
                else:
                    sent.item = replace(sent.item, status=OutboxStatus.UNKNOWN, error=INTERRUPTED)
                    unknown.append(sent.item)
        return unknown

    def _is_first(self, delivery: Delivery) -> bool:
        """Whether it is an edit for a customer that has to be sent, since nothing of its label was."""
        edits = delivery.effect.kind == "edit_text" and delivery.address.ticket is None and bool(delivery.label)
        at = self._at(delivery.address)
        return edits and not any(sent.external_id and sent.item.delivery.label == delivery.label for sent in at)

    async def pending_deliveries(self, after: OutboxId | None = None, limit: int = 1_000) -> list[OutboxItem]:
        """See `Store.pending_deliveries`."""
        pending = (sent.item for sent in self._outbox.values() if sent.item.status is OutboxStatus.PENDING)
        return [item for item in pending if item.id > (after or 0)][:limit]

    async def start_deliveries(self, items: Sequence[OutboxItem]) -> set[OutboxId]:
        """See `Store.start_deliveries`."""
        started = set()
        for sent in [self._outbox[item.id] for item in items]:
            item = sent.item
            if item.status is not OutboxStatus.PENDING:
                continue
            owner = self._conversations[item.conversation_id].owner
            if item.delivery.only_while not in (None, owner):
                sent.item = replace(item, status=OutboxStatus.DROPPED)
            else:
                sent.item = replace(item, status=OutboxStatus.SENDING, attempts=item.attempts + 1)
                started.add(item.id)
        return started

    async def finish_deliveries(self, outcomes: Sequence[Outcome]) -> None:
        """See `Store.finish_deliveries`."""
        refuse_naive_outcomes(tuple(outcomes))
        for outcome in outcomes:
            sent = self._outbox.get(outcome.id)
            if sent is None:
                continue
            sent.item = replace(sent.item, status=outcome.status, error=outcome.error, not_before=outcome.not_before)
            if outcome.status is OutboxStatus.SENT and outcome.external_id:
                sent.external_id = outcome.external_id
                self._name_message(sent)

    def _name_message(self, sent: Sent) -> None:
        item = sent.item
        if item.message_id is not None and is_own_chat(item.conversation_id, item.delivery.address):
            written = self._messages[item.message_id]
            if not written.message.external_id:
                written.message = replace(written.message, external_id=sent.external_id)

    async def external_id(self, address: Address, *, message_id: MessageId | None = None, label: str = "") -> str:
        """See `Store.external_id`."""
        named = [sent for sent in self._at(address) if sent.external_id]
        if message_id is None:
            labelled = [sent.external_id for sent in named if label and sent.item.delivery.label == label]
            return labelled[-1] if labelled else ""
        written = self._messages.get(message_id)
        if written is not None and is_own_chat(written.conversation_id, address) and written.message.external_id:
            return written.message.external_id
        return next((sent.external_id for sent in named if sent.shows(message_id)), "")

    async def message_at(self, address: Address, external_id: str) -> Message | None:
        """See `Store.message_at`."""
        if not external_id:
            return None
        for written in reversed(self._messages.values()):
            if written.message.external_id == external_id and is_own_chat(written.conversation_id, address):
                return written.message
        for sent in reversed(list(self._at(address))):
            shown = sent.item.message_id or sent.item.delivery.about
            if sent.external_id == external_id and shown in self._messages:
                return self._messages[shown].message
        return None

    async def set_topic(self, ticket_id: TicketId, topic: Topic | None) -> None:
        """See `Store.set_topic`."""
        self._tickets[ticket_id] = replace(self._tickets[ticket_id], topic=topic)
        if topic is None:
            for sent in self._outbox.values():
                if sent.item.delivery.address.ticket == ticket_id:
                    sent.external_id = ""

    async def move_chat(self, channel: str, old: str, new: str) -> None:
        """See `Store.move_chat`."""
        for (moved_channel, origin), target in list(self._moves.items()):
            if (moved_channel, target) == (channel, old):
                self._moves[channel, origin] = new
        self._moves[channel, old] = new
        self._moves.pop((channel, new), None)
        for id, ticket in self._tickets.items():
            if ticket.topic is not None and ticket.topic.chat == old:
                self._tickets[id] = replace(ticket, topic=replace(ticket.topic, chat=new))
        for sent in self._outbox.values():
            delivery = sent.item.delivery
            unsent = sent.item.status in (OutboxStatus.PENDING, OutboxStatus.SENDING)
            if unsent and (delivery.address.channel, delivery.address.chat) == (channel, old):
                moved = replace(delivery, address=replace(delivery.address, chat=new))
                sent.item = replace(sent.item, delivery=moved)

    async def moved_chats(self, channel: str) -> Mapping[str, str]:
        """See `Store.moved_chats`."""
        return {old: new for (moved_channel, old), new in self._moves.items() if moved_channel == channel}

    async def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """See `Store.ticket`."""
        return self._tickets.get(ticket_id)

    async def ticket_in_topic(self, topic: Topic) -> Ticket | None:
        """See `Store.ticket_in_topic`."""
        found = [ticket for ticket in self._tickets.values() if ticket.topic == topic]
        return max(found, key=lambda ticket: ticket.id, default=None)

    async def tickets(
        self, statuses: Sequence[TicketStatus] = (), assignee: AgentId | None = None, limit: int = 100
    ) -> list[Ticket]:
        """See `Store.tickets`."""
        found = [
            ticket
            for ticket in self._tickets.values()
            if (not statuses or ticket.status in statuses) and assignee in (None, ticket.assignee)
        ]
        found.sort(key=lambda each: (-each.priority.value, each.waiting_since or each.queued_at, each.id))
        return found[:limit]

    async def history(self, conversation_id: ConversationId, limit: int = 1_000) -> list[HistoryRow]:
        """See `Store.history`."""
        rows = []
        for written in self._written_in(conversation_id)[-limit:]:
            sent = self._sent_to_customer(written)
            rows.append(
                HistoryRow(
                    message=written.message,
                    delivery=None if sent is None else sent.item.status,
                    error="" if sent is None else sent.item.error,
                    previous_texts=written.previous_texts,
                )
            )
        return rows

    async def turns(self, conversation_id: ConversationId, limit: int = 100) -> list[TurnRecord]:
        """See `Store.turns`."""
        return [turn for where, turn in self._turns if where == conversation_id][-limit:]

    async def episodes(self, conversation_id: ConversationId) -> list[Episode]:
        """See `Store.episodes`."""
        return [each for each in self._episodes.values() if each.conversation_id == conversation_id]

    async def begin_action(
        self, key: str, action: str, conversation_id: ConversationId, at: datetime
    ) -> tuple[Journaled, str]:
        """See `Store.begin_action`."""
        refuse_naive_time(at)
        return self._journal.begin(key)

    async def end_action(self, key: str, result: str, at: datetime) -> None:
        """See `Store.end_action`."""
        refuse_naive_time(at)
        self._journal.end(key, result)

    async def due_reminders(self, now: datetime, limit: int = 100) -> list[DueReminder]:
        """See `Store.due_reminders`."""
        refuse_naive_time(now)
        due = [kept for kept in self._reminders.soonest_first() if kept.reminder.due <= now]
        return [
            DueReminder(
                id=kept.id,
                contact=self._conversations[kept.conversation_id].contact,
                reminder=kept.reminder,
                set_at=kept.set_at,
            )
            for kept in due[:limit]
        ]

    async def next_reminder(self) -> datetime | None:
        """See `Store.next_reminder`."""
        return next((kept.reminder.due for kept in self._reminders.soonest_first()), None)

    async def drop_reminders(self, ids: Sequence[int]) -> None:
        """See `Store.drop_reminders`."""
        for id in ids:
            self._reminders.drop(id)

    async def counts(self) -> Mapping[str, int]:
        """See `Store.counts`."""
        statuses = [sent.item.status for sent in self._outbox.values()]
        return {
            "inbox_pending": sum(accepted.pending for accepted in self._inbox.values()),
            "inbox_quarantined": sum(each.quarantined for each in self._inbox.values()),
            "outbox_pending": statuses.count(OutboxStatus.PENDING) + statuses.count(OutboxStatus.SENDING),
            "outbox_unknown": statuses.count(OutboxStatus.UNKNOWN),
            "outbox_failed": statuses.count(OutboxStatus.FAILED),
            "tickets_open": sum(ticket.is_open for ticket in self._tickets.values()),
            "conversations": len(self._conversations),
            "messages": len(self._messages),
            "turns": len(self._turns),
        }

    async def close(self) -> None:
        """See `Store.close`. What was committed stays readable."""

    def _written_in(self, conversation_id: ConversationId) -> list[Written]:
        return [each for each in self._messages.values() if each.conversation_id == conversation_id]

    def _sent_to_customer(self, written: Written) -> Sent | None:
        shown = [
            sent
            for sent in self._outbox.values()
            if sent.item.message_id == written.message.id
            and is_own_chat(written.conversation_id, sent.item.delivery.address)
        ]
        return shown[-1] if shown else None

    def _at(self, address: Address) -> Iterator[Sent]:
        return (sent for sent in self._outbox.values() if sent.item.delivery.address == address)
