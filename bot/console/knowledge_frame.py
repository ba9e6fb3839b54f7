"""The frame around the pages of the knowledge base: their tabs, and a bar that says what the draft changes.

    async with knowledge_frame(ctx, "/knowledge/review") as library:
        if library is not None:
            ...

The bar follows the draft, whoever changes it. Where the service has no library, the frame says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nicegui import ui

from bot.console import knowledge_acts as acts
from bot.console.assets import VERSION
from bot.console.components import button, empty
from bot.console.context import Context
from bot.console.knowledge_reading import encoded_name
from bot.console.knowledge_words import KNOWLEDGE_WORDS
from bot.console.rights import Right
from bot.desk.feed import Event, KnowledgeChanged, Missed
from bot.knowledge.draft import Draft
from bot.knowledge.library import Library

STYLE = '<link rel="stylesheet" href="{prefix}/static/knowledge.css?v={version}">'

SHOW_DRAFT, PUBLISH_DRAFT = "/knowledge/releases", "/knowledge/releases?publish=1"
"""Where the draft is shown as a whole, and where that page asks at once whether to publish it."""

SHOW_TAB = "document.querySelector('.kb-tab[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })"


@asynccontextmanager
async def knowledge_frame(ctx: Context, here: str) -> AsyncIterator[Library | None]:
    """Draw the frame; `here` is the path of the tab. What is drawn inside becomes the page."""
    own = KNOWLEDGE_WORDS[ctx.locale]
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    with ui.element("div").classes("kb"):
        with ui.element("div").classes("kb-top"):
            ui.label(ctx.words.knowledge).classes("desk-title kb-title").props("role=heading aria-level=1")
            with ui.element("nav").classes("kb-tabs").props(f'aria-label="{ctx.words.knowledge}"'):
                for path, title in own.tabs.items():
                    tab = ui.link(title, path).classes("kb-tab")
                    if path == here:
                        tab.props("aria-current=page")
                        # On a phone there is no room for all of them.
                        ui.run_javascript(SHOW_TAB)
        if ctx.parts.library is None:
            empty("menu_book", own.none, own.none_help)
            yield None
            return
        bar = ui.element("div").classes("kb-draft").props("role=status")

        async def show() -> None:
            draft = await acts.view(ctx)
            bar.clear()
            with bar:
                _draft(ctx, draft)
                if ctx.parts.library and (late := behind_words(ctx.parts.library, draft, ctx.locale)):
                    with ui.element("div").classes("kb-draft-line kb-draft-behind").props("role=alert"):
                        ui.icon("warning_amber")
                        ui.label(late)

        on_knowledge(ctx, show)
        await show()
        yield ctx.parts.library


def on_knowledge(ctx: Context, handler: object) -> None:
    """Have an async `handler()` called whenever the draft, or what serves, is another."""

    async def heard(event: Event) -> None:
        await handler()  # type: ignore[operator]

    ctx.listen(heard, lambda event: isinstance(event, KnowledgeChanged | Missed))


def intent_path(name: str) -> str:
    """The path of an intent's editor, whatever the intent is called."""
    return f"/knowledge/intent/{encoded_name(name)}"


def behind_words(library: Library, draft: Draft, locale: str) -> str:
    """That another release serves than the active one, and why; "" while it is the active one."""
    own, reason, served = KNOWLEDGE_WORDS[locale], library.behind(), library.served()
    if not reason or draft.active is None:
        return ""
    serves = own.release.format(id=served.release_id) if served and served.release_id else own.files
    return own.behind.format(active=draft.active.id, served=serves, reason=reason)


def _draft(ctx: Context, draft: Draft) -> None:
    """What the bar says."""
    own = KNOWLEDGE_WORDS[ctx.locale]
    number = len(draft.edits)
    base = own.on_release.format(release=draft.active.id) if draft.active else own.on_files
    bar = ui.element("div").classes("kb-draft-line" + (" kb-draft-changed" if number else ""))
    with bar:
        ui.icon("edit_note" if number else "check_circle")
        if number:
            changes = own.changes_one if number == 1 else own.changes.format(number=number)
            ui.label(f"{own.draft}: {changes} · {base}")
            ui.element("div").classes("desk-grow")
            button(own.look, lambda: ui.navigate.to(SHOW_DRAFT), kind="quiet")
            if ctx.may(Right.KNOWLEDGE):
                button(own.publish, lambda: ui.navigate.to(PUBLISH_DRAFT), kind="primary", icon="publish")
        else:
            ui.label(f"{own.draft_empty} · {base}")
