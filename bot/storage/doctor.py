"""What `tanggap doctor` asks of the database: is it whole, is it ours, may this SQLite be trusted with it.

Looks only; creates and changes nothing.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.storage.plugin import Finding
from bot.storage.revision import stored_revision
from bot.storage.sqlite import connect, database_path, storage_error
from bot.storage.tables import HEAD
from conversation.errors import StorageError

MIB = 1024 * 1024
_OLDEST_USABLE = (3, 35, 0)
"""The first SQLite that knows RETURNING."""

_WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
_WAL_RESET_MENDED = ((3, 44, 6), (3, 50, 7))


def check(url: str) -> list[Finding]:
    """Look at the database of a URL. Reads the whole file; several seconds for a large one."""
    findings = [check_version(sqlite3.sqlite_version_info)]
    try:
        path = database_path(url)
        if not path.exists():
            return [
                *findings,
                Finding(level="ok", message=f"{path} does not exist yet; the first start makes it"),
            ]
        return [*findings, _size(path), *_inside(path)]
    except StorageError as error:
        return [*findings, Finding(level="error", message=str(error), remedy=error.remedy)]


def check_version(version: tuple[int, int, int]) -> Finding:
    """Whether this SQLite can be used, and whether it has the WAL-reset bug, which two writers can run into."""
    name = "SQLite " + ".".join(map(str, version))
    if version < _OLDEST_USABLE:
        return Finding(
            level="error", message=f"{name} is too old", remedy="Use a Python built with SQLite 3.35 or newer."
        )
    oldest, newest = _WAL_RESET_BUG
    mended = any(version[:2] == mend[:2] and version >= mend for mend in _WAL_RESET_MENDED)
    if oldest <= version <= newest and not mended:
        return Finding(
            level="ok",
            message=f"{name} has the WAL-reset bug; harmless here, as a single connection writes and checkpoints",
            remedy="Do not write to the database with another program while the service runs.",
        )
    return Finding(level="ok", message=name)


def _size(path: Path) -> Finding:
    log = path.with_name(path.name + "-wal")
    sizes = f"{path.stat().st_size / MIB:.1f} MiB"
    if log.exists():
        sizes += f", write-ahead log {log.stat().st_size / MIB:.1f} MiB"
    return Finding(level="ok", message=f"{path}: {sizes}")


def _inside(path: Path) -> list[Finding]:
    try:
        with connect(path, "ro").connect() as connection:
            stored = stored_revision(connection)
            problems = connection.exec_driver_sql("PRAGMA quick_check(10)").scalars().all()
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise storage_error(error, path) from error
    if problems != ["ok"]:
        remedy = "Stop the service, keep a copy of the file, and restore the latest backup."
        return [Finding(level="error", message=f"{path} is damaged: {problems[0]}", remedy=remedy)]
    if stored == HEAD:
        return [Finding(level="ok", message=f"whole, at revision {stored}")]
    return [Finding(level="ok", message=f"whole, at revision {stored}; brought to {HEAD} at the next start")]
