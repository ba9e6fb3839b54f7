"""Lanes: in order within, side by side between, and nothing left behind."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Hashable

import pytest

from bot.lanes import Lanes
from conversation.errors import LeaseLost


class Work:
    """Handles items one by one, waiting at a gate where there is one for the lane."""

    def __init__(self, limit: int = 10_000) -> None:
        self.done: list[tuple[Hashable, str]] = []
        self.gates: dict[Hashable, asyncio.Event] = {}
        self.lanes: Lanes[str] = Lanes(self.handle, limit=limit)

    async def handle(self, lane: Hashable, queue: deque[str]) -> None:
        if lane in self.gates:
            await self.gates[lane].wait()
        item = queue[0]
        if item == "poison":
            raise RuntimeError(item)
        self.done.append((lane, item))
        queue.popleft()


@pytest.fixture
def work() -> Work:
    return Work()


async def passes() -> None:
    """Let everybody who can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_items_of_a_lane_are_handled_in_order(work: Work) -> None:
    for item in "abc":
        work.lanes.add("x", item)
    await work.lanes.idle()
    assert work.done == [("x", "a"), ("x", "b"), ("x", "c")]


async def test_a_lane_that_waits_holds_up_no_other(work: Work) -> None:
    work.gates["slow"] = asyncio.Event()
    work.lanes.add("slow", "a")
    work.lanes.add("fast", "b")
    await work.lanes.finished("fast")
    assert work.done == [("fast", "b")]
    work.gates["slow"].set()
    await work.lanes.idle()
    assert work.done == [("fast", "b"), ("slow", "a")]


async def test_what_arrives_while_a_lane_works_is_appended_to_it(work: Work) -> None:
    work.gates["x"] = asyncio.Event()
    work.lanes.add("x", "a")
    await passes()
    work.lanes.add("x", "b")
    assert len(work.lanes) == 1
    work.gates["x"].set()
    await work.lanes.idle()
    assert work.done == [("x", "a"), ("x", "b")]


async def test_a_lane_without_work_is_forgotten_and_can_come_back(work: Work) -> None:
    for _ in range(2):
        work.lanes.add("x", "a")
        assert len(work.lanes) == 1
        await work.lanes.idle()
        assert len(work.lanes) == 0
    assert len(work.done) == 2


async def test_an_item_that_raises_is_dropped_and_the_lane_goes_on(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    for item in ("a", "poison", "b"):
        work.lanes.add("x", item)
    await work.lanes.idle()
    assert work.done == [("x", "a"), ("x", "b")]
    assert [vars(record)["action"] for record in caplog.records] == ["lane_failed"]


async def test_who_adds_waits_while_too_many_lanes_are_busy() -> None:
    work = Work(limit=2)
    work.gates = {"x": asyncio.Event(), "y": asyncio.Event()}
    work.lanes.add("x", "a")
    await asyncio.wait_for(work.lanes.room(), 1)
    work.lanes.add("y", "b")
    waiting = asyncio.create_task(work.lanes.room())
    await passes()
    assert not waiting.done()
    work.gates["x"].set()
    await asyncio.wait_for(waiting, 1)
    work.gates["y"].set()
    await work.lanes.idle()


async def test_idle_and_finished_are_immediate_where_there_is_nothing(work: Work) -> None:
    await asyncio.wait_for(work.lanes.idle(), 1)
    await asyncio.wait_for(work.lanes.finished("x"), 1)


async def test_finished_waits_for_its_own_lane_alone(work: Work) -> None:
    work.gates["slow"] = asyncio.Event()
    work.lanes.add("slow", "a")
    work.lanes.add("x", "b")
    await asyncio.wait_for(work.lanes.finished("x"), 1)
    assert len(work.lanes) == 1
    work.gates["slow"].set()
    await work.lanes.idle()


async def test_stop_lets_work_finish_within_its_grace(work: Work) -> None:
    work.lanes.add("x", "a")
    assert await work.lanes.stop(1)
    assert work.done == [("x", "a")]


async def test_stop_breaks_off_what_does_not_finish_and_says_so(work: Work) -> None:
    work.gates["x"] = asyncio.Event()
    work.lanes.add("x", "a")
    assert not await work.lanes.stop(0.01)
    assert (work.done, len(work.lanes)) == ([], 0)


async def test_a_lane_whose_lease_is_lost_goes_on_with_what_is_still_its_own(caplog: pytest.LogCaptureFixture) -> None:
    done, lost = [], iter([LeaseLost("another worker has it")])

    async def handle(lane: Hashable, queue: deque[str]) -> None:
        if queue[0] == "theirs":
            raise next(lost)
        done.append(queue.popleft())

    lanes: Lanes[str] = Lanes(handle, mine=lambda item: item != "theirs")
    for item in ("ours", "theirs", "ours as well", "theirs"):
        lanes.add("x", item)
    await asyncio.wait_for(lanes.idle(), 1)
    assert done == ["ours", "ours as well"]
    assert [vars(record)["action"] for record in caplog.records] == ["lease_lost"]
