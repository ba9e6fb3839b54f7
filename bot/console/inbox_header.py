"""What stands above the conversation: whose it is, what can be done with the ticket, and who else looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from nicegui import ui

from bot.console.components import avatar, button, deadline_chip, icon_button, priority_mark, status_chip
from bot.console.context import Context
from bot.console.inbox_words import INBOX_WORDS
from bot.console.palette import CLAIM, RESOLVE, Act, offered
from bot.console.ticket_words import TICKET_WORDS
from bot.desk.feed import Onlooker
from conversation.phrases import ticket_number
from conversation.tickets import Ticket

E = TypeVar("E", bound=ui.element)


class HeaderPane:
    """One page's header. What somebody wants done goes to the page through `deskAct` of `inbox_keys.js`: that is still
    heard when the button they pressed is not there any more, such as of a claim that came too late."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.words, self.say = INBOX_WORDS[ctx.locale], TICKET_WORDS[ctx.locale]
        self._shown: object = None
        self._status: object = None
        self._due: object = None
        self._onlookers: tuple[Onlooker, ...] = ()

    def build(self) -> None:
        """Draw it, for no ticket yet."""
        self._bar = ui.element("header").classes("inbox-header")
        self._others = ui.element("div").classes("inbox-presence").props("role=status")
        self._others.set_visibility(False)
        self._bar.set_visibility(False)
        with ui.element("div").classes("desk-empty inbox-none") as self._nothing:
            ui.icon("forum")
            ui.label(self.words.choose).classes("desk-empty-text")
            ui.label(self.words.choose_help).classes("desk-empty-help")

    def build_back(self) -> None:
        """Draw, above the details, the way back to the conversation where there is no room for both."""
        with ui.element("div").classes("inbox-context-back"):
            back = icon_button("arrow_back", self.ctx.words.back)
            back.on("click", js_handler="() => deskPane('talk')")
            ui.label(self.words.details).classes("desk-subtitle")

    def show(self, ticket: Ticket) -> None:
        """Show a ticket. What is open, such as a menu, stays open while nothing of it has changed."""
        possible = offered(ticket, self.ctx.agent)
        state = (ticket.id, possible, ticket.assignee_name, ticket.priority, ticket.contact_name)
        if state != self._shown:
            self._shown, self._status, self._due = state, None, None
            self._nothing.set_visibility(False)
            self._bar.set_visibility(True)
            self._bar.clear()
            with self._bar:
                self._draw(ticket, possible)
        if ticket.status is not self._status:  # It changes with every message, and drawing is dear.
            self._status = ticket.status
            self._standing.clear()
            with self._standing:
                status_chip(self.ctx, ticket.status)
        if ticket.deadlines != self._due:
            self._due = ticket.deadlines
            self._clock.clear()
            with self._clock:
                deadline_chip(self.ctx, ticket)

    def presence(self, onlookers: Sequence[Onlooker]) -> None:
        """Show which colleagues have the same ticket open, and who of them is writing."""
        others = tuple(each for each in onlookers if each.agent_id != self.ctx.visit.agent_id)
        if others == self._onlookers:
            return
        self._onlookers = others
        typing = [each.name for each in others if each.typing]
        looking = [each.name for each in others if not each.typing]
        self._others.clear()
        self._others.set_visibility(bool(others))
        with self._others:
            for each in others[:4]:
                avatar(each.name, small=True)
            texts = [self.words.typing.format(names=", ".join(typing))] if typing else []
            texts += [self.words.looking.format(names=", ".join(looking))] if looking else []
            ui.label(" · ".join(texts))
        self._others.classes(**{"add" if typing else "remove": "inbox-presence-typing"})

    def _draw(self, ticket: Ticket, possible: list[Act]) -> None:
        back = icon_button("arrow_back", self.words.back_to_list).classes("inbox-back")
        back.on("click", js_handler="() => deskPane('list')")
        avatar(ticket.contact_name or "?", small=True)
        with ui.element("div").classes("inbox-header-who"):
            ui.label(ticket.contact_name or ticket_number(ticket.id)).classes("desk-subtitle desk-truncate").props(
                "role=heading aria-level=2"
            )
            with ui.element("div").classes("inbox-header-line"):
                ui.label(ticket_number(ticket.id)).classes("desk-faint desk-number")
                self._standing = ui.element("span").classes("inbox-standing")
                priority_mark(self.ctx, ticket.priority)
                self._clock = ui.element("span")
                if ticket.assignee_name:
                    ui.label(ticket.assignee_name).classes("desk-faint desk-truncate")
        with ui.element("div").classes("inbox-header-acts"):
            main = CLAIM if CLAIM in possible else RESOLVE if RESOLVE in possible else None
            if main:
                self._button(main)
            self._menu([act for act in possible if act is not main])
            details = icon_button("info", self.words.details).classes("inbox-to-context")
            details.on("click", js_handler="() => deskDetails()")

    def _button(self, act: Act) -> None:
        _asks(button(act.title(self.say), kind="primary", icon=act.icon), act)

    def _menu(self, others: list[Act]) -> None:
        if not others:
            return
        for act in others:
            if act.name in ("snooze", "wake", "transfer"):
                _asks(icon_button(act.icon, act.title(self.say)).classes("inbox-quick"), act)
        more = button("", kind="quiet", icon="more_horiz").classes("desk-icon-button").props("aria-haspopup=menu")
        more.props["aria-label"] = self.say.more
        with more, ui.menu().classes("inbox-menu"):
            for act in others:
                with _asks(ui.menu_item(), act):
                    ui.icon(act.icon).classes("inbox-menu-icon")
                    ui.label(act.title(self.say))


def _asks(shown: E, act: Act) -> E:
    """Let an element ask for something to be done."""
    shown.props["data-act"] = act.name
    shown.on("click", js_handler=f"() => deskAct('{act.name}')")
    return shown
