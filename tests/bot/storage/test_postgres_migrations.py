"""The migrations make the same tables on PostgreSQL as the program declares, and upgrade what is there."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from bot.storage.postgres import PostgresStore
from bot.storage.postgres_engine import engine_of
from bot.storage.revision import create, migrate, stored_revision
from bot.storage.tables import HEAD
from bot.testing.store_contract.examples import BUDI, NOON
from conversation.ports import Journaled
from conversation.state import Conversation, DialogueState
from tests.postgres import PostgresServer

COLUMNS = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2"
)
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename !~ 'alembic' ORDER BY 1"
CONSTRAINTS = (
    "SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"
    " AND conrelid::regclass::text <> 'alembic_version' ORDER BY conrelid::regclass::text, 2"
)


async def made_by(server: PostgresServer, make: Callable[[Connection], None]) -> dict[str, str]:
    """What tables, indexes and constraints a function makes in an empty database."""
    database = server.new_database()
    async with engine_of(server.url(database)).begin() as connection:
        await connection.run_sync(make)
        assert await connection.run_sync(stored_revision) == HEAD
    return {question: server.sql(question, database) for question in (COLUMNS, INDEXES, CONSTRAINTS)}


async def test_the_migrations_make_the_tables_of_the_program(postgres: PostgresServer) -> None:
    migrated, declared = await made_by(postgres, migrate), await made_by(postgres, create)
    assert migrated == declared
    assert "inbox_id_seq" in declared[COLUMNS]


async def test_a_database_of_the_first_revision_is_upgraded_in_place_and_loses_nothing(
    postgres: PostgresServer,
) -> None:
    database = postgres.new_database()
    async with engine_of(postgres.url(database)).begin() as connection:
        await connection.run_sync(lambda each: migrate(each, "0001"))
    postgres.sql(
        "INSERT INTO conversations"
        " (id, channel, address, name, username, language, owner, dialogue, reachable, version) VALUES"
        " ('telegram:5512345', 'telegram', '5512345', 'Budi', 'budi_s', 'id', 'bot', '{\"failures\":1}', true, 4)",
        database,
    )
    lines: list[str] = []
    store = await PostgresStore.open(postgres.url(database), on_migration=lines.append, alone=True)
    loaded = (await store.load(BUDI)).conversation
    assert loaded == Conversation(contact=BUDI, dialogue=DialogueState(failures=1), version=4)
    assert await store.begin_action("a", "kirim", BUDI.conversation_id, NOON) == (Journaled.BEGUN, "")
    await store.close()
    assert [line.partition(": ")[2] for line in lines] == ["upgrading from revision 0001"]
