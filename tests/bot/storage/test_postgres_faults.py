"""PostgreSQL goes away at bad moments: nothing that was confirmed is lost, and nothing is written twice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.storage import postgres_engine
from bot.storage.postgres import PostgresStore
from bot.testing.store_contract.examples import BUDI, answered, commit, contact, said, update
from conversation.errors import StorageError
from conversation.ports import Change, Journaled
from tests.postgres import PostgresServer
from tests.wire import Break, Wire


async def insist(attempt: Callable[[], Awaitable[object]]) -> None:
    """Try until the store says that it did. That it did without saying so would be a `StaleConversation`."""
    while True:
        (result,) = await asyncio.gather(attempt(), return_exceptions=True)
        if not isinstance(result, BaseException):
            return
        if type(result) is not StorageError:
            raise result
        await asyncio.sleep(0.05)


@pytest.fixture
async def wire(postgres: PostgresServer) -> AsyncIterator[Wire]:
    wire = Wire(postgres.folder / ".s.PGSQL.5432")
    yield wire
    await wire.stop()


@pytest.fixture
async def store(wire: Wire, postgres_database: str, postgres_url: str) -> AsyncIterator[PostgresStore]:
    """A store at the other end of the wire."""
    port = await wire.start()
    url = f"postgresql://postgres@127.0.0.1:{port}/{postgres_database}?sslmode=disable"
    store = await PostgresStore.open(url, alone=True)
    yield store
    await store.close()


@pytest.mark.parametrize("when", [Break.BEFORE, Break.AFTER])
async def test_a_commit_whose_answer_was_lost_is_found_out_and_not_repeated(
    wire: Wire, store: PostgresStore, when: Break
) -> None:
    (item,) = await store.accept([update("a")])
    conversation = (await store.load(BUDI)).conversation
    change = Change(conversation=conversation, entries=(said("halo"), answered("Hai")), done=(item.id,))
    wire.breaks = when
    committed = await store.commit(change)
    assert committed.conversation.version == 1
    assert await store.pending_deliveries() == list(committed.outbox)
    assert len(await store.history(BUDI.conversation_id)) == 2
    assert await store.pending_updates() == []


@pytest.mark.parametrize("when", [Break.BEFORE, Break.AFTER])
async def test_an_update_whose_acceptance_was_lost_is_handed_out_once(
    wire: Wire, store: PostgresStore, when: Break
) -> None:
    wire.breaks = when
    (item,) = await store.accept([update("a")])
    assert await store.pending_updates() == [item]
    assert await store.accept([update("a")]) == []


@pytest.mark.parametrize("when", [Break.BEFORE, Break.AFTER])
async def test_an_action_whose_beginning_was_lost_may_be_run_once(
    wire: Wire, store: PostgresStore, when: Break
) -> None:
    at = update("a").received_at
    wire.breaks = when
    assert await store.begin_action("1", "bayar", BUDI.conversation_id, at) == (Journaled.BEGUN, "")
    assert await store.begin_action("1", "bayar", BUDI.conversation_id, at) == (Journaled.UNCERTAIN, "")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
@pytest.mark.parametrize("when", [Break.BEFORE, Break.AFTER])
async def test_a_server_that_is_restarted_under_a_commit_is_waited_for(
    postgres: PostgresServer, wire: Wire, store: PostgresStore, when: Break, how: signal.Signals
) -> None:
    async def restart() -> None:
        await asyncio.to_thread(postgres.stop, how=how)
        asyncio.get_running_loop().call_later(0.7, postgres.start)

    change = Change(conversation=(await store.load(BUDI)).conversation, entries=(said("halo"),))
    wire.breaks, wire.then = when, restart
    await store.commit(change)
    assert [row.message.text for row in await store.history(BUDI.conversation_id)] == ["halo"]


async def test_who_closes_while_a_commit_is_in_doubt_is_told_that_nobody_knows(
    postgres: PostgresServer, wire: Wire, store: PostgresStore
) -> None:
    async def stop() -> None:
        await asyncio.to_thread(postgres.stop)

    wire.breaks, wire.then = Break.AFTER, stop
    writing = asyncio.create_task(store.accept([update("a")]))
    await asyncio.sleep(1.0)
    assert not writing.done()
    await asyncio.wait_for(store.close(), 10)
    with pytest.raises(StorageError, match="nobody can tell"):
        await writing
    postgres.start()


async def test_a_server_that_falls_silent_is_given_up_and_asked_anew(
    monkeypatch: pytest.MonkeyPatch, wire: Wire, postgres_database: str, postgres_url: str
) -> None:
    monkeypatch.setattr(postgres_engine, "ANSWER_TIMEOUT_SECONDS", 0.5)
    port = await wire.start()
    impatient = await PostgresStore.open(f"postgresql://postgres@127.0.0.1:{port}/{postgres_database}?sslmode=disable")
    wire.breaks = Break.SILENT
    (item,) = await asyncio.wait_for(impatient.accept([update("a")]), 10)
    assert await impatient.pending_updates() == [item]
    await impatient.close()


async def test_what_was_read_is_given_even_if_the_connection_is_lost_right_after(
    wire: Wire, store: PostgresStore
) -> None:
    await commit(store, entries=(said("halo"),))
    wire.breaks = Break.BEFORE
    assert [row.message.text for row in await store.history(BUDI.conversation_id)] == ["halo"]
    assert wire.breaks is Break.NEVER


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
async def test_a_restart_between_two_commits_is_not_noticed(
    postgres: PostgresServer, postgres_url: str, how: signal.Signals
) -> None:
    store = await PostgresStore.open(postgres_url, alone=True)
    await commit(store, entries=(said("sebelum"),))
    postgres.stop(how=how)
    postgres.start()
    await commit(store, entries=(said("sesudah"),))
    assert [row.message.text for row in await store.history(BUDI.conversation_id)] == ["sebelum", "sesudah"]
    await store.close()


async def test_while_the_server_is_away_everybody_is_told_and_afterwards_served(
    postgres: PostgresServer, postgres_url: str
) -> None:
    store = await PostgresStore.open(postgres_url)
    postgres.stop()
    for attempt in (store.accept([update("a")]), store.load(BUDI), store.counts()):
        with pytest.raises(StorageError, match="cannot be reached"):
            await attempt
    postgres.start()
    assert len(await store.accept([update("a")])) == 1
    await store.close()


async def test_what_was_confirmed_before_a_crash_of_the_server_is_there_after_it(
    postgres: PostgresServer, postgres_url: str
) -> None:
    store = await PostgresStore.open(postgres_url, alone=True)
    heard: dict[int, list[int]] = {number: [] for number in range(8)}
    stopped = asyncio.Event()

    async def customer(number: int) -> None:
        turn = 0
        while not stopped.is_set():
            turn += 1
            await insist(lambda: commit(store, customer=contact(number), entries=(said(str(turn)),)))  # noqa: B023
            heard[number].append(turn)

    customers = [asyncio.create_task(customer(number)) for number in heard]
    for _ in range(3):
        await asyncio.sleep(0.3)
        await asyncio.to_thread(postgres.stop, how=signal.SIGQUIT)
        await asyncio.to_thread(postgres.start)
    await asyncio.sleep(0.3)
    stopped.set()
    await asyncio.gather(*customers)
    for number, turns in heard.items():
        rows = await store.history(contact(number).conversation_id)
        assert [int(row.message.text) for row in rows] == turns
        assert turns == list(range(1, len(turns) + 1))
    assert min(len(turns) for turns in heard.values()) > 3
    await store.close()
