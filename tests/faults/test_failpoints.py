"""The service dies at each step of a message's way, and the store refuses to write: neither loses nor doubles it."""

from __future__ import annotations

import asyncio
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import product
from pathlib import Path

import aiohttp
import pytest

from bot.testing.bot_api import BotApiServer
from bot.testing.service import SECRET, RunningService
from tests.desk import bot_messages
from tests.faults.failpoint import kill_at
from tests.postgres import PostgresServer

LONG = [pytest.mark.slow, pytest.mark.timeout(600)]
QUICK = {"dialogue__fragment_pause_seconds": 0, "telegram__messages_per_second": 1000}
PATIENCE = 0.2
"""Real seconds to one of Telegram's."""

STEPS = [
    ("accept", "before"),
    ("accept", "after"),
    ("load", "after"),
    ("commit", "before"),
    ("commit", "after"),
    ("start_deliveries", "before"),
    ("start_deliveries", "after"),
    ("finish_deliveries", "before"),
    ("finish_deliveries", "after"),
]
DOUBTFUL = {("commit", "after"), ("start_deliveries", "after"), ("finish_deliveries", "before")}
"""Between the two nobody can know whether the answer was sent: it goes out at once, and is committed as being sent."""

ASKED_FIRST = ("commit", "after")
"""Of several workers each asks for its share of Telegram's limits first: what one commits at its start only waits."""

UNSENT = DOUBTFUL - {("finish_deliveries", "before")}
"""What nobody knows there is that it was not sent."""

RARELY = {"telegram__messages_per_second": 0.2}
"""Only one answer can go out at once, and what has to wait is started by itself. A worker's first waits anyway."""

QUICK_STEP = ("accept", "after")
QUICK_STAGES = {("polling", "sqlite"), ("webhook", "postgres")}


def deaths() -> list[object]:
    """Every step on every stage; in the quick run the step between commit and acknowledgement, where each way in and
    each kind of storage is met once."""
    return [
        pytest.param(
            *stage, *step, id="-".join(stage + step), marks=() if step == QUICK_STEP and stage in QUICK_STAGES else LONG
        )
        for stage in product(("polling", "webhook"), ("sqlite", "postgres"))
        for step in STEPS
    ]


@pytest.mark.parametrize(("mode", "storage", "use_case", "moment"), deaths(), indirect=["storage"])
async def test_a_death_at_any_step_loses_nothing_and_repeats_nothing(
    tmp_path: Path, shop: dict[str, str], storage: dict[str, str], mode: str, use_case: str, moment: str
) -> None:
    waits = use_case == "start_deliveries" and not storage
    settings = {**shop, **QUICK, **storage, "telegram__mode": mode, **(RARELY if waits else {})}
    async with BotApiServer(time_scale=PATIENCE) as server:
        service = RunningService(server, tmp_path / "service", **settings)
        armed = kill_at(service, use_case, moment)
        async with service:
            sari = server.customer("Sari")
            if waits:
                ani = server.customer("Ani")
                ani.sends("jam buka?")
                await ani.receives()
            sari.sends("jam buka?")
            await service.ended()
            assert not armed.exists()
            update = server.updates.history[-1]
            if use_case == "accept":
                assert not update.confirmed
            await service.start()
            await server.until_confirmed(timeout=20)
            health = await service.at_rest()
            step = (use_case, moment)
            in_doubt = step in DOUBTFUL and not (step == ASKED_FIRST and storage)
            assert health["turns"] == 1 + waits
            assert health["outbox_unknown"] == in_doubt
            assert len(bot_messages(sari)) == 1 - (in_doubt and step in UNSENT)


@contextmanager
def no_more_than_now(service: RunningService) -> Iterator[None]:
    """The service may let no file grow beyond what its log has now."""
    size = service.database.with_name(service.database.name + "-wal").stat().st_size
    before = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def a_full_disk(service: RunningService) -> Iterator[None]:
    """Somebody else takes what room is left on the service's disk."""
    free = shutil.disk_usage(service.folder).free
    ballast = service.folder / "ballast"
    try:
        with ballast.open("wb") as file:
            file.write(b"\0" * free)
    except OSError:
        pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def a_held_lock(service: RunningService) -> Iterator[None]:
    """Another program writes to the database and does not come to an end."""
    with closing(sqlite3.connect(service.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes; a test that wants one is skipped where none can be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def refused(service: RunningService, customer: int) -> int:
    """What the webhook says to an update that cannot be kept."""
    message = {
        "message_id": 900_000,
        "date": 1_770_000_000,
        "chat": {"id": customer, "type": "private", "first_name": "Uji"},
        "from": {"id": customer, "is_bot": False, "first_name": "Uji"},
        "text": "halo " * 800,
    }
    async with (
        aiohttp.ClientSession(headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as session,
        session.post(f"{service.address}/telegram", json={"update_id": 1, "message": message}) as response,
    ):
        return response.status


async def meets(service: RunningService, server: BotApiServer, trouble: AbstractContextManager[None]) -> None:
    """Nothing is acknowledged while the store cannot be written, and everything is answered once afterwards."""
    before = server.customer("Sebelum")
    before.sends("jam buka?")
    await before.receives(containing="Kami buka")
    await service.at_rest()
    customers = [server.customer(f"Pelanggan {number}") for number in range(3)]
    with trouble:
        assert await refused(service, 77) >= 500
        for customer in customers:
            customer.sends("jam buka?")
        await asyncio.sleep(1)
        assert not any(update.confirmed for update in server.updates.history[1:])
    await asyncio.gather(*(customer.receives(containing="Kami buka", timeout=30) for customer in customers))
    await server.until_confirmed()
    await service.at_rest()
    assert [len(bot_messages(customer)) for customer in customers] == [1] * len(customers)
    assert service.is_running


@pytest.mark.parametrize(
    "trouble", [no_more_than_now, pytest.param(a_held_lock, marks=LONG)], ids=["no room", "locked"]
)
async def test_what_cannot_be_kept_is_not_acknowledged(
    tmp_path: Path, shop: dict[str, str], trouble: Callable[[RunningService], AbstractContextManager[None]]
) -> None:
    settings = {**shop, **QUICK, "telegram__mode": "webhook"}
    async with (
        BotApiServer(time_scale=PATIENCE) as server,
        RunningService(server, tmp_path / "service", **settings) as service,
    ):
        await meets(service, server, trouble(service))


async def test_a_disk_that_is_full_for_a_while_loses_nothing(small_disk: Path, shop: dict[str, str]) -> None:
    settings = {**shop, **QUICK, "telegram__mode": "webhook"}
    async with (
        BotApiServer(time_scale=PATIENCE) as server,
        RunningService(server, small_disk, **settings) as service,
    ):
        await meets(service, server, a_full_disk(service))


async def test_a_server_that_is_away_has_nothing_acknowledged(
    tmp_path: Path, shop: dict[str, str], postgres: PostgresServer, postgres_url: str
) -> None:
    @contextmanager
    def away() -> Iterator[None]:
        postgres.stop()
        try:
            yield
        finally:
            postgres.start()

    settings = {**shop, **QUICK, "telegram__mode": "webhook", "storage__url": postgres_url}
    async with (
        BotApiServer(time_scale=PATIENCE) as server,
        RunningService(server, tmp_path / "service", **settings) as service,
    ):
        await meets(service, server, away())
