"""A channel over JSON and HTTP: a web site or a gateway posts what customers write, and is posted the answers.

    POST /gerbang   {"id": "m-17", "chat": "628123", "name": "Budi", "text": "jam buka?"}   (or "press": a payload)
    POST reply_url  {"chat": "628123", "text": "Buka jam 9", "buttons": [{"title": "…", "payload": "…"}]}

Both carry the same key. The sender posts again, under the same id, until it is answered 200.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from bot.channels.plugin import ChannelContext, OpenChannel, Request, Response, Route, Take
from conversation.effects import AnswerPress, Button, EditText, Effect, SendPhoto, SendText
from conversation.errors import SettingError
from conversation.messages import Author, Contact, CustomerEvent, Message, Press
from conversation.ports import Receipt, ReceiptStatus, Target, Update


@asynccontextmanager
async def open_gerbang(context: ChannelContext) -> AsyncIterator[OpenChannel]:
    """The channel, as `bot.channels = ["gerbang"]` names it."""
    reply_url = str(context.settings.get("reply_url", ""))
    if not reply_url.startswith(("http://", "https://")):
        raise SettingError("channels.gerbang.reply_url is missing", remedy="Set it to where answers are to be posted.")
    key = context.secret("GERBANG_KEY")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=10) as client:
        channel = Gerbang(client=client, reply_url=reply_url, key=key)
        route = Route(path="/gerbang", handle=channel.receive)
        yield OpenChannel(channel=channel, title="gerbang", routes=(route,))


@dataclass(kw_only=True)
class Gerbang:
    """Implements `Channel`."""

    client: httpx.AsyncClient
    reply_url: str
    key: str
    name: str = "gerbang"
    reads_fragments: bool = True

    async def receive(self, request: Request, take: Take) -> Response:
        """Have a message kept; only what is kept is answered 200."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self.key}".encode()):
            return Response(status=403)
        try:
            said = json.loads(await request.read())
            update = self.update(said["id"], said["chat"], said, datetime.now(UTC))
        except (ValueError, KeyError, TypeError):
            return Response(status=400)
        await take([update])
        return Response()

    def update(self, id: str, chat: str, said: dict[str, object], now: datetime) -> Update:
        """What the inbox keeps: the same id in the same chat is the same message, however often it comes."""
        payload = json.dumps({**said, "at": now.isoformat()})
        return Update(
            channel=self.name, key=f"{chat}:{id}", lane=f"{self.name}:{chat}", payload=payload, received_at=now
        )

    def read(self, update: Update) -> CustomerEvent:
        """The event in an update. Raises ValueError where `update` did not make it."""
        try:
            said = json.loads(update.payload)
            at = datetime.fromisoformat(said["at"])
            contact = Contact(channel=self.name, address=str(said["chat"]), name=str(said.get("name", "")))
            if "press" in said:
                return CustomerEvent(contact=contact, what=Press(press_id=said["id"], payload=said["press"], at=at))
            message = Message(author=Author.CUSTOMER, text=str(said["text"]), at=at, external_id=str(said["id"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not an update of {self.name}: {update.key}") from error
        return CustomerEvent(contact=contact, what=message)

    async def ready(self, target: Target, effect: Effect) -> None:
        """Whoever is behind `reply_url` sets no limits."""

    async def perform(self, target: Target, effect: Effect) -> Receipt:
        """Post what the customer shall see."""
        match effect:
            case SendText(text=text, buttons=rows) | EditText(text=text, buttons=rows):
                shown = {"text": text, "buttons": [_shown(button) for row in rows for button in row]}
            case SendPhoto(url=url, caption=caption):
                shown = {"text": caption, "photo": url}
            case AnswerPress():
                return Receipt(status=ReceiptStatus.DONE)  # The answer itself follows as a text.
            case _:
                return Receipt(status=ReceiptStatus.REJECTED, error=f"{self.name} cannot do {effect.kind}")
        try:
            answer = await self.client.post(self.reply_url, json={"chat": target.chat, **shown})
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:  # It never left.
            return Receipt(status=ReceiptStatus.RETRY, error=f"no connection: {type(error).__name__}")
        except httpx.HTTPError as error:  # It left, and nobody knows whether it arrived.
            return Receipt(status=ReceiptStatus.UNCERTAIN, error=f"no answer: {type(error).__name__}")
        if answer.is_success:
            return Receipt(status=ReceiptStatus.DONE)
        if answer.status_code in (429, 503):
            wait = float(answer.headers.get("retry-after", 5))
            return Receipt(status=ReceiptStatus.RETRY, retry_after=wait, error=f"HTTP {answer.status_code}")
        return Receipt(status=ReceiptStatus.REJECTED, error=f"HTTP {answer.status_code}")

    async def show_working(self, chat: str) -> None:
        """There is nothing to show it with."""


def _shown(button: Button) -> dict[str, str]:
    return {"title": button.title, "payload": button.payload}
