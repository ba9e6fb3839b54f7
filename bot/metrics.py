"""Figures for Prometheus: counted as things become durable, and read from the store when they are asked for.

Labels are words of the configuration and of the program (channels, decisions, departments, actions), never of a
customer: there is nothing personal in what `/metrics` shows. `docs/operations.md` says what to watch.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.watching import Watcher
from conversation.effects import OutboxId, OutboxItem, OutboxStatus
from conversation.errors import StorageError
from conversation.messages import InboxId
from conversation.ports import Change, Committed, InboxItem, Outcome, Update

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED = 20_000
"""Updates and deliveries under way whose times are kept at most; those beyond go unmeasured."""

LAG_INTERVAL = 0.5
"""Seconds between two looks at how late the event loop is."""

_TURN = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_WAIT = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class QueueFigure(Protocol):
    """The open tickets of one department in one status; see `bot.storage.upkeep`."""

    @property
    def status(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def tickets(self) -> int: ...
    @property
    def waiting_since(self) -> datetime | None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreFigures:
    """What the store says when it is asked: `counts` as in `Store.counts`; `up` is whether it answered."""

    counts: Mapping[str, int] = field(default_factory=dict)
    queue: Sequence[QueueFigure] = ()
    up: bool = True


class Metrics(Watcher):
    """All figures of one service. `clock` is the time of day, which `Update.received_at` is in, too."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._received: dict[InboxId, float] = {}
        self._on_their_way: dict[OutboxId, tuple[float, str]] = {}
        self._store = _StoreCollector(clock)
        registry = self._registry = CollectorRegistry()
        registry.register(self._store)
        ProcessCollector(registry=registry)

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"tanggap_{name}", what, labels, registry=registry)

        def histogram(name: str, what: str, buckets: Sequence[float], *labels: str) -> Histogram:
            return Histogram(f"tanggap_{name}", what, labels, buckets=buckets, registry=registry)

        self._updates = counter("updates", "Updates that came in; duplicates change nothing.", "channel", "outcome")
        self._turns = counter("turns", "Turns, by what the bot decided and why.", "decision", "reason")
        self._turn_seconds = histogram("turn_seconds", "From loading a conversation to its commit.", _TURN)
        self._commit_seconds = histogram("commit_seconds", "How long the store took to make a change durable.", _TURN)
        self._handled_seconds = histogram(
            "intake_to_commit_seconds", "From an update's arrival to the commit of its turn.", _WAIT
        )
        self._sent_seconds = histogram(
            "commit_to_sent_seconds", "From the commit to the channel's word that it is sent.", _WAIT, "audience"
        )
        self._deliveries = counter("deliveries", "Deliveries, by how they ended.", "audience", "outcome")
        self._attempts_failed = counter("update_attempts_failed", "Tries at an update that failed.")
        self._quarantined = counter("updates_quarantined", "Updates that were put into quarantine.")
        self._store_failures = counter("store_failures", "Use cases that the store failed at.", "what")
        self._actions = counter("actions", "Actions that were run.", "action", "outcome")
        self._action_seconds = histogram("action_seconds", "How long actions took.", _WAIT, "action")
        self._slowed = counter("floods_slowed", "Turns that waited because their contact writes too much.")
        self._lag = histogram("event_loop_lag_seconds", "How late the event loop is.", _LAG)
        self._model = Gauge(
            "tanggap_model_info", "The model that serves.", ("fingerprint", "understanding"), registry=registry
        )
        self._intents = Gauge("tanggap_model_intents", "Intents that the model was trained on.", registry=registry)
        self._release = Gauge(
            "tanggap_knowledge_release", "The release that is served; 0 for the configured files.", registry=registry
        )
        self._behind = Gauge(
            "tanggap_knowledge_behind", "1 while another release is active than is served.", registry=registry
        )
        self._ready = Gauge("tanggap_ready", "1 while the service is ready, see /readyz.", registry=registry)

    def accepted(self, updates: Sequence[Update], new: Sequence[InboxItem], seconds: float) -> None:
        """See `Watcher.accepted`."""
        if updates:
            channel = updates[0].channel
            self._updates.labels(channel, "accepted").inc(len(new))
            if len(new) < len(updates):
                self._updates.labels(channel, "duplicate").inc(len(updates) - len(new))
        self.recovered(new)

    def recovered(self, items: Sequence[InboxItem]) -> None:
        """See `Watcher.recovered`: a customer's waiting goes on while the service is down."""
        for item in items:
            _remember(self._received, item.id, item.update.received_at.timestamp())

    def committed(self, change: Change, committed: Committed, seconds: float) -> None:
        """See `Watcher.committed`."""
        now = self._clock()
        self._commit_seconds.observe(seconds)
        if (turn := change.turn) is not None:
            self._turns.labels(turn.kind, turn.reason.partition(":")[0]).inc()
            self._turn_seconds.observe(turn.duration_us / 1e6 + seconds)
        for id in change.done:
            received = self._received.pop(id, None)
            if received is not None:
                self._handled_seconds.observe(max(0.0, now - received))
        for item in committed.outbox:
            _remember(self._on_their_way, item.id, (now, _audience(item)))

    def finished(self, ids: Sequence[InboxId]) -> None:
        """See `Watcher.finished`."""
        for id in ids:
            self._received.pop(id, None)

    def gave_up(self, item: InboxItem, *, final: bool) -> None:
        """See `Watcher.gave_up`."""
        self._attempts_failed.inc()
        if final:
            self._quarantined.inc()

    def sending(self, items: Sequence[OutboxItem], started: set[OutboxId]) -> None:
        """See `Watcher.sending`."""
        for item in items:
            if item.id not in started:
                self._on_their_way.pop(item.id, None)
                self._deliveries.labels(_audience(item), OutboxStatus.DROPPED.value).inc()

    def delivered(self, outcomes: Sequence[Outcome]) -> None:
        """See `Watcher.delivered`. Who a delivery of an earlier run was for is not known here."""
        now = self._clock()
        for outcome in outcomes:
            if outcome.status is OutboxStatus.PENDING:
                known = self._on_their_way.get(outcome.id)
                self._deliveries.labels(known[1] if known else "unknown", "retried").inc()
                continue
            since, audience = self._on_their_way.pop(outcome.id, (None, "unknown"))
            self._deliveries.labels(audience, outcome.status.value).inc()
            if since is not None and outcome.status is OutboxStatus.SENT:
                self._sent_seconds.labels(audience).observe(max(0.0, now - since))

    def failed(self, what: str) -> None:
        """See `Watcher.failed`."""
        self._store_failures.labels(what).inc()

    def slowed(self) -> None:
        """A turn was made to wait, because its contact writes too much."""
        self._slowed.inc()

    def record_action(self, name: str, outcome: str, seconds: float) -> None:
        """An action was run. `outcome` is a word such as `done` or `failed`, `seconds` how long it took."""
        self._actions.labels(name, outcome).inc()
        self._action_seconds.labels(name).observe(seconds)

    def model_serves(self, fingerprint: str, understanding: str, intents: int) -> None:
        """The model that serves from now on."""
        self._model.clear()
        self._model.labels(fingerprint, understanding).set(1)
        self._intents.set(intents)

    def release_serves(self, number: int, *, behind: bool) -> None:
        """The release that serves from now on, 0 for none; `behind` where another one should."""
        self._release.set(number)
        self._behind.set(behind)

    def ready(self, yes: bool) -> None:
        """Whether the service is ready."""
        self._ready.set(yes)

    async def watch_loop(self) -> None:
        """Look at how late the event loop is, for ever."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + LAG_INTERVAL
            await asyncio.sleep(LAG_INTERVAL)
            self._lag.observe(max(0.0, clock() - due))

    async def render(self, figures: Callable[[], Awaitable[StoreFigures]]) -> bytes:
        """Everything in the text format of Prometheus. While the store fails, what was counted is shown without it."""
        try:
            self._store.figures = await figures()
        except StorageError:
            self._store.figures = StoreFigures(up=False)
        return generate_latest(self._registry)


class _StoreCollector(Collector):
    """What the store said last, as metrics."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.figures = StoreFigures(up=False)

    def collect(self) -> Iterable[Metric]:
        """What the store said last."""
        yield GaugeMetricFamily("tanggap_store_up", "1 while the store can be read.", value=self.figures.up)
        for name, value in self.figures.counts.items():
            if name != "tickets_open":
                yield GaugeMetricFamily(f"tanggap_{name}", "See /healthz.", value=value)
        if self.figures.up:
            yield from self._queue()

    def _queue(self) -> Iterator[Metric]:
        labels = ("department", "status")
        count = GaugeMetricFamily("tanggap_tickets_open", "Open tickets.", labels=labels)
        waiting = GaugeMetricFamily(
            "tanggap_oldest_waiting_seconds",
            "How long the customer who waits longest has waited.",
            labels=("department",),
        )
        longest: dict[str, float] = {}
        for figure in self.figures.queue:
            count.add_metric((figure.department, figure.status), figure.tickets)
            since = figure.waiting_since
            seconds = 0.0 if since is None else max(0.0, self._clock() - since.timestamp())
            longest[figure.department] = max(seconds, longest.get(figure.department, 0.0))
        for department, seconds in longest.items():
            waiting.add_metric((department,), seconds)
        yield count
        yield waiting


def _audience(item: OutboxItem) -> str:
    return "customer" if item.delivery.address.ticket is None else "staff"


def _remember(known: dict[K, V], key: K, value: V) -> None:
    """Keep a value, and forget the oldest where there are too many."""
    known[key] = value
    if len(known) > REMEMBERED:
        del known[next(iter(known))]
