"""What the knowledge base may learn from, in the tables: turns as they went by, and the review list made of them.

Plain functions of a connection; those that write are inside a transaction. They mask nothing and judge nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.dialects import postgresql

from bot.storage import rows
from bot.storage.codec import decode_record
from bot.storage.knowledge_tables import TO_REVIEW, kb_cursor, kb_review
from bot.storage.rows import AnyRow, Values
from bot.storage.rules import text_of_turn
from bot.storage.tables import conversations, messages, tickets, turns
from conversation.knowledge_ports import ReviewId, ReviewItem, ReviewSource, ReviewStatus, TurnRow
from conversation.messages import Author, ConversationId, Message
from conversation.tickets import CLOSED

_CHUNK = 500
_CLOSED = [status.value for status in CLOSED]
_THERE = kb_cursor.c.name == "review"
_TURNS = (
    select(turns, func.coalesce(tickets.c.department, "").label("department"))
    .join(conversations, conversations.c.id == turns.c.conversation_id)
    .outerjoin(tickets, (tickets.c.id == conversations.c.ticket_id) & tickets.c.status.not_in(_CLOSED))
    .order_by(turns.c.id)
)


def turns_after(connection: Connection, cursor: int, limit: int) -> list[TurnRow]:
    """See `KnowledgeStore.turns_after`."""
    found = connection.execute(_TURNS.where(turns.c.id > cursor).limit(limit))
    return [_turn(row) for row in found]


def first_reply(connection: Connection, conversation_id: ConversationId, after: datetime) -> Message | None:
    """See `KnowledgeStore.first_reply`."""
    theirs = (messages.c.conversation_id == conversation_id, messages.c.author == Author.AGENT.value)
    said = select(messages).where(*theirs, messages.c.at > after, messages.c.text != "").order_by(messages.c.id)
    row = connection.execute(said.limit(1)).one_or_none()
    return None if row is None else rows.message(row)


def review_cursor(connection: Connection) -> int:
    """See `KnowledgeStore.review_cursor`."""
    return connection.execute(select(kb_cursor.c.position).where(_THERE)).scalar() or 0


def collect_review(connection: Connection, items: Sequence[ReviewItem], after: int, cursor: int) -> bool:
    """See `KnowledgeStore.collect_review`."""
    # SQLite says ON CONFLICT DO NOTHING in the same words.
    connection.execute(postgresql.insert(kb_cursor).values(name="review", position=0).on_conflict_do_nothing())
    moved = update(kb_cursor).where(_THERE, kb_cursor.c.position == after).values(position=cursor)
    if connection.execute(moved).rowcount == 0:
        return False
    add_review(connection, items)
    return True


def add_review(connection: Connection, items: Sequence[ReviewItem]) -> None:
    """See `KnowledgeStore.add_review`."""
    known: set[str] = set()
    for ids in _chunks(sorted({item.conversation_id for item in items})):
        known.update(connection.execute(select(conversations.c.id).where(conversations.c.id.in_(ids))).scalars())
    if values := [_values(item) for item in items if item.conversation_id in known]:
        connection.execute(insert(kb_review), values)


def review_items(connection: Connection, status: ReviewStatus, since: datetime | None, limit: int) -> list[ReviewItem]:
    """See `KnowledgeStore.review_items`."""
    latest = select(kb_review).where(kb_review.c.status == status.value)
    if since is not None:
        latest = latest.where(kb_review.c.at >= since)
    latest = latest.order_by(kb_review.c.at.desc(), kb_review.c.id.desc())
    return [_item(row) for row in connection.execute(latest.limit(limit))]


def deal_review(
    connection: Connection, ids: Sequence[ReviewId], status: ReviewStatus, by: str, at: datetime, chosen: str
) -> int:
    """See `KnowledgeStore.deal_review`."""
    values = {"status": status.value, "dealt_by": by, "dealt_at": at} | ({"chosen": chosen} if chosen else {})
    dealt = update(kb_review).where(kb_review.c.status == ReviewStatus.OPEN.value).values(values)
    return sum(connection.execute(dealt.where(kb_review.c.id.in_(part))).rowcount for part in _chunks(ids))


def review_counts(connection: Connection) -> Mapping[str, int]:
    """See `KnowledgeStore.review_counts`."""
    count = select(kb_review.c.source, func.count().label("number")).where(text(TO_REVIEW)).group_by(kb_review.c.source)
    found = {row.source: row.number for row in connection.execute(count)}
    return {source.value: found.get(source.value, 0) for source in ReviewSource}


def _turn(row: AnyRow) -> TurnRow:
    record = decode_record(row.record)
    return TurnRow(
        id=row.id,
        at=row.at,
        conversation_id=ConversationId(row.conversation_id),
        kind=row.kind,
        intent=row.intent or "",
        reason=row.reason,
        record=record,
        text=text_of_turn(record),
        department=row.department,
    )


def _values(item: ReviewItem) -> Values:
    return {
        "at": item.at,
        "conversation_id": item.conversation_id,
        "text": item.text,
        "source": item.source.value,
        "intent": item.intent,
        "chosen": item.chosen,
        "reply": item.reply,
        "department": item.department,
        "status": item.status.value,
        "dealt_by": item.dealt_by,
        "dealt_at": item.dealt_at,
    }


def _item(row: AnyRow) -> ReviewItem:
    words = {**row._mapping, "source": ReviewSource(row.source), "status": ReviewStatus(row.status)}
    return ReviewItem(**words)


def _chunks(ids: Sequence[ReviewId] | Sequence[str]) -> Iterable[Sequence[ReviewId] | Sequence[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
