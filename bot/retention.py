"""Retention at work: what is older than the settings allow is forgotten, slowly, while the service serves.

It knows when and how fast. What is old and what becomes of it stands in `bot.storage.retention`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bot.settings import RetentionSettings
from bot.storage import retention as jobs
from bot.storage.upkeep import Upkeep
from bot.uploads import sweep
from conversation.errors import StorageError

INTERVAL = 3600.0
"""Seconds between two looks at everything."""

SHARE = 0.1
"""Of the writer's time, what forgetting may take."""

SHORTEST_PAUSE = 0.01
"""Seconds between two windows at least."""

log = logging.getLogger(__name__)


class Retention:
    """Forgets, over an `Upkeep`, and in `uploads`, where agents' files are. `clock` gives the time, which must have a
    zone."""

    def __init__(
        self,
        upkeep: Upkeep,
        settings: RetentionSettings,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uploads: Path | None = None,
    ) -> None:
        self._uploads, self._words_days = uploads, settings.messages_days
        self._upkeep = upkeep
        self._clock = clock
        self._sleep = sleep
        self._plan: tuple[tuple[float, jobs.Job], ...] = (
            (settings.payload_days, jobs.updates_as_received),
            (settings.payload_days, jobs.deliveries_as_sent),
            (settings.payload_days, jobs.results_of_actions),
            (settings.turns_days, jobs.decision_records),
            (settings.turns_days, jobs.review_items),
            (settings.messages_days, jobs.words),
            (settings.messages_days, jobs.packets_of_tickets),
            (settings.messages_days, jobs.comments_of_episodes),
            (settings.messages_days, jobs.names_of_contacts),
            (settings.audit_days, jobs.audit_trail),
        )

    async def run(self) -> None:
        """Forget what is old, again and again, for ever. A store that fails is left in peace until the next time."""
        while True:
            try:
                swept = await self.once()
                if swept:
                    log.info("forgot what is old", extra={"action": "retention", **swept})
            except (StorageError, OSError) as error:
                log.warning("nothing could be forgotten: %s", error, extra={"action": "retention_failed"})
            await self._sleep(INTERVAL)

    async def once(self) -> Mapping[str, int]:
        """Look at everything once; returns how many rows each job changed, and how many files are gone."""
        swept: Counter[str] = Counter()
        for days, job in self._plan:
            if days:
                swept[job.__name__] += await self._all(job, self._clock() - timedelta(days=days))
        if swept[jobs.words.__name__]:
            await self._upkeep.squeeze()
        if self._uploads:
            swept["files_of_agents"] = await asyncio.to_thread(sweep, self._uploads, self._clock(), self._words_days)
        return +swept

    async def _all(self, job: jobs.Job, before: datetime) -> int:
        rows, after = 0, None
        while True:
            begun = time.perf_counter()
            swept = await self._upkeep.sweep(job, after, before)
            rows += swept.rows
            if swept.after is None:
                return rows
            after = swept.after
            await self._sleep(max(SHORTEST_PAUSE, (time.perf_counter() - begun) * (1 / SHARE - 1)))
