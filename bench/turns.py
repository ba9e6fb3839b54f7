"""Turns a second, how long an answer takes, and what it costs: the service as a user would start it.

    python bench/turns.py [--seconds 10] [--at-once 32] [--rate 500] [--model FILE]
                          [--rasa PYTHON [--rasa-project FOLDER]]

`tanggap run` serves the knowledge base that ships, with SQLite on disk, as a process of its own; the Bot API
server and the load run in this one. So many customers at once ask one question each and wait for the answer; each
customer asks once, so that none meets Telegram's one message a second to a chat. One question of five is a complaint:
it opens a ticket and begins a form, in two messages. With `--rate` so many questions come in a second instead, however
many still wait for their answers. Beside it stands an echo bot on
python-telegram-bot, which understands nothing and keeps nothing: what the library alone costs. With `--rasa`, the
interpreter of an environment in which rasa 3.6 is installed, Rasa stands there as well (see `rasa_peer`); its project
and its model are kept in `--rasa-project`. Prints one JSON object; `tanggap.webhook` is the figure.

`ms` is from the sending of a question to its answer in the chat, without the pause for fragments (set to 0 here).
`cpu_us_per_turn` is user and system time of the bot's process alone. All processes share the machine's cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path

from rasa_peer import NO_RASA, Rasa, trained
from starter import offer_model, starter_model

from bot.testing.bot_api import BotApiServer
from bot.testing.load import Figures, Load, load, load_service

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


async def echo_bot(concurrent: bool, asked_for: Load) -> Figures:
    """The echo bot."""
    async with BotApiServer() as server, _echoing(server, concurrent) as (pid, seconds):
        return replace(await load(server, [pid], asked_for), start_seconds=round(seconds, 1))


@asynccontextmanager
async def _echoing(server: BotApiServer, concurrent: bool) -> AsyncIterator[tuple[int, float]]:
    """Its process, and after how many seconds it had answered."""
    environment = {**os.environ, "TOKEN": server.token, "URL": server.url, "CONCURRENT": str(int(concurrent))}
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-W", "ignore", "-c", ECHO, env=environment)
    try:
        sari = server.customer()
        sari.sends("halo")
        await sari.receives(timeout=30)
        yield process.pid, time.perf_counter() - begun
    finally:
        process.kill()
        await process.wait()


async def measure(folder: Path, model: Path, asked_for: Load, rasa: Rasa | str) -> dict[str, object]:
    """Everything, one after the other; `rasa` is a trained project, or why there is none."""
    settings: dict[str, object] = {"bot__model": model}
    return {
        "asked_for": asdict(asked_for),
        "cores": os.cpu_count(),
        "tanggap": {
            mode: asdict(await load_service(folder / mode, mode, asked_for, settings))
            for mode in ("webhook", "polling")
        },
        "echo": {
            name: asdict(await echo_bot(concurrent, replace(asked_for, seconds=asked_for.seconds / 2)))
            for name, concurrent in (("plain", False), ("concurrent_updates", True))
        },
        "rasa": {"left_out": rasa} if isinstance(rasa, str) else asdict(await rasa.asked(asked_for)),
    }


def main() -> None:
    """Train where needed, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--at-once", type=int, default=32)
    arguments.add_argument("--rate", type=float, default=0, help="questions a second, instead of so many at once")
    offer_model(arguments)
    arguments.add_argument("--rasa", type=Path, metavar="PYTHON", help="a Python 3.10 that has rasa 3.6 installed")
    arguments.add_argument(
        "--rasa-project", type=Path, metavar="FOLDER", help="where Rasa's project and model are kept"
    )
    chosen = arguments.parse_args()
    asked_for = Load(seconds=chosen.seconds, at_once=chosen.at_once, rate=chosen.rate)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = starter_model(chosen.model, folder)
        rasa = trained(chosen.rasa, chosen.rasa_project or folder / "rasa") if chosen.rasa else NO_RASA
        print(json.dumps(asyncio.run(measure(folder, model, asked_for, rasa))))


if __name__ == "__main__":
    main()
