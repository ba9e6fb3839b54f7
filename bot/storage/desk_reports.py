"""What reports read from the tables: how episodes ended, what customers said of them, and how much there was to do.

Plain functions of a connection, which only read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Text, func, or_, select, text

from bot.storage.codec import decode_promised, decode_words, named_as_department
from bot.storage.rows import AnyRow
from bot.storage.tables import ENDED, NOT_ENDED, episodes, tickets, turns
from conversation.desk_ports import EpisodeRow, IntentStars, Volume
from conversation.messages import ConversationId
from conversation.state import EpisodeId

# Grouped by an expression, for SQLite would else read some index by department whole, and look up the times.
_DEPARTMENT = func.coalesce(tickets.c.department, "")
_NUMBERS = select(_DEPARTMENT.label("name"), func.count().label("number")).group_by(_DEPARTMENT)


def past_episodes(connection: Connection, conversation_id: ConversationId, limit: int) -> list[EpisodeRow]:
    """See `DeskStore.past_episodes`."""
    ended = select(episodes).where(episodes.c.conversation_id == conversation_id, episodes.c.closed_at.is_not(None))
    latest = ended.order_by(episodes.c.id.desc()).limit(limit)
    return [_episode(row) for row in connection.execute(latest)]


def episodes_between(
    connection: Connection, since: datetime, until: datetime, departments: frozenset[str] | None
) -> list[EpisodeRow]:
    """See `DeskStore.episodes_between`."""
    ended = select(episodes).where(text(ENDED), episodes.c.closed_at >= since, episodes.c.closed_at < until)
    if departments is not None:
        ended = ended.where(or_(episodes.c.department.in_(departments), *map(_promised_by, departments)))
    return [_episode(row) for row in connection.execute(ended.order_by(episodes.c.closed_at, episodes.c.id))]


def _promised_by(department: str) -> ColumnElement[bool]:
    """That a department promised something in an episode: the only search in a text that tells every two characters
    apart in each database."""
    return func.replace(episodes.c.promised, named_as_department(department), "") != episodes.c.promised


def backlog(
    connection: Connection, times: Sequence[datetime], departments: frozenset[str] | None
) -> list[Mapping[str, int]]:
    """See `DeskStore.backlog`. Counts back from what is open now, so that only what came and went since is read."""
    open_now = _NUMBERS.where(text(NOT_ENDED))
    found: list[Mapping[str, int]] = []
    counted = Counter(_by_department(connection, open_now, departments))
    until: datetime | None = None
    for time in reversed(times):
        for column, sign in ((tickets.c.closed_at, 1), (tickets.c.queued_at, -1)):
            for department, number in _by_department(connection, _within(column, time, until), departments).items():
                counted[department] += sign * number
        found.append({department: number for department, number in counted.items() if number > 0})
        until = time
    return found[::-1]


def _within(column: Column[datetime], after: datetime, until: datetime | None) -> Select[Any, Any]:
    """How many tickets of each department came or went after one time, and until another if there is one."""
    counted = _NUMBERS.where(column > after)
    if column is tickets.c.closed_at:
        counted = counted.where(text(ENDED))
    return counted if until is None else counted.where(column <= until)


def _by_department(
    connection: Connection, counted: Select[Any, Any], departments: frozenset[str] | None
) -> Mapping[str, int]:
    if departments is not None:
        counted = counted.where(_DEPARTMENT.in_(departments))
    return {row.name: row.number for row in connection.execute(counted)}


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


def stars_by_intent(connection: Connection, since: datetime, until: datetime) -> list[IntentStars]:
    """See `DeskStore.stars_by_intent`. Rated episodes are few: their turns are looked up one conversation at a time."""
    within = (turns.c.at >= episodes.c.opened_at) & (turns.c.at <= episodes.c.closed_at)
    rated = (
        select(episodes.c.id, turns.c.intent, episodes.c.stars)
        .join(turns, (turns.c.conversation_id == episodes.c.conversation_id) & within)
        .where(text(ENDED), episodes.c.closed_at >= since, episodes.c.closed_at < until)
        .where(episodes.c.stars.is_not(None), turns.c.intent != "")
        .distinct()
        .subquery()
    )
    summed = select(rated.c.intent, func.sum(rated.c.stars).label("stars"), func.count().label("ratings"))
    found = [
        IntentStars(intent=row.intent, stars=int(row.stars) / row.ratings, ratings=row.ratings)
        for row in connection.execute(summed.group_by(rated.c.intent))
    ]
    return sorted(found, key=lambda each: each.intent)


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
        promised=None if row.promised is None else decode_promised(row.promised),
        abandoned=row.abandoned,
        reopened=row.reopened,
        stars=row.stars,
        comment=row.comment,
    )
