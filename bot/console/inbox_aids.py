"""What the inbox is given beside the desk: suggestions from the knowledge base, customers' files, and a folder.

Each may be missing: the inbox then does without. Imports no NiceGUI, as whoever starts the service makes them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from bot.desk.suggestions import Suggestion

Suggest = Callable[[str], Awaitable[tuple[Suggestion, ...]]]
"""Answers of the knowledge base to what a customer wrote, the likeliest first."""

Fetch = Callable[[str], Awaitable[bytes]]
"""The bytes that a channel keeps under a `file_id`. Raises ChannelError where they cannot be had."""


async def suggest_nothing(text: str) -> tuple[Suggestion, ...]:
    """Without a knowledge base there is nothing to suggest."""
    return ()


@runtime_checkable
class KeepsFiles(Protocol):
    """A channel from which customers' files can be fetched."""

    async def file(self, file_id: str) -> bytes:
        """The file. Raises ChannelError."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Aids:
    """`fetch` is by the name of the channel; `uploads` is where files of agents are kept for customers."""

    suggest: Suggest = suggest_nothing
    fetch: Mapping[str, Fetch] = field(default_factory=dict)
    uploads: Path | None = None
