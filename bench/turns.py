"""Turns a second, how long an answer takes, and what it costs: the service as a user would start it.

    python bench/turns.py [--seconds 10] [--at-once 32] [--rate 500] [--model FILE]

`tanggap run` serves the knowledge base that ships, with SQLite on disk, as a process of its own; the Bot API
server and the load run in this one. So many customers at once ask one question each and wait for the answer; each
customer asks once, so that none meets Telegram's one message a second to a chat. One question of five is a complaint:
it opens a ticket and begins a form, in two messages. With `--rate` so many questions come in a second instead, however
many still wait for their answers. Beside it stands an echo bot on
python-telegram-bot, which understands nothing and keeps nothing: what the library alone costs. Prints one JSON
object; `tanggap.webhook` is the figure.

`ms` is from the sending of a question to its answer in the chat, without the pause for fragments (set to 0 here).
`cpu_us_per_turn` is user and system time of the bot's process alone. All processes share the machine's cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

from bot.config import read_settings
from bot.mind import train_model
from bot.testing.bot_api import BotApiServer, NotShown
from bot.testing.service import RunningService

QUESTIONS = ("jam buka?", "pesanan sy blm nyampe min", "ongkir ke surabaya brp kak", "bisa cod ga", "cara retur gmn")

ECHO = """
import os
from telegram.ext import Application, MessageHandler, filters

async def echo(update, context):
    await update.message.reply_text(update.message.text)

application = (
    Application.builder()
    .token(os.environ["TOKEN"])
    .base_url(os.environ["URL"])
    .concurrent_updates(os.environ["CONCURRENT"] == "1")
    .build()
)
application.add_handler(MessageHandler(filters.TEXT, echo))
application.run_polling()
"""


@dataclass(frozen=True, kw_only=True)
class Load:
    """How the service is asked: for so many seconds, by so many customers at once or, if it is set, `rate` a second."""

    seconds: float
    at_once: int
    rate: float


async def load(server: BotApiServer, pid: int, asked_for: Load) -> dict[str, object]:
    """Ask, wait for the answers, and count."""
    asking = set[int]()
    process, waited, lost = psutil.Process(pid), list[float](), 0
    numbers = iter(range(1_000_000))

    async def ask(number: int) -> None:
        nonlocal lost
        customer, text = server.customer(f"Pelanggan {number}"), QUESTIONS[number % len(QUESTIONS)]
        asking.add(customer.chat_id)
        begun = time.perf_counter()
        customer.sends(text)
        try:
            await customer.receives(timeout=30)
        except NotShown:
            lost += 1
        else:
            waited.append(time.perf_counter() - begun)

    async def lane(until: float) -> None:
        while time.perf_counter() < until:
            await ask(next(numbers))

    async def steadily(duration: float) -> None:
        begun, under_way = time.perf_counter(), []
        for number in range(int(duration * asked_for.rate)):
            await asyncio.sleep(begun + number / asked_for.rate - time.perf_counter())
            under_way.append(asyncio.create_task(ask(next(numbers))))
        await asyncio.gather(*under_way)

    async def ask_for(duration: float) -> None:
        if asked_for.rate:
            await steadily(duration)
        else:
            until = time.perf_counter() + duration
            await asyncio.gather(*(lane(until) for _ in range(asked_for.at_once)))

    await ask_for(min(2.0, asked_for.seconds))  # To warm up.
    waited.clear()
    before, begun = process.cpu_times(), time.perf_counter()
    await ask_for(asked_for.seconds)
    took, after = time.perf_counter() - begun, process.cpu_times()
    await asyncio.sleep(0.5)
    sent = (call.parameters for call in server.ledger.calls("sendMessage"))
    said = Counter((each["chat_id"], each["text"]) for each in sent if each["chat_id"] in asking)
    cuts = statistics.quantiles(waited, n=100)
    cpu = after.user + after.system - before.user - before.system
    return {
        "turns_per_second": round(len(waited) / took),
        "ms": {"p50": round(cuts[49] * 1e3, 1), "p99": round(cuts[98] * 1e3, 1)},
        "cpu_us_per_turn": round(cpu / len(waited) * 1e6),
        "rss_mb": round(process.memory_info().rss / 2**20),
        "turns": len(waited),
        "lost": lost,
        "doubled": said.total() - len(said),
    }


async def tanggap(folder: Path, model: Path, mode: str, asked_for: Load) -> dict[str, object]:
    """The service."""
    settings = {
        "bot__model": model,
        "telegram__mode": mode,
        "telegram__messages_per_second": 10_000,
        "dialogue__fragment_pause_seconds": 0,
        "log__level": "WARNING",
    }
    async with BotApiServer() as server, RunningService(server, folder, **settings) as service:
        figures = await load(server, service.pid, asked_for)
        health = await service.at_rest()
        return figures | {"unknown": health["outbox_unknown"]}


async def echo_bot(concurrent: bool, asked_for: Load) -> dict[str, object]:
    """The echo bot."""
    async with BotApiServer() as server, _echoing(server, concurrent) as process:
        return await load(server, process.pid, asked_for)


@asynccontextmanager
async def _echoing(server: BotApiServer, concurrent: bool) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {**os.environ, "TOKEN": server.token, "URL": server.url, "CONCURRENT": str(int(concurrent))}
    process = await asyncio.create_subprocess_exec(sys.executable, "-W", "ignore", "-c", ECHO, env=environment)
    try:
        sari = server.customer()
        sari.sends("halo")
        await sari.receives(timeout=30)
        yield process
    finally:
        process.kill()
        await process.wait()


async def measure(folder: Path, model: Path, asked_for: Load) -> dict[str, object]:
    """Everything, one after the other."""
    return {
        "asked_for": asdict(asked_for),
        "cores": os.cpu_count(),
        "tanggap": {mode: await tanggap(folder / mode, model, mode, asked_for) for mode in ("webhook", "polling")},
        "echo": {
            name: await echo_bot(concurrent, replace(asked_for, seconds=asked_for.seconds / 2))
            for name, concurrent in (("plain", False), ("concurrent_updates", True))
        },
    }


def main() -> None:
    """Train where needed, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--at-once", type=int, default=32)
    arguments.add_argument("--rate", type=float, default=0, help="questions a second, instead of so many at once")
    arguments.add_argument("--model", type=Path, help="a model of the starter knowledge base")
    chosen = arguments.parse_args()
    asked_for = Load(seconds=chosen.seconds, at_once=chosen.at_once, rate=chosen.rate)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = chosen.model.resolve() if chosen.model else folder / "model.tgm"
        if not chosen.model:
            print("training the starter knowledge base …", file=sys.stderr)
            train_model(read_settings(None, {"TANGGAP_BOT__MODEL": str(model)}))
        print(json.dumps(asyncio.run(measure(folder, model, asked_for))))


if __name__ == "__main__":
    main()
