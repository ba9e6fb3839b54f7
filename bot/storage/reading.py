"""The use cases that only read, each a plain function of a connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, TextClause, bindparam, func, select, text

from bot.storage import rows
from bot.storage.prepared import PreparedSelect
from bot.storage.rules import is_own_chat, latest_contact
from bot.storage.tables import (
    EXTERNAL,
    IN_QUARANTINE,
    LABELLED,
    UNSENT,
    WAITING,
    chat_moves,
    conversations,
    episodes,
    inbox,
    message_edits,
    messages,
    outbox,
    tickets,
    turns,
)
from conversation.effects import Address, OutboxId, OutboxItem, OutboxStatus
from conversation.messages import Contact, ConversationId, InboxId, Message, MessageId
from conversation.ports import HistoryRow, InboxItem, TurnRecord
from conversation.state import Conversation, Episode, EpisodeId, Snapshot
from conversation.tickets import CLOSED, AgentId, Ticket, TicketId, TicketStatus, Topic
from conversation.values import replace

AT_ONCE = 500
"""Ids in one statement at most: SQLite before 3.32 takes 999 values to it."""

_CONVERSATION = PreparedSelect(select(conversations).where(conversations.c.id == bindparam("which")))
_LATEST_MESSAGES = PreparedSelect(
    select(messages)
    .where(messages.c.conversation_id == bindparam("which"))
    .order_by(messages.c.id.desc())
    .limit(bindparam("most"))
)
_MESSAGE = select(messages).where(messages.c.id == bindparam("which"))
_MESSAGE_CALLED = (
    select(messages)
    .where(messages.c.conversation_id == bindparam("which"), messages.c.external_id == bindparam("name"))
    .order_by(messages.c.id.desc())
    .limit(1)
)
_TICKET = PreparedSelect(select(tickets).where(tickets.c.id == bindparam("which")))
_OPEN = tuple(status.value for status in TicketStatus if status not in CLOSED)


def pending_updates(connection: Connection, after: InboxId | None, limit: int) -> list[InboxItem]:
    """See `Store.pending_updates`."""
    waiting = select(inbox).where(text(WAITING), inbox.c.id > (after or 0)).order_by(inbox.c.id).limit(limit)
    return [rows.inbox_item(row) for row in connection.execute(waiting)]


def pending_deliveries(connection: Connection, after: OutboxId | None, limit: int) -> list[OutboxItem]:
    """See `Store.pending_deliveries`."""
    unsent = (text(UNSENT), outbox.c.status == OutboxStatus.PENDING.value, outbox.c.id > (after or 0))
    pending = select(outbox).where(*unsent).order_by(outbox.c.id).limit(limit)
    return [rows.outbox_item(row) for row in connection.execute(pending)]


def episodes_of(connection: Connection, conversation_id: ConversationId) -> list[Episode]:
    """See `Store.episodes`."""
    found = select(episodes).where(episodes.c.conversation_id == conversation_id).order_by(episodes.c.id)
    return [
        Episode(
            id=EpisodeId(row.id),
            conversation_id=conversation_id,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            closed_by=row.closed_by,
        )
        for row in connection.execute(found)
    ]


def load(connection: Connection, contact: Contact, recent: int) -> Snapshot:
    """See `Store.load`."""
    found = load_by_id(connection, contact.conversation_id, recent)
    if found is None:
        return Snapshot(conversation=Conversation(contact=contact))
    described = latest_contact(found.conversation.contact, contact)
    return replace(found, conversation=replace(found.conversation, contact=described))


def load_by_id(connection: Connection, conversation_id: ConversationId, recent: int) -> Snapshot | None:
    """See `Store.load_by_id`."""
    row = _CONVERSATION.row(connection, {"which": conversation_id})
    if row is None:
        return None
    conversation = rows.conversation(row)
    found = None if conversation.ticket_id is None else ticket(connection, conversation.ticket_id)
    return Snapshot(
        conversation=conversation,
        ticket=found if found is not None and found.is_open else None,
        recent=tuple(_latest_messages(connection, conversation_id, recent)) if recent else (),
    )


def read_ahead(connection: Connection, ids: Iterable[ConversationId]) -> dict[ConversationId, Snapshot | None]:
    """Conversations as the next turn will load them, None for those that have not begun. Those with a ticket are left
    out: of a ticket, some things change without its conversation."""
    found: dict[ConversationId, Snapshot | None] = dict.fromkeys(ids)
    for row in _conversations(connection, list(found)):
        if row.ticket_id is None:
            found[row.id] = Snapshot(conversation=rows.conversation(row))
        else:
            del found[row.id]
    return found


def _conversations(connection: Connection, ids: Sequence[ConversationId]) -> Iterator[Any]:
    for first in range(0, len(ids), AT_ONCE):
        chunk = ids[first : first + AT_ONCE]
        if len(chunk) == 1:
            yield from _CONVERSATION.rows(connection, {"which": chunk[0]})
        else:
            yield from connection.execute(select(conversations).where(conversations.c.id.in_(chunk)))


def _latest_messages(connection: Connection, conversation_id: ConversationId, most: int) -> list[Message]:
    found = _LATEST_MESSAGES.rows(connection, {"which": conversation_id, "most": most})
    return [rows.message(row) for row in found][::-1]


def _message(connection: Connection, message_id: int) -> tuple[ConversationId, Message] | None:
    row = connection.execute(_MESSAGE, {"which": message_id}).one_or_none()
    return None if row is None else (row.conversation_id, rows.message(row))


def _at(address: Address) -> tuple[ColumnElement[bool], ...]:
    """The outbox rows of an address. Two statements, as no database finds NULL by `=`."""
    ticket_id = outbox.c.ticket_id
    where = ticket_id.is_(None) if address.ticket is None else ticket_id == address.ticket
    return where, outbox.c.channel == address.channel, outbox.c.chat == address.chat


def external_id(connection: Connection, address: Address, message_id: MessageId | None, label: str) -> str:
    """See `Store.external_id`."""
    named = select(outbox.c.external_id).where(text(EXTERNAL), *_at(address)).limit(1)
    if message_id is None:
        if not label:
            return ""
        labelled = named.where(text(LABELLED), outbox.c.label == label).order_by(outbox.c.id.desc())
        return connection.execute(labelled).scalar() or ""
    found = _message(connection, message_id)
    if found is not None and is_own_chat(found[0], address) and found[1].external_id:
        return found[1].external_id
    shown = (outbox.c.message_id == message_id) | (outbox.c.about == message_id)
    return connection.execute(named.where(shown).order_by(outbox.c.id)).scalar() or ""


def message_at(connection: Connection, address: Address, external_id: str) -> Message | None:
    """See `Store.message_at`."""
    if not external_id:
        return None
    if address.ticket is None:
        key = {"which": f"{address.channel}:{address.chat}", "name": external_id}
        own = connection.execute(_MESSAGE_CALLED, key).one_or_none()
        if own is not None:
            return rows.message(own)
    message_id = func.coalesce(outbox.c.message_id, outbox.c.about)
    shown = (
        select(message_id)
        .where(text(EXTERNAL), *_at(address), outbox.c.external_id == external_id, message_id.is_not(None))
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    found = _message(connection, connection.execute(shown).scalar() or 0)
    return None if found is None else found[1]


def moved_chats(connection: Connection, channel: str) -> Mapping[str, str]:
    """See `Store.moved_chats`."""
    moves = select(chat_moves.c.old, chat_moves.c.new).where(chat_moves.c.channel == channel)
    return {row.old: row.new for row in connection.execute(moves)}


def ticket(connection: Connection, ticket_id: TicketId) -> Ticket | None:
    """See `Store.ticket`."""
    row = _TICKET.row(connection, {"which": ticket_id})
    return None if row is None else rows.ticket(row)


def ticket_in_topic(connection: Connection, topic: Topic) -> Ticket | None:
    """See `Store.ticket_in_topic`."""
    there = (tickets.c.topic_chat == topic.chat, tickets.c.topic_thread == topic.thread)
    row = connection.execute(select(tickets).where(*there).order_by(tickets.c.id.desc()).limit(1)).first()
    return None if row is None else rows.ticket(row)


def ticket_list(
    connection: Connection, statuses: Sequence[TicketStatus], assignee: AgentId | None, limit: int
) -> list[Ticket]:
    """See `Store.tickets`."""
    waiting_since = func.coalesce(tickets.c.waiting_since, tickets.c.queued_at)
    found = select(tickets).order_by(tickets.c.priority.desc(), waiting_since, tickets.c.id).limit(limit)
    if statuses:
        found = found.where(tickets.c.status.in_([status.value for status in statuses]))
    if assignee is not None:
        found = found.where(tickets.c.assignee == assignee)
    return [rows.ticket(row) for row in connection.execute(found)]


def history(connection: Connection, conversation_id: ConversationId, limit: int) -> list[HistoryRow]:
    """See `Store.history`."""
    latest = _latest_messages(connection, conversation_id, limit)
    if not latest:
        return []
    since = (messages.c.conversation_id == conversation_id, messages.c.id >= latest[0].id)
    edits = (
        select(message_edits.c.message_id, message_edits.c.previous_text)
        .join(messages, messages.c.id == message_edits.c.message_id)
        .where(*since)
        .order_by(message_edits.c.id)
    )
    previous: dict[int, tuple[str, ...]] = {}
    for edit in connection.execute(edits):
        previous[edit.message_id] = (*previous.get(edit.message_id, ()), edit.previous_text)
    told_to_customer = (
        select(outbox.c.message_id, outbox.c.status, outbox.c.error)
        .join(messages, messages.c.id == outbox.c.message_id)
        .where(
            *since,
            outbox.c.ticket_id.is_(None),
            outbox.c.conversation_id == outbox.c.channel + ":" + outbox.c.chat,
        )
        .order_by(outbox.c.id)
    )
    told = {row.message_id: row for row in connection.execute(told_to_customer)}
    return [
        HistoryRow(
            message=message,
            delivery=OutboxStatus(told[message.id].status) if message.id in told else None,
            error=told[message.id].error if message.id in told else "",
            previous_texts=previous.get(message.id or 0, ()),
        )
        for message in latest
    ]


def turn_list(connection: Connection, conversation_id: ConversationId, limit: int) -> list[TurnRecord]:
    """See `Store.turns`."""
    latest = select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.id.desc())
    return [rows.turn(row) for row in connection.execute(latest.limit(limit))][::-1]


def conversation_count(connection: Connection) -> int:
    """How many conversations there are. There is no shorter way than to go through all of them."""
    return connection.execute(select(func.count()).select_from(conversations)).scalar_one()


def counts(connection: Connection) -> Mapping[str, int]:
    """What `Store.counts` returns, but for conversations. Messages and turns are counted by their highest number, as
    they only ever grow: on PostgreSQL, where what was undone leaves gaps in the numbers, that is a little too many."""

    def count(table: Table, *where: ColumnElement[bool] | TextClause) -> int:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()

    def unsent(*statuses: OutboxStatus) -> int:
        return count(outbox, text(UNSENT), outbox.c.status.in_([status.value for status in statuses]))

    def highest(table: Table) -> int:
        return connection.execute(select(func.max(table.c.id))).scalar() or 0

    return {
        "inbox_pending": count(inbox, text(WAITING)),
        "inbox_quarantined": count(inbox, text(IN_QUARANTINE)),
        "outbox_pending": unsent(OutboxStatus.PENDING, OutboxStatus.SENDING),
        "outbox_unknown": unsent(OutboxStatus.UNKNOWN),
        "outbox_failed": unsent(OutboxStatus.FAILED),
        "tickets_open": count(tickets, tickets.c.status.in_(_OPEN)),
        "messages": highest(messages),
        "turns": highest(turns),
    }
