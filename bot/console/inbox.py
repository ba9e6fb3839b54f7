"""The inbox: the page on which agents work all day, with its tickets, one conversation, and what is known about it.

It is live: the feed says what has changed, and each pane reads that again, at most a few times a second.
"""

from __future__ import annotations

from datetime import datetime

from nicegui import ui

from bot.console import inbox_acts as acts
from bot.console import inbox_dialogs as dialogs
from bot.console.assets import VERSION
from bot.console.components import when
from bot.console.context import Context
from bot.console.inbox_context import ContextPane
from bot.console.inbox_header import HeaderPane
from bot.console.inbox_list import ListPane
from bot.console.inbox_talk import TalkPane
from bot.console.inbox_words import INBOX_WORDS
from bot.console.pages import NotFound, page
from bot.console.palette import Palette, offered
from bot.console.rights import Forbidden, Right
from bot.console.ticket_words import TICKET_WORDS
from bot.desk.feed import (
    AgentChanged,
    DeliveryChanged,
    Event,
    MessagesChanged,
    Missed,
    PresenceChanged,
    TicketChanged,
)
from conversation.errors import Refusal
from conversation.messages import Author
from conversation.phrases import ticket_number
from conversation.tickets import Ticket, TicketId


@page("/inbox", Right.SERVE, lambda words: words.inbox, icon="inbox", order=10)
async def inbox(ctx: Context, ticket: int = 0) -> None:
    """The page; `ticket` is the one that it opens with."""
    try:
        first = await acts.open_ticket(ctx, TicketId(ticket)) if ticket else None
    except Forbidden:
        raise
    except Refusal as error:
        raise NotFound from error
    await _Inbox(ctx).build(first)


class _Inbox:
    """One open page."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.words = ctx, TICKET_WORDS[ctx.locale]
        self.ticket: Ticket | None = None
        self._latest: Ticket | None = None
        self.list = ListPane(ctx, self.choose)
        self.talk = TalkPane(ctx)
        self.header = HeaderPane(ctx)
        self.context = ContextPane(ctx)
        self.palette = Palette(ctx, self.act, self.choose)

    async def build(self, first: Ticket | None) -> None:
        """Draw the panes, with a ticket open if one is asked for."""
        ui.add_head_html(f'<link rel="stylesheet" href="{self.ctx.prefix}/static/inbox.css?v={VERSION}">')
        with ui.element("div").classes("inbox").props(f"data-pane={'talk' if first else 'list'}"):
            await self.list.build(first.id if first else None)
            with ui.element("section").classes("inbox-talk") as talk:
                talk.props["aria-label"] = INBOX_WORDS[self.ctx.locale].conversation
                self.header.build()
                self.talk.build()
            with ui.element("aside").classes("inbox-context"):
                self.header.build_back()
                self.context.build()
            self.palette.build()
        self.ctx.listen(self._heard, self._wanted)
        self.ctx.client.on_disconnect(lambda: self.ctx.feed.leave(self.ctx.key))
        self.ctx.client.on_connect(self._look)
        if first is not None:
            await self._open(first)

    async def choose(self, ticket_id: TicketId) -> None:
        """Open a ticket; that somebody saw it is written down."""
        if not self._is_open(ticket_id):
            await self._open(await acts.open_ticket(self.ctx, ticket_id))

    async def _open(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self._look()
        self.list.mark(ticket.id)

        def show_beside() -> None:
            self._show(self.ticket or ticket)
            self.header.presence(self.ctx.feed.onlookers(ticket.id))

        await self.talk.show(ticket, show_beside)

    def _look(self) -> None:
        """Let colleagues see who has the ticket open."""
        if self.ticket is not None:
            self.ctx.feed.look(self.ticket.id, self.ctx.key, self.ctx.agent.id, self.ctx.agent.name)

    def _show(self, ticket: Ticket) -> None:
        self.header.show(ticket)
        self.context.follow(ticket)
        self.palette.offer(offered(ticket, self.ctx.agent))

    def _wanted(self, event: Event) -> bool:
        match event:
            case TicketChanged(ticket=ticket):
                return self.ctx.may(Right.SERVE, ticket.department) or self._is_open(ticket.id)
            case MessagesChanged(conversation_id=where, added=added):
                return self._shows(where) or any(message.author is Author.CUSTOMER for message in added)
            case DeliveryChanged(conversation_id=where):
                return self._shows(where)
            case PresenceChanged(ticket_id=ticket_id):
                return self._is_open(ticket_id)
            case AgentChanged(agent_id=agent_id):
                return agent_id == self.ctx.visit.agent_id
        return True

    def _is_open(self, ticket_id: TicketId | None) -> bool:
        return self.ticket is not None and self.ticket.id == ticket_id

    def _shows(self, conversation_id: str) -> bool:
        return self.ticket is not None and self.ticket.conversation_id == conversation_id

    async def _heard(self, event: Event) -> None:
        match event:
            case TicketChanged(ticket=ticket):
                self._latest = ticket
                self.list.changed(ticket)
                if self._is_open(ticket.id):
                    await self._follow(ticket)
            case MessagesChanged(conversation_id=where, ticket_id=ticket_id, added=added):
                if self._shows(where):
                    self.talk.ask()
                if any(message.author is Author.CUSTOMER for message in added):
                    self._ring(ticket_id)
            case DeliveryChanged():
                self.talk.ask()
            case PresenceChanged(onlookers=onlookers):
                self.header.presence(onlookers)
            case AgentChanged() | Missed():
                await self._reread()

    async def _follow(self, ticket: Ticket) -> None:
        if not self.ctx.may(Right.SERVE, ticket.department):
            # It was passed on to a department that is not theirs: what it is now is none of their business.
            self.ctx.toast(self.words.transferred.format(ticket=ticket_number(ticket.id)))
            ui.navigate.to("/inbox")
            return
        self.ticket = ticket
        self._show(ticket)
        await self.talk.follow(ticket)

    def _ring(self, ticket_id: TicketId | None) -> None:
        """Let somebody who looks elsewhere know of what a customer wrote in a ticket of theirs, or of nobody's."""
        ticket = self._latest
        if ticket and ticket.id == ticket_id and ticket.assignee in (None, self.ctx.visit.agent_id):
            self.list.ring(ticket)

    async def _reread(self) -> None:
        self.list.reread()
        if self.ticket is not None:
            ticket = await self.ctx.store.ticket(self.ticket.id)
            if ticket is not None:
                await self._follow(ticket)
            self.talk.ask()

    async def act(self, name: str) -> None:
        """Do with the ticket what a button, a key or the palette asks for."""
        ticket, ctx = self.ticket, self.ctx
        if ticket is None:
            return
        if name != "claim" and name not in {each.name for each in offered(ticket, ctx.agent)}:
            raise Refusal(self._why_not(ticket))
        number = ticket_number(ticket.id)
        match name:
            case "claim":
                await acts.claim(ctx, ticket.id)
            case "release":
                await acts.release(ctx, ticket.id)
                ctx.toast(self.words.released.format(ticket=number), "good")
            case "wake":
                await acts.wake(ctx, ticket.id)
            case "finish":
                await acts.finish(ctx, ticket.id)
                ctx.toast(self.words.finished, "good")
            case "resolve":
                if (answer := await dialogs.ask_resolution(ctx, ticket)) is not None:
                    await acts.resolve(ctx, ticket.id, answer[0], sorted(answer[1]))
                    ctx.toast(self.words.resolved.format(ticket=number), "good")
            case "return_to_bot":
                if (summary := await dialogs.ask_summary(ctx)) is not None:
                    await acts.return_to_bot(ctx, ticket.id, summary)
                    ctx.toast(self.words.returned, "good")
            case "snooze":
                if (until := await dialogs.ask_until(ctx)) is not None:
                    await self._snooze(ticket, until)
            case "transfer":
                if (receiver := await dialogs.ask_receiver(ctx, ticket)) is not None:
                    await acts.transfer(ctx, ticket.id, *receiver)
                    ctx.toast(self.words.transferred.format(ticket=number), "good")

    def _why_not(self, ticket: Ticket) -> str:
        """Why something cannot be done with a ticket now."""
        phrases = self.ctx.phrases
        if ticket.assignee not in (None, self.ctx.visit.agent_id):
            return phrases.not_yours.format(agent=ticket.assignee_name)
        return phrases.desk.not_now.format(status=phrases.statuses[ticket.status.value])

    async def _snooze(self, ticket: Ticket, until: datetime) -> None:
        await acts.snooze(self.ctx, ticket.id, until)
        self.ctx.toast(self.words.snoozed.format(when=when(self.ctx, until)), "good")
