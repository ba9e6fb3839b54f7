"""An UPDATE that writes only what differs. The other statements are tried by everything that stores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Boolean, Column, Connection, Index, Integer, MetaData, Table, create_engine, insert, select

from bot.storage.column_types import UtcDateTime, Words
from bot.storage.prepared import PreparedChange

NOON = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)

boxes = Table(
    "boxes",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("place", Words, nullable=False),
    Column("holder", Words),
    Column("moved_at", UtcDateTime),
    Column("sealed", Boolean, nullable=False),
)
Index("boxes_by_place", boxes.c.place)
Index("boxes_by_holder", boxes.c.holder)

BEFORE: dict[str, object] = {"place": "gudang", "holder": None, "moved_at": NOON, "sealed": False}


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        boxes.metadata.create_all(connection)
        connection.execute(insert(boxes), [{"id": number, **BEFORE} for number in (1, 2)])
        yield connection
    engine.dispose()


def updates(
    connection: Connection, id: int, values: dict[str, object], change: PreparedChange
) -> tuple[int, list[str]]:
    """How many rows there were, and the UPDATEs that SQLite was given."""
    said: list[str] = []
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(said.append)
    touched = change.count(connection, id, values)
    driver.set_trace_callback(None)
    return touched, [each for each in said if each.startswith("UPDATE")]


def test_only_what_differs_is_set(connection: Connection) -> None:
    change = PreparedChange(boxes)
    touched, said = updates(connection, 1, BEFORE | {"holder": "Sari", "sealed": True}, change)
    assert (touched, said) == (1, ["UPDATE boxes SET holder='Sari', sealed=1 WHERE boxes.id = 1"])
    rows = [tuple(row) for row in connection.execute(select(boxes).order_by(boxes.c.id))]
    assert rows == [(1, "gudang", "Sari", NOON, True), (2, "gudang", None, NOON, False)]


def test_the_same_columns_again_and_others_between(connection: Connection) -> None:
    """Statements are remembered by their columns, and do not mix them up."""
    change = PreparedChange(boxes)
    for holder, place in (("Sari", "gudang"), ("Budi", "toko"), ("Ayu", "toko"), (None, "toko")):
        assert change.count(connection, 2, BEFORE | {"holder": holder, "place": place}) == 1
        stored = connection.execute(select(boxes.c.holder, boxes.c.place).where(boxes.c.id == 2)).one()
        assert tuple(stored) == (holder, place)


def test_what_is_there_already_is_not_written(connection: Connection) -> None:
    assert updates(connection, 1, BEFORE, PreparedChange(boxes)) == (1, [])


def test_a_row_that_is_not_there(connection: Connection) -> None:
    assert updates(connection, 3, BEFORE, PreparedChange(boxes)) == (0, [])
