"""The use cases that write, each a plain function of a connection that is inside a transaction.

They know the tables, no thread and no loop: whoever calls them commits. What they raise undoes their own work
only, because the caller rolls back to where they began.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, exists, insert, select, text, update
from sqlalchemy.dialects import postgresql

from bot.storage import reminders, rows
from bot.storage.column_types import UtcDateTime
from bot.storage.prepared import Prepared, PreparedChange, PreparedInsert
from bot.storage.rules import INTERRUPTED, time_of
from bot.storage.tables import (
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
_CHANGE_TICKET = PreparedChange(tickets)
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
_START_SEVERAL = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("items", expanding=True)), outbox.c.status == PENDING)
    .values(
        status=case((outbox.c.only_while.is_(None) | (outbox.c.only_while == _OWNER), SENDING), else_=DROPPED),
        attempts=outbox.c.attempts + 1,
    )
    .returning(outbox.c.id, outbox.c.status)
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


def finish_updates(connection: Connection, ids: Collection[InboxId], now: datetime) -> None:
    """See `Store.finish_updates`."""
    _FINISH_UPDATE.counts(connection, [{"item": id, "now": now, "by_turn": None} for id in ids])


def accept_all(connection: Connection, several: Sequence[Sequence[Update]]) -> list[list[InboxItem]]:
    """What several would accept one after the other. Raises `NotAll` where something is known already."""
    ids = iter(_KEEP_NEW.numbers(connection, [rows.inbox_values(each) for updates in several for each in updates]))
    return [[InboxItem(id=InboxId(next(ids)), update=each) for each in updates] for updates in several]


def commit(connection: Connection, change: Change, now: datetime) -> Committed:
    """See `Store.commit`."""
    return commit_all(connection, [(change, now)])[0]


def commit_all(connection: Connection, several: Sequence[tuple[Change, datetime]]) -> list[Committed]:
    """What several commit, each at its time. Where one of them would raise, this does, and nothing of it must stay."""
    changes = [change for change, _ in several]
    begun = _write_conversations(connection, [change.conversation for change in changes])
    for change in changes:
        if change.ticket is not None:
            _write_ticket(connection, change.ticket)
        if change.closing is not None:
            _close_episode(connection, change.closing)
    _open_episodes(connection, [change.episode for change in changes if change.episode is not None])
    for change in changes:
        if change.rating is not None:
            _rate_episode(connection, change.rating)
    items = _write_words(connection, changes, begun)
    for change, now in several:
        for edit in change.edits:
            _write_edit(connection, change.conversation.id, edit)
        for reminder in change.reminders:
            reminders.change(connection, change.conversation.id, reminder, time_of(change, now))
    _write_turns(connection, several)
    return [Committed(conversation=each, outbox=tuple(own)) for each, own in zip(begun, items, strict=True)]


def _write_conversations(connection: Connection, written: Sequence[Conversation]) -> list[Conversation]:
    """Returns them as they are from now on."""
    new, changed = [], []
    for each in written:
        values = rows.conversation_values(each)
        if each.version:
            changed.append(values | {"which": each.id, "read": each.version})
        else:
            new.append(values | {"id": each.id, "version": 1})
    if _BEGIN_CONVERSATION.counts(connection, new) < len(new):
        raise StaleConversation(f"{new[0]['id']} was begun by somebody else")
    if _CHANGE_CONVERSATION.counts(connection, changed) < len(changed):
        raise StaleConversation(f"{changed[0]['which']} was changed by somebody else")
    return [replace(each, version=each.version + 1) for each in written]


def _write_words(
    connection: Connection, changes: Sequence[Change], begun: Sequence[Conversation]
) -> list[list[OutboxItem]]:
    """Write what was said and what of it is to be sent; returns the deliveries of each change."""
    said = [rows.message_values(change.conversation.id, each.message) for change in changes for each in change.entries]
    ids = iter(_INSERT_MESSAGE.numbers(connection, said))
    outgoing = [_outgoing(change, conversation, ids) for change, conversation in zip(changes, begun, strict=True)]
    numbers = iter(_INSERT_OUTBOX.numbers(connection, [each.values() for own in outgoing for each in own]))
    numbered = [[each.item(next(numbers)) for each in own] for own in outgoing]
    return [[item for item in own if item.status is not OutboxStatus.SENT] for own in numbered]


def _write_turns(connection: Connection, several: Sequence[tuple[Change, datetime]]) -> None:
    """Write the decision records, and that their updates are done."""
    decided = [
        rows.turn_values(change.conversation.id, change.turn) for change, _ in several if change.turn is not None
    ]
    numbers = iter(_INSERT_TURN.numbers(connection, decided))
    done = []
    for change, now in several:
        by = {"now": now, "by_turn": None if change.turn is None else next(numbers)}
        done += [{"item": id, **by} for id in set(change.done)]
    if _FINISH_UPDATE.counts(connection, done) < len(done):
        raise StaleConversation(f"an update of {several[0][0].conversation.id} was dealt with already")


def _write_ticket(connection: Connection, ticket: Ticket) -> None:
    """Everything but the topic, which `set_topic` may have set since this ticket was loaded."""
    values = rows.ticket_values(ticket)
    if _CHANGE_TICKET.count(connection, ticket.id, values) == 0:
        _INSERT_TICKET.count(connection, values | rows.topic_values(ticket.topic) | {"id": ticket.id})


def _open_episodes(connection: Connection, opened: Sequence[Episode]) -> None:
    new = (
        {"id": each.id, "conversation_id": each.conversation_id, "opened_at": each.opened_at, "closed_by": ""}
        for each in opened
    )
    _INSERT_EPISODE.counts(connection, list(new))


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
    latest = select(messages.c.id, messages.c.text).where(*called).order_by(messages.c.id.desc())
    stored = connection.execute(latest.limit(1)).one_or_none() if edit.external_id else None
    if stored is None:
        return
    kept = {"message_id": stored.id, "previous_text": stored.text, "at": edit.at}
    connection.execute(insert(message_edits), kept)
    changed = update(messages).where(messages.c.id == stored.id)
    connection.execute(changed.values(text=edit.text, edited_at=edit.at))


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A row of the outbox before it has a number."""

    conversation_id: ConversationId
    delivery: Delivery
    message_id: MessageId | None
    status: OutboxStatus
    external_id: str = ""

    def values(self) -> rows.Values:
        known = rows.outbox_values(self.conversation_id, self.delivery, self.message_id, self.status)
        return known | {"external_id": self.external_id} if self.external_id else known

    def item(self, number: int) -> OutboxItem:
        return OutboxItem(
            id=OutboxId(number),
            conversation_id=self.conversation_id,
            delivery=self.delivery,
            message_id=self.message_id,
            status=self.status,
        )


def _outgoing(change: Change, conversation: Conversation, ids: Iterator[int]) -> list[_Outgoing]:
    """The rows of the outbox that a change makes; `ids` numbers its messages. What has been seen already stands among
    them as sent, for the sake of its name in the chat."""
    made: list[_Outgoing] = []
    goes = change.at_once

    def add(delivery: Delivery, message_id: MessageId | None) -> None:
        nonlocal goes
        begins = goes and delivery.only_while in (None, conversation.owner)
        status = OutboxStatus.SENDING if begins else OutboxStatus.PENDING
        made.append(_Outgoing(conversation.id, delivery, message_id, status))
        goes = False

    for entry in change.entries:
        id = MessageId(next(ids))
        if entry.seen_at is not None:
            address, external_id = entry.seen_at
            shown = Delivery(address=address, effect=SendText(text=entry.message.text))
            made.append(_Outgoing(conversation.id, shown, id, OutboxStatus.SENT, external_id))
        for each in entry.deliveries:
            add(each, id)
    for each in change.deliveries:
        add(each, None)
    return made


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
    if len(items) > 1:
        ids = [item.id for item in items]
        begun = connection.execute(_START_SEVERAL, {"items": ids})
        return {OutboxId(row.id) for row in begun if row.status == SENDING}
    started = set()
    for item in items:
        key = {"item": item.id}
        guarded = item.delivery.only_while is not None
        if _START_OR_DROP.number(connection, key) if guarded else _START.count(connection, key):
            started.add(item.id)
    return started


def start_all_deliveries(connection: Connection, several: Sequence[Sequence[OutboxItem]]) -> list[set[OutboxId]]:
    """What several start."""
    started = start_deliveries(connection, [item for items in several for item in items])
    return [{item.id for item in items if item.id in started} for items in several]


def finish_deliveries(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """See `Store.finish_deliveries`."""
    named, others = [], []
    for outcome in outcomes:
        values = {"status": outcome.status.value, "error": outcome.error, "not_before": outcome.not_before}
        if outcome.status is OutboxStatus.SENT and outcome.external_id:
            named.append(values | {"item": outcome.id, "called": outcome.external_id})
        else:
            others.append(values | {"item": outcome.id})
    _FINISH_AND_NAME.counts(connection, named)
    _NAME_MESSAGE.counts(connection, [{"item": each["item"], "called": each["called"]} for each in named])
    _FINISH.counts(connection, others)


def finish_all_deliveries(connection: Connection, several: Sequence[Sequence[Outcome]]) -> list[None]:
    """What several finish."""
    finish_deliveries(connection, [outcome for outcomes in several for outcome in outcomes])
    return [None] * len(several)


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
