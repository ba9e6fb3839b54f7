"""The store of one of several workers: who may deal with what, and what becomes of it when a worker is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.storage import leases
from bot.storage import postgres as postgres_store
from bot.storage.postgres import PostgresStore
from bot.storage.worker_store import WorkerStore, _all_fences
from conversation.effects import Address, Delivery, Effect, OutboxStatus, SendText
from conversation.errors import LeaseLost, StorageError
from conversation.messages import Contact
from conversation.ports import Change, InboxItem, Outcome, Update
from conversation.sharing_ports import SharedStore, Work
from tests.postgres import PostgresServer

NOON = datetime(2026, 8, 17, 12, tzinfo=UTC)
CHANNELS = ["telegram"]
SARI = Contact(channel="telegram", address="100")


@pytest.fixture
async def two(postgres_url: str) -> AsyncIterator[tuple[WorkerStore, WorkerStore]]:
    here, there = await WorkerStore.open_shared(postgres_url), await WorkerStore.open_shared(postgres_url)
    yield here, there
    await here.close()
    await there.close()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "SECONDS", 0.2)


def update(number: int, chat: str = "100") -> Update:
    lane = f"telegram:{chat}"
    return Update(channel="telegram", key=f"message:{chat}:{number}", lane=lane, payload="{}", received_at=NOON)


async def take(store: WorkerStore, *keys: str) -> Work:
    return await store.take(keys or ["telegram:100"], CHANNELS, most=10)


async def commit(store: WorkerStore, items: Sequence[InboxItem] = (), *effects: Effect) -> None:
    """A turn that deals with these updates, and says this."""
    snapshot = await store.load(SARI)
    address = Address(channel="telegram", chat="100")
    deliveries = tuple(Delivery(address=address, effect=effect) for effect in effects)
    done = tuple(item.id for item in items)
    await store.commit(Change(conversation=snapshot.conversation, deliveries=deliveries, done=done))


async def statuses(store: PostgresStore) -> list[str]:
    found = text("SELECT status FROM outbox ORDER BY id")
    return list(await store._view(lambda connection: connection.execute(found).scalars().all()))


def names(items: Sequence[InboxItem]) -> list[str]:
    return [item.update.key for item in items]


async def test_it_is_a_shared_store_and_the_usual_one_is_not(
    two: tuple[WorkerStore, WorkerStore], postgres_url: str
) -> None:
    assert isinstance(two[0], SharedStore)
    usual = await PostgresStore.open(postgres_url)
    assert not isinstance(usual, SharedStore)
    await usual.close()


async def test_a_lane_belongs_to_one_worker_until_its_lease_is_given_back(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, there = two
    await there.accept([update(1)])
    work = await take(here)
    assert names(work.updates) == ["message:100:1"]
    assert (await take(there)).elsewhere == {"telegram:100"}
    await commit(here, work.updates)
    await here.rest(0.0)
    await there.accept([update(2)])
    assert names((await take(there)).updates) == ["message:100:2"]


async def test_what_was_given_is_not_given_again_and_what_came_meanwhile_is_in_order(
    two: tuple[WorkerStore, WorkerStore],
) -> None:
    here, there = two
    await here.accept([update(1)])
    assert names((await take(here)).updates) == ["message:100:1"]
    await there.accept([update(2)])
    await here.accept([update(3)])
    assert names((await take(here)).updates) == ["message:100:2", "message:100:3"]
    assert (await take(here)).updates == []


async def test_who_looks_finds_what_nobody_deals_with(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, there = two
    await there.accept([update(1), update(1, "200"), update(1, "300")])
    await take(here, "telegram:200")
    assert await here.look(CHANNELS, 10) == {"telegram:100", "telegram:300"}
    assert await there.look(CHANNELS, 1) == {"telegram:100"}
    assert await here.look(["terminal"], 10) == frozenset()


async def test_no_more_is_taken_than_there_is_room_for(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, _ = two
    keys = [f"telegram:{chat}" for chat in range(5)]
    await here.accept([update(1, str(chat)) for chat in range(5)])
    first = await here.take(keys, CHANNELS, most=2)
    assert (len(first.updates), len(first.left)) == (2, 3)
    rest = await here.take(first.left, CHANNELS, most=0)
    assert rest.left == first.left


async def test_two_who_take_the_same_lanes_at_once_share_them(two: tuple[WorkerStore, WorkerStore]) -> None:
    keys = [f"telegram:{chat}" for chat in range(200)]
    await two[0].accept([update(1, str(chat)) for chat in range(200)])
    got = await asyncio.gather(*(store.take(keys, CHANNELS, most=200) for store in two))
    here, there = ({item.id for item in work.updates} for work in got)
    assert not here & there
    assert len(here | there) == 200
    for work, other in (got, got[::-1]):
        assert work.elsewhere == {each.update.lane for each in other.updates}


@pytest.mark.usefixtures("short")
async def test_who_sleeps_beyond_its_lease_writes_nothing_any_more(two: tuple[WorkerStore, WorkerStore]) -> None:
    sleeper, other = two
    await sleeper.accept([update(1)])
    work = await take(sleeper)
    await commit(sleeper, (), SendText(text="Halo"))
    (delivery,) = (await take(sleeper)).deliveries
    await asyncio.sleep(0.3)
    taken = await take(other)
    assert names(taken.updates) == names(work.updates)
    assert taken.deliveries == [delivery]
    with pytest.raises(LeaseLost):
        await sleeper.start_deliveries([delivery])
    with pytest.raises(LeaseLost):
        await commit(sleeper, work.updates)
    with pytest.raises(LeaseLost):
        await sleeper.finish_updates([work.updates[0].id])
    with pytest.raises(LeaseLost):
        await sleeper.give_up_update(work.updates[0], "late", final=True)
    assert not sleeper.holds(work.updates[0].id)
    await commit(other, taken.updates)
    assert await other.pending_updates() == []


@pytest.mark.usefixtures("short")
async def test_a_lease_that_nobody_has_taken_is_good_though_it_is_over(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, _ = two
    await here.accept([update(1)])
    work = await take(here)
    await asyncio.sleep(0.3)
    await commit(here, work.updates)
    assert await here.pending_updates() == []


@pytest.mark.usefixtures("short")
async def test_renewing_keeps_leases_and_tells_which_are_lost(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, there = two
    await here.accept([update(1), update(1, "200")])
    await take(here, "telegram:100", "telegram:200")
    await asyncio.sleep(0.3)
    assert (await take(there, "telegram:200")).updates
    assert await here.renew() == {"telegram:200"}
    assert (await take(there)).elsewhere == {"telegram:100"}


async def test_the_leases_of_a_worker_that_is_gone_are_free_at_the_next_renewal(
    two: tuple[WorkerStore, WorkerStore], postgres: PostgresServer, postgres_database: str
) -> None:
    here, there = two
    await here.accept([update(1)])
    await take(here)
    ended = (
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'"
        f" AND objsubid = 2 AND objid::bigint = {here.worker}"
    )
    postgres.sql(ended, postgres_database)
    await there.renew()
    assert names((await take(there)).updates) == ["message:100:1"]


async def test_what_a_lost_worker_was_sending_is_unknown_and_what_may_be_repeated_is(
    two: tuple[WorkerStore, WorkerStore],
) -> None:
    here, there = two
    await commit(here, (), SendText(text="Halo"), SendText(text="Ada apa?"))
    deliveries = (await take(here)).deliveries
    await here.start_deliveries(deliveries[:1])
    await here.leave()
    work = await take(there)
    assert [item.id for item in work.unknown] == [deliveries[0].id]
    assert [item.id for item in work.deliveries] == [deliveries[1].id]
    assert await statuses(there) == ["unknown", "pending"]


async def test_what_was_sent_is_written_down_whoever_has_the_lease(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, there = two
    await commit(here, (), SendText(text="Halo"))
    (item,) = (await take(here)).deliveries
    await here.start_deliveries([item])
    await here.leave()
    await take(there)
    await here.finish_deliveries([Outcome(id=item.id, status=OutboxStatus.SENT, external_id="7")])
    assert await statuses(there) == ["sent"]


async def test_what_failed_is_not_for_a_worker_to_say_that_lost_the_lease(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, there = two
    await commit(here, (), SendText(text="Halo"))
    (item,) = (await take(here)).deliveries
    await here.start_deliveries([item])
    await here.leave()
    await take(there)
    await here.finish_deliveries([Outcome(id=item.id, status=OutboxStatus.PENDING)])
    assert await statuses(there) == ["unknown"]


async def test_one_leads_and_another_takes_over_when_it_leaves(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, there = two
    assert await here.lead()
    assert not await there.lead()
    assert await here.lead()
    await here.rest(0.0)
    assert not await there.lead(), "leading is no lane that comes to rest"
    await here.leave()
    assert await there.lead()
    assert not await here.lead()


async def test_a_group_is_kept_for_as_long_as_its_limit_looks_back(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, there = two
    await take(here, "telegram:-100", "telegram:100")
    await here.rest(0.0)
    assert (await take(there, "telegram:-100", "telegram:100")).elsewhere == {"telegram:-100"}


async def test_what_one_tells_the_others_hear_and_itself_does_not(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, there = two
    heard: dict[WorkerStore, asyncio.Queue[str]] = {store: asyncio.Queue() for store in two}
    for store in two:
        store.listen(heard[store].put_nowait, lambda: None)
        await store.renew()
    await here.tell("halo")
    assert await asyncio.wait_for(heard[there].get(), 5) == "halo"
    await here.renew()
    assert heard[here].empty()


async def test_workers_share_a_limit(two: tuple[WorkerStore, WorkerStore]) -> None:
    waits = [await two[number % 2].reserve("telegram", 1, 10.0, 0.2) for number in range(10)]
    assert waits[0] == waits[1] == 0.0
    assert 0.5 <= waits[-1] <= 0.8, "the tenth of ten a second, less a burst of two and what the questions took"


async def test_who_needs_the_database_to_itself_is_refused_while_workers_live_and_they_while_it_does(
    two: tuple[WorkerStore, WorkerStore], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_store, "LOCK_TIMEOUT_SECONDS", 0.1)
    with pytest.raises(StorageError, match="another tanggap process"):
        await PostgresStore.open(postgres_url, alone=True)
    for store in two:
        await store.close()
    alone = await PostgresStore.open(postgres_url, alone=True)
    with pytest.raises(StorageError, match="to itself"):
        await WorkerStore.open_shared(postgres_url)
    await alone.close()


async def test_tables_are_not_changed_under_workers_that_use_them(
    two: tuple[WorkerStore, WorkerStore],
    postgres: PostgresServer,
    postgres_database: str,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres_store, "LOCK_TIMEOUT_SECONDS", 0.1)
    head = postgres.sql("SELECT version_num FROM alembic_version", postgres_database)
    postgres.sql("UPDATE alembic_version SET version_num = '0005'", postgres_database)
    try:
        with pytest.raises(StorageError, match="workers of the one before"):
            await WorkerStore.open_shared(postgres_url)
    finally:
        postgres.sql(f"UPDATE alembic_version SET version_num = '{head}'", postgres_database)


async def test_closing_gives_everything_back_at_once(two: tuple[WorkerStore, WorkerStore]) -> None:
    here, there = two
    await here.accept([update(1)])
    await take(here)
    await here.close()
    assert names((await take(there)).updates) == ["message:100:1"]


def test_fences_of_one_lease_before_and_after_it_was_lost_are_not_taken_for_one() -> None:
    assert _all_fences([{"a": 1}, {"a": 1, "b": 7}]) == {"a": 1, "b": 7}
    with pytest.raises(LeaseLost):
        _all_fences([{"a": 1}, {"a": 2}])
