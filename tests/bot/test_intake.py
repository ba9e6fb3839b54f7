"""Intake: durable first, handed on second, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.intake import Intake
from bot.testing.faulty_store import FaultyStore
from bot.testing.scripted_channel import ScriptedChannel
from conversation.errors import StorageError
from conversation.ports import InboxItem


class Door:
    """An intake, and what came through it."""

    def __init__(self) -> None:
        self.store = FaultyStore()
        self.channel = ScriptedChannel()
        self.taken: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.intake = Intake(self.store, self.submit, self.room)

    def submit(self, items: Sequence[InboxItem]) -> None:
        self.taken += [item.update.key for item in items]

    async def room(self) -> None:
        await self.open.wait()


@pytest.fixture
def door() -> Door:
    return Door()


async def test_new_updates_are_kept_and_handed_on_in_order(door: Door) -> None:
    updates = [door.channel.said(text) for text in "abc"]
    assert await door.intake.take(updates) == 3
    assert door.taken == [update.key for update in updates]
    assert [item.update for item in await door.store.pending_updates()] == updates


async def test_what_is_known_is_not_handed_on_again_whatever_its_update_id(door: Door) -> None:
    update = door.channel.said("a")
    await door.intake.take([update])
    assert await door.intake.take([replace(update, update_id=7), door.channel.said("b")]) == 1
    assert len(door.taken) == 2


async def test_what_could_not_be_kept_is_not_handed_on(door: Door) -> None:
    door.store.failures["accept"] = 1
    update = door.channel.said("a")
    with pytest.raises(StorageError, match="disk is full"):
        await door.intake.take([update])
    assert door.taken == []
    assert await door.intake.take([update]) == 1


async def test_nothing_is_kept_while_there_is_no_room_for_it(door: Door) -> None:
    door.open.clear()
    taking = asyncio.create_task(door.intake.take([door.channel.said("a")]))
    await asyncio.sleep(0)
    assert await door.store.pending_updates() == []
    door.open.set()
    assert await taking == 1


async def test_what_an_earlier_run_did_not_finish_is_handed_on_however_much_it_is(door: Door) -> None:
    items = await door.store.accept([door.channel.said(str(n)) for n in range(2_500)])
    await door.store.finish_updates([items[0].id])
    assert await door.intake.recover() == 2_499
    assert door.taken == [item.update.key for item in items[1:]]


async def test_there_may_be_nothing_to_recover(door: Door) -> None:
    assert await door.intake.recover() == 0
