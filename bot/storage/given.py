"""What a worker was given and has not done yet, by the keys of its leases. Plain bookkeeping, without a database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from conversation.effects import OutboxId, OutboxItem
from conversation.errors import LeaseLost
from conversation.messages import InboxId
from conversation.ports import InboxItem


@dataclass(slots=True)
class _Key:
    fence: int
    used_at: float
    updates: set[InboxId] = field(default_factory=set)
    deliveries: set[OutboxId] = field(default_factory=set)


class Given:
    """The leases of a worker with what is under way in each. Times are seconds of a clock that only grows."""

    def __init__(self) -> None:
        self._keys: dict[str, _Key] = {}
        self._of_update: dict[InboxId, str] = {}
        self._of_delivery: dict[OutboxId, str] = {}
        self._updates_done: set[InboxId] = set()
        self._deliveries_done: set[OutboxId] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    @property
    def updates(self) -> Collection[InboxId]:
        """The updates under way."""
        return self._of_update.keys()

    @property
    def deliveries(self) -> Collection[OutboxId]:
        """The deliveries under way."""
        return self._of_delivery.keys()

    def begin_reading(self) -> None:
        """Remember from now on what gets done: what is being read may be older."""
        self._updates_done.clear()
        self._deliveries_done.clear()

    def hold(self, fences: Mapping[str, int], now: float) -> None:
        """These leases were got."""
        for key, fence in fences.items():
            self.lose(key)
            self._keys[key] = _Key(fence, now)

    def add(
        self, updates: Sequence[InboxItem], deliveries: Sequence[tuple[str, OutboxItem]], now: float
    ) -> tuple[list[InboxItem], list[OutboxItem]]:
        """Note what was read under leases that are held; returns what of it is to be given out."""
        new_updates = [each for each in updates if self._is_new(each.id, each.update.lane)]
        for item in new_updates:
            self._keys[item.update.lane].updates.add(item.id)
            self._of_update[item.id] = item.update.lane
        new_deliveries = [(key, each) for key, each in deliveries if self._is_new_delivery(each.id, key)]
        for key, each in new_deliveries:
            self._keys[key].deliveries.add(each.id)
            self._of_delivery[each.id] = key
        for key in {*(item.update.lane for item in new_updates), *(key for key, _ in new_deliveries)}:
            self._keys[key].used_at = now
        return new_updates, [each for _, each in new_deliveries]

    def _is_new(self, id: InboxId, key: str) -> bool:
        return key in self._keys and id not in self._of_update and id not in self._updates_done

    def _is_new_delivery(self, id: OutboxId, key: str) -> bool:
        return key in self._keys and id not in self._of_delivery and id not in self._deliveries_done

    def done_updates(self, ids: Iterable[InboxId], now: float) -> None:
        """These were dealt with."""
        for id in ids:
            self._updates_done.add(id)
            if (key := self._of_update.pop(id, None)) is not None:
                self._keys[key].updates.discard(id)
                self._keys[key].used_at = now

    def done_deliveries(self, ids: Iterable[OutboxId], now: float) -> None:
        """These were carried out, or dropped."""
        for id in ids:
            self._deliveries_done.add(id)
            if (key := self._of_delivery.pop(id, None)) is not None:
                self._keys[key].deliveries.discard(id)
                self._keys[key].used_at = now

    def fences_of(self, ids: Iterable[InboxId]) -> dict[str, int]:
        """The leases under which these updates were given.

        Raises:
            LeaseLost: one of them is this worker's no more.
        """
        found: dict[str, int] = {}
        for id in ids:
            key = self._of_update.get(id)
            if key is None:
                raise LeaseLost(f"another worker deals with update {id} by now")
            found[key] = self._keys[key].fence
        return found

    def fences_of_deliveries(self, ids: Iterable[OutboxId]) -> dict[str, int]:
        """The leases under which these deliveries were given; without those that this worker has lost."""
        keys = (self._of_delivery.get(id) for id in ids)
        return {key: self._keys[key].fence for key in keys if key is not None}

    def has_delivery(self, id: OutboxId) -> bool:
        """Whether a delivery is under way here."""
        return id in self._of_delivery

    def lose(self, key: str) -> None:
        """Forget a lease, with all that was given under it."""
        lost = self._keys.pop(key, None)
        if lost is not None:
            for update in lost.updates:
                del self._of_update[update]
            for delivery in lost.deliveries:
                del self._of_delivery[delivery]

    def lose_all_but(self, fences: Mapping[str, int]) -> frozenset[str]:
        """Forget the leases that are not among these any more; returns their keys."""
        lost = frozenset(key for key, held in self._keys.items() if fences.get(key) != held.fence)
        for key in lost:
            self.lose(key)
        return lost

    def at_rest(self, now: float, still: float, groups_still: float) -> list[str]:
        """The keys under which nothing has been under way for so many seconds; see `SharedStore.rest`."""
        return [
            key
            for key, held in self._keys.items()
            if not held.updates
            and not held.deliveries
            and now - held.used_at >= (groups_still if _is_group(key) else still)
        ]


def _is_group(key: str) -> bool:
    """Whether a key is that of a chat of many: their addresses begin with a minus on every channel that has them."""
    return ":-" in key
