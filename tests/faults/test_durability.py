"""What was acknowledged is on the disk, as far as the operating system can tell: seen by its own calls."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

KEPT = "KEPT"
PROGRAM = f'''
import asyncio, os, sys
from datetime import UTC, datetime
from bot.storage.sqlite import SqliteStore
from conversation.ports import Update

async def main():
    store = await SqliteStore.open("sqlite:///" + sys.argv[1])
    for number in range(3):
        update = Update(channel="telegram", key=str(number), lane="a", payload="x", received_at=datetime.now(UTC))
        await store.accept([update])
        os.write(1, b"{KEPT}")
    await store.close()

asyncio.run(main())
'''


def test_the_log_is_synced_after_its_last_write_and_before_anybody_hears_of_the_commit(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    calls = "trace=pwrite64,write,fsync,fdatasync"
    command = [strace, "-f", "-y", "-o", str(trace), "-e", calls, sys.executable, "-c", PROGRAM]
    done = subprocess.run([*command, str(tmp_path / "tanggap.db")], capture_output=True, check=False, timeout=60)
    if done.returncode and b"ptrace" in done.stderr:
        pytest.skip("this process may not trace another")
    assert done.stdout == KEPT.encode() * 3, done.stderr
    seen = [step for line in trace.read_text(errors="replace").splitlines() if (step := read(line))]
    kept = [index for index, step in enumerate(seen) if step == "kept"]
    for index in kept:
        before = [step for step in seen[:index] if step != "kept"]
        assert before[-1] == "synced", "the last thing that happened to the log"
        assert "written" in before
    assert all("written" in seen[first:then] for first, then in pairwise(kept))


def read(line: str) -> str:
    """What a line of the trace tells of the write-ahead log, or of our own words; "" for the rest."""
    if KEPT in line and re.search(r"\bwrite\(1", line):
        return "kept"
    if "-wal>" not in line:
        return ""
    return "synced" if re.search(r"\bf(data)?sync\(", line) else "written"
