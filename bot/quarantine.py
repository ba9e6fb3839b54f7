"""The quarantine of a running service: what is let out of it goes back to the turns of this service.

It knows what an update's row looks like to the store, and not why it failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.storage.upkeep import Upkeep, upkeep_of
from bot.turns import Turns
from bot.workers import Worker
from conversation.messages import InboxId
from conversation.ports import InboxItem, Store
from conversation.quarantine_ports import Quarantined


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceQuarantine:
    """Implements `Quarantine`. `again` is handed what is let out; `changed` is told that something was let out."""

    upkeep: Upkeep
    again: Callable[[InboxItem], None]
    clock: Callable[[], datetime]
    changed: Callable[[], None]

    async def count(self) -> int:
        """See `Quarantine.count`."""
        return await self.upkeep.quarantined_count()

    async def quarantined(self, limit: int = 100) -> list[Quarantined]:
        """See `Quarantine.quarantined`."""
        return await self.upkeep.quarantined(limit)

    async def quarantined_update(self, id: InboxId) -> Quarantined | None:
        """See `Quarantine.quarantined_update`."""
        return await self.upkeep.quarantined_update(id)

    async def replay(self, id: InboxId) -> bool:
        """See `Quarantine.replay`."""
        item = await self.upkeep.replay(id)
        if item is not None:
            self.again(item)
            self.changed()
        return item is not None

    async def drop(self, id: InboxId) -> bool:
        """See `Quarantine.drop`."""
        dropped = await self.upkeep.drop(id, self.clock())
        if dropped:
            self.changed()
        return dropped


def quarantine_of(
    store: Store, turns: Turns, worker: Worker | None, clock: Callable[[], datetime], changed: Callable[[], None]
) -> ServiceQuarantine | None:
    """The quarantine of a service; None where its store is not ours, and looks after itself.

    What is let out goes to `turns`. A worker of several only names its lane, which another may hold by now; an update
    of a channel that this service does not have waits for one that has it.
    """
    upkeep = upkeep_of(store)
    if upkeep is None:
        return None

    def again(item: InboxItem) -> None:
        if worker:
            worker.take_updates([item])
        elif item.update.channel in turns.channels:
            turns.lanes.add(item.update.lane, item)

    return ServiceQuarantine(upkeep=upkeep, again=again, clock=clock, changed=changed)
