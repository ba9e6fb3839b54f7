"""Reminders: what a conversation is to be woken for, and when. Plain functions of a connection.

They do not know what a reminder does when its time has come, nor whether the customer has written meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from bot.storage import rows
from bot.storage.tables import conversations, reminders
from conversation.actions import Reminder, ReminderCancelled
from conversation.messages import ConversationId
from conversation.ports import DueReminder

_CONTACT = (
    conversations.c.channel,
    conversations.c.address,
    conversations.c.name.label("contact_name"),
    conversations.c.username,
    conversations.c.language,
)


def change(
    connection: Connection, conversation_id: ConversationId, what: Reminder | ReminderCancelled, at: datetime
) -> None:
    """Set a reminder, or call some off. One that replaces another has a number of its own, so that dropping the
    old one afterwards leaves it alone."""
    own = reminders.c.conversation_id == conversation_id
    if isinstance(what, Reminder):
        connection.execute(delete(reminders).where(own, reminders.c.name == what.name))
        connection.execute(insert(reminders), rows.reminder_values(conversation_id, what, at))
        return
    called_off = delete(reminders).where(own)
    if what.name:
        called_off = called_off.where(reminders.c.name == what.name)
    if what.intent:
        called_off = called_off.where(reminders.c.intent == what.intent)
    connection.execute(called_off)


def due(connection: Connection, now: datetime, limit: int) -> list[DueReminder]:
    """See `Store.due_reminders`."""
    found = (
        select(reminders, *_CONTACT)
        .join(conversations, conversations.c.id == reminders.c.conversation_id)
        .where(reminders.c.due_at <= now)
        .order_by(reminders.c.due_at, reminders.c.id)
        .limit(limit)
    )
    return [rows.due_reminder(row) for row in connection.execute(found)]


def following(connection: Connection) -> datetime | None:
    """See `Store.next_reminder`."""
    return connection.execute(select(func.min(reminders.c.due_at))).scalar()


def drop(connection: Connection, ids: Sequence[int]) -> None:
    """See `Store.drop_reminders`."""
    connection.execute(delete(reminders).where(reminders.c.id.in_(ids)))
