"""The audit trail: who did and saw what. Looking at it is written down too."""

from __future__ import annotations

from nicegui import ui

from bot.console.account_words import ACCOUNT_WORDS
from bot.console.components import empty, when
from bot.console.context import Context
from bot.console.pages import page
from bot.console.rights import Right, guarded
from bot.console.shell import heading
from conversation.desk_ports import AuditEntry
from conversation.tickets import AgentId

SHOWN = 200


@page("/audit", Right.AUDIT, lambda words: words.audit, icon="fact_check", order=80)
async def audit(ctx: Context) -> None:
    """The page."""
    words, own = ctx.words, ACCOUNT_WORDS[ctx.locale]
    people = {str(agent.id): agent.name for agent in ctx.people.known.values()}

    async def show() -> None:
        entries = await read_audit(ctx, AgentId(str(who.value)) if who.value else None)
        panel.clear()
        with panel:
            _table(ctx, entries, people)

    with ui.element("div").classes("desk-page"):
        with heading(ctx, words.audit):
            who = ui.select({"": own.audit_all, **people}, value="", on_change=show)
            who.props("outlined dense options-dense").classes("desk-field").style("min-width: 200px")
        panel = ui.element("section").classes("desk-panel")
        await show()


def _table(ctx: Context, entries: list[AuditEntry], people: dict[str, str]) -> None:
    own = ACCOUNT_WORDS[ctx.locale]
    if not entries:
        empty("fact_check", own.audit_empty)
        return
    with ui.element("table").classes("desk-table"):
        with ui.element("thead"), ui.element("tr"):
            for title in (own.audit_at, own.audit_who, own.audit_what, own.audit_about, own.audit_detail):
                with ui.element("th").props("scope=col"):
                    ui.label(title)
        with ui.element("tbody"):
            for entry in entries:
                with ui.element("tr"):
                    _cell(when(ctx, entry.at, seconds=True), "desk-number desk-faint")
                    _cell(people.get(str(entry.agent_id), str(entry.agent_id or own.audit_nobody)))
                    _cell(own.actions.get(entry.action, entry.action))
                    _cell(people.get(entry.about, entry.about), "desk-faint")
                    _cell(entry.detail, "desk-faint desk-number")


def _cell(text: str, classes: str = "") -> None:
    with ui.element("td").classes(classes):
        if text:
            ui.label(text)


@guarded(Right.AUDIT)
async def read_audit(ctx: Context, agent_id: AgentId | None) -> list[AuditEntry]:
    """The latest entries, of one agent or of all."""
    entries = await ctx.store.audit_trail(agent_id=agent_id, limit=SHOWN)
    await ctx.record("audit", about=str(agent_id or ""))
    return entries
