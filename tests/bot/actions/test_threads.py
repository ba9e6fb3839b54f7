"""Threads for what blocks: bounded, counted, and in nobody's way when they hang."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bot.actions.threads import AllStuck, Threads


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What stuck functions wait for; opened at the end, so that no thread outlives its test."""
    opened = threading.Event()
    yield opened
    opened.set()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # Threads tell nobody.
            await asyncio.sleep(0.005)


async def give_up(threads: Threads, name: str, gate: threading.Event) -> None:
    """Start something that hangs, and stop waiting for it."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await threads.run(name, gate.wait)


async def test_a_function_gives_its_answer_to_whoever_waits() -> None:
    assert await Threads().run("a", pow, 2, 5) == 32


async def test_what_it_raises_is_raised_where_it_was_called() -> None:
    with pytest.raises(ZeroDivisionError):
        await Threads().run("a", lambda: 1 / 0)


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit])
async def test_not_even_the_end_of_the_process_ends_a_thread(error: type[BaseException]) -> None:
    threads = Threads(most=1)

    def leave() -> None:
        raise error

    with pytest.raises(error):
        await threads.run("a", leave)
    assert await threads.run("a", abs, -1) == 1


async def test_an_end_of_iteration_is_an_error_too() -> None:
    with pytest.raises(RuntimeError):
        await Threads().run("a", lambda: next(iter(())))


async def test_threads_are_used_again() -> None:
    threads = Threads(most=4)
    names = {await threads.run("a", lambda: threading.current_thread().name) for _ in range(20)}
    assert len(names) == 1


async def test_no_more_run_at_once_than_may(gate: threading.Event) -> None:
    threads, running = Threads(most=3), list[int]()

    def wait() -> bool:
        running.append(1)
        return gate.wait()

    waiting = [asyncio.create_task(threads.run("a", wait)) for _ in range(8)]
    await until(lambda: len(running) == 3)
    await asyncio.sleep(0.05)
    assert len(running) == 3
    gate.set()
    await asyncio.gather(*waiting)
    assert len(running) == 8


async def test_what_was_given_up_is_known_by_name_until_it_ends(
    gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    threads = Threads(most=2)
    await give_up(threads, "action_diam", gate)
    assert threads.stuck == ["action_diam"]
    assert await threads.run("b", abs, -1) == 1
    with caplog.at_level(logging.WARNING):
        gate.set()
        await until(lambda: not threads.stuck)
    assert "action_diam ended at last" in caplog.text


async def test_when_all_are_stuck_nobody_waits_in_vain(gate: threading.Event) -> None:
    threads = Threads(most=2)
    await give_up(threads, "a", gate)
    await give_up(threads, "b", gate)
    with pytest.raises(AllStuck):
        await threads.run("c", abs, -1)
    gate.set()
    await until(lambda: not threads.stuck)
    assert await threads.run("c", abs, -1) == 1


async def test_one_that_waits_for_a_seat_can_be_given_up(gate: threading.Event) -> None:
    threads = Threads(most=1)
    first = asyncio.create_task(threads.run("a", gate.wait))
    await asyncio.sleep(0)
    await give_up(threads, "b", gate)
    assert threads.stuck == []
    gate.set()
    assert await first


async def test_they_end_when_they_are_closed() -> None:
    threads = Threads(most=1)
    thread = await threads.run("a", threading.current_thread)
    threads.close()
    await asyncio.to_thread(thread.join, 5)
    assert not thread.is_alive()


def test_a_hanging_thread_does_not_keep_the_process_from_ending() -> None:
    code = """
import asyncio, time
from bot.actions.threads import Threads
async def main():
    threads = Threads()
    try:
        async with asyncio.timeout(0.05):
            await threads.run("a", time.sleep, 60)
    except TimeoutError:
        threads.close()
asyncio.run(main())
"""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    assert time.monotonic() - begun < 20
