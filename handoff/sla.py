"""The promises kept to customers: deadlines of a ticket, their pauses, warnings and misses.

`kept` follows every step of a ticket, `checked` the passing of time, and `news` says what either brought to light.
What became of a promise is written down for the department that made it, at the moment it is settled: broken when it
has passed, kept when it ends before that, be it by an answer, with the ticket, or because another department takes the
ticket over, and promises from then on.
Time is that of the department's business hours throughout. Nothing here wakes anybody: `Deadlines.check_at` says when
to look again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from conversation.tickets import Deadlines, Promised, Ticket, TicketId, TicketStatus
from conversation.values import replace
from handoff.policy import Department

FIRST_REPLY, NEXT_REPLY, RESOLUTION = "first_reply", "next_reply", "resolution"
KINDS = (FIRST_REPLY, NEXT_REPLY, RESOLUTION)

PAUSED = frozenset({TicketStatus.WAITING_CUSTOMER, TicketStatus.SNOOZED, TicketStatus.WRAP_UP})
"""Where the clock stands: the customer is waited for, or the matter is."""


class Alert(Enum):
    """What the clock has to say of a deadline."""

    WARNING = "warning"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True, slots=True)
class SlaEvent:
    """A deadline is near, or has passed. Each comes once for each deadline."""

    ticket_id: TicketId
    alert: Alert
    kind: str
    due: datetime | None


def opened(ticket: Ticket, rules: Department) -> Ticket:
    """A new ticket with its deadlines, counted from when it was queued."""
    promise = rules.promises.of(ticket.priority)
    deadlines = Deadlines(
        first_reply=_due(rules, ticket.queued_at, promise.first_reply),
        resolution=_due(rules, ticket.queued_at, promise.resolution),
    )
    return _looked_at(replace(ticket, deadlines=deadlines), rules, ticket.queued_at)


def kept(before: Ticket, after: Ticket, rules: Department, now: datetime) -> Ticket:
    """The ticket after a step, with its deadlines brought up to date under the rules it was under before.

    A reply clears that it is waited for; a wait that begins gets a deadline; the clock stops and goes on with the
    status; a closed ticket has none left. What had passed by now counts as missed, whether it was looked at or not.
    """
    deadlines, department = checked(before, rules, now).deadlines, before.department
    if not after.is_open:
        ended, paused = _ended(deadlines, department), _resumed(deadlines, rules, now).paused_seconds
        books = Deadlines(missed=ended.missed, promised=ended.promised, paused_seconds=paused)
        return replace(after, deadlines=books)
    if after.department != department:
        deadlines = _ended(deadlines, department)
    if after.replied_at and not before.replied_at:
        deadlines = _cleared(_ended(deadlines, department, FIRST_REPLY), FIRST_REPLY)
    if after.waiting_since is None:
        deadlines = _cleared(_ended(deadlines, department, NEXT_REPLY), NEXT_REPLY)
    if before.status in PAUSED and after.status not in PAUSED:
        deadlines = _resumed(deadlines, rules, now)
    if after.waiting_since and not before.waiting_since and after.replied_at:
        promise = rules.promises.of(after.priority).next_reply
        deadlines = replace(_cleared(deadlines, NEXT_REPLY), next_reply=_due(rules, now, promise))
    if after.status in PAUSED and before.status not in PAUSED:
        deadlines = replace(deadlines, paused_at=now)
    return _looked_at(replace(after, deadlines=deadlines), rules, now)


def moved(ticket: Ticket, rules: Department, now: datetime) -> Ticket:
    """The ticket under the promises of its new department or priority, counted from when it was queued.

    The pauses it has had are granted again. A next reply that is due stays due when it was promised.
    """
    promise, paused = rules.promises.of(ticket.priority), ticket.deadlines.paused_seconds
    unanswered = ticket.replied_at is None
    deadlines = replace(
        ticket.deadlines,
        first_reply=_due(rules, ticket.queued_at, promise.first_reply, paused) if unanswered else None,
        resolution=_due(rules, ticket.queued_at, promise.resolution, paused),
        warned=tuple(kind for kind in ticket.deadlines.warned if kind == NEXT_REPLY),
        overdue=tuple(kind for kind in ticket.deadlines.overdue if kind == NEXT_REPLY),
    )
    return _looked_at(replace(ticket, deadlines=deadlines), rules, now)


def checked(ticket: Ticket, rules: Department, now: datetime) -> Ticket:
    """The ticket with what has become near or has passed by `now` marked as such."""
    deadlines = ticket.deadlines
    if deadlines.paused_at is not None or not ticket.is_open:
        return ticket
    overdue = tuple(kind for kind, due in _running(deadlines) if due <= now)
    broken = (kind for kind in overdue if kind not in deadlines.overdue)
    near = (kind for kind, due in _running(deadlines) if _to_warning(ticket, kind, due, rules, now) <= 0)
    deadlines = replace(
        deadlines,
        warned=tuple(near),
        overdue=overdue,
        missed=tuple(kind for kind in KINDS if kind in deadlines.missed or kind in overdue),
        promised=together(
            *deadlines.promised, *(Promised(department=ticket.department, kind=kind, kept=False) for kind in broken)
        ),
    )
    return _looked_at(replace(ticket, deadlines=deadlines), rules, now)


def news(before: Ticket | None, after: Ticket) -> tuple[SlaEvent, ...]:
    """The warnings and misses that came to light between two states of a ticket."""
    was, now = before.deadlines if before else Deadlines(), after.deadlines
    events = []
    for kind in KINDS:
        newly_missed = (kind in now.overdue and kind not in was.overdue) or (
            kind in now.missed and kind not in was.missed
        )
        if newly_missed:
            events.append((Alert.MISSED, kind))
        elif kind in now.warned and kind not in was.warned:
            events.append((Alert.WARNING, kind))
    return tuple(
        SlaEvent(ticket_id=after.id, alert=alert, kind=kind, due=getattr(now, kind) or getattr(was, kind))
        for alert, kind in events
    )


def together(*promised: Promised) -> tuple[Promised, ...]:
    """What became of promises, once for each department and kind: kept, if it was kept every time."""
    known: dict[tuple[str, str], bool] = {}
    for each in promised:
        known[each.department, each.kind] = known.get((each.department, each.kind), True) and each.kept
    return tuple(Promised(department=department, kind=kind, kept=kept) for (department, kind), kept in known.items())


def remaining(ticket: Ticket, kind: str, rules: Department, now: datetime) -> float | None:
    """Seconds of business hours left to a deadline, negative once it has passed; None where there is none."""
    due: datetime | None = getattr(ticket.deadlines, kind)
    if due is None:
        return None
    now = ticket.deadlines.paused_at or now
    left = rules.calendar.business_seconds(now, due)
    return left if now <= due else -rules.calendar.business_seconds(due, now)


def _running(deadlines: Deadlines) -> tuple[tuple[str, datetime], ...]:
    dues = ((kind, getattr(deadlines, kind)) for kind in KINDS)
    return tuple((kind, due) for kind, due in dues if due is not None)


def _due(rules: Department, since: datetime, minutes: float | None, paused: float = 0.0) -> datetime | None:
    return None if minutes is None else rules.calendar.due(since, minutes * 60 + paused)


def _ended(deadlines: Deadlines, department: str, *kinds: str) -> Deadlines:
    """With those promises (none named: all) that now run, and have not passed, written down as kept by a department."""
    running = (kind for kind, _ in _running(deadlines) if kind in (kinds or KINDS) and kind not in deadlines.overdue)
    kept = (Promised(department=department, kind=kind, kept=True) for kind in running)
    return replace(deadlines, promised=together(*deadlines.promised, *kept))


def _cleared(deadlines: Deadlines, kind: str) -> Deadlines:
    """Without one of them; that it was missed stays known."""
    rest = replace(
        deadlines,
        warned=tuple(each for each in deadlines.warned if each != kind),
        overdue=tuple(each for each in deadlines.overdue if each != kind),
    )
    if kind == FIRST_REPLY:
        return replace(rest, first_reply=None)
    return replace(rest, next_reply=None) if kind == NEXT_REPLY else replace(rest, resolution=None)


def _resumed(deadlines: Deadlines, rules: Department, now: datetime) -> Deadlines:
    """The clock goes on: what was left when it was stopped is left now. What had passed before has passed."""
    since = deadlines.paused_at or now

    def later(due: datetime | None) -> datetime | None:
        if due is None or due <= since:
            return due
        return rules.calendar.due(now, rules.calendar.business_seconds(since, due))

    return replace(
        deadlines,
        first_reply=later(deadlines.first_reply),
        next_reply=later(deadlines.next_reply),
        resolution=later(deadlines.resolution),
        paused_at=None,
        paused_seconds=deadlines.paused_seconds + rules.calendar.business_seconds(since, now),
    )


def _to_warning(ticket: Ticket, kind: str, due: datetime, rules: Department, now: datetime) -> float:
    """Seconds of business hours until a deadline is to be warned of: when no more than the last part of it is left."""
    minutes: float = getattr(rules.promises.of(ticket.priority), kind) or 0.0
    left = rules.calendar.business_seconds(now, due) - (1 - rules.promises.warn_at) * minutes * 60
    return round(left, 6)


def _looked_at(ticket: Ticket, rules: Department, now: datetime) -> Ticket:
    """The ticket with the time at which the clock has something new to say of it."""
    deadlines, times = ticket.deadlines, []
    if deadlines.paused_at is None:
        for kind, due in _running(deadlines):
            if kind in deadlines.warned:
                times += [] if kind in deadlines.overdue else [due]
            else:
                times.append(rules.calendar.due(now, _to_warning(ticket, kind, due, rules, now)))
    return replace(ticket, deadlines=replace(deadlines, check_at=min(times, default=None)))
