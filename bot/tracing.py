"""Traces for OpenTelemetry: the way of an update from intake to its answers, as spans of one trace.

Imported only where traces are switched on. Where they go, how many are kept and what the service is called is said by
the standard variables `OTEL_*`, which the SDK reads. Attributes are numbers and words of the program: no contact, no
name, no words of anybody, and no exception's either.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import TypeVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode

from bot.watching import Watcher
from conversation.effects import OutboxId, OutboxItem, OutboxStatus
from conversation.errors import SettingError
from conversation.messages import InboxId
from conversation.ports import Change, Committed, InboxItem, Outcome, Update

REMEMBERED = 20_000
"""Updates and deliveries under way whose trace is known at most; the others begin one of their own."""

INBOX, OUTBOX = "tanggap.inbox_id", "tanggap.outbox_id"

K = TypeVar("K")
V = TypeVar("V")


def provider_of_environment() -> TracerProvider:
    """A provider that exports as `OTEL_TRACES_EXPORTER` says (`otlp` without it, over `OTEL_EXPORTER_OTLP_PROTOCOL`).

    Raises:
        SettingError: an exporter is named that no installed package offers.
    """
    provider = TracerProvider(resource=Resource.create({} if os.environ.get("OTEL_SERVICE_NAME") else _NAME))
    for name in os.environ.get("OTEL_TRACES_EXPORTER", "otlp").split(","):
        provider.add_span_processor(BatchSpanProcessor(_exporter(name.strip())))
    return provider


_NAME = {"service.name": "tanggap"}


def _exporter(name: str) -> SpanExporter:
    if name == "otlp":
        protocol = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        name = "otlp_proto_grpc" if protocol == "grpc" else "otlp_proto_http"
    found = list(entry_points(group="opentelemetry_traces_exporter", name=name))
    if not found:
        raise SettingError(
            f"no installed package exports traces as {name!r}",
            remedy="Install tanggap[otel], or check OTEL_TRACES_EXPORTER and OTEL_EXPORTER_OTLP_PROTOCOL.",
        )
    exporter: SpanExporter = found[0].load()()
    return exporter


class Traces(Watcher):
    """Makes the spans of a service. What became durable is told after it did, with how long that took."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("tanggap")
        self._of_update: OrderedDict[InboxId, SpanContext] = OrderedDict()
        self._of_delivery: OrderedDict[OutboxId, SpanContext] = OrderedDict()
        self._sending: OrderedDict[OutboxId, tuple[int, OutboxItem]] = OrderedDict()

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()

    def accepted(self, updates: Sequence[Update], new: Sequence[InboxItem], seconds: float) -> None:
        """See `Watcher.accepted`: a trace begins with each update."""
        ended = time.time_ns()
        for item in new:
            span = self._begun("intake", Context(), ended - _ns(seconds), SpanKind.CONSUMER)
            span.set_attributes({INBOX: item.id, "tanggap.channel": item.update.channel})
            span.end(ended)
            _remember(self._of_update, item.id, span.get_span_context())

    def committed(self, change: Change, committed: Committed, seconds: float) -> None:
        """See `Watcher.committed`: inside a turn, the span of the commit belongs to it."""
        ended, turn = time.time_ns(), trace.get_current_span()
        span = self._begun("commit", None, ended - _ns(seconds))
        span.end(ended)
        if change.turn is not None:
            known = {"tanggap.decision": change.turn.kind, "tanggap.reason": change.turn.reason}
            turn.set_attributes(known | ({"tanggap.intent": change.turn.intent} if change.turn.intent else {}))
        for id in change.done:
            self._of_update.pop(id, None)
        parent = turn.get_span_context()
        for item in committed.outbox:
            _remember(self._of_delivery, item.id, parent if parent.is_valid else span.get_span_context())

    def finished(self, ids: Sequence[InboxId]) -> None:
        """See `Watcher.finished`."""
        for id in ids:
            self._of_update.pop(id, None)

    def sending(self, items: Sequence[OutboxItem], started: set[OutboxId]) -> None:
        """See `Watcher.sending`."""
        for item in items:
            if item.id in started:
                _remember(self._sending, item.id, (time.time_ns(), item))
            else:
                self._of_delivery.pop(item.id, None)

    def delivered(self, outcomes: Sequence[Outcome]) -> None:
        """See `Watcher.delivered`: each try is a span."""
        ended = time.time_ns()
        for outcome in outcomes:
            begun, item = self._sending.pop(outcome.id, (ended, None))
            known = self._of_delivery.get(outcome.id)
            if outcome.status is not OutboxStatus.PENDING:
                self._of_delivery.pop(outcome.id, None)
            span = self._begun("delivery", _under(known), begun, SpanKind.PRODUCER)
            span.set_attributes({OUTBOX: outcome.id, "tanggap.outcome": outcome.status.value})
            if item is not None:
                audience = "customer" if item.delivery.address.ticket is None else "staff"
                kind = {"tanggap.effect": item.delivery.effect.kind, "tanggap.channel": item.delivery.address.channel}
                span.set_attributes({"tanggap.audience": audience, **kind})
            if outcome.status in (OutboxStatus.FAILED, OutboxStatus.UNKNOWN):
                span.set_status(Status(StatusCode.ERROR, outcome.status.value))
            span.end(ended)

    @contextmanager
    def stage(self, name: str, ids: Sequence[InboxId] = ()) -> Iterator[None]:
        """See `Stage`. A turn joins the trace of its first update, and points to those of the others."""
        known = [self._of_update[id] for id in ids if id in self._of_update]
        under = _under(known[0] if known else None) if ids else None
        links = [trace.Link(other) for other in known[1:]]
        with self._tracer.start_as_current_span(
            name, under, links=links, record_exception=False, set_status_on_exception=False
        ) as span:
            if ids:
                span.set_attribute(INBOX, list(ids))
            try:
                yield
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def _begun(self, name: str, context: Context | None, at: int, kind: SpanKind = SpanKind.INTERNAL) -> Span:
        return self._tracer.start_span(name, context, kind, start_time=at)


def _under(parent: SpanContext | None) -> Context:
    return trace.set_span_in_context(trace.NonRecordingSpan(parent), Context()) if parent else Context()


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


def _remember(known: OrderedDict[K, V], key: K, value: V) -> None:
    known[key] = value
    if len(known) > REMEMBERED:
        known.popitem(last=False)
