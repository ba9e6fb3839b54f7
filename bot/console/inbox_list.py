"""The left pane of the inbox: which tickets somebody sees, in which order, and what of them is new."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import quote

from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.console.context import Context
from bot.console.inbox_reading import COUNT_EVERY, Reads, Values, reads_of, row_for
from bot.console.inbox_words import INBOX_WORDS
from bot.console.pace import Paced
from bot.console.rights import Right
from conversation.desk_ports import TicketQuery
from conversation.tickets import CLOSED, Ticket, TicketId, TicketStatus

REFRESH_EVERY, REFRESH_AFTER = 0.5, 0.05
"""Seconds between two refreshes of one page at least, and before the first: the conversation that is open goes ahead of
everybody's lists."""

OPEN = tuple(status for status in TicketStatus if status not in CLOSED)
ORDERS = ("urgency", "deadline", "newest")
TABS = ("mine", "unassigned", "all")


class _List(ui.element, component="static/inbox_list.js"):
    """The pane in the browser."""


class ListPane:
    """One page's list. `choose` is called with the ticket that somebody picks."""

    def __init__(self, ctx: Context, choose: Callable[[TicketId], Awaitable[None]]) -> None:
        self.ctx, self._choose = ctx, choose
        self._reads: Reads = reads_of(ctx.store, ctx.feed)
        self._view: dict[str, str] = {"tab": "mine", "order": "urgency", "department": "", "status": "", "label": ""}
        self._sent: dict[int, Values] = {}
        self._order: list[int] = []
        self._counts: dict[str, int] = {}
        self._had_some = False
        failed, after = ctx.client.handle_exception, REFRESH_AFTER
        self._rows = Paced(work=self.refresh, every=REFRESH_EVERY, after=after, failed=failed)
        self._counting = Paced(work=self._count, every=COUNT_EVERY, after=after, failed=failed)

    async def build(self, chosen: TicketId | None) -> None:
        """Draw it, with what there is now."""
        self._counts = await self._counted()
        if not self._counts["mine"]:
            self._view["tab"] = "unassigned" if self._counts["unassigned"] else "mine"
        rows = await self._read()
        self._had_some = bool(rows)
        self._sent, self._order = {row["id"]: row for row in rows}, [row["id"] for row in rows]
        phrases, words = self.ctx.phrases, INBOX_WORDS[self.ctx.locale]
        names = {
            "statuses": phrases.statuses,
            "priorities": phrases.priorities,
            "departments": departments_of_desk(self.ctx),
        }
        start = {
            "rows": [self._as_seen(row) for row in rows],
            "counts": self._counts,
            "view": self._view,
            "chosen": chosen,
        }
        self._element = _List().classes("inbox-pane-list")
        self._element.props["words"], self._element.props["names"] = asdict(words), names
        self._element.props["start"], self._element.props["zone"] = start, self.ctx.zone.key
        self._element.on("view", self._viewed)
        self._element.on("choose", self._chosen)
        self._element.on("search", lambda event: ui.navigate.to(search_path(str(event.args))))
        self.ctx.client.on_delete(self._rows.stop)
        self.ctx.client.on_delete(self._counting.stop)

    def changed(self, ticket: Ticket) -> None:
        """A ticket is new, or not what it was."""
        tab, mine = self._view["tab"], ticket.assignee == self.ctx.visit.agent_id
        belongs = tab == "all" or (mine if tab == "mine" else ticket.assignee is None)
        if belongs or ticket.id in self._sent:
            self._rows.ask()
        else:
            self._counting.ask()

    def reread(self) -> None:
        """Anything may have changed."""
        self._rows.ask()

    def mark(self, ticket_id: TicketId | None) -> None:
        """Show which ticket is open."""
        self._element.run_method("mark", ticket_id)

    def ring(self, ticket: Ticket) -> None:
        """Let somebody who looks elsewhere know of a message."""
        self._element.run_method("heard", ticket.id)

    async def refresh(self) -> None:
        """Bring the browser what has changed."""
        rows = await self._read()
        counts = await self._counted()
        if self._is_done_with(counts):
            self._view["tab"] = "mine"
            self._element.run_method("turn", "mine")
            rows = await self._read()
        self._had_some = bool(rows) or (self._had_some and bool(counts["unassigned"]))
        changed = [self._as_seen(row) for row in rows if not self._has(row)]
        order = [row["id"] for row in rows]
        if not changed and order == self._order and counts == self._counts:
            return
        self._element.run_method("put", order if order != self._order else None, changed, counts)
        self._sent, self._order, self._counts = {row["id"]: row for row in rows}, order, counts

    def _has(self, row: Values) -> bool:
        """Whether the browser has a row as it is; mostly it is even the same object."""
        sent = self._sent.get(row["id"])
        return sent is row or sent == row

    async def _count(self) -> None:
        counts = await self._counted()
        if self._is_done_with(counts):
            await self.refresh()
        elif counts != self._counts:
            self._counts = counts
            self._element.run_method("put", None, [], counts)

    def _is_done_with(self, counts: dict[str, int]) -> bool:
        """Whether nobody waits any more where some did, such as after the last was claimed: what is left to do is one's
        own."""
        nobody_waits = self._had_some and not counts["unassigned"]
        return nobody_waits and bool(counts["mine"]) and self._view["tab"] == "unassigned"

    async def _counted(self) -> dict[str, int]:
        counts, settled = await self._reads.counts(self.ctx.departments, self.ctx.visit.agent_id)
        if not settled:
            self._counting.ask()
        return dict(counts)

    async def _read(self) -> list[Values]:
        self.ctx.require(Right.SERVE)
        return await self._reads.rows(self._query())

    def _as_seen(self, row: Values) -> Values:
        shown = row_for(row, self.ctx.phrases)
        return {**shown, "by": "me"} if shown["by"] and shown["by"] == self.ctx.agent.name else shown

    def _query(self) -> TicketQuery:
        view, visible = self._view, self.ctx.departments
        if view["department"]:
            wanted = frozenset({view["department"]})
            visible = wanted if visible is None else visible & wanted
        query = TicketQuery(
            statuses=(TicketStatus(view["status"]),) if view["status"] else OPEN,
            departments=visible,
            label=view["label"],
            order=view["order"],
        )
        if view["tab"] == "mine":
            return replace(query, assignee=self.ctx.visit.agent_id)
        return replace(query, unassigned=view["tab"] == "unassigned")

    async def _viewed(self, event: GenericEventArguments) -> None:
        self._view, self._had_some = _checked(event.args), False
        await self.refresh()

    async def _chosen(self, event: GenericEventArguments) -> None:
        await self._choose(TicketId(int(event.args)))


def departments_of_desk(ctx: Context) -> dict[str, str]:
    """The departments whose tickets whoever looks may see, by name, with their titles."""
    names = {*ctx.desk.policy.departments, *(name for each in ctx.people.known.values() for name in each.departments)}
    return {name: ctx.desk.policy.department(name).shown for name in sorted(names) if ctx.may(Right.SERVE, name)}


def search_path(words: str) -> str:
    """Where words are searched for in all conversations."""
    return f"/search?q={quote(words)}"


def _checked(view: Any) -> dict[str, str]:
    """The view that a browser asks for, if there is such a one."""
    asked = {name: str(view.get(name, ""))[:100] for name in ("tab", "order", "department", "status", "label")}
    fits = asked["tab"] in TABS and asked["order"] in ORDERS
    if not fits or asked["status"] not in ("", *(status.value for status in TicketStatus)):
        raise ValueError("there is no such list")
    return asked
