"""`tanggap run` and `tanggap demo`: the service, and the service with a chat beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from rich.markup import escape

from bot.app import Service, open_service
from bot.channels.telegram import TelegramChannel, TelegramOptions, poll, webhook_router
from bot.cli.chat import LOCAL_AGENT, converse, ensure_model, mind_with_answers, only_here, terminal_channel
from bot.cli.common import config_path, errors, out, settings_of
from bot.cli.loop import run_loop, stop_signal
from bot.config import TOKEN_VARIABLE, WEBHOOK_SECRET_VARIABLE, Secrets, Settings, read_secrets
from bot.logs import start_logging
from bot.server import http_app, serving
from conversation.errors import SettingError
from conversation.ports import Channel

NEXT = """
[bold]Coba berikutnya:[/]
  make demo                      ngobrol langsung; [bold]!tiket[/] membuka meja agen
  TELEGRAM_TOKEN=… make demo     layani Telegram juga (token dari @BotFather)
  source .venv/bin/activate      lalu perintah tanggap bisa dipakai:
  tanggap chat --explain         lihat alasan setiap jawaban
  tanggap history {conversation:<14} baca lagi percakapan ini
  tanggap init botku             mulai bot sendiri"""


def serve(config: Path | None) -> None:
    """`tanggap run`: the service, until it is asked to stop."""
    if config_path(config) is None:
        raise SettingError(
            "there is no config.toml in this folder",
            remedy="Run `tanggap init DIR` and start it there, or name a file with --config.",
        )
    settings, secrets = settings_of(config), read_secrets()
    start_logging(settings.log.level, secrets)
    run_loop(_run(settings, secrets))


def demonstrate(config: Path | None, name: str) -> None:
    """`tanggap demo`: the chat, Telegram beside it if there is a token, and what to try next."""
    settings, secrets = settings_of(config), read_secrets()
    start_logging("WARNING", secrets)
    ensure_model(settings)
    run_loop(_demo(settings, secrets, name))
    out.print(NEXT.format(conversation=escape(f"terminal:{name}")))


async def _run(settings: Settings, secrets: Secrets) -> None:
    mind = mind_with_answers(settings)
    stop = stop_signal()
    async with (
        telegram_channel(settings, secrets) as telegram,
        open_service(settings, mind, [telegram], note=errors.print) as service,
        _receiving(settings, secrets, telegram, service, stop) as address,
    ):
        errors.print(f"Ready: @{telegram.username} by {settings.telegram.mode}, {address}/healthz")
        await stop.wait()
        errors.print("Stopping: finishing what is under way.")


async def _demo(settings: Settings, secrets: Secrets, name: str) -> None:
    mind = mind_with_answers(settings)
    terminal = terminal_channel(name)
    channels: list[Channel] = [terminal]
    stop = stop_signal()
    async with AsyncExitStack() as stack:
        telegram = None
        if secrets.telegram_token:
            telegram = await stack.enter_async_context(telegram_channel(settings, secrets))
            channels.append(telegram)
        service = await stack.enter_async_context(
            open_service(settings, mind, channels, note=errors.print, agents=[LOCAL_AGENT], serves=only_here(terminal))
        )
        if telegram:
            await stack.enter_async_context(_receiving(settings, secrets, telegram, service, stop))
            errors.print(f"Telegram: bot @{telegram.username} ikut melayani.")
        await converse(service, terminal, mind.policy.phrases, stop)


@asynccontextmanager
async def _receiving(
    settings: Settings, secrets: Secrets, telegram: TelegramChannel, service: Service, stop: asyncio.Event
) -> AsyncIterator[str]:
    """Let updates in, by polling or by webhook; gives the address of our HTTP server."""
    telegram.staff_moved(await service.store.moved_chats(telegram.name))
    server = settings.server
    if settings.telegram.mode == "webhook":
        secret = _webhook_secret(settings, secrets)
        routes = [webhook_router(telegram, service.intake.take, settings.telegram.webhook_path, secret)]
        async with serving(http_app(service.store, routes), server.host, server.port) as address:
            await telegram.set_webhook(settings.telegram.webhook_url + settings.telegram.webhook_path, secret)
            yield address
        return
    async with serving(http_app(service.store), server.host, server.port) as address:
        polling = asyncio.create_task(poll(telegram, service.intake.take, stop))
        polling.add_done_callback(lambda _: stop.set())
        try:
            yield address
        finally:
            stop.set()
            await polling


def _webhook_secret(settings: Settings, secrets: Secrets) -> str:
    if not settings.telegram.webhook_url:
        raise SettingError(
            "telegram.mode is webhook, but telegram.webhook_url is empty",
            remedy="Set it to the public https address at which Telegram reaches this service.",
        )
    if secrets.webhook_secret is None:
        raise SettingError(
            f"telegram.mode is webhook, but {WEBHOOK_SECRET_VARIABLE} is not in the environment",
            remedy=f"Set {WEBHOOK_SECRET_VARIABLE} to a long random word (letters, digits, _ and -).",
        )
    return secrets.webhook_secret.get_secret_value()


@asynccontextmanager
async def telegram_channel(settings: Settings, secrets: Secrets) -> AsyncIterator[TelegramChannel]:
    """The Telegram channel, its token checked.

    Raises:
        SettingError: there is no token in the environment.
        ChannelError: Telegram refuses the token, or cannot be reached.
    """
    if secrets.telegram_token is None:
        raise SettingError(
            f"{TOKEN_VARIABLE} is not in the environment",
            remedy=f"Get a token from @BotFather and set {TOKEN_VARIABLE}; `tanggap chat` works without one.",
        )
    telegram = settings.telegram
    channel = TelegramChannel(
        TelegramOptions(
            token=secrets.telegram_token.get_secret_value(),
            api_base_url=telegram.api_base_url,
            file_base_url=telegram.file_base_url,
            staff_chats=frozenset({str(telegram.staff_chat_id)} if telegram.staff_chat_id else ()),
            messages_per_second=telegram.messages_per_second,
            group_messages_per_minute=telegram.group_messages_per_minute,
            poll_timeout_seconds=telegram.poll_timeout_seconds,
        )
    )
    await channel.start()
    try:
        yield channel
    finally:
        await channel.stop()
