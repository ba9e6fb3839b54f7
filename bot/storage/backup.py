"""Backups of a SQLite database: taken while the service runs, proved before they are called one, and restored.

A backup is one file: a copy of the database at one moment, with a manifest in a table of its own, of how many rows
each table has and of their hashes. It knows nothing of what the rows mean, but for deliveries under way.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.storage.revision import stored_revision
from bot.storage.sqlite import BUSY_TIMEOUT_SECONDS, connect, database_path, hold, storage_error
from bot.storage.tables import UNSENT
from conversation.effects import REPEATABLE, OutboxStatus
from conversation.errors import StorageError

MANIFEST = "backup_manifest"
"""The table that a backup has beside those of the database."""

PAGES = 2_048
"""Pages copied at a time; after each the progress is told."""

RESTORED = "this was on its way when the backup was made, and may have been sent since"
"""The error of deliveries that a restored database is not sure of."""

_SUFFIX = ".partial"

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class TableFigure:
    """How many rows a table has, and the SHA-256 of them in the order of their keys."""

    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a backup says of itself: when it was begun, of which revision, and what its tables hold."""

    made_at: datetime
    revision: str
    tables: Mapping[str, TableFigure]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(figure.rows for figure in self.tables.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What a restore did: from which backup, where the database that was there before is now, if there was one, and
    how many deliveries became `unknown`."""

    manifest: Manifest
    database: Path
    kept: Path | None
    unknown: int


def back_up(url: str, target: Path, progress: Progress = lambda step, done: None) -> Manifest:
    """Copy the database of a URL to a file, and prove that the copy is whole. The service may go on writing.

    The copy is of the moment of the call: one read transaction holds it still, while the write-ahead log grows by
    what is written meanwhile. `progress` is given a step and the share of it that is done (0–1).

    Raises:
        StorageError: there is no such database, the target exists or cannot be written, or the copy is not whole; no
            target is left then.
    """
    source = _sqlite(url)
    if not source.exists():
        raise StorageError(f"{source}: there is no database yet", remedy="Check storage.url, and --config.")
    if target.exists():
        raise StorageError(f"{target} exists already", remedy="Name a new file; a backup never replaces another.")
    partial = target.with_name(target.name + _SUFFIX)
    made_at = datetime.now(UTC)
    with _in_our_words(target):
        _private(partial)
        try:
            counts = _copy(source, partial, progress)
            manifest = Manifest(made_at=made_at, revision=_revision(partial), tables=_figures(partial, progress))
            _check_integrity(partial)
            short = {name: count for name, count in counts.items() if manifest.tables[name].rows != count}
            if short:
                raise StorageError(f"the copy differs from the database in {', '.join(sorted(short))}")
            _write_manifest(partial, manifest)
            _made_durable(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    return manifest


def verify(backup: Path, progress: Progress = lambda step, done: None) -> Manifest:
    """Look at every page and every row of a backup.

    Raises:
        StorageError: it is no backup of ours, or not what it was when it was made.
    """
    if not backup.is_file():
        raise StorageError(f"{backup}: there is no such file", remedy="Name a file that `tanggap backup` made.")
    with _in_our_words(backup):
        manifest = _read_manifest(backup)
        _revision(backup)
        _check_integrity(backup)
        found = _figures(backup, progress)
        for name, figure in manifest.tables.items():
            if found.get(name) != figure:
                raise StorageError(
                    f"{backup} is damaged: table {name} is not what it was", remedy="Use another backup."
                )
    return manifest


def restore(backup: Path, url: str, *, force: bool = False, progress: Progress = lambda step, done: None) -> Restored:
    """Put a verified backup in the place of the database of a URL, which nobody may have open.

    What was on its way when the backup was made may have been sent since: it becomes `unknown` and is not sent again,
    but for what nobody would notice.

    Raises:
        StorageError: the backup is not whole, a service holds the database, or there is something in it and `force`
            is not given. Nothing was changed then.
    """
    database = _sqlite(url)
    manifest = verify(backup, progress)
    lock = hold(database)
    try:
        return _restore(backup, database, manifest, force, progress)
    finally:
        lock.release()


def _restore(backup: Path, database: Path, manifest: Manifest, force: bool, progress: Progress) -> Restored:
    if database.exists() and not force and _holds_something(database):
        raise StorageError(
            f"{database} holds conversations",
            remedy="Point storage.url at a new file, or restore with --force: the old database is kept aside.",
        )
    partial = database.with_name(database.name + _SUFFIX)
    with _in_our_words(database):
        _private(partial)
        try:
            _copy(backup, partial, progress)
            unknown = _settle(partial)
            kept = _put_aside(database)
            _made_durable(partial, database)
        finally:
            partial.unlink(missing_ok=True)
    return Restored(manifest=manifest, database=database, kept=kept, unknown=unknown)


def _sqlite(url: str) -> Path:
    """The file of a URL. For PostgreSQL, how its own tools make a backup."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return database_path(url)
    if parsed.get_backend_name() == "postgresql":
        place = (parsed.host, parsed.port, parsed.database)
        plain = URL.create("postgresql", parsed.username, None, *place).render_as_string()
        raise StorageError(
            "PostgreSQL makes and restores its backups itself",
            remedy=f'`pg_dump --format=custom --file=FILE "{plain}"` makes one while the service runs; '
            f'`pg_restore --clean --if-exists --dbname="{plain}" FILE` restores it while no service does. What was on '
            "its way then is sent again, unless it is called unknown first: see Backups in docs/operations.md.",
        )
    return database_path(url)


@contextmanager
def _in_our_words(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        raise storage_error(error, path) from error


def _private(path: Path) -> None:
    """An empty file that only we may read: it is about to hold what customers wrote."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))


def _open(path: Path, mode: str = "ro") -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)


def _copy(source: Path, target: Path, progress: Progress) -> dict[str, int]:
    """Copy all pages as they are at one moment; returns how many rows each table has then."""
    with closing(_open(source)) as reading, closing(_open(target, "rw")) as writing:
        # A transaction of our own: without it every write of the service would make the copy begin anew.
        reading.execute("BEGIN")
        counts = {name: reading.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in _tables(reading)}
        reading.backup(
            writing,
            pages=PAGES,
            sleep=0,
            progress=lambda status, left, total: progress("copying", 1 - left / total if total else 1.0),
        )
        reading.execute("COMMIT")
        writing.execute("PRAGMA journal_mode = DELETE")  # One file, with no log beside it.
        writing.execute(f"DROP TABLE IF EXISTS {MANIFEST}")
    return counts


def _tables(connection: sqlite3.Connection) -> list[str]:
    """The tables with rows of their own: without those that an index of words is made of."""
    listed = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    found = connection.execute(listed).fetchall()
    virtual = tuple(name for name, sql in found if sql.upper().startswith("CREATE VIRTUAL"))
    parts = tuple(f"{name}_" for name in virtual)
    return [name for name, _ in found if name not in (*virtual, MANIFEST) and not name.startswith(parts)]


def _figures(path: Path, progress: Progress) -> dict[str, TableFigure]:
    with closing(_open(path)) as connection:
        names = _tables(connection)
        figures = {}
        for done, name in enumerate(names):
            progress("verifying", done / len(names))
            digest, rows = hashlib.sha256(), 0
            for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY {_keys(connection, name)}'):
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
                rows += 1
            figures[name] = TableFigure(rows=rows, sha256=digest.hexdigest())
        progress("verifying", 1.0)
        return figures


def _keys(connection: sqlite3.Connection, table: str) -> str:
    """The columns of a table's key, in its order."""
    columns = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return ", ".join(f'"{name}"' for (name,) in columns) or "rowid"


def _check_integrity(path: Path) -> None:
    with closing(_open(path)) as connection:
        problems = [problem for (problem,) in connection.execute("PRAGMA integrity_check(5)")]
        if problems != ["ok"]:
            raise StorageError(f"{path} is damaged: {problems[0]}", remedy="Use another backup.")
        if orphan := connection.execute("PRAGMA foreign_key_check").fetchone():
            raise StorageError(f"{path} is damaged: a row of {orphan[0]} belongs to nothing")


def _revision(path: Path) -> str:
    with connect(path, "ro").connect() as connection:
        return stored_revision(connection) or ""


def _write_manifest(path: Path, manifest: Manifest) -> None:
    tables = {name: asdict(figure) for name, figure in manifest.tables.items()}
    text = json.dumps({"made_at": manifest.made_at.isoformat(), "revision": manifest.revision, "tables": tables})
    with closing(_open(path, "rw")) as connection:
        connection.execute(f"CREATE TABLE {MANIFEST} (manifest TEXT NOT NULL)")
        connection.execute(f"INSERT INTO {MANIFEST} VALUES (?)", (text,))


def _read_manifest(path: Path) -> Manifest:
    with closing(_open(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (MANIFEST,)).fetchone():
            raise StorageError(f"{path} is no backup: it has no manifest", remedy="`tanggap backup` makes one.")
        found = json.loads(connection.execute(f"SELECT manifest FROM {MANIFEST}").fetchone()[0])
    tables = {name: TableFigure(**figure) for name, figure in found["tables"].items()}
    return Manifest(made_at=datetime.fromisoformat(found["made_at"]), revision=found["revision"], tables=tables)


def _made_durable(partial: Path, target: Path) -> None:
    """Give a finished file its name, so that no loss of power leaves half of it there."""
    _sync(partial)
    partial.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _holds_something(database: Path) -> bool:
    with _in_our_words(database), closing(_open(database)) as connection:
        names = {"inbox", "conversations", "agents"} & set(_tables(connection))
        return any(connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() for name in names)


def _settle(database: Path) -> int:
    """Call `unknown` what may have been sent since the backup; returns how many deliveries that are."""
    kinds = ", ".join("?" * len(REPEATABLE))
    under_way = (OutboxStatus.PENDING.value, OutboxStatus.SENDING.value)
    with closing(_open(database, "rw")) as connection:
        changed = connection.execute(
            f"UPDATE outbox SET status = ?, error = ? WHERE {UNSENT} AND status IN (?, ?) AND kind NOT IN ({kinds})",
            (OutboxStatus.UNKNOWN.value, RESTORED, *under_way, *sorted(REPEATABLE)),
        )
        return changed.rowcount


def _put_aside(database: Path) -> Path | None:
    """Move a database out of the way, with the log that may lie beside it; returns where to."""
    if not database.exists():
        return None
    kept = database.with_name(f"{database.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    for suffix in ("-wal", ""):
        beside = database.with_name(database.name + suffix)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + suffix))
    database.with_name(database.name + "-shm").unlink(missing_ok=True)
    return kept
