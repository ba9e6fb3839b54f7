"""Starts the server from a shell: ``python -m bot.testing.bot_api --port 8081 --token 123:ABC``.

Runs until it is interrupted; everything else is done through the control API.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from bot.testing.bot_api.server import DEFAULT_TOKEN, BotApiServer


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bot.testing.bot_api", description="A Bot API server for playing and testing by hand."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--token", action="append", help="a bot's token; may be given several times")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="append every accepted call as a JSON line")
    parser.add_argument("--limits", action="store_true", help="enforce Telegram's sending limits")
    parser.add_argument("--time-scale", type=float, default=1.0, help="real seconds per second of Telegram's waiting")
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, ended.set)
    async with BotApiServer(
        tokens=options.token or (DEFAULT_TOKEN,),
        host=options.host,
        port=options.port,
        ledger=options.ledger,
        limits=options.limits,
        time_scale=options.time_scale,
    ) as server:
        print(f"telegram.api_base_url  = {server.url}")
        print(f"telegram.file_base_url = {server.file_url}")
        print(f"control API            = {server.root}/_control/", flush=True)
        await ended.wait()


def main() -> int:
    """Serves until interrupted; 1 when the server cannot start, with the reason on standard error."""
    try:
        asyncio.run(_serve(_options()))
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError) as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
