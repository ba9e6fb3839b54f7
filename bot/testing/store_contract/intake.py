"""What a store does with updates: keep each once, hand out what waits, set aside what cannot be handled."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.testing.store_contract.examples import NOON, Contract, commit, refused, said, update
from conversation.ports import Store


class IntakeContract(Contract):
    """The inbox."""

    async def test_a_new_update_is_accepted_as_it_came(self, store: Store) -> None:
        (item,) = await store.accept([update("message:1:1", payload='{"text": "halo 🙏"}')])
        assert item.update == update("message:1:1", payload='{"text": "halo 🙏"}')
        assert item.attempts == 0

    async def test_accepting_nothing_is_fine(self, store: Store) -> None:
        assert await store.accept([]) == []

    async def test_accepted_updates_come_back_in_their_order(self, store: Store) -> None:
        items = await store.accept([update(f"message:1:{n}", update_id=n) for n in range(20)])
        assert [item.update.update_id for item in items] == list(range(20))
        assert await store.pending_updates() == items

    async def test_an_update_accepted_twice_is_new_only_once(self, store: Store) -> None:
        await store.accept([update("message:1:1")])
        assert await store.accept([update("message:1:1")]) == []
        assert len(await store.pending_updates()) == 1

    async def test_the_same_content_under_a_new_update_id_is_known(self, store: Store) -> None:
        await store.accept([update("press:9", update_id=100)])
        assert await store.accept([update("press:9", update_id=101)]) == []

    async def test_other_content_under_the_same_update_id_is_new(self, store: Store) -> None:
        await store.accept([update("message:1:1", update_id=100)])
        assert len(await store.accept([update("message:1:2", update_id=100)])) == 1

    async def test_a_double_within_one_batch_is_skipped(self, store: Store) -> None:
        items = await store.accept([update("a"), update("b"), update("a")])
        assert [item.update.key for item in items] == ["a", "b"]

    async def test_a_known_update_does_not_hide_the_new_ones_beside_it(self, store: Store) -> None:
        await store.accept([update("b")])
        items = await store.accept([update("a"), update("b"), update("c")])
        assert [item.update.key for item in items] == ["a", "c"]

    async def test_channels_name_their_updates_independently(self, store: Store) -> None:
        await store.accept([update("1")])
        assert len(await store.accept([replace(update("1"), channel="web")])) == 1

    async def test_an_update_without_an_update_id_is_accepted(self, store: Store) -> None:
        (item,) = await store.accept([replace(update("line:1"), update_id=None)])
        assert item.update.update_id is None

    async def test_of_many_who_offer_the_same_update_one_gets_it(self, store: Store) -> None:
        results = await asyncio.gather(*(store.accept([update("message:1:1")]) for _ in range(20)))
        assert sorted(len(items) for items in results) == [0] * 19 + [1]

    async def test_only_so_many_pending_updates_are_returned_as_asked_for(self, store: Store) -> None:
        items = await store.accept([update(str(n)) for n in range(5)])
        assert await store.pending_updates(limit=2) == items[:2]
        assert await store.pending_updates(after=items[1].id, limit=2) == items[2:4]

    async def test_a_finished_update_is_no_longer_pending(self, store: Store) -> None:
        first, second = await store.accept([update("a"), update("b")])
        await store.finish_updates([first.id])
        assert await store.pending_updates() == [second]

    async def test_finishing_twice_changes_nothing(self, store: Store) -> None:
        (item,) = await store.accept([update("a")])
        await store.finish_updates([item.id])
        await store.finish_updates([item.id])
        assert (await store.counts())["inbox_pending"] == 0

    async def test_a_finished_update_is_still_known(self, store: Store) -> None:
        (item,) = await store.accept([update("a")])
        await store.finish_updates([item.id])
        assert await store.accept([update("a")]) == []

    async def test_a_failed_attempt_is_counted_and_the_update_stays_pending(self, store: Store) -> None:
        (item,) = await store.accept([update("a")])
        await store.give_up_update(item, "ValueError: x", final=False)
        await store.give_up_update(item, "ValueError: x", final=False)
        assert await store.pending_updates() == [replace(item, attempts=2)]

    async def test_an_update_in_quarantine_is_kept_but_not_pending(self, store: Store) -> None:
        poison, healthy = await store.accept([update("a"), update("b")])
        await store.give_up_update(poison, "ValueError: x", final=True)
        assert await store.pending_updates() == [healthy]
        assert (await store.counts())["inbox_quarantined"] == 1

    async def test_a_change_finishes_the_updates_it_deals_with(self, store: Store) -> None:
        first, second, third = await store.accept([update("a"), update("b"), update("c")])
        await commit(store, entries=(said("halo"),), done=(first.id, second.id))
        assert await store.pending_updates() == [third]

    async def test_an_update_is_dealt_with_only_once(self, store: Store) -> None:
        (item,) = await store.accept([update("a")])
        await commit(store, entries=(said("halo"),), done=(item.id,))
        await refused(self.done_before, commit(store, entries=(said("halo"),), done=(item.id,)))
        assert (await store.counts())["messages"] == 1

    async def test_a_change_that_repeats_one_finished_update_among_new_ones_is_refused(self, store: Store) -> None:
        first, second = await store.accept([update("a"), update("b")])
        await store.finish_updates([first.id])
        await refused(self.done_before, commit(store, done=(first.id, second.id)))
        assert await store.pending_updates() == [second]

    async def test_an_update_received_at_a_naive_time_is_refused(self, store: Store) -> None:
        naive = replace(update("b"), received_at=NOON.replace(tzinfo=None))
        await refused(ValueError, store.accept([update("a"), naive]))
        assert await store.pending_updates() == []
