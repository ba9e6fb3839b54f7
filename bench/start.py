"""How soon the service is ready, and how much memory it takes. Prints one JSON object.

    python bench/start.py [--runs 7] [--model FILE]

`tanggap run` is started as a process, with the knowledge base that ships and a trained model (trained first, unless
one is given), against a Bot API server in this process. Seconds count from the start of the process, to the line
`Ready` and to the first answer that stands in the chat; the message waits already. The first start, which makes
the database, is told apart. `rss_mb` is the resident memory (MiB, shared libraries included) of the last run, after
100 turns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from starter import offer_model, starter_model

from bot.testing.bot_api import BotApiServer
from bot.testing.service import RunningService

TURNS = 100
MIB = 2**20


async def measure(folder: Path, model: Path, runs: int) -> dict[str, object]:
    """Start so many times, and use the last one."""
    ready, answered = [], []
    async with BotApiServer() as server:
        service = RunningService(
            server,
            folder,
            bot__model=model,
            dialogue__fragment_pause_seconds=0,
            telegram__messages_per_second=1000,
        )
        for number in range(runs + 1):
            sari = server.customer(f"Sari {number}")
            sari.sends("jam buka?")
            begun = time.perf_counter()
            ready.append(await service.start())
            await sari.receives(containing="09.00")
            answered.append(time.perf_counter() - begun)
            if number < runs:
                await service.stop()
        at_ready = psutil.Process(service.pid).memory_info().rss
        customers = [server.customer(f"Pelanggan {number}") for number in range(TURNS)]
        for customer in customers:
            customer.sends("pesanan sy blm nyampe min")
        await asyncio.gather(*(customer.receives(timeout=60) for customer in customers))
        in_use = psutil.Process(service.pid).memory_info().rss
        await service.stop()
    return {
        "runs": runs,
        "ready_seconds": figures(ready[1:]),
        "first_answer_seconds": figures(answered[1:]),
        "first_start_seconds": round(ready[0], 2),
        "rss_mb_at_ready": round(at_ready / MIB),
        "rss_mb": round(in_use / MIB),
    }


def figures(seconds: list[float]) -> dict[str, float]:
    """The least and the middle one."""
    return {"min": round(min(seconds), 2), "median": round(statistics.median(seconds), 2)}


def main() -> None:
    """Train where needed, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=7)
    offer_model(arguments)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = starter_model(chosen.model, folder)
        print(json.dumps(asyncio.run(measure(folder / "service", model, chosen.runs))))


if __name__ == "__main__":
    main()
