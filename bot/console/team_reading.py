"""What a supervisor sees of the team: who is there with what to do, what is at risk, and what nobody has taken.

Reads no more than fits on a page, however many tickets wait, and once for all pages that ask the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.console.inbox_reading import Reads, reads_of
from bot.console.parts import Parts
from bot.console.rights import departments_of
from conversation.desk_ports import TicketQuery
from conversation.tickets import CLOSED, Agent, AgentId, Ticket, TicketStatus

MOST_SERVED = 500
"""Tickets in somebody's hands that are read at most."""

MOST_AT_RISK = 30
MOST_WAITING = 8
"""Of each department; the inbox has the rest."""

ONLINE = timedelta(minutes=1)
"""Whoever was seen at work within this is at the desk."""

_SERVED = tuple(status for status in TicketStatus if status not in CLOSED | {TicketStatus.QUEUED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody of the team. `load` counts against their capacity, tickets of other departments too."""

    agent: Agent
    online: bool
    load: int
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What nobody of a department has taken: how many, and the most urgent of them."""

    department: str
    number: int
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """All of it."""

    members: tuple[Member, ...]
    at_risk: tuple[Ticket, ...]
    waiting: tuple[Waiting, ...]
    counts: Mapping[str, int]
    settled: bool


async def read(parts: Parts, agent: Agent, department: str, departments: list[str]) -> Team:
    """The team as `agent` may see it: of one department, or of all theirs (""), whose names are `departments`. Where it
    is not settled, counts are older than what happened last (see `Reads.counts`)."""
    reads, now = reads_of(parts.store, parts.feed), parts.clock()
    visible = frozenset((department,)) if department else departments_of(agent)
    load = await reads.open_load()
    of_agent: dict[AgentId, list[Ticket]] = defaultdict(list)
    for ticket in await reads.tickets(TicketQuery(statuses=_SERVED, departments=visible), MOST_SERVED):
        if ticket.assignee:
            of_agent[ticket.assignee].append(ticket)
    still_open = tuple(status for status in TicketStatus if status not in CLOSED)
    urgent = TicketQuery(statuses=still_open, departments=visible, order="deadline")
    at_risk = await reads.tickets(urgent, 2 * MOST_AT_RISK)
    counts, settled = await reads.counts(visible, agent.id)
    waiting = []
    for name in [department] if department else departments:
        each, is_settled = await _waiting(reads, agent, name)
        waiting.append(each)
        settled = settled and is_settled
    roster = parts.desk.roster
    members = [
        Member(
            agent=each,
            online=(seen := roster.last_seen(each.id)) is not None and now - seen < ONLINE,
            load=load.get(each.id, 0),
            tickets=tuple(of_agent[each.id]),
        )
        for each in roster.active()
        if visible is None or not each.departments or each.departments & visible
    ]
    return Team(
        members=tuple(sorted(members, key=_rank)),
        at_risk=tuple(ticket for ticket in at_risk if ticket.deadlines.warned or ticket.deadlines.overdue)[
            :MOST_AT_RISK
        ],
        waiting=tuple(each for each in waiting if each.number),
        counts=counts,
        settled=settled,
    )


async def _waiting(reads: Reads, agent: Agent, department: str) -> tuple[Waiting, bool]:
    """What waits in one department, and whether its number is settled."""
    alone = frozenset((department,))
    counts, settled = await reads.counts(alone, agent.id)
    query = TicketQuery(statuses=(TicketStatus.QUEUED,), departments=alone)
    tickets = await reads.tickets(query, MOST_WAITING) if counts["unassigned"] else []
    number = max(counts["unassigned"], len(tickets))
    return Waiting(department=department, number=number, tickets=tuple(tickets)), settled


def _rank(member: Member) -> tuple[bool, bool, str]:
    """Who takes tickets first, then who has some, then by name."""
    return not member.agent.available, not member.tickets, member.agent.name.casefold()
