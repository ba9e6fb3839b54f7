"""Metrics: what is counted, that nothing personal is among it, and what counting costs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.intake import Intake
from bot.metrics import Metrics, StoreFigures
from bot.testing.faulty_store import FaultyStore
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import SmallService
from bot.watching import watched
from conversation.effects import Address, Delivery, OutboxId, OutboxItem, OutboxStatus, SendText
from conversation.errors import StorageError
from conversation.messages import InboxId
from conversation.ports import Change, Committed, InboxItem, Outcome, TurnRecord, Update
from conversation.state import Conversation

CHANNEL = BUDI.channel


async def figures() -> StoreFigures:
    return StoreFigures()


async def shown(metrics: Metrics, source=figures) -> dict[tuple[str, ...], float]:  # type: ignore[no-untyped-def]
    """Every sample by its name and the values of its labels."""
    text = (await metrics.render(source)).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def service(metrics: Metrics) -> SmallService:
    """A service on fakes whose store is watched."""
    small = SmallService()
    seen = watched(small.store, [metrics])
    small.turns.store = small.deliveries.store = seen
    small.intake = Intake(seen, small.turns.take, small.turns.lanes.room)
    return small


async def test_a_turn_is_counted_by_what_was_decided_and_why(service: SmallService, metrics: Metrics) -> None:
    await service.hears("jam buka?", "xyz", "halo")
    values = await shown(metrics)
    assert values["tanggap_updates_total", CHANNEL, "accepted"] == 3
    decided = {key[1:]: value for key, value in values.items() if key[0] == "tanggap_turns_total"}
    assert sum(decided.values()) == 3
    assert {decision for decision, _ in decided} == {"answer", "unknown"}
    assert values["tanggap_turn_seconds_count",] == 3
    assert values["tanggap_intake_to_commit_seconds_count",] == 3
    assert values["tanggap_deliveries_total", "customer", "sent"] == 3
    assert values["tanggap_commit_to_sent_seconds_count", "customer"] == 3


async def test_an_update_that_comes_again_is_a_duplicate(service: SmallService, metrics: Metrics) -> None:
    update = service.channel.said("halo")
    await service.receive(update)
    await service.receive(update)
    values = await shown(metrics)
    assert values["tanggap_updates_total", CHANNEL, "duplicate"] == 1


async def test_what_agents_are_shown_is_told_apart_from_what_customers_are(
    service: SmallService, metrics: Metrics
) -> None:
    await service.hears("rusak!")
    values = await shown(metrics)
    assert values["tanggap_deliveries_total", "staff", "sent"] >= 1
    assert values["tanggap_deliveries_total", "customer", "sent"] >= 1


async def test_a_failing_store_is_counted_by_what_it_failed_at(service: SmallService, metrics: Metrics) -> None:
    service.store.failures["commit"] = 1
    await service.hears("halo")
    values = await shown(metrics)
    assert values["tanggap_store_failures_total", "commit"] == 1
    assert sum(value for key, value in values.items() if key[0] == "tanggap_turns_total") == 1


async def test_quarantine_is_counted(metrics: Metrics) -> None:
    store = FaultyStore()
    seen = watched(store, [metrics])
    update = Update(channel="web", key="1", lane="web:1", payload="?", received_at=datetime.now(UTC))
    (item,) = await seen.accept([update])
    await seen.give_up_update(item, "broken", final=False)
    await seen.give_up_update(item, "broken", final=True)
    values = await shown(metrics)
    assert values["tanggap_update_attempts_failed_total",] == 2
    assert values["tanggap_updates_quarantined_total",] == 1


async def test_the_wait_of_an_update_goes_on_while_the_service_is_down(metrics: Metrics) -> None:
    store = FaultyStore()
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    await store.accept([Update(channel="web", key="1", lane="web:1", payload="?", received_at=hour_ago)])
    seen = watched(store, [metrics])
    (item,) = await seen.pending_updates()
    await seen.commit(Change(conversation=Conversation(contact=BUDI), done=(item.id,)))
    values = await shown(metrics)
    assert values["tanggap_intake_to_commit_seconds_sum",] >= 3600


@dataclass(frozen=True, kw_only=True)
class Figure:
    status: str
    department: str
    tickets: int
    waiting_since: datetime | None


async def test_the_queue_is_shown_by_department_and_status(metrics: Metrics) -> None:
    since = datetime.now(UTC) - timedelta(minutes=10)

    async def queue() -> StoreFigures:
        return StoreFigures(
            counts={"outbox_unknown": 3, "inbox_quarantined": 1, "tickets_open": 5},
            queue=[
                Figure(status="queued", department="retur", tickets=4, waiting_since=since),
                Figure(status="assigned", department="retur", tickets=1, waiting_since=None),
            ],
        )

    values = await shown(metrics, queue)
    assert values["tanggap_store_up",] == 1
    assert values["tanggap_outbox_unknown",] == 3
    assert values["tanggap_inbox_quarantined",] == 1
    assert values["tanggap_tickets_open", "retur", "queued"] == 4
    assert values["tanggap_tickets_open", "retur", "assigned"] == 1
    assert 600 <= values["tanggap_oldest_waiting_seconds", "retur"] < 660


async def test_without_the_store_what_was_counted_is_still_shown(service: SmallService, metrics: Metrics) -> None:
    await service.hears("halo")

    async def broken() -> StoreFigures:
        raise StorageError("the disk is full")

    values = await shown(metrics, broken)
    assert values["tanggap_store_up",] == 0
    assert values["tanggap_turns_total", "answer", "smalltalk"] == 1


async def test_actions_and_the_model_are_shown(metrics: Metrics) -> None:
    metrics.record_action("cek_resi", "done", 0.2)
    metrics.record_action("cek_resi", "failed", 3.0)
    metrics.model_serves("abc", "plain", 53)
    metrics.model_serves("def", "plain", 54)
    values = await shown(metrics)
    assert values["tanggap_actions_total", "cek_resi", "failed"] == 1
    assert values["tanggap_action_seconds_count", "cek_resi"] == 2
    assert values["tanggap_model_info", "def", "plain"] == 1
    assert ("tanggap_model_info", "abc", "plain") not in values
    assert values["tanggap_model_intents",] == 54


async def test_nothing_of_a_customer_is_shown(service: SmallService, metrics: Metrics) -> None:
    await service.hears("rusak! punya saya nomor 0812555", "xyz rahasia")
    text = (await metrics.render(figures)).decode()
    for canary in (BUDI.name, BUDI.address, "0812555", "rahasia"):
        assert canary not in text


def test_counting_costs_a_turn_little() -> None:
    """Measured: 20 µs a turn on a slow core; the bound leaves room for a busy machine."""
    metrics, now = Metrics(), datetime.now(UTC)
    turn = TurnRecord(at=now, kind="answer", intent="x", reason="question", record={}, duration_us=900)
    address = Address(channel="web", chat="1")
    delivery = Delivery(address=address, effect=SendText(text="x"))

    def one(number: int) -> None:
        update = Update(channel="web", key="1", lane="web:1", payload="?", received_at=now)
        items = [InboxItem(id=InboxId(number), update=update)]
        metrics.accepted([update], items, 0.001)
        change = Change(conversation=Conversation(contact=BUDI), turn=turn, done=(InboxId(number),))
        out = OutboxItem(id=OutboxId(number), conversation_id=BUDI.conversation_id, delivery=delivery, message_id=None)
        metrics.committed(change, Committed(conversation=change.conversation, outbox=(out,)), 0.001)
        metrics.sending([out], {out.id})
        metrics.delivered([Outcome(id=out.id, status=OutboxStatus.SENT)])

    spent = []
    for round_ in range(20):
        begun = time.process_time()
        for number in range(200):
            one(round_ * 1000 + number)
        spent.append((time.process_time() - begun) / 200)
    assert min(spent) < 150e-6
