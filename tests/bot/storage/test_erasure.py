"""A person's data: shown whole, and erased whole."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage.erasure import _KEPT
from bot.storage.postgres import PostgresStore
from bot.storage.sql_store import SqlStore
from bot.storage.sqlite import SqliteStore
from bot.storage.tables import metadata
from bot.storage.upkeep import Upkeep
from conversation.effects import Address, Delivery, Entry, SendText
from conversation.errors import DataError
from conversation.knowledge_ports import ReviewItem, ReviewSource
from conversation.messages import (
    Attachment,
    AttachmentKind,
    Author,
    Contact,
    ConversationId,
    Edit,
    Message,
    Reminder,
)
from conversation.ports import Change, TurnRecord, Update
from conversation.state import DialogueState, Episode, EpisodeId
from conversation.tickets import HandoffReason, Priority, Ticket, TicketId, TicketStatus, Topic

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CANARIES = (
    "zzkenarikata",
    "Kenarisari",
    "kenari_77",
    "kata-rahasia",
    "versi-lama",
    "berkas-kenari",
    "paket-kenari",
    "hasil-kenari",
    "tinjau-kenari",
)
SARI = Contact(channel="telegram", address="5512377", name="Kenarisari", username="kenari_77")
NAMES_NOBODY = {
    "turns": "id at kind intent reason duration_us",
    "episodes": "id opened_at closed_at closed_by by_bot handoff_reason department agent first_reply resolution "
    "handling wrap_up missed promised abandoned reopened stars",
    "tickets": "id status reason department priority queued_at changed_at assignee assignee_name waiting_since skill "
    "language assigned_at routed last_agent declined snoozed_until replied_at finished_at closed_at handled_seconds "
    "deadlines next_deadline waits_since due_at at_risk",
}
BUDI = Contact(channel="telegram", address="99", name="Budi")


def opened(path: Path):  # type: ignore[no-untyped-def]
    return SqliteStore.open(f"sqlite:///{path}", now=lambda: NOW)


async def lives(store: SqlStore, contact: Contact, status: TicketStatus = TicketStatus.RESOLVED) -> None:
    """Everything that a contact can leave behind."""
    update = Update(
        channel="telegram",
        key=f"message:{contact.address}:1",
        lane=contact.conversation_id,
        payload=json.dumps({"text": "kata-rahasia", "from": contact.name}),
        received_at=NOW,
    )
    topic = Topic(chat="-100", thread=contact.address)
    staff = replace(update, key=f"staff:{contact.address}", lane=f"telegram:-100:{contact.address}")
    item, _ = await store.accept([update, staff])
    await store.begin_action(f"{item.id}:cek", "cek", contact.conversation_id, NOW)
    await store.end_action(f"{item.id}:cek", '"hasil-kenari"', NOW)
    snapshot = await store.load(contact)
    to_them = Delivery(address=Address(channel="telegram", chat=contact.address), effect=SendText(text="kata-rahasia"))
    on_card = Delivery(
        address=Address(channel="telegram", chat="-100", ticket=TicketId(item.id)),
        effect=SendText(text=f"{contact.name}: kata-rahasia"),
    )
    photo = Attachment(kind=AttachmentKind.PHOTO, file_id="berkas-kenari", detail="berkas-kenari")
    message = Message(
        author=Author.CUSTOMER, text="versi-lama zzkenarikata", at=NOW, external_id="1", attachments=(photo,)
    )
    ticket = Ticket(
        id=TicketId(item.id),
        conversation_id=contact.conversation_id,
        status=status,
        reason=HandoffReason.COMPLAINT,
        department="retur",
        priority=Priority.NORMAL,
        queued_at=NOW,
        changed_at=NOW,
        contact_name=contact.name,
        resolution="paket-kenari",
        packet={"said": "paket-kenari"},
        topic=topic,
    )
    state = DialogueState(slots={"nama": contact.name})
    conversation = replace(snapshot.conversation, dialogue=state, episode_id=EpisodeId(item.id), last_at=NOW)
    remind = Reminder(name="tanya", intent="tanya", due=NOW, entities=(("nama", contact.name),))
    change = Change(
        conversation=conversation,
        ticket=ticket,
        episode=Episode(id=EpisodeId(item.id), conversation_id=contact.conversation_id, opened_at=NOW),
        entries=(Entry(message=message, deliveries=(to_them,)),),
        deliveries=(on_card,),
        turn=TurnRecord(at=NOW, kind="escalate", intent="rusak", reason="anger", record={"text": "kata-rahasia"}),
        done=(item.id,),
        reminders=(remind,),
    )
    await store.commit(change)
    snapshot = await store.load(contact)
    unknown = ReviewItem(
        at=NOW,
        conversation_id=contact.conversation_id,
        text="tinjau-kenari",
        source=ReviewSource.UNKNOWN,
        reply="tinjau-kenari",
    )
    await store.add_review([unknown])
    edit = Edit(external_id="1", text="kata-rahasia", at=NOW)
    await store.commit(Change(conversation=snapshot.conversation, edits=(edit,)))


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


async def test_nothing_of_a_forgotten_contact_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "tanggap.sqlite3"
    store = await opened(path)
    await lives(store, SARI)
    await store.close()
    before = await asyncio.to_thread(path.read_bytes)
    assert all(canary.encode() in before for canary in (*CANARIES, SARI.address))
    store = await opened(path)
    forgotten = await Upkeep(store).forget(SARI.conversation_id)
    await store.close()
    after = await asyncio.to_thread(path.read_bytes)
    assert [canary for canary in (*CANARIES, SARI.address) if canary.encode() in after] == []
    assert {name: rows for name, rows in forgotten.rows.items() if rows} == {
        "messages": 1,
        "outbox": 2,
        "inbox": 2,
        "actions": 1,
        "reminders": 1,
        "kb_review": 1,
    }
    assert forgotten.topics == ("-100/5512377",)


async def test_counts_without_names_stay(store: SqlStore) -> None:
    await lives(store, SARI)
    before = await store.counts()
    await Upkeep(store).forget(SARI.conversation_id)
    after = await store.counts()
    assert {key: after[key] for key in ("conversations", "turns")} == {
        key: before[key] for key in ("conversations", "turns")
    }
    (ticket,) = await store.tickets()
    assert (ticket.department, ticket.status, ticket.reason) == (
        "retur",
        TicketStatus.RESOLVED,
        HandoffReason.COMPLAINT,
    )
    assert (ticket.contact_name, ticket.packet, ticket.topic) == ("", {}, None)
    assert ticket.conversation_id.startswith("forgotten:")
    (record,) = await store.turns(ticket.conversation_id)
    assert (record.kind, record.record) == ("escalate", {})
    assert len(await store.episodes(ticket.conversation_id)) == 1


async def test_others_are_not_touched(store: SqlStore) -> None:
    await lives(store, SARI)
    await lives(store, BUDI)
    before = await Upkeep(store).portrait(BUDI.conversation_id)
    await Upkeep(store).forget(SARI.conversation_id)
    assert await Upkeep(store).portrait(BUDI.conversation_id) == before


async def test_who_has_an_open_ticket_is_not_forgotten_before_it_is_resolved(store: SqlStore) -> None:
    await lives(store, SARI, TicketStatus.ASSIGNED)
    before = await Upkeep(store).portrait(SARI.conversation_id)
    with pytest.raises(DataError, match="has the open ticket #1") as refused:
        await Upkeep(store).forget(SARI.conversation_id)
    assert "Resolve it" in refused.value.remedy
    assert await Upkeep(store).portrait(SARI.conversation_id) == before


async def test_who_comes_back_is_somebody_new(store: SqlStore) -> None:
    await lives(store, SARI)
    stale = await store.load(SARI)
    await Upkeep(store).forget(SARI.conversation_id)
    assert (await store.load(SARI)).conversation.version == 0
    with pytest.raises(Exception, match="changed by somebody else"):
        await store.commit(Change(conversation=stale.conversation))
    await lives(store, replace(SARI, name="Lain"))
    assert len(await store.history(SARI.conversation_id)) == 1


async def test_an_unknown_contact_can_neither_be_forgotten_nor_shown(store: SqlStore) -> None:
    for ask in (Upkeep(store).forget, Upkeep(store).portrait):
        with pytest.raises(DataError, match="no contact telegram:0"):
            await ask(ConversationId("telegram:0"))


async def test_a_portrait_holds_everything(store: SqlStore) -> None:
    await lives(store, SARI)
    portrait = await Upkeep(store).portrait(SARI.conversation_id)
    text = json.dumps(portrait, ensure_ascii=False)
    assert [canary for canary in CANARIES if canary not in text] == []
    of_a_conversation = {table.name for table in metadata.sorted_tables if "conversation_id" in table.c}
    assert portrait.keys() == of_a_conversation | {"contact", "message_edits", "updates", "audit"}
    assert [name for name, rows in portrait.items() if not rows] == ["audit"]


def test_every_table_is_known_to_be_of_a_conversation_or_of_none() -> None:
    """Whoever adds a table decides whether it holds personal data, and has it erased."""
    named = {table.name for table in metadata.sorted_tables if "conversation_id" in table.c}
    by_other_ways = {"conversations", "inbox", "message_edits", "audit"}
    of_nobody = {"chat_moves", "commits", "meters"}
    of_a_moment = {"leases"}
    of_staff = {"agents", "sessions", "canned_replies"}
    of_knowledge = {"kb_releases", "kb_activations", "kb_changes", "kb_cursor"}
    known = named | by_other_ways | of_nobody | of_a_moment | of_staff | of_knowledge
    assert {table.name for table in metadata.sorted_tables} == known


def test_every_column_that_stays_is_known_to_name_nobody() -> None:
    """Whoever adds a column to these decides whether it may stay, or is emptied."""
    found = {table.name: set(table.c.keys()) - {"conversation_id", *emptied} for table, emptied in _KEPT.items()}
    assert found == {name: set(columns.split()) for name, columns in NAMES_NOBODY.items()}
