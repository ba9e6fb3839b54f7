"""Clockwork: what happens to tickets by the mere passing of time, in one loop.

Deadlines come near and pass, snoozes end, assignments lie unanswered, agents go. What follows from each is a rule of
`handoff`; here it is only looked for, when it is due and now and then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.service import DeskService
from bot.watching import Watcher
from conversation.errors import Refusal, StorageError
from conversation.ports import Change, Committed
from conversation.tickets import CLOSED, Agent, AgentId, Role, Ticket, TicketId, TicketStatus
from handoff import desk as use_cases
from handoff import passing, routing, sla
from handoff.desk import Case

LONGEST_WAIT = 15.0
"""Seconds after which the store is asked again: another process may have changed something."""

A_LITTLE = 0.02

LIMIT = 200
"""Tickets dealt with in one go."""

NEVER = timedelta(days=36_500)

HELD = (TicketStatus.ASSIGNED, TicketStatus.WAITING_CUSTOMER, TicketStatus.SNOOZED)
"""Where a ticket that loses its agent goes back into the queue."""

log = logging.getLogger(__name__)


class Clockwork(Watcher):
    """Looks at the clock while it runs. `present` says whose console is open."""

    def __init__(self, desk: DeskService, present: Callable[[], Iterable[AgentId]] = tuple) -> None:
        self._desk = desk
        self._present = present
        self._woken = asyncio.Event()
        self._next: datetime | None = None

    def committed(self, change: Change, committed: Committed, seconds: float) -> None:
        """See `Watcher`: a ticket may have something due before what is waited for."""
        if change.ticket is not None:
            self.ticket_changed(change.ticket)

    def ticket_changed(self, ticket: Ticket) -> None:
        """A ticket has changed, here or at another worker."""
        due = self._due(ticket)
        if due is not None and (self._next is None or due < self._next):
            self._next = due
            self._woken.set()

    async def run(self) -> None:
        """Look at the clock for ever. Cancel it to stop."""
        while True:
            self._next = None
            try:
                await self.look()
            except StorageError as error:
                log.error("tickets cannot be looked at; trying again: %s", error, extra={"action": "clockwork_failed"})
            except Exception:  # The clock must not stop for one ticket.
                log.exception("the clockwork failed", extra={"action": "clockwork_failed"})
            await self._until_next()

    async def look(self) -> int:
        """Deal with everything that is due now; returns how many tickets that is."""
        desk, now = self._desk, self._desk.clock()
        await desk.roster.refresh()
        for agent_id in self._present():
            desk.roster.seen(agent_id)
        due = await desk.store.due_tickets(now, now - self._patience(), limit=LIMIT)
        for ticket_id in due:
            ticket = await self._step(ticket_id, lambda case: self._passed(case, now))
            if ticket and ticket.assignee and ticket.changed_at == now:
                desk.roster.seen(ticket.assignee)  # A snooze is over: they are missed from now on, not before.
        return len(due) + await self._take_back(now)

    def _passed(self, case: Case, now: datetime) -> Case:
        """The case once time has had its say."""
        case = use_cases.woken(case, now)
        case = replace(case, ticket=sla.checked(case.ticket, case.rules, now))
        return self._returned(case, now) if case.ticket.routed else case

    def _returned(self, case: Case, now: datetime) -> Case:
        """The case with the ticket back in the queue, if its agent lets it lie or has gone."""
        ticket, roster = case.ticket, self._desk.roster
        if ticket.assignee is None:
            return case
        # Nobody is missed before there is something for them to do.
        missed_since = max(roster.away_since(ticket.assignee), ticket.waiting_since or ticket.changed_at)
        away = {ticket.assignee: missed_since}
        if not routing.returns([ticket], roster.active(), away, self._desk.policy, now):
            return case
        return passing.unassign(case, ticket.assignee, self._desk.speaking(case), now)

    async def _take_back(self, now: datetime) -> int:
        """Take tickets from those who have gone, or who have no account any more."""
        desk, taken = self._desk, 0
        lost = {agent.id for agent in desk.roster if agent.disabled}
        for agent_id in [*await desk.store.open_load(), *lost]:
            agent = desk.roster.serving(agent_id)
            statuses = [status for status in TicketStatus if status not in CLOSED] if agent is None else HELD[:1]
            for ticket in await desk.store.tickets(statuses, assignee=agent_id, limit=LIMIT):
                if agent is None:
                    taken += await self._step(ticket.id, lambda case: self._lost(case, now)) is not None
                elif self._may_have_gone(ticket, agent, now):
                    taken += await self._step(ticket.id, lambda case: self._returned(case, now)) is not None
        return taken

    def _may_have_gone(self, ticket: Ticket, agent: Agent, now: datetime) -> bool:
        patience = self._desk.policy.department(ticket.department).away_after
        return patience is not None and now - self._desk.roster.away_since(agent.id) >= patience

    def _lost(self, case: Case, now: datetime) -> Case:
        """The case of somebody who may not act any more: it waits again, or is done where only the wrap-up was left."""
        ticket, voice = case.ticket, self._desk.speaking(case)
        if ticket.assignee is None or self._desk.roster.serving(ticket.assignee) is not None:
            return case
        clock = Agent(id=AgentId("clock"), name=ticket.assignee_name, role=Role.ADMIN)
        if ticket.status in HELD:
            return use_cases.release(case, clock, voice, now)
        return use_cases.resolve(case, clock, voice, now) if ticket.status is TicketStatus.WRAP_UP else case

    async def _step(self, ticket_id: TicketId, use_case: Callable[[Case], Case]) -> Ticket | None:
        try:
            return await self._desk.act(ticket_id, use_case)
        except Refusal:
            return None

    def _patience(self) -> timedelta:
        """After how long an assignment may count as unanswered at the earliest."""
        policy = self._desk.policy
        limits = [each.return_after for each in (*policy.departments.values(), policy.other)]
        return min((limit for limit in limits if limit is not None), default=NEVER)

    def _due(self, ticket: Ticket) -> datetime | None:
        if not ticket.is_open:
            return None
        times = [ticket.deadlines.check_at]
        if ticket.status is TicketStatus.SNOOZED:
            times.append(ticket.snoozed_until)
        patience = self._desk.policy.department(ticket.department).return_after
        if ticket.routed and ticket.assigned_at and patience is not None:
            times.append(ticket.assigned_at + patience)
        return min((time for time in times if time), default=None)

    async def _until_next(self) -> None:
        """Wait until something may be due; what turns out to be due sooner shortens the wait."""
        loop = asyncio.get_running_loop()
        latest = loop.time() + LONGEST_WAIT
        while True:
            self._woken.clear()
            wait = latest - loop.time()
            if self._next is not None:
                # A little more than needed: a deadline must not be looked at just before it passes.
                wait = min(wait, (self._next - self._desk.clock()).total_seconds() + A_LITTLE)
            if wait <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait)
