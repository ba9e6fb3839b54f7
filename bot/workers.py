"""One of several workers on one store: takes its share of what waits, keeps its leases, and leads where nobody does.

Everything that was accepted or committed here is first only named, by its key; this worker's loop leases the keys,
reads what waits under them, and hands that on, in order. What another worker holds is left to it, and it is told. All
that is told is a hint: whoever hears nothing finds the same by looking, once a second.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.plugin import Receive, WayIn
from conversation.effects import OutboxItem
from conversation.errors import StorageError
from conversation.ports import InboxItem
from conversation.sharing_ports import SharedStore, Work

LOOK = 1.0
"""Seconds between two looks for work that nobody has told of."""

RENEW = 3.0
"""Seconds between two renewals of the leases, of which a lease survives four that fail."""

STILL = 3.0
"""Seconds that the lease of a chat is kept beyond its last message: as long as its limit looks back."""

AGAIN = 0.05
"""Seconds until what there was no room for is tried again."""

BUSY = 256
"""Lanes that a worker has at once before it leaves others to its colleagues."""

LONGEST_WORDS = 7_000
"""Letters that are told at once; PostgreSQL takes 8,000 bytes."""

log = logging.getLogger(__name__)

Hear = Callable[[Sequence[Any]], None]


@dataclass(kw_only=True)
class Worker:
    """This worker. `updates` and `deliveries` are where work goes; `unknown` gets what a lost worker may have sent.

    `busy` says how many lanes have work. `hear` is told what other workers say, `moved` of chats that moved, and `deaf`
    that something was missed.
    """

    store: SharedStore
    channels: Sequence[str]
    deliveries: Callable[[Sequence[OutboxItem]], None]
    unknown: Callable[[Sequence[OutboxItem]], Awaitable[None]]
    updates: Callable[[Sequence[InboxItem]], None] = lambda items: None
    busy: Callable[[], int] = lambda: 0
    hear: Hear = lambda events: None
    moved: Callable[[str, str, str], None] = lambda channel, old, new: None
    deaf: Callable[[], None] = lambda: None
    leads: bool = field(init=False, default=False)
    _own: set[str] = field(init=False, default_factory=set)
    _told: set[str] = field(init=False, default_factory=set)
    _words: list[Any] = field(init=False, default_factory=list)
    _woken: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _changed: asyncio.Condition = field(init=False, default_factory=asyncio.Condition)
    _look_at: float = field(init=False, default=0.0)
    _renew_at: float = field(init=False, default=0.0)
    _stopping: bool = field(init=False, default=False)
    _at_rest: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.store.listen(self._heard, self._missed)

    def take_updates(self, items: Sequence[InboxItem]) -> None:
        """See to updates that were accepted here."""
        self._want(item.update.lane for item in items if item.update.channel in self.channels)

    def take_deliveries(self, items: Sequence[OutboxItem]) -> None:
        """See to deliveries that were committed here."""
        addresses = (item.delivery.address for item in items)
        self._want(f"{each.channel}:{each.chat}" for each in addresses if each.channel in self.channels)

    def say(self, event: Any) -> None:
        """Let the other workers hear of something, soon. `event` is JSON-able, and short."""
        self._words.append(event)
        self._woken.set()

    def say_moved(self, channel: str, old: str, new: str) -> None:
        """Let the other workers know that a group of ours has become another chat."""
        self.say({"moved": [channel, old, new]})

    def stop_taking(self) -> None:
        """Take nothing from now on that did not come in or come up here; that is brought to its end."""
        self._stopping = True

    async def settled(self, seconds: float) -> None:
        """Wait, but not for longer, until everything that was named here was taken, or left to others."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._at_rest.wait(), seconds)

    async def run(self) -> None:
        """Work for ever. Cancel it to stop."""
        wait = 0.0
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait)
            self._woken.clear()
            try:
                wait = await self.once()
                self._rest()
            except StorageError as error:
                log.error("work cannot be taken; trying again: %s", error, extra={"action": "store_failed"})
                wait = LOOK
            except Exception:  # Whatever it is: the leases must be kept, and the next round may do better.
                log.exception("work could not be taken", extra={"action": "work_failed"})
                wait = LOOK

    async def once(self) -> float:
        """One round: keep leases, tell what there is to tell, take what waits; returns the seconds until the next."""
        now = asyncio.get_running_loop().time()
        if now >= self._renew_at:
            await self._renew()
            self._renew_at = now + RENEW
        if self._words:
            await self._tell()
        looks = now >= self._look_at
        if looks:
            self._look_at = now + LOOK
        left = await self._take(looks)
        if left:
            return AGAIN
        return max(0.0, min(self._look_at, self._renew_at) - asyncio.get_running_loop().time())

    async def lead(self, *duties: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run what only one worker may run, whenever this one leads. For ever; cancel it to stop."""
        while True:
            await self._until(leading=True)
            tasks = [asyncio.create_task(duty()) for duty in duties]
            try:
                await self._until(leading=False)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def led(self, receive: Receive) -> Receive:
        """A way in that only one worker uses at a time."""

        async def received(way: WayIn) -> None:
            while not way.stop.is_set():
                way.report("")  # That another worker fetches is no trouble.
                if await _first(self._until(leading=True), way.stop.wait()):
                    return
                stop = asyncio.Event()
                fetching = asyncio.ensure_future(receive(replace(way, stop=stop)))
                await _first(self._until(leading=False), way.stop.wait(), asyncio.shield(fetching))
                ended = fetching.done()
                stop.set()
                await fetching
                if ended:
                    return

        return received

    async def _renew(self) -> None:
        lost = await self.store.renew()
        if lost:
            log.warning("another worker deals with %d lanes of this one", len(lost), extra={"action": "leases_lost"})
        await self.store.rest(STILL)
        leads = not self._stopping and await self.store.lead()
        if leads != self.leads:
            log.info("this worker %s", "leads" if leads else "leads no more", extra={"action": "leader"})
            async with self._changed:
                self.leads = leads
                self._changed.notify_all()

    async def _take(self, looks: bool) -> bool:
        """Take what is known to wait; returns whether there was no room for some of it."""
        own, told, self._own, self._told = self._own, self._told, set(), set()
        try:
            found = await self.store.look(self.channels, BUSY) if looks and not self._stopping else frozenset[str]()
            wanted = own if self._stopping else own | told | found
            if not wanted:
                return False
            room = max(0, BUSY - self.busy())
            work = await self.store.take(wanted, self.channels, most=room)
            await self._hand_on(work)
        except StorageError:
            self._own |= own
            raise
        if others := own & (work.elsewhere | work.left):
            await self._name(others)
        self._own |= work.left & own
        return bool(work.left)

    def _rest(self) -> None:
        """Note whether everything that was named here is taken."""
        if self._own:
            self._at_rest.clear()
        else:
            self._at_rest.set()

    async def _hand_on(self, work: Work) -> None:
        self.deliveries(work.deliveries)
        self.updates(work.updates)
        if work.unknown:
            await self.unknown(work.unknown)

    async def _name(self, keys: set[str]) -> None:
        """Tell whoever holds these keys that something waits there."""
        named, size = list[str](), 0
        for key in sorted(keys):
            size += len(key) + 4
            if size < LONGEST_WORDS and key.isascii():
                named.append(key)
        await self.store.tell(json.dumps({"work": named}))

    async def _tell(self) -> None:
        words, self._words = self._words, []
        part, size = list[Any](), 0
        for event in words:
            length = len(json.dumps(event)) + 2
            if part and size + length > LONGEST_WORDS:
                await self.store.tell(json.dumps({"events": part}))
                part, size = [], 0
            if length <= LONGEST_WORDS:
                part, size = [*part, event], size + length
        await self.store.tell(json.dumps({"events": part}))

    def _want(self, keys: Any) -> None:
        self._own.update(keys)
        self._at_rest.clear()
        self._woken.set()

    def _heard(self, words: str) -> None:
        said = json.loads(words)
        if events := said.get("events"):
            for event in events:
                if "moved" in event:
                    self.moved(*event["moved"])
            self.hear([event for event in events if "moved" not in event])
        if keys := said.get("work"):
            self._told.update(keys)
            self._woken.set()

    def _missed(self) -> None:
        self._look_at = 0.0
        self._woken.set()
        self.deaf()

    async def _until(self, *, leading: bool) -> bool:
        async with self._changed:
            await self._changed.wait_for(lambda: self.leads is leading)
        return False


async def _first(*works: Awaitable[Any]) -> Any:
    """What the first of several returns; the others are broken off."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
