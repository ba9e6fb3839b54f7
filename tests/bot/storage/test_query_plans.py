"""No question that a turn or a delivery asks makes SQLite read a whole table, however long the history grows."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from sqlalchemy import Connection

from bot.storage.batcher import Batcher
from bot.storage.sqlite import SqliteStore
from bot.testing.store_contract.examples import (
    BUDI,
    BUDIS_CHAT,
    DESK,
    NOON,
    answered,
    commit,
    contact,
    deliver,
    in_ticket,
    said,
    ticket,
    turn,
    update,
)
from conversation.actions import Reminder, ReminderCancelled
from conversation.effects import Address
from conversation.messages import Contact, Edit, MessageId
from conversation.ports import Change
from conversation.state import Owner
from conversation.tickets import TicketId


async def listen(batcher: Batcher, heard: set[str]) -> None:
    def trace(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(heard.add)

    await batcher.do(trace)


async def served(store: SqliteStore, key: str, customer: Contact) -> None:
    """A turn of a customer; those of several that go on at once are written by statements for all of them."""
    (item,) = await store.accept([update(key, lane=customer.conversation_id)])
    snapshot = await store.load(customer)
    answer = answered("Hai", only_while=Owner.BOT)
    change = Change(
        conversation=snapshot.conversation, entries=(said("halo"), answer), turn=turn("salam"), done=(item.id,)
    )
    for sent in (await store.commit(change)).outbox:
        await deliver(store, sent, "32")


async def test_nothing_on_the_way_of_a_message_reads_a_whole_table(tmp_path: Path) -> None:
    path = tmp_path / "tanggap.db"
    store = await SqliteStore.open(f"sqlite:///{path}")
    heard: set[str] = set()
    for batcher in (store._writer, store._turns, store._views):
        await listen(batcher, heard)

    (item,) = await store.accept([update("a")])
    committed = await commit(
        store,
        entries=(said("halo", external_id="7"), answered("Hai", only_while=Owner.BOT)),
        deliveries=(in_ticket(TicketId(1), label="card"),),
        ticket=ticket(1),
        turn=turn("salam"),
        done=(item.id,),
    )
    edit = Edit(external_id="7", text="hai", at=NOON)
    reminders = (Reminder(name="a", due=NOON, intent="x"), ReminderCancelled(intent="y"))
    change = Change(conversation=committed.conversation, edits=(edit,), ticket=ticket(1), reminders=reminders)
    await store.commit(change)
    for sent in committed.outbox:
        await deliver(store, sent, "31")
    in_topic = Address(channel="telegram", ticket=TicketId(1))
    for address in (BUDIS_CHAT, in_topic):
        await store.external_id(address, message_id=MessageId(2))
        await store.external_id(address, label="card")
        await store.message_at(address, "31")
        await store.message_at(address, "99")
    await store.load(BUDI)
    await store.history(BUDI.conversation_id)
    await store.turns(BUDI.conversation_id)
    await store.ticket(TicketId(1))
    await store.ticket_in_topic(DESK)
    await store.set_topic(TicketId(1), DESK)
    await store.set_topic(TicketId(1), None)
    await store.begin_action("a", "kirim", BUDI.conversation_id, NOON)
    await store.begin_action("a", "kirim", BUDI.conversation_id, NOON)
    await store.end_action("a", "", NOON)
    await store.next_reminder()
    await store.drop_reminders([due.id for due in await store.due_reminders(NOON)])
    await store.pending_updates()
    await store.pending_deliveries()
    for part in ("first", "second"):  # The second time their conversations have begun.
        await asyncio.gather(*(served(store, f"{part}{number}", contact(number)) for number in range(3)))
    await store.close()

    database = sqlite3.connect(path)
    questions = [sql for sql in heard if sql.startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))]
    plans = {sql: [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in questions}
    database.close()
    assert len(plans) > 25
    assert sum(" AS given " in sql for sql in plans) >= 4
    # A partial index that holds only what waits may be read whole, and so may a few settings, and the rows that are
    # being inserted or given; a table may not.
    small = ("_waiting", "_words_config", "CONSTANT ROW", "given", "-ROW VALUES CLAUSE")
    whole = {
        sql: plan
        for sql, plan in plans.items()
        if any("SCAN" in step and not any(name in step for name in small) for step in plan)
    }
    assert whole == {}
