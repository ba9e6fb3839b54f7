"""The desk's tables: an old database gets them, copies and backups carry them, and no question reads them whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.storage.backup import back_up, restore
from bot.storage.batcher import Batcher
from bot.storage.copying import copy_store
from bot.storage.postgres import PostgresStore
from bot.storage.postgres_engine import engine_of
from bot.storage.revision import migrate
from bot.storage.sql_store import SqlStore
from bot.storage.sqlite import SqliteStore, connect
from bot.testing.store_contract.desk_examples import DEWI, SARI, ended, keep, listed, rated, told
from bot.testing.store_contract.desk_people import SESSION
from bot.testing.store_contract.desk_queue import OPEN, assigned
from bot.testing.store_contract.examples import BUDI, NOON, at, commit, ticket, turn
from conversation.desk_ports import AuditEntry, CannedReply, SearchQuery, TicketQuery
from conversation.state import EpisodeId, Metrics
from conversation.tickets import Deadlines, Promised, TicketId, TicketStatus
from tests.postgres import PostgresServer

OLD_TICKET = (
    "INSERT INTO tickets (id, conversation_id, status, reason, department, priority, queued_at, changed_at,"
    " contact_name, assignee, assignee_name, resolution, packet) VALUES"
    " ({id}, 'telegram:5512345', '{status}', 'complaint', 'retur', 2, '2026-03-14 05:0{id}:00', '2026-03-14 06:00:00',"
    " 'Budi', 'telegram:777', 'Sari', '', '{{}}')"
)
OLD_ROWS = (
    "INSERT INTO conversations (id, channel, address, name, username, language, owner, dialogue, reachable, version)"
    " VALUES ('telegram:5512345', 'telegram', '5512345', 'Budi', 'budi_s', 'id', 'bot', '{}', true, 4)",
    OLD_TICKET.format(id=1, status="resolved"),
    OLD_TICKET.format(id=2, status="assigned"),
    *(
        "INSERT INTO episodes (id, conversation_id, opened_at, closed_at, closed_by) VALUES"
        f" ({id}, 'telegram:5512345', '2026-03-14 0{id}:00:00', '2026-03-14 0{id}:30:00', 'agent')"
        for id in (4, 5)
    ),
    "INSERT INTO messages (conversation_id, author, author_name, text, at, attachments, external_id, reply_to, album)"
    " VALUES ('telegram:5512345', 'customer', '', 'Café tutup', '2026-03-14 05:02:00', '', '', '', '')",
)


async def old_database(url: str, revision: str) -> None:
    def make(connection: Connection) -> None:
        migrate(connection, revision)
        for statement in OLD_ROWS:
            connection.exec_driver_sql(statement)

    await changed(url, make)


async def changed(url: str, make: Callable[[Connection], object]) -> None:
    """Do something to a database that no store has open."""
    if url.startswith("sqlite"):
        with connect(Path(url.removeprefix("sqlite:///")), "rwc", begin="BEGIN IMMEDIATE").begin() as connection:
            make(connection)
    else:
        async with engine_of(url).begin() as asynchronous:
            await asynchronous.run_sync(make)


async def opened(url: str) -> SqlStore:
    return await (SqliteStore if url.startswith("sqlite") else PostgresStore).open(url)


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """The URLs of databases with nothing in them."""
    if request.param == "sqlite":
        numbers = iter(range(9))
        return lambda: f"sqlite:///{tmp_path}/{next(numbers)}.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return lambda: server.url(server.new_database())


@pytest.mark.parametrize("revision", ["0001", "0002"])
async def test_an_old_database_tells_the_desk_what_it_knows(new_url: Callable[[], str], revision: str) -> None:
    url = new_url()
    await old_database(url, revision)
    store = await opened(url)
    closed, still_open = await store.ticket(TicketId(1)), await store.ticket(TicketId(2))
    assert closed is not None
    assert still_open is not None
    assert (closed.closed_at, closed.labels, closed.deadlines) == (closed.changed_at, (), Deadlines())
    assert still_open.closed_at is None
    assert await listed(store, TicketQuery(statuses=OPEN)) == [2]
    assert await listed(store, TicketQuery(assignee=SARI.id)) == [1, 2]
    assert await store.open_load() == {SARI.id: 1}
    with_agent, by_bot = await store.past_episodes(BUDI.conversation_id)
    assert (by_bot.by_bot, by_bot.department, by_bot.missed) == (True, "", ())
    assert (with_agent.by_bot, with_agent.handoff_reason) == (False, "complaint")
    assert (with_agent.department, with_agent.agent, with_agent.abandoned) == ("retur", SARI.id, False)
    (hit,) = await store.search(SearchQuery(words="cafe"))
    assert (hit.message.text, hit.ticket_id) == ("Café tutup", 1)
    await commit(store, ticket=replace(still_open, status=TicketStatus.RESOLVED))
    assert await store.ticket_counts(None) == {"unassigned": 0, "all": 0, "at_risk": 0}
    await store.close()


async def test_what_is_under_way_at_the_upgrade_keeps_what_it_has_missed(new_url: Callable[[], str]) -> None:
    url = new_url()
    await old_database(url, "0004")
    missed = (
        'UPDATE tickets SET deadlines = \'{"missed":["first_reply"],"paused_seconds":7.5}\'',
        "UPDATE tickets SET closed_at = changed_at WHERE id = 1",
        "UPDATE conversations SET episode_id = 9, ticket_id = 2",
        "INSERT INTO agents (id, name, departments, role, skills, languages, capacity, available, disabled, login,"
        " locale) VALUES ('console:dewi', 'Dewi', '[]', 'admin', '[]', '[]', 5, true, false, 'dewi', 'id')",
    )
    await changed(url, lambda connection: [connection.exec_driver_sql(statement) for statement in missed])
    store = await opened(url)
    found = await store.ticket(TicketId(2))
    assert found is not None
    broken = Promised(department="retur", kind="first_reply", kept=False)
    assert found.deadlines == Deadlines(missed=("first_reply",), paused_seconds=7.5, promised=(broken,))
    assert [row.promised for row in await store.past_episodes(BUDI.conversation_id)] == [None, None]
    assert await store.backlog([found.queued_at, at(70)]) == [{"retur": 2}, {"retur": 1}]
    (dewi,) = await store.agents()
    assert dewi.zone == ""
    await store.close()


async def fill(store: SqlStore) -> None:
    """Something in every table of the desk."""
    await store.save_agent(SARI, "$argon2id$x")
    await store.save_agent(DEWI)
    await store.open_session(SESSION)
    await store.record(AuditEntry(at=NOON, agent_id=SARI.id, action="ticket_open", about="ticket:1", detail="🙏"))
    await store.save_canned_reply(CannedReply(shortcut="halo", text="Halo Kak {nama}"))
    await told(store, "Paket rusak", "mau Retur")
    deadlines = Deadlines(first_reply=at(5), resolution=at(60), warned=("first_reply",))
    await keep(store, replace(ticket(1), labels=("vip",), deadlines=deadlines), assigned(2), ticket(3))
    promised = (Promised(department="pengaduan", kind="first_reply", kept=True),)
    await rated(store, await ended(store, 7, metrics=Metrics(by_bot=False, promised=promised)), 5, "Ramah")


async def seen(store: SqlStore) -> tuple[object, ...]:
    """All that the desk can see."""
    return (
        await store.agents(),
        await store.password_hash("sari"),
        await store.session("a1"),
        await store.audit_trail(),
        await store.canned_replies(),
        await store.ticket_rows(TicketQuery()),
        await store.ticket_counts(None),
        await store.in_hand(),
        await store.due_tickets(at(99), NOON),
        await store.search(SearchQuery(words="retur")),
        await store.past_episodes(BUDI.conversation_id),
        await store.backlog([NOON, at(9)]),
    )


async def test_the_desk_moves_to_another_database_and_back(tmp_path: Path, postgres: PostgresServer) -> None:
    urls = [f"sqlite:///{tmp_path}/a.db", postgres.url(postgres.new_database()), f"sqlite:///{tmp_path}/b.db"]
    store = await opened(urls[0])
    await fill(store)
    before = await seen(store)
    await store.close()
    for source, target in pairwise(urls):
        copied = {table.name: table.rows for table in await copy_store(source, target, lambda what, done: None)}
        assert {name: copied[name] for name in ("agents", "sessions", "audit", "canned_replies", "tickets")} == {
            "agents": 2,
            "sessions": 1,
            "audit": 1,
            "canned_replies": 1,
            "tickets": 3,
        }
        store = await opened(target)
        assert await seen(store) == before
        await store.close()


async def test_the_desk_is_restored_from_a_backup_and_still_finds_words(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tanggap.db"
    store = await opened(url)
    await fill(store)
    before = await seen(store)
    back_up(url, tmp_path / "backup.db")
    await told(store, "retur lagi")
    await store.close()
    restore(tmp_path / "backup.db", url, force=True)
    store = await opened(url)
    assert await seen(store) == before
    await told(store, "retur setelahnya")
    assert len(await store.search(SearchQuery(words="retur"))) == 2
    await store.close()


async def test_no_question_of_the_desk_reads_a_table_or_sorts_what_waits(tmp_path: Path) -> None:
    path = tmp_path / "tanggap.db"
    store = await SqliteStore.open(f"sqlite:///{path}")
    await fill(store)
    await commit(store, turn=turn("salam"))
    heard: set[str] = set()
    for batcher in (store._turns, store._views):
        await listen(batcher, heard)
    some = frozenset({"pengaduan", "teknis"})
    for order in ("urgency", "deadline", "newest"):
        for departments in (None, some):
            await store.ticket_rows(TicketQuery(order=order, departments=departments, label="vip"))
            await store.ticket_rows(TicketQuery(order=order, departments=departments, unassigned=True))
    for departments in (None, some):
        await store.ticket_counts(departments)
        await store.episodes_between(NOON, at(9), departments)
        await store.backlog([NOON, at(9)], departments)
        await store.search(SearchQuery(words="retur", departments=departments, since=NOON, author="customer"))
    await store.position(TicketId(3))
    await store.open_load()
    await store.in_hand()
    await store.due_tickets(NOON, NOON)
    await store.past_episodes(BUDI.conversation_id)
    await store.session("a1")
    await store.password_hash("sari")
    await store.audit_trail(agent_id=SARI.id)
    await store.audit_trail(about="ticket:1")
    await rated(store, EpisodeId(7), 1)
    await store.close()

    database = sqlite3.connect(path)
    questions = [sql for sql in heard if sql.startswith("SELECT") and "_words_config" not in sql]
    plans = {sql: [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in questions}
    database.close()
    assert len(plans) > 40
    slow = {sql: plan for sql, plan in plans.items() if any(is_slow(step) for step in plan)}
    assert slow == {}


async def listen(batcher: Batcher, heard: set[str]) -> None:
    def trace(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(heard.add)

    await batcher.do(trace)


def is_slow(step: str) -> bool:
    """Whether a step of a plan reads a whole table, or sorts; what is at risk, or open, may be read whole."""
    whole = step.startswith("SCAN ") and not any(
        known in step
        for known in ("tickets_at_risk", "tickets_not_ended", "messages_words VIRTUAL", "CONSTANT", "(subquery")
    )
    return whole or step == "USE TEMP B-TREE FOR ORDER BY"
