"""Several workers on one PostgreSQL database: nothing is lost, doubled or out of order, whichever of them fails."""

from __future__ import annotations

import asyncio
import random
import re
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.testing.balancer import balancing
from bot.testing.bot_api import BotApiServer, Limits, SlowAnswer
from bot.testing.service import RunningService
from tests.desk import bot_messages
from tests.faults.kills import Blow, killed, paused, restarted, server_killed, trial
from tests.postgres import PostgresServer

SEED = 20260817
QUICK = {"dialogue__fragment_pause_seconds": 0, "floods__messages_per_minute": 0, "telegram__mode": "webhook"}


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Workers on one database. Those with a webhook stand behind a balancer."""

    server: BotApiServer
    workers: list[RunningService]
    sql: PostgresServer
    database: str

    def column(self, question: str) -> list[str]:
        """What a question to the database finds, a row a line."""
        return self.sql.sql(question, self.database).splitlines()

    async def at_rest(self, seconds: float = 60.0) -> None:
        """Wait until nothing is left to read or to send."""
        await self.server.until_confirmed(timeout=seconds)
        await next(worker for worker in self.workers if worker.is_running).at_rest(seconds)

    async def turns(self, worker: RunningService) -> int:
        """How many turns a worker has taken, as it says itself."""

        def get() -> str:
            with urllib.request.urlopen(f"{worker.address}/metrics", timeout=10) as answer:
                figures: str = answer.read().decode()
                return figures

        found = re.findall(r"^tanggap_turns_total\{.*\} (\d+)", await asyncio.to_thread(get), re.MULTILINE)
        return sum(map(int, found))


@asynccontextmanager
async def at_work(
    folder: Path,
    server: BotApiServer,
    sql: PostgresServer,
    database: str,
    settings: Mapping[str, object],
    workers: int = 2,
) -> AsyncIterator[Shift]:
    """Start them one after the other, and stop them in the end."""
    chosen = {**QUICK, **settings, "storage__url": sql.url(database)}
    async with balancing() as balancer, AsyncExitStack() as stack:
        if chosen["telegram__mode"] == "webhook":
            chosen["telegram__webhook_url"] = balancer.address
        services = [RunningService(server, folder / f"worker-{number}", **chosen) for number in range(workers)]
        balancer.services = [service.address_of_webhook for service in services]
        for service in services:
            await stack.enter_async_context(service)
        yield Shift(server=server, workers=services, sql=sql, database=database)


@pytest.mark.usefixtures("postgres_url")
async def test_two_workers_share_the_work_and_keep_every_chat_in_order(
    tmp_path: Path, shop: dict[str, str], postgres: PostgresServer, postgres_database: str
) -> None:
    chance, settings = random.Random(7), {**shop, "telegram__messages_per_second": 1000}
    async with BotApiServer() as server, at_work(tmp_path, server, postgres, postgres_database, settings) as shift:
        people = [server.customer(f"Pelanggan {number}") for number in range(10)]
        asked: dict[int, list[str]] = {who.chat_id: [] for who in people}
        for number in range(6):
            for who in chance.sample(people, len(people)):
                server.fail(with_=SlowAnswer(chance.uniform(0, 0.15)), method="sendMessage", chat_id=who.chat_id)
                text = f"{chance.choice(('jam buka?', 'ongkir ke surabaya brp'))} {number}"
                asked[who.chat_id].append(text)
                who.sends(text)
                await asyncio.sleep(chance.uniform(0, 0.02))
        await shift.at_rest()
        for who in people:
            said = f"FROM messages WHERE conversation_id = 'telegram:{who.chat_id}' AND author"
            assert shift.column(f"SELECT text {said} = 'customer' ORDER BY id") == asked[who.chat_id]
            shown = [str(message.message_id) for message in bot_messages(who)]
            assert shift.column(f"SELECT external_id {said} = 'bot' ORDER BY id") == shown
        taken = [await shift.turns(worker) for worker in shift.workers]
        assert all(taken), "each worker had its share"


@pytest.mark.parametrize(
    ("mode", "blow"),
    [
        ("webhook", killed),
        pytest.param("polling", restarted, marks=pytest.mark.slow),
        pytest.param("polling", killed, marks=pytest.mark.slow),
        pytest.param("webhook", restarted, marks=pytest.mark.slow),
    ],
)
async def test_workers_that_fail_lose_nothing_and_double_nothing(
    tmp_path: Path, shop: dict[str, str], postgres_url: str, mode: str, blow: Blow
) -> None:
    settings = {**shop, "storage__url": postgres_url, "telegram__mode": mode}
    report = await trial(tmp_path, settings, kills=1, seed=SEED, blow=blow, workers=2)
    assert report.turns >= 10
    assert report.holds, report


@pytest.mark.slow
async def test_a_worker_that_sleeps_beyond_its_leases_spoils_nothing(
    tmp_path: Path, shop: dict[str, str], postgres_url: str
) -> None:
    settings = {**shop, "storage__url": postgres_url, "telegram__mode": "webhook"}
    report = await trial(tmp_path, settings, kills=2, seed=SEED, blow=paused, workers=2)
    assert report.turns >= 10
    assert report.holds, report


@pytest.mark.usefixtures("postgres_url")
async def test_one_worker_polls_and_another_goes_on_when_it_is_gone(
    tmp_path: Path, shop: dict[str, str], postgres: PostgresServer, postgres_database: str
) -> None:
    settings = {**shop, "telegram__mode": "polling"}
    async with BotApiServer() as server, at_work(tmp_path, server, postgres, postgres_database, settings) as shift:
        sari = server.customer("Sari")
        sari.sends("jam buka?")
        await sari.receives(containing="Kami buka")
        first, second = shift.workers
        await first.kill()
        sari.sends("ongkir ke surabaya brp")
        await sari.receives(containing="Ongkos kirim", timeout=20)
        await second.said("leads")
        conflicts = [entry for entry in server.ledger.refused if entry.method == "getUpdates"]
        assert conflicts == [], "two never poll side by side"


@pytest.mark.usefixtures("postgres_url")
async def test_four_workers_keep_to_one_limit(
    tmp_path: Path, shop: dict[str, str], postgres: PostgresServer, postgres_database: str
) -> None:
    crowd = 45
    async with (
        BotApiServer(limits=Limits()) as server,
        at_work(tmp_path, server, postgres, postgres_database, shop, workers=4) as shift,
    ):
        customers = [server.customer(f"Pelanggan {number}") for number in range(crowd)]
        for customer in customers:
            customer.sends("jam buka?")
        await asyncio.gather(*(customer.receives(containing="Kami buka", timeout=40) for customer in customers))
        await shift.at_rest()
        assert server.ledger.refused == [], "the workers keep to the limit by themselves, together"
        assert {len(bot_messages(customer)) for customer in customers} == {1}
        assert sum([await shift.turns(worker) > 0 for worker in shift.workers]) == 4


@pytest.mark.slow
async def test_a_restart_of_the_server_is_survived_by_all(
    tmp_path: Path, shop: dict[str, str], postgres: PostgresServer, postgres_url: str
) -> None:
    settings = {**shop, "storage__url": postgres_url, "telegram__mode": "webhook"}
    report = await trial(tmp_path, settings, kills=2, seed=SEED, blow=server_killed(postgres), workers=2)
    assert report.turns >= 10
    assert report.holds, report
