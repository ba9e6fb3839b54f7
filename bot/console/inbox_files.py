"""Files of a conversation over HTTP: what customers sent is fetched from their channel for whoever may see the ticket,
and what agents want to send is taken in. The channel's token stays here; what is no plain picture is only downloaded.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from bot.console.inbox_aids import Aids
from bot.console.pages import NotFound, endpoint, words_of
from bot.console.parts import Parts
from bot.console.rights import Right, require
from bot.desk.service import UPLOADED
from bot.uploads import NEW, SENT, prepare
from conversation.errors import ChannelError, Refusal
from conversation.messages import Attachment, MessageId
from conversation.tickets import Agent, Ticket, TicketId

LARGEST = 50 * 2**20
"""Bytes of a file that a bot may send (Bot API, sendDocument)."""

_ID = re.compile(r"[0-9a-f]{32}")
_PICTURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, max-age=3600",
}


@endpoint("/inbox/tickets/{ticket_id}/files/{message_id}/{index}", Right.SERVE)
async def customers_file(
    parts: Parts, agent: Agent, request: Request, ticket_id: int, message_id: int, index: int
) -> Response:
    """What is attached to a message of a ticket's conversation."""
    ticket = await _ticket(parts, agent, ticket_id)
    attachment = await _attachment(parts, ticket, MessageId(message_id), index)
    if attachment.file_id.startswith(UPLOADED):
        return _own_file(parts.aids, attachment)
    fetch = parts.aids.fetch.get(ticket.conversation_id.partition(":")[0])
    if fetch is None:
        raise NotFound
    try:
        content = await fetch(attachment.file_id)
    except ChannelError:
        return PlainTextResponse(words_of(agent).failed, status_code=HTTPStatus.BAD_GATEWAY)
    return Response(content, media_type=_media_type(content[:16]), headers=_shown(content[:16], attachment.detail))


@endpoint("/inbox/tickets/{ticket_id}/uploads", Right.SERVE, method="POST")
async def upload(parts: Parts, agent: Agent, request: Request, ticket_id: int) -> Response:
    """Take in a file that an agent is about to send; answers its id."""
    await _ticket(parts, agent, ticket_id)
    folder = parts.aids.uploads
    if folder is None:
        raise NotFound
    await asyncio.to_thread(prepare, folder)
    name = secrets.token_hex(16)
    path = folder / NEW / name
    announced = request.headers.get("content-length", "")
    if (announced.isdecimal() and int(announced) > LARGEST) or not await _written(path, request.stream()):
        await asyncio.to_thread(path.unlink, missing_ok=True)
        return PlainTextResponse(words_of(agent).failed, status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return PlainTextResponse(name)


def sent_file(aids: Aids, upload_id: str) -> Path:
    """Where an upload is kept that is sent now, or was sent before. Raises Refusal where there is no such upload."""
    if aids.uploads is None or not _ID.fullmatch(upload_id):
        raise Refusal(upload_id)
    new, kept = aids.uploads / NEW / upload_id, aids.uploads / SENT / upload_id
    if new.is_file():
        new.replace(kept)
    if not kept.is_file():
        raise Refusal(upload_id)
    return kept


async def _ticket(parts: Parts, agent: Agent, ticket_id: int) -> Ticket:
    ticket = await parts.store.ticket(TicketId(ticket_id))
    if ticket is None:
        raise NotFound
    require(agent, Right.SERVE, ticket.department, words=words_of(agent).forbidden)
    return ticket


async def _attachment(parts: Parts, ticket: Ticket, message_id: MessageId, index: int) -> Attachment:
    rows = await parts.store.history(ticket.conversation_id)
    found = next((row.message for row in rows if row.message.id == message_id), None)
    if found is None or not 0 <= index < len(found.attachments) or not found.attachments[index].file_id:
        raise NotFound
    return found.attachments[index]


def _own_file(aids: Aids, attachment: Attachment) -> Response:
    path = Path(attachment.file_id.removeprefix(UPLOADED))
    if aids.uploads is None or path.parent != aids.uploads / SENT or not path.is_file():
        raise NotFound
    with path.open("rb") as file:
        begins = file.read(16)
    return FileResponse(path, media_type=_media_type(begins), headers=_shown(begins, attachment.detail))


def _media_type(begins: bytes) -> str:
    return next((kind for mark, kind in _PICTURES if begins.startswith(mark)), "application/octet-stream")


def _shown(begins: bytes, name: str) -> dict[str, str]:
    """Pictures are shown; everything else is downloaded under its name, whatever it says it is."""
    if _media_type(begins).startswith("image/"):
        return _HEADERS
    return {**_HEADERS, "content-disposition": f"attachment; filename*=UTF-8''{quote(name or 'berkas', safe='')}"}


async def _written(path: Path, chunks: AsyncIterator[bytes]) -> bool:
    """Write a file; returns whether it is as small as it may be."""
    size = 0
    with await asyncio.to_thread(path.open, "wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                return False
            await asyncio.to_thread(file.write, chunk)
    return True
