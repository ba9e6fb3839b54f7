"""What several workers of one store ask of it: who deals with what, who leads, and how they hear of each other.

A worker deals with a lane of the inbox, or with the deliveries to a chat, only while it holds its lease. Leases are
named by keys: that of a customer's conversation is also that of their chat. Each time a key changes hands its lease
gets another fence, a number that only grows; what is written under an old fence is refused, however late its writer
wakes up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from conversation.effects import OutboxId, OutboxItem
from conversation.messages import InboxId
from conversation.ports import InboxItem, Store

Reserve = Callable[[int, float, float], Awaitable[float]]
"""Has so many messages of a limit of so many a second, which may be ahead of its time by so many seconds; returns the
seconds until they may be sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What a worker got: each thing is given to it once, in the order of each key.

    `unknown` are deliveries that a worker was in the middle of when it lost them, and that nobody will repeat.
    `elsewhere` are the keys that another worker holds, and `left` those for which there was no room.
    """

    updates: Sequence[InboxItem] = ()
    deliveries: Sequence[OutboxItem] = ()
    unknown: Sequence[OutboxItem] = ()
    elsewhere: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()


@runtime_checkable
class SharedStore(Store, Protocol):
    """A store that several workers use at once. `commit`, `finish_updates`, `give_up_update` and `start_deliveries`
    raise `LeaseLost` where another worker deals with that by now."""

    worker: int
    """The number of this worker, which no other one that lives has."""

    async def take(self, keys: Collection[str], channels: Sequence[str], *, most: int) -> Work:
        """Lease what is free of `keys`, at most so many new ones, and give what waits there; nothing that was given
        before and is not done."""
        ...

    async def look(self, channels: Sequence[str], most: int) -> frozenset[str]:
        """Keys, not too many, under which something waits that was not given to this worker."""
        ...

    async def renew(self) -> frozenset[str]:
        """Keep all leases for another while, and free those of workers that are gone; returns the keys that another
        worker has taken, whose work is not this one's any more."""
        ...

    async def rest(self, still: float) -> None:
        """Give back the leases under which nothing has been under way for `still` seconds; those of groups, whose
        limits look back a minute, later."""
        ...

    async def lead(self) -> bool:
        """Whether this worker does what only one may do: it takes that over where nobody does it."""
        ...

    async def leave(self) -> None:
        """Give back every lease, for a worker that stops."""
        ...

    async def tell(self, words: str) -> None:
        """Let the other workers hear something, at once, and if nothing goes wrong."""
        ...

    def listen(self, heard: Callable[[str], None], deaf: Callable[[], None]) -> None:
        """Call `heard` with what others tell, and `deaf` when something may have been missed."""
        ...

    async def reserve(self, name: str, count: int, per_second: float, burst: float) -> float:
        """Have `count` of what a limit allows all workers together; returns the seconds until they may be used."""
        ...

    def holds(self, id: InboxId) -> bool:
        """Whether an update was given to this worker and is not done."""
        ...

    def holds_delivery(self, id: OutboxId) -> bool:
        """Whether a delivery was given to this worker and is not done."""
        ...


@runtime_checkable
class SharedChannel(Protocol):
    """A channel that several workers use at once, for one account on the other side."""

    def share(self, reserve: Reserve, moved: Callable[[str, str], None]) -> None:
        """Ask `reserve` before anything is sent, as the limits hold for all workers together, and tell `moved` of a
        group of ours that has become another chat, old and new."""
        ...

    def staff_moved(self, moves: Mapping[str, str]) -> None:
        """Learn of chats that moved, old to new, as another worker tells."""
        ...
