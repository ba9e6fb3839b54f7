"""The list of intents: what each is for, how it fares, and what to look at first.

Finding, filtering and sorting is done in the browser (`static/knowledge_list.js`), which is given all rows at once.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from nicegui import ui

from bot.console import knowledge_acts as acts
from bot.console.components import button, dialog
from bot.console.context import Context
from bot.console.knowledge_frame import knowledge_frame, on_knowledge
from bot.console.knowledge_page_words import LIST_WORDS
from bot.console.knowledge_reading import Row, encoded_name, intents_in, rows_of
from bot.console.knowledge_trial import TrialPane
from bot.console.pages import page
from bot.console.reports_reading import known_departments
from bot.console.rights import Right

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""It has to fit into a button's payload, whose 64 bytes it shares with a slash."""


class _List(ui.element, component="static/knowledge_list.js"):
    """The list in the browser."""


@page("/knowledge", Right.KNOWLEDGE_READ, lambda words: words.knowledge, icon="menu_book", order=45)
async def knowledge(ctx: Context) -> None:
    """The page."""
    async with knowledge_frame(ctx, "/knowledge") as library:
        if library is None:
            return
        with ui.element("div").classes("kb-columns"):
            with ui.element("section").classes("desk-panel kb-list-panel"):
                shown = _List()
            TrialPane(ctx).build()
        rows = await read_rows(ctx)
        shown.props["words"], shown.props["prefix"] = asdict(LIST_WORDS[ctx.locale]), ctx.prefix
        shown.props["start"], shown.props["edits"] = rows, ctx.may(Right.KNOWLEDGE)
        shown.props["departments"] = department_titles(ctx, rows)

        async def again() -> None:
            shown.run_method("put", await read_rows(ctx))

        on_knowledge(ctx, again)
        shown.on("new", lambda: new_intent(ctx))


async def read_rows(ctx: Context) -> list[Row]:
    """What the list shows now."""
    return rows_of(await acts.view(ctx), await acts.health(ctx), ctx.clock())


def department_titles(ctx: Context, rows: list[Row]) -> dict[str, str]:
    """The departments that there are or that intents name, with their titles."""
    names = {*known_departments(ctx.parts, ctx.agent), *(row["department"] for row in rows)} - {""}
    titles = {name: ctx.desk.policy.department(name).shown for name in names}
    return dict(sorted(titles.items(), key=lambda each: each[1].casefold()))


async def new_intent(ctx: Context) -> None:
    """Ask what a new intent is to be called, and open its editor. Nothing is in the draft before that is saved."""
    ctx.require(Right.KNOWLEDGE)
    own, draft = LIST_WORDS[ctx.locale], await acts.view(ctx)
    taken = intents_in(draft.pieces)

    def suggest() -> None:
        if not name_typed:
            name.set_value(plain_name(str(title.value or "")))

    def typed() -> None:
        name_typed[:] = [True]

    def begin() -> None:
        chosen = str(name.value or "").strip()
        if not NAME.fullmatch(chosen) or chosen in taken:
            error.set_text(own.name_taken if chosen in taken else own.name_wrong)
            return
        asked.close()
        values = {"new": "1", "title": str(title.value or "").strip(), "kind": str(kind.value)}
        ui.navigate.to(f"/knowledge/intent/{encoded_name(chosen)}?{urlencode(values)}")

    name_typed: list[Any] = []
    with dialog(ctx, own.new) as asked:
        with ui.element("div").classes("desk-stack kb-new"):
            title = ui.input(own.title, on_change=suggest).props(f'outlined dense autofocus hint="{own.title_help}"')
            name = ui.input(own.name).props(f'outlined dense autocapitalize=none hint="{own.name_help}"')
            name.on("keydown", typed)
            kind = ui.select(own.kinds, label=own.kind, value="faq").props("outlined dense options-dense")
            for field in (title, name, kind):
                field.classes("desk-field")
        error = ui.label("").classes("desk-error").props("role=alert")
        with ui.element("div").classes("desk-dialog-actions"):
            button(ctx.words.cancel, asked.close)
            button(own.begin, begin, kind="primary")
    asked.open()


def plain_name(title: str) -> str:
    """A technical name for a title."""
    return re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_0123456789")[:60].strip("_")
