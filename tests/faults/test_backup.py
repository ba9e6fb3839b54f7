"""A backup taken while a crowd is served, and the service that goes on from it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.storage.backup import back_up, restore
from bot.testing.bot_api import BotApiServer
from bot.testing.service import RunningService
from tests.desk import bot_messages

QUESTIONS = 4
QUICK = {"dialogue__fragment_pause_seconds": 0, "telegram__messages_per_second": 1000}


def rows(database: Path, table: str) -> dict[int, tuple[object, ...]]:
    """The rows of a table by their numbers."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return {row[0]: row for row in connection.execute(f"SELECT rowid, * FROM {table}")}


async def test_a_backup_under_load_is_one_moment_of_the_service(tmp_path: Path, shop: dict[str, str]) -> None:
    settings = {**shop, **QUICK, "telegram__mode": "webhook", "floods__messages_per_minute": 0}
    async with BotApiServer() as server, RunningService(server, tmp_path / "1", **settings) as service:
        url = f"sqlite:///{service.database}"
        customers = [server.customer(f"Pelanggan {number}") for number in range(15)]

        async def busy() -> None:
            for number in range(QUESTIONS):
                for customer in customers:
                    customer.sends(f"jam buka? {number}")
                await asyncio.sleep(0.2)

        load = asyncio.create_task(busy())
        await customers[0].receives(containing="Kami buka")
        copies = [tmp_path / f"{number}.backup" for number in range(3)]
        for copy in copies:
            await asyncio.sleep(0.2)
            await asyncio.to_thread(back_up, url, copy)
        await load
        await server.until_confirmed()
        await service.at_rest(60)
        assert await service.stop() == 0

        seen = []
        for copy in copies:
            restored = tmp_path / copy.stem / "tanggap.sqlite3"
            done = restore(copy, f"sqlite:///{restored}")
            messages, turns, inbox = (rows(restored, table) for table in ("messages", "turns", "inbox"))
            assert len(messages) == done.manifest.tables["messages"].rows
            # One moment: what has no later change is as it ended up, without a gap, and nothing is half done.
            assert list(turns) == list(range(1, len(turns) + 1))
            assert turns.items() <= rows(service.database, "turns").items()
            assert list(inbox) == list(range(1, len(inbox) + 1))
            done_by = {row[-1] for row in inbox.values() if row[-1] is not None}
            assert done_by == set(turns)
            seen.append(len(turns))
        assert seen == sorted(seen)
        assert seen[-1] > seen[0] > 0, "the backups were taken while turns were made"

        # The last of them goes on: what was in the inbox is dealt with, what may have been sent is not repeated.
        before = {customer.chat_id: len(bot_messages(customer)) for customer in customers}
        (tmp_path / "2" / "data").mkdir(parents=True)
        done = restore(copies[-1], f"sqlite:///{tmp_path / '2' / 'data' / 'tanggap.sqlite3'}")
        settings = {**shop, **QUICK, "telegram__mode": "polling"}
        async with RunningService(server, tmp_path / "2", **settings) as again:
            health = await again.at_rest(60)
            assert health["outbox_unknown"] >= done.unknown
            left = sum(1 for row in rows(again.database, "inbox").values() if row[-2] is None)
            assert left == 0
            new = customers[0]
            new.sends("jam buka?")
            await new.receives(containing="Kami buka")
        said = {customer.chat_id: len(bot_messages(customer)) for customer in customers}
        assert all(said[chat] >= before[chat] for chat in before)
