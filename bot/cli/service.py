"""`tanggap run` and `tanggap demo`: the service, and the service with a chat beside it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.text import Text

from bot.app import Service, now_utc, open_service
from bot.channels.plugin import OpenChannel, WayIn
from bot.cli.channels import open_channels, receive
from bot.cli.chat import LOCAL_AGENT, converse, only_here, read_ahead, terminal_channel, training_loader
from bot.cli.common import config_path, errors, out, settings_of
from bot.cli.console import DEMO_LOGIN, console_beside, let_admin_in, on_a_free_port
from bot.cli.example_shop import with_example_shop
from bot.cli.loop import run_loop, stop_signal
from bot.config import Secrets, read_secrets
from bot.desk.feed import Feed
from bot.knowledge.loading import Loader
from bot.logs import start_logging
from bot.operations import Operations
from bot.routes import ChannelRoutes
from bot.server import serving
from bot.settings import Settings
from conversation.errors import SettingError

if TYPE_CHECKING:
    from bot.console.site import Console

NEXT = """
[bold]Coba berikutnya:[/]
  make demo                      ngobrol langsung; [bold]!tiket[/] membuka meja agen
  TELEGRAM_TOKEN=… make demo     layani Telegram juga (token dari @BotFather)
  source .venv/bin/activate      lalu perintah tanggap bisa dipakai:
  tanggap chat --explain         lihat alasan setiap jawaban
  tanggap history {conversation:<14} baca lagi percakapan ini
  tanggap init botku             mulai bot sendiri"""


log = logging.getLogger(__name__)


def serve(config: Path | None) -> None:
    """`tanggap run`: the service, until it is asked to stop."""
    if config_path(config) is None:
        raise SettingError(
            "there is no config.toml in this folder",
            remedy="Run `tanggap init DIR` and start it there, or name a file with --config.",
        )
    settings, secrets = settings_of(config), read_secrets()
    start_logging(settings.log.level, secrets, settings.log.format)
    run_loop(_run(settings, secrets))


def demonstrate(config: Path | None, name: str) -> None:
    """`tanggap demo`: the chat, Telegram beside it if there is a token, and what to try next."""
    settings, secrets = settings_of(config), read_secrets()
    start_logging("WARNING", secrets)
    settings = with_example_shop(settings, now_utc())
    run_loop(_demo(settings, secrets, name))
    out.print(NEXT.format(conversation=escape(f"terminal:{name}")))


async def _run(settings: Settings, secrets: Secrets) -> None:
    say = _voice(settings)
    loader = Loader(settings, say=say)
    await read_ahead(settings, loader)
    operations, feed = Operations(settings), Feed()
    watchers = (*operations.watchers, feed)
    stop = stop_signal()
    async with (
        open_channels(settings, _channels_to_serve(settings)) as opened,
        open_service(
            settings, loader, [each.channel for each in opened], note=say, watchers=watchers, beside=True
        ) as service,
        operations.beside(service),
        console_beside(settings, service, opened, feed) as console,
        _receiving(settings, opened, service, operations, stop, console) as address,
    ):
        if console:
            say(f"Desk: {console.address(address)}")
        say(f"Ready: {', '.join(_title(each) for each in opened)}, {address}/healthz")
        await stop.wait()
        say("Stopping: finishing what is under way.")


def _voice(settings: Settings) -> Callable[[str], None]:
    """Says something to whoever started the service: on their terminal, or among the logs if programs read those."""
    if settings.log.format == "text":
        return errors.print
    return lambda line: log.info("%s", Text.from_markup(line), extra={"action": "service"})


def _channels_to_serve(settings: Settings) -> list[str]:
    if not settings.bot.channels:
        raise SettingError(
            "bot.channels is empty: nobody could write", remedy='Name the channels, such as channels = ["telegram"].'
        )
    return settings.bot.channels


def _title(opened: OpenChannel) -> str:
    return escape(opened.title or opened.channel.name)


async def _demo(settings: Settings, secrets: Secrets, name: str) -> None:
    loader = training_loader(settings)
    await read_ahead(settings, loader)
    terminal = terminal_channel(name)
    settings = on_a_free_port(settings)
    operations, feed = Operations(settings), Feed()
    # A demo goes without Telegram where there is no token for it.
    beside = [each for each in settings.bot.channels if each != "telegram" or secrets.telegram_token]
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_channels(settings, beside))
        service = await stack.enter_async_context(
            open_service(
                settings,
                loader,
                [terminal, *(each.channel for each in opened)],
                note=errors.print,
                agents=[LOCAL_AGENT],
                serves=only_here(terminal),
                watchers=(*operations.watchers, feed),
            )
        )
        stop = stop_signal()  # Not before: until here, Ctrl+C breaks off a training.
        await stack.enter_async_context(operations.beside(service))
        console = await stack.enter_async_context(console_beside(settings, service, opened, feed))
        receiving = _receiving(settings, opened, service, operations, stop, console)
        address = await stack.enter_async_context(receiving)
        if console:
            password = await let_admin_in(console)
            errors.print(f"Meja agen: [bold]{escape(console.address(address))}[/]")
            errors.print(
                f"  nama masuk [bold]{DEMO_LOGIN}[/], kata sandi [bold]{password}[/] (sampai demo ini selesai)"
            )
        for each in opened:
            errors.print(f"{each.channel.name.capitalize()}: {_title(each)} ikut melayani.")
        await converse(service, terminal, service.serving.mind().policy.phrases, stop)


@asynccontextmanager
async def _receiving(
    settings: Settings,
    opened: Sequence[OpenChannel],
    service: Service,
    operations: Operations,
    stop: asyncio.Event,
    console: Console | None,
) -> AsyncIterator[str]:
    """Let updates in, by every channel's own way, and people to the desk; gives the address of our HTTP server.

    At the end the server goes on while what is under way is finished, so that whoever asks learns of the stop.
    """
    take, readiness = service.intake.take, operations.readiness(service)
    app = operations.http_app(service, readiness)
    if console:
        app.mount(console.path, console.door)
    front = ChannelRoutes((route for each in opened for route in each.routes), take, app)
    server, trusted = settings.server, settings.console.trusted_proxies
    async with serving(
        front, server.host, server.port, websockets=console is not None, trusted_proxies=trusted
    ) as address:
        for each in opened:
            if each.connect:
                await each.connect(await service.store.moved_chats(each.channel.name))
        receivers = []
        for each in opened:
            if each.receive:
                report = partial(readiness.report, each.channel.name)
                report("nothing has been fetched yet")
                way = WayIn(take=take, stop=stop, report=report)
                fetch = service.worker.led(each.receive) if service.worker else each.receive
                receivers.append(asyncio.create_task(receive(each.channel.name, fetch, way)))
        try:
            yield address
        finally:
            readiness.draining()
            if any(each.routes for each in opened):
                await asyncio.sleep(settings.server.drain_seconds)
            stop.set()
            service.intake.close()
            await service.drain()
            await asyncio.gather(*receivers)
