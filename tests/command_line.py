"""The real command line as a process, and how it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.warm import can_fork, run

TANGGAP = str(Path(sys.executable).with_name("tanggap"))
PATIENCE = 90.0


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def failed(self, *words: str) -> None:
        """Assert that it ended with an error of ours: these words, a remedy, exit code 1, and nothing else."""
        assert self.code == 1, self
        assert "Traceback" not in self.err
        assert "Error:" in self.err
        assert "What to do:" in self.err
        assert self.out == ""
        for word in words:
            assert word in self.err


Command = Callable[..., Ended]


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without settings of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TANGGAP_", "TELEGRAM_"))}
    return {**inherited, **changes}


def process(
    *arguments: str | Path, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] = {}, **changes: str
) -> Ended:
    """Run `tanggap` as a process of its own, in this one's environment with `env` and `changes`."""
    seen, parts = environment(**env, **changes), [str(argument) for argument in arguments]
    if can_fork(seen):
        done = run(parts, cwd, seen, stdin, PATIENCE)
    else:
        done = subprocess.run(
            [TANGGAP, *parts], cwd=cwd, input=stdin, env=seen, capture_output=True, timeout=PATIENCE, check=False
        )
    return Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())
