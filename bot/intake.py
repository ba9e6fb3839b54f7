"""Intake: raw updates are kept before anybody is told that they arrived.

It knows neither what is in an update nor what will be done about it. When `take` returns, the updates are
durable and the sender may forget them; when it raises, nothing may be acknowledged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from conversation.errors import StorageError
from conversation.ports import InboxItem, Store, Update


class Intake:
    """The one door by which updates come in, from every channel.

    `submit` is handed what was accepted; `room` waits until there is room for more of it.
    """

    def __init__(
        self, store: Store, submit: Callable[[Sequence[InboxItem]], None], room: Callable[[], Awaitable[None]]
    ) -> None:
        self._store = store
        self._submit = submit
        self._room = room
        self._closed = False

    async def take(self, updates: Sequence[Update]) -> int:
        """Keep `updates` and hand the new ones on; returns how many were new.

        Raises:
            StorageError: nothing was kept. Do not acknowledge; the sender will send them again.
        """
        if self._closed:
            raise StorageError("the service is stopping")
        await self._room()
        items = await self._store.accept(updates)
        self._submit(items)
        return len(items)

    def close(self) -> None:
        """Take nothing from now on: whoever sends will send again, to the service that comes next."""
        self._closed = True

    async def recover(self) -> int:
        """Hand on what an earlier run accepted and did not finish; returns how many. To be called before
        anything new is taken, so that every conversation goes on in order."""
        count, last = 0, None
        while items := await self._store.pending_updates(after=last):
            await self._room()
            self._submit(items)
            count, last = count + len(items), items[-1].id
        return count
