"""Actions opened as a service opens them, and Rasa's own server as a process beside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.actions import Actions, open_actions
from bot.testing.action_contract import KNOWLEDGE, LIMIT, NOON
from bot.testing.memory_store import MemoryStore
from intents.knowledge import KnowledgeBase

ROOT = Path(__file__).parents[3]
NATIVE = "tests.bot.actions.native_examples:*"
RASA = "tests.bot.actions.rasa_examples:*"
RASA_LOOKUPS = ("action_sapa", "action_menu", "action_serba", "action_lihat", "action_lupa", "action_tolak")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The section `[actions]`, with the defaults of these tests."""

    use: Sequence[str] = ()
    server_url: str = ""
    server_actions: Sequence[str] = ()
    repeatable: Sequence[str] = ()
    timeout_seconds: float = LIMIT
    settings: dict[str, Any] = field(default_factory=dict)


@asynccontextmanager
async def opened(
    *use: str,
    knowledge: KnowledgeBase = KNOWLEDGE,
    journal: MemoryStore | None = None,
    base: Path = ROOT,
    installed: Callable[[str], object] | None = None,
    **options: Any,
) -> AsyncIterator[Actions]:
    async with open_actions(
        Options(use=use, **options),
        base=base,
        secret=lambda name: f"the {name}",
        installed=installed or dict[str, object]().__getitem__,
        knowledge=knowledge,
        journal=journal or MemoryStore(),
        clock=lambda: NOON,
    ) as actions:
        yield actions


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def rasa_server(module: str = "tests.bot.actions.rasa_examples") -> Iterator[str]:
    """rasa-sdk's server, started as its users start it; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", module, "--port", str(port), "--quiet"]
    environment = {**os.environ, "SANIC_HOST": "127.0.0.1", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            _wait_for(url, process)
            yield url
        finally:
            os.killpg(process.pid, 9)


def _wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "rasa-sdk's server ended by itself"
        try:
            httpx.get(f"{url}/health", timeout=1)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("rasa-sdk's server does not start")
