"""How many turns a second the stores keep, and what a turn costs. Prints one JSON object.

    python bench/storage.py [--lanes 64] [--seconds 5] [--folder DIR] [--url postgresql://user@host/database]

A turn is what the service asks of the store for one customer message: accept the update, load the conversation
with its latest messages, commit (two messages, state, decision record, outbox row, update done), start the
delivery, finish it. Each lane is one customer at a time, over 1,000 customers. Every step is durable
(`synchronous = FULL`) before the next begins.

With `--url` the same is measured on that PostgreSQL database, which must be empty and keeps what is written, and the
ratio of the two is told. The CPU counted is this program's: SQLite works inside it, a server beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore
from conversation.effects import Address, Delivery, Entry, OutboxStatus, SendText
from conversation.messages import Author, Contact, Message
from conversation.ports import Change, Outcome, Store, TurnRecord, Update
from conversation.state import Owner

RECORD = {
    "text": "min jam buka hari minggu brp ya",
    "normalized": "admin jam buka hari minggu berapa ya",
    "ranking": [["jam_buka", 0.93], ["alamat_toko", 0.03], ["salam", 0.01]],
    "thresholds": {"answer": 0.6, "clarify": 0.35},
    "answer": "jam_buka/1",
}


async def turn(store: Store, customer: int, number: int) -> None:
    """One turn, as the service takes it."""
    contact = Contact(channel="telegram", address=str(customer), name=f"Pelanggan {customer}")
    now = datetime.now(UTC)
    received = Update(
        channel="telegram",
        key=f"message:{customer}:{number}",
        lane=contact.conversation_id,
        payload=json.dumps({"update_id": number, "message": {"text": RECORD["text"], "from": {"id": customer}}}),
        received_at=now,
        update_id=number,
    )
    (item,) = await store.accept([received])
    conversation = (await store.load(contact, recent=0)).conversation
    said = Message(author=Author.CUSTOMER, text=str(RECORD["text"]), at=now, external_id=str(number))
    answer = "Kami buka setiap hari jam 09.00–21.00 WIB, Kak. Hari Minggu juga buka, ya."
    delivery = Delivery(
        address=Address(channel="telegram", chat=contact.address),
        effect=SendText(text=answer),
        only_while=Owner.BOT,
    )
    told = Entry(message=Message(author=Author.BOT, text=answer, at=now), deliveries=(delivery,))
    record = TurnRecord(at=now, kind="answer", intent="jam_buka", reason="confident", record=RECORD)
    change = Change(
        conversation=replace(conversation, last_at=now),
        entries=(Entry(message=said), told),
        turn=record,
        done=(item.id,),
    )
    committed = await store.commit(change)
    await store.start_deliveries(committed.outbox)
    sent = Outcome(id=committed.outbox[0].id, status=OutboxStatus.SENT, external_id=str(number + 1))
    await store.finish_deliveries([sent])


async def measure(url: str, lanes: int, seconds: float) -> dict[str, object]:
    """Run turns for so many seconds."""
    store = await (PostgresStore if url.startswith("postgres") else SqliteStore).open(url, alone=True)
    latencies: list[float] = []
    numbers = iter(range(1, 10**9))
    until = time.perf_counter() + seconds

    async def lane(index: int) -> None:
        customer = index
        while time.perf_counter() < until:
            begun = time.perf_counter()
            await turn(store, customer, next(numbers))
            latencies.append(time.perf_counter() - begun)
            customer = index + (customer + lanes - index) % (1_000 // lanes * lanes)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(lane(index) for index in range(lanes)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    counts = await store.counts()
    await store.close()
    cuts = statistics.quantiles(latencies, n=100)
    return {
        "lanes": lanes,
        "turns": len(latencies),
        "turns_per_second": round(len(latencies) / wall),
        "cpu_us_per_turn": round(cpu / len(latencies) * 1e6),
        "latency_ms": {"p50": round(cuts[49] * 1e3, 1), "p99": round(cuts[98] * 1e3, 1)},
        "kept": counts["turns"] == len(latencies) and counts["outbox_pending"] == 0,
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def import_seconds() -> float:
    """What importing the store costs a fresh interpreter."""
    code = "import time; a = time.perf_counter(); import bot.storage.sqlite; print(time.perf_counter() - a)"
    took = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3)]
    return round(min(took), 3)


def compare(folder: Path, url: str, lanes: int, seconds: float) -> dict[str, object]:
    """Measure SQLite in a folder and, if a URL is given, PostgreSQL there."""
    file = folder / "bench.db"
    figures = uvloop.run(measure(f"sqlite:///{file}", lanes, seconds))
    figures["bytes_per_turn"] = round(file.stat().st_size / int(str(figures["turns"])))
    if not url:
        return figures
    beside = uvloop.run(measure(url, lanes, seconds))
    ratio = float(str(beside["turns_per_second"])) / float(str(figures["turns_per_second"]))
    return {"sqlite": figures, "postgresql": beside, "turns_per_second_of_sqlite": round(ratio, 2)}


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lanes", type=int, default=64)
    arguments.add_argument("--seconds", type=float, default=5)
    arguments.add_argument("--folder", type=Path, help="where the database is written; default: a temporary folder")
    arguments.add_argument("--url", default="", help="an empty PostgreSQL database to measure too")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        figures = compare(Path(folder), chosen.url, chosen.lanes, chosen.seconds)
    print(json.dumps(figures | {"import_seconds": import_seconds()}))


if __name__ == "__main__":
    main()
