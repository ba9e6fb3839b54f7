"""What is true of the PostgreSQL store beyond the contract: its start, its lock, its words, and its password."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.storage import desk_search
from bot.storage.desk_search import _with_gin
from bot.storage.plugin import POSTGRES
from bot.storage.postgres import PostgresStore
from bot.testing.store_contract.examples import BUDI, answered, commit, contact, said, update
from conversation.desk_ports import SearchQuery
from conversation.errors import StorageError
from conversation.ports import Change
from tests.postgres import PostgresServer

PASSWORD = "rahasia-sekali"


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    store = await PostgresStore.open(postgres_url)
    yield store
    await store.close()


@pytest.fixture
def new_url(postgres: PostgresServer) -> str:
    """The URL of a database without tables."""
    return postgres.url(postgres.new_database())


async def ask(store: PostgresStore, question: str) -> Any:
    """Ask on the connection that writes."""
    return await store._writer.do(lambda connection: connection.exec_driver_sql(question).scalar())


async def test_an_empty_database_gets_its_tables_which_is_announced_once(new_url: str) -> None:
    lines: list[str] = []
    for _ in range(2):
        store = await PostgresStore.open(new_url, on_migration=lines.append)
        await store.close()
    assert lines == [f"{new_url.partition('?')[0]}: creating tables"]


async def test_two_who_open_an_empty_database_at_once_make_its_tables_once(new_url: str) -> None:
    stores = await asyncio.gather(*(PostgresStore.open(new_url) for _ in range(4)))
    assert await stores[0].accept([update("a")]) == await stores[3].pending_updates()
    for store in stores:
        await store.close()


async def test_reading_an_empty_database_makes_nothing(postgres: PostgresServer, new_url: str) -> None:
    with pytest.raises(StorageError, match="there is no database yet"):
        await PostgresStore.open(new_url, create=False)
    database = new_url.rpartition("/test_")[2].partition("?")[0]
    assert postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", f"test_{database}") == "0"


async def test_everything_survives_closing_and_opening(postgres_url: str) -> None:
    store = await PostgresStore.open(postgres_url)
    (waiting,) = await store.accept([update("a")])
    committed = await commit(store, entries=(said("halo 🙏"), answered("Hai, Kak.")))
    await store.close()
    store = await PostgresStore.open(postgres_url)
    assert await store.pending_updates() == [waiting]
    assert (await store.load(BUDI)).conversation == committed.conversation
    assert await store.pending_deliveries() == list(committed.outbox)
    await store.close()


async def test_a_commit_is_on_the_servers_disk_when_it_returns(store: PostgresStore) -> None:
    assert await ask(store, "SHOW synchronous_commit") == "on"


async def test_many_who_write_at_once_share_a_commit(store: PostgresStore) -> None:
    await asyncio.gather(*(store.accept([update(str(number))]) for number in range(200)))
    assert await ask(store, "SELECT count(DISTINCT xmin::text) FROM inbox") <= 4


async def test_those_who_failed_do_not_take_the_others_with_them(store: PostgresStore) -> None:
    known = [(await store.load(contact(number % 20))).conversation for number in range(60)]
    changes = [Change(conversation=each, entries=(said(str(number)),)) for number, each in enumerate(known)]
    results = await asyncio.gather(*map(store.commit, changes), return_exceptions=True)
    kept = [result for result in results if not isinstance(result, Exception)]
    rows = [await store.history(contact(number).conversation_id) for number in range(20)]
    assert len(kept) == 20
    assert [len(each) for each in rows] == [1] * 20


async def test_a_closed_store_says_so(store: PostgresStore) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StorageError, match="closed"):
        await store.load(BUDI)


async def test_closing_lets_go_of_every_connection(postgres: PostgresServer, postgres_url: str) -> None:
    store = await PostgresStore.open(postgres_url, alone=True)
    await asyncio.gather(*(store.load(contact(number)) for number in range(50)), store.counts())
    await store.close()
    assert postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tanggap'") == "0"
    assert postgres.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0"


async def test_a_second_service_on_the_same_database_is_refused_until_the_first_has_gone(postgres_url: str) -> None:
    first = await PostgresStore.open(postgres_url, alone=True)
    with pytest.raises(StorageError, match="another tanggap process"):
        await PostgresStore.open(postgres_url, alone=True)
    onlooker = await PostgresStore.open(postgres_url)
    assert (await onlooker.counts())["messages"] == 0
    await onlooker.close()
    await first.close()
    await (await PostgresStore.open(postgres_url, alone=True)).close()


async def test_services_in_databases_of_their_own_do_not_mind_each_other(postgres_url: str, new_url: str) -> None:
    stores = [await PostgresStore.open(url, alone=True) for url in (postgres_url, new_url)]
    for store in stores:
        await store.close()


async def test_who_lost_the_lock_to_another_writes_no_more(postgres: PostgresServer, postgres_url: str) -> None:
    first = await PostgresStore.open(postgres_url, alone=True)
    await first.accept([update("a")])
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tanggap'")
    second = await PostgresStore.open(postgres_url, alone=True)
    with pytest.raises(StorageError, match="another tanggap process"):
        await first.accept([update("b")])
    await second.close()
    assert len(await first.accept([update("b")])) == 1
    await first.close()


async def test_a_server_in_another_alphabet_is_refused(postgres: PostgresServer) -> None:
    postgres.sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StorageError, match="LATIN1") as refusal:
        await PostgresStore.open(postgres.url("latin"))
    assert "--encoding=UTF8" in refusal.value.remedy


async def test_another_programs_tables_are_left_alone(postgres: PostgresServer) -> None:
    database = postgres.new_database()
    postgres.sql("CREATE TABLE resep (nama text)", database)
    with pytest.raises(StorageError, match="another program"):
        await PostgresStore.open(postgres.url(database))
    assert postgres.sql("SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'", database) == (
        "resep"
    )


async def test_a_newer_programs_tables_are_left_alone(postgres: PostgresServer, postgres_url: str) -> None:
    database = postgres.new_database()
    await (await PostgresStore.open(postgres.url(database))).close()
    postgres.sql("UPDATE alembic_version SET version_num = '0999'", database)
    with pytest.raises(StorageError, match="revision 0999") as refusal:
        await PostgresStore.open(postgres.url(database))
    assert "newer version" in refusal.value.remedy


async def test_a_database_that_is_not_there_is_named(postgres: PostgresServer) -> None:
    with pytest.raises(StorageError, match="there is no such database") as refusal:
        await PostgresStore.open(postgres.url("tidak_ada"))
    assert "createdb" in refusal.value.remedy


async def test_a_user_who_may_not_make_tables_is_told_so(postgres: PostgresServer, new_url: str) -> None:
    postgres.sql("CREATE USER tamu")
    with pytest.raises(StorageError, match="may not do that"):
        await PostgresStore.open(new_url.replace("postgres@", "tamu@"))


async def test_a_full_disk_is_named(store: PostgresStore) -> None:
    with pytest.raises(StorageError, match="disk is full") as refusal:
        await store._write(lambda c: c.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$"))
    assert "Free some space" in refusal.value.remedy
    assert len(await store.accept([update("a")])) == 1


async def test_a_statement_that_takes_too_long_is_cut_short(store: PostgresStore) -> None:
    def sleep(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 20")
        connection.exec_driver_sql("SELECT pg_sleep(5)")

    with pytest.raises(StorageError, match="took too long"):
        await store._write(sleep)
    assert len(await store.accept([update("a")])) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://toko@localhost", "names no database"),
        ("postgresql://127.0.0.1:1/toko", "cannot be reached"),
        ("postgresql+asyncpg://127.0.0.1:1/toko", "cannot be reached"),
        ("postgres://127.0.0.1:1/toko", "cannot be reached"),
        ("postgresql://nowhere.invalid/toko", "cannot be reached"),
    ],
)
async def test_a_url_that_leads_nowhere_is_refused_with_a_remedy(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words) as refusal:
        await PostgresStore.open(url)
    assert refusal.value.remedy


async def test_a_password_is_shown_nowhere(
    postgres_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    url = postgres_url.replace("postgres@", f"postgres:{PASSWORD}@")
    store = await PostgresStore.open(url, alone=True)
    errors: list[BaseException | None] = []
    for wrong in (
        url,
        f"postgresql://u:{PASSWORD}@127.0.0.1:1/x",
        f"postgresql://u:{PASSWORD}@127.0.0.1:1/x?password={PASSWORD}",
        f"postgresql://u:{PASSWORD}@localhost",
        f"postgresql://u:{PASSWORD}@h:port/x",
        f"u:{PASSWORD}@host/x",
    ):
        with pytest.raises(StorageError) as refusal:
            await PostgresStore.open(wrong, alone=True)
        errors.append(refusal.value)
    shown = [repr(store), repr(vars(store)), caplog.text]
    shown += [finding.message + finding.remedy for finding in await POSTGRES.check(url)]
    shown += [finding.message + finding.remedy for finding in await POSTGRES.check(f"postgresql://u:{PASSWORD}@h:1/x")]
    while errors:
        error = errors.pop()
        if error is not None:
            shown += [str(error), repr(error), getattr(error, "remedy", "")]
            errors += [error.__cause__, error.__context__]
    await store.close()
    assert [text for text in shown if PASSWORD in text] == []


@pytest.mark.parametrize("missing", ["asyncpg", "greenlet"])
def test_without_its_driver_it_is_said_how_to_install_it(missing: str) -> None:
    code = (
        "import asyncio, sys\n"
        f"sys.modules['{missing}'] = None\n"
        "from bot.storage.plugin import POSTGRES\n"
        "from conversation.errors import StorageError\n"
        "try:\n"
        "    asyncio.run(POSTGRES.open('postgresql://a@b/c', note=None, alone=False, create=True))\n"
        "except StorageError as error:\n"
        "    print(error.remedy)\n"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert "tanggap[postgres]" in said


def test_a_store_on_sqlite_does_not_import_asyncpg() -> None:
    code = "import sys, bot.storage.sqlite; print('asyncpg' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"


async def test_the_doctor_finds_a_sound_database(postgres_url: str) -> None:
    findings = await POSTGRES.check(postgres_url)
    assert "PostgreSQL" in findings[0].message
    assert "MiB" in findings[0].message
    assert "at revision" in findings[-1].message


async def test_the_doctor_names_a_server_that_forgets(postgres_url: str) -> None:
    errors = [finding for finding in await POSTGRES.check(postgres_url) if finding.level == "error"]
    assert [error.message.split(":")[0] for error in errors] == [
        "the server runs with fsync = off",
        "the server runs with full_page_writes = off",
    ]


async def test_the_doctor_looks_at_an_empty_database_and_makes_nothing(new_url: str) -> None:
    for _ in range(2):
        assert "no tables yet" in (await POSTGRES.check(new_url))[-1].message


async def test_the_doctor_says_why_a_server_cannot_be_reached() -> None:
    (finding,) = await POSTGRES.check("postgresql://127.0.0.1:1/toko")
    assert (finding.level, "cannot be reached" in finding.message) == ("error", True)
    assert finding.remedy


@pytest.mark.parametrize("value", [{"id": {}}, [[]], "\ud83d"])
async def test_a_value_that_is_none_of_a_stores_is_its_writers_mistake_and_no_failure_of_the_store(
    store: PostgresStore, value: str
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        await commit(store, customer=replace(BUDI, username=value))
    assert len(await store.accept([update("a")])) == 1


async def test_a_word_that_nobody_wrote_is_not_looked_for_in_every_message(store: PostgresStore) -> None:
    await commit(store, entries=(said("paket"),))
    columns = "conversation_id, author, author_name, at, attachments, external_id, reply_to, album"
    many = f"SELECT 'paket ' || number, {columns} FROM messages, generate_series(1, 3000) AS number"

    def fill_and_plan(connection: Connection) -> str:
        connection.exec_driver_sql(f"INSERT INTO messages (text, {columns}) {many}")
        connection.exec_driver_sql("ANALYZE messages")
        (asked,) = _with_gin(connection, ["langka"])
        words = asked.limit(50).compile(connection, compile_kwargs={"literal_binds": True})
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {words}"))

    plan = await store._writer.do(fill_and_plan)
    assert "Bitmap Index Scan on messages_by_words" in plan
    assert "Filter: (words_of" not in plan
    assert [hit.message.text for hit in await store.search(SearchQuery(words="paket 2999"))] == ["paket 2999"]
    assert len(await store.search(SearchQuery(words="paket"))) == 50


async def test_what_the_newest_messages_do_not_have_is_found_among_the_older(
    monkeypatch: pytest.MonkeyPatch, store: PostgresStore
) -> None:
    monkeypatch.setattr(desk_search, "NEWEST", (2, 4))
    await commit(store, entries=tuple(said(f"paket {number}") for number in range(7)))
    for limit in range(1, 9):
        found = [hit.message.text for hit in await store.search(SearchQuery(words="paket"), limit=limit)]
        assert found == [f"paket {6 - number}" for number in range(min(limit, 7))]
