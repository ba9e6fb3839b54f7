"""What a store forgets, and what it must not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection, text

from bot.retention import Retention
from bot.settings import RetentionSettings
from bot.storage import retention
from bot.storage.postgres import PostgresStore
from bot.storage.sql_store import SqlStore
from bot.storage.sqlite import SqliteStore
from bot.storage.upkeep import Upkeep
from bot.testing.scripted_channel import BUDI
from conversation.desk_ports import AuditEntry
from conversation.effects import Address, Delivery, Entry, OutboxStatus, SendText
from conversation.knowledge_ports import Release, ReviewItem, ReviewSource, ReviewStatus
from conversation.messages import Author, Contact, Edit, Message
from conversation.ports import Change, InboxItem, Outcome, TurnRecord, Update
from conversation.tickets import HandoffReason, Priority, Ticket, TicketId, TicketStatus

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ANI = Contact(channel="telegram", address="77", name="Ani", username="ani77")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tanggap.sqlite3'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    kind = SqliteStore if url.startswith("sqlite") else PostgresStore
    opened = await kind.open(url, now=lambda: NOW)
    yield opened
    await opened.close()


async def accept(store: SqlStore, contact: Contact, age: float) -> InboxItem:
    at = NOW - timedelta(days=age)
    key = f"{contact.address}:{age}:{time.perf_counter_ns()}"
    update = Update(channel="telegram", key=key, lane=contact.conversation_id, payload='{"halo": 1}', received_at=at)
    (item,) = await store.accept([update])
    return item


async def turn(
    store: SqlStore, contact: Contact, age: float, *, ticket: TicketStatus | None = None, sent: bool = True
) -> None:
    """A customer's message of so many days ago, with its turn, its answer, and a ticket."""
    at, item = NOW - timedelta(days=age), await accept(store, contact, age)
    snapshot = await store.load(contact, recent=0)
    address = Address(channel="telegram", chat=contact.address)
    answer = Delivery(address=address, effect=SendText(text="Buka jam 9"))
    entries = (
        Entry(message=Message(author=Author.CUSTOMER, text="jam buka?", at=at, external_id=str(item.id))),
        Entry(message=Message(author=Author.BOT, text="Buka jam 9", at=at), deliveries=(answer,)),
    )
    record = TurnRecord(at=at, kind="answer", intent="jam_buka", reason="question", record={"text": "jam buka?"})
    opened = None
    if ticket is not None:
        opened = Ticket(
            id=TicketId(item.id),
            conversation_id=contact.conversation_id,
            status=ticket,
            reason=HandoffReason.COMPLAINT,
            department="umum",
            priority=Priority.NORMAL,
            queued_at=at,
            changed_at=at,
            contact_name=contact.name,
            packet={"said": "jam buka?"},
        )

    conversation = replace(snapshot.conversation, last_at=at)
    change = Change(conversation=conversation, ticket=opened, entries=entries, turn=record, done=(item.id,))
    committed = await store.commit(change)
    if sent:
        await store.start_deliveries(committed.outbox)
        outcomes = [Outcome(id=each.id, status=OutboxStatus.SENT, external_id="900") for each in committed.outbox]
        await store.finish_deliveries(outcomes)


async def forgotten(store: SqlStore, **days: float) -> Mapping[str, int]:
    settings = RetentionSettings(**{"payload_days": 0, "turns_days": 0, "messages_days": 0, "audit_days": 0, **days})

    async def no_pause(seconds: float) -> None: ...

    return await Retention(Upkeep(store), settings, lambda: NOW, no_pause).once()


async def count(store: SqlStore, table: str, where: str = "1 = 1") -> int:
    query = text(f"SELECT count(*) FROM {table} WHERE {where}")
    found: int = await store._view(lambda connection: connection.execute(query).scalar_one())
    return found


async def test_nothing_is_forgotten_where_nothing_is_set(store: SqlStore) -> None:
    await turn(store, BUDI, 1000)
    assert await forgotten(store) == {}
    assert await count(store, "messages") == 2


async def test_what_went_over_the_wire_is_forgotten_after_its_days(store: SqlStore) -> None:
    for age in (100, 31, 29, 1):
        await turn(store, BUDI, age)
    assert await forgotten(store, payload_days=30) == {"updates_as_received": 2, "deliveries_as_sent": 2}
    assert await count(store, "inbox") == 2
    assert await count(store, "outbox", "effect = ''") == 2
    assert await count(store, "messages") == 8, "what was said stays"
    rows = await store.history(BUDI.conversation_id)
    assert [row.delivery for row in rows if row.message.author is Author.BOT] == [OutboxStatus.SENT] * 4
    address = Address(channel="telegram", chat=BUDI.address)
    assert await store.message_at(address, "900") is not None, "and so does what it is called"
    assert await forgotten(store, payload_days=30) == {}


async def test_what_is_not_dealt_with_stays_however_old(store: SqlStore) -> None:
    waiting = await accept(store, BUDI, 400)
    poison = await accept(store, BUDI, 400)
    await store.give_up_update(poison, "broken", final=True)
    await turn(store, BUDI, 400, sent=False)
    assert await forgotten(store, payload_days=30, messages_days=30) == {
        "updates_as_received": 1,
        "words": 1,
        "names_of_contacts": 1,
    }
    assert [item.id for item in await store.pending_updates()] == [waiting.id]
    assert [each.item.id for each in await Upkeep(store).quarantined()] == [poison.id]
    (delivery,) = await store.pending_deliveries()
    assert delivery.delivery.effect == SendText(text="Buka jam 9")


async def test_decision_records_are_forgotten_and_their_messages_stay(store: SqlStore) -> None:
    for age in (400, 181, 10):
        await turn(store, BUDI, age)
    assert await forgotten(store, turns_days=180) == {"decision_records": 2}
    assert len(await store.turns(BUDI.conversation_id)) == 1
    assert await count(store, "messages") == 6


async def test_the_review_list_is_forgotten_with_decisions_and_releases_never(store: SqlStore) -> None:
    await turn(store, BUDI, 400)
    for age, status in ((400, ReviewStatus.OPEN), (181, ReviewStatus.USED), (10, ReviewStatus.OPEN)):
        item = ReviewItem(
            at=NOW - timedelta(days=age),
            conversation_id=BUDI.conversation_id,
            text=str(age),
            source=ReviewSource.UNKNOWN,
            status=status,
        )
        await store.add_review([item])
    old = Release(made_at=NOW - timedelta(days=4000), author="sari", note="", content_hash="")
    release = await store.add_release(old, "{}", {})
    assert await forgotten(store, turns_days=180, messages_days=1) == {
        "decision_records": 1,
        "review_items": 2,
        "words": 2,
        "names_of_contacts": 1,
    }
    assert [item.text for item in await store.review_items()] == ["10"]
    assert await store.release_content(release) == "{}"


async def test_words_and_names_are_forgotten_but_not_of_who_has_an_open_ticket(store: SqlStore) -> None:
    await turn(store, BUDI, 400, ticket=TicketStatus.RESOLVED)
    await turn(store, ANI, 400, ticket=TicketStatus.QUEUED)
    swept = await forgotten(store, messages_days=365)
    assert swept == {"words": 2, "packets_of_tickets": 1, "names_of_contacts": 1}
    assert await store.history(BUDI.conversation_id) == []
    assert len(await store.history(ANI.conversation_id)) == 2
    assert await count(store, "conversations", "name = 'Ani' AND username = 'ani77'") == 1
    assert await count(store, "conversations", "name = ''") == 1
    tickets = {ticket.contact_name: ticket.packet for ticket in await store.tickets()}
    assert tickets == {"": {}, "Ani": {"said": "jam buka?"}}


async def test_earlier_versions_of_a_message_go_with_it(store: SqlStore) -> None:
    await turn(store, BUDI, 400)
    snapshot = await store.load(BUDI)
    assert snapshot.recent[0].external_id
    edit = Edit(external_id=snapshot.recent[0].external_id, text="lain", at=NOW)
    await store.commit(Change(conversation=snapshot.conversation, edits=(edit,)))
    assert await count(store, "message_edits") == 1
    await forgotten(store, messages_days=365)
    assert await count(store, "message_edits") == 0


async def test_who_writes_again_afterwards_is_served_as_before(store: SqlStore) -> None:
    await turn(store, BUDI, 400)
    await forgotten(store, messages_days=365, payload_days=30, turns_days=30)
    await turn(store, BUDI, 0)
    assert (await store.load(BUDI)).conversation.contact == BUDI
    assert len(await store.history(BUDI.conversation_id)) == 2


async def test_the_audit_trail_is_forgotten_after_its_days(store: SqlStore) -> None:
    for age in (731, 729):
        entry = AuditEntry(at=NOW - timedelta(days=age), agent_id=None, action="search", detail=str(age))
        await store.record(entry)
    assert await forgotten(store, messages_days=1) == {}
    assert await forgotten(store, audit_days=730) == {"audit_trail": 1}
    assert [entry.detail for entry in await store.audit_trail()] == ["729"]


async def test_windows_cover_everything(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "WINDOW", 3)
    for number in range(20):
        contact = Contact(channel="telegram", address=str(number), name=f"C{number}")
        await turn(store, contact, 400 - number)
    swept = await forgotten(store, payload_days=30, turns_days=30, messages_days=30)
    assert swept["words"] == 40
    assert swept["decision_records"] == swept["updates_as_received"] == swept["names_of_contacts"] == 20
    assert await count(store, "messages") + await count(store, "turns") + await count(store, "inbox") == 0


async def test_customers_do_not_wait_while_it_forgets(store: SqlStore) -> None:
    rows = 20_000
    await turn(store, BUDI, 400)

    def fill(connection: Connection) -> None:
        connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) "
                "INSERT INTO turns (conversation_id, at, kind, intent, reason, record, duration_us) "
                "SELECT conversation_id, at, kind, intent, reason, record, duration_us FROM turns, n"
            ),
            {"rows": rows},
        )

    await store._write(fill)
    settings = RetentionSettings(payload_days=0, turns_days=30)
    forgetting = asyncio.create_task(Retention(Upkeep(store), settings, lambda: NOW).once())
    waits: list[float] = []
    while not forgetting.done() and len(waits) < 60:
        begun = time.perf_counter()
        await turn(store, ANI, 0)
        waits.append(time.perf_counter() - begun)
        await asyncio.sleep(0.01)
    forgetting.cancel()
    await asyncio.gather(forgetting, return_exceptions=True)
    assert await count(store, "turns") < rows, "it was at work meanwhile"
    assert sorted(waits)[len(waits) // 2] < 0.2, "half of the customers waited less than that"
