"""Errands: what the command line asks of the service that holds the database, by files beside the database.

On SQLite a single process writes, so whoever wants something changed asks it. A request is a file that only the
user of the service can put there; its answer lies beside it until it is fetched. Knows no errand by name.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conversation.errors import StorageError, TanggapError

INTERVAL = 0.5
"""Seconds between two looks for requests."""

PATIENCE = 30.0
"""Seconds that who asks waits for an answer, or for another word of how far it is."""

TOLD_EVERY = 0.2
"""Seconds between two words of progress at least."""

Tell = Callable[[str, float], None]
"""Takes the name of a step, and the share (0-1) of the whole that is done."""

Errand = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""Does what the request says; both are JSON-able. It may raise TanggapError, which is told to who asked."""

LongErrand = Callable[[Mapping[str, Any], Tell], Awaitable[Mapping[str, Any]]]
"""The same for what takes long: it tells how far it is, which renews the patience of who asked."""

log = logging.getLogger(__name__)


class Refused(TanggapError):
    """The service did not do it; message and remedy are its own."""


def errands_of(database: Path) -> Path:
    """The folder of the requests for the process that holds a database."""
    return database.with_name(database.name + ".errands")


async def run_errands(
    folder: Path, errands: Mapping[str, Errand], long: Mapping[str, LongErrand] = MappingProxyType({})
) -> None:
    """Do what is asked for, one request after the other, for ever; nobody waits for what is long."""
    under_way: dict[Path, asyncio.Task[None]] = {}
    try:
        while True:
            for path in await asyncio.to_thread(_requests, folder):
                if path not in under_way:
                    under_way[path] = asyncio.create_task(_answered(path, errands, long))
                    await asyncio.wait([under_way[path]], timeout=INTERVAL)
            under_way = {path: task for path, task in under_way.items() if not task.done()}
            await asyncio.sleep(INTERVAL)
    finally:
        for task in under_way.values():
            task.cancel()


def ask(
    folder: Path,
    what: str,
    values: Mapping[str, Any],
    patience: float = PATIENCE,
    tell: Tell = lambda step, share: None,
) -> Mapping[str, Any]:
    """Ask the process that holds the database, and wait for its answer. `tell` is told how far it is.

    Raises:
        Refused: it could not do it.
        StorageError: it did not answer, and now will not do it.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{secrets.token_hex(8)}.request"
    answer, progress = path.with_suffix(".answer"), path.with_suffix(".progress")
    _put(path, {"what": what, "values": dict(values)})
    until, told = time.monotonic() + patience, ""
    try:
        while not answer.exists():
            if (word := _read(progress)) != told:
                until, told = time.monotonic() + patience, word
                tell(*json.loads(word)["told"])
            if time.monotonic() > until:
                raise StorageError(
                    "the process that holds the database did not answer",
                    remedy="Stop it (`tanggap chat` and older services do not answer), and try again.",
                )
            time.sleep(0.05)
        found: Mapping[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    finally:
        for each in (path, answer, progress):
            each.unlink(missing_ok=True)
    if "error" in found:
        raise Refused(str(found["error"]), remedy=str(found["remedy"]))
    return found


def _requests(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.request"))
    except OSError:
        return []


def _read(path: Path) -> str:
    """What a file holds that appears whole; "" where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


async def _answered(path: Path, errands: Mapping[str, Errand], long: Mapping[str, LongErrand]) -> None:
    answer = await _done(path, errands, long)
    await asyncio.to_thread(_put, path.with_suffix(".answer"), answer)
    await asyncio.to_thread(path.unlink, missing_ok=True)


async def _done(path: Path, errands: Mapping[str, Errand], long: Mapping[str, LongErrand]) -> Mapping[str, Any]:
    try:
        request = json.loads(await asyncio.to_thread(path.read_text, encoding="utf-8"))
        what, values = request["what"], request["values"]
        log.info("asked for %s", what, extra={"action": "errand"})
        return await (long[what](values, _teller(path)) if what in long else errands[what](values))
    except TanggapError as error:
        return {"error": str(error), "remedy": error.remedy}
    except Exception as error:  # Whatever somebody put there.
        log.exception("a request could not be dealt with", extra={"action": "errand_failed"})
        return {"error": f"the service failed at it: {type(error).__name__}", "remedy": "See its log."}


def _teller(request: Path) -> Tell:
    """Puts the latest word of progress beside a request, though not every one where they come fast."""
    last = float("-inf")

    def tell(step: str, share: float) -> None:
        nonlocal last
        if time.monotonic() - last >= TOLD_EVERY and request.exists():
            last = time.monotonic()
            _put(request.with_suffix(".progress"), {"told": [step, share]})

    return tell


def _put(path: Path, values: Mapping[str, Any]) -> None:
    """Write a file that appears whole, and that nobody else may read."""
    partial = path.with_name(path.name + ".partial")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(dict(values)), encoding="utf-8")
    partial.replace(path)
