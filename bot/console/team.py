"""The team, for supervisors: who serves whom, what is at risk, what waits; tickets reassigned and switches turned.

The page follows the feed. Each of its parts is drawn anew only when what it shows has changed, so that an open menu
does not close under somebody's hand whenever a customer writes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from nicegui import ui

from bot.console.assets import VERSION
from bot.console.components import avatar, chip, counter, deadline_chip, empty, icon_button, priority_mark, status_chip
from bot.console.context import Context
from bot.console.pace import Paced
from bot.console.pages import page
from bot.console.reports_reading import known_departments
from bot.console.rights import Forbidden, Right, guarded
from bot.console.shell import heading
from bot.console.team_reading import Member, Team, Waiting, read
from bot.console.team_words import TEAM_WORDS
from bot.desk.feed import AgentChanged, Event, TicketChanged
from conversation.errors import Refusal
from conversation.phrases import ticket_number
from conversation.tickets import Agent, AgentId, Role, Ticket, TicketId, TicketStatus

STYLE = '<link rel="stylesheet" href="{prefix}/static/team.css?v={version}">'

REFRESH_EVERY = 0.5
"""Seconds between two readings of one page at least."""

LOOK_EVERY = 20.0
"""Seconds between looks at who is at the desk: the feed does not tell."""

V = TypeVar("V")


class _Live(Generic[V]):
    """A part of the page that is drawn anew when its value has changed."""

    def __init__(self, draw: Callable[[V], None], classes: str = "") -> None:
        self._draw = draw
        self._value: V | None = None
        self._element = ui.element("div").classes(classes)

    def show(self, value: V) -> None:
        """Show a value."""
        if value != self._value:
            self._value = value
            self._element.clear()
            with self._element:
                self._draw(value)


@page("/team", Right.TEAM, lambda words: words.team, icon="groups", order=20)
async def team(ctx: Context) -> None:
    """The page."""
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    await _TeamPage(ctx).build()


class _TeamPage:
    """One open page."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.own = ctx, TEAM_WORDS[ctx.locale]
        self.department = ""
        self._members: dict[AgentId, _Live[Member]] = {}
        self._refreshing = Paced(work=self._refresh, every=REFRESH_EVERY, failed=ctx.client.handle_exception)

    async def build(self) -> None:
        """Draw it, and follow what happens."""
        ctx, own = self.ctx, self.own
        departments = known_departments(ctx.parts, ctx.agent)
        with ui.element("div").classes("desk-page team"):
            with heading(ctx, ctx.words.team, own.help):
                if len(departments) > 1:
                    names = {name: ctx.desk.policy.department(name).shown for name in departments}
                    select = ui.select({"": own.all_departments, **names}, value="", on_change=self._choose)
                    select.props(f'outlined dense options-dense aria-label="{ctx.words.departments}"')
                    select.classes("desk-field team-choice")
            self._counts = _Live[tuple[tuple[str, int, str], ...]](self._draw_counts, "team-counts")
            with ui.element("div").classes("team-columns"):
                with ui.element("section").classes("desk-panel team-members"):
                    self._people = _Live[tuple[AgentId, ...]](self._draw_people)
                with ui.element("div").classes("team-side"):
                    with ui.element("section").classes("desk-panel").props("data-panel=at_risk"):
                        ui.label(own.at_risk).classes("desk-subtitle team-title").props("role=heading aria-level=2")
                        self._at_risk = _Live[tuple[Ticket, ...]](self._draw_at_risk)
                    with ui.element("section").classes("desk-panel").props("data-panel=unassigned"):
                        ui.label(own.unassigned).classes("desk-subtitle team-title").props("role=heading aria-level=2")
                        self._waiting = _Live[tuple[Waiting, ...]](self._draw_waiting)
        await self._refresh()
        ctx.listen(lambda event: self._refreshing.ask(), self._wanted)
        ui.timer(LOOK_EVERY, self._refreshing.ask, immediate=False)

    def _wanted(self, event: Event) -> bool:
        if isinstance(event, TicketChanged):
            return self.ctx.may(Right.TEAM, event.ticket.department)
        return isinstance(event, AgentChanged)

    async def _choose(self, event: object) -> None:
        self.department = str(getattr(event, "value", ""))
        await self._refresh()

    async def _refresh(self) -> None:
        found = await read_team(self.ctx, self.department)
        with self.ctx.client:
            self._show(found)
        if not found.settled:
            self._refreshing.ask()

    def _show(self, found: Team) -> None:
        own, counts = self.own, found.counts
        taking = sum(member.agent.available for member in found.members)
        self._counts.show(
            (
                (own.open, counts["all"], ""),
                (own.unassigned, counts["unassigned"], ""),
                (own.at_risk, counts["at_risk"], "bad" if counts["at_risk"] else ""),
                (own.taking, taking, "" if taking else "bad"),
            )
        )
        self._people.show(tuple(member.agent.id for member in found.members))
        for member in found.members:
            self._members[member.agent.id].show(member)
        self._at_risk.show(found.at_risk)
        self._waiting.show(found.waiting)

    def _draw_counts(self, counts: tuple[tuple[str, int, str], ...]) -> None:
        for name, number, kind in counts:
            with ui.element("div").classes("team-count"):
                ui.label(str(number)).classes(f"team-number team-number-{kind or 'plain'}")
                ui.label(name).classes("desk-help")

    def _draw_people(self, ids: tuple[AgentId, ...]) -> None:
        self._members = {each: _Live[Member](self._draw_member, "team-member") for each in ids}
        if not ids:
            empty("groups", self.own.nobody, self.own.nobody_help)

    def _draw_member(self, member: Member) -> None:
        agent, own = member.agent, self.own
        with ui.element("div").classes("team-person"):
            with ui.element("span").classes("team-avatar"):
                avatar(agent.name)
                seen = own.online if member.online else own.offline
                dot = ui.element("span").classes(f"team-dot team-dot-{'on' if member.online else 'off'}")
                dot.props(f'role=img aria-label="{seen}"')
                with dot:
                    ui.tooltip(seen)
            with ui.element("div").classes("team-name"):
                ui.label(agent.name).classes("desk-truncate")
                shown = [self.ctx.desk.policy.department(name).shown for name in sorted(agent.departments)]
                ui.label(", ".join(shown) or own.all_departments).classes("desk-help desk-truncate")
            self._load(member)
            self._switch(agent)
        if not member.tickets:
            ui.label(own.serves_nobody).classes("desk-help team-idle")
        for ticket in member.tickets:
            self._ticket(ticket, status=True)

    def _load(self, member: Member) -> None:
        load, capacity = member.load, member.agent.capacity
        full = load >= capacity
        with ui.element("div").classes("team-load"):
            said = self.own.capacity.format(load=load, capacity=capacity)
            ui.label(said).classes("desk-help desk-number")
            with ui.element("div").classes("team-bar").props("aria-hidden=true"):
                part = ui.element("div").classes("team-bar-full" if full else "")
                part.style(f"width: {min(100, round(100 * load / capacity) if capacity else 100)}%")

    def _switch(self, agent: Agent) -> None:
        words = self.ctx.words
        label = words.available if agent.available else words.unavailable

        async def changed() -> None:
            try:
                await set_availability(self.ctx, agent.id, bool(switch.value))
            except Refusal:
                switch.set_value(agent.available)
                raise

        switch = ui.switch(value=agent.available).props(f'dense color=primary aria-label="{agent.name}: {label}"')
        switch.on("click", changed)
        with switch:
            ui.tooltip(label)

    def _draw_at_risk(self, tickets: tuple[Ticket, ...]) -> None:
        if not tickets:
            empty("task_alt", self.own.no_risk, self.own.no_risk_help)
        for ticket in tickets:
            self._ticket(ticket, whose=True)

    def _draw_waiting(self, waiting: tuple[Waiting, ...]) -> None:
        own = self.own
        if not waiting:
            empty("inbox", own.none_waiting, own.none_waiting_help)
        for each in waiting:
            with ui.element("div").classes("team-department"):
                ui.label(self.ctx.desk.policy.department(each.department).shown)
                chip(str(each.number), "warn")
            for ticket in each.tickets:
                self._ticket(ticket)
            if each.number > len(each.tickets):
                rest = own.more.format(number=each.number - len(each.tickets))
                ui.link(rest, "/inbox").classes("team-more")

    def _ticket(self, ticket: Ticket, *, status: bool = False, whose: bool = False) -> None:
        """A line of a list: whom it is about, since when they wait, and by when something has to happen."""
        with ui.element("div").classes("team-ticket").props(f"data-ticket={ticket.id}"):
            with ui.element("div").classes("team-about"):
                name = ticket.contact_name or ticket_number(ticket.id)
                ui.link(name, f"/inbox?ticket={ticket.id}").classes("team-contact desk-truncate")
                with ui.element("div").classes("desk-help team-facts"):
                    if whose:
                        ui.label(f"{ticket.assignee_name or self.own.unassigned} ·")
                    if ticket.waiting_since:
                        ui.label(self.own.waits)
                        counter(self.ctx, ticket.waiting_since)
                    else:
                        ui.label(self.own.answered)
            with ui.element("div").classes("team-chips"):
                priority_mark(self.ctx, ticket.priority)
                if status and ticket.status is not TicketStatus.ASSIGNED:
                    status_chip(self.ctx, ticket.status)
                deadline_chip(self.ctx, ticket)
            self._menu(ticket)

    def _menu(self, ticket: Ticket) -> None:
        """What can be done about a ticket. Its receivers are looked up when it is opened."""
        ctx, own = self.ctx, self.own

        async def offer() -> None:
            load = await ctx.store.open_load()
            menu.clear()
            with menu:
                ui.menu_item(own.open_ticket, lambda: ui.navigate.to(f"/inbox?ticket={ticket.id}"))
                ui.separator()
                ui.label(own.reassign).classes("team-menu-title")
                receivers = [each for each in ctx.desk.roster.active() if _receives(each, ticket)]
                if not receivers:
                    ui.label(own.nobody_else).classes("team-menu-help")
                for agent in sorted(receivers, key=lambda each: (not each.available, load.get(each.id, 0), each.name)):
                    has = f"{load.get(agent.id, 0)}/{agent.capacity}" if agent.available else own.away
                    item = ui.menu_item(f"{agent.name} · {has}", lambda to=agent.id: reassign(ctx, ticket.id, to))
                    item.set_enabled(agent.available)

        with icon_button("more_horiz", ctx.words.menu, offer):
            menu = ui.menu().props("anchor='bottom right' self='top right'")


def _receives(agent: Agent, ticket: Ticket) -> bool:
    return agent.serves(ticket.department) and agent.id != ticket.assignee


async def _of_ticket(ctx: Context, ticket_id: TicketId, to: AgentId) -> str | None:
    ticket = await ctx.store.ticket(ticket_id)
    return ticket.department if ticket else None


async def _of_choice(ctx: Context, department: str) -> str | None:
    return department or None


@guarded(Right.TEAM, department=_of_choice)
async def read_team(ctx: Context, department: str) -> Team:
    """The team of a department, or of all that whoever looks may see ("")."""
    return await read(ctx.parts, ctx.agent, department, known_departments(ctx.parts, ctx.agent))


@guarded(Right.REASSIGN, department=_of_ticket)
async def reassign(ctx: Context, ticket_id: TicketId, to: AgentId) -> None:
    """Give a ticket to somebody else. Raises Refusal where they cannot have it."""
    ticket = await ctx.desk.reassign(ticket_id, ctx.agent, to)
    number = ticket_number(ticket.id)
    await ctx.record("ticket_reassign", number, ticket.assignee_name)
    ctx.toast(TEAM_WORDS[ctx.locale].reassigned.format(ticket=number, agent=ticket.assignee_name), "good")


@guarded(Right.REASSIGN)
async def set_availability(ctx: Context, agent_id: AgentId, available: bool) -> None:
    """Turn somebody else's switch.

    Raises:
        Forbidden: they are of other departments, or of a higher role.
    """
    own, whom = TEAM_WORDS[ctx.locale], ctx.desk.roster.serving(agent_id)
    if whom is None:
        raise Refusal(ctx.words.not_found)
    higher = whom.role is Role.ADMIN and ctx.agent.role is not Role.ADMIN
    if higher or not any(ctx.may(Right.REASSIGN, name) for name in whom.departments or {None}):
        raise Forbidden(own.not_theirs)
    await ctx.desk.roster.set_available(whom, available)
    await ctx.record("team_available" if available else "team_unavailable", about=str(whom.id))
    await ctx.changed(whom.id)
    ctx.toast((own.now_taking if available else own.now_not_taking).format(agent=whom.name), "good")
