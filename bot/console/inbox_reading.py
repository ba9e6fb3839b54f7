"""What the inbox reads of the store, and the values that its scripts in the browser are given of it.

Pages that ask the same between two events of the feed are answered by one query. Nothing here draws or decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from bot.console.components import hue_of, initials
from bot.desk.acting import WholeStore
from bot.desk.feed import (
    DeliveryChanged,
    Event,
    Feed,
    KnowledgeChanged,
    MessagesChanged,
    PresenceChanged,
    TicketChanged,
)
from bot.desk.service import DELETABLE_FOR
from conversation.desk_ports import TicketQuery, TicketRow
from conversation.effects import OutboxStatus
from conversation.messages import Attachment, AttachmentKind, Author, Message
from conversation.phrases import Phrases, ticket_number
from conversation.ports import HistoryRow
from conversation.tickets import AgentId, Ticket, TicketId

COUNT_EVERY = 0.5
"""Seconds between two questions for the same counts at least, however much happens and however many pages are open."""

MOST_ROWS = 100
"""Tickets in a list at most."""

MOST_KEPT = 5_000
"""Rows that are remembered at most, to tell quickly what has changed."""

Values = dict[str, Any]

_ICONS = {
    AttachmentKind.PHOTO: "image",
    AttachmentKind.DOCUMENT: "description",
    AttachmentKind.VOICE: "mic",
    AttachmentKind.AUDIO: "audiotrack",
    AttachmentKind.VIDEO: "movie",
    AttachmentKind.STICKER: "emoji_emotions",
    AttachmentKind.LOCATION: "place",
    AttachmentKind.CONTACT: "contacts",
}

_WITH_BYTES = frozenset(AttachmentKind) - {AttachmentKind.LOCATION, AttachmentKind.CONTACT, AttachmentKind.OTHER}


@dataclass(kw_only=True, slots=True)
class _Count:
    """A question for counts: its answer, when it was asked, and whether something has happened since."""

    answer: asyncio.Future[Mapping[Any, int]]
    asked_at: float
    old: bool = False


@dataclass(kw_only=True, eq=False)
class Reads:
    """The reads that pages share, each good until the next event of the feed that may change it."""

    store: WholeStore
    _known: dict[object, asyncio.Future[Any]] = field(default_factory=dict)
    _rows: dict[TicketId, Values] = field(default_factory=dict)
    _counted: dict[object, _Count] = field(default_factory=dict)
    _weights: dict[TicketId, object] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def follow(self, feed: Feed) -> None:
        """Forget what was read whenever something happens."""
        self._stack.enter_context(feed.subscribe(self._happened))

    def _happened(self, event: Event) -> bool:
        if isinstance(event, PresenceChanged | DeliveryChanged | KnowledgeChanged):
            return False
        self._known.clear()
        if isinstance(event, MessagesChanged):
            return False
        if not isinstance(event, TicketChanged) or self._weighs_otherwise(event.ticket):
            for count in self._counted.values():
                count.old = True
        return False

    def _weighs_otherwise(self, ticket: Ticket) -> bool:
        """Whether a ticket may be counted otherwise than before: most changes are but the next message of a talk."""
        before = self._weights.pop(ticket.id, None)
        if not ticket.is_open:
            return True
        self._weights[ticket.id] = weight = (ticket.assignee, ticket.department, ticket.is_at_risk)
        return weight != before

    async def rows(self, query: TicketQuery) -> list[Values]:
        """The first tickets of a list, as values. A row that has not changed is the same object as before."""

        async def read() -> list[Values]:
            return [self._same(row_values(row)) for row in await self.store.ticket_rows(query, limit=MOST_ROWS)]

        found: list[Values] = await _shared(self._known, query, read)
        return found

    async def tickets(self, query: TicketQuery, limit: int) -> list[Ticket]:
        """The first tickets of a list."""

        async def read() -> list[Ticket]:
            return [row.ticket for row in await self.store.ticket_rows(query, limit)]

        found: list[Ticket] = await _shared(self._known, (query, limit), read)
        return found

    async def open_load(self) -> Mapping[AgentId, int]:
        """See `DeskStore.open_load`."""
        found: Mapping[AgentId, int] = await _shared(self._known, "load", self.store.open_load)
        return found

    def _same(self, row: Values) -> Values:
        if self._rows.get(row["id"]) == row:
            return self._rows[row["id"]]
        if len(self._rows) >= MOST_KEPT:
            self._rows.clear()
        self._rows[row["id"]] = row
        return row

    async def counts(self, departments: frozenset[str] | None, agent_id: AgentId) -> tuple[Mapping[str, int], bool]:
        """See `DeskStore.ticket_counts`, with `mine` of an agent; and whether that is all there is to know. Where it is
        not, something has happened since and the last question was too short a time ago: ask again after
        `COUNT_EVERY`."""
        here, in_hand = await asyncio.gather(
            self._count(("departments", departments), lambda: self.store.ticket_counts(departments)),
            self._count(("in hand",), self.store.in_hand),
        )
        mine = in_hand.answer.result().get(agent_id, 0)
        return {**here.answer.result(), "mine": mine}, not (here.old or in_hand.old)

    async def _count(self, key: object, ask: Callable[[], Coroutine[Any, Any, Mapping[Any, int]]]) -> _Count:
        """The latest answer to a question for counts."""
        now = asyncio.get_running_loop().time()
        count = self._counted.get(key)
        if count is None or (count.old and now - count.asked_at >= COUNT_EVERY):
            count = self._counted[key] = _Count(answer=asyncio.ensure_future(ask()), asked_at=now)
        try:
            await asyncio.shield(count.answer)
            return count
        except BaseException:
            if self._counted.get(key) is count:
                del self._counted[key]
            raise


async def _shared(known: dict[object, asyncio.Future[Any]], key: object, read: Callable[[], Awaitable[Any]]) -> Any:
    """What is known under a key, or else what is read now."""
    reading = known.get(key)
    if reading is None:
        reading = known[key] = asyncio.ensure_future(read())
    try:
        return await asyncio.shield(reading)
    except BaseException:
        if known.get(key) is reading:
            del known[key]
        raise


_READS: WeakKeyDictionary[Feed, Reads] = WeakKeyDictionary()


def reads_of(store: WholeStore, feed: Feed) -> Reads:
    """The reads that all pages of a service share."""
    reads = _READS.get(feed)
    if reads is None:
        reads = _READS[feed] = Reads(store=store)
        reads.follow(feed)
    return reads


def row_values(row: TicketRow) -> Values:
    """A ticket as the list shows it. Times are seconds since 1970."""
    ticket, latest = row.ticket, row.latest
    running = ticket.is_open and ticket.deadlines.paused_at is None
    due = ticket.deadlines.next if running else None
    waits = ticket.waiting_since is not None and ticket.is_open
    if latest and latest.author is Author.SYSTEM:
        # What the system said last tells an agent nothing: what it was about does.
        text = " ".join(str(ticket.packet.get("text") or latest.text).split())[:120]
    else:
        text = _preview(latest) if latest else ""
    return {
        "id": ticket.id,
        "number": ticket_number(ticket.id),
        "name": ticket.contact_name,
        "initials": initials(ticket.contact_name),
        "hue": hue_of(ticket.contact_name),
        "department": ticket.department,
        "status": ticket.status.value,
        "priority": ticket.priority.name,
        "holder": ticket.assignee_name,
        "waiting": int(ticket.waiting_since.timestamp()) if ticket.waiting_since and waits else None,
        "due": int(due.timestamp()) if due else None,
        "warned": bool(ticket.deadlines.warned),
        "theirs": latest is None or latest.author not in (Author.AGENT, Author.NOTE, Author.BOT),
        "by": latest.author_name if latest and latest.author in (Author.AGENT, Author.NOTE) else "",
        "text": text,
        "kind": latest.attachments[0].kind.value if latest and latest.attachments else "",
        "at": latest.at.timestamp() if latest else ticket.queued_at.timestamp(),
    }


def row_for(values: Values, phrases: Phrases) -> Values:
    """The row in the words of whoever looks: what was sent without text is named."""
    if values["text"] or not values["kind"]:
        return values
    return {**values, "text": phrases.attachments.get(values["kind"], values["kind"])}


@dataclass(frozen=True, kw_only=True, slots=True)
class Eye:
    """Through whose eyes messages are seen: what they may change, and where their browser finds files."""

    name: str
    everybodys: bool
    phrases: Phrases
    files: str
    now: float


def message_values(row: HistoryRow, ticket: Ticket, eye: Eye, settles: str = "") -> Values:
    """A message as the conversation shows it; `settles` is the key under which this page sent it."""
    message = row.message
    by_agent = message.author is Author.AGENT
    gone = by_agent and not message.text and not message.attachments and bool(row.previous_texts)
    arrived = by_agent and row.delivery is OutboxStatus.SENT and not gone
    changeable = arrived and (eye.everybodys or message.author_name == eye.name)
    failed = row.delivery in (OutboxStatus.FAILED, OutboxStatus.UNKNOWN) and by_agent and ticket.is_open
    return {
        "id": message.id,
        "who": message.author.value,
        "name": message.author_name or (ticket.contact_name if message.author is Author.CUSTOMER else ""),
        "text": message.text,
        "at": message.at.timestamp(),
        "before": list(row.previous_texts),
        "gone": gone,
        "delivery": row.delivery.value if row.delivery and message.author is not Author.CUSTOMER else "",
        "error": row.error,
        "again": failed,
        "editable": changeable and not message.attachments,
        "deletable": changeable and eye.now - message.at.timestamp() < DELETABLE_FOR.total_seconds(),
        "files": [_file_values(each, message, index, eye) for index, each in enumerate(message.attachments)],
        "settles": settles,
    }


def _file_values(attachment: Attachment, message: Message, index: int, eye: Eye) -> Values:
    kind = attachment.kind
    title = eye.phrases.attachments.get(kind.value, kind.value)
    about = [title if attachment.detail else "", _size(attachment.size)]
    return {
        "picture": kind is AttachmentKind.PHOTO and bool(attachment.file_id),
        "url": f"{eye.files}/{message.id}/{index}" if kind in _WITH_BYTES and attachment.file_id else "",
        "name": attachment.detail or title,
        "icon": _ICONS.get(kind, "attach_file"),
        "about": " · ".join(part for part in about if part),
    }


def _size(size: int | None) -> str:
    if not size:
        return ""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, size // 1024)} KB"


def _preview(message: Message) -> str:
    return " ".join(message.text.split())[:120]
