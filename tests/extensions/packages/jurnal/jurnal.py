"""A store in one file of JSON lines: a line for each change, written before it is carried out in memory.

Opening it carries all of them out again. It is for one service whose conversations fit into memory, and for reading
with a text editor; it starts the slower the longer it has served.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from inspect import signature
from pathlib import Path
from typing import Any, BinaryIO, cast, get_type_hints
from urllib.parse import unquote

from pydantic import TypeAdapter

from bot.storage.plugin import Finding, nothing_there
from bot.testing.memory_store import MemoryStore
from conversation.errors import StorageError
from conversation.ports import Store

WRITES = frozenset(
    (
        *("accept", "give_up_update", "finish_updates", "commit", "interrupted_deliveries", "start_deliveries"),
        *("finish_deliveries", "set_topic", "move_chat", "begin_action", "end_action", "drop_reminders"),
        *("save_agent", "open_session", "renew_session", "end_sessions", "record", "save_canned_reply"),
        *("drop_canned_reply", "add_release", "activate", "save_change", "drop_change", "collect_review"),
        *("add_review", "deal_review"),
    )
)
"""The methods of a store that change something: of `Store`, of `DeskStore` and of `KnowledgeStore`."""


class Jurnal:
    """Implements `Storage`."""

    async def open(self, url: str, *, note: Callable[[str], None] | None, alone: bool, create: bool) -> Store:
        """Read the file, and hold it if nobody else does."""
        path = path_of(url)
        if not create and not path.exists():
            raise nothing_there(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("ab+")
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}", remedy="Check the folder of storage.url.") from error
        held = False
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = True
        if alone and not held:
            file.close()
            raise StorageError(f"{path}: another process serves it", remedy="Stop it first, or set storage.url.")
        store = JournalledStore(file, writable=held)
        await store.replay()
        return cast(Store, store)

    async def check(self, url: str) -> Sequence[Finding]:
        """Whether every line can be read."""
        path = path_of(url)
        if not path.exists():
            return [Finding(level="ok", message=f"{path} does not exist yet; the first start makes it")]
        lines = path.read_bytes().splitlines()
        try:
            decoded = [json.loads(line) for line in lines]
        except ValueError:
            return [Finding(level="error", message=f"{path} is damaged", remedy="Restore the latest copy.")]
        return [Finding(level="ok", message=f"{path}: {len(decoded)} changes")]


class JournalledStore:
    """Implements `Store`, `DeskStore` and `KnowledgeStore`: what changes something goes through the journal, the rest
    straight to memory."""

    def __init__(self, file: BinaryIO, *, writable: bool) -> None:
        self._file = file
        self._writable = writable
        self._memory = MemoryStore()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._memory, name)
        return partial(self._written, name, method) if name in WRITES else method

    async def _written(self, name: str, method: Callable[..., Awaitable[Any]], *given: Any, **named: Any) -> Any:
        if not self._writable:
            raise StorageError("another process serves this store; here it can only be read")
        arguments = signature(method).bind(*given, **named).arguments
        adapters = adapters_of(name)
        plain = {key: adapters[key].dump_python(value, mode="json") for key, value in arguments.items()}
        line = json.dumps([name, plain]).encode() + b"\n"
        end = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._file.truncate(end)  # Half a line must not stand between whole ones.
            raise StorageError(f"{self._file.name}: {error.strerror}") from error
        return await method(*given, **named)

    async def replay(self) -> None:
        """Carry out what the file holds. A last line that was cut off by a crash was never acknowledged: it goes."""
        end = self._file.seek(0)
        for line in self._file.readlines():
            if not line.endswith(b"\n"):
                break
            name, plain = json.loads(line)
            with suppress(StorageError, ValueError, KeyError):  # What was refused then is refused again.
                await getattr(self._memory, name)(**understood(name, plain))
            end += len(line)
        if self._writable:
            self._file.truncate(end)

    async def close(self) -> None:
        """Let go of the file."""
        self._file.close()


@cache
def adapters_of(name: str) -> Mapping[str, TypeAdapter[Any]]:
    """What makes JSON of each argument of a method, and the argument of JSON."""
    hints = get_type_hints(getattr(MemoryStore, name))
    return {key: TypeAdapter(hint) for key, hint in hints.items() if key != "return"}


def understood(name: str, plain: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that were written as `plain`."""
    adapters = adapters_of(name)
    return {key: adapters[key].validate_python(value) for key, value in plain.items()}


def path_of(url: str) -> Path:
    """The file of a URL such as `jurnal:///data/tanggap.jsonl`."""
    path = unquote(url.partition(":///")[2])
    if not path:
        raise StorageError("storage.url names no file", remedy="Write jurnal:///data/tanggap.jsonl")
    return Path(path)


JURNAL = Jurnal()
