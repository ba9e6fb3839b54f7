"""The composer: what it may write for a ticket, canned replies filled in for the customer, and suggested answers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.console.context import Context
from bot.console.inbox_acts import canned_for
from bot.console.inbox_files import LARGEST
from bot.console.inbox_words import INBOX_WORDS
from conversation.phrases import ticket_number
from conversation.tickets import Ticket, TicketId

_PLACE = re.compile(r"\{(nama|agen|tiket)\}")


class _Composer(ui.element, component="static/inbox_composer.js"):
    """The box in the browser; drafts stay there."""


class ComposerPane:
    """One page's composer."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._ticket_id: TicketId | None = None
        self._shown: dict[str, object] = {}
        self._suggested_for = ""

    def build(self, correct: Callable[[int, str], Awaitable[None]]) -> None:
        """Draw it; `correct` changes a message that was sent."""
        agent, words = self.ctx.agent, {**asdict(INBOX_WORDS[self.ctx.locale]), "cancel": self.ctx.words.cancel}
        self._element = _Composer().classes("inbox-composer-host")
        self._element.props["words"] = {**words, "save": self.ctx.words.save}
        self._element.props["me"], self._element.props["name"] = agent.id, agent.name
        self._element.props["prefix"] = self.ctx.prefix
        self._element.props["largest"] = LARGEST if self.ctx.aids.uploads else 0

        async def corrected(event: GenericEventArguments) -> None:
            await correct(int(event.args["id"]), str(event.args["text"]))

        self._element.on("correct", corrected)
        self._element.on("typing", lambda: self.ctx.feed.type(self.ctx.key), throttle=1.0)

    async def canned(self, ticket: Ticket) -> list[dict[str, str]]:
        """The canned replies for a ticket, filled in for its customer."""
        return [
            {"shortcut": each.shortcut, "text": filled(each.text, ticket, self.ctx.agent.name)}
            for each in await canned_for(self.ctx, ticket.department)
        ]

    def opening(self, ticket: Ticket, canned: list[dict[str, str]]) -> dict[str, object]:
        """What the composer is given when it begins to write for another ticket, by whoever shows its conversation."""
        self._ticket_id, self._suggested_for = ticket.id, ""
        self._shown = self._state(ticket)
        return {**self._shown, "canned": canned}

    async def follow(self, ticket: Ticket) -> None:
        """The ticket has changed; one that is about to be shown is opened when it is."""
        state = self._state(ticket)
        if ticket.id == self._ticket_id and state != self._shown:
            self._shown = state
            self._element.run_method("open", ticket.id, state)

    async def heard(self, ticket: Ticket, last_words: str) -> None:
        """Suggest answers to what the customer wrote last."""
        if last_words == self._suggested_for or not ticket.is_open:
            return
        self._suggested_for = last_words
        found = await self.ctx.aids.suggest(last_words) if last_words else ()
        self._element.run_method("suggest", ticket.id, [asdict(each) for each in found])

    def _state(self, ticket: Ticket) -> dict[str, object]:
        words, mine = INBOX_WORDS[self.ctx.locale], ticket.assignee == self.ctx.visit.agent_id
        if not ticket.is_open:
            hint = words.closed_now
        elif ticket.assignee is None:
            hint = words.claims_by_reply
        else:
            hint = "" if mine else words.held_by.format(name=ticket.assignee_name)
        return {"closed": not ticket.is_open, "hint": hint}


def filled(text: str, ticket: Ticket, agent_name: str) -> str:
    """A canned reply with its placeholders filled in; what it does not know stays as it is."""
    values = {"nama": ticket.contact_name, "agen": agent_name, "tiket": ticket_number(ticket.id)}
    return _PLACE.sub(lambda place: values[place[1]], text)
