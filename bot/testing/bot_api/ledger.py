"""The ledger: every API call the server accepted, in the order in which it took effect.

Knows calls as values; does not know what they did to the world.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call. ``result`` is Telegram's answer, also when a fault kept the caller from reading it.

    Uploaded files stand in ``parameters`` as ``{"file_name", "size"}``; a ``getUpdates`` has the handed-out
    update ids as its result. ``fault`` names the scripted fault the call met; ``error`` is set on refusals.
    """

    sequence: int
    time: datetime
    bot_id: int
    method: str
    parameters: dict[str, Any]
    result: Any = None
    fault: str | None = None
    error: str | None = None

    def wire(self) -> dict[str, Any]:
        """A JSON object for the ledger file and the control API."""
        line: dict[str, Any] = {
            "sequence": self.sequence,
            "time": self.time.isoformat(),
            "bot_id": self.bot_id,
            "method": self.method,
            "parameters": self.parameters,
            "result": self.result,
        }
        if self.fault:
            line["fault"] = self.fault
        if self.error:
            line["error"] = self.error
        return line


class Ledger:
    """Iterates over accepted calls, oldest first; ``refused`` holds the others. Both share one sequence."""

    def __init__(self, path: Path | None = None) -> None:
        self._entries: list[Entry] = []
        self._sequence = 0
        self._file = path.open("a", encoding="utf-8") if path else None
        self.refused: list[Entry] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]

    def calls(self, method: str | None = None, *, chat_id: int | None = None, after: int = 0) -> list[Entry]:
        """Accepted calls of one method, to one chat, with a sequence number above ``after``."""
        wanted = method.lower() if method else None
        return [
            entry
            for entry in self._entries
            if entry.sequence > after
            and (wanted is None or entry.method.lower() == wanted)
            and (chat_id is None or entry.parameters.get("chat_id") == chat_id)
        ]

    def accept(
        self,
        *,
        time: datetime,
        bot_id: int,
        method: str,
        parameters: dict[str, Any],
        result: Any,
        fault: str | None,
    ) -> Entry:
        """Writes down a call that took effect; the line is in the file before this returns."""
        self._sequence += 1
        entry = Entry(
            sequence=self._sequence,
            time=time,
            bot_id=bot_id,
            method=method,
            parameters=parameters,
            result=result,
            fault=fault,
        )
        self._entries.append(entry)
        if self._file:
            self._file.write(json.dumps(entry.wire(), ensure_ascii=False) + "\n")
            self._file.flush()
        return entry

    def refuse(
        self,
        *,
        time: datetime,
        bot_id: int,
        method: str,
        parameters: dict[str, Any],
        error: str,
        fault: str | None,
    ) -> None:
        """Writes down a call that had no effect; kept in memory only."""
        self._sequence += 1
        self.refused.append(
            Entry(
                sequence=self._sequence,
                time=time,
                bot_id=bot_id,
                method=method,
                parameters=parameters,
                fault=fault,
                error=error,
            )
        )

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
