"""Whether the service's memory stays where it is: as many messages as you like, and a picture.

    python bench/memory.py [--messages 1000000] [--at-once 32] [--plot FILE.svg] [--model FILE]

`tanggap run` serves the knowledge base that ships by webhook, with SQLite on disk, as a process of its own; the Bot API
server and the load run in this one, and keep what they heard, so that this process does grow. Every message comes
from a customer who never wrote before, and every hundredth is a complaint that opens a ticket: all that a service
could keep by customer, chat or ticket is asked of it. Prints one JSON object: memory after each twentieth part of the
run in MiB, and turns a second, lost and doubled answers over all. A million messages take half an hour or so.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

from growth_plot import Line, plot
from starter import offer_model, starter_model

from bot.cli.common import progress_bar
from bot.testing.bot_api import BotApiServer
from bot.testing.load import QUESTIONS, WITHOUT_WAITING, Crowd, TelegramCustomers, usage
from bot.testing.service import RunningService

PARTS = 20
COMPLAINT = QUESTIONS[1]
ASKED = (COMPLAINT, *(question for question in QUESTIONS if question != COMPLAINT for _ in range(25)))[:100]
"""A hundred questions, one of them a complaint."""


async def measure(folder: Path, model: Path, messages: int, at_once: int) -> dict[str, object]:
    """Ask so many questions, and look at the memory in between."""
    settings = {**WITHOUT_WAITING, "telegram__mode": "webhook", "bot__model": model}
    resident: dict[int, int] = {}
    async with BotApiServer() as server, RunningService(server, folder, **settings) as service:
        customers = TelegramCustomers(server)
        crowd = Crowd(customers, ASKED)

        def look(done: int) -> None:
            used = usage([service.pid])
            assert used is not None
            resident[done] = round(used.rss / 2**20)

        look(0)
        begun = time.perf_counter()
        ends = [messages * part // PARTS for part in range(PARTS + 1)]
        with progress_bar("asking") as step:
            for before, done in itertools.pairwise(ends):
                await crowd.ask(done - before, at_once)
                look(done)
                step(f"{done:,} of {messages:,} messages, {resident[done]} MiB", done / messages)
        took = time.perf_counter() - begun
        sent = Counter(customers.sent())
        health = await service.at_rest()
        size = sum(each.stat().st_size for each in service.database.parent.iterdir())
    return {
        "rss_mib": resident,
        "turns_per_second": round(messages / took),
        "lost": crowd.lost,
        "doubled": sent.total() - len(sent),
        "unknown": health["outbox_unknown"],
        "data_mib": round(size / 2**20),
    }


def drawn(figures: dict[str, object]) -> str:
    """The picture of the memory over the messages."""
    resident = figures["rss_mib"]
    assert isinstance(resident, dict)
    (_, first), *rest = ((done, mib) for done, mib in resident.items() if done)
    line = Line(name="resident", points=tuple((float(done), mib / first) for done, mib in rest))
    return plot([line], title="Memory, against that after the first twentieth", across="messages", bound=1.3)


def main() -> None:
    """Train where needed, ask, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=1_000_000)
    arguments.add_argument("--at-once", type=int, default=32)
    arguments.add_argument("--plot", type=Path, help="where to write a picture of it")
    offer_model(arguments)
    chosen = arguments.parse_args()
    # This process keeps millions of objects, none of them in a circle that matters; to look for some would take long.
    gc.disable()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = starter_model(chosen.model, folder)
        figures = asyncio.run(measure(folder, model, chosen.messages, chosen.at_once))
    if chosen.plot:
        chosen.plot.write_text(drawn(figures), encoding="utf-8")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
