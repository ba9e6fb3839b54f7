"""Processes of `tanggap` that need not import anything: they are forked from one that has done it for all of them.

A service imports for longer than it does anything else at its start, and so does a command; hundreds of them are
started in a run of the tests. What is forked is a process like any other, with settings, files and sockets of its own,
to be killed, stopped and waited for. Where the environment says more to Python itself than where to look for modules
nothing is forked.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from io import BufferedWriter
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from bot.testing.service import Launcher, Process

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.read_ahead"])
_asking = Lock()
"""How a process ended can be read once, and a start reads it of all that there are; tests wait in threads."""


class _Forked:
    """A forked process, as `subprocess` shows one."""

    def __init__(self, process: BaseProcess, command: Sequence[str]) -> None:
        self._process, self._command = process, command
        assert process.pid
        self.pid = process.pid

    def poll(self) -> int | None:
        with _asking:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        wait([self._process.sentinel], timeout)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired(list(self._command), timeout or 0)
        return code

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
        if not can_fork(environment):
            return super().start(command, folder, environment, output)
        arguments = list(command[command.index("bot.cli") + 1 :])
        return _Forked(_fork(arguments, folder, environment, None, output.name, output.name), command)


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], stdin: bytes, seconds: float
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end. Raises `subprocess.TimeoutExpired`. `stdin` is less than a pipe holds."""
    read, write = _context.Pipe(duplex=False)
    with TemporaryDirectory() as kept:
        out, err = Path(kept, "out"), Path(kept, "err")
        out.touch()
        err.touch()
        with write:
            with read:
                process = _Forked(_fork(arguments, folder, environment, read, str(out), str(err)), arguments)
            with suppress(BrokenPipeError):
                os.write(write.fileno(), stdin)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess(arguments, code, out.read_bytes(), err.read_bytes())


def can_fork(environment: Mapping[str, str]) -> bool:
    """Whether this environment says to Python what that of the tests does."""
    return _of_python(environment) == _of_python(os.environ)


def _of_python(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("PYTHON") and name != "PYTHONPATH"}


def _fork(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    stdin: Connection | None,
    stdout: str,
    stderr: str,
) -> BaseProcess:
    taken = (list(arguments), folder, dict(environment), stdin, stdout, stderr)
    process = _context.Process(target=_live, args=taken, daemon=True)
    with _asking:
        process.start()
    return process


def _live(
    arguments: list[str], folder: Path, environment: dict[str, str], stdin: Connection | None, stdout: str, stderr: str
) -> None:
    """What the child does: take its place, and be `tanggap`."""
    if stdin is not None:
        os.dup2(stdin.fileno(), 0)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)  # What multiprocessing gave it reads nothing.
    for number, path in ((1, stdout), (2, stderr)):
        written = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(written, number)
        os.close(written)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["tanggap", *arguments]
    _look_in(environment.get("PYTHONPATH", "").split(os.pathsep))

    from bot.cli import main

    main()


def _look_in(folders: list[str]) -> None:
    """Have modules looked for in these as well, and begin with `sitecustomize`, as Python does at its start."""
    more = [folder for folder in folders if folder and folder not in sys.path]
    if more:
        sys.path[:0] = more
        sys.modules.pop("sitecustomize", None)
        with suppress(ModuleNotFoundError):
            import_module("sitecustomize")
