"""CPU cost of one Bot API call: our aiohttp request against python-telegram-bot's own on httpx.

Prints one JSON object with µs of this process's CPU per call over loopback: `request` is a bare `getMe`
through the request object, `send` a whole `Bot.send_message` with the library's own work around it (`lean`: as
our channel sends texts); each one after another and 20 at once. The test server runs in a process of its own, so its
work does not count.

    python bench/telegram_request.py [--calls 2000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels.telegram.request import AiohttpRequest, call

TOKEN = "123456789:token-untuk-uji-coba_0000000000000"
CUSTOMER = 5_000
TEXT = "Halo Kak, pesanan dengan nomor INV-20260101-7 sudah kami kirim kemarin sore lewat JNE ya."


async def cost(call: Callable[[], Awaitable[object]], calls: int, at_once: int) -> float:
    """µs of CPU per call, after a tenth of the calls to warm up."""

    async def work(count: int) -> None:
        for _ in range(count):
            await call()

    await asyncio.gather(*(work(calls // 10 // at_once) for _ in range(at_once)))
    started = time.process_time()
    await asyncio.gather(*(work(calls // at_once) for _ in range(at_once)))
    return (time.process_time() - started) / (calls // at_once * at_once) * 1e6


async def measure(root: str, calls: int) -> dict[str, float]:
    """The figures by name."""
    found = {}
    for at_once in (1, 20):
        made: dict[str, BaseRequest] = {
            "aiohttp": AiohttpRequest(connections=at_once),
            "httpx": HTTPXRequest(connection_pool_size=at_once, pool_timeout=60),
        }
        for name, request in made.items():
            bot = Bot(TOKEN, base_url=f"{root}/bot", request=request)
            async with request:
                bare = partial(request.post, f"{bot.base_url}/getMe")
                found[f"request_{name}_{at_once}_at_once"] = await cost(bare, calls, at_once)
                send = partial(bot.send_message, CUSTOMER, TEXT)
                found[f"send_{name}_{at_once}_at_once"] = await cost(send, calls, at_once)
                if name == "aiohttp":
                    lean = partial(call, bot, "sendMessage", chat_id=CUSTOMER, text=TEXT)
                    found[f"send_lean_{at_once}_at_once"] = await cost(lean, calls, at_once)
    return {name: round(value, 1) for name, value in found.items()}


def main() -> None:
    """Start the server, measure, print."""
    parser = argparse.ArgumentParser(description="CPU per Bot API call, aiohttp and httpx.")
    parser.add_argument("--calls", type=int, default=2_000)
    calls = parser.parse_args().calls
    server = subprocess.Popen(
        [sys.executable, "-m", "bot.testing.bot_api", "--port", "0", "--token", TOKEN],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        root = server.stdout.readline().split()[-1].removesuffix("/bot")
        customer = json.dumps({"name": "Sari", "user_id": CUSTOMER}).encode()
        urllib.request.urlopen(f"{root}/_control/customer", customer).close()
        print(json.dumps(asyncio.run(measure(root, calls)), indent=2))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
