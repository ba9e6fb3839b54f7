"""`tanggap chat`: the bot in the terminal, with the real pipeline, store and desk.

Lines that begin with `!` are the desk: whoever sits at the machine may play the agent as well.
"""

from __future__ import annotations

import asyncio
import getpass
import io
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

from rich.markup import escape

from bot.app import Service, now_utc, open_service
from bot.channels.terminal import NAME, TerminalChannel
from bot.cli.common import errors, out, progress_bar, settings_of
from bot.cli.explain import show_decision
from bot.cli.loop import run_loop, stop_signal
from bot.desk.service import DeskService
from bot.desk.store import WholeStore
from bot.knowledge.loading import Loader
from bot.mind import model_is_current, train_model
from bot.settings import Settings
from bot.storage import open_store
from conversation.effects import Address
from conversation.errors import Refusal, StorageError
from conversation.messages import Contact
from conversation.phrases import Phrases, ticket_number
from conversation.tickets import CLOSED, Agent, AgentId, Ticket, TicketId, TicketStatus

LOCAL_AGENT = Agent(id=AgentId("terminal:local"), name="Agen")
"""Whoever sits at the machine."""

INTRODUCTION = """\
[bold]Ngobrol dengan bot.[/] Coba misalnya:
  jam buka?
  cara bayarnya gmn min
  pesanan sy blm nyampe2, udh 2 minggu!!
  cuaca besok gimana ya
Tombol dipilih dengan mengetik nomornya. /bantuan: perintah. Ctrl+D: selesai.
Meja agen juga ada di sini: [bold]!tiket[/], [bold]!ambil 1[/], [bold]!balas 1 teks[/], [bold]!catat 1 teks[/],
[bold]!lepas 1[/], [bold]!selesai 1[/], [bold]!bot 1[/] (1 adalah nomor tiketnya).
"""


def chat_here(config: Path | None, name: str, explain: bool) -> None:
    """`tanggap chat`: train if needed, and talk until the input ends."""
    settings = settings_of(config)
    run_loop(_chat(settings, name or _user(), explain))


def ensure_model(settings: Settings) -> None:
    """Train the model if there is none that fits the knowledge base; says so on stderr."""
    if model_is_current(settings):
        return
    errors.print("Melatih model dulu; cukup sekali ...")
    with progress_bar("Melatih model") as progress:
        model = train_model(settings, progress)
    errors.print(f"Model dilatih dari {model.report.n_train} contoh untuk {len(model.report.intents)} maksud.")


async def read_ahead(settings: Settings, loader: Loader) -> None:
    """Read the configured files before channels are opened, if they are what will serve.

    Raises:
        TanggapError: they cannot be served.
    """
    active = None
    with suppress(StorageError):  # There is none yet; whatever else is wrong with it, is said when it is opened.
        store = cast(WholeStore, await open_store(settings.storage_url(), note=errors.print, create=False))
        try:
            active = await store.active()
        finally:
            await store.close()
    if active is None:
        await loader.read_files()


def training_loader(settings: Settings) -> Loader:
    """Loads what serves, and trains on the configured files if it is these and they have no model that fits."""
    return Loader(settings, say=errors.print, watch=progress_bar, prepare=lambda: ensure_model(settings))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "tamu"


async def _chat(settings: Settings, name: str, explain: bool) -> None:
    channel = terminal_channel(name)
    async with open_service(
        settings,
        training_loader(settings),
        [channel],
        note=errors.print,
        agents=[LOCAL_AGENT],
        watch=show_decision if explain else None,
        serves=only_here(channel),
    ) as service:
        stop = stop_signal()  # Not before: until here, Ctrl+C breaks off a training.
        await converse(service, channel, service.serving.mind().policy.phrases, stop)


def terminal_channel(name: str) -> TerminalChannel:
    """The terminal as a channel for a customer of this name."""
    return TerminalChannel(show=_show, contact=Contact(channel=NAME, address=name, name=name))


def only_here(channel: TerminalChannel) -> Callable[[Address], bool]:
    """Which addresses this terminal can reach: its own customer's, and every other channel's."""
    return lambda address: address.channel != NAME or address.chat == channel.contact.address


async def converse(service: Service, channel: TerminalChannel, phrases: Phrases, stop: asyncio.Event) -> None:
    """Talk until there are no more lines, nobody is left to read the answers, or `stop` is set."""
    if sys.stdin.isatty():
        out.print(INTRODUCTION)
    talk, stopped = asyncio.create_task(_talk(service, channel, phrases)), asyncio.create_task(stop.wait())
    await asyncio.wait({talk, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if stopped.done() and sys.stdin.isatty():
        out.print()
    for task in (talk, stopped):
        task.cancel()
    with suppress(asyncio.CancelledError):
        await talk


async def _talk(service: Service, channel: TerminalChannel, phrases: Phrases) -> None:
    """Hand each line to the bot or to the desk, and wait for what comes of it."""
    async for line in _lines():
        if line.startswith("!"):
            await _desk_line(service, line[1:], phrases)
        else:
            await service.intake.take([channel.typed(line, str(time.time_ns()), now_utc())])
        await service.settle(channel.contact)
        if out.reader_left:
            return


async def _lines() -> AsyncIterator[str]:
    """Lines of the standard input, without empty ones. Piped lines are shown, as if they had been typed.

    A daemon thread reads them: a thread of the pool that waits for a line would hold up the end.
    """
    typed = sys.stdin.isatty()
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str]()
    wanted = threading.Semaphore(0)

    def read() -> None:
        while True:
            wanted.acquire()
            try:
                line = sys.stdin.readline()
            except OSError:  # The terminal was closed.
                line = ""
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=read, daemon=True, name="stdin").start()
    while True:
        if typed:
            out.print("[bold cyan]Anda:[/] ", end="")
        wanted.release()
        line = await lines.get()
        if not line:
            if typed:
                out.print()
            return
        if not line.strip():
            continue
        if not typed:
            out.print(f"[bold cyan]Anda:[/] {escape(line.strip())}")
        yield line.strip()


def _show(text: str, buttons: tuple[str, ...]) -> None:
    out.print(f"[bold green]Bot:[/] {escape(text)}")
    for number, title in enumerate(buttons, start=1):
        out.print(f"     [bold]{number}[/]  {escape(title)}")


async def _desk_line(service: Service, line: str, phrases: Phrases) -> None:
    """One line of the agent's: a verb, a ticket number, and perhaps words."""
    verb, _, rest = line.partition(" ")
    if verb in ("tiket", ""):
        await _show_tickets(service, phrases)
        return
    number, _, text = rest.strip().lstrip("#").partition(" ")
    if verb not in ("ambil", "balas", "catat", "lepas", "selesai", "bot") or not number.isdecimal():
        out.print("[yellow]!tiket · !ambil N · !balas N teks · !catat N teks · !lepas N · !selesai N · !bot N[/]")
        return
    try:
        ticket = await _done(service.desk, TicketId(int(number)), verb, text)
    except Refusal as refusal:
        out.print(f"[yellow]{escape(str(refusal))}[/]")
        return
    out.print(f"[magenta]Meja:[/] {ticket_number(ticket.id)} {phrases.statuses[ticket.status.value]}")


async def _done(desk: DeskService, ticket: TicketId, verb: str, text: str) -> Ticket:
    """Do with a ticket what a verb says, and what else was typed with it."""
    doings: dict[str, Callable[[], Awaitable[Ticket]]] = {
        "ambil": lambda: desk.claim(ticket, LOCAL_AGENT),
        "balas": lambda: desk.reply(ticket, LOCAL_AGENT, text),
        "catat": lambda: desk.note(ticket, LOCAL_AGENT, text),
        "lepas": lambda: desk.release(ticket, LOCAL_AGENT),
        "selesai": lambda: desk.resolve(ticket, LOCAL_AGENT, text),
        "bot": lambda: desk.return_to_bot(ticket, LOCAL_AGENT, text),
    }
    return await doings[verb]()


async def _show_tickets(service: Service, phrases: Phrases) -> None:
    tickets = await service.store.tickets([status for status in TicketStatus if status not in CLOSED])
    for ticket in tickets:
        out.print(
            f"[magenta]Meja:[/] {ticket_number(ticket.id)} {escape(ticket.contact_name)} · "
            f"{phrases.reasons[ticket.reason.value]} · {ticket.department} · "
            f"{phrases.statuses[ticket.status.value]}"
        )
    if not tickets:
        out.print("[magenta]Meja:[/] tidak ada tiket terbuka.")
