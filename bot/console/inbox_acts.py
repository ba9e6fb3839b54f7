"""What agents do in the inbox: each a guarded method that goes through the desk's one door and is written down.

Refusals carry the words for whoever is refused. Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.console.context import Context
from bot.console.inbox_files import sent_file
from bot.console.inbox_words import INBOX_WORDS
from bot.console.rights import Right, guarded
from bot.desk.acting import COMPOSER
from conversation.desk_ports import CannedReply
from conversation.effects import Address, OutboxStatus, SendFile
from conversation.errors import Refusal
from conversation.messages import AttachmentKind, Author, MessageId
from conversation.phrases import ticket_number
from conversation.ports import HistoryRow
from conversation.tickets import Ticket, TicketId

LONGEST = 4_096
"""Characters of one message that Telegram takes."""


async def _department(ctx: Context, ticket_id: TicketId, *rest: object, **more: object) -> str | None:
    """Whose matter a ticket is."""
    ticket = await ctx.store.ticket(ticket_id)
    return ticket.department if ticket else None


async def _done(ctx: Context, action: str, ticket: Ticket, detail: str = "") -> Ticket:
    await ctx.record(action, ticket_number(ticket.id), detail)
    return ticket


@guarded(Right.SERVE, department=_department)
async def open_ticket(ctx: Context, ticket_id: TicketId) -> Ticket:
    """See a ticket and its conversation. Raises Refusal where there is none."""
    ticket = await ctx.store.ticket(ticket_id)
    if ticket is None:
        raise Refusal(ctx.phrases.no_such_ticket.format(ticket=ticket_number(ticket_id)))
    return await _done(ctx, "ticket_open", ticket)


@guarded(Right.SERVE, department=_department)
async def claim(ctx: Context, ticket_id: TicketId) -> Ticket:
    """Take a ticket; who loses the race is told who won it."""
    return await _done(ctx, "ticket_claim", await ctx.desk.claim(ticket_id, ctx.agent))


@guarded(Right.SERVE, department=_department)
async def release(ctx: Context, ticket_id: TicketId) -> Ticket:
    """Give it back to the queue."""
    return await _done(ctx, "ticket_release", await ctx.desk.release(ticket_id, ctx.agent))


@guarded(Right.SERVE, department=_department)
async def transfer(ctx: Context, ticket_id: TicketId, to: str, comment: str = "") -> Ticket:
    """Pass it on, to an agent's id or to a department's name."""
    return await _done(ctx, "ticket_transfer", await ctx.desk.transfer(ticket_id, ctx.agent, to, comment), to)


@guarded(Right.SERVE, department=_department)
async def snooze(ctx: Context, ticket_id: TicketId, until: datetime) -> Ticket:
    """Put it away until a time."""
    return await _done(ctx, "ticket_snooze", await ctx.desk.snooze(ticket_id, ctx.agent, until), until.isoformat())


@guarded(Right.SERVE, department=_department)
async def wake(ctx: Context, ticket_id: TicketId) -> Ticket:
    """Take it up again before that."""
    return await _done(ctx, "ticket_wake", await ctx.desk.wake(ticket_id, ctx.agent))


@guarded(Right.SERVE, department=_department)
async def finish(ctx: Context, ticket_id: TicketId) -> Ticket:
    """The customer is served; the wrap-up is left."""
    return await _done(ctx, "ticket_finish", await ctx.desk.finish(ticket_id, ctx.agent))


@guarded(Right.SERVE, department=_department)
async def resolve(ctx: Context, ticket_id: TicketId, resolution: str = "", labels: Iterable[str] = ()) -> Ticket:
    """Close it as done; `labels` are all that it shall have."""
    await ctx.desk.label(ticket_id, ctx.agent, labels)
    return await _done(ctx, "ticket_resolve", await ctx.desk.resolve(ticket_id, ctx.agent, resolution.strip()))


@guarded(Right.SERVE, department=_department)
async def return_to_bot(ctx: Context, ticket_id: TicketId, summary: str = "") -> Ticket:
    """Give the conversation back to the bot."""
    return await _done(ctx, "ticket_return", await ctx.desk.return_to_bot(ticket_id, ctx.agent, summary.strip()))


@guarded(Right.SERVE, department=_department)
async def label(ctx: Context, ticket_id: TicketId, labels: Iterable[str]) -> Ticket:
    """Give it these labels and no others."""
    chosen = tuple(labels)
    return await _done(ctx, "ticket_label", await ctx.desk.label(ticket_id, ctx.agent, chosen), ", ".join(chosen))


@guarded(Right.SERVE, department=_department)
async def reply(
    ctx: Context, ticket_id: TicketId, text: str, key: str = "", file: tuple[str, str, bool] | None = None
) -> MessageId | None:
    """Answer the customer, once for each `key`; returns the message. `file` is an upload: its id, its name, and
    whether it is a photo."""
    _checked_length(ctx, text)
    sending = None
    if file is not None:
        upload, name, photo = file
        kind = AttachmentKind.PHOTO if photo else AttachmentKind.DOCUMENT
        sending = SendFile(path=str(sent_file(ctx.aids, upload)), name=name[:120] or "berkas", media=kind)
    await ctx.desk.reply(ticket_id, ctx.agent, text, file=sending, key=key)
    return await said_under(ctx, ticket_id, key)


@guarded(Right.SERVE, department=_department)
async def note(ctx: Context, ticket_id: TicketId, text: str, key: str = "") -> MessageId | None:
    """Leave a remark for colleagues."""
    _checked_length(ctx, text)
    await ctx.desk.note(ticket_id, ctx.agent, text, key=key)
    return await said_under(ctx, ticket_id, key)


@guarded(Right.SERVE, department=_department)
async def send_again(ctx: Context, ticket_id: TicketId, message_id: MessageId) -> None:
    """Send once more what did not arrive: once, however often this is asked."""
    row = await _message(ctx, ticket_id, message_id)
    if row.message.author is not Author.AGENT or row.delivery not in (OutboxStatus.FAILED, OutboxStatus.UNKNOWN):
        return
    file = None
    if row.message.attachments:
        attached = row.message.attachments[0]
        path = sent_file(ctx.aids, attached.file_id.rpartition("/")[2])
        file = SendFile(path=str(path), name=attached.detail, media=attached.kind)
    key = f"again:{message_id}"
    await ctx.desk.reply(ticket_id, ctx.agent, row.message.text, file=file, key=key)


@guarded(Right.SERVE, department=_department)
async def correct(ctx: Context, ticket_id: TicketId, message_id: MessageId, text: str) -> None:
    """Change what the customer was told."""
    _checked_length(ctx, text)
    ticket = await ctx.desk.correct(ticket_id, ctx.agent, message_id, text)
    await _done(ctx, "message_change", ticket, str(message_id))


@guarded(Right.SERVE, department=_department)
async def take_back(ctx: Context, ticket_id: TicketId, message_id: MessageId) -> None:
    """Take back what the customer was told."""
    ticket = await ctx.desk.delete(ticket_id, ctx.agent, message_id)
    await _done(ctx, "message_delete", ticket, str(message_id))


@guarded(Right.SERVE, department=_department)
async def flag(ctx: Context, ticket_id: TicketId, message_id: MessageId, right_intent: str = "") -> None:
    """Report what the bot said as a wrong answer; `right_intent` is what the customer meant, where that is known."""
    row, ticket = await _message(ctx, ticket_id, message_id), await ctx.store.ticket(ticket_id)
    if ctx.aids.flag is None or ticket is None or row.message.author is not Author.BOT:
        raise Refusal(ctx.words.not_found)
    try:
        await ctx.aids.flag(ticket.conversation_id, message_id, ctx.agent, right_intent)
    except Refusal as refusal:
        raise Refusal(INBOX_WORDS[ctx.locale].not_flagged) from refusal
    await ctx.record("message_flag", ticket_number(ticket_id), str(message_id))


@guarded(Right.CANNED_USE)
async def canned_for(ctx: Context, department: str) -> list[CannedReply]:
    """The canned replies that fit a department's tickets: its own, and those for all."""
    return [each for each in await ctx.store.canned_replies() if each.department in ("", department)]


async def said_under(ctx: Context, ticket_id: TicketId, key: str) -> MessageId | None:
    """What the composer's words under a key have become."""
    message = await ctx.store.message_at(Address(channel=COMPOSER, chat=str(ticket_id)), key) if key else None
    return message.id if message else None


async def _message(ctx: Context, ticket_id: TicketId, message_id: MessageId) -> HistoryRow:
    ticket = await ctx.store.ticket(ticket_id)
    rows = await ctx.store.history(ticket.conversation_id) if ticket else []
    found = next((row for row in rows if row.message.id == message_id), None)
    if found is None:
        raise Refusal(ctx.words.not_found)
    return found


def _checked_length(ctx: Context, text: str) -> None:
    if len(text) > LONGEST:
        raise Refusal(ctx.phrases.empty_reply if not text.strip() else f"{len(text)} > {LONGEST}")
