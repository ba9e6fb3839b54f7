"""What the pages are given beside the desk: what the knowledge base suggests and calls things, customers' files, a
folder, and where wrong answers are reported.

Each may be missing: the pages then do without. Imports no NiceGUI, as whoever starts the service makes them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from bot.desk.suggestions import Suggestion
from conversation.messages import ConversationId, MessageId
from conversation.tickets import Agent

Suggest = Callable[[str], Awaitable[tuple[Suggestion, ...]]]
"""Answers of the knowledge base to what a customer wrote, the likeliest first."""

Fetch = Callable[[str], Awaitable[bytes]]
"""The bytes that a channel keeps under a `file_id`. Raises ChannelError where they cannot be had."""


Titles = Callable[[], Mapping[str, str]]
"""What the intents of the knowledge base that is served are called, by name."""

Flag = Callable[[ConversationId, MessageId, Agent, str], Awaitable[None]]
"""Takes a message of the bot's for a wrong answer, on behalf of an agent; the last is the intent that would have been
right, where they know it. Raises Refusal."""


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
    """`fetch` is by the name of the channel; `uploads` is where files of agents are kept for customers. Without `flag`
    nobody is offered to report a wrong answer."""

    suggest: Suggest = suggest_nothing
    fetch: Mapping[str, Fetch] = field(default_factory=dict)
    uploads: Path | None = None
    titles: Titles = dict
    flag: Flag | None = None
