"""The frame around every page: navigation, availability, colours, language, the title with what is unread, and what
stands there instead of a page that cannot be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nicegui import ui

from bot.console.assets import VERSION
from bot.console.components import avatar, button, icon_button
from bot.console.context import Context
from bot.console.rights import Right, guarded
from bot.desk.feed import AgentChanged, Event

if TYPE_CHECKING:
    from bot.console.pages import Page

THEMES = {"auto": "contrast", "light": "light_mode", "dark": "dark_mode"}
"""The ways the console may look, and their pictures."""


@contextmanager
def frame(ctx: Context, here: Page | None, pages: Mapping[str, Page]) -> Iterator[None]:
    """Draw the frame; what is drawn inside the context becomes the page. `here` is None for what is no page."""
    words = ctx.words
    title = here.title(words) if here else words.product
    ui.page_title(f"{title} · {words.product}")
    ui.add_head_html(_HEAD.format(prefix=ctx.prefix, version=VERSION))
    with ui.element("div").classes("desk"):
        ui.link(words.skip, "#content").classes("desk-skip")
        ui.element("div").classes("desk-shade").on("click", js_handler="() => deskNav(false)")
        with ui.element("nav").classes("desk-nav").props(f'aria-label="{words.menu}"'):
            with ui.element("div").classes("desk-brand"):
                ui.element("span").classes("desk-mark")
                ui.label(words.product)
            _navigation(ctx, here, pages)
            ui.element("div").classes("desk-grow")
            _availability(ctx)
            _person(ctx)
        with ui.element("div").classes("desk-main"):
            with ui.element("header").classes("desk-top"):
                icon_button("menu", words.menu).on("click", js_handler="() => deskNav(true)")
                ui.label(title).classes("desk-top-title")
            with ui.element("main").classes("desk-content").props("id=content tabindex=-1"):
                yield


def unread(ctx: Context, number: int) -> None:
    """Show in the title of the browser's tab how many messages are unread; 0 for none."""
    ctx.client.run_javascript(f"deskUnread({number})")


def heading(ctx: Context, title: str, help: str = "") -> ui.element:
    """The line a page begins with. What is drawn in the element it gives stands at its right end."""
    with ui.element("div").classes("desk-heading"):
        with ui.element("div"):
            ui.label(title).classes("desk-title").props("role=heading aria-level=1")
            if help:
                ui.label(help).classes("desk-help")
        return ui.element("div").classes("desk-heading-actions")


def problem(ctx: Context, what: str) -> None:
    """Instead of a page: `forbidden`, `not_found` or `failed`."""
    icon = {"forbidden": "lock", "not_found": "travel_explore", "failed": "error_outline"}[what]
    with ui.element("div").classes("desk-problem"):
        ui.icon(icon)
        ui.label(getattr(ctx.words, what)).classes("desk-title").props("role=heading aria-level=1")
        ui.label(getattr(ctx.words, f"{what}_help")).classes("desk-help")
        button(ctx.words.back, lambda: ui.navigate.to("/"), kind="primary")


_HEAD = """
<link rel="stylesheet" href="{prefix}/static/desk.css?v={version}">
<script defer src="{prefix}/static/desk.js?v={version}" data-prefix="{prefix}"></script>
"""


def _navigation(ctx: Context, here: Page | None, pages: Mapping[str, Page]) -> None:
    shown = sorted((page for page in pages.values() if page.icon), key=lambda page: page.order)
    for page in shown:
        if not ctx.may(page.right) or not page.there(ctx.parts):
            continue
        with ui.link(target=page.path).classes("desk-nav-item") as link:
            ui.icon(page.icon)
            ui.label(page.title(ctx.words))
            if page.mark:
                page.mark(ctx)
        if here and f"{here.path}/".startswith(f"{page.path}/"):
            link.props("aria-current=page")


def _availability(ctx: Context) -> None:
    """The agent's own switch; it follows what is decided on other pages."""
    words, agent = ctx.words, ctx.agent

    async def changed() -> None:
        if switch.value != ctx.agent.available:
            await set_available(ctx, bool(switch.value))
            ctx.toast(words.now_available if switch.value else words.now_unavailable, "good")

    def heard(event: Event) -> None:
        switch.set_value(ctx.agent.available)
        switch.set_text(words.available if ctx.agent.available else words.unavailable)

    text = words.available if agent.available else words.unavailable
    switch = ui.switch(text, value=agent.available, on_change=changed).classes("desk-available")
    switch.props("dense color=primary")
    ctx.listen(heard, lambda event: isinstance(event, AgentChanged) and event.agent_id == ctx.visit.agent_id)


def _person(ctx: Context) -> None:
    """Who is signed in, with a menu of what concerns them alone."""
    words, agent = ctx.words, ctx.agent
    with ui.element("button").classes("desk-person").props("type=button aria-haspopup=menu"):
        avatar(agent.name, small=True)
        with ui.element("div").classes("desk-person-name"):
            ui.label(agent.name)
            ui.label(words.roles[agent.role.value]).classes("desk-help")
        ui.icon("unfold_more")
        with ui.menu().props("anchor='top left' self='bottom left'").classes("desk-menu"):
            _menu_item(words.profile, "person").on_click(lambda: ui.navigate.to("/profile"))
            ui.separator()
            for theme, icon in THEMES.items():
                item = _menu_item(getattr(words, f"theme_{theme}"), icon).classes(f"desk-theme-{theme}")
                item.on("click", js_handler=f"() => deskTheme('{theme}')")
            ui.separator()
            _menu_item(words.sign_out, "logout").on("click", js_handler="() => deskSignOut()")


def _menu_item(text: str, icon: str) -> ui.menu_item:
    with ui.menu_item() as item, ui.item_section(), ui.element("div").classes("desk-row"):
        ui.icon(icon)
        ui.label(text)
    return item


@guarded(Right.PROFILE)
async def set_available(ctx: Context, available: bool) -> None:
    """Take new tickets, or take none."""
    await ctx.desk.roster.set_available(ctx.agent, available)
    await ctx.record("available" if available else "unavailable")
    await ctx.changed(ctx.visit.agent_id)
