"""Assigning: one lane that gives waiting tickets to agents, whenever something happened that could allow it.

It watches the store for tickets that changed and the roster for people who did; `handoff.routing` says who gets what.
Each assignment is a step of the desk like any other: where an agent's own claim comes first, the claim stands.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from bot.desk.service import DeskService
from bot.watching import Watcher
from conversation.desk_ports import TicketQuery
from conversation.errors import Refusal, StorageError
from conversation.ports import Change, Committed
from conversation.tickets import AgentId, Ticket, TicketId, TicketStatus
from handoff import passing, routing
from handoff.desk import Case
from handoff.policy import Mode

LONGEST_WAIT = 30.0
"""Seconds after which the queue is looked at although nothing is known to have happened: it ages by itself."""

MOST = 1_000
"""Waiting tickets that are weighed against each other at most: the first in the store's order, by priority and age."""

log = logging.getLogger(__name__)


class Assigning(Watcher):
    """Assigns while it runs. Departments whose agents claim for themselves are left alone."""

    def __init__(self, desk: DeskService) -> None:
        self._desk = desk
        self._woken = asyncio.Event()
        self._last: dict[str, AgentId] = {}
        policy = desk.policy
        routed = [name for name, rules in policy.departments.items() if rules.mode is not Mode.MANUAL]
        self._departments = frozenset(routed) if policy.other.mode is Mode.MANUAL else None
        self.routes = self._departments is None or bool(self._departments)
        """Whether there is any department that shares out its tickets."""
        desk.roster.listeners.append(self.wake)

    def wake(self) -> None:
        """Something happened that could allow an assignment."""
        self._woken.set()

    def committed(self, change: Change, committed: Committed, seconds: float) -> None:
        """See `Watcher`: a ticket came, went, or has another agent."""
        if change.ticket is not None:
            self.ticket_changed(change.ticket)

    def ticket_changed(self, ticket: Ticket) -> None:
        """A ticket came, went, or has another agent, here or at another worker."""
        self.wake()

    async def run(self) -> None:
        """Assign for ever. Cancel it to stop."""
        while self.routes:
            self._woken.clear()
            try:
                await self.assign()
            except StorageError as error:
                log.error("tickets cannot be assigned; trying again: %s", error, extra={"action": "assigning_failed"})
            except Exception:  # The queue must not stand still because of one ticket.
                log.exception("assigning failed", extra={"action": "assigning_failed"})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LONGEST_WAIT)

    async def assign(self) -> int:
        """Give out what can be given; returns how many tickets found their agents."""
        desk, agents = self._desk, self._desk.roster.active()
        if not any(agent.available for agent in agents):
            return 0
        load = await desk.store.open_load()
        if not any(agent.available and load.get(agent.id, 0) < agent.capacity for agent in agents):
            return 0
        routed = routing.route(await self._queue(), agents, load, self._last, desk.policy, desk.clock())
        self._last = dict(routed.last)
        return sum([await self._give(each.ticket_id, each.agent_id) for each in routed.assignments])

    async def _give(self, ticket_id: TicketId, agent_id: AgentId) -> bool:
        """Give a ticket to an agent, if it still waits and they are still there."""
        agent = self._desk.roster.serving(agent_id)
        if agent is None:
            return False

        def given(case: Case) -> Case:
            return passing.assign(case, agent, self._desk.clock())

        try:
            ticket = await self._desk.act(ticket_id, given)
        except Refusal:
            return False
        return ticket.assignee == agent_id

    async def _queue(self) -> list[Ticket]:
        query = TicketQuery(statuses=(TicketStatus.QUEUED,), departments=self._departments)
        return [row.ticket for row in await self._desk.store.ticket_rows(query, limit=MOST)]
