"""The middle of the inbox: one ticket's conversation, live, and the composer below it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.console import inbox_acts as acts
from bot.console.components import confirm
from bot.console.context import Context
from bot.console.inbox_composer import ComposerPane
from bot.console.inbox_reading import Eye, Values, message_values
from bot.console.inbox_words import INBOX_WORDS
from bot.console.pace import Paced
from bot.console.rights import Right
from conversation.errors import TanggapError
from conversation.messages import Author, MessageId
from conversation.ports import HistoryRow
from conversation.tickets import Role, Ticket, TicketId

PAGE = 60
"""Messages that are shown at first, and that are added when somebody scrolls back."""

BY_SCROLLING, MORE = 1_000, 500
"""Up to so many messages are added by scrolling; then so many each time that somebody asks for them."""

REFRESH_EVERY = 0.2
"""Seconds between two refreshes at least."""


class _Thread(ui.element, component="static/inbox_thread.js"):
    """The messages in the browser."""


class TalkPane:
    """One page's conversation. It shows `ticket`, if there is one."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.ticket: Ticket | None = None
        self._limit = PAGE
        self._sent: dict[int, Values] = {}
        self._order: list[int] = []
        self._sending: set[tuple[TicketId, str]] = set()
        self._keys: dict[int, str] = {}
        self._refreshing = Paced(work=self.refresh, every=REFRESH_EVERY, failed=ctx.client.handle_exception)
        self.composer = ComposerPane(ctx)

    def build(self) -> None:
        """Draw it, empty."""
        words = asdict(INBOX_WORDS[self.ctx.locale])
        names = {"today": self.ctx.words.today.capitalize(), "yesterday": self.ctx.words.yesterday.capitalize()}
        self._element = _Thread().classes("inbox-thread-host")
        self._element.props["words"], self._element.props["names"] = words, names
        self._element.props["zone"], self._element.props["most"] = self.ctx.zone.key, BY_SCROLLING
        self._element.props["flags"] = self.ctx.aids.flag is not None
        self._on("send", self._send)
        self._on("older", self._older)
        self._on("again", self._again)
        self._on("takeback", self._take_back)
        self._on("flag", self._flag)
        self.composer.build(self._correct)
        self.ctx.client.on_delete(self._refreshing.stop)

    def ask(self) -> None:
        """Something was said, edited or delivered: show it."""
        self._refreshing.ask()

    async def show(self, ticket: Ticket, show_beside: Callable[[], None]) -> None:
        """Open a ticket's conversation; `show_beside` shows the rest of it at the same moment."""
        self.ticket, self._limit = ticket, PAGE
        values, older, rows = await self._read(ticket)
        canned = await self.composer.canned(ticket)
        if self.ticket.id != ticket.id:
            return  # Somebody was quicker to choose another.
        # All at once: what is typed below one customer's words or name must not go to another.
        self._element.run_method("open", ticket.id, values, older, self.composer.opening(ticket, canned))
        self._remember(values)
        show_beside()
        await self.composer.heard(ticket, _last_words(rows))

    async def follow(self, ticket: Ticket) -> None:
        """The ticket that is shown has changed."""
        before, self.ticket = self.ticket, ticket
        if before is not None and before.is_open != ticket.is_open:
            self.ask()
        await self.composer.follow(ticket)

    async def refresh(self) -> None:
        """Bring the browser what has changed."""
        ticket = self.ticket
        if ticket is None:
            return
        self.ctx.require(Right.SERVE, ticket.department)
        values, older, rows = await self._read(ticket)
        if self.ticket is None or self.ticket.id != ticket.id:
            return
        changed = [each for each in values if self._sent.get(each["id"]) != each]
        ids = [each["id"] for each in values]
        if changed or ids != self._order:
            self._element.run_method("put", ticket.id, changed, ids, older)
            self._remember(values)
        await self.composer.heard(ticket, _last_words(rows))

    def _remember(self, values: list[Values]) -> None:
        self._sent, self._order = {each["id"]: each for each in values}, [each["id"] for each in values]

    async def _read(self, ticket: Ticket) -> tuple[list[Values], bool, list[HistoryRow]]:
        rows = await self.ctx.store.history(ticket.conversation_id, limit=self._limit + 1)
        older = len(rows) > self._limit
        rows = rows[-self._limit :]
        for ticket_id, key in list(self._sending):
            self._settle(await acts.said_under(self.ctx, ticket_id, key), key)
        agent = self.ctx.agent
        eye = Eye(
            name=agent.name,
            everybodys=agent.role is not Role.AGENT,
            phrases=self.ctx.phrases,
            files=f"{self.ctx.prefix}/inbox/tickets/{ticket.id}/files",
            now=self.ctx.clock().timestamp(),
        )
        shown = [row for row in rows if row.message.id is not None]
        return [message_values(row, ticket, eye, self._keys.get(row.message.id or 0, "")) for row in shown], older, rows

    def _settle(self, message_id: MessageId | None, key: str) -> None:
        if message_id is not None:
            self._keys[message_id] = key

    def _on(self, event: str, handler: Callable[[Any], Awaitable[None]]) -> None:
        async def handle(event: GenericEventArguments) -> None:
            await handler(event.args)

        self._element.on(event, handle)

    async def _send(self, asked: dict[str, Any]) -> None:
        """Say what the composer was given, once for each key; the browser shows it already."""
        ticket_id, key, text = TicketId(int(asked["ticket"])), str(asked["key"])[:64], str(asked["text"])
        self._sending.add((ticket_id, key))
        try:
            if asked.get("note"):
                message_id = await acts.note(self.ctx, ticket_id, text, key)
            else:
                message_id = await acts.reply(self.ctx, ticket_id, text, key, _file(asked.get("file")))
            self._settle(message_id, key)
        except TanggapError as error:
            self._element.run_method("refused", key, self.ctx.told(error))
        finally:
            self._sending.discard((ticket_id, key))
        self.ask()

    async def _older(self, ticket_id: int) -> None:
        if self.ticket is not None and self.ticket.id == ticket_id:
            self._limit += PAGE if self._limit < BY_SCROLLING else MORE
            await self.refresh()

    async def _again(self, message_id: int) -> None:
        ticket = self.ticket
        values = self._sent.get(message_id)
        if ticket is None or values is None:
            return
        words = INBOX_WORDS[self.ctx.locale]
        doubtful = values["delivery"] == "unknown"
        if doubtful and not await self._sure(words.send_again, words.send_again_sure, words.send_again):
            return
        await acts.send_again(self.ctx, ticket.id, MessageId(message_id))

    async def _take_back(self, message_id: int) -> None:
        words, ticket = INBOX_WORDS[self.ctx.locale], self.ticket
        if ticket and await self._sure(words.delete_message, words.delete_sure, words.delete_message):
            await acts.take_back(self.ctx, ticket.id, MessageId(message_id))

    async def _flag(self, message_id: int) -> None:
        if self.ticket is not None:
            await acts.flag(self.ctx, self.ticket.id, MessageId(message_id))
            self._element.run_method("reported", message_id)
            self.ctx.toast(INBOX_WORDS[self.ctx.locale].flagged, "good")

    async def _correct(self, message_id: int, text: str) -> None:
        if self.ticket is not None:
            await acts.correct(self.ctx, self.ticket.id, MessageId(message_id), text)

    async def _sure(self, title: str, text: str, yes: str) -> bool:
        with self.ctx.client.content:
            return await confirm(self.ctx, title, text, yes)


def _last_words(rows: list[HistoryRow]) -> str:
    """The latest that the customer wrote and nobody has answered since; "" where it is not their turn."""
    for row in reversed(rows):
        if row.message.author is Author.AGENT:
            return ""
        if row.message.author is Author.CUSTOMER and row.message.text:
            return row.message.text
    return ""


def _file(asked: Any) -> tuple[str, str, bool] | None:
    return (str(asked["id"]), str(asked["name"]), bool(asked["photo"])) if asked else None
