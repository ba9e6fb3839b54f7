"""Work in lanes: the items of one lane one after the other, different lanes side by side.

Customers' conversations are lanes, and so are the chats that messages go to. A lane exists while it has
work and is forgotten when it has none, so memory follows the work that waits, not the customers ever seen.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from conversation.errors import LeaseLost

T = TypeVar("T")

log = logging.getLogger(__name__)


class Lanes(Generic[T]):
    """Runs `handle(lane, queue)` for every lane that has items, until its queue is empty.

    `handle` takes what it has dealt with from the left of the queue; what it leaves it gets again at once.
    Items that arrive meanwhile are appended to the same queue. Where several processes share a store and `handle`
    raises `LeaseLost`, the lane goes on with those that are still `mine`. Otherwise `handle` must not raise: whatever
    it lets through is logged, and the first item of the lane is dropped so that the lane cannot spin.
    """

    def __init__(
        self,
        handle: Callable[[Hashable, deque[T]], Awaitable[None]],
        *,
        mine: Callable[[T], bool] = lambda item: True,
        limit: int = 10_000,
    ) -> None:
        self._handle = handle
        self._mine = mine
        self._limit = limit
        self._queues: dict[Hashable, deque[T]] = {}
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()

    def __len__(self) -> int:
        """How many lanes have work."""
        return len(self._queues)

    def add(self, lane: Hashable, item: T) -> None:
        """Append an item to its lane, and wake the lane if it sleeps."""
        queue = self._queues.get(lane)
        if queue is not None:
            queue.append(item)
            return
        queue = self._queues[lane] = deque([item])
        self._idle.clear()
        if len(self._queues) >= self._limit:
            self._room.clear()
        self._tasks[lane] = asyncio.create_task(self._run(lane, queue))

    def waiting(self, lane: Hashable) -> int:
        """How many items of a lane are under way or wait."""
        return len(self._queues.get(lane, ()))

    async def room(self) -> None:
        """Wait until there are fewer busy lanes than the limit: the back-pressure on whoever adds."""
        await self._room.wait()

    async def idle(self) -> None:
        """Wait until no lane has work."""
        await self._idle.wait()

    async def finished(self, lane: Hashable) -> None:
        """Wait until one lane has no work."""
        while task := self._tasks.get(lane):
            await asyncio.wait({task})

    async def stop(self, grace: float) -> bool:
        """Give the lanes `grace` seconds to finish, then cancel them; returns whether all had finished."""
        finished = True
        try:
            async with asyncio.timeout(grace):
                await self.idle()
        except TimeoutError:
            finished = False
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return finished

    async def _run(self, lane: Hashable, queue: deque[T]) -> None:
        try:
            while queue:
                try:
                    await self._handle(lane, queue)
                except LeaseLost as lost:
                    log.warning("%s", lost, extra={"action": "lease_lost"})
                    left = [item for item in queue if self._mine(item)]
                    queue.clear()
                    queue.extend(left)
                except Exception:  # Whatever it is, it must not stop the lane; the store still has the item.
                    log.exception("a lane failed", extra={"action": "lane_failed"})
                    queue.popleft()
        finally:
            del self._queues[lane], self._tasks[lane]
            if len(self._queues) < self._limit:
                self._room.set()
            if not self._queues:
                self._idle.set()
