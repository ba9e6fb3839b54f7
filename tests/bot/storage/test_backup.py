"""Backups of a database, and what happens to damaged ones."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage import open_store
from bot.storage.backup import MANIFEST, RESTORED, back_up, restore, verify
from bot.storage.sqlite import SqliteStore
from bot.testing.scripted_channel import BUDI
from conversation.effects import Address, AnswerPress, Delivery, Entry, SendText
from conversation.errors import StorageError
from conversation.messages import Author, Message
from conversation.ports import Change, Store, Update
from conversation.state import Conversation

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TO_BUDI = Address(channel=BUDI.channel, chat=BUDI.address)
Made = Callable[[str], Awaitable[Store]]


async def fill(store: Store, number: int = 1) -> None:
    """An update, its turn, and two deliveries on their way."""
    update = Update(channel=BUDI.channel, key=str(number), lane="telegram:1", payload="{}", received_at=NOW)
    (item,) = await store.accept([update])
    snapshot = await store.load(BUDI, recent=0)
    words = Delivery(address=TO_BUDI, effect=SendText(text="Buka jam 9"))
    toast = Delivery(address=TO_BUDI, effect=AnswerPress(press_id=str(number)))
    entry = Entry(message=Message(author=Author.BOT, text="Buka jam 9", at=NOW), deliveries=(words,))
    change = Change(conversation=snapshot.conversation, entries=(entry,), deliveries=(toast,), done=(item.id,))
    await store.commit(change)


def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with one conversation, closed."""
    path = tmp_path / "tanggap.sqlite3"

    async def make() -> None:
        store = await open_store(url(path))
        await fill(store)
        await store.close()

    asyncio.run(make())
    return path


def text(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_a_backup_is_restored_as_it_was(database: Path, tmp_path: Path) -> None:
    manifest = back_up(url(database), tmp_path / "copy")
    assert manifest.tables["messages"].rows == manifest.tables["conversations"].rows == 1
    done = restore(tmp_path / "copy", url(tmp_path / "new" / "t.sqlite3"))
    assert done.manifest == manifest
    assert (done.kept, done.unknown) == (None, 1)
    assert text(done.database, "SELECT text FROM messages") == [("Buka jam 9",)]
    assert text(done.database, f"SELECT name FROM sqlite_master WHERE name = '{MANIFEST}'") == []


def test_what_was_on_its_way_is_not_sent_again_but_for_what_nobody_would_notice(database: Path, tmp_path: Path) -> None:
    back_up(url(database), tmp_path / "copy")
    done = restore(tmp_path / "copy", url(tmp_path / "new.sqlite3"))
    assert text(done.database, "SELECT kind, status, error FROM outbox ORDER BY id") == [
        ("send_text", "unknown", RESTORED),
        ("answer_press", "pending", ""),
    ]


async def test_a_backup_is_taken_while_the_store_is_written(tmp_path: Path) -> None:
    path = tmp_path / "tanggap.sqlite3"
    store = await SqliteStore.open(url(path), alone=True)
    for number in range(5):
        await fill(store, number)
    writing = asyncio.create_task(_keep_writing(store))
    manifest = await asyncio.to_thread(back_up, url(path), tmp_path / "copy")
    writing.cancel()
    assert manifest.tables["messages"].rows >= 5
    assert verify(tmp_path / "copy") == manifest
    await store.close()


async def _keep_writing(store: Store) -> None:
    for number in range(5, 10_000):
        await fill(store, number)


def test_only_its_owner_may_read_a_backup(database: Path, tmp_path: Path) -> None:
    back_up(url(database), tmp_path / "copy")
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    done = restore(tmp_path / "copy", url(tmp_path / "new.sqlite3"))
    assert stat.S_IMODE(done.database.stat().st_mode) == 0o600


def test_a_backup_is_a_single_file(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(url(database), folder / "copy")
    verify(folder / "copy")
    assert [path.name for path in folder.iterdir()] == ["copy"]


def test_a_backup_replaces_no_file(database: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(StorageError, match="exists already"):
        back_up(url(database), tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


def test_there_must_be_something_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no database yet"):
        back_up(url(tmp_path / "none.sqlite3"), tmp_path / "copy")
    assert not (tmp_path / "none.sqlite3").exists()


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(database: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        back_up(url(database), tmp_path / "no such folder" / "copy")
    assert {path.name for path in tmp_path.iterdir()} <= {"tanggap.sqlite3", "tanggap.sqlite3.lock"}


@pytest.mark.parametrize("change", ["UPDATE messages SET text = 'x'", "DELETE FROM turns; DELETE FROM outbox"])
def test_a_backup_that_was_changed_is_not_restored(database: Path, tmp_path: Path, change: str) -> None:
    back_up(url(database), tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as connection:
        connection.executescript(change)
    with pytest.raises(StorageError, match="is not what it was"):
        restore(tmp_path / "copy", url(tmp_path / "new.sqlite3"))
    assert not (tmp_path / "new.sqlite3").exists()


def test_a_backup_with_a_broken_page_is_not_restored(database: Path, tmp_path: Path) -> None:
    back_up(url(database), tmp_path / "copy")
    data = bytearray((tmp_path / "copy").read_bytes())
    for page in range(4096, len(data), 4096):
        data[page + 8 : page + 64] = b"\xff" * 56
    (tmp_path / "copy").write_bytes(bytes(data))
    with pytest.raises(StorageError):
        restore(tmp_path / "copy", url(tmp_path / "new.sqlite3"))
    assert not (tmp_path / "new.sqlite3").exists()


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be looked at" * 20])
def test_what_is_no_backup_is_not_restored(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "copy").write_bytes(content)
    with pytest.raises(StorageError):
        restore(tmp_path / "copy", url(tmp_path / "new.sqlite3"))


def test_a_database_itself_is_no_backup(database: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no manifest"):
        restore(database, url(tmp_path / "new.sqlite3"))


def test_a_database_with_something_in_it_is_replaced_only_by_force_and_kept(database: Path, tmp_path: Path) -> None:
    back_up(url(database), tmp_path / "copy")
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("UPDATE messages SET text = 'later'")
    with pytest.raises(StorageError, match="holds conversations") as refused:
        restore(tmp_path / "copy", url(database))
    assert "--force" in refused.value.remedy
    assert text(database, "SELECT text FROM messages") == [("later",)]
    done = restore(tmp_path / "copy", url(database), force=True)
    assert done.kept is not None
    assert text(done.kept, "SELECT text FROM messages") == [("later",)]
    assert text(database, "SELECT text FROM messages") == [("Buka jam 9",)]


async def test_an_empty_database_is_replaced_without_force(database: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.sqlite3"
    await (await open_store(url(empty))).close()
    await asyncio.to_thread(back_up, url(database), tmp_path / "copy")
    await asyncio.to_thread(restore, tmp_path / "copy", url(empty))
    assert text(empty, "SELECT text FROM messages") == [("Buka jam 9",)]


async def test_a_database_that_a_service_holds_is_not_replaced_even_by_force(database: Path, tmp_path: Path) -> None:
    await asyncio.to_thread(back_up, url(database), tmp_path / "copy")
    store = await SqliteStore.open(url(database), alone=True)
    with pytest.raises(StorageError, match="another tanggap process"):
        await asyncio.to_thread(lambda: restore(tmp_path / "copy", url(database), force=True))
    await store.close()


def test_postgresql_is_told_to_use_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as refused:
        back_up("postgresql+asyncpg://bot:secret@db/tanggap", tmp_path / "copy")
    assert 'pg_dump --format=custom --file=FILE "postgresql://bot@db/tanggap"' in refused.value.remedy
    assert "secret" not in refused.value.remedy
    with pytest.raises(StorageError, match="itself"):
        restore(tmp_path / "copy", "postgresql://db/tanggap")


def test_progress_is_told(database: Path, tmp_path: Path) -> None:
    steps: list[tuple[str, float]] = []
    back_up(url(database), tmp_path / "copy", lambda step, done: steps.append((step, done)))
    assert {step for step, _ in steps} == {"copying", "verifying"}
    assert steps[-1] == ("verifying", 1.0)
    assert all(0 <= done <= 1 for _, done in steps)


async def test_a_restored_store_goes_on(database: Path, tmp_path: Path) -> None:
    await asyncio.to_thread(back_up, url(database), tmp_path / "copy")
    await asyncio.to_thread(restore, tmp_path / "copy", url(tmp_path / "new.sqlite3"))
    store = await open_store(url(tmp_path / "new.sqlite3"))
    assert (await store.load(BUDI)).conversation == Conversation(contact=BUDI, version=1)
    await fill(store, 2)
    assert len(await store.history(BUDI.conversation_id)) == 2
    await store.close()
