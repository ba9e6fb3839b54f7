"""The store of one of several workers on one PostgreSQL database; see `conversation.sharing_ports`.

It gives out what this worker has leased, and writes what belongs to a lease only while that is still its own, which the
writing transaction itself makes sure of. Leases have a connection of their own: taking one waits for no turn, and need
not reach the disk, as a lease that is forgotten is merely taken again.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import leases, writing
from bot.storage.batcher import Batcher, Combinable, Job, T
from bot.storage.given import Given
from bot.storage.postgres import PostgresStore, take_share
from bot.storage.postgres_engine import engine_of, place_of
from bot.storage.postgres_session import PostgresSession
from bot.storage.rules import refuse_naive_outcomes
from bot.storage.sql_store import utc_now
from conversation.effects import OutboxId, OutboxItem, OutboxStatus
from conversation.errors import LeaseLost, StorageError
from conversation.messages import InboxId
from conversation.ports import Change, Committed, InboxItem, Outcome
from conversation.sharing_ports import Work

LEADER = "worker:leader"
"""The key of what only one worker may do."""

GROUPS_STILL = 61.0
"""Seconds that the lease of a group is kept beyond its last message: as long as its limit looks back."""

_NOTIFY = text("SELECT pg_notify('tanggap_' || current_schema(), :words)")
_SCHEMA = text("SELECT current_schema()")


_Fenced = tuple[Change, datetime, Mapping[str, int]]
"""A change, its time, and the leases that it needs."""

_Items = tuple[Sequence[OutboxItem], Mapping[str, int]]
"""What is to be sent, and the leases that it needs."""

_Outcomes = tuple[Sequence[Outcome], Sequence[Outcome], Mapping[str, int]]
"""What was sent, what else became of deliveries, and the leases that the latter need."""


class WorkerStore(PostgresStore):
    """`SharedStore` on PostgreSQL. Use `open_shared`."""

    def __init__(
        self,
        place: str,
        writer: PostgresSession,
        engine: AsyncEngine,
        lease_engine: AsyncEngine,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(place, writer, engine, now=now)
        self.worker = secrets.randbelow(2**31 - 1) + 1
        self._given = Given()
        self._heard: Callable[[str], None] = lambda words: None
        self._deaf: Callable[[], None] = lambda: None
        session = PostgresSession(lease_engine, place=place, reads=True, prepare=self._show_life)
        self._leases = Batcher(session, name="storage-leases")

    @classmethod
    async def open_shared(
        cls,
        url: str,
        *,
        on_migration: Callable[[str], None] | None = None,
        create: bool = True,
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Open the database beside other workers. Whoever is the first one makes the tables, or brings them up to date.

        Raises:
            StorageError: see `PostgresStore.open`; or a program that needs the database to itself holds it, or the
                tables have to be changed and other workers live.
        """
        engine, place = engine_of(url), place_of(url)
        writer = PostgresSession(engine, place=place, prepare=lambda connection: take_share(connection, place))
        await cls.make_ready(writer, place, on_migration=on_migration, create=create, beside=True)
        return cls(place, writer, engine_of(url, read_only=True), engine_of(url, lasting=False), now=now)

    async def take(self, keys: Collection[str], channels: Sequence[str], *, most: int) -> Work:
        """See `SharedStore.take`."""
        given, now = self._given, time.monotonic()
        given.begin_reading()
        unheld = sorted(key for key in keys if key not in given)
        new, left = unheld[:most], frozenset(unheld[most:])
        if new:
            given.hold(await self._lease(lambda connection: leases.take(connection, self.worker, new)), now)
        held = [key for key in keys if key in given]
        elsewhere = frozenset(key for key in new if key not in given)
        if not held:
            return Work(elsewhere=elsewhere, left=left)
        updates = await self._read(lambda connection: leases.updates_in(connection, held, channels))
        deliveries, unknown = await self._deliveries(held, channels)
        to_do = [(leases.key_of(item), item) for item in deliveries]
        new_updates, new_deliveries = given.add(updates, to_do, now)
        return Work(updates=new_updates, deliveries=new_deliveries, unknown=unknown, elsewhere=elsewhere, left=left)

    async def _deliveries(
        self, held: Sequence[str], channels: Sequence[str]
    ) -> tuple[list[OutboxItem], list[OutboxItem]]:
        """What waits for these chats, and what nobody knows of: a worker that is gone was in the middle of it."""
        found = await self._read(lambda connection: leases.deliveries_to(connection, held, channels))
        left = [item.id for item, begun in found if begun and not self._given.has_delivery(item.id)]
        if not left:
            return [item for item, begun in found if not begun], []
        unknown = await self._write(lambda connection: leases.interrupted(connection, left))
        again = await self._read(lambda connection: leases.deliveries_to(connection, held, channels))
        return [item for item, begun in again if not begun], unknown

    async def look(self, channels: Sequence[str], most: int) -> frozenset[str]:
        """See `SharedStore.look`."""
        updates, deliveries = list(self._given.updates), list(self._given.deliveries)
        return await self._read(
            lambda connection: leases.keys_with_work(connection, channels, updates, deliveries, most)
        )

    async def renew(self) -> frozenset[str]:
        """See `SharedStore.renew`."""
        held = await self._lease(lambda connection: leases.renew(connection, self.worker))
        lost = self._given.lose_all_but(held)
        if strays := [key for key in held if key not in self._given]:
            await self._lease(lambda connection: leases.give_back(connection, self.worker, strays))
        return lost

    async def rest(self, still: float) -> None:
        """See `SharedStore.rest`."""
        idle = [key for key in self._given.at_rest(time.monotonic(), still, GROUPS_STILL) if key != LEADER]
        if idle:
            await self._lease(lambda connection: leases.give_back(connection, self.worker, idle))
            for key in idle:
                self._given.lose(key)

    async def lead(self) -> bool:
        """See `SharedStore.lead`."""
        if LEADER not in self._given:
            taken = await self._lease(lambda connection: leases.take(connection, self.worker, [LEADER]))
            self._given.hold(taken, time.monotonic())
        return LEADER in self._given

    async def leave(self) -> None:
        """See `SharedStore.leave`."""
        await self._lease(lambda connection: leases.leave(connection, self.worker))
        self._given.lose_all_but({})

    async def tell(self, words: str) -> None:
        """See `SharedStore.tell`."""
        await self._lease(lambda connection: connection.execute(_NOTIFY, {"words": f"{self.worker} {words}"}))

    def listen(self, heard: Callable[[str], None], deaf: Callable[[], None]) -> None:
        """See `SharedStore.listen`."""
        self._heard, self._deaf = heard, deaf

    async def reserve(self, name: str, count: int, per_second: float, burst: float) -> float:
        """See `SharedStore.reserve`."""
        seconds = count / per_second
        return await self._lease(lambda connection: leases.reserve(connection, name, seconds, burst))

    def holds(self, id: InboxId) -> bool:
        """See `SharedStore.holds`."""
        return id in self._given.updates

    def holds_delivery(self, id: OutboxId) -> bool:
        """See `SharedStore.holds_delivery`."""
        return self._given.has_delivery(id)

    async def _commit(self, change: Change) -> Committed:
        """See `Store.commit`; raises `LeaseLost` where its updates are another worker's by now."""
        fences = self._given.fences_of(change.done)
        job = Combinable((change, self._now(), fences), _commit, _commit_all)
        committed = await self._fenced(self._write(job), fences)
        self._given.done_updates(change.done, time.monotonic())
        return committed

    async def finish_updates(self, ids: Sequence[InboxId]) -> None:
        """See `Store.finish_updates` and `commit`."""
        now, fences = self._now(), self._given.fences_of(ids)

        def fenced(connection: Any) -> None:
            leases.require(connection, fences)
            writing.finish_updates(connection, ids, now)

        await self._fenced(self._write(fenced), fences)
        self._given.done_updates(ids, time.monotonic())

    async def give_up_update(self, item: InboxItem, error: str, *, final: bool) -> None:
        """See `Store.give_up_update` and `commit`."""
        at, fences = self._now() if final else None, self._given.fences_of([item.id])

        def fenced(connection: Any) -> None:
            leases.require(connection, fences)
            writing.give_up_update(connection, item, error, at)

        await self._fenced(self._write(fenced), fences)
        if final:
            self._given.done_updates([item.id], time.monotonic())

    async def start_deliveries(self, items: Sequence[OutboxItem]) -> set[OutboxId]:
        """See `Store.start_deliveries`; raises `LeaseLost` where they are another worker's by now."""
        if not all(self._given.has_delivery(item.id) for item in items):
            raise LeaseLost("another worker deals with this delivery by now")
        fences = self._given.fences_of_deliveries(item.id for item in items)
        job = Combinable((items, fences), _start, _start_all)
        started = await self._fenced(self._write(job), fences)
        self._given.done_deliveries((item.id for item in items if item.id not in started), time.monotonic())
        return started

    async def finish_deliveries(self, outcomes: Sequence[Outcome]) -> None:
        """See `Store.finish_deliveries`. What was sent was sent, whoever has the lease now; anything else is for the
        worker to say that has it."""
        refuse_naive_outcomes(tuple(outcomes))
        sent = [each for each in outcomes if each.status is OutboxStatus.SENT]
        others = [each for each in outcomes if each not in sent and self._given.has_delivery(each.id)]
        fences = self._given.fences_of_deliveries(each.id for each in others)
        await self._write(Combinable((sent, others, fences), _finish, _finish_all))
        over = (each.id for each in outcomes if each.status is not OutboxStatus.PENDING)
        self._given.done_deliveries(over, time.monotonic())

    async def interrupted_deliveries(self, channels: Sequence[str]) -> list[OutboxItem]:
        """Nothing: what a worker that is gone was in the middle of is found with what waits behind it; see `take`."""
        return []

    async def close(self) -> None:
        """See `Store.close`."""
        with suppress(StorageError, TimeoutError):
            async with asyncio.timeout(2.0):
                await self.leave()
        await self._leases.close()
        await super().close()

    async def _lease(self, job: Job[T]) -> T:
        return await self._told(self._leases.do(job))

    async def _fenced(self, writing_it: Awaitable[T], fences: dict[str, int]) -> T:
        try:
            return await writing_it
        except LeaseLost:
            for key in fences:
                self._given.lose(key)
            raise

    async def _show_life(self, connection: AsyncConnection) -> None:
        """Make a new connection that of a worker which lives, and which hears what others tell."""
        await connection.execute(leases.live, {"worker": self.worker})
        schema = await connection.scalar(_SCHEMA)
        await connection.commit()
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.add_listener(f"tanggap_{schema}", self._notified)
        # What was told while there was no connection is lost.
        asyncio.get_running_loop().call_soon(self._deaf)

    def _notified(self, connection: object, process: int, channel: str, words: str) -> None:
        teller, _, told = words.partition(" ")
        if teller != str(self.worker):
            self._heard(told)


def _commit(connection: Connection, given: _Fenced) -> Committed:
    return _commit_all(connection, [given])[0]


def _commit_all(connection: Connection, several: Sequence[_Fenced]) -> list[Committed]:
    leases.require(connection, _all_fences(fences for _, _, fences in several))
    return writing.commit_all(connection, [(change, now) for change, now, _ in several])


def _start(connection: Connection, given: _Items) -> set[OutboxId]:
    return _start_all(connection, [given])[0]


def _start_all(connection: Connection, several: Sequence[_Items]) -> list[set[OutboxId]]:
    leases.require(connection, _all_fences(fences for _, fences in several))
    return writing.start_all_deliveries(connection, [items for items, _ in several])


def _finish(connection: Connection, given: _Outcomes) -> None:
    sent, others, fences = given
    if not (fences and leases.lost_of(connection, fences)):
        writing.finish_deliveries(connection, others)
    writing.finish_deliveries(connection, sent)


def _finish_all(connection: Connection, several: Sequence[_Outcomes]) -> list[None]:
    leases.require(connection, _all_fences(fences for _, _, fences in several))
    writing.finish_deliveries(connection, [each for sent, others, _ in several for each in (*others, *sent)])
    return [None] * len(several)


def _all_fences(several: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Raises `LeaseLost` where one is of a lease that was lost and taken again: each must be looked at by itself."""
    found: dict[str, int] = {}
    for key, fence in (each for fences in several for each in fences.items()):
        if found.setdefault(key, fence) != fence:
            raise LeaseLost(f"{key} was another worker's meanwhile")
    return found
