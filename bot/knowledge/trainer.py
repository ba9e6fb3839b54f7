"""Trains beside the service: in a process of its own, of low priority, one at a time, and stopped when nobody waits.

Neither the event loop nor the memory of the service is touched by scikit-learn. What the process does stands in
`training_process`; whether its result may serve, `intents.gate` says. This module knows nothing of releases.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.settings import Settings
from conversation.errors import DataError, ModelError, SettingError, TanggapError
from intents.gate import Evaluation, decode_evaluation

log = logging.getLogger(__name__)

Line = dict[str, Any]
Progress = Callable[[str, float], None]
"""Is given the name of a step, and how much of the whole is done (0–1)."""

LONGEST_LINE = 256 << 20
"""Bytes. The last line holds the whole evaluation."""

IDLE = "idle"
"""Tells the process to take only time that nobody else wants."""

FIRST: tuple[str, ...] = (IDLE,)
"""How a training is begun. Where nothing else has to go on beside it, it need not be idle."""

STARVED = 5.0
"""Seconds that an idle process may have waited for a processor, if that is more than `STARVED_SHARE` times what it got.
On a machine that is never idle it would never end. Only root can make it less idle, so it is begun anew."""

STARVED_SHARE = 3.0

LOOKED_AFTER = 1.0
"""Seconds between two looks at it."""

ABANDONED = 3600.0
"""Seconds after which a half-written model file is nobody's any more."""

_ERRORS = {each.__name__: each for each in (DataError, ModelError, SettingError)}
_LAST_WORDS = 8192
_EXCEPTION = re.compile(r"[A-Za-z_.]*(Error|Exception)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Trained:
    """A trained knowledge base. `key` is of all that the model was made of: equal keys, equal models.

    Evaluations are kept as they were written (`Evaluation.encode`): a release keeps them like that, and to read one
    takes milliseconds.
    """

    model_path: Path
    key: str
    written: str
    written_base: str = ""

    @property
    def evaluation(self) -> Evaluation:
        """What was found of it, read anew each time."""
        return decode_evaluation(self.written)

    @property
    def base(self) -> Evaluation | None:
        """The same of what it was to be compared with; None where nothing was, or nothing could be learned there."""
        return decode_evaluation(self.written_base) if self.written_base else None


class _Starved(Exception):
    """An idle process got no time."""


def models_folder(settings: Settings) -> Path:
    """Where the models of releases lie: beside the configured one."""
    return settings.path(settings.bot.model).parent / "models"


async def train_apart(
    settings: Settings,
    pieces: str,
    folder: Path,
    progress: Progress | None = None,
    base: str = "",
) -> Trained:
    """Train on the knowledge base of these pieces, encoded, in a process of its own. Who is cancelled, kills it.

    A model that `folder` has already is not trained again, only tried. `base` is evaluated as well, in the same
    process: to start one takes longer than that.

    Raises:
        DataError: the pieces are no knowledge base, nothing can be learned from it, or the embedder is missing.
        ModelError: the model file cannot be written.
        SettingError: [understanding] names what there is not.
        TanggapError: the process died.
    """
    try:
        return await _train(settings, pieces, folder, progress, base, FIRST)
    except _Starved:
        log.warning("the machine has no time to spare; training anew", extra={"action": "training_starved"})
        return await _train(settings, pieces, folder, progress, base, ())


async def _train(
    settings: Settings, pieces: str, folder: Path, progress: Progress | None, base: str, how: tuple[str, ...]
) -> Trained:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot.knowledge.training_process", *how),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        limit=LONGEST_LINE,
    )
    assert child.stdin
    assert child.stdout
    assert child.stderr
    order = {
        "settings": settings.model_dump(mode="json", include={"bot", "understanding"}),
        "base": str(settings.path(".")),
        "folder": str(folder),
    }
    lines = "\n".join((json.dumps(order), pieces, base))
    sending = asyncio.create_task(_send(child.stdin, lines.encode()))
    hearing = asyncio.create_task(_last_words(child.stderr))
    try:
        listening = asyncio.create_task(_listen(child.stdout, progress))
        try:
            result = await _heard(listening, child.pid if how else None)
        finally:
            listening.cancel()
        if result is None:
            await child.wait()
            raise _death(child, await hearing)
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
        await asyncio.gather(sending, hearing, child.wait())
    if "error" in result:
        raise _ERRORS.get(result["error"], TanggapError)(result["message"], remedy=result["remedy"])
    return Trained(
        model_path=Path(result["model_path"]),
        key=result["key"],
        written=result["evaluation"],
        written_base=result["base"],
    )


async def _heard(listening: asyncio.Task[Line | None], idle: int | None) -> Line | None:
    """What the process said last. Raises _Starved where it is `idle` (its number) and gets no time."""
    while not (await asyncio.wait([listening], timeout=LOOKED_AFTER))[0]:
        if idle is not None and is_starved(idle):
            raise _Starved
    return listening.result()


def is_starved(pid: int) -> bool:
    """Whether a process gets far less of the processors than it wants. Where nobody can tell, it is not."""
    try:
        ran, waited = (int(each) / 1e9 for each in Path(f"/proc/{pid}/schedstat").read_text().split()[:2])
    except (OSError, ValueError):
        return False
    return waited > STARVED and waited > STARVED_SHARE * ran


async def _send(stream: asyncio.StreamWriter, order: bytes) -> None:
    with contextlib.suppress(ConnectionError):  # That it died, its output tells.
        stream.write(order)
        await stream.drain()
    stream.close()


async def _last_words(stream: asyncio.StreamReader) -> str:
    """The end of all that is written to a stream."""
    kept = b""
    while piece := await stream.read(_LAST_WORDS):
        kept = (kept + piece)[-_LAST_WORDS:]
    return kept.decode(errors="replace")


async def _listen(stream: asyncio.StreamReader, progress: Progress | None) -> Line | None:
    """Pass the progress on until the result or an error comes; None where neither does."""
    async for line in stream:
        said: Line = json.loads(line)
        if "stage" not in said:
            return said
        if progress:
            progress(said["stage"], said["share"])
    return None


def _death(child: Process, last_words: str) -> TanggapError:
    """What to say of a process that died. Its last words may hold messages of customers: they are not repeated."""
    if child.returncode == -signal.SIGKILL:
        return TanggapError(
            "the training was killed, most likely because memory ran out",
            remedy="Give the machine more memory, then try again. Customers are served as before.",
        )
    raised = _EXCEPTION.match(last_words.strip().rsplit("\n", 1)[-1])
    error = raised[0] if raised else f"exit code {child.returncode}"
    log.error("the training died: %s", error, extra={"action": "training_died"})
    return TanggapError(
        f"the training died ({error})",
        remedy="Run `tanggap train` on the same knowledge base to see why. Customers are served as before.",
    )


@dataclass(slots=True, eq=False)
class _Running:
    """A training and those who wait for it."""

    task: asyncio.Task[Trained]
    listeners: list[Progress] = field(default_factory=list)
    waiting: int = 0


class Trainer:
    """The trainings of one service: one at a time; who asks for what is being trained already waits for the same."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.folder = folder
        self._settings = settings
        self._lock = asyncio.Lock()
        self._running: dict[tuple[str, str], _Running] = {}

    async def train(self, pieces: str, progress: Progress | None = None, base: str = "") -> Trained:
        """Train as `train_apart` does, when it is our turn. It is killed when the last who waits for it is cancelled.

        Raises:
            TanggapError: as `train_apart`.
        """
        what = pieces, base
        running = self._running.get(what)
        if running is None:
            running = self._running[what] = self._start(what)
        if progress:
            running.listeners.append(progress)
        running.waiting += 1
        try:
            return await asyncio.shield(running.task)
        finally:
            running.waiting -= 1
            if progress:
                running.listeners.remove(progress)
            if not running.waiting and not running.task.done():
                self._running.pop(what, None)
                running.task.cancel()
                await asyncio.wait([running.task])

    def _start(self, what: tuple[str, str]) -> _Running:
        pieces, base = what

        def report(stage: str, share: float) -> None:
            for listener in tuple(running.listeners):
                listener(stage, share)

        async def train() -> Trained:
            try:
                async with self._lock:
                    return await train_apart(self._settings, pieces, self.folder, report, base)
            finally:
                if self._running.get(what) is running:
                    del self._running[what]

        running = _Running(task=asyncio.create_task(train()))
        return running


def prune(folder: Path, keep: Set[str]) -> int:
    """Delete the models whose keys are not to be kept, and what trainings that were killed left; returns how many."""
    abandoned = [path for path in folder.glob(".*.model.*") if path.stat().st_mtime < time.time() - ABANDONED]
    useless = [path for path in folder.glob("*.model") if path.stem not in keep and not path.name.startswith(".")]
    for path in (*useless, *abandoned):
        path.unlink(missing_ok=True)
    return len(useless) + len(abandoned)
