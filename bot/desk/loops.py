"""The desk's own work, beside what agents do: assigning, the clockwork, and what waiting customers are shown.

It is a watcher before there is a desk, as the desk's store has to be watched from its beginning.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.desk.assigning import Assigning
from bot.desk.clockwork import Clockwork
from bot.desk.service import DeskService
from bot.desk.waiting import Waiting
from bot.watching import Watcher
from conversation.ports import Change, Committed
from conversation.tickets import AgentId, Ticket


class DeskLoops(Watcher):
    """The three loops of a desk, once `begin` has named it."""

    def __init__(self) -> None:
        self._loops: tuple[Assigning | Clockwork | Waiting, ...] = ()

    def begin(self, desk: DeskService, *, interval: timedelta, present: Callable[[], Iterable[AgentId]]) -> None:
        """Work for `desk`: places are told at this interval, and `present` says whose console is open."""
        self._loops = (Assigning(desk), Clockwork(desk, present), Waiting(desk, interval))

    def committed(self, change: Change, committed: Committed, seconds: float) -> None:
        """See `Watcher`."""
        for loop in self._loops:
            loop.committed(change, committed, seconds)

    def ticket_changed(self, ticket: Ticket) -> None:
        """A ticket has changed at another worker."""
        for loop in self._loops:
            loop.ticket_changed(ticket)

    async def run(self) -> None:
        """Work for ever. Cancel it to stop."""
        await asyncio.gather(*(loop.run() for loop in self._loops))
