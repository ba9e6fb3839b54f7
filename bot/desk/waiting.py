"""What waiting customers are shown of the queue: their place and an estimate, in one message that is edited in place.

Not more often than of use: nothing for who is served soon, then no more than one edit in an interval, and only when
the words are others. It knows neither channels nor limits; delivery lets nobody's words wait for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.service import DeskService
from bot.watching import Watcher
from conversation.desk_ports import TicketQuery
from conversation.effects import Button, Delivery, EditText
from conversation.errors import Refusal, StorageError
from conversation.ports import Change, Committed
from conversation.state import Owner
from conversation.tickets import Ticket, TicketId, TicketStatus
from handoff import notices
from handoff.desk import Case, customer_address

TOLD = 200
"""Customers who are told their place at most: those next in turn. Nobody is helped by being number 4,711."""

PAST = timedelta(days=7)
"""How far back the episodes lie that an estimate is made from."""

REMEMBERED = timedelta(minutes=10)
"""How long it is held to be known how long tickets take."""

log = logging.getLogger(__name__)

_Notice = Callable[[Case], EditText]


class Waiting(Watcher):
    """Keeps what is shown up to date while it runs. What was shown before a restart is shown again."""

    def __init__(self, desk: DeskService, interval: timedelta) -> None:
        self._desk = desk
        self._interval = interval
        self._shown: dict[TicketId, tuple[str, datetime]] = {}
        self._over: set[TicketId] = set()
        self._handling: dict[str, tuple[datetime, list[float]]] = {}
        self._woken = asyncio.Event()

    def committed(self, change: Change, committed: Committed, seconds: float) -> None:
        """See `Watcher`: who has been shown a place and waits no more is told so."""
        if change.ticket is not None:
            self.ticket_changed(change.ticket)

    def ticket_changed(self, ticket: Ticket) -> None:
        """A ticket has changed, here or at another worker."""
        if ticket.status is TicketStatus.QUEUED or self._shown.pop(ticket.id, None) is None:
            return
        if ticket.is_open:
            self._over.add(ticket.id)
            self._woken.set()

    async def run(self) -> None:
        """Tell for ever. Cancel it to stop."""
        loop = asyncio.get_running_loop()
        again = loop.time()
        while self._interval:
            self._woken.clear()
            try:
                await self.tell_turns()
                if loop.time() >= again:
                    await self.tell()
                    again = loop.time() + self._interval.total_seconds() / 3
            except StorageError as error:
                log.error("the queue cannot be told; trying again: %s", error, extra={"action": "waiting_failed"})
            except Exception:  # One customer's notice must not keep the others from theirs.
                log.exception("telling the queue failed", extra={"action": "waiting_failed"})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), max(0.0, again - loop.time()))

    async def tell_turns(self) -> None:
        """Put into the place of what was shown, for those who wait no more, that their turn has come."""
        over, self._over = self._over, set()
        for ticket_id in over:
            await self._show(ticket_id, lambda case: notices.turn_come(self._desk.speaking(case)), None)

    async def tell(self) -> int:
        """Bring up to date what waiting customers are shown; returns how many were."""
        told, places, now = 0, Counter[str](), self._desk.clock()
        query = TicketQuery(statuses=(TicketStatus.QUEUED,))
        for row in await self._desk.store.ticket_rows(query, limit=TOLD):
            ticket = row.ticket
            places[ticket.department] += 1
            if self._is_time(ticket, now):
                told += await self._tell(ticket, places[ticket.department], now)
        return told

    def _is_time(self, ticket: Ticket, now: datetime) -> bool:
        """Whether a customer has waited for long enough, since they came or since they were told, in business hours."""
        since = self._shown[ticket.id][1] if ticket.id in self._shown else ticket.queued_at
        return now - since >= self._interval and self._desk.policy.department(ticket.department).calendar.is_open(now)

    async def _tell(self, ticket: Ticket, place: int, now: datetime) -> bool:
        serving = sum(agent.available and agent.serves(ticket.department) for agent in self._desk.roster.active())
        minutes = notices.estimate(place, await self._times(ticket.department, now), serving)

        def shown(case: Case) -> EditText:
            phrases = self._desk.speaking(case)
            back = Button(title=phrases.desk.back_to_bot, payload=f"{notices.BACK_TO_BOT}:{ticket.id}")
            return replace(notices.position(phrases, place, minutes), buttons=((back,),))

        known = self._shown.get(ticket.id)
        words = f"{place}/{minutes}"
        self._shown[ticket.id] = (words, now)
        if known is not None and known[0] == words:
            return False
        return await self._show(ticket.id, shown, Owner.QUEUE)

    async def _show(self, ticket_id: TicketId, notice: _Notice, only_while: Owner | None) -> bool:
        def with_notice(case: Case) -> Case:
            if only_while is not None and case.conversation.owner is not only_while:
                return case
            delivery = Delivery(
                address=customer_address(case.conversation),
                effect=notice(case),
                label=f"{notices.POSITION}:{ticket_id}",
                only_while=only_while,
            )
            return replace(case, deliveries=(*case.deliveries, delivery))

        try:
            await self._desk.act(ticket_id, with_notice)
        except Refusal:
            return False
        return True

    async def _times(self, department: str, now: datetime) -> list[float]:
        """How long the department's tickets took lately."""
        at, times = self._handling.get(department, (now - 2 * REMEMBERED, []))
        if now - at >= REMEMBERED:
            rows = await self._desk.store.episodes_between(now - PAST, now, frozenset({department}))
            times = [row.handling for row in rows if row.handling is not None]
            self._handling[department] = (now, times)
        return times
