"""Statements compiled once. Executing a Core statement costs SQLAlchemy 15 to 25 µs of CPU each time, several times
what SQLite needs for it; what every turn executes goes past that, straight to the driver's cursor.

Written as Core and compiled for the connection's dialect, so it is as portable as any other statement.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert, UpdateBase

LARGEST_CHUNK = 32
"""Rows to an INSERT at most: SQLite before 3.32 takes 999 values to a statement."""

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

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> DBAPICursor:
        compiled = self._compiled_for(connection.dialect, values)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.fill(values))
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
        """Run it for each of these; returns the number of rows they all touched."""
        if not rows or connection.dialect.name != "sqlite":
            return sum(self.count(connection, values) for values in rows)
        compiled = self._compiled_for(connection.dialect, rows[0])
        cursor = connection.connection.cursor()
        cursor.executemany(compiled.sql, [compiled.fill(values) for values in rows])
        return int(cursor.rowcount)

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
        self._longer: dict[int, str] = {}

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
        if connection.dialect.name == "sqlite":
            found = [number for chunk in _chunks(rows) for number in self._inserted(connection, chunk)]
        else:
            found = [self.number(connection, values) for values in rows]
        if not all(found):
            raise NotAll
        return found

    def _inserted(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
        """The numbers of rows that one statement inserts, which SQLite gives one after the other to its one writer."""
        compiled = self._compiled_for(connection.dialect, rows[0])
        sql = self._longer.get(len(rows))
        if sql is None:
            sql = self._longer[len(rows)] = _longer(compiled.sql, len(rows))
        cursor = connection.connection.cursor()
        cursor.execute(sql, tuple(value for values in rows for value in compiled.fill(values)))
        if cursor.rowcount != len(rows):
            raise NotAll
        last = int(cursor.lastrowid)
        return range(last - len(rows) + 1, last + 1)

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
    return before + values + ", ".join([row + closing] * count) + after


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
