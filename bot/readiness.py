"""Whether the service should be sent work: what it waits for, each with its reason.

It is asked by `/readyz`, and told by those who know. It knows no HTTP and no part of the service by name.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from conversation.errors import StorageError

PATIENCE = 2.0
"""Seconds within which the store must have written something."""

TRUSTED = 1.0
"""Seconds for which one look at the store answers every question, however many ask."""

STOPPING = "the service is stopping"


class Readiness:
    """What keeps the service from being ready. Ready is who has reported everything in order and writes."""

    def __init__(self, probe: Callable[[], Awaitable[None]]) -> None:
        """`probe` writes to the store something that changes nothing, and raises StorageError if it cannot."""
        self._probe = probe
        self._reasons: dict[str, str] = {}
        self._looked_at = float("-inf")
        self._store = ""
        self._looking = asyncio.Lock()

    def report(self, part: str, reason: str = "") -> None:
        """Say why a part is not ready, or, without a reason, that it is."""
        self._reasons[part] = reason

    def draining(self) -> None:
        """The service is stopping; it will not be ready again."""
        self.report("stopping", STOPPING)

    async def reasons(self) -> Mapping[str, str]:
        """Why the service is not ready, by part; empty when it is."""
        async with self._looking:
            if time.monotonic() - self._looked_at > TRUSTED:
                self._store = await self._trouble_of_store()
                self._looked_at = time.monotonic()
        found = {part: reason for part, reason in self._reasons.items() if reason}
        return {**found, "store": self._store} if self._store else found

    async def _trouble_of_store(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._probe()
        except TimeoutError:
            return f"nothing could be written for {PATIENCE:g} s"
        except StorageError as error:
            return str(error)
        return ""
