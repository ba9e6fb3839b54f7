"""One's own account: language, appearance, password. And the page that stands where there is none."""

from __future__ import annotations

from dataclasses import replace

from nicegui import ui

from bot.console.account_words import ACCOUNT_WORDS
from bot.console.accounts import Accounts, checked_password
from bot.console.components import avatar, button
from bot.console.context import Context
from bot.console.pages import NotFound, page
from bot.console.passwords import PasswordCheck
from bot.console.rights import Right, guarded
from bot.console.shell import THEMES, heading
from bot.console.words import LOCALES
from conversation.errors import Refusal
from handoff.hours import ZONES, zone_named

_check = PasswordCheck()


@page("/profile", Right.PROFILE, lambda words: words.profile)
async def profile(ctx: Context) -> None:
    """The page."""
    words, agent = ctx.words, ctx.agent
    with ui.element("div").classes("desk-page desk-page-narrow"):
        heading(ctx, words.profile)
        with ui.element("section").classes("desk-panel desk-panel-body desk-stack"):
            with ui.element("div").classes("desk-row"):
                avatar(agent.name)
                with ui.element("div"):
                    ui.label(agent.name).classes("desk-subtitle")
                    departments = [ctx.desk.policy.department(name).shown for name in sorted(agent.departments)]
                    about = [agent.login, words.roles[agent.role.value], *departments]
                    ui.label(" · ".join(filter(None, about))).classes("desk-help")

            async def choose() -> None:
                await choose_language(ctx, str(language.value))
                ui.navigate.reload()

            language = ui.select(LOCALES, label=words.language, value=ctx.locale, on_change=choose)
            language.props("outlined dense options-dense").classes("desk-field")
            _zone(ctx)
            with ui.element("div"):
                ui.label(words.theme).classes("desk-help")
                with ui.element("div").classes("desk-row-wrap desk-themes"):
                    for theme, icon in THEMES.items():
                        choice = button(getattr(words, f"theme_{theme}"), icon=icon).classes(f"desk-theme-{theme}")
                        choice.on("click", js_handler=f"() => deskTheme('{theme}')")
        _password(ctx)


def _zone(ctx: Context) -> None:
    """In which zone times are shown; it changes none of the desk's hours."""
    desk, own = ctx.parts.zone.key, ctx.agent.zone
    shorts = {key: short for short, key in ZONES.items()}
    names = {"": ctx.words.zone_of_desk.format(zone=shorts.get(desk, desk)), **shorts}
    if own:
        names.setdefault(own, own)

    async def choose() -> None:
        await choose_zone(ctx, str(field.value))
        ui.navigate.reload()

    field = ui.select(names, label=ctx.words.zone, value=own, on_change=choose).classes("desk-field")
    field.props("outlined dense options-dense")


def _password(ctx: Context) -> None:
    own = ACCOUNT_WORDS[ctx.locale]

    async def change() -> None:
        error.set_text("")
        try:
            if new.value != repeated.value:
                raise Refusal(own.password_differs)
            await change_password(ctx, old.value or "", new.value or "")
        except Refusal as refusal:
            error.set_text(str(refusal))

    with ui.element("section").classes("desk-panel desk-panel-body desk-stack"):
        ui.label(own.change_password).classes("desk-subtitle").props("role=heading aria-level=2")
        old, new, repeated = (
            ui.input(label, password=True).props(f"outlined dense autocomplete={purpose}").classes("desk-field")
            for label, purpose in (
                (own.old_password, "current-password"),
                (own.new_password, "new-password"),
                (own.repeat_password, "new-password"),
            )
        )
        error = ui.label("").classes("desk-error").props("role=alert")
        with ui.element("div").classes("desk-row"):
            button(own.change_password, change, kind="primary")


@page("/not-found", Right.PROFILE, lambda words: words.not_found)
async def not_found(ctx: Context) -> None:
    """What the door shows for an address that there is not."""
    raise NotFound


@guarded(Right.PROFILE)
async def choose_language(ctx: Context, locale: str) -> None:
    """Read the console in another language from now on."""
    if locale not in LOCALES:
        raise Refusal(ctx.words.not_found)
    await ctx.store.save_agent(replace(ctx.agent, locale=locale))
    await ctx.changed(ctx.visit.agent_id)


@guarded(Right.PROFILE)
async def choose_zone(ctx: Context, zone: str) -> None:
    """See times in another zone from now on; "" for the desk's.

    Raises:
        Refusal: there is no such zone.
    """
    await ctx.store.save_agent(replace(ctx.agent, zone=zone and zone_named(zone).key))
    await ctx.changed(ctx.visit.agent_id)


@guarded(Right.PROFILE)
async def change_password(ctx: Context, old: str, new: str) -> None:
    """Change one's own password; all of one's sessions end with it.

    Raises:
        Refusal: the old one is wrong, or the new one cannot be one.
    """
    agent = ctx.agent
    checked_password(new, agent.login, ACCOUNT_WORDS[ctx.locale])
    found = await ctx.store.password_hash(agent.login)
    if found is None or not await _check.matches(old, found[1]):
        raise Refusal(ACCOUNT_WORDS[ctx.locale].password_wrong)
    accounts = Accounts(store=ctx.store, now=ctx.clock(), by=agent.id, words=ACCOUNT_WORDS[ctx.locale])
    await accounts.set_password(ctx.agent, await _check.hash(new))
