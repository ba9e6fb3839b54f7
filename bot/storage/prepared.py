"""Statements compiled once. Executing a Core statement costs SQLAlchemy 15 to 25 µs of CPU each time, several times
what SQLite needs for it; what every turn executes goes past that, straight to the driver's cursor.

Written as Core and compiled for the connection's dialect, so it is as portable as any other statement.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select, Table, bindparam, select, update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert, UpdateBase

LARGEST_CHUNK = 32
"""Rows to a statement at most: SQLite before 3.32 takes 999 values to a statement."""

MOST_CHANGES = 256
"""Sets of columns whose UPDATE is remembered, for a table."""

_NUMBERED = re.compile(r"\$(\d+)")
_PLACEHOLDER = re.compile(r"\?")

Fill = Callable[[Mapping[str, Any]], tuple[Any, ...]]
Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The words for one dialect, and what makes the values of its placeholders, in order."""

    sql: str
    fill: Fill


class _Statement:
    """What is always run with values of the same names. The driver's own errors come through as they are."""

    def __init__(self, statement: UpdateBase | Select[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}
        self._longer: dict[tuple[str, int], str] = {}

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> DBAPICursor:
        compiled = self._compiled_for(connection.dialect, values)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.fill(values))
        return cursor

    def _run_longer(
        self, connection: Connection, rows: Sequence[Mapping[str, Any]], lengthen: Callable[[str, int], str]
    ) -> DBAPICursor:
        """Run it as one statement for several rows."""
        dialect = connection.dialect
        compiled = self._compiled_for(dialect, rows[0])
        sql = self._longer.get((dialect.name, len(rows)))
        if sql is None:
            sql = self._longer[dialect.name, len(rows)] = lengthen(compiled.sql, len(rows))
        cursor = connection.connection.cursor()
        cursor.execute(sql, tuple(value for values in rows for value in compiled.fill(values)))
        return cursor

    def _compiled_for(self, dialect: Dialect, values: Mapping[str, Any]) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = self._compile(dialect, list(values))
        return compiled

    def _compile(self, dialect: Dialect, names: list[str]) -> _Compiled:
        keys = names if isinstance(self._statement, UpdateBase) else None
        compiled = self._for(dialect).compile(dialect=dialect, column_keys=keys)
        assert isinstance(compiled, SQLCompiler)
        return _Compiled(str(compiled), _filling(compiled, dialect))

    def _for(self, dialect: Dialect) -> UpdateBase | Select[Any]:
        return self._statement


class Prepared(_Statement):
    """An INSERT or UPDATE."""

    def count(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it; returns the number of rows it touched."""
        return int(self._run(connection, values).rowcount)

    def counts(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each of these, no two of which touch the same row; returns the number of rows they all touched."""
        return sum(self._counted(connection, chunk) for chunk in _chunks(rows))

    def _counted(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """The same as one statement: of a server, each is a way there and back; and SQLite's driver lets go of the
        interpreter for each row of an `executemany`, and gets it back when the loop has nothing else to do."""
        if len(rows) == 1:
            return self.count(connection, rows[0])
        if connection.dialect.name == "sqlite":
            lengthen = _longer if isinstance(self._statement, Insert) else _joined
            return int(self._run_longer(connection, rows, lengthen).rowcount)
        row = self._run_longer(connection, rows, _side_by_side).fetchone()
        return 0 if row is None else int(row[0])

    def number(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it; returns the number that it returns of its one row, 0 if it touched none."""
        row = self._run(connection, values).fetchone()
        return 0 if row is None else int(row[0])


class NotAll(Exception):
    """Not all of several rows are new."""


class PreparedInsert(_Statement):
    """An INSERT into a table that numbers its rows by `id`."""

    def __init__(self, statement: Insert) -> None:
        super().__init__(statement)
        self._insert = statement

    def number(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it; returns the number of the new row, 0 if there is none."""
        cursor = self._run(connection, values)
        if connection.dialect.name == "sqlite":
            # The driver knows it, where RETURNING would take a second step, and a table for the one row.
            return int(cursor.lastrowid) if cursor.rowcount else 0
        row = cursor.fetchone()
        return 0 if row is None else int(row[0])

    def numbers(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Run it for all of these; returns the numbers of the new rows, in order.

        Raises:
            NotAll: one of them was there already.
        """
        return [number for chunk in _chunks(rows) for number in self._inserted(connection, chunk)]

    def _inserted(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
        """The numbers of rows that one statement inserts: both databases give them in the order of the rows, and SQLite
        one after the other, having one writer."""
        cursor = self._run_longer(connection, rows, _longer)
        if connection.dialect.name == "sqlite":
            last, count = int(cursor.lastrowid or 0), cursor.rowcount
            found: Sequence[int] = range(last - count + 1, last + 1)
        else:
            found = sorted(int(row[0]) for row in cursor.fetchall())
        if len(found) != len(rows):
            raise NotAll
        return found

    def _for(self, dialect: Dialect) -> UpdateBase:
        return self._insert if dialect.name == "sqlite" else self._insert.returning(self._insert.table.c["id"])


class PreparedSelect(_Statement):
    """A SELECT. Its rows are tuples with the names of the columns."""

    def __init__(self, statement: Select[Any]) -> None:
        super().__init__(statement)
        columns = statement.selected_columns
        self._row: Any = namedtuple("_Row", [column.key for column in columns])  # type: ignore[misc]
        self._types = [column.type for column in columns]
        self._readers: dict[str, list[tuple[int, Read]]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it; returns its rows."""
        cursor = self._run(connection, values)
        found = cursor.fetchall()
        if not found:
            return []
        readers = self._readers.get(connection.dialect.name)
        if readers is None:
            readers = self._readers[connection.dialect.name] = self._reading(connection.dialect, cursor)
        return [self._made(row, readers) for row in found]

    def row(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Run it; returns its first row, or None."""
        return next(iter(self.rows(connection, values)), None)

    def _made(self, row: Any, readers: list[tuple[int, Read]]) -> Any:
        columns = list(row)
        for place, read in readers:
            columns[place] = read(columns[place])
        return self._row._make(columns)

    def _reading(self, dialect: Dialect, cursor: DBAPICursor) -> list[tuple[int, Read]]:
        """What makes values of ours of what the driver gives, where there is something to do."""
        described = [column[1] for column in cursor.description]
        readers = (
            kind.dialect_impl(dialect).result_processor(dialect, coltype)
            for kind, coltype in zip(self._types, described, strict=True)
        )
        return [(place, read) for place, read in enumerate(readers) if read is not None]


class PreparedChange:
    """An UPDATE of the row of one `id`, which is given all its values.

    SQLite writes into each index of a column that is set, whether or not it had that value already. So there the row
    is read, and only what differs is set: of the fifteen indexes of tickets, taking one writes into eight at most.
    PostgreSQL compares by itself, and is not asked twice.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._row = PreparedSelect(select(table).where(table.c.id == bindparam("which")))
        self._setting = functools.lru_cache(MOST_CHANGES)(self._set)

    def count(self, connection: Connection, id: object, values: Mapping[str, Any]) -> int:
        """Run it; returns the number of rows that have this id."""
        which = {"which": id}
        if connection.dialect.name == "sqlite":
            row = self._row.row(connection, which)
            if row is None:
                return 0
            values = {name: value for name, value in values.items() if value != getattr(row, name)}
            if not values:
                return 1
        return self._setting(tuple(values)).count(connection, {**values, **which})

    def _set(self, _names: tuple[str, ...]) -> Prepared:
        """The statement that sets these columns: it is compiled for those that it is first given."""
        return Prepared(update(self._table).where(self._table.c.id == bindparam("which")))


def _chunks(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """All of them, in chunks of 32, 16, 8, 4, 2 and 1: so a table needs six statements, which the driver remembers."""
    size, done = LARGEST_CHUNK, 0
    while done < len(rows):
        while size > len(rows) - done:
            size //= 2
        yield rows[done : done + size]
        done += size


def _longer(sql: str, count: int) -> str:
    """An INSERT of one row as one of so many."""
    before, values, rest = sql.partition(" VALUES ")
    row, closing, after = rest.partition(")")
    return before + values + ", ".join(_numbered(row + closing, count)) + after


def _joined(sql: str, count: int) -> str:
    """An UPDATE of SQLite as one that takes its values from so many rows."""
    change, where, which = sql.partition(" WHERE ")
    columns = itertools.count(1)

    def from_given(part: str) -> str:
        return _PLACEHOLDER.sub(lambda _: f"given.column{next(columns)}", part)

    change, which = from_given(change), from_given(which)
    row = f"({', '.join('?' * (next(columns) - 1))})"
    return f"{change} FROM (VALUES {', '.join([row] * count)}) AS given{where}{which}"


def _side_by_side(sql: str, count: int) -> str:
    """An INSERT or UPDATE of PostgreSQL as so many in one statement, which returns how many rows they touched."""
    parts = [f"touched{place} AS ({each} RETURNING 1)" for place, each in enumerate(_numbered(sql, count))]
    counts = [f"(SELECT count(*) FROM touched{place})" for place in range(count)]
    return f"WITH {', '.join(parts)} SELECT {' + '.join(counts)}"


def _numbered(sql: str, count: int) -> list[str]:
    """The words so many times. Where placeholders have numbers, those go on from one to the next."""
    places = max((int(number) for number in _NUMBERED.findall(sql)), default=0)

    def beyond(others: int) -> str:
        return _NUMBERED.sub(lambda found: f"${int(found[1]) + others}", sql)

    return [beyond(each * places) for each in range(count)]


def _filling(compiled: SQLCompiler, dialect: Dialect) -> Fill:
    """What makes the values of the placeholders of the values by name, written out once as one expression."""
    parts, known = [], dict[str, Any]()
    for place, name in enumerate(compiled.positiontup or ()):
        bind = compiled.binds[name]
        process = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if not bind.required:  # It comes from the statement itself.
            known[f"constant{place}"] = process(bind.value) if process else bind.value
            parts.append(f"constant{place}")
        elif process:
            known[f"process{place}"] = process
            parts.append(f"process{place}(values[{bind.key!r}])")
        else:
            parts.append(f"values[{bind.key!r}]")
    fill: Fill = eval(f"lambda values: ({''.join(part + ', ' for part in parts)})", known)
    return fill
