"""Which knowledge base `classify`, `evaluate` and `test` work on: what serves, unless another is named."""

from __future__ import annotations

import asyncio

from bot.cli.chat import ensure_model
from bot.cli.common import errors, progress_bar
from bot.cli.knowledge import Pieces, active_release, look, pieces_called
from bot.knowledge.library import Library
from bot.knowledge.loading import Loader
from bot.mind import Mind, read_knowledge, read_mind
from bot.settings import Settings
from intents.content import content_of
from intents.knowledge import KnowledgeBase

FILES = "files"


def mind_called(settings: Settings, which: str) -> Mind:
    """The mind of `files`, `draft`, `active` or a release's number; "" is what serves. Trained first if need be.

    Raises:
        TanggapError: there is no such knowledge base, or it cannot be used.
    """
    pieces = _pieces(settings, which)
    if pieces is None:
        ensure_model(settings)
        return read_mind(settings)
    with progress_bar("Training") as tell:
        return asyncio.run(Loader(settings).mind(pieces, tell))


def knowledge_called(settings: Settings, which: str) -> KnowledgeBase:
    """The same without a model. Raises TanggapError."""
    pieces = _pieces(settings, which)
    return read_knowledge(settings) if pieces is None else content_of(pieces).knowledge


def _pieces(settings: Settings, which: str) -> Pieces | None:
    """None for the configured files."""
    if not which:
        release = active_release(settings)
        which = FILES if release is None else "active"
        if release is not None:
            errors.print(f"Release {release}, which is served; what the files say: --knowledge files")
    if which == FILES:
        return None

    async def read(library: Library) -> Pieces:
        return await pieces_called(library, which, await library.view())

    return look(settings, read)
