"""Who serves whom next: which waiting tickets go to which agents, and which come back.

Plain sums over what is given: no ticket is changed here (`handoff.passing` does that), and who is connected, busy on
the telephone or at lunch is not known; agents say themselves whether they are available.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.tickets import Agent, AgentId, Priority, Ticket, TicketId, TicketStatus
from handoff.policy import DeskPolicy, Mode

HIGHEST = max(priority.value for priority in Priority)


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A waiting ticket and the agent who shall serve it."""

    ticket_id: TicketId
    agent_id: AgentId


@dataclass(frozen=True, kw_only=True, slots=True)
class Routed:
    """What routing came to, and the agents whose turn was last, by department, for the next time."""

    assignments: tuple[Assignment, ...]
    last: Mapping[str, AgentId]


def route(
    queue: Iterable[Ticket],
    agents: Sequence[Agent],
    load: Mapping[AgentId, int],
    last: Mapping[str, AgentId],
    policy: DeskPolicy,
    now: datetime,
) -> Routed:
    """Give every waiting ticket an agent, as far as there are agents with room.

    The most urgent go first, among them who has waited longest; a ticket that waits for long counts as more urgent
    (`Department.ageing`), up to the highest, so that none waits for ever. Whoever served the customer last goes before
    all others, then who has not let the ticket lie before, then whose turn it is by the department's mode. A skill or
    language that nobody in the department has is not waited for.

    `load` is how many tickets each agent has, `last` whose turn was last in each department. Departments whose agents
    claim for themselves get nothing.
    """
    load, last = dict(load), dict(last)
    assignments = []
    for ticket in in_turn(queue, policy, now):
        mode = policy.department(ticket.department).mode
        if mode is Mode.MANUAL:
            continue
        fit = [agent for agent in able(ticket, agents) if agent.available and load.get(agent.id, 0) < agent.capacity]
        if fit:
            chosen = _chosen(ticket, fit, load, last.get(ticket.department, AgentId("")), mode)
            assignments.append(Assignment(ticket_id=ticket.id, agent_id=chosen.id))
            load[chosen.id] = load.get(chosen.id, 0) + 1
            last[ticket.department] = chosen.id
    return Routed(assignments=tuple(assignments), last=last)


def in_turn(queue: Iterable[Ticket], policy: DeskPolicy, now: datetime) -> list[Ticket]:
    """Waiting tickets in the order in which they are served."""

    def rank(ticket: Ticket) -> tuple[int, datetime, TicketId]:
        return -urgency(ticket, policy, now), _waiting_since(ticket), ticket.id

    return sorted((ticket for ticket in queue if ticket.status is TicketStatus.QUEUED), key=rank)


def urgency(ticket: Ticket, policy: DeskPolicy, now: datetime) -> int:
    """A ticket's priority with what its waiting adds to it, counted in hours of business."""
    rules, since = policy.department(ticket.department), _waiting_since(ticket)
    if ticket.priority.value == HIGHEST or now - since < rules.ageing:
        return ticket.priority.value
    waited = rules.calendar.business_seconds(since, now)
    return min(ticket.priority.value + int(waited // rules.ageing.total_seconds()), HIGHEST)


def able(ticket: Ticket, agents: Iterable[Agent]) -> list[Agent]:
    """Who of the staff can serve a ticket at all, here or not: by department, then skill, then language.

    An admin without departments of their own serves all, like everybody without; who lists no language, any.
    """
    staff = [a for a in agents if not a.disabled and (not a.departments or ticket.department in a.departments)]
    skilled = [agent for agent in staff if not ticket.skill or ticket.skill in agent.skills] or staff
    return [a for a in skilled if not ticket.language or not a.languages or ticket.language in a.languages] or skilled


def returns(
    tickets: Iterable[Ticket],
    agents: Sequence[Agent],
    away_since: Mapping[AgentId, datetime],
    policy: DeskPolicy,
    now: datetime,
) -> list[Ticket]:
    """The tickets that go back into the queue: nobody took them on in time, or their agent has gone.

    Only where it is the agent's turn: what waits for the customer stays. `away_since` says since when agents have been
    unavailable; who has no account any more, or a disabled one, is gone at once.
    """
    here = {agent.id for agent in agents if not agent.disabled}
    found = []
    for ticket in tickets:
        if ticket.status is not TicketStatus.ASSIGNED or ticket.assignee is None:
            continue
        rules = policy.department(ticket.department)
        unanswered = ticket.routed and _over(ticket.assigned_at, rules.return_after, now)
        away = _over(away_since.get(ticket.assignee), rules.away_after, now)
        if unanswered or away or ticket.assignee not in here:
            found.append(ticket)
    return found


def _waiting_since(ticket: Ticket) -> datetime:
    """Since when its customer waits; a ticket that was passed on after an answer waits since then."""
    return ticket.waiting_since or ticket.changed_at


def _chosen(ticket: Ticket, fit: Sequence[Agent], load: Mapping[AgentId, int], last: AgentId, mode: Mode) -> Agent:
    """One of those who could take it now. Turns go by id, so that people can come and go between them."""

    def rank(agent: Agent) -> tuple[bool, bool, float, bool, AgentId]:
        share = load.get(agent.id, 0) / agent.capacity if mode is Mode.LEAST_LOADED else 0.0
        return agent.id != ticket.last_agent, agent.id in ticket.declined, share, agent.id <= last, agent.id

    return min(fit, key=rank)


def _over(since: datetime | None, limit: timedelta | None, now: datetime) -> bool:
    return since is not None and limit is not None and now - since >= limit
