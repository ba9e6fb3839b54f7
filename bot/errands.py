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
from typing import Any

from conversation.errors import StorageError, TanggapError

INTERVAL = 0.5
"""Seconds between two looks for requests."""

PATIENCE = 30.0
"""Seconds that who asks waits for an answer."""

Errand = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""Does what the request says; both are JSON-able. It may raise TanggapError, which is told to who asked."""

log = logging.getLogger(__name__)


class Refused(TanggapError):
    """The service did not do it; message and remedy are its own."""


def errands_of(database: Path) -> Path:
    """The folder of the requests for the process that holds a database."""
    return database.with_name(database.name + ".errands")


async def run_errands(folder: Path, errands: Mapping[str, Errand]) -> None:
    """Do what is asked for, one request after the other, for ever."""
    while True:
        for path in await asyncio.to_thread(_requests, folder):
            answer = await _done(path, errands)
            await asyncio.to_thread(_put, path.with_suffix(".answer"), answer)
            path.unlink(missing_ok=True)
        await asyncio.sleep(INTERVAL)


def ask(folder: Path, what: str, values: Mapping[str, Any], patience: float = PATIENCE) -> Mapping[str, Any]:
    """Ask the process that holds the database, and wait for its answer.

    Raises:
        Refused: it could not do it.
        StorageError: it did not answer, and now will not do it.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{secrets.token_hex(8)}.request"
    answer = path.with_suffix(".answer")
    _put(path, {"what": what, "values": dict(values)})
    until = time.monotonic() + patience
    try:
        while not answer.exists():
            if time.monotonic() > until:
                raise StorageError(
                    "the process that holds the database did not answer",
                    remedy="Stop it (`tanggap chat` and older services do not answer), and try again.",
                )
            time.sleep(0.05)
        found: Mapping[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    finally:
        path.unlink(missing_ok=True)
        answer.unlink(missing_ok=True)
    if "error" in found:
        raise Refused(str(found["error"]), remedy=str(found["remedy"]))
    return found


def _requests(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.request"))
    except OSError:
        return []


async def _done(path: Path, errands: Mapping[str, Errand]) -> Mapping[str, Any]:
    try:
        request = json.loads(await asyncio.to_thread(path.read_text, encoding="utf-8"))
        log.info("asked for %s", request["what"], extra={"action": "errand"})
        return await errands[request["what"]](request["values"])
    except TanggapError as error:
        return {"error": str(error), "remedy": error.remedy}
    except Exception as error:  # Whatever somebody put there.
        log.exception("a request could not be dealt with", extra={"action": "errand_failed"})
        return {"error": f"the service failed at it: {type(error).__name__}", "remedy": "See its log."}


def _put(path: Path, values: Mapping[str, Any]) -> None:
    """Write a file that appears whole, and that nobody else may read."""
    partial = path.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(dict(values)), encoding="utf-8")
    partial.replace(path)
