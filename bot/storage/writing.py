"""The use cases that write, each a plain function of a connection that is inside a transaction.

They know the tables, no thread and no loop: whoever calls them commits. What they raise undoes their own work
only, because the caller rolls back to where they began.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, exists, insert, select, text, update
from sqlalchemy.dialects import postgresql

from bot.storage import reminders, rows
from bot.storage.column_types import UtcDateTime
from bot.storage.prepared import Prepared, PreparedInsert
from bot.storage.rules import INTERRUPTED, time_of
from bot.storage.tables import (
    EXTERNAL,
    UNSENT,
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
from conversation.effects import REPEATABLE, Delivery, OutboxId, OutboxItem, OutboxStatus, SendText
from conversation.errors import StaleConversation
from conversation.messages import ConversationId, Edit, InboxId, MessageId
from conversation.ports import Change, Committed, InboxItem, Outcome, Update
from conversation.state import Closing, Conversation, Episode, Rating
from conversation.tickets import Ticket, TicketId, Topic
from conversation.values import replace

PENDING, SENDING, DROPPED = (
    status.value for status in (OutboxStatus.PENDING, OutboxStatus.SENDING, OutboxStatus.DROPPED)
)

# SQLite says ON CONFLICT DO NOTHING in the same words.
_KEEP_NEW = PreparedInsert(postgresql.insert(inbox).on_conflict_do_nothing())
_FINISH_UPDATE = Prepared(
    update(inbox)
    .where(inbox.c.id == bindparam("item"), inbox.c.done_at.is_(None))
    .values(done_at=bindparam("now", type_=UtcDateTime), turn_id=bindparam("by_turn"))
)
_BEGIN_CONVERSATION = Prepared(postgresql.insert(conversations).on_conflict_do_nothing())
_CHANGE_CONVERSATION = Prepared(
    update(conversations)
    .where(conversations.c.id == bindparam("which"), conversations.c.version == bindparam("read"))
    .values(version=conversations.c.version + 1)
)
_CHANGE_TICKET = Prepared(update(tickets).where(tickets.c.id == bindparam("which")))
_INSERT_TICKET = Prepared(insert(tickets))
_INSERT_EPISODE = Prepared(insert(episodes))
_INSERT_MESSAGE = PreparedInsert(insert(messages))
_INSERT_TURN = PreparedInsert(insert(turns))
_INSERT_OUTBOX = PreparedInsert(insert(outbox))
_OWNER = select(conversations.c.owner).where(conversations.c.id == outbox.c.conversation_id).scalar_subquery()
_PENDING = update(outbox).where(outbox.c.id == bindparam("item"), outbox.c.status == PENDING)
_START = Prepared(_PENDING.values(status=SENDING, attempts=outbox.c.attempts + 1))
_START_OR_DROP = Prepared(
    _PENDING.values(
        status=case((outbox.c.only_while == _OWNER, SENDING), else_=DROPPED), attempts=outbox.c.attempts + 1
    ).returning(case((outbox.c.status == SENDING, 1), else_=0))
)
_FINISH = Prepared(update(outbox).where(outbox.c.id == bindparam("item")))
_FINISH_AND_NAME = Prepared(
    update(outbox).where(outbox.c.id == bindparam("item")).values(external_id=bindparam("called"))
)
_NAME_MESSAGE = Prepared(
    update(messages)
    .where(
        messages.c.external_id == "",
        messages.c.id
        == select(outbox.c.message_id)
        .where(
            outbox.c.id == bindparam("item"),
            outbox.c.ticket_id.is_(None),
            outbox.c.conversation_id == outbox.c.channel + ":" + outbox.c.chat,
        )
        .scalar_subquery(),
    )
    .values(external_id=bindparam("called"))
)


def accept(connection: Connection, updates: Sequence[Update]) -> list[InboxItem]:
    """See `Store.accept`."""
    new = []
    for each in updates:
        id = _KEEP_NEW.number(connection, rows.inbox_values(each))
        if id:
            new.append(InboxItem(id=InboxId(id), update=each))
    return new


def give_up_update(connection: Connection, item: InboxItem, error: str, at: datetime | None) -> None:
    """See `Store.give_up_update`; `at` is when the update goes into quarantine, None if it does not."""
    failed = update(inbox).where(inbox.c.id == item.id)
    connection.execute(failed.values(attempts=inbox.c.attempts + 1, error=error, quarantined_at=at))


def finish_updates(connection: Connection, ids: Collection[InboxId], now: datetime, turn_id: int | None = None) -> bool:
    """See `Store.finish_updates`; returns whether none of them was finished before."""
    unique = set(ids)
    by = {"now": now, "by_turn": turn_id}
    return sum(_FINISH_UPDATE.count(connection, {"item": id, **by}) for id in unique) == len(unique)


def commit(connection: Connection, change: Change, now: datetime) -> Committed:
    """See `Store.commit`."""
    conversation = _write_conversation(connection, change.conversation)
    if change.ticket is not None:
        _write_ticket(connection, change.ticket)
    if change.closing is not None:
        _close_episode(connection, change.closing)
    if change.episode is not None:
        _open_episode(connection, change.episode)
    if change.rating is not None:
        _rate_episode(connection, change.rating)
    items: list[OutboxItem] = []
    for entry in change.entries:
        id = MessageId(_INSERT_MESSAGE.number(connection, rows.message_values(conversation.id, entry.message)))
        if entry.seen_at is not None:
            address, external_id = entry.seen_at
            shown = Delivery(address=address, effect=SendText(text=entry.message.text))
            values = rows.outbox_values(conversation.id, shown, id, OutboxStatus.SENT)
            _INSERT_OUTBOX.number(connection, values | {"external_id": external_id})
        for each in entry.deliveries:
            items.append(_write_delivery(connection, conversation, each, id, at_once=change.at_once and not items))
    for edit in change.edits:
        _write_edit(connection, conversation.id, edit)
    for each in change.deliveries:
        items.append(_write_delivery(connection, conversation, each, None, at_once=change.at_once and not items))
    for reminder in change.reminders:
        reminders.change(connection, conversation.id, reminder, time_of(change, now))
    turn_id = None
    if change.turn is not None:
        turn_id = _INSERT_TURN.number(connection, rows.turn_values(conversation.id, change.turn))
    if not finish_updates(connection, change.done, now, turn_id):
        raise StaleConversation(f"an update of {conversation.id} was dealt with already")
    return Committed(conversation=conversation, outbox=tuple(items))


def _write_conversation(connection: Connection, conversation: Conversation) -> Conversation:
    values = rows.conversation_values(conversation)
    if conversation.version == 0:
        if _BEGIN_CONVERSATION.count(connection, values | {"id": conversation.id, "version": 1}) == 0:
            raise StaleConversation(f"{conversation.id} was begun by somebody else")
    else:
        key = {"which": conversation.id, "read": conversation.version}
        if _CHANGE_CONVERSATION.count(connection, values | key) == 0:
            raise StaleConversation(f"{conversation.id} was changed by somebody else")
    return replace(conversation, version=conversation.version + 1)


def _write_ticket(connection: Connection, ticket: Ticket) -> None:
    """Everything but the topic, which `set_topic` may have set since this ticket was loaded."""
    values = rows.ticket_values(ticket)
    if _CHANGE_TICKET.count(connection, values | {"which": ticket.id}) == 0:
        _INSERT_TICKET.count(connection, values | rows.topic_values(ticket.topic) | {"id": ticket.id})


def _open_episode(connection: Connection, episode: Episode) -> None:
    values = {"conversation_id": episode.conversation_id, "opened_at": episode.opened_at, "closed_by": ""}
    _INSERT_EPISODE.count(connection, values | {"id": episode.id})


def _close_episode(connection: Connection, closing: Closing) -> None:
    ended = update(episodes).where(episodes.c.id == closing.episode_id)
    connection.execute(ended.values(rows.closing_values(closing)))


def _rate_episode(connection: Connection, rating: Rating) -> None:
    rated = update(episodes).where(episodes.c.id == rating.episode_id)
    if rating.stars is not None:
        rated = rated.where(episodes.c.stars.is_(None)).values(stars=rating.stars, comment=rating.comment)
    else:
        rated = rated.where(episodes.c.stars.is_not(None), episodes.c.comment == "").values(comment=rating.comment)
    connection.execute(rated)


def _write_edit(connection: Connection, conversation_id: ConversationId, edit: Edit) -> None:
    called = (messages.c.conversation_id == conversation_id, messages.c.external_id == edit.external_id)
    latest = select(messages.c.id, messages.c.text).where(text(EXTERNAL), *called).order_by(messages.c.id.desc())
    stored = connection.execute(latest.limit(1)).one_or_none()
    if stored is None:
        return
    kept = {"message_id": stored.id, "previous_text": stored.text, "at": edit.at}
    connection.execute(insert(message_edits), kept)
    changed = update(messages).where(messages.c.id == stored.id)
    connection.execute(changed.values(text=edit.text, edited_at=edit.at))


def _write_delivery(
    connection: Connection,
    conversation: Conversation,
    delivery: Delivery,
    message_id: MessageId | None,
    *,
    at_once: bool,
) -> OutboxItem:
    goes = at_once and delivery.only_while in (None, conversation.owner)
    status = OutboxStatus.SENDING if goes else OutboxStatus.PENDING
    values = rows.outbox_values(conversation.id, delivery, message_id, status)
    id = OutboxId(_INSERT_OUTBOX.number(connection, values))
    return OutboxItem(id=id, conversation_id=conversation.id, delivery=delivery, message_id=message_id, status=status)


def interrupted_deliveries(connection: Connection, channels: Sequence[str]) -> list[OutboxItem]:
    """See `Store.interrupted_deliveries`."""
    return marked_interrupted(connection, outbox.c.channel.in_(channels))


def marked_interrupted(connection: Connection, which: ColumnElement[bool]) -> list[OutboxItem]:
    """Have what was being sent wait again where its kind is repeatable; returns the rest, `UNKNOWN` now."""
    interrupted = update(outbox).where(text(UNSENT), outbox.c.status == SENDING, which)
    named = outbox.alias()
    there = exists().where(named.c.label == outbox.c.label, named.c.chat == outbox.c.chat, named.c.external_id != "")
    first = (outbox.c.kind == "edit_text") & outbox.c.ticket_id.is_(None) & (outbox.c.label != "") & ~there
    connection.execute(interrupted.where(outbox.c.kind.in_(REPEATABLE), ~first).values(status=PENDING))
    unknown = interrupted.values(status=OutboxStatus.UNKNOWN.value, error=INTERRUPTED).returning(outbox)
    return sorted((rows.outbox_item(row) for row in connection.execute(unknown)), key=lambda item: item.id)


def start_deliveries(connection: Connection, items: Sequence[OutboxItem]) -> set[OutboxId]:
    """See `Store.start_deliveries`."""
    started = set()
    for item in items:
        key = {"item": item.id}
        guarded = item.delivery.only_while is not None
        if _START_OR_DROP.number(connection, key) if guarded else _START.count(connection, key):
            started.add(item.id)
    return started


def finish_deliveries(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """See `Store.finish_deliveries`."""
    for outcome in outcomes:
        values = {"status": outcome.status.value, "error": outcome.error, "not_before": outcome.not_before}
        if outcome.status is OutboxStatus.SENT and outcome.external_id:
            name = {"item": outcome.id, "called": outcome.external_id}
            _FINISH_AND_NAME.count(connection, values | name)
            _NAME_MESSAGE.count(connection, name)
        else:
            _FINISH.count(connection, values | {"item": outcome.id})


def set_topic(connection: Connection, ticket_id: TicketId, topic: Topic | None) -> None:
    """See `Store.set_topic`."""
    shown = update(tickets).where(tickets.c.id == ticket_id)
    connection.execute(shown.values(rows.topic_values(topic)))
    if topic is None:
        connection.execute(update(outbox).where(outbox.c.ticket_id == ticket_id).values(external_id=""))


def move_chat(connection: Connection, channel: str, old: str, new: str) -> None:
    """See `Store.move_chat`. A chat that moved back leads nowhere else any more."""
    moves = chat_moves.c
    here = moves.channel == channel
    connection.execute(update(chat_moves).where(here, moves.new == old).values(new=new))
    connection.execute(delete(chat_moves).where(here, moves.old.in_((old, new))))
    connection.execute(insert(chat_moves), {"channel": channel, "old": old, "new": new})
    connection.execute(update(tickets).where(tickets.c.topic_chat == old).values(topic_chat=new))
    unsent = outbox.c.status.in_((PENDING, SENDING))
    addressed = (text(UNSENT), unsent, outbox.c.channel == channel, outbox.c.chat == old)
    connection.execute(update(outbox).where(*addressed).values(chat=new))
