"""What every store must agree on, as plain functions. Knows no database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from conversation.effects import Address
from conversation.messages import Contact, ConversationId
from conversation.ports import Change, Outcome, Update

INTERRUPTED = "the service stopped while this was being sent"
"""The error of a delivery that an earlier run began and that nobody knows the end of."""


def is_own_chat(conversation_id: ConversationId, address: Address) -> bool:
    """Whether an address is where the customer of a conversation reads."""
    return address.ticket is None and conversation_id == f"{address.channel}:{address.chat}"


def latest_contact(stored: Contact, given: Contact) -> Contact:
    """The contact as the channel described it last. Without a name it was only identified, not described."""
    return given if given.name else stored


def refuse_naive_updates(updates: tuple[Update, ...]) -> None:
    """Raise ValueError if an update was received at a time without a zone."""
    _refuse_naive(update.received_at for update in updates)


def refuse_naive_change(change: Change) -> None:
    """Raise ValueError if any time in a change has no zone."""
    _refuse_naive(_times(change))


def refuse_naive_outcomes(outcomes: tuple[Outcome, ...]) -> None:
    """Raise ValueError if a delivery is put off until a time without a zone."""
    _refuse_naive(outcome.not_before for outcome in outcomes)


def _refuse_naive(times: Iterator[datetime | None]) -> None:
    for time in times:
        if time is not None and time.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {time.isoformat()}")


def _times(change: Change) -> Iterator[datetime | None]:
    yield change.conversation.last_at
    for entry in change.entries:
        yield entry.message.at
        yield entry.message.edited_at
    for edit in change.edits:
        yield edit.at
    if change.ticket is not None:
        yield change.ticket.queued_at
        yield change.ticket.changed_at
        yield change.ticket.waiting_since
    if change.episode is not None:
        yield change.episode.opened_at
    if change.closing is not None:
        yield change.closing.at
    if change.turn is not None:
        yield change.turn.at
