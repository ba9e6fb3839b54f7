"""Releases, activations and the draft in the tables.

Plain functions of a connection; those that write are inside a transaction. Texts go in and out as they are: what a
content or an evaluation says is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql

from bot.storage.knowledge_tables import kb_activations, kb_changes, kb_cursor, kb_releases
from bot.storage.rules import activated_meanwhile, changed_meanwhile, published_meanwhile
from conversation.errors import NoSuchRelease
from conversation.knowledge_ports import Activation, PieceChange, Release, ReleaseId

_LATEST = select(kb_activations).order_by(kb_activations.c.id.desc())
_RELEASES = select(*(column for column in kb_releases.c if column is not kb_releases.c.content))
# SQLite says ON CONFLICT DO NOTHING in the same words.
_COUNT_FROM_0 = postgresql.insert(kb_cursor).values(name="draft", position=0).on_conflict_do_nothing()
_COUNT_UP = (
    update(kb_cursor)
    .where(kb_cursor.c.name == "draft")
    .values(position=kb_cursor.c.position + 1)
    .returning(kb_cursor.c.position)
)


def releases(connection: Connection, limit: int, before: ReleaseId | None) -> list[Release]:
    """See `KnowledgeStore.releases`."""
    latest = _RELEASES.order_by(kb_releases.c.id.desc()).limit(limit)
    if before is not None:
        latest = latest.where(kb_releases.c.id < before)
    return [Release(**row._mapping) for row in connection.execute(latest)]


def release(connection: Connection, id: ReleaseId) -> Release | None:
    """See `KnowledgeStore.release`."""
    row = connection.execute(_RELEASES.where(kb_releases.c.id == id)).one_or_none()
    return None if row is None else Release(**row._mapping)


def release_content(connection: Connection, id: ReleaseId) -> str:
    """See `KnowledgeStore.release_content`."""
    content: str | None = connection.execute(select(kb_releases.c.content).where(kb_releases.c.id == id)).scalar()
    if content is None:
        raise NoSuchRelease(id)
    return content


def add_release(connection: Connection, release: Release, content: str, published: Mapping[str, int]) -> ReleaseId:
    """See `KnowledgeStore.add_release`."""
    _take_turn(connection)
    served = active(connection)
    if release.base != (served.release_id if served else None):
        raise published_meanwhile()
    values = {
        "made_at": release.made_at,
        "author": release.author,
        "note": release.note,
        "content_hash": release.content_hash,
        "overruled": release.overruled,
        "base": release.base,
        "evaluation": release.evaluation,
        "content": content,
    }
    id = ReleaseId(connection.execute(insert(kb_releases).returning(kb_releases.c.id), values).scalar_one())
    _activate(connection, id, release.made_at, release.author, release.note)
    for piece, version in published.items():
        connection.execute(delete(kb_changes).where(kb_changes.c.piece == piece, kb_changes.c.version == version))
    return id


def activate(
    connection: Connection, id: ReleaseId, at: datetime, by: str, reason: str, instead_of: ReleaseId | None
) -> Activation:
    """See `KnowledgeStore.activate`."""
    _take_turn(connection)
    served = active(connection)
    if instead_of is not None and (served is None or served.release_id != instead_of):
        raise activated_meanwhile()
    if connection.execute(select(kb_releases.c.id).where(kb_releases.c.id == id)).one_or_none() is None:
        raise NoSuchRelease(id)
    return _activate(connection, id, at, by, reason)


def active(connection: Connection) -> Activation | None:
    """See `KnowledgeStore.active`."""
    row = connection.execute(_LATEST.limit(1)).one_or_none()
    return None if row is None else Activation(**row._mapping)


def activations(connection: Connection, limit: int) -> list[Activation]:
    """See `KnowledgeStore.activations`."""
    return [Activation(**row._mapping) for row in connection.execute(_LATEST.limit(limit))]


def changes(connection: Connection) -> list[PieceChange]:
    """See `KnowledgeStore.changes`."""
    found = [PieceChange(**row._mapping) for row in connection.execute(select(kb_changes))]
    return sorted(found, key=lambda change: change.piece)


def save_change(connection: Connection, piece: str, content: str | None, expected: int, at: datetime, by: str) -> int:
    """See `KnowledgeStore.save_change`."""
    version = _take_turn(connection)
    stored = select(kb_changes.c.version).where(kb_changes.c.piece == piece)
    if (connection.execute(stored).scalar() or 0) != expected:
        raise changed_meanwhile(piece)
    values = {"content": content, "version": version, "changed_at": at, "changed_by": by}
    if expected:
        connection.execute(update(kb_changes).where(kb_changes.c.piece == piece).values(values))
    else:
        connection.execute(insert(kb_changes), {"piece": piece, **values})
    return version


def drop_change(connection: Connection, piece: str, expected: int) -> None:
    """See `KnowledgeStore.drop_change`."""
    same = (kb_changes.c.piece == piece, kb_changes.c.version == expected)
    if connection.execute(delete(kb_changes).where(*same)).rowcount == 0:
        raise changed_meanwhile(piece)


def _activate(connection: Connection, id: ReleaseId, at: datetime, by: str, reason: str) -> Activation:
    values = {"release_id": id, "at": at, "by": by, "reason": reason}
    number = connection.execute(insert(kb_activations).returning(kb_activations.c.id), values).scalar_one()
    return Activation(id=number, release_id=id, at=at, by=by, reason=reason)


def _take_turn(connection: Connection) -> int:
    """Wait until nobody else writes releases, activations or changes, and give out the next version.

    The row stays locked until the transaction ends, so that what is read after this is what the others left.
    """
    connection.execute(_COUNT_FROM_0)
    return int(connection.execute(_COUNT_UP).scalar_one())
