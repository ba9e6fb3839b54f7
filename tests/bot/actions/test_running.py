"""Running actions: time, faults, the journal, and what is logged."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.actions import ActionError, Actions, action
from bot.actions.running import Hosted, unique
from bot.actions.threads import Threads
from bot.testing.action_contract import NOON, call
from bot.testing.memory_store import MemoryStore
from conversation.actions import Call, Failure, Result, Saying, SlotSet
from conversation.ports import Journaled


def actions_of(*functions: Any, journal: MemoryStore | None = None, limit: float = 5, threads: int = 4) -> Actions:
    """Actions of functions, opened by hand."""
    pool = Threads(most=threads)

    def hosted(function: Any) -> Hosted:
        async def run(call: Call) -> Result:
            return cast(Result, await function.run(call, in_thread=lambda work: pool.run(function.name, work)))

        return Hosted(name=function.name, origin="test", repeatable=function.repeatable, run=run)

    return Actions(
        hosted=unique(map(hosted, functions)),
        journal=journal or MemoryStore(),
        clock=lambda: NOON,
        threads=pool,
        limit=limit,
    )


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    opened = threading.Event()
    yield opened
    opened.set()


# Faults; the plain ones are in the contract


@action("action_keluar", repeatable=True)
def leave() -> None:
    sys.exit("selesai")


@action("action_keluar_juga", repeatable=True)
async def leave_too() -> None:
    sys.exit("selesai")


@action("action_batal", repeatable=True)
async def cancels_itself() -> None:
    raise asyncio.CancelledError


@action("action_tanggal", repeatable=True)
async def unsound() -> SlotSet:
    return SlotSet(name="tanggal", value={"4111"})


@pytest.mark.parametrize(
    ("function", "failure"),
    [
        (leave, Failure.RAISED),
        (leave_too, Failure.RAISED),
        (cancels_itself, Failure.RAISED),
        (unsound, Failure.RUBBISH),
    ],
)
async def test_whatever_an_action_does_nothing_is_raised(function: Any, failure: Failure) -> None:
    result = await actions_of(function).run(call(function.name))
    assert (result.failure, result.says, result.events) == (failure, (), ())
    assert result.error.startswith(function.name)


async def test_an_action_that_swallows_its_cancellation_is_left_behind() -> None:
    done = asyncio.Event()

    @action("action_keras", repeatable=True)
    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0.1)
            done.set()
            raise ValueError("4111") from None

    begun = time.monotonic()
    result = await actions_of(stubborn, limit=0.05).run(call("action_keras"))
    assert result.failure is Failure.TIMED_OUT
    assert time.monotonic() - begun < 1
    await asyncio.wait_for(done.wait(), 5)


async def test_where_an_action_raised_is_said_and_not_what(caplog: pytest.LogCaptureFixture) -> None:
    @action("action_cari", repeatable=True)
    async def search() -> None:
        {"a": 1}["nomor kartu 4111"]

    with caplog.at_level(logging.DEBUG):
        result = await actions_of(search).run(call("action_cari"))
    assert result.error.startswith("action_cari raised KeyError test_running.py:")
    assert "(search)" in result.error
    assert "4111" not in result.error + caplog.text
    assert [record.conversation for record in caplog.records if record.name == "bot.actions.running"] == [  # type: ignore[attr-defined]
        "telegram:5512345"
    ]


async def test_a_failure_that_an_action_reports_keeps_nothing_else() -> None:
    @action("action_tolak", repeatable=True)
    async def decline() -> Result:
        return Result(says=(Saying(text="Halo"),), failure=Failure.REJECTED, error="nanti saja")

    assert await actions_of(decline).run(call("action_tolak")) == Result(failure=Failure.REJECTED, error="nanti saja")


# Threads


async def test_when_actions_hang_in_all_threads_the_next_one_fails_at_once_and_says_so(gate: threading.Event) -> None:
    @action("action_macet", repeatable=True)
    def hang() -> None:
        gate.wait()

    actions = actions_of(hang, limit=0.05, threads=2)
    await asyncio.gather(*(actions.run(call("action_macet")) for _ in range(2)))
    begun = time.monotonic()
    result = await replace_limit(actions, 30).run(call("action_macet"))
    assert result.failure is Failure.TIMED_OUT
    assert "stuck in 2 of 2 threads: action_macet" in result.error
    assert time.monotonic() - begun < 5


def replace_limit(actions: Actions, limit: float) -> Actions:
    return replace(actions, limit=limit)


# The journal


@action("action_pesan")
async def order(nomor: str) -> tuple[str, SlotSet]:
    return f"Dipesan: {nomor}", SlotSet(name="pesanan", value=[nomor])


async def test_what_was_done_is_not_done_again_after_a_restart() -> None:
    journal, runs = MemoryStore(), list[int]()

    @action("action_bayar")
    async def pay() -> str:
        runs.append(1)
        return f"Dibayar {len(runs)} kali"

    first = await actions_of(pay, journal=journal).run(call("action_bayar", key="k"))
    assert await actions_of(pay, journal=journal).run(call("action_bayar", key="k")) == first
    assert runs == [1]


async def test_what_was_begun_and_never_ended_is_not_run_and_said_to_be_uncertain() -> None:
    journal, runs = MemoryStore(), list[int]()

    @action("action_bayar")
    async def pay() -> None:
        runs.append(1)

    asked = call("action_bayar", key="k")
    await journal.begin_action("k", "action_bayar", asked.conversation.id, NOON)
    result = await actions_of(pay, journal=journal).run(asked)
    assert (result.failure, runs) == (Failure.UNCERTAIN, [])


async def test_a_turn_that_is_stopped_in_the_middle_of_an_action_leaves_it_uncertain() -> None:
    journal = MemoryStore()

    @action("action_bayar")
    async def pay() -> None:
        await asyncio.sleep(60)

    actions = actions_of(pay, journal=journal)
    turn = asyncio.create_task(actions.run(call("action_bayar", key="k")))
    await asyncio.sleep(0.02)
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)
    assert (await actions.run(call("action_bayar", key="k"))).failure is Failure.UNCERTAIN


async def test_a_failure_is_remembered_too() -> None:
    journal, runs = MemoryStore(), list[int]()

    @action("action_bayar")
    async def pay() -> None:
        runs.append(1)
        raise ValueError

    actions = actions_of(pay, journal=journal)
    first = await actions.run(call("action_bayar", key="k"))
    assert first.failure is Failure.RAISED
    assert await actions.run(call("action_bayar", key="k")) == first
    assert runs == [1]


async def test_what_took_too_long_and_is_not_repeatable_may_have_been_done() -> None:
    @action("action_bayar")
    async def pay() -> None:
        await asyncio.sleep(60)

    result = await actions_of(pay, limit=0.02).run(call("action_bayar"))
    assert result.failure is Failure.TIMED_OUT
    assert "it may have been done" in result.error


async def test_a_repeatable_action_leaves_no_trace_in_the_journal() -> None:
    journal = MemoryStore()

    @action("action_lihat", repeatable=True)
    async def look() -> str:
        return "Ada"

    asked = call("action_lihat", key="k")
    await actions_of(look, journal=journal).run(asked)
    assert await journal.begin_action("k", "action_lihat", asked.conversation.id, NOON) == (Journaled.BEGUN, "")


async def test_a_result_that_cannot_be_read_any_more_is_uncertain() -> None:
    journal, asked = MemoryStore(), call("action_pesan", key="k")
    await journal.begin_action("k", "action_pesan", asked.conversation.id, NOON)
    await journal.end_action("k", '{"events": [{"event": "OfAnOlderVersion"}]}', NOON)
    assert (await actions_of(order, journal=journal).run(asked)).failure is Failure.UNCERTAIN


async def test_an_action_that_declines_is_written_down_as_well() -> None:
    journal = MemoryStore()
    actions = actions_of(order, journal=journal)
    assert (await actions.run(call("action_pesan", key="k"))).failure is Failure.REJECTED
    assert (await actions.run(call("action_pesan", key="k", slots={"nomor": "1"}))).failure is Failure.REJECTED


async def test_many_calls_at_once_are_kept_apart() -> None:
    actions = actions_of(order)
    results = await asyncio.gather(*(actions.run(call("action_pesan", slots={"nomor": str(n)})) for n in range(50)))
    assert [result.says[0].text for result in results] == [f"Dipesan: {n}" for n in range(50)]


def test_two_actions_of_one_name_are_refused_with_both_origins() -> None:
    async def run(call: Call) -> Result:
        return Result()

    pair = [Hosted(name="action_a", origin=origin, repeatable=True, run=run) for origin in ("toko.a", "toko.b")]
    with pytest.raises(ActionError, match=r"action_a: one of toko\.a, one of toko\.b"):
        unique(pair)
