"""What runs beside a service, for those who keep it running: figures, readiness, and the work of every day.

The service does not know of it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from fastapi import FastAPI

from bot.app import Service, now_utc
from bot.config import traces_wanted
from bot.errands import errands_of, run_errands
from bot.knowledge.errands import errands_of_library
from bot.knowledge.serving import Serving
from bot.metrics import Metrics, StoreFigures
from bot.readiness import Readiness
from bot.retention import Retention
from bot.server import http_app
from bot.settings import Settings
from bot.storage.upkeep import Upkeep, sqlite_file
from bot.turns import RunAction
from bot.uploads import uploads_of
from bot.watching import Watcher
from conversation.actions import Call, Result
from conversation.desk_ports import DeskStore
from conversation.errors import SettingError
from conversation.messages import ConversationId, InboxId

if TYPE_CHECKING:
    from bot.tracing import Traces


def start_traces() -> Traces:
    """Traces to where the standard variables say.

    Raises:
        SettingError: what that needs is not installed.
    """
    try:
        from bot.tracing import Traces, provider_of_environment
    except ImportError as error:
        raise SettingError(
            f"traces need a package that is not here: {error.name}",
            remedy="Install tanggap[otel], or set log.traces to off.",
        ) from error
    return Traces(provider_of_environment())


class Operations:
    """Made before the service is opened, since `watchers` are told of what it does from the beginning."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.metrics = Metrics()
        self._traces = start_traces() if traces_wanted(settings) else None
        self.watchers: tuple[Watcher, ...] = (self.metrics, self._traces) if self._traces else (self.metrics,)

    def readiness(self, service: Service) -> Readiness:
        """Whether a service is ready, as far as its store says."""

        async def probe() -> None:
            await (service.upkeep.probe() if service.upkeep else service.store.counts())

        return Readiness(probe)

    def http_app(self, service: Service, readiness: Readiness) -> FastAPI:
        """The HTTP application of a service."""

        async def figures() -> StoreFigures:
            queue = await service.upkeep.queue() if service.upkeep else []
            return StoreFigures(counts=await service.store.counts(), queue=queue)

        async def metrics() -> bytes:
            self.metrics.ready(not await readiness.reasons())
            return await self.metrics.render(figures)

        return http_app(service.store, readiness=readiness, metrics=metrics)

    @asynccontextmanager
    async def beside(self, service: Service) -> AsyncIterator[None]:
        """Do the work of every day while the context lasts."""
        self._tell_what_serves(service.serving)
        service.serving.listeners.append(partial(self._tell_what_serves, service.serving))
        service.turns.slowed = self.metrics.slowed
        service.turns.run_action = self._measured(service.turns.run_action)
        if self._traces:
            service.turns.stage = self._traces.stage
        work = [self.metrics.watch_loop()]
        if service.upkeep:
            uploads = uploads_of(self._settings)
            retention = Retention(service.upkeep, self._settings.retention, now_utc, uploads=uploads)
            work.append(service.once_over_all(retention.run))
            work.append(self._errands(service, service.upkeep))
        tasks = [asyncio.create_task(each) for each in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._traces:
                await asyncio.to_thread(self._traces.close)

    def _tell_what_serves(self, serving: Serving) -> None:
        mind = serving.mind()
        self.metrics.model_serves(mind.fingerprint, self._settings.understanding.mode, mind.trained_intents)
        self.metrics.release_serves(serving.served.release_id or 0, behind=bool(serving.behind))

    def _measured(self, run: RunAction) -> RunAction:
        """Runs actions, and counts them by their names and by how they ended."""

        async def measured(call: Call) -> Result:
            begun = time.perf_counter()
            result = await run(call)
            outcome = result.failure.value if result.failure else "done"
            self.metrics.record_action(call.action, outcome, time.perf_counter() - begun)
            return result

        return measured

    async def _errands(self, service: Service, upkeep: Upkeep) -> None:
        """Do what the command line asks for, where it cannot do it itself: on SQLite."""
        database, quarantine = sqlite_file(self._settings.storage_url()), service.quarantine
        if database is None or quarantine is None:
            return

        async def replay(values: Mapping[str, Any]) -> Mapping[str, Any]:
            return {"done": await quarantine.replay(InboxId(values["id"]))}

        async def drop(values: Mapping[str, Any]) -> Mapping[str, Any]:
            return {"done": await quarantine.drop(InboxId(values["id"]))}

        async def forget(values: Mapping[str, Any]) -> Mapping[str, Any]:
            contact = ConversationId(values["contact"])
            await service.turns.lanes.finished(contact)
            forgotten = await upkeep.forget(contact)
            return {"rows": dict(forgotten.rows), "topics": list(forgotten.topics)}

        async def account(values: Mapping[str, Any]) -> Mapping[str, Any]:
            from bot.console.account_words import ENGLISH
            from bot.console.accounts import carry_out

            await carry_out(cast(DeskStore, service.store), now_utc(), ENGLISH, values)
            await service.desk.roster.refresh()
            return {}

        known = {"replay": replay, "drop": drop, "forget": forget, "account": account}
        await run_errands(errands_of(database), known, errands_of_library(service.library) if service.library else {})
