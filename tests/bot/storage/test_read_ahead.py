"""What is read with an update: it spares the load of its turn, and nobody decides by what is not so any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.storage.read_ahead import LASTS, MOST, ReadAhead
from bot.storage.reading import AT_ONCE
from bot.storage.sqlite import SqliteStore
from bot.testing.store_contract.examples import BUDI, answered, commit, contact, said, ticket, update
from conversation.errors import StaleConversation
from conversation.ports import Change
from conversation.state import Conversation, Owner, Snapshot


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    await opened.close()


@pytest.fixture
async def other(store: SqliteStore, tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """Another process on the same database."""
    opened = await SqliteStore.open(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    await opened.close()


async def test_a_turn_loads_what_was_read_with_its_update(store: SqliteStore, other: SqliteStore) -> None:
    await commit(store, entries=(said("halo"), answered("Halo, Kak.")))
    await store.accept([update("m1")])
    assert await store.load(BUDI, recent=0) == await other.load(BUDI, recent=0)


async def test_who_asks_for_messages_gets_them(store: SqliteStore, other: SqliteStore) -> None:
    await commit(store, entries=(said("halo"), answered("Halo, Kak."), said("jam buka?")))
    await store.accept([update("m1")])
    ahead = await store.load(BUDI, recent=2)
    assert ahead == await other.load(BUDI, recent=2)
    assert [message.text for message in ahead.recent] == ["Halo, Kak.", "jam buka?"]


@pytest.mark.parametrize("together", [True, False])
async def test_of_many_whose_updates_come_at_once_each_gets_their_own(
    store: SqliteStore, other: SqliteStore, together: bool
) -> None:
    customers = [contact(number) for number in range(AT_ONCE + 1)]
    for known in customers[::100]:
        await commit(store, entries=(said("halo"),), customer=known)
    updates = [update(str(number), lane=each.conversation_id) for number, each in enumerate(customers)]
    if together:
        await store.accept(updates)
    else:
        await asyncio.gather(*(store.accept([each]) for each in updates))
    loaded = [await store.load(each, recent=0) for each in customers]
    assert loaded == [await other.load(each, recent=0) for each in customers]
    assert sum(each.conversation.version for each in loaded) == len(customers[::100])


async def test_somebody_new_is_known_to_be_new(store: SqliteStore) -> None:
    await store.accept([update("m1")])
    assert await store.load(BUDI, recent=0) == Snapshot(conversation=Conversation(contact=BUDI))


async def test_a_commit_makes_what_was_read_before_it_void(store: SqliteStore) -> None:
    await store.accept([update("m1")])
    begun = await commit(store, entries=(said("halo"),))
    assert (await store.load(BUDI, recent=0)).conversation == begun.conversation


async def test_a_change_by_another_process_is_met_at_the_commit_and_seen_at_the_next_load(
    store: SqliteStore, other: SqliteStore
) -> None:
    await commit(store, entries=(said("halo"),))
    await store.accept([update("m1")])
    theirs = await other.load(BUDI)
    await other.commit(Change(conversation=replace(theirs.conversation, owner=Owner.AGENT)))
    mine = await store.load(BUDI, recent=0)
    with pytest.raises(StaleConversation):
        await store.commit(Change(conversation=mine.conversation, entries=(answered("Kami buka jam 9."),)))
    assert (await store.load(BUDI, recent=0)).conversation.owner is Owner.AGENT


async def test_a_conversation_with_a_ticket_is_not_read_ahead(store: SqliteStore, other: SqliteStore) -> None:
    await store.accept([update("m1")])
    begun = await commit(store, entries=(said("rusak!"),))
    with_ticket = replace(begun.conversation, ticket_id=ticket(1).id)
    await store.commit(Change(conversation=with_ticket, ticket=ticket(1)))
    await store.accept([update("m2")])
    assert await store.load(BUDI, recent=0) == await other.load(BUDI, recent=0)
    assert (await store.load(BUDI, recent=0)).ticket is not None


def test_what_was_read_long_ago_is_read_anew_and_only_so_much_is_kept() -> None:
    now = [0.0]
    ahead = ReadAhead(lambda: now[0])
    ahead.keep({contact(number).conversation_id: None for number in range(MOST + 1)})
    assert ahead.find(contact(0)) is None
    assert ahead.find(contact(MOST)) == Snapshot(conversation=Conversation(contact=contact(MOST)))
    now[0] = LASTS + 1
    assert ahead.find(contact(MOST)) is None
