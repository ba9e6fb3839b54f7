"""What every store must agree on, as plain functions. Knows no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from conversation.actions import Reminder, ReminderCancelled
from conversation.effects import Address
from conversation.errors import Refusal, StaleDraft
from conversation.knowledge_ports import ReviewItem
from conversation.messages import Contact, ConversationId
from conversation.ports import Change, Outcome, Update
from conversation.tickets import Deadlines, Ticket, TicketStatus

_PROMISES = ("first_reply", "next_reply", "resolution")

INTERRUPTED = "the service stopped while this was being sent"
"""The error of a delivery that an earlier run began and that nobody knows the end of."""


def is_own_chat(conversation_id: ConversationId, address: Address) -> bool:
    """Whether an address is where the customer of a conversation reads."""
    return address.ticket is None and conversation_id == f"{address.channel}:{address.chat}"


def latest_contact(stored: Contact, given: Contact) -> Contact:
    """The contact as the channel described it last. Without a name it was only identified, not described."""
    return given if given.name else stored


def time_of(change: Change, now: datetime) -> datetime:
    """When a change happens: at the time of its turn, which is the one it was decided by."""
    return now if change.turn is None else change.turn.at


def fits(reminder: Reminder, cancelled: ReminderCancelled) -> bool:
    """Whether a reminder is among those that are called off."""
    return cancelled.name in ("", reminder.name) and cancelled.intent in ("", reminder.intent)


def taken(what: str) -> Refusal:
    """That no two accounts have the same login or Telegram id."""
    return Refusal(f"another account has this {what}", remedy="Choose another one, or change that account first.")


def changed_meanwhile(piece: str) -> StaleDraft:
    """That two people worked on the same piece of the draft, and this one was second."""
    return StaleDraft(f"somebody else has changed {piece} meanwhile", remedy="Look at it again, then change it again.")


def published_meanwhile() -> StaleDraft:
    """That the draft was judged against a release that is not the active one any more."""
    return StaleDraft("another release has become active meanwhile", remedy="Look at the changes again, then publish.")


def activated_meanwhile() -> StaleDraft:
    """That somebody wanted another release in the place of one that is not the active one any more."""
    return StaleDraft("another release is active by now", remedy="Look at it again, and try again.")


def text_of_turn(record: Mapping[str, object]) -> str:
    """What the customer wrote, from the record of a decision; "" in one that was emptied."""
    return str(record.get("text") or "")


def due_at(ticket: Ticket) -> datetime | None:
    """When time next has something to say about a ticket: the end of a snooze, a warning, or a deadline that runs and
    has not been missed yet."""
    if not ticket.is_open:
        return None
    due = [ticket.snoozed_until] if ticket.status is TicketStatus.SNOOZED else []
    running = ticket.deadlines
    if running.paused_at is None:
        due += [running.check_at] if running.check_at else _not_missed(running)
    return min((time for time in due if time), default=None)


def _not_missed(running: Deadlines) -> list[datetime | None]:
    return [getattr(running, name) for name in _PROMISES if name not in running.missed]


def refuse_naive_time(*times: datetime | None) -> None:
    """Raise ValueError if a time has no zone."""
    _refuse_naive(iter(times))


def refuse_naive_updates(updates: tuple[Update, ...]) -> None:
    """Raise ValueError if an update was received at a time without a zone."""
    _refuse_naive(update.received_at for update in updates)


def refuse_naive_review(items: Sequence[ReviewItem]) -> None:
    """Raise ValueError if an item for the review list has a time without a zone."""
    _refuse_naive(time for item in items for time in (item.at, item.dealt_at))


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
    if change.conversation.dialogue.form is not None:
        yield change.conversation.dialogue.form.asked_at
    for entry in change.entries:
        yield entry.message.at
        yield entry.message.edited_at
    for edit in change.edits:
        yield edit.at
    if change.ticket is not None:
        yield change.ticket.queued_at
        yield change.ticket.changed_at
        yield change.ticket.waiting_since
        yield change.ticket.assigned_at
        yield change.ticket.snoozed_until
        yield change.ticket.replied_at
        yield change.ticket.finished_at
        yield change.ticket.closed_at
        yield change.ticket.deadlines.paused_at
        yield change.ticket.deadlines.check_at
        yield from (getattr(change.ticket.deadlines, name) for name in _PROMISES)
    if change.episode is not None:
        yield change.episode.opened_at
    if change.closing is not None:
        yield change.closing.at
    if change.turn is not None:
        yield change.turn.at
    for reminder in change.reminders:
        if isinstance(reminder, Reminder):
            yield reminder.due
