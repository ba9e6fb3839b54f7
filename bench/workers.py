"""What a second worker on the same PostgreSQL database brings: turns a second, latency, and CPU by process.

    python bench/workers.py --url postgresql://user@host/database [--workers 2] [--seconds 10] [--at-once 32]
                            [--model FILE]

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
import tempfile
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path

from starter import offer_model, starter_model

from bot.testing.balancer import balancing
from bot.testing.bot_api import BotApiServer
from bot.testing.load import WITHOUT_WAITING, Load, load
from bot.testing.service import RunningService


async def measure(folder: Path, model: Path, url: str, workers: int, asked_for: Load) -> dict[str, object]:
    """Ask so many workers."""
    settings: dict[str, object] = {
        **WITHOUT_WAITING,
        "bot__model": model,
        "storage__url": url,
        "telegram__mode": "webhook",
    }
    async with BotApiServer() as server, balancing() as balancer, AsyncExitStack() as stack:
        settings["telegram__webhook_url"] = balancer.address
        services = [RunningService(server, folder / str(number), **settings) for number in range(workers)]
        balancer.services = [service.address_of_webhook for service in services]
        for service in services:
            await stack.enter_async_context(service)
        await asyncio.sleep(1.0)  # Until one of them leads.
        figures = await load(server, [service.pid for service in services], asked_for)
        health = await services[0].at_rest()
        return asdict(figures) | {"unknown": health["outbox_unknown"]}


def main() -> None:
    """Train, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--url", required=True, help="an empty PostgreSQL database")
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--at-once", type=int, default=32)
    offer_model(arguments)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = starter_model(chosen.model, folder)
        asked_for = Load(seconds=chosen.seconds, at_once=chosen.at_once)
        work = measure(folder, model, chosen.url, chosen.workers, asked_for)
        print(json.dumps({"cores": os.cpu_count(), "workers": chosen.workers} | asyncio.run(work)))


if __name__ == "__main__":
    main()
