"""How the commands that wait run: on uvloop, until they are done or asked to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine


def run_loop(main: Coroutine[None, None, None]) -> None:
    """Run on uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)


def stop_signal() -> asyncio.Event:
    """An event that SIGTERM and SIGINT (Ctrl+C) set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop
