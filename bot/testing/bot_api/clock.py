"""The server's time: the machine's clock, which a test may move forward, and a scale for Telegram's waits.

Does not know what is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch, plus whatever was added by :meth:`advance`.

    ``time_scale`` is how many real seconds one of Telegram's waiting seconds takes: at 0.01 the 150 s a
    callback query lives are over in 1.5 s. Dates of messages are not scaled.
    """

    def __init__(self, *, time_scale: float = 1.0, source: Callable[[], float] = time.time) -> None:
        if time_scale <= 0:
            raise ValueError(f"time_scale must be above 0, not {time_scale}")
        self._scale = time_scale
        self._source = source
        self._added = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._source() + self._added

    def today(self) -> datetime:
        """The same moment as an aware UTC datetime."""
        return datetime.fromtimestamp(self.now(), UTC)

    def advance(self, seconds: float) -> None:
        """Moves the time forward at once; what should have expired meanwhile has expired."""
        if seconds < 0:
            raise ValueError("time does not run backwards here")
        self._added += seconds

    def lasting(self, seconds: float) -> float:
        """How long ``seconds`` of Telegram's waiting take in this world."""
        return seconds * self._scale
