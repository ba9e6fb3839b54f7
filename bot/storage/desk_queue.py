"""The queue of the desk in the tables: its lists and their counts, places in it, and what time has to say about it.

Plain functions of a connection, which only read. A list is read department by department and status by status, each
part in the order of an index and no longer than the page, and put together here: so a page costs the same however
many tickets wait, and however many are closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Text, and_, bindparam, func, select, text, type_coerce

from bot.storage import rows
from bot.storage.codec import encode_words
from bot.storage.tables import AT_RISK, IN_HAND, ROUTED, messages, tickets
from conversation.desk_ports import TicketQuery, TicketRow
from conversation.tickets import CLOSED, AgentId, TicketId, TicketStatus

_OPEN = [status.value for status in TicketStatus if status not in CLOSED]
_SERVED = [TicketStatus.ASSIGNED.value, TicketStatus.WAITING_CUSTOMER.value]


def _raw(time: Column[datetime]) -> ColumnElement[str]:
    """A time as the driver gives it, text or not: it is only compared."""
    return type_coerce(time, Text).label(time.name)


_BY_URGENCY = select(tickets.c.id, tickets.c.priority, _raw(tickets.c.waits_since)).order_by(
    tickets.c.priority.desc(), tickets.c.waits_since, tickets.c.id
)
_BY_AGE = select(tickets.c.id, _raw(tickets.c.queued_at)).order_by(tickets.c.queued_at.desc(), tickets.c.id.desc())
_BY_DEADLINE = select(tickets.c.id, _raw(tickets.c.next_deadline)).order_by(tickets.c.next_deadline, tickets.c.id)
_WITH_DEADLINE = text("next_deadline IS NOT NULL")
_WITHOUT_DEADLINE = tickets.c.next_deadline.is_(None)
_WITH_TIME = text("due_at IS NOT NULL")
_FIRST_DEPARTMENT = select(func.min(tickets.c.department))
_NEXT_DEPARTMENT = _FIRST_DEPARTMENT.where(tickets.c.department > bindparam("last"))
_LATEST = (
    select(func.max(messages.c.id)).where(messages.c.conversation_id == tickets.c.conversation_id).scalar_subquery()
)
_PART = (tickets.c.department == bindparam("in_department"), tickets.c.status == bindparam("in_status"))


def ticket_rows(connection: Connection, query: TicketQuery, limit: int, offset: int) -> list[TicketRow]:
    """See `DeskStore.ticket_rows`."""
    found = _List(connection, query).first(limit + offset)[offset:]
    shown = select(tickets, _LATEST.label("latest")).where(tickets.c.id.in_(found))
    by_id = {row.id: row for row in connection.execute(shown)}
    latest = select(messages).where(messages.c.id.in_([row.latest for row in by_id.values()]))
    said = {row.id: rows.message(row) for row in connection.execute(latest)}
    return [TicketRow(ticket=rows.ticket(by_id[id]), latest=said.get(by_id[id].latest)) for id in found]


@dataclass(frozen=True, slots=True)
class _List:
    """A list that is asked for."""

    connection: Connection
    query: TicketQuery

    def first(self, most: int) -> list[int]:
        """The numbers of the first tickets in it."""
        if self.query.order == "newest":
            found = self._in_order(_BY_AGE, most)
            found.sort(key=lambda row: (row.queued_at, row.id), reverse=True)
        elif self.query.order == "deadline":
            found = self._in_order(_BY_DEADLINE, most, _WITH_DEADLINE)
            found.sort(key=lambda row: (row.next_deadline, row.id))
            if len(found) < most:
                found += sorted(self._in_order(_BY_URGENCY, most, _WITHOUT_DEADLINE), key=_urgency)
        elif self.query.order == "urgency":
            found = sorted(self._in_order(_BY_URGENCY, most), key=_urgency)
        else:
            raise ValueError(f"a list has no order {self.query.order!r}")
        return [row.id for row in found[:most]]

    def _in_order(self, order: Select[Any], most: int, *where: Any) -> list[Any]:
        """The first of each part, in no order among the parts."""
        chosen = order.where(*where, *self._filters()).limit(most)
        if self.query.assignee is not None:
            return list(self.connection.execute(self._of_agent(chosen, self.query.assignee)))
        part = chosen.where(*_PART)
        return [
            row
            for department in self._departments()
            for status in self.query.statuses or TicketStatus
            for row in self.connection.execute(part, {"in_department": department, "in_status": status.value})
        ]

    def _of_agent(self, chosen: Select[Any], assignee: AgentId) -> Select[Any]:
        theirs = chosen.where(tickets.c.assignee == assignee)
        if self.query.statuses:
            theirs = theirs.where(tickets.c.status.in_([status.value for status in self.query.statuses]))
            if CLOSED.isdisjoint(self.query.statuses):
                theirs = theirs.where(text(IN_HAND))
        if self.query.departments is not None:
            theirs = theirs.where(tickets.c.department.in_(self.query.departments))
        return theirs

    def _departments(self) -> Iterable[str]:
        if self.query.departments is not None:
            return sorted(self.query.departments)
        known = []
        department = self.connection.execute(_FIRST_DEPARTMENT).scalar()
        while department is not None:
            known.append(department)
            department = self.connection.execute(_NEXT_DEPARTMENT, {"last": department}).scalar()
        return known

    def _filters(self) -> Iterable[ColumnElement[bool]]:
        if self.query.unassigned:
            yield tickets.c.assignee.is_(None)
        if self.query.label:
            # The only search in a text that tells upper case and every other character apart, in each database.
            quoted = encode_words((self.query.label,)).strip("[]")
            yield func.replace(tickets.c.labels, quoted, "") != tickets.c.labels


def _urgency(row: Any) -> tuple[int, Any, int]:
    return -row.priority, row.waits_since, row.id


def _looked_at(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column of an index that is read whole. SQLite, which has no statistics here, would rather look the condition
    up in another index, and read the table from there."""
    return func.coalesce(column, "")


def in_hand(connection: Connection) -> Mapping[AgentId, int]:
    """See `DeskStore.in_hand`."""
    counted = select(tickets.c.assignee, func.count()).where(text(IN_HAND)).group_by(tickets.c.assignee)
    return {AgentId(agent): number for agent, number in connection.execute(counted)}


def ticket_counts(connection: Connection, departments: frozenset[str] | None) -> Mapping[str, int]:
    """See `DeskStore.ticket_counts`."""
    count = select(func.count()).select_from(tickets)
    visible = () if departments is None else (tickets.c.department.in_(departments),)
    in_hand = () if departments is None else (_looked_at(tickets.c.department).in_(departments),)
    counts = {
        "in_hand": count.where(text(IN_HAND), *in_hand),
        "all": count.where(tickets.c.status.in_(_OPEN), *visible),
        "at_risk": count.where(text(AT_RISK), *visible),
    }
    found = {name: connection.execute(each).scalar_one() for name, each in counts.items()}
    return found | {"unassigned": found["all"] - found.pop("in_hand")}


def position(connection: Connection, ticket_id: TicketId) -> int | None:
    """See `DeskStore.position`."""
    waiting = tickets.c.status == TicketStatus.QUEUED.value
    keys = (tickets.c.id, tickets.c.department, tickets.c.priority, tickets.c.waits_since)
    asked = select(*keys).where(tickets.c.id == ticket_id, waiting)
    row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    same = tickets.c.priority == row.priority
    # Three ranges of an index, where one condition with OR would be none.
    before = (
        tickets.c.priority > row.priority,
        and_(same, tickets.c.waits_since < row.waits_since),
        and_(same, tickets.c.waits_since == row.waits_since, tickets.c.id < row.id),
    )
    count = select(func.count()).select_from(tickets).where(tickets.c.department == row.department, waiting)
    return 1 + sum(connection.execute(count.where(each)).scalar_one() for each in before)


def open_load(connection: Connection) -> Mapping[AgentId, int]:
    """See `DeskStore.open_load`."""
    served = select(tickets.c.assignee, func.count()).where(text(IN_HAND), _looked_at(tickets.c.status).in_(_SERVED))
    return {AgentId(agent): number for agent, number in connection.execute(served.group_by(tickets.c.assignee))}


def due_tickets(connection: Connection, now: datetime, unanswered_since: datetime, limit: int) -> list[TicketId]:
    """See `DeskStore.due_tickets`."""
    due = select(tickets.c.id).where(_WITH_TIME, tickets.c.due_at <= now).order_by(tickets.c.due_at).limit(limit)
    unanswered = (
        select(tickets.c.id)
        .where(text(ROUTED), tickets.c.assigned_at <= unanswered_since, tickets.c.waiting_since <= unanswered_since)
        .order_by(tickets.c.assigned_at)
        .limit(limit)
    )
    found = [id for each in (due, unanswered) for id in connection.execute(each).scalars()]
    return list(dict.fromkeys(found))[:limit]
