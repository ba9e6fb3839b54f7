"""What the use cases of a store on SQL ask of a database: to run their jobs. Knows no use case."""

from __future__ import annotations

from abc import ABC, abstractmethod

from bot.storage.batcher import Job, T


class SqlJobs(ABC):
    """Runs jobs, each a plain function of a connection."""

    @abstractmethod
    async def _write(self, job: Job[T]) -> T:
        """Run a job that writes; when it returns, what it wrote is durable."""

    @abstractmethod
    async def _read(self, job: Job[T]) -> T:
        """Run a job that reads what a turn or a delivery waits for."""

    @abstractmethod
    async def _view(self, job: Job[T]) -> T:
        """Run a job that reads for a human or for health checks, and may read much."""
