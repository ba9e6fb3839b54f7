"""What a second worker on the same PostgreSQL database brings: turns a second, latency, and CPU by process.

    python bench/workers.py --url postgresql://user@host/database [--workers 2] [--seconds 10] [--at-once 32]

The database must be empty, and keeps what is written. `tanggap run` serves the knowledge base that ships, once for each
worker, behind a load balancer in this process, which is also the Bot API server and the load; each customer asks once
and waits for the answer. Prints one JSON object.

All processes share the machine's cores, the database server among them where it runs here: with fewer free cores than
processes a second worker brings nothing, and `cpu_us_per_turn` (of all workers together) is the figure to look at.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import psutil

from bot.config import read_settings
from bot.mind import train_model
from bot.testing.balancer import balancing
from bot.testing.bot_api import BotApiServer, NotShown
from bot.testing.service import RunningService

QUESTIONS = ("jam buka?", "pesanan sy blm nyampe min", "ongkir ke surabaya brp kak", "bisa cod ga", "cara retur gmn")


async def measure(folder: Path, model: Path, url: str, workers: int, seconds: float, at_once: int) -> dict[str, object]:
    """Ask so many workers for so many seconds."""
    settings: dict[str, object] = {
        "bot__model": model,
        "storage__url": url,
        "telegram__mode": "webhook",
        "telegram__messages_per_second": 10_000,
        "dialogue__fragment_pause_seconds": 0,
        "log__level": "WARNING",
    }
    async with BotApiServer() as server, balancing() as balancer, AsyncExitStack() as stack:
        settings["telegram__webhook_url"] = balancer.address
        services = [RunningService(server, folder / str(number), **settings) for number in range(workers)]
        balancer.services = [service.address_of_webhook for service in services]
        for service in services:
            await stack.enter_async_context(service)
        await asyncio.sleep(1.0)  # Until one of them leads.
        figures = await asked(server, [service.pid for service in services], seconds, at_once)
        health = await services[0].at_rest()
        return figures | {"unknown": health["outbox_unknown"]}


async def asked(server: BotApiServer, pids: list[int], seconds: float, at_once: int) -> dict[str, object]:
    """Ask, wait for the answers, and count."""
    processes, waited, lost = [psutil.Process(pid) for pid in pids], list[float](), 0
    numbers, asking = iter(range(1_000_000)), set[int]()

    async def lane(until: float) -> None:
        nonlocal lost
        while time.perf_counter() < until:
            number = next(numbers)
            customer = server.customer(f"Pelanggan {number}")
            asking.add(customer.chat_id)
            begun = time.perf_counter()
            customer.sends(QUESTIONS[number % len(QUESTIONS)])
            try:
                await customer.receives(timeout=30)
            except NotShown:
                lost += 1
            else:
                waited.append(time.perf_counter() - begun)

    async def ask_for(duration: float) -> None:
        until = time.perf_counter() + duration
        await asyncio.gather(*(lane(until) for _ in range(at_once)))

    def cpu() -> float:
        return sum(each.cpu_times().user + each.cpu_times().system for each in processes)

    await ask_for(min(2.0, seconds))  # To warm up.
    waited.clear()
    begun, spent = time.perf_counter(), cpu()
    await ask_for(seconds)
    took, spent = time.perf_counter() - begun, cpu() - spent
    await asyncio.sleep(0.5)
    said = Counter(
        (call.parameters["chat_id"], call.parameters["text"])
        for call in server.ledger.calls("sendMessage")
        if call.parameters["chat_id"] in asking
    )
    cuts = statistics.quantiles(waited, n=100)
    return {
        "turns_per_second": round(len(waited) / took),
        "ms": {"p50": round(cuts[49] * 1e3, 1), "p99": round(cuts[98] * 1e3, 1)},
        "cpu_us_per_turn": round(spent / len(waited) * 1e6),
        "turns": len(waited),
        "lost": lost,
        "doubled": said.total() - len(said),
    }


def main() -> None:
    """Train, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--url", required=True, help="an empty PostgreSQL database")
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--at-once", type=int, default=32)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = folder / "model.tgm"
        train_model(read_settings(None, {"TANGGAP_BOT__MODEL": str(model)}))
        work = measure(folder, model, chosen.url, chosen.workers, chosen.seconds, chosen.at_once)
        print(json.dumps({"cores": os.cpu_count(), "workers": chosen.workers} | asyncio.run(work)))


if __name__ == "__main__":
    main()
