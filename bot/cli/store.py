"""`tanggap migrate-store`: everything from one database to another."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from rich.table import Column, Table

from bot.cli.common import out, print_json, progress_bar
from bot.storage.copying import CopiedTable, copy_store
from bot.storage.urls import shown


def migrate_store(source: str, target: str, as_json: bool) -> None:
    """Copy, compare, and say what to do next."""
    with progress_bar("migrate-store") as step:
        tables = asyncio.run(copy_store(source, target, step))
    if as_json:
        print_json([asdict(table) for table in tables])
        return
    out.print(_listed(tables))
    rows = sum(table.rows for table in tables)
    out.print(f"{rows:,} rows copied; the two databases are the same, table by table.")
    out.print(f"Now set storage.url to {shown(target)}", markup=False)
    out.print(f"Never serve {shown(source)} again: what it holds would be sent twice.", markup=False)


def _listed(tables: list[CopiedTable]) -> Table:
    listed = Table("Table", Column("Rows", justify="right"), "SHA-256", box=None)
    for table in tables:
        listed.add_row(table.name, f"{table.rows:,}", table.sha256[:16])
    return listed
