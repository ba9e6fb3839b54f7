"""What customers notice of a publication, how long it takes to be live, and what a hundred of them leave behind.

    python bench/publish.py [--rate 40] [--seconds 15] [--swaps 100] [--model FILE] [--json]

`tanggap run` serves the knowledge base that ships, with SQLite on disk, as a process of its own; the Bot API server and
the load run in this one. So many customers a second ask one question each, whether or not those before them have been
answered; each asks once, so that none meets Telegram's one message a second to a chat. Meanwhile the draft is changed
and published by the errands that `tanggap kb` asks of a service: examples of an intent twice (the first publication has
to examine the files as well), then an answer alone. `live_s` is from the request, which stands for the click, to the
word that the release serves, and holds the up to 0.5 s until the service looks for requests; the next customer then has
to get the new answer. `training_cpu_s` is the CPU time of the process that trains and examines, which a busy machine
changes less. `before` and `during` are milliseconds from the sending of a question to its answer in the chat, without
the pause for fragments (set to 0 here): of those sent in `--seconds` before the click, and between click and live.

Then, without customers, two releases with different models are activated in turn. `rss_mb` is the resident memory of
the service after so many swaps; `minds` how many minds its collector finds alive. All processes share the machine's
cores; `load` is the machine's load average before and after.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table
from starter import offer_model, starter_model

from bot.cli.common import progress_bar
from bot.config import read_settings
from bot.errands import ask, errands_of
from bot.mind import knowledge_path
from bot.testing.bot_api import BotApiServer, NotShown
from bot.testing.service import RunningService
from intents.content import pieces_of
from intents.formats import load_content

QUESTIONS = ("jam buka?", "pesanan sy blm nyampe min", "ongkir ke surabaya brp kak", "bisa cod ga", "cara retur gmn")
EDITED = "intent/jam_operasional"
ASKED = "jam buka?"

WARM_UP = 5.0
PATIENCE = 120.0
"""Seconds without a word of progress after which a publication has failed."""

RSS_AT = (0, 10, 50, 100, 150, 200)
COUNT = """
import gc, os, pathlib, signal

def count(*_):
    from bot.mind import Mind
    gc.collect()
    number = sum(type(each) is Mind for each in gc.get_objects())
    written = pathlib.Path("minds.part")
    written.write_text(str(number))
    written.replace("minds")

signal.signal(signal.SIGUSR1, count)
"""
"""Lets the service count its minds; what it was started with is not among what its collector sees."""

Tell = Callable[[str, float], None]


@dataclass(kw_only=True, slots=True, eq=False)
class Load:
    """Customers who keep coming."""

    server: BotApiServer
    rate: float
    waited: list[tuple[float, float]] = field(default_factory=list)
    """When each asked, and the seconds until the answer."""
    lost: int = 0
    asked: int = 0

    async def ask(self, text: str) -> str:
        """What a new customer is answered; "" if nothing for half a minute."""
        self.asked += 1
        customer, begun = self.server.customer(f"Pelanggan {self.asked}"), time.perf_counter()
        customer.sends(text)
        try:
            answer = await customer.receives(timeout=30)
        except NotShown:
            self.lost += 1
            return ""
        self.waited.append((begun, time.perf_counter() - begun))
        return answer.text

    @asynccontextmanager
    async def coming(self) -> AsyncIterator[None]:
        """Have them come; at the end all are waited for."""
        asking: list[asyncio.Task[str]] = []

        async def come() -> None:
            begun = time.perf_counter()
            while True:
                asking.append(asyncio.create_task(self.ask(QUESTIONS[len(asking) % len(QUESTIONS)])))
                await asyncio.sleep(begun + len(asking) / self.rate - time.perf_counter())

        coming = asyncio.create_task(come())
        try:
            yield
        finally:
            coming.cancel()
            await asyncio.gather(*asking)

    def between(self, first: float, last: float) -> dict[str, float]:
        """Percentiles of who asked in this time, in milliseconds."""
        found = [waited * 1e3 for asked, waited in self.waited if first <= asked < last]
        if len(found) < 2:
            return {"turns": len(found)}
        cuts = statistics.quantiles(found, n=100)
        return {
            "turns": len(found),
            "p50": round(cuts[49], 1),
            "p99": round(min(cuts[98], max(found)), 1),
            "max": round(max(found), 1),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """A running service, and what is asked of it."""

    service: RunningService
    pieces: Mapping[str, Any]

    async def errand(self, what: str, values: Mapping[str, Any], tell: Tell = lambda step, share: None) -> Any:
        """Ask something of the service, as the command line does."""
        folder = errands_of(self.service.database)
        return await asyncio.to_thread(ask, folder, what, values, PATIENCE, tell)

    async def edit(self, examples: int, answer: str) -> None:
        """Put into the draft so many new examples of an intent, and its only answer."""
        new = [f"{words} buka jam berapa kak" for words in ("toko di pasar", "gerai yang baru", "loket utama")]
        edited = {**self.pieces[EDITED], "answers": [{"text": answer}]}
        edited["examples"] = [*edited["examples"], *new[:examples]]
        await self.errand("kb_import", {"pieces": {**self.pieces, EDITED: edited}, "who": "bench"})

    async def minds(self) -> int:
        """How many there are in the service."""
        counted = self.service.folder / "minds"
        counted.unlink(missing_ok=True)
        os.kill(self.service.pid, 10)
        while not counted.exists():  # noqa: ASYNC110  # A process of its own tells nobody.
            await asyncio.sleep(0.01)
        return int(counted.read_text())

    def cpu_of_children(self) -> float:
        """Seconds of CPU that processes have used which the service had started, and which have ended."""
        times = psutil.Process(self.service.pid).cpu_times()
        return float(times.children_user + times.children_system)

    def rss(self) -> int:
        """Resident memory in MiB."""
        return round(psutil.Process(self.service.pid).memory_info().rss / 2**20)


async def publish(shop: Shop, load: Load, name: str, seconds: float, tell: Tell) -> dict[str, object]:
    """Wait some seconds for comparison, then publish the draft under load."""
    await asyncio.sleep(seconds)
    clicked, used = time.perf_counter(), shop.cpu_of_children()
    done = await shop.errand("kb_publish", {"who": "bench", "note": name}, lambda step, share: tell(name, share))
    live = time.perf_counter()
    if done["release"] is None:
        sys.exit(f"the gate refused a release: {done['judgement']['reasons']}")
    answer = await load.ask(ASKED)
    before, during = load.between(clicked - seconds, clicked), load.between(clicked, live)
    figures = {
        "live_s": round(live - clicked, 1),
        "training_cpu_s": round(shop.cpu_of_children() - used, 1),
        "new_answer": name in answer,
        "before": before,
        "during": during,
    }
    if "p99" in before and "p99" in during:
        figures["p99_ratio"] = round(during["p99"] / before["p99"], 2)
    return figures


async def publications(shop: Shop, load: Load, seconds: float, tell: Tell) -> dict[str, object]:
    """Publish examples twice and an answer once, while customers ask."""
    found: dict[str, object] = {}
    async with load.coming():
        await asyncio.sleep(WARM_UP)
        for name, examples in (("first, examples", 1), ("examples", 3), ("answer", 3)):
            await shop.edit(examples, f"Buka terus, kata rilis {name}.")
            found[name] = await publish(shop, load, name, seconds, tell)
    return found


async def swaps(shop: Shop, number: int, tell: Tell) -> dict[str, object]:
    """Activate two releases of different examples in turn."""
    rss, minds, took = {}, {}, list[float]()
    for done in range(number + 1):
        if done in RSS_AT or done == number:
            minds[done] = await shop.minds()
            rss[done] = shop.rss()
        if done == number:
            break
        begun = time.perf_counter()
        await shop.errand("kb_activate", {"release": 2 + done % 2, "who": "bench", "reason": "swap"})
        took.append(time.perf_counter() - begun)
        tell("swaps", done / number)
    return {"rss_mb": rss, "minds": minds, "median_s": round(statistics.median(took), 2) if took else None}


async def measure(folder: Path, model: Path, chosen: argparse.Namespace, tell: Tell) -> dict[str, object]:
    """Everything, one after the other."""
    settings = {
        "bot__model": model,
        "telegram__mode": "webhook",
        "telegram__messages_per_second": 1000,
        "dialogue__fragment_pause_seconds": 0,
        "log__level": "WARNING",
    }
    hooks = folder / "hooks"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(COUNT)
    pieces = pieces_of(load_content(knowledge_path(read_settings(None, {})))[0])
    before = os.getloadavg()[0]
    async with BotApiServer() as server:
        service = RunningService(server, folder / "service", **settings)
        paths = [str(hooks), service.environment.get("PYTHONPATH", "")]
        service.environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        async with service:
            shop, load = Shop(service=service, pieces=pieces), Load(server=server, rate=chosen.rate)
            found = {
                "customers_per_second": chosen.rate,
                "cores": os.cpu_count(),
                "rss_mb_at_start": shop.rss(),
                "publications": await publications(shop, load, chosen.seconds, tell),
                "asked": load.asked,
                "lost": load.lost,
                "swaps": await swaps(shop, chosen.swaps, tell),
            }
            await service.at_rest()
    return {**found, "load": [round(before, 1), round(os.getloadavg()[0], 1)]}


def show(found: Mapping[str, Any]) -> None:
    """The figures for people."""
    table = Table("publication", "live, s", "CPU, s", "p50, ms", "p99, ms", "ratio of p99", "new answer")
    for name, each in found["publications"].items():
        cuts = [f"{each['before'].get(cut, '–')} → {each['during'].get(cut, '–')}" for cut in ("p50", "p99")]
        told = "yes" if each["new_answer"] else "NO"
        seconds = str(each["live_s"]), str(each["training_cpu_s"])
        table.add_row(name, *seconds, *cuts, str(each.get("p99_ratio", "–")), told)
    console, rss, minds = Console(width=110), found["swaps"]["rss_mb"], found["swaps"]["minds"]
    console.print(table)
    console.print(f"{found['asked']} questions, {found['lost']} of them without an answer")
    swapped = Table("after swaps", "start", *map(str, rss))
    swapped.add_row("resident, MiB", str(found["rss_mb_at_start"]), *map(str, rss.values()))
    swapped.add_row("minds alive", "", *map(str, minds.values()))
    console.print(swapped)
    console.print(f"a swap: {found['swaps']['median_s']} s in the median; load {found['load'][0]} → {found['load'][1]}")


def main() -> None:
    """Train where needed, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rate", type=float, default=40, help="customers a second")
    arguments.add_argument("--seconds", type=float, default=15, help="of comparison before each publication")
    arguments.add_argument("--swaps", type=int, default=100)
    offer_model(arguments)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name, progress_bar("publish") as tell:
        model = starter_model(chosen.model, Path(name), lambda step, share: tell(step, share))
        if chosen.model:  # The service may write there.
            model = Path(shutil.copy(model, name))
        found = asyncio.run(measure(Path(name), model, chosen, tell))
    if chosen.json:
        print(json.dumps(found))
    else:
        show(found)


if __name__ == "__main__":
    main()
