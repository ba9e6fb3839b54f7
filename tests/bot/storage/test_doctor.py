"""What the doctor finds in a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage import check
from bot.storage.doctor import check_version
from bot.storage.sqlite import SqliteStore
from bot.storage.tables import HEAD
from bot.testing.store_contract.examples import commit, said


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def contents(path: Path) -> bytes:
    return path.read_bytes()


def damage(path: Path) -> bytes:
    """Overwrite two pages in the middle of a file; returns what it holds now."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 8192] = b"\xa5" * 8192
    path.write_bytes(content)
    return bytes(content)


async def make(path: Path) -> None:
    store = await SqliteStore.open(f"sqlite:///{path}")
    await commit(store, entries=tuple(said(f"pesan {number} " * 50) for number in range(300)))
    await store.close()


async def test_a_sound_database_is_found_whole(tmp_path: Path) -> None:
    await make(tmp_path / "tanggap.db")
    findings = await check(f"sqlite:///{tmp_path}/tanggap.db")
    assert {finding.level for finding in findings} == {"ok"}
    assert f"revision {HEAD}" in findings[-1].message
    assert "MiB" in findings[1].message


async def test_a_running_service_can_be_looked_at(tmp_path: Path) -> None:
    store = await SqliteStore.open(f"sqlite:///{tmp_path}/tanggap.db")
    await commit(store)
    findings = await check(f"sqlite:///{tmp_path}/tanggap.db")
    await store.close()
    assert {finding.level for finding in findings} == {"ok"}
    assert "write-ahead log" in findings[1].message


async def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    path = tmp_path / "tanggap.db"
    await make(path)
    content = damage(path)
    finding = (await check(f"sqlite:///{path}"))[-1]
    assert finding.level == "error"
    assert "backup" in finding.remedy
    assert contents(path) == content


async def test_a_database_that_does_not_exist_is_not_created(tmp_path: Path) -> None:
    findings = await check(f"sqlite:///{tmp_path}/tanggap.db")
    assert {finding.level for finding in findings} == {"ok"}
    assert "does not exist yet" in findings[-1].message
    assert files(tmp_path) == []


async def test_a_url_that_cannot_be_used_is_a_finding() -> None:
    finding = (await check("mysql://localhost/x"))[-1]
    assert finding.level == "error"
    assert "mysql" in finding.message


@pytest.mark.parametrize(
    ("version", "level", "words"),
    [
        ((3, 34, 1), "error", "too old"),
        ((3, 40, 1), "ok", "WAL-reset"),
        ((3, 44, 5), "ok", "WAL-reset"),
        ((3, 44, 6), "ok", "SQLite 3.44.6"),
        ((3, 45, 0), "ok", "WAL-reset"),
        ((3, 50, 7), "ok", "SQLite 3.50.7"),
        ((3, 51, 2), "ok", "WAL-reset"),
        ((3, 51, 3), "ok", "SQLite 3.51.3"),
    ],
)
def test_versions_with_the_wal_reset_bug_are_named(version: tuple[int, int, int], level: str, words: str) -> None:
    finding = check_version(version)
    assert finding.level == level
    assert words in finding.message
    assert ("WAL-reset" in finding.message) == (words == "WAL-reset")
