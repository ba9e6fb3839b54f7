"""What can be done with a ticket now, as the header, the palette and the keys offer it; and the palette itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.console.context import Context
from bot.console.inbox_list import search_path
from bot.console.inbox_words import INBOX_WORDS
from bot.console.ticket_words import TICKET_WORDS, TicketWords
from conversation.tickets import Agent, Role, Ticket, TicketId, TicketStatus
from handoff.lifecycle import TRANSITIONS, TicketEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Something that agents do with a ticket. `event` is what it takes in the ticket's life."""

    name: str
    icon: str
    event: TicketEvent
    keys: tuple[str, ...] = ()

    def title(self, words: TicketWords) -> str:
        """What it is called."""
        title: str = getattr(words, self.name)
        return title


CLAIM = Act(name="claim", icon="pan_tool", event=TicketEvent.CLAIM)
RESOLVE = Act(name="resolve", icon="check", event=TicketEvent.RESOLVE, keys=("Alt", "E"))
ACTS = (
    CLAIM,
    RESOLVE,
    Act(name="snooze", icon="snooze", event=TicketEvent.SNOOZE, keys=("Alt", "M")),
    Act(name="wake", icon="alarm_on", event=TicketEvent.WAKE),
    Act(name="transfer", icon="forward", event=TicketEvent.TRANSFER),
    Act(name="finish", icon="edit_note", event=TicketEvent.FINISH),
    Act(name="release", icon="logout", event=TicketEvent.RELEASE),
    Act(name="return_to_bot", icon="smart_toy", event=TicketEvent.RETURN_TO_BOT),
)


def offered(ticket: Ticket, agent: Agent) -> list[Act]:
    """What an agent can do with a ticket as it is now. The use cases have the last word."""
    possible = TRANSITIONS[ticket.status]
    hold = ticket.assignee in (None, agent.id) or agent.role is not Role.AGENT
    found = [act for act in ACTS if act.event in possible and (hold or act is CLAIM)]
    if ticket.routed and ticket.assignee == agent.id and CLAIM not in found:
        found.insert(0, CLAIM)
    if ticket.status is TicketStatus.QUEUED:
        found = [act for act in found if act.event is not TicketEvent.RELEASE]
    return found


class _Keys(ui.element, component="static/inbox_keys.js"):
    """The palette and the keys in the browser."""


class Palette:
    """One page's palette. `act` is called with what is picked, `choose` with a ticket."""

    def __init__(
        self, ctx: Context, act: Callable[[str], Awaitable[None]], choose: Callable[[TicketId], Awaitable[None]]
    ) -> None:
        self.ctx, self._act, self._choose = ctx, act, choose
        self._offered: list[Act] = []

    def build(self) -> None:
        """Draw it; nothing of it shows until it is called for."""
        words = {**asdict(INBOX_WORDS[self.ctx.locale]), **asdict(TICKET_WORDS[self.ctx.locale])}
        self._element = _Keys()
        self._element.props["words"], self._element.props["prefix"] = words, self.ctx.prefix

        async def acted(event: GenericEventArguments) -> None:
            await self._act(str(event.args))

        async def chosen(event: GenericEventArguments) -> None:
            await self._choose(TicketId(int(event.args)))

        self._element.on("act", acted)
        self._element.on("open", chosen)
        self._element.on("search", lambda event: ui.navigate.to(search_path(str(event.args))))

    def offer(self, acts: list[Act]) -> None:
        """What can be done now."""
        if acts == self._offered:
            return
        self._offered, words = acts, TICKET_WORDS[self.ctx.locale]
        shown = [{"key": a.name, "icon": a.icon, "title": a.title(words), "about": "", "keys": a.keys} for a in acts]
        self._element.run_method("offer", shown)
