"""Reminders that are due come back through the inbox: once, in order, and only if nobody called them off."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from bot.reminders import Reminders, as_update, read_reminder
from bot.testing.faulty_store import FaultyStore
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import SmallService
from conversation.errors import StorageError
from conversation.messages import Reminder
from conversation.ports import Change, DueReminder, TurnRecord

LATER = Reminder(name="r", due=NOON + timedelta(hours=1), intent="jam_buka", entities=(("dikenal", True),))


async def remind(shop: SmallService, reminder: Reminder) -> Reminders:
    await shop.hears("halo")
    snapshot = await shop.snapshot()
    turn = TurnRecord(at=shop.clock(), kind="answer", intent=None, reason="test", record={})
    await shop.store.commit(Change(conversation=snapshot.conversation, reminders=(reminder,), turn=turn))
    return Reminders(shop.store, shop.intake.take, shop.clock)


async def spoken(shop: SmallService, running: asyncio.Task[None]) -> None:
    """Wait until the reminder has been said, and stop the loop."""
    for _ in range(500):
        await asyncio.sleep(0.01)
        if "Buka jam 9" in shop.channel.texts():
            break
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert shop.channel.texts()[-1] == "Buka jam 9"


class OnceUnreadable(FaultyStore):
    """Cannot be asked for reminders the first time."""

    asked = 0

    async def due_reminders(self, now: datetime, limit: int = 100) -> list[DueReminder]:
        self.asked += 1
        if self.asked == 1:
            raise StorageError("the disk is full")
        return await super().due_reminders(now, limit)


@pytest.fixture
def shop() -> SmallService:
    return SmallService()


async def test_a_reminder_speaks_when_it_is_due_and_not_before(shop: SmallService) -> None:
    reminders = await remind(shop, LATER)
    assert 0 < await reminders.hand_on() <= 30
    assert shop.channel.texts() == ["Halo Kak"]
    shop.clock.now += timedelta(hours=1)
    await reminders.hand_on()
    await shop.settle()
    assert shop.channel.texts() == ["Halo Kak", "Buka jam 9"]
    assert await shop.store.next_reminder() is None


async def test_a_reminder_handed_on_twice_speaks_once(shop: SmallService) -> None:
    await remind(shop, LATER)
    (due,) = await shop.store.due_reminders(LATER.due)
    for _ in range(2):  # As if the process had died before it forgot the reminder.
        await shop.intake.take([as_update(due, LATER.due)])
    await shop.settle()
    assert shop.channel.texts() == ["Halo Kak", "Buka jam 9"]


async def test_a_customer_who_has_written_since_is_not_reminded_if_it_was_set_so(shop: SmallService) -> None:
    reminder = Reminder(name="r", due=LATER.due, intent="jam_buka", unless_written=True)
    reminders = await remind(shop, reminder)
    shop.clock.now += timedelta(minutes=10)
    await shop.hears("halo")
    shop.clock.now += timedelta(hours=1)
    await reminders.hand_on()
    await shop.settle()
    assert "Buka jam 9" not in shop.channel.texts()
    assert await shop.store.next_reminder() is None


async def test_the_loop_wakes_up_for_a_reminder_that_is_set_meanwhile(shop: SmallService) -> None:
    reminders = Reminders(shop.store, shop.intake.take, shop.clock)
    running = asyncio.create_task(reminders.run())
    await asyncio.sleep(0)
    await remind(shop, Reminder(name="r", due=NOON, intent="jam_buka"))
    reminders.wake()
    await spoken(shop, running)


async def test_the_loop_survives_a_store_that_fails() -> None:
    shop = SmallService(store=OnceUnreadable())
    reminders = await remind(shop, Reminder(name="r", due=NOON, intent="jam_buka"))
    running = asyncio.create_task(reminders.run())
    await asyncio.sleep(0.01)
    reminders.wake()
    await spoken(shop, running)


def test_a_reminder_is_read_back_as_it_was_handed_on() -> None:
    update = as_update(DueReminder(id=5, contact=BUDI, reminder=LATER, set_at=NOON), NOON)
    event = read_reminder(update)
    assert event is not None
    assert event.contact == BUDI
    assert event.what == LATER
    assert update.lane == BUDI.conversation_id


def test_what_a_channel_sent_is_the_channels_to_read(shop: SmallService) -> None:
    assert read_reminder(shop.channel.said("halo")) is None
