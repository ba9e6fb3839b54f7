"""Traces: what belongs together is one trace, and nobody's words are in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext

from bot.config import read_settings, traces_wanted
from bot.intake import Intake
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import SmallService
from bot.tracing import Traces, provider_of_environment
from bot.watching import watched
from conversation.errors import SettingError
from conversation.ports import Receipt, ReceiptStatus

ROOT = Path(__file__).parent.parent.parent


class Traced:
    """A service on fakes whose spans are kept."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.service, traces = SmallService(), Traces(provider)
        seen = watched(self.service.store, [traces])
        self.service.turns.store = self.service.deliveries.store = seen
        self.service.turns.stage = traces.stage
        self.service.intake = Intake(seen, self.service.turns.take, self.service.turns.lanes.room)

    def spans(self, name: str = "") -> list[ReadableSpan]:
        return [span for span in self._spans.get_finished_spans() if name in ("", span.name)]

    def span(self, name: str) -> ReadableSpan:
        (found,) = self.spans(name)
        return found


@pytest.fixture
def traced() -> Traced:
    return Traced()


def parent(span: ReadableSpan) -> int:
    assert span.parent is not None
    return span.parent.span_id


def context(span: ReadableSpan) -> SpanContext:
    found = span.get_span_context()
    assert found is not None
    return found


def number(span: ReadableSpan) -> int:
    return context(span).span_id


async def test_the_way_of_an_update_is_one_trace(traced: Traced) -> None:
    await traced.service.hears("jam buka?")
    spans = traced.spans()
    assert {span.name for span in spans} == {"intake", "turn", "understand", "decide", "commit", "delivery"}
    assert len({context(span).trace_id for span in spans}) == 1
    intake, turn = traced.span("intake"), traced.span("turn")
    assert intake.parent is None
    assert parent(turn) == number(intake)
    assert {parent(traced.span(name)) for name in ("understand", "decide", "commit", "delivery")} == {number(turn)}


async def test_spans_name_their_rows_and_what_was_decided(traced: Traced) -> None:
    await traced.service.hears("jam buka?")
    assert dict(traced.span("intake").attributes or {}) == {"tanggap.inbox_id": 1, "tanggap.channel": "telegram"}
    assert dict(traced.span("turn").attributes or {}) == {
        "tanggap.inbox_id": (1,),
        "tanggap.decision": "answer",
        "tanggap.reason": "faq",
        "tanggap.intent": "jam_buka",
    }
    delivery = dict(traced.span("delivery").attributes or {})
    assert (delivery["tanggap.outbox_id"], delivery["tanggap.outcome"]) == (1, "sent")
    assert (delivery["tanggap.audience"], delivery["tanggap.effect"]) == ("customer", "send_text")


async def test_spans_lie_within_each_other_in_time(traced: Traced) -> None:
    await traced.service.hears("jam buka?")
    turn = traced.span("turn")
    for name in ("understand", "decide", "commit"):
        span = traced.span(name)
        assert turn.start_time is not None
        assert turn.end_time is not None
        assert span.start_time is not None
        assert turn.start_time - 1_000_000 <= span.start_time <= (span.end_time or 0) <= turn.end_time + 1_000_000


async def test_a_turn_of_several_fragments_points_to_all_of_them(traced: Traced) -> None:
    channel = traced.service.channel
    await traced.service.receive(channel.said("jam"), channel.said("buka?"))
    first, second = traced.spans("intake")
    turn = traced.span("turn")
    assert parent(turn) == number(first)
    assert [link.context.span_id for link in turn.links] == [number(second)]
    assert dict(turn.attributes or {})["tanggap.inbox_id"] == (1, 2)


async def test_a_turn_of_an_earlier_run_begins_a_trace_of_its_own(traced: Traced) -> None:
    await traced.service.store.accept([traced.service.channel.said("jam buka?")])
    await traced.service.intake.recover()
    await traced.service.settle()
    assert traced.span("turn").parent is None
    assert dict(traced.span("turn").attributes or {})["tanggap.inbox_id"] == (1,)


async def test_what_was_not_sent_is_an_error(traced: Traced) -> None:
    traced.service.channel.script(Receipt(status=ReceiptStatus.REJECTED, error="chat not found"))
    await traced.service.hears("jam buka?")
    delivery = traced.span("delivery")
    assert not delivery.status.is_ok
    assert delivery.status.description == "failed"


async def test_nobody_s_words_are_in_a_trace(traced: Traced) -> None:
    def broken(text: str) -> None:
        raise ValueError(text)

    await traced.service.hears("rusak!", "kata-rahasia")
    object.__setattr__(traced.service.mind, "understand", broken)
    await traced.service.hears("kata-rahasia lagi")
    text = "\n".join(span.to_json() for span in traced.spans())
    assert "ValueError" in text
    for canary in ("rahasia", "rusak!", BUDI.name, BUDI.address):
        assert canary not in text


async def test_memory_is_bounded(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    import bot.tracing as module

    monkeypatch.setattr(module, "REMEMBERED", 3)
    traces = Traces(TracerProvider())
    seen = watched(traced.service.store, [traces])
    await seen.accept([traced.service.channel.said(f"halo {number}") for number in range(10)])
    assert len(traces._of_update) == 3


@pytest.mark.parametrize(
    ("setting", "environ", "wanted"),
    [
        ("auto", {}, False),
        ("auto", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ("auto", {"OTEL_TRACES_EXPORTER": "console"}, True),
        ("auto", {"OTEL_TRACES_EXPORTER": "none"}, False),
        ("on", {}, True),
        ("on", {"OTEL_SDK_DISABLED": "true"}, False),
        ("off", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
    ],
)
def test_traces_are_sent_where_the_setting_or_the_standard_says_so(
    setting: str, environ: dict[str, str], wanted: bool
) -> None:
    settings = read_settings(None, {"TANGGAP_LOG__TRACES": setting})
    assert traces_wanted(settings, environ) is wanted


def test_without_traces_nothing_of_them_is_imported() -> None:
    # The interface is small, and FastAPI imports it by itself.
    sdk = "[name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))]"
    code = f"import sys, bot.operations; print({sdk})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "[]"


@pytest.fixture
def closing() -> Iterator[list[TracerProvider]]:
    opened: list[TracerProvider] = []
    yield opened
    for provider in opened:
        provider.shutdown()


def test_the_exporter_is_the_one_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, closing: list[TracerProvider]
) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "console")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "toko-bot")
    closing.append(provider_of_environment())
    assert closing[0].resource.attributes["service.name"] == "toko-bot"
    monkeypatch.delenv("OTEL_SERVICE_NAME")
    closing.append(provider_of_environment())
    assert closing[1].resource.attributes["service.name"] == "tanggap"
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "nosuch")
    with pytest.raises(SettingError, match="'nosuch'"):
        provider_of_environment()
