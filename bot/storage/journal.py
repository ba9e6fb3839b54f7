"""The journal of actions: what was begun and how it ended, so that nothing is done twice after a crash.

Plain functions of a connection that is inside a transaction. They do not know what an action or its result is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql

from bot.storage.tables import actions
from conversation.messages import ConversationId
from conversation.ports import Journaled

_BEGIN = postgresql.insert(actions).on_conflict_do_nothing().returning(actions.c.key)
"""SQLite writes it in the same words."""


def begin_action(
    connection: Connection, key: str, action: str, conversation_id: ConversationId, at: datetime
) -> tuple[Journaled, str]:
    """See `Store.begin_action`."""
    values = {"key": key, "conversation_id": conversation_id, "action": action, "begun_at": at}
    if connection.execute(_BEGIN, values).scalar() is not None:
        return Journaled.BEGUN, ""
    known = connection.execute(select(actions.c.ended_at, actions.c.result).where(actions.c.key == key)).one()
    return (Journaled.UNCERTAIN, "") if known.ended_at is None else (Journaled.DONE, known.result)


def end_action(connection: Connection, key: str, result: str, at: datetime) -> None:
    """See `Store.end_action`. The first word on how an action ended is the one that counts."""
    begun = update(actions).where(actions.c.key == key, actions.c.ended_at.is_(None))
    connection.execute(begun.values(ended_at=at, result=result))
