"""What the bot knows now: held for all who ask, and swapped as a whole between two turns.

Whoever needs the mind asks `Serving.mind` when a turn begins, and keeps what it got until the turn has ended. That is
all that makes a swap safe: minds are immutable, and one that nobody holds any more is gone. Who publishes, and how a
release becomes a mind, is not known here.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from bot.knowledge.error_words import told
from bot.mind import Mind
from conversation.errors import StorageError, TanggapError
from conversation.knowledge_ports import Activation, Release, ReleaseId

INTERVAL = 1.0
"""Seconds between two looks for what other processes have made active."""

RETRY = 60.0
"""Seconds before a release that could not be served is tried again."""

_M_MMAP_THRESHOLD = -3

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A mind, and the release that it is of; None: what the configured files hold, whose pieces are `files` (JSON)."""

    mind: Mind
    release: Release | None = None
    files: str = ""

    @property
    def release_id(self) -> ReleaseId | None:
        """The number of the release."""
        return self.release.id if self.release else None


class Active(Protocol):
    """The part of a `KnowledgeStore` that says what is active."""

    async def active(self) -> Activation | None:
        """See `KnowledgeStore.active`."""
        ...


Load = Callable[[ReleaseId], Awaitable[Served]]
"""Makes a release servable, off the loop. It raises a TanggapError where it cannot."""

Fit = Callable[[Mind], Mind]
"""Has what a mind works with (actions) serve it, and returns it with what that adds. It raises, and has changed
nothing, where that cannot serve it."""


class Serving:
    """What serves. `listeners` are called after each swap, and when `behind` changes, and must not fail."""

    def __init__(self, served: Served, fit: Fit = lambda mind: mind) -> None:
        self._fit = fit
        self._served = replace(served, mind=fit(served.mind))
        self._behind = ""
        self.listeners: list[Callable[[], None]] = []

    @property
    def served(self) -> Served:
        """What serves now."""
        return self._served

    def mind(self) -> Mind:
        """What the bot knows now."""
        return self._served.mind

    @property
    def behind(self) -> str:
        """Why another release serves than the active one; "" while it is the active one, or none is."""
        return self._behind

    def swap(self, served: Served) -> None:
        """Let something else serve every turn that begins from now on.

        Raises:
            TanggapError: what is configured beside it cannot serve it; nothing has changed.
        """
        self._served = replace(served, mind=self._fit(served.mind))
        self._behind = ""
        self._tell()

    def fall_behind(self, reason: str) -> None:
        """Say why the active release does not serve."""
        if reason != self._behind:
            self._behind = reason
            self._tell()

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()


def keep_memory_steady() -> None:
    """Have what is large come from the system and go back to it. The allocator of glibc otherwise raises its idea of
    large with the first model that is freed, and then keeps the pieces (mallopt(3)). Elsewhere this does nothing."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def give_back_memory() -> None:
    """Return to the system what the mind before has left behind, as far as whole pages are free (malloc_trim(3))."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class Follower:
    """Sees to it that the active release is served here, whoever made it active. It never raises for a bad release:
    what served goes on, and the reason is logged and told as `Serving.behind`."""

    def __init__(self, store: Active, serving: Serving, load: Load, clock: Callable[[], float]) -> None:
        """`clock` gives seconds that only grow."""
        self._store = store
        self._serving = serving
        self._load = load
        self._clock = clock
        self._looking = asyncio.Lock()
        self._failed: ReleaseId | None = None
        self._try_from = 0.0

    async def follow(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self.look()
            except StorageError as error:
                log.warning("the active release is not known: %s", error, extra={"action": "knowledge_not_followed"})
            except Exception:  # Whatever it is: customers are served as before.
                log.exception("the active release was not looked for", extra={"action": "knowledge_not_followed"})
            await asyncio.sleep(INTERVAL)

    async def look(self, ready: Served | None = None) -> None:
        """Look once: serve what is active, if it is not served yet; `ready` need not be loaded, if it is that.

        Raises:
            StorageError: the store does not say what is active.
        """
        async with self._looking:
            while (wanted := await self._wanted()) is not None:
                await self._serve(wanted, ready if ready and ready.release_id == wanted else None)

    async def _wanted(self) -> ReleaseId | None:
        """The release that has to be served and is not; None where there is nothing to do now."""
        active = await self._store.active()
        if active is None or active.release_id == self._serving.served.release_id:
            self._serving.fall_behind("")
            return None
        if active.release_id == self._failed and self._clock() < self._try_from:
            return None
        return active.release_id

    async def _serve(self, wanted: ReleaseId, ready: Served | None) -> None:
        try:
            self._serving.swap(ready or await self._load(wanted))
        except StorageError:
            raise
        except TanggapError as error:
            self._refuse(wanted, told(error, "en"))
            return
        except Exception as error:
            log.exception("release %d cannot be served", wanted, extra={"action": "knowledge_not_followed"})
            self._refuse(wanted, f"{type(error).__name__}: see the log")
            return
        self._failed = None
        await asyncio.to_thread(give_back_memory)
        log.info("release %d is served", wanted, extra={"action": "knowledge_served", "release": wanted})

    def _refuse(self, wanted: ReleaseId, reason: str) -> None:
        if reason != self._serving.behind:
            log.error("release %d cannot be served: %s", wanted, reason, extra={"action": "knowledge_not_served"})
        self._failed, self._try_from = wanted, self._clock() + RETRY
        self._serving.fall_behind(reason)
