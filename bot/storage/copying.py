"""Moves everything from one database to another, of whatever kinds, and proves that it arrived.

The target gets it all in one transaction, or nothing. The proof is a number of rows and a hash for each table, of the
values as this program reads them there. Nobody may use either database meanwhile: both are locked as by a service.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from bot.storage.copying_sides import Side, open_side, place_named
from bot.storage.plugin import nothing_there
from bot.storage.revision import create, stored_revision
from bot.storage.tables import HEAD, metadata
from conversation.errors import StorageError

BATCH = 1_000
"""Rows that are read and written at a time, unless they are large ones and their table says fewer; what this needs of
memory does not grow with the database."""

_HASH_SPACE = 2**256

Rows = Sequence[Sequence[Any]]
Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class CopiedTable:
    """A table as it is in both databases now. `sha256` is the sum of its rows' hashes: their order does not matter."""

    name: str
    rows: int
    sha256: str


class _Tally:
    """Counts rows and adds up their hashes."""

    def __init__(self) -> None:
        self.rows, self._sum = 0, 0

    def add(self, rows: Rows) -> None:
        """Take in some more rows."""
        self.rows += len(rows)
        for row in rows:
            self._sum += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest(), "big")

    def of(self, table: Table) -> CopiedTable:
        """What was taken in, of which table."""
        return CopiedTable(name=table.name, rows=self.rows, sha256=f"{self._sum % _HASH_SPACE:064x}")


async def copy_store(source_url: str, target_url: str, progress: Progress) -> list[CopiedTable]:
    """Copy every table of one database to another, which must be empty, and compare the two.

    Args:
        progress: told the name of a step, and which share of all is done.

    Raises:
        StorageError: a database cannot be used, is in use, or is of another revision; the target is not empty; or
            what arrived differs from what was sent. The target is as it was before.
    """
    if place_named(source_url) == place_named(target_url):
        raise StorageError(
            f"{place_named(source_url)} would be copied onto itself", remedy="Name two different databases."
        )
    async with open_side(source_url, writes=False) as source, open_side(target_url, writes=True) as target:
        await source.run(lambda connection: _require_head(connection, source.place))
        await target.run(lambda connection: _make_ready(connection, target.place))
        steps = _Steps(await source.run(_count), progress)
        sent = [await _send(table, source, target, steps) for table in metadata.sorted_tables]
        highest = await source.run(_numbers_given)
        await target.run(lambda connection: _continue_numbers(connection, highest))
        arrived = [await _tally(table, target, steps) for table in metadata.sorted_tables]
        different = [there.name for here, there in zip(sent, arrived, strict=True) if here != there]
        if different:
            raise StorageError(
                f"{target.place}: what arrived differs in {', '.join(different)}; nothing was kept there",
                remedy="Run `tanggap doctor` on both databases, and please report this.",
            )
        await target.commit()
    return sorted(arrived, key=lambda table: table.name)


class _Steps:
    """Every row is met twice: when it is sent, and when it is compared."""

    def __init__(self, rows: int, tell: Progress) -> None:
        self._all, self._done, self._tell = max(1, 2 * rows), 0, tell

    def met(self, what: str, rows: int) -> None:
        self._done += rows
        self._tell(what, self._done / self._all)


async def _send(table: Table, source: Side, target: Side, steps: _Steps) -> CopiedTable:
    tally, names = _Tally(), [column.name for column in table.columns]

    def write(connection: Connection, rows: Rows) -> None:
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])

    async for rows in _batches(table, source):
        tally.add(rows)
        await target.run(partial(write, rows=rows))
        steps.met(f"copying {table.name}", len(rows))
    return tally.of(table)


async def _tally(table: Table, side: Side, steps: _Steps) -> CopiedTable:
    tally = _Tally()
    async for rows in _batches(table, side):
        tally.add(rows)
        steps.met(f"comparing {table.name}", len(rows))
    return tally.of(table)


async def _batches(table: Table, side: Side) -> AsyncIterator[Rows]:
    size = table.info.get("copied_at_a_time", BATCH)
    everything = select(table).execution_options(yield_per=size)
    result = await side.run(lambda connection: connection.execute(everything))
    while rows := await side.run(lambda _: result.fetchmany(size)):
        yield rows


def _revision(connection: Connection, place: str) -> str | None:
    try:
        return stored_revision(connection)
    except StorageError as error:
        raise StorageError(f"{place}: {error}", remedy=error.remedy) from error


def _require_head(connection: Connection, place: str) -> None:
    stored = _revision(connection, place)
    if stored is None:
        raise nothing_there(place)
    if stored != HEAD:
        raise StorageError(
            f"{place} is of revision {stored}, and {HEAD} is needed",
            remedy="Bring it up to date first: any command that reads it does, such as `tanggap tickets`.",
        )


def _make_ready(connection: Connection, place: str) -> None:
    """Make the tables in an empty database, or see that those that are there have no rows."""
    if _revision(connection, place) is None:
        create(connection)
        return
    _require_head(connection, place)
    full = [table.name for table in metadata.sorted_tables if connection.execute(select(table).limit(1)).first()]
    if full:
        raise StorageError(
            f"{place} is not empty: there are rows in {', '.join(full)}", remedy="Copy to a new, empty database."
        )


def _count(connection: Connection) -> int:
    counts = (select(func.count()).select_from(table) for table in metadata.sorted_tables)
    return sum(connection.execute(count).scalar_one() for count in counts)


def _numbered() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.autoincrement_column is not None]


def _numbers_given(connection: Connection) -> dict[str, int]:
    """The highest number that each table has given to a row, be the row still there or not."""
    if connection.dialect.name == "sqlite":
        return {row.name: row.seq for row in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    last = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, 'id') AS regclass))")
    return {table.name: connection.execute(last, {"name": table.name}).scalar() or 0 for table in _numbered()}


def _continue_numbers(connection: Connection, highest: dict[str, int]) -> None:
    """Go on numbering where the other database stopped, so that no number is given twice."""
    for table in _numbered():
        there = connection.execute(select(func.max(table.c.id))).scalar() or 0
        number = {"name": table.name, "number": max(there, highest.get(table.name, 0))}
        if not number["number"]:
            continue
        if connection.dialect.name != "sqlite":
            connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)"), number)
        elif table.dialect_options["sqlite"]["autoincrement"]:
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), number)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), number)
