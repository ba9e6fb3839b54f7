"""Updates that could not be dealt with and were put aside: what they are, and what can be done about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversation.messages import InboxId
from conversation.ports import InboxItem


@dataclass(frozen=True, kw_only=True, slots=True)
class Quarantined:
    """An update that could not be dealt with, and why: `error` is what the last attempt raised."""

    item: InboxItem
    error: str
    at: datetime


class Quarantine(Protocol):
    """The quarantine of a running service. Every method raises StorageError where the store cannot be used."""

    async def count(self) -> int:
        """How many updates are in there."""
        ...

    async def quarantined(self, limit: int = 100) -> Sequence[Quarantined]:
        """Those that are, oldest first."""
        ...

    async def quarantined_update(self, id: InboxId) -> Quarantined | None:
        """One of them, None if it is not in there."""
        ...

    async def replay(self, id: InboxId) -> bool:
        """Let an update out, to be tried again at once; returns whether it was in there."""
        ...

    async def drop(self, id: InboxId) -> bool:
        """Call an update dealt with; returns whether it was in there."""
        ...
