"""The real service as a process: `tanggap run`, pointed at a Bot API server, with its log and its end in hand.

    async with BotApiServer() as server:
        async with RunningService(server, tmp_path, bot__model=model, dialogue__fragment_pause_seconds=0.2) as service:
            ...

Settings are named `<section>__<key>`, and reach the service by its environment, as they would on a real machine.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from io import BufferedWriter
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

from bot.testing.bot_api import BotApiServer

SECRET = "rahasia-webhook_untuk-uji-coba"
"""The secret that a webhook of a running service wants."""

START_SECONDS = 60.0
STOP_SECONDS = 20.0
"""How long a start and a stop may take on a machine that is busy with other things."""

_READY = re.compile(r'(?:^|")Ready: .*?(http://\S+)/healthz', re.MULTILINE)


class ServiceFailed(Exception):
    """The process did not start, or did not end as it should. The message quotes its output."""


class Process(Protocol):
    """What is asked of a process; `subprocess.Popen` is one."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int, /) -> None: ...
    def kill(self) -> None: ...


class Launcher:
    """Starts processes as users do."""

    def start(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], output: BufferedWriter
    ) -> Process:
        """A process that works in `folder`, and appends to `output` whatever it says."""
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )


class RunningService:
    """A service in a folder of its own, from which it can be started again after a stop or a kill.

    `environment` is what the process will see at its next start, and may be changed until then. A service in
    webhook mode gets a free port and `SECRET`. `start_seconds` are those that the latest start took. Leaving the
    context stops it, and raises where that is not clean.
    """

    launcher: ClassVar[Launcher] = Launcher()
    """What starts its processes: who starts hundreds of them may have a quicker way."""

    def __init__(self, server: BotApiServer, folder: Path, **settings: object) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.database = folder / "data" / "tanggap.sqlite3"
        self.output = folder / "service.log"
        self.address = ""
        self.start_seconds = 0.0
        self._process: Process | None = None
        self._read_from = 0
        chosen: dict[str, object] = {
            "telegram__api_base_url": server.url,
            "telegram__file_base_url": server.file_url,
            "server__port": 0,
            "log__level": "INFO",
            **settings,
        }
        if chosen.get("telegram__mode") == "webhook":
            chosen["server__port"] = port = chosen["server__port"] or free_port()
            chosen.setdefault("telegram__webhook_url", f"http://127.0.0.1:{port}")
        overrides = {f"TANGGAP_{name.upper()}": _written(value) for name, value in chosen.items()}
        secrets = {"TELEGRAM_TOKEN": server.token, "TELEGRAM_WEBHOOK_SECRET": SECRET}
        self.environment: dict[str, str] = {**_inherited(), **secrets, **overrides}

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:  # Who waits for the start may be cancelled.
            await self.kill()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if self._process is None:
            return
        if kind is not None:
            await self.kill()
        elif code := await self.stop():
            raise ServiceFailed(f"the service ended with {code}:\n{self.log}")

    @property
    def address_of_webhook(self) -> str:
        """Where a service in webhook mode listens, also while it does not."""
        return f"http://127.0.0.1:{self.environment['TANGGAP_SERVER__PORT']}"

    @property
    def pid(self) -> int:
        """The process as the system knows it. Raises :class:`ServiceFailed` while there is none."""
        return self._running().pid

    @property
    def log(self) -> str:
        """What the service has written in all its lives."""
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""

    @property
    def is_running(self) -> bool:
        """Whether there is a process that has not ended."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> float:
        """Start the process and wait until it says that it is ready; returns the seconds that took."""
        begun = time.perf_counter()
        self.spawn()
        while not (ready := _READY.search(self._latest())):
            if not self.is_running or time.perf_counter() - begun > START_SECONDS:
                await self.kill()
                raise ServiceFailed(f"the service did not start:\n{self._latest()}")
            await asyncio.sleep(0.01)
        self.address, self.start_seconds = ready[1], time.perf_counter() - begun
        return self.start_seconds

    def spawn(self) -> None:
        """Start the process and wait for nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config.touch()
        self._read_from = len(self.log)
        # Not by the script `tanggap`, which need not lie beside the interpreter; -P: nor is this folder a package.
        command = [sys.executable, "-P", "-m", "bot.cli", "run", "--config", str(self.config)]
        with self.output.open("ab") as output:
            self._process = self.launcher.start(command, self.folder, self.environment, output)

    async def stop(self) -> int:
        """SIGTERM, and wait for the end; returns the exit code."""
        self._running().send_signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        """SIGKILL: the process has no say in it."""
        if self._process is not None:
            self._process.kill()
            await self.ended()

    async def restart(self) -> None:
        """A clean stop and a new start."""
        if code := await self.stop():
            raise ServiceFailed(f"the service ended with {code}:\n{self.log}")
        await self.start()

    async def ended(self) -> int:
        """Wait for the end of the process, and kill it where that takes too long; returns the exit code."""
        process = self._running()
        try:
            return await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise ServiceFailed(f"the service did not stop within {STOP_SECONDS:g} s:\n{self.log}") from None
        finally:
            self._process = None

    async def said(self, words: str, seconds: float = 10.0) -> None:
        """Wait until the log of this life holds these words."""
        until = time.perf_counter() + seconds
        while words not in self._latest():
            if time.perf_counter() > until:
                raise ServiceFailed(f"the service did not say {words!r}:\n{self._latest()}")
            await asyncio.sleep(0.02)

    async def health(self) -> dict[str, Any]:
        """What `/healthz` answers."""

        def get() -> dict[str, Any]:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=10) as answer:
                health: dict[str, Any] = json.load(answer)
                return health

        return await asyncio.to_thread(get)

    async def at_rest(self, seconds: float = 20.0) -> dict[str, Any]:
        """Wait until nothing is left to read or to send; returns the last `/healthz`.

        Raises :class:`ServiceFailed` where what is left has not become less for so many seconds.
        """
        fewest, until = math.inf, 0.0
        while left := (health := await self.health())["inbox_pending"] + health["outbox_pending"]:
            now = time.perf_counter()
            if left < fewest:
                fewest, until = left, now + seconds
            if now > until:
                raise ServiceFailed(f"the service has not come to rest: {health}\n{self._latest()}")
            await asyncio.sleep(0.05)
        return health

    def _latest(self) -> str:
        """The log of this life."""
        return self.log[self._read_from :]

    def _running(self) -> Process:
        if self._process is None:
            raise ServiceFailed("the service is not running")
        return self._process


def _inherited() -> dict[str, str]:
    """This process's environment without settings of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("TANGGAP_", "TELEGRAM_"))}


def _written(value: object) -> str:
    """A setting as its variable holds it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
