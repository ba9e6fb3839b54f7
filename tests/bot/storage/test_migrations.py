"""The migrations make the tables that the program knows, completely or not at all."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.storage.revision import create, migrate, stored_revision
from bot.storage.sqlite import SqliteStore, connect
from bot.storage.tables import HEAD
from bot.testing.store_contract.examples import BUDI, NOON
from conversation.ports import Journaled
from conversation.state import Conversation, DialogueState


def schema(connection: Connection) -> dict[str, list[str]]:
    """Each table and index with the lines that define it, in no particular order."""
    made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL"))
    parts = {row.name: re.split(r",\s|\(\n", " ".join(row.sql.replace('"', "").split())) for row in made}
    return {name: sorted(part.strip(" )") for part in lines) for name, lines in parts.items()}


def test_the_migrations_make_the_tables_of_the_program(tmp_path: Path) -> None:
    with connect(tmp_path / "migrated.db", "rwc", begin="BEGIN IMMEDIATE").begin() as connection:
        migrate(connection)
        migrated = schema(connection)
    with connect(tmp_path / "declared.db", "rwc").begin() as connection:
        create(connection)
        declared = schema(connection)
        assert stored_revision(connection) == HEAD
    assert migrated.keys() == declared.keys()
    del migrated["alembic_version"], declared["alembic_version"]
    assert migrated == declared


def test_the_head_that_the_program_expects_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", "bot.storage:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = connect(tmp_path / "twice.db", "rwc", begin="BEGIN IMMEDIATE")
    for _ in range(2):
        with engine.begin() as connection:
            migrate(connection)
            assert stored_revision(connection) == HEAD


async def test_a_database_of_the_first_revision_is_upgraded_in_place_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = connect(path, "rwc", begin="BEGIN IMMEDIATE")
    with old.begin() as connection:
        migrate(connection, "0001")
        assert stored_revision(connection) == "0001"
        connection.exec_driver_sql(
            "INSERT INTO conversations (id, channel, address, name, username, language, owner, dialogue, reachable,"
            " version) VALUES ('telegram:5512345', 'telegram', '5512345', 'Budi', 'budi_s', 'id', 'bot',"
            ' \'{"failures":1,"told":{"salam":3}}\', 1, 4)'
        )
    lines: list[str] = []
    store = await SqliteStore.open(f"sqlite:///{path}", on_migration=lines.append)
    conversation = (await store.load(BUDI)).conversation
    assert conversation == Conversation(contact=BUDI, dialogue=DialogueState(failures=1, told={"salam": 3}), version=4)
    assert await store.begin_action("a", "kirim", BUDI.conversation_id, NOON) == (Journaled.BEGUN, "")
    assert await store.next_reminder() is None
    await store.close()
    assert lines == [f"{path}: upgrading from revision 0001"]


def test_a_migration_that_is_cut_short_leaves_nothing_behind(tmp_path: Path) -> None:
    engine = connect(tmp_path / "cut.db", "rwc", begin="BEGIN IMMEDIATE")

    def cut_short() -> None:
        with engine.begin() as connection:
            migrate(connection)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    with engine.connect() as connection:
        assert stored_revision(connection) is None


def test_opening_a_database_that_is_new_or_up_to_date_does_not_import_alembic(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from bot.storage.sqlite import SqliteStore\n"
        "async def main():\n"
        "    await (await SqliteStore.open(sys.argv[1])).close()\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)\n"
    )
    url = f"sqlite:///{tmp_path}/tanggap.db"
    answers = [subprocess.check_output([sys.executable, "-c", code, url], text=True) for _ in range(2)]
    assert answers == ["False\n", "False\n"]
