"""The console over the small shop's knowledge base, which can be edited and is trained for real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.config import read_settings
from bot.knowledge.library import Library
from bot.knowledge.loading import Loader
from bot.knowledge.serving import Served, Serving
from bot.testing.memory_store import MemoryStore
from bot.testing.small_console import SmallConsole, now, small_console
from intents.gate import Limits


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The console, and what is behind its pages."""

    console: SmallConsole
    library: Library
    serving: Serving


@asynccontextmanager
async def open_shop(shop: Mapping[str, str]) -> AsyncIterator[Shop]:
    """Serve it; `shop` are the settings of the small shop (the fixture of that name)."""
    store = MemoryStore()
    loader = Loader(read_settings(None, {f"TANGGAP_{name.upper()}": value for name, value in shop.items()}))
    serving = Serving(await loader.choose(store))

    async def follow(ready: Served) -> None:
        serving.swap(ready)

    library = Library(
        store,
        loader,
        now,
        limits=Limits(),
        served=lambda: serving.served,
        follow=follow,
        behind=lambda: serving.behind,
    )
    async with small_console(store=store, library=library) as console:
        yield Shop(console=console, library=library, serving=serving)
