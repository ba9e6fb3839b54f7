"""kill -9 of the running service at random moments under load, and afterwards the two ledgers side by side.

    python -m tests.faults.kills [--kills 50] [--seed N] [--mode polling] [--storage postgres] [--what service]

`--what` is what is killed: the service (SIGKILL), `restart` for an orderly stop of it (SIGTERM), `pause` to have it
sleep beyond its leases (SIGSTOP), or `postgres` for the server (SIGQUIT, as `pg_ctl stop -m immediate`) under a service
that runs on. With `--workers` several services share the database, and each blow meets one of them.

Prints one JSON object, and ends with 1 unless every promise held: every acknowledged update has its turn, nothing
was told twice (what was interrupted while it was sent is marked `unknown`, and was sent once at most), and no
ticket was opened or claimed twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.config import read_settings
from bot.mind import train_model
from bot.storage.copying import copy_store
from bot.storage.leases import SECONDS
from bot.testing.bot_api import Customer, NoSuchButton, SlowAnswer
from bot.testing.service import ServiceFailed
from tests.desk import Desk, open_desk
from tests.postgres import PostgresServer

SHOP = Path(__file__).parent.parent / "shop"
QUESTIONS = ("jam buka?", "ongkir ke surabaya brp", "halo min", "pesanan sy blm dtg", "mau ganti", "asdf qwer")
COMPLAINT = "barang saya rusak, saya kecewa"
LONGEST_LIFE = 1.5
"""Seconds from readiness to the kill, at most."""

KILLED_AT_START = 0.15
"""Share of the kills that meet the service while it is still starting."""

ROUND_TRIP = 0.1
"""Seconds from a message's being shown to its sender's hearing of it: the moments in which a kill leaves doubt."""

TELEGRAMS_PATIENCE = 0.2
"""Real seconds to one of Telegram's: webhooks are tried again after 2, 4, 8 … of them."""


@dataclass(kw_only=True)
class Report:
    """What was found. Everything in `lost`, `doubled` and `left` is a broken promise."""

    kills: int
    seed: int
    seconds: float = 0.0
    updates: int = 0
    acknowledged: int = 0
    delivered_again: int = 0
    turns: int = 0
    sent: int = 0
    dropped: int = 0
    unknown: int = 0
    unknown_but_sent: int = 0
    tickets: int = 0
    claims: int = 0
    resolved: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.left)


class Crowd:
    """Customers who ask and complain, and an agent who claims, answers and resolves."""

    def __init__(self, desk: Desk, chance: random.Random, customers: int, pause: float) -> None:
        self._desk = desk
        self._chance = chance
        self._pause = pause
        self._customers = [desk.server.customer(f"Pelanggan {number:02}") for number in range(customers)]
        self._steps: Counter[int] = Counter()

    async def busy(self) -> None:
        """Go on for ever."""
        await asyncio.gather(*(self._customer(customer) for customer in self._customers), self._agent())

    async def _customer(self, customer: Customer) -> None:
        for number in range(1_000_000):
            await asyncio.sleep(self._chance.uniform(0, 2 * self._pause))
            if self._chance.random() < 0.03:
                customer.sends(COMPLAINT)
                continue
            if self._chance.random() < 0.2:
                with suppress(NoSuchButton):
                    customer.presses("Ganti ukuran")
                    continue
            # The number makes each message another one; what it means stays the same.
            customer.sends(f"{self._chance.choice(QUESTIONS)} {number}")

    async def _agent(self) -> None:
        while True:
            await asyncio.sleep(self._chance.uniform(0, 0.3))
            for topic in self._desk.group.topics:
                if not topic.closed and self._chance.random() < 0.2:
                    with suppress(NoSuchButton):
                        self._serve(topic.thread_id)

    def _serve(self, topic: int) -> None:
        """The agent's next step in a topic, if its button is there already."""
        step = self._steps[topic]
        if step == 0:
            self._desk.budi.presses("Ambil", topic=topic)
        elif step == 1:
            self._desk.budi.writes(f"saya bantu ya ({topic})", topic=topic)
        elif step == 2:
            self._desk.budi.presses("Selesai", topic=topic)
        self._steps[topic] += 1


Blow = Callable[[Desk, random.Random], Awaitable[None]]
"""Does something terrible to a service that is up, and returns when it is up again."""


async def killed(desk: Desk, chance: random.Random) -> None:
    """SIGKILL to one that serves, sometimes twice: while it is still starting."""
    service = chance.choice(desk.services)
    await service.kill()
    if chance.random() < KILLED_AT_START:
        service.spawn()
        await asyncio.sleep(chance.uniform(0.1, 1.5))
        await service.kill()
    await service.start()


async def restarted(desk: Desk, chance: random.Random) -> None:
    """SIGTERM to one that serves, and a start when it has ended."""
    await chance.choice(desk.services).restart()


async def paused(desk: Desk, chance: random.Random) -> None:
    """SIGSTOP to one that serves, for longer than its leases last."""
    service = chance.choice(desk.services)
    os.kill(service.pid, signal.SIGSTOP)
    await asyncio.sleep(SECONDS + chance.uniform(1, 3))
    os.kill(service.pid, signal.SIGCONT)


def server_killed(server: PostgresServer) -> Blow:
    """SIGQUIT to the database server, which then recovers from its log."""

    async def killed(desk: Desk, chance: random.Random) -> None:
        await asyncio.to_thread(server.stop, how=signal.SIGQUIT)
        await asyncio.sleep(chance.uniform(0, 0.5))
        await asyncio.to_thread(server.start)

    return killed


async def trial(
    folder: Path,
    settings: Mapping[str, object],
    *,
    kills: int,
    seed: int,
    blow: Blow = killed,
    customers: int = 25,
    pause: float = 0.8,
    patience: float = TELEGRAMS_PATIENCE,
    workers: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Kill the service so many times while a crowd is busy, let it come to rest, and compare.

    `patience` is how many real seconds one of Telegram's takes.
    """
    chance, started = random.Random(seed), time.monotonic()
    report = Report(kills=kills, seed=seed)
    quick = {"dialogue__fragment_pause_seconds": 0.1, "telegram__messages_per_second": 1000, "log__level": "WARNING"}
    async with open_desk(folder, {**settings, **quick}, time_scale=patience, workers=workers) as desk:
        desk.server.fail(with_=SlowAnswer(ROUND_TRIP), method="sendMessage", times=None)
        crowd = asyncio.create_task(Crowd(desk, chance, customers, pause).busy())
        for done in range(kills):
            await asyncio.sleep(chance.uniform(0.05, LONGEST_LIFE))
            await blow(desk, chance)
            progress(done + 1)
        crowd.cancel()
        await asyncio.gather(crowd, return_exceptions=True)
        await desk.server.until_confirmed(timeout=60)
        try:
            await desk.service.at_rest(120)
        except ServiceFailed as error:
            report.left.append(str(error).splitlines()[0])
        for service in desk.services:
            await service.stop()
        async with kept(desk, str(settings.get("storage__url", ""))) as database:
            compare(desk, database, report)
    report.seconds = round(time.monotonic() - started, 1)
    return report


@asynccontextmanager
async def kept(desk: Desk, url: str) -> AsyncIterator[Path]:
    """The service's store as a SQLite database: the one that it is, or a copy of what a server holds."""
    copy = desk.service.folder / "copy.sqlite3"
    if url:
        await copy_store(url, f"sqlite:///{copy}", lambda step, share: None)
    yield copy if url else desk.service.database


def compare(desk: Desk, database: Path, report: Report) -> None:
    """Fill the report from the test server's ledger and the service's store."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as store:
        store.row_factory = sqlite3.Row
        _compare_received(desk, store, report)
        _compare_sent(desk, store, report)
        _compare_tickets(store, report)


def _compare_received(desk: Desk, store: sqlite3.Connection, report: Report) -> None:
    """Every acknowledged update was kept and dealt with, by one turn, and every message stands there once."""
    history = desk.server.updates.history
    report.updates, report.acknowledged = len(history), sum(update.confirmed for update in history)
    report.delivered_again = sum(update.deliveries > 1 for update in history)
    kept = {row["key"]: row for row in store.execute("SELECT * FROM inbox")}
    written = Counter(
        (row["conversation_id"], row["external_id"])
        for row in store.execute("SELECT conversation_id, external_id FROM messages WHERE author = 'customer'")
    )
    for update in history:
        if not update.confirmed:
            continue
        is_press = update.kind == "callback_query"
        message = update.body["message"] if is_press else update.body
        chat = message["chat"]
        row = kept.get(f"press:{update.body['id']}" if is_press else f"message:{chat['id']}:{message['message_id']}")
        name = f"update {update.update_id} of {chat['id']}"
        if row is None:
            report.lost.append(f"{name} was acknowledged and is not in the inbox")
        elif row["done_at"] is None or row["quarantined_at"] is not None:
            report.lost.append(f"{name} was not dealt with: {row['error']}")
        elif chat["type"] == "private" and row["turn_id"] is None:
            report.lost.append(f"{name} has no turn")
        elif chat["type"] == "private" and not is_press:
            times = written[f"telegram:{chat['id']}", str(message["message_id"])]
            if times != 1:
                (report.doubled if times else report.lost).append(f"{name} stands {times} times in the history")
    turns = {row["id"] for row in store.execute("SELECT id FROM turns")}
    report.turns = len(turns)
    orphans = turns - {row["turn_id"] for row in kept.values()}
    report.doubled += [f"turn {turn} is of no update of its own" for turn in sorted(orphans)]


def _compare_sent(desk: Desk, store: sqlite3.Connection, report: Report) -> None:
    """What stands in the chats is what the store calls sent, and some of what it calls unknown."""
    statuses: Counter[str] = Counter()
    sent: set[tuple[str, str]] = set()
    unsure: dict[str, Counter[str]] = defaultdict(Counter)
    said = (
        "kind IN ('send_text', 'edit_text') AND ticket_id IS NULL"  # The first of a notice is sent, the next edit it.
    )
    for row in store.execute(f"SELECT * FROM outbox WHERE {said}"):
        statuses[row["status"]] += 1
        called = (row["chat"], row["external_id"])
        if row["status"] == "sent":
            if called in sent and row["kind"] == "send_text":
                report.doubled.append(f"two effects claim message {called}")
            sent.add(called)
        elif row["status"] == "unknown":
            unsure[row["chat"]][json.loads(row["effect"])["text"]] += 1
    report.sent, report.dropped, report.unknown = statuses["sent"], statuses["dropped"], statuses["unknown"]
    if waiting := statuses["pending"] + statuses["sending"]:
        report.left.append(f"{waiting} effects are still to be carried out")
    if statuses["failed"]:
        report.lost.append(f"{statuses['failed']} effects failed")
    shown: set[tuple[str, str]] = set()
    for call in desk.server.ledger.calls("sendMessage"):
        chat, text = str(call.parameters["chat_id"]), call.parameters["text"]
        if chat.startswith("-"):
            continue
        called = (chat, str(call.result["message_id"]))
        shown.add(called)
        if called in sent:
            continue
        if unsure[chat][text]:
            unsure[chat][text] -= 1
            report.unknown_but_sent += 1
        else:
            report.doubled.append(f"chat {chat} was told {text!r} once too often")
    report.lost += [f"message {called} is called sent and was not shown" for called in sorted(sent - shown)]


def _compare_tickets(store: sqlite3.Connection, report: Report) -> None:
    """One ticket an escalation, told once when somebody takes it, and once when it is done."""

    def count(query: str) -> int:
        found: int = store.execute(query).fetchone()[0]
        return found

    def told(words: str) -> int:
        return count(f"SELECT count(*) FROM messages WHERE author = 'system' AND text LIKE '%{words}%'")

    report.tickets = count("SELECT count(*) FROM tickets")
    report.claims = count("SELECT count(*) FROM tickets WHERE assignee IS NOT NULL")
    report.resolved = count("SELECT count(*) FROM tickets WHERE status = 'resolved'")
    escalations = count("SELECT count(*) FROM turns WHERE kind = 'escalate'")
    open_at_once = count(
        "SELECT count(*) FROM (SELECT 1 FROM tickets WHERE status <> 'resolved' "
        "GROUP BY conversation_id HAVING count(*) > 1)"
    )
    expected = {
        "tickets for their escalations": (report.tickets, escalations),
        "customers told who has joined": (told("dibantu langsung"), report.claims),
        "customers told that it is done": (told("sudah selesai"), report.resolved),
        "customers with two open tickets": (open_at_once, 0),
    }
    report.doubled += [f"{what}: {found}, not {right}" for what, (found, right) in expected.items() if found != right]


def main() -> None:
    """Train, try, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    arguments.add_argument("--mode", choices=("polling", "webhook"), default="polling")
    arguments.add_argument("--storage", choices=("sqlite", "postgres"), default="sqlite")
    arguments.add_argument("--workers", type=int, default=1, help="services on one database (postgres)")
    arguments.add_argument("--what", choices=("service", "restart", "pause", "postgres"), default="service")
    chosen = arguments.parse_args()

    def progress(done: int) -> None:
        print(f"\r{done} of {chosen.kills} kills", end="", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        model = Path(folder) / "model.tgm"
        train_model(read_settings(None, {"TANGGAP_BOT__KNOWLEDGE": str(SHOP), "TANGGAP_BOT__MODEL": str(model)}))
        settings: dict[str, object] = {"bot__knowledge": SHOP, "bot__model": model, "telegram__mode": chosen.mode}
        blow: Blow = {"restart": restarted, "pause": paused}.get(chosen.what, killed)
        if chosen.storage == "postgres" or chosen.what == "postgres":
            server = PostgresServer()
            stack.callback(server.remove)
            server.start()
            settings["storage__url"] = server.url(server.new_database())
            blow = server_killed(server) if chosen.what == "postgres" else blow
        work = trial(
            Path(folder) / "service",
            settings,
            kills=chosen.kills,
            seed=chosen.seed,
            blow=blow,
            workers=chosen.workers,
            progress=progress,
        )
        report = asyncio.run(work)
    print(file=sys.stderr)
    print(json.dumps(asdict(report) | {"holds": report.holds}, ensure_ascii=False))
    sys.exit(not report.holds)


if __name__ == "__main__":
    main()
