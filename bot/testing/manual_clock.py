"""A clock that stands still until somebody waits by it, so that tests wait for nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@dataclass(kw_only=True)
class ManualClock:
    """Called, it tells its time; `sleep` moves it on at once and lets everybody else run for a moment."""

    now: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Pass `seconds` without waiting for them; all sleeps are kept in `slept`."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)
