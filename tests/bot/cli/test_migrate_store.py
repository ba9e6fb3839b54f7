"""`tanggap migrate-store`, as people run it: everything arrives, and nothing where it should not."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore
from bot.storage.tables import metadata
from bot.testing.store_contract.examples import (
    BUDI,
    NOON,
    answered,
    at,
    commit,
    contact,
    deliver,
    said,
    ticket,
    turn,
    update,
)
from conversation.actions import Reminder
from conversation.messages import Edit
from conversation.ports import Change, HistoryRow, Store
from conversation.state import Episode, EpisodeId
from tests.command_line import Command, Ended, process
from tests.postgres import PostgresServer

FILLED = {
    "actions",
    "chat_moves",
    "conversations",
    "episodes",
    "inbox",
    "message_edits",
    "messages",
    "outbox",
    "reminders",
    "tickets",
    "turns",
}
"""The tables that a service writes on its own."""

T = TypeVar("T")


def with_store(url: str, use: Callable[[Store], Awaitable[T]]) -> T:
    """Use the store of a URL as a service does."""

    async def run() -> T:
        store = await (PostgresStore if url.startswith("postgres") else SqliteStore).open(url, alone=True)
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def fill(store: Store) -> None:
    """Something in every one of `FILLED`."""
    await store.accept([update(str(number)) for number in range(1_500)])
    episode = Episode(id=EpisodeId(1), conversation_id=BUDI.conversation_id, opened_at=NOON)
    committed = await store.commit(
        Change(
            conversation=(await store.load(BUDI)).conversation,
            entries=(said("hlo \x00 \x1b 🙏", external_id="7"), answered("Hai, Kak.")),
            edits=(Edit(external_id="7", text="halo 🙏", at=at(1)),),
            episode=episode,
            turn=turn("salam", record={"ranking": [["salam", 0.9]]}),
            ticket=ticket(1),
            reminders=(Reminder(name="a", due=at(5), intent="x"), Reminder(name="b", due=at(9), intent="y")),
        )
    )
    await deliver(store, committed.outbox[0], "31")
    await store.drop_reminders([due.id for due in await store.due_reminders(at(99))][1:])
    await store.move_chat("telegram", "-1", "-2")
    await store.begin_action("1", "bayar", BUDI.conversation_id, NOON)
    await store.begin_action("2", "bayar", BUDI.conversation_id, NOON)
    await store.end_action("2", "lunas", at(1))
    for number in range(40):
        await commit(store, customer=contact(number), entries=(said("hai"),))


async def everything(store: Store) -> list[object]:
    """What people can see of a store."""
    ids = [BUDI.conversation_id, *(contact(number).conversation_id for number in range(40))]
    return [
        await store.pending_updates(limit=10_000),
        await store.pending_deliveries(),
        [await store.load_by_id(id) for id in ids],
        [await store.history(id) for id in ids],
        [await store.turns(id) for id in ids],
        [await store.episodes(id) for id in ids],
        await store.tickets(),
        await store.due_reminders(at(99)),
        await store.moved_chats("telegram"),
        await store.begin_action("1", "bayar", BUDI.conversation_id, NOON),
        await store.begin_action("2", "bayar", BUDI.conversation_id, NOON),
        await store.counts(),
    ]


@pytest.fixture
def full(tmp_path: Path) -> str:
    """The URL of a SQLite database with something in every table."""
    url = f"sqlite:///{tmp_path / 'penuh.db'}"
    with_store(url, fill)
    return url


@pytest.fixture
def empty(postgres: PostgresServer) -> str:
    """The URL of a PostgreSQL database without tables."""
    return postgres.url(postgres.new_database())


def test_everything_goes_to_postgres_and_back(tmp_path: Path, full: str, empty: str) -> None:
    there = process("migrate-store", full, empty, cwd=tmp_path)
    assert there.code == 0, there.err
    assert "the two databases are the same" in there.out
    back = f"sqlite:///{tmp_path / 'kembali.db'}"
    returned = process("migrate-store", "--json", empty, back, cwd=tmp_path)
    assert returned.code == 0, returned.err
    tables = {table["name"]: table["rows"] for table in json.loads(returned.out)}
    assert tables.keys() == metadata.tables.keys()
    assert {name for name, rows in tables.items() if rows} >= FILLED
    expected = with_store(full, everything)
    assert with_store(empty, everything) == expected
    assert with_store(back, everything) == expected


def test_numbers_go_on_where_they_were_and_none_is_given_twice(tanggap: Command, tmp_path: Path, full: str) -> None:
    copied = f"sqlite:///{tmp_path / 'salinan.db'}"
    assert tanggap("migrate-store", full, copied, cwd=tmp_path).code == 0

    async def next_numbers(store: Store) -> tuple[object, ...]:
        conversation = (await store.load(BUDI)).conversation
        change = Change(
            conversation=conversation,
            entries=(answered("lagi"),),
            reminders=(Reminder(name="c", due=at(1), intent="z"),),
        )
        (item,) = (await store.commit(change)).outbox
        (accepted,) = await store.accept([update("baru")])
        (reminder,) = await store.due_reminders(at(1))
        return item.id, item.message_id, accepted.id, reminder.id

    expected = with_store(full, next_numbers)
    assert with_store(copied, next_numbers) == expected
    assert expected[-1] == 3


def test_numbers_go_on_on_postgres_too(tanggap: Command, tmp_path: Path, full: str, empty: str) -> None:
    assert tanggap("migrate-store", full, empty, cwd=tmp_path).code == 0

    async def go_on(store: Store) -> tuple[object, ...]:
        (item,) = await store.accept([update("baru")])
        conversation = (await store.load(BUDI)).conversation
        set_again = Reminder(name="c", due=at(1), intent="z")
        committed = await store.commit(
            Change(conversation=conversation, entries=(answered("lagi"),), reminders=(set_again,))
        )
        rows: list[HistoryRow] = await store.history(BUDI.conversation_id)
        (reminder,) = await store.due_reminders(at(1))
        return item.id, committed.outbox[0].id, rows[-1].message.text, reminder.id

    assert with_store(empty, go_on) == (1_501, 2, "lagi", 3)


def test_a_target_that_is_not_empty_is_left_alone(tanggap: Command, tmp_path: Path, full: str) -> None:
    target = f"sqlite:///{tmp_path / 'isi.db'}"
    with_store(target, lambda store: store.accept([update("punya orang")]))
    tanggap("migrate-store", full, target, cwd=tmp_path).failed("isi.db", "not empty", "inbox")
    (item,) = with_store(target, lambda store: store.pending_updates())
    assert item.update.key == "punya orang"


def test_a_target_whose_tables_are_empty_will_do(
    tanggap: Command, tmp_path: Path, full: str, postgres_url: str
) -> None:
    assert tanggap("migrate-store", full, postgres_url, cwd=tmp_path).code == 0


@pytest.mark.parametrize("held", ["source", "target"])
def test_what_a_service_holds_is_neither_read_nor_written(
    tanggap: Command, tmp_path: Path, full: str, postgres_url: str, held: str
) -> None:
    def run_beside(url: str) -> Ended:
        async def use(store: Store) -> Ended:
            return await asyncio.to_thread(process, "migrate-store", full, postgres_url, cwd=tmp_path)

        return with_store(url, use)

    run_beside(full if held == "source" else postgres_url).failed("another tanggap process")


def test_a_source_of_another_revision_is_refused(tanggap: Command, tmp_path: Path, full: str, empty: str) -> None:
    database = sqlite3.connect(tmp_path / "penuh.db")
    database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.commit()
    database.close()
    tanggap("migrate-store", full, empty, cwd=tmp_path).failed("penuh.db", "revision 0001")


def test_a_target_of_another_revision_is_refused(
    tanggap: Command, tmp_path: Path, full: str, postgres: PostgresServer, empty: str
) -> None:
    with_store(empty, lambda store: store.counts())
    database = empty.rpartition("/test_")[2].partition("?")[0]
    postgres.sql("UPDATE alembic_version SET version_num = '0001'", f"test_{database}")
    tanggap("migrate-store", full, empty, cwd=tmp_path).failed("revision 0001")


def test_a_copy_that_fails_leaves_nothing_behind(
    tanggap: Command, tmp_path: Path, full: str, postgres: PostgresServer, empty: str
) -> None:
    database = sqlite3.connect(tmp_path / "penuh.db")
    database.execute("UPDATE outbox SET conversation_id = 'telegram:hantu'")
    database.commit()
    database.close()
    tanggap("migrate-store", full, empty, cwd=tmp_path).failed("outbox")
    name = "test_" + empty.rpartition("/test_")[2].partition("?")[0]
    assert postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", name) == "0"
    target = tmp_path / "baru.db"
    tanggap("migrate-store", full, f"sqlite:///{target}", cwd=tmp_path).failed("baru.db")
    assert not list(tmp_path.glob("baru.db*")) or [path.suffix for path in tmp_path.glob("baru.db*")] == [".lock"]


def test_a_source_that_is_not_there_is_not_made(tanggap: Command, tmp_path: Path, empty: str) -> None:
    tanggap("migrate-store", "sqlite:///tidak_ada.db", empty, cwd=tmp_path).failed("tidak_ada.db")
    assert not (tmp_path / "tidak_ada.db").exists()
    tanggap("migrate-store", empty, "sqlite:///baru.db", cwd=tmp_path).failed("there is no database yet")


def test_a_database_is_not_copied_onto_itself(tanggap: Command, tmp_path: Path, full: str) -> None:
    beside = f"sqlite:///{tmp_path / 'x' / '..' / 'penuh.db'}"
    tanggap("migrate-store", full, beside, cwd=tmp_path).failed("onto itself")


def test_a_password_in_a_url_is_not_shown(tanggap: Command, tmp_path: Path, full: str, postgres_url: str) -> None:
    ended = tanggap("migrate-store", full, postgres_url.replace("postgres@", "postgres:rahasia@"), cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert "rahasia" not in ended.out + ended.err
    assert "postgres:***@" in ended.out
