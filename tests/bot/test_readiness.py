"""Readiness: who reports, what the store says, and how often it is asked."""

from __future__ import annotations

import asyncio

import pytest

import bot.readiness as module
from bot.readiness import Readiness
from conversation.errors import StorageError


class Probe:
    """A store that writes, or fails, or hangs."""

    def __init__(self) -> None:
        self.asked = 0
        self.failure: Exception | None = None
        self.hangs = False

    async def __call__(self) -> None:
        self.asked += 1
        if self.hangs:
            await asyncio.sleep(3600)
        if self.failure:
            raise self.failure


async def test_ready_is_where_nobody_has_a_reason_against_it() -> None:
    assert await Readiness(Probe()).reasons() == {}


async def test_a_store_that_cannot_be_written_is_a_reason() -> None:
    probe = Probe()
    probe.failure = StorageError("the disk is full")
    assert await Readiness(probe).reasons() == {"store": "the disk is full"}


async def test_a_store_that_does_not_answer_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.02)
    probe = Probe()
    probe.hangs = True
    assert await Readiness(probe).reasons() == {"store": "nothing could be written for 0.02 s"}


async def test_many_questions_at_once_write_once() -> None:
    probe = Probe()
    readiness = Readiness(probe)
    await asyncio.gather(*(readiness.reasons() for _ in range(50)))
    assert probe.asked == 1


async def test_a_store_that_was_mended_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TRUSTED", 0.0)
    probe = Probe()
    probe.failure = StorageError("the disk is full")
    readiness = Readiness(probe)
    assert await readiness.reasons()
    probe.failure = None
    assert await readiness.reasons() == {}


async def test_who_stops_is_not_ready_again() -> None:
    readiness = Readiness(Probe())
    readiness.draining()
    readiness.report("receiving")
    assert await readiness.reasons() == {"stopping": "the service is stopping"}
