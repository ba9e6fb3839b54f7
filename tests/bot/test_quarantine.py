"""The quarantine of a running service: what is let out is tried again, here or by whichever worker holds its lane."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import Service, now_utc, open_service
from bot.desk.feed import DeliveryChanged, Feed, QuarantineChanged
from bot.quarantine import ServiceQuarantine, quarantine_of
from bot.settings import Settings
from bot.testing.memory_store import MemoryStore
from bot.testing.scripted_channel import BUDI, ScriptedChannel
from bot.testing.small_service import SmallService
from bot.testing.small_shop import small_mind
from conversation.effects import OutboxStatus
from conversation.messages import CustomerEvent
from conversation.ports import Update
from conversation.quarantine_ports import Quarantined
from conversation.tickets import StaffEvent


@dataclass(kw_only=True)
class FailingChannel(ScriptedChannel):
    """A channel whose updates cannot be read while it `fails`."""

    fails: bool = True

    def read(self, update: Update) -> CustomerEvent | StaffEvent | None:
        if self.fails:
            raise ValueError("a defect")
        return super().read(update)


@dataclass(kw_only=True)
class Shop:
    """A service whose channel fails, and what its pages are told."""

    service: Service
    channel: FailingChannel
    feed: Feed

    @property
    def quarantine(self) -> ServiceQuarantine:
        assert self.service.quarantine is not None
        return self.service.quarantine

    @asynccontextmanager
    async def heard(self, times: int = 1) -> AsyncIterator[None]:
        """In the end, wait until pages were told so often that the quarantine has changed."""
        with self.feed.subscribe(lambda event: isinstance(event, QuarantineChanged)) as pages:
            yield
            async with asyncio.timeout(10):
                async for event in pages:
                    times -= isinstance(event, QuarantineChanged)
                    if not times:
                        return

    async def poison(self, text: str = "rusak!") -> Quarantined:
        """A message that is put aside."""
        async with self.heard():
            await self.service.intake.take([self.channel.said(text)])
        return (await self.quarantine.quarantined())[-1]

    @asynccontextmanager
    async def answered(self) -> AsyncIterator[None]:
        """In the end, wait until Budi was answered."""
        with self.feed.subscribe(lambda event: isinstance(event, DeliveryChanged)) as pages:
            yield
            async for event in pages:
                if isinstance(event, DeliveryChanged) and event.status is OutboxStatus.SENT:
                    return


@asynccontextmanager
async def opened(folder: Path, url: str) -> AsyncIterator[Shop]:
    chosen = {"base": folder, "dialogue": {"fragment_pause_seconds": 0}, "storage": {"url": url}}
    channel, feed, settings = FailingChannel(), Feed(), Settings.model_validate(chosen)
    async with open_service(settings, small_mind(), [channel], watchers=(feed,), beside=True) as service:
        yield Shop(service=service, channel=channel, feed=feed)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of one service, and one that workers share."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tanggap.sqlite3'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


async def test_what_is_replayed_is_answered_at_once_when_the_reason_is_gone(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as shop:
        found = await shop.poison()
        assert (found.error, await shop.quarantine.count()) == ("ValueError('a defect')", 1)
        assert shop.channel.texts(BUDI.address) == []
        shop.channel.fails = False
        async with asyncio.timeout(10), shop.answered():
            assert await shop.quarantine.replay(found.item.id)
        assert await shop.quarantine.count() == 0
        assert not await shop.quarantine.replay(found.item.id)
        assert len(await shop.service.store.turns(BUDI.conversation_id)) == 1


async def test_what_fails_again_is_put_aside_again_and_pages_hear_of_it(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as shop:
        found = await shop.poison()
        async with shop.heard(times=2):
            assert await shop.quarantine.replay(found.item.id)
        again = await shop.quarantine.quarantined_update(found.item.id)
        assert again is not None
        assert again.error == found.error


async def test_what_is_dropped_is_never_tried_again(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as shop:
        found = await shop.poison()
        async with shop.heard():
            assert await shop.quarantine.drop(found.item.id)
        shop.channel.fails = False
        assert not await shop.quarantine.drop(found.item.id)
        assert not await shop.quarantine.replay(found.item.id)
        assert await shop.service.store.pending_updates() == []
        assert await shop.quarantine.quarantined_update(found.item.id) is None


async def test_what_is_of_a_channel_that_is_not_here_waits_for_a_service_that_has_it(tmp_path: Path) -> None:
    async with opened(tmp_path, f"sqlite:///{tmp_path / 'tanggap.sqlite3'}") as shop:
        other = Update(channel="web", key="1", lane="web:1", payload="{}", received_at=now_utc())
        [item] = await shop.service.store.accept([other])
        await shop.service.store.give_up_update(item, "KeyError('web')", final=True)
        assert await shop.quarantine.replay(item.id)
        assert len(shop.service.turns.lanes) == 0
        assert [each.id for each in await shop.service.store.pending_updates()] == [item.id]


async def test_a_store_that_is_not_ours_looks_after_itself() -> None:
    turns = SmallService().turns
    assert quarantine_of(MemoryStore(), turns, None, now_utc, lambda: None) is None
