"""`tanggap history` and `tanggap tickets`: what is in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from rich.markup import escape
from rich.table import Column, Table

from bot.cli.common import out, print_json, settings_of
from bot.settings import Settings
from bot.storage import open_store
from conversation.errors import DataError
from conversation.messages import ConversationId
from conversation.phrases import in_words, ticket_number
from conversation.ports import HistoryRow, Store, TurnRecord
from conversation.state import Episode
from conversation.tickets import CLOSED, Ticket, TicketStatus

T = TypeVar("T")


def show_history(config: Path | None, conversation: str, as_json: bool) -> None:
    """`tanggap history`: all that was said, by whom, and what became of each message."""
    settings = settings_of(config)

    async def read(store: Store) -> tuple[list[HistoryRow], list[TurnRecord], list[Episode]]:
        conversation_id = ConversationId(conversation)
        if await store.load_by_id(conversation_id, recent=0) is None:
            raise DataError(
                f"there is no conversation {conversation}",
                remedy="It is named channel:address; `tanggap tickets` shows those with tickets.",
            )
        return (
            await store.history(conversation_id),
            await store.turns(conversation_id),
            await store.episodes(conversation_id),
        )

    rows, turns, episodes = _with_store(settings, read)
    if as_json:
        print_json(
            {
                "conversation": conversation,
                "messages": [_plain(row) for row in rows],
                "turns": [_turn(turn) for turn in turns],
                "episodes": [_episode(episode) for episode in episodes],
            }
        )
        return
    phrases = settings.phrases()
    for row in rows:
        message = row.message
        who = message.author_name or phrases.authors[message.author.value]
        status = f" [yellow]({row.delivery.value})[/]" if row.delivery and row.delivery.value != "sent" else ""
        stamp = f"[dim]{message.at.astimezone():%d/%m %H:%M:%S}[/]"
        out.print(f"{stamp} [bold]{escape(who)}:[/] {escape(in_words(message, phrases))}{status}")
        for previous in row.previous_texts:
            out.print(f"               [dim]sebelumnya: {escape(previous)}[/]")


def show_tickets(config: Path | None, everything: bool, as_json: bool) -> None:
    """`tanggap tickets`: the open ones, or every one."""
    settings = settings_of(config)
    statuses = [] if everything else [status for status in TicketStatus if status not in CLOSED]

    async def read(store: Store) -> list[Ticket]:
        return await store.tickets(statuses, limit=1000)

    found = _with_store(settings, read)
    if as_json:
        print_json([_ticket(ticket) for ticket in found])
        return
    phrases = settings.phrases()
    table = Table("Tiket", Column("Percakapan", no_wrap=True), "Pelanggan", "Alasan", "Bagian", box=None)
    for title in ("Prioritas", "Status", "Agen", "Sejak"):
        table.add_column(title)
    for ticket in found:
        table.add_row(
            ticket_number(ticket.id),
            escape(ticket.conversation_id),
            escape(ticket.contact_name),
            phrases.reasons[ticket.reason.value],
            escape(ticket.department),
            phrases.priorities[ticket.priority.name],
            phrases.statuses[ticket.status.value],
            escape(ticket.assignee_name),
            f"{ticket.queued_at.astimezone():%d/%m %H:%M}",
        )
    out.print(table if found else "Tidak ada tiket.")


def _with_store(settings: Settings, read: Callable[[Store], Awaitable[T]]) -> T:
    """Read from the store.

    Raises:
        StorageError: there is none yet (reading makes none), or it cannot be opened.
    """
    url = settings.storage_url()

    async def run() -> T:
        store = await open_store(url, create=False)
        try:
            return await read(store)
        finally:
            await store.close()

    return asyncio.run(run())


def _plain(row: HistoryRow) -> dict[str, object]:
    message = row.message
    return {
        "id": message.id,
        "at": message.at.isoformat(),
        "author": message.author.value,
        "name": message.author_name,
        "text": message.text,
        "attachments": [{"kind": a.kind.value, "detail": a.detail} for a in message.attachments],
        "external_id": message.external_id,
        "delivery": row.delivery.value if row.delivery else None,
        "error": row.error,
        "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "previous_texts": list(row.previous_texts),
    }


def _episode(episode: Episode) -> dict[str, object]:
    return {
        "id": episode.id,
        "opened_at": episode.opened_at.isoformat(),
        "closed_at": episode.closed_at.isoformat() if episode.closed_at else None,
        "closed_by": episode.closed_by,
    }


def _turn(turn: TurnRecord) -> dict[str, object]:
    return {
        "at": turn.at.isoformat(),
        "kind": turn.kind,
        "intent": turn.intent,
        "reason": turn.reason,
        "duration_us": turn.duration_us,
        "record": turn.record,
    }


def _ticket(ticket: Ticket) -> dict[str, object]:
    return {
        "id": ticket.id,
        "conversation": ticket.conversation_id,
        "contact": ticket.contact_name,
        "status": ticket.status.value,
        "reason": ticket.reason.value,
        "department": ticket.department,
        "priority": ticket.priority.name.lower(),
        "assignee": ticket.assignee,
        "assignee_name": ticket.assignee_name,
        "queued_at": ticket.queued_at.isoformat(),
        "waiting_since": ticket.waiting_since.isoformat() if ticket.waiting_since else None,
        "resolution": ticket.resolution,
        "packet": ticket.packet,
    }
