"""What the declarations of tables share: the one metadata that they belong to, and a way to index some rows only."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, text

metadata = MetaData()


def some(name: str, *columns: Column[object], where: str, unique: bool = False) -> Index:
    """An index over some rows only: those few that a question is about, however many there are."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
