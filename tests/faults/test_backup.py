"""A backup taken while a crowd is served, and the service that goes on from it: by our own commands on SQLite, by
PostgreSQL's and the words of our handbook there."""

from __future__ import annotations

import asyncio
import itertools
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.storage.backup import back_up, restore
from bot.storage.copying import copy_store
from bot.testing.bot_api import BotApiServer, Customer
from bot.testing.service import RunningService
from conversation.effects import REPEATABLE
from conversation.errors import StorageError
from tests.desk import bot_messages
from tests.postgres import PostgresServer

COPIES = 3
CUSTOMERS = 15
QUICK = {
    "dialogue__fragment_pause_seconds": 0,
    "telegram__messages_per_second": 1000,
    "floods__messages_per_minute": 0,
}
HANDBOOK = Path(__file__).parents[2] / "docs" / "operations.md"

Rows = dict[int, dict[str, object]]


def rows(database: Path, table: str) -> Rows:
    """The rows of a table by their numbers."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return {row["id"]: dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY id")}


async def asks_on(customer: Customer) -> None:
    """Ask again whenever there is an answer."""
    for number in itertools.count():
        customer.sends(f"jam buka? {number}")
        await customer.receives(containing="Kami buka", timeout=60)


async def copied_under_load(
    server: BotApiServer, service: RunningService, customers: Sequence[Customer], copy: Callable[[int], object]
) -> None:
    """Make copies while the crowd is served, and stop the service when all that was asked is answered."""
    crowd = [asyncio.create_task(asks_on(customer)) for customer in customers]
    for number in range(COPIES):
        new = server.customer(f"Baru {number}")
        new.sends("jam buka?")
        await new.receives(containing="Kami buka", timeout=60)
        await asyncio.to_thread(copy, number)
    for each in crowd:
        each.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    await server.until_confirmed(timeout=60)
    await service.at_rest(60)
    assert await service.stop() == 0


def turns_at_one_moment(restored: Path, whole: Path) -> int:
    """How many turns a copy has, which must be one moment of what the database became: without a gap, and with nothing
    half done."""
    turns, inbox = rows(restored, "turns"), rows(restored, "inbox")
    later = rows(whole, "turns")
    assert list(turns) == list(later)[: len(turns)]
    assert turns.items() <= later.items(), "what has no later change is as it ended up"
    assert list(inbox) == list(rows(whole, "inbox"))[: len(inbox)]
    assert {row["turn_id"] for row in inbox.values()} - {None} == set(turns)
    return len(turns)


async def goes_on(service: RunningService, customers: Sequence[Customer], restored: Path) -> int:
    """Serve from a copy: what was in its inbox is dealt with, what may have been sent is not repeated. Returns how many
    deliveries nobody knows of."""
    before = {customer.chat_id: len(bot_messages(customer)) for customer in customers}
    undone = Counter(row["lane"] for row in rows(restored, "inbox").values() if row["done_at"] is None)
    async with service:
        health = await service.at_rest(60)
        assert health["inbox_pending"] == 0
        for customer in customers:
            said = len(bot_messages(customer)) - before[customer.chat_id]
            assert said <= undone[f"telegram:{customer.chat_id}"], "only what the copy had not dealt with is answered"
        customers[0].sends("jam buka?")
        await customers[0].receives(containing="Kami buka", timeout=60)
    unknown: int = health["outbox_unknown"]
    return unknown


async def test_a_backup_under_load_is_one_moment_of_the_service(tmp_path: Path, shop: dict[str, str]) -> None:
    settings = {**shop, **QUICK}
    copies = [tmp_path / f"{number}.backup" for number in range(COPIES)]
    async with BotApiServer() as server:
        customers = [server.customer(f"Pelanggan {number}") for number in range(CUSTOMERS)]
        async with RunningService(server, tmp_path / "service", **settings, telegram__mode="webhook") as service:
            url = f"sqlite:///{service.database}"
            await copied_under_load(server, service, customers, lambda number: back_up(url, copies[number]))
        seen = []
        for copy in copies:
            again = RunningService(server, tmp_path / copy.stem, **settings, telegram__mode="polling")
            again.database.parent.mkdir(parents=True)
            done = restore(copy, f"sqlite:///{again.database}")
            assert len(rows(again.database, "messages")) == done.manifest.tables["messages"].rows
            seen.append(turns_at_one_moment(again.database, service.database))
        assert sorted(set(seen)) == seen, "turns were made while they were copied"
        assert await goes_on(again, customers, again.database) >= done.unknown


async def test_a_dump_under_load_is_one_moment_of_the_service(
    tmp_path: Path, shop: dict[str, str], postgres: PostgresServer, postgres_url: str
) -> None:
    with pytest.raises(StorageError) as refused:
        back_up(postgres_url, tmp_path / "copy")
    dump, take_back = re.findall("`(pg_[^`]+)`", refused.value.remedy)
    (settle,) = re.findall(r"```sql\n(UPDATE outbox [^`]+)```", HANDBOOK.read_text(encoding="utf-8"))
    assert set(re.findall("'([a-z_]+)'", settle)) == {"unknown", "pending", "sending", *REPEATABLE}

    settings = {**shop, **QUICK}
    async with BotApiServer() as server:
        customers = [server.customer(f"Pelanggan {number}") for number in range(CUSTOMERS)]
        served = {**settings, "storage__url": postgres_url, "telegram__mode": "webhook"}
        async with RunningService(server, tmp_path / "service", **served) as service:
            await copied_under_load(
                server, service, customers, lambda number: postgres.shell(dump.replace("FILE", f"{number}.dump"))
            )
        whole = await as_file(postgres_url, tmp_path / "whole.db")
        name, seen = make_url(postgres_url).database, []
        for number in range(COPIES):
            database = postgres.new_database()
            command = take_back.replace(f"/{name}", f"/{database}").replace("FILE", f"{number}.dump")
            postgres.shell(command)
            restored = await as_file(postgres.url(database), tmp_path / f"{number}.db")
            seen.append(turns_at_one_moment(restored, whole))
        assert sorted(set(seen)) == seen, "turns were made while they were copied"
        postgres.sql(settle, database)
        served = {**settings, "storage__url": postgres.url(database), "telegram__mode": "polling"}
        await goes_on(RunningService(server, tmp_path / "again", **served), customers, restored)


async def as_file(url: str, copy: Path) -> Path:
    """A copy of a server's database that can be looked at as if it had been SQLite's."""
    await copy_store(url, f"sqlite:///{copy}", lambda step, share: None)
    return copy
