"""Statements compiled once. Executing a Core statement costs SQLAlchemy 15 to 25 µs of CPU each time, several
times what SQLite needs for it; what every turn executes goes past that, straight to the driver's cursor.

Written as Core and compiled for the connection's dialect, so it is as portable as any other statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

Fill = Callable[[Mapping[str, Any]], Any]


class Prepared:
    """An INSERT or UPDATE that is always run with values of the same names.

    The driver's own errors come through as they are.
    """

    def __init__(self, statement: UpdateBase) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, list[Fill]]] = {}

    def count(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it; returns the number of rows it touched."""
        return int(self._run(connection, values).rowcount)

    def number(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it; returns the number that it returns of its one row, 0 if it touched none."""
        row = self._run(connection, values).fetchone()
        return 0 if row is None else int(row[0])

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> DBAPICursor:
        compiled = self._compiled.get(connection.dialect.name)
        if compiled is None:
            compiled = self._compiled[connection.dialect.name] = self._compile(connection.dialect, list(values))
        sql, fills = compiled
        cursor = connection.connection.cursor()
        cursor.execute(sql, [fill(values) for fill in fills])
        return cursor

    def _compile(self, dialect: Dialect, names: list[str]) -> tuple[str, list[Fill]]:
        compiled = self._statement.compile(dialect=dialect, column_keys=names)
        assert isinstance(compiled, SQLCompiler)
        return str(compiled), [_fill(compiled, name, dialect) for name in compiled.positiontup or ()]


def _fill(compiled: SQLCompiler, name: str, dialect: Dialect) -> Fill:
    """How one placeholder gets its value: from the statement itself, or by name from the values it is run with."""
    bind = compiled.binds[name]
    process = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if not bind.required:
        constant = process(bind.value) if process else bind.value
        return lambda values: constant
    key = bind.key
    if process is None:
        return itemgetter(key)
    return lambda values: process(values[key])
