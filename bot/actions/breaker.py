"""A circuit breaker: what fails again and again is left alone for a while, then tried once. Knows no clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(kw_only=True, slots=True)
class Breaker:
    """After `most` failures in a row it stays open for `rest` seconds; then one probe may pass at a time.

    Times are seconds of any clock that only goes forward.
    """

    most: int = 5
    rest: float = 30.0
    _failures: int = 0
    _retry_at: float = 0.0

    def allows(self, now: float) -> bool:
        """Whether to try. The caller then says how it went; a probe that never does is followed by the next one."""
        if self._failures < self.most:
            return True
        if now < self._retry_at:
            return False
        self._retry_at = now + self.rest
        return True

    def succeeded(self) -> None:
        """It answered."""
        self._failures = 0

    def failed(self, now: float) -> None:
        """It did not answer."""
        self._failures += 1
        self._retry_at = now + self.rest
