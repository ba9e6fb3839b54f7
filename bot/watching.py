"""Whoever wants to know what a service does watches its store: all that matters becomes durable there.

Metrics and traces are watchers. The parts that work (intake, turns, delivery) know nothing of them, and what a
watcher is told has happened: it is told after the store has answered.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, TypeVar, cast

from conversation.effects import OutboxId, OutboxItem, OutboxStatus
from conversation.errors import StaleConversation, StorageError
from conversation.messages import InboxId
from conversation.ports import Change, Committed, InboxItem, Outcome, Store, Update

S = TypeVar("S", bound=Store)


class Watcher:
    """Told of what became durable. Here every method does nothing. They are called on the loop's thread, must be
    quick, and must not raise. Times in `seconds` are how long the store took."""

    def accepted(self, updates: Sequence[Update], new: Sequence[InboxItem], seconds: float) -> None:
        """Updates came in; `new` are those that were not known."""

    def recovered(self, items: Sequence[InboxItem]) -> None:
        """Updates that an earlier run left are about to be dealt with."""

    def committed(self, change: Change, committed: Committed, seconds: float) -> None:
        """A change was written: a turn's, if `change.turn` is set, or a step of the desk."""

    def finished(self, ids: Sequence[InboxId]) -> None:
        """Updates were dealt with that change nothing."""

    def gave_up(self, item: InboxItem, *, final: bool) -> None:
        """An update could not be dealt with; `final` when it went into quarantine."""

    def sending(self, items: Sequence[OutboxItem], started: set[OutboxId]) -> None:
        """Of these deliveries, those that were `started` are being sent now, the others were dropped."""

    def delivered(self, outcomes: Sequence[Outcome]) -> None:
        """Deliveries ended, or are to be tried again."""

    def failed(self, what: str) -> None:
        """The store failed at `what`: the name of a use case."""


class Stage(Protocol):
    """Opens a context that lasts as long as a stage of a turn; `ids` are the updates that it deals with."""

    def __call__(self, name: str, ids: Sequence[InboxId] = ()) -> AbstractContextManager[object]: ...


_NOBODY: AbstractContextManager[object] = nullcontext()


def unwatched(name: str, ids: Sequence[InboxId] = ()) -> AbstractContextManager[object]:
    """The stages of a service that nobody traces."""
    return _NOBODY


def watched(store: S, watchers: Sequence[Watcher]) -> S:
    """The same store, telling the watchers what happens."""
    return cast(S, _Watched(store, watchers)) if watchers else store


class _Watched:
    """A store as its users see it. What is of no interest to watchers goes straight through."""

    def __init__(self, store: Store, watchers: Sequence[Watcher]) -> None:
        self._store = store
        self._watchers = tuple(watchers)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def accept(self, updates: Sequence[Update]) -> list[InboxItem]:
        begun = time.perf_counter()
        try:
            new = await self._store.accept(updates)
        except StorageError:
            self._failed("accept")
            raise
        seconds = time.perf_counter() - begun
        for watcher in self._watchers:
            watcher.accepted(updates, new, seconds)
        return new

    async def pending_updates(self, after: InboxId | None = None, limit: int = 1_000) -> list[InboxItem]:
        items = await self._store.pending_updates(after, limit)
        for watcher in self._watchers:
            watcher.recovered(items)
        return items

    async def commit(self, change: Change) -> Committed:
        begun = time.perf_counter()
        try:
            committed = await self._store.commit(change)
        except StaleConversation:
            raise
        except StorageError:
            self._failed("commit")
            raise
        seconds = time.perf_counter() - begun
        for watcher in self._watchers:
            watcher.committed(change, committed, seconds)
        if change.at_once and (going := [item for item in committed.outbox if item.status is OutboxStatus.SENDING]):
            for watcher in self._watchers:
                watcher.sending(going, {item.id for item in going})
        return committed

    async def finish_updates(self, ids: Sequence[InboxId]) -> None:
        await self._store.finish_updates(ids)
        for watcher in self._watchers:
            watcher.finished(ids)

    async def give_up_update(self, item: InboxItem, error: str, *, final: bool) -> None:
        await self._store.give_up_update(item, error, final=final)
        for watcher in self._watchers:
            watcher.gave_up(item, final=final)

    async def start_deliveries(self, items: Sequence[OutboxItem]) -> set[OutboxId]:
        started = await self._store.start_deliveries(items)
        for watcher in self._watchers:
            watcher.sending(items, started)
        return started

    async def finish_deliveries(self, outcomes: Sequence[Outcome]) -> None:
        try:
            await self._store.finish_deliveries(outcomes)
        except StorageError:
            self._failed("finish_deliveries")
            raise
        for watcher in self._watchers:
            watcher.delivered(outcomes)

    def _failed(self, what: str) -> None:
        for watcher in self._watchers:
            watcher.failed(what)
