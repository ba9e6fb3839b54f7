"""Services that need not import anything: they are forked from one process that has done it for all of them.

A service imports for longer than it does anything else at its start, and is started two hundred times in a run of the
tests. What is forked is a process like any other: with settings, files and sockets of its own, to be killed, stopped
and waited for. Where the environment says something to Python itself a service is started as usual. Knows no service.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from io import BufferedWriter
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.testing.service import Launcher, Process

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.read_ahead"])


class _Forked:
    """A forked process, as `subprocess` shows one."""

    def __init__(self, process: BaseProcess, command: Sequence[str]) -> None:
        self._process, self._command = process, command
        assert process.pid
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(list(self._command), timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()


class Forks(Launcher):
    """Forks what would be started."""

    def start(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], output: BufferedWriter
    ) -> Process:
        if _of_python(environment) != _of_python(os.environ):
            return super().start(command, folder, environment, output)
        arguments = list(command[command.index("bot.cli") + 1 :])
        process = _context.Process(target=_live, args=(arguments, folder, dict(environment), output.name), daemon=True)
        process.start()
        return _Forked(process, command)


def _of_python(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def _live(arguments: list[str], folder: Path, environment: dict[str, str], output: str) -> None:
    """What the child does: take its place, and be `tanggap`."""
    written = os.open(output, os.O_WRONLY | os.O_APPEND)
    for number in (1, 2):
        os.dup2(written, number)
    os.close(written)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["tanggap", *arguments]

    from bot.cli import main

    main()
