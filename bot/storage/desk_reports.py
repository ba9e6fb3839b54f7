"""What reports read from the tables: how episodes ended, what customers said of them, and how much there was to do.

Plain functions of a connection; `rate` alone writes, and is inside a transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Text, func, select, text, update

from bot.storage.codec import decode_words
from bot.storage.rows import AnyRow
from bot.storage.tables import ENDED, episodes, turns
from conversation.desk_ports import EpisodeRow, Volume
from conversation.messages import ConversationId
from conversation.state import EpisodeId


def past_episodes(connection: Connection, conversation_id: ConversationId, limit: int) -> list[EpisodeRow]:
    """See `DeskStore.past_episodes`."""
    ended = select(episodes).where(episodes.c.conversation_id == conversation_id, episodes.c.closed_at.is_not(None))
    latest = ended.order_by(episodes.c.id.desc()).limit(limit)
    return [_episode(row) for row in connection.execute(latest)]


def rate(connection: Connection, episode_id: EpisodeId, stars: int | None, comment: str) -> bool:
    """See `DeskStore.rate`."""
    rated = update(episodes).where(episodes.c.id == episode_id)
    if stars is not None:
        rated = rated.where(episodes.c.stars.is_(None)).values(stars=stars, comment=comment)
    else:
        rated = rated.where(episodes.c.stars.is_not(None), episodes.c.comment == "").values(comment=comment)
    return bool(connection.execute(rated).rowcount)


def episodes_between(
    connection: Connection, since: datetime, until: datetime, departments: frozenset[str] | None
) -> list[EpisodeRow]:
    """See `DeskStore.episodes_between`."""
    ended = select(episodes).where(text(ENDED), episodes.c.closed_at >= since, episodes.c.closed_at < until)
    if departments is not None:
        ended = ended.where(episodes.c.department.in_(departments))
    return [_episode(row) for row in connection.execute(ended.order_by(episodes.c.closed_at, episodes.c.id))]


def volumes(connection: Connection, since: datetime, until: datetime) -> list[Volume]:
    """See `DeskStore.volumes`."""
    grouped = (turns.c.kind, func.coalesce(turns.c.intent, "").label("intent"), _hour(connection).label("hour"))
    counted = (
        select(*grouped, func.count().label("turns"))
        .where(turns.c.at >= since, turns.c.at < until)
        .group_by(text("hour"), turns.c.kind, turns.c.intent)
    )
    found = [
        Volume(
            hour=datetime.strptime(row.hour, "%Y-%m-%d %H").replace(tzinfo=UTC),
            intent=row.intent,
            kind=row.kind,
            turns=row.turns,
        )
        for row in connection.execute(counted)
    ]
    return sorted(found, key=lambda volume: (volume.hour, volume.intent, volume.kind))


def _hour(connection: Connection) -> ColumnElement[str]:
    """The hour of a turn as `2026-03-14 05`, in UTC, which is how SQLite writes it and what PostgreSQL's session is
    set to."""
    if connection.dialect.name == "sqlite":
        return func.substr(turns.c.at, 1, 13, type_=Text)
    return func.to_char(turns.c.at, "YYYY-MM-DD HH24", type_=Text)


def _episode(row: AnyRow) -> EpisodeRow:
    return EpisodeRow(
        id=EpisodeId(row.id),
        conversation_id=row.conversation_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        by_bot=row.by_bot,
        handoff_reason=row.handoff_reason,
        department=row.department,
        agent=row.agent,
        first_reply=row.first_reply,
        resolution=row.resolution,
        handling=row.handling,
        missed=decode_words(row.missed),
        abandoned=row.abandoned,
        reopened=row.reopened,
        stars=row.stars,
        comment=row.comment,
    )
