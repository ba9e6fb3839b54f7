"""The accounts, for admins: who is there, and what they may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nicegui import ui

from bot.console.account_words import ACCOUNT_WORDS
from bot.console.accounts import Accounts, account_id
from bot.console.components import avatar, button, chip, confirm, dialog, empty, icon_button, labels_of
from bot.console.context import Context
from bot.console.pages import page
from bot.console.passwords import PasswordCheck, generate_password
from bot.console.rights import Right, guarded
from bot.console.shell import heading
from bot.desk.feed import AgentChanged, Event
from conversation.errors import Refusal
from conversation.tickets import Agent, AgentId, Role

_check = PasswordCheck()


@page("/accounts", Right.ACCOUNTS, lambda words: words.accounts, icon="manage_accounts", order=70)
async def accounts(ctx: Context) -> None:
    """The page."""
    words, own = ctx.words, ACCOUNT_WORDS[ctx.locale]

    def show() -> None:
        panel.clear()
        with panel:
            _table(ctx, list(ctx.people.known.values()))

    def heard(event: Event) -> None:
        if not isinstance(event, AgentChanged) or event.agent_id in ctx.people.known:
            show()

    with ui.element("div").classes("desk-page"):
        with heading(ctx, words.accounts):
            button(own.new_account, lambda: _edit(ctx, None), kind="primary", icon="add")
        panel = ui.element("section").classes("desk-panel")
        show()
    ctx.listen(heard, lambda event: isinstance(event, AgentChanged))


def _table(ctx: Context, agents: list[Agent]) -> None:
    words, own = ctx.words, ACCOUNT_WORDS[ctx.locale]
    if not agents:
        empty("manage_accounts", own.no_accounts)
        return
    with ui.element("table").classes("desk-table"):
        with ui.element("thead"), ui.element("tr"):
            for title in (words.name, words.role, words.departments, own.capacity, own.state, ""):
                number = "desk-cell-number" if title == own.capacity else ""
                with ui.element("th").props("scope=col").classes(number):
                    ui.label(title)
        with ui.element("tbody"):
            for agent in sorted(agents, key=lambda agent: (agent.disabled, agent.name.casefold())):
                _line(ctx, agent)


def _line(ctx: Context, agent: Agent) -> None:
    words, own = ctx.words, ACCOUNT_WORDS[ctx.locale]
    with ui.element("tr").classes("desk-off" if agent.disabled else ""):
        with ui.element("td"), ui.element("div").classes("desk-row"):
            avatar(agent.name)
            with ui.element("div").classes("desk-truncate"):
                ui.label(agent.name).classes("desk-truncate")
                ui.label(agent.login or f"Telegram {agent.telegram_id or agent.id}").classes("desk-help desk-truncate")
        with ui.element("td"):
            chip(words.roles[agent.role.value], "accent" if agent.role is not Role.AGENT else "")
        with ui.element("td"):
            shown = [ctx.desk.policy.department(name).shown for name in sorted(agent.departments)]
            ui.label(", ".join(shown) or words.all)
        with ui.element("td").classes("desk-cell-number").props(f'data-label="{own.capacity}"'):
            ui.label(str(agent.capacity))
        with ui.element("td"):
            if agent.disabled:
                chip(own.disabled, "bad")
            else:
                chip(words.available if agent.available else words.unavailable, "good" if agent.available else "")
        with (
            ui.element("td").classes("desk-cell-menu"),
            icon_button("more_horiz", words.menu),
            ui.menu().classes("desk-menu"),
        ):
            ui.menu_item(words.edit, lambda: _edit(ctx, agent))
            if agent.login:
                ui.menu_item(own.new_password, lambda: _new_password(ctx, agent))
            if agent.disabled:
                ui.menu_item(own.enable, lambda: enable_account(ctx, agent.id))
            else:
                ui.menu_item(own.disable, lambda: _disable(ctx, agent))


async def _disable(ctx: Context, agent: Agent) -> None:
    own = ACCOUNT_WORDS[ctx.locale]
    if await confirm(ctx, f"{own.disable}?", own.disable_help.format(name=agent.name), own.disable, bad=True):
        await disable_account(ctx, agent.id)


async def _new_password(ctx: Context, agent: Agent) -> None:
    own = ACCOUNT_WORDS[ctx.locale]
    text = own.new_password_help.format(name=agent.name)
    if await confirm(ctx, own.new_password, text, own.new_password, bad=True):
        _show_once(ctx, agent.login, await set_password(ctx, agent.id))


def _edit(ctx: Context, agent: Agent | None) -> None:
    """The form for a new account, or for one that is there."""
    words, own = ctx.words, ACCOUNT_WORDS[ctx.locale]
    shown = agent or Agent(id=AgentId(""), name="")

    async def save() -> None:
        values = {name: field.value for name, field in fields.items()}
        try:
            if agent is None:
                password = await add_account(ctx, values)
            else:
                password = ""
                await change_account(ctx, agent.id, values)
        except Refusal as refusal:
            error.set_text(str(refusal))
            return
        form.close()
        if password:
            _show_once(ctx, str(values["login"]), password)
        else:
            ctx.toast(words.saved, "good")

    with dialog(ctx, words.edit if agent else own.new_account) as form:
        with ui.element("div").classes("desk-form").style("margin-top: 16px"):
            fields: dict[str, Any] = {
                "name": ui.input(words.name, value=shown.name),
                "login": ui.input(words.login, value=shown.login),
                "role": ui.select({role.value: words.roles[role.value] for role in Role}, label=words.role),
                "capacity": ui.number(own.capacity, value=shown.capacity, min=0, max=100, precision=0),
                "departments": ui.input(words.departments, value=", ".join(sorted(shown.departments))),
                "skills": ui.input(own.skills, value=", ".join(sorted(shown.skills))),
                "languages": ui.input(own.languages, value=", ".join(sorted(shown.languages))),
                "telegram_id": ui.input(own.telegram_id, value=str(shown.telegram_id or "")),
            }
            fields["role"].set_value(shown.role.value)
            helps = {
                "capacity": own.capacity_help,
                "departments": own.departments_help,
                "telegram_id": own.telegram_help,
            }
            for name, field in fields.items():
                field.props("outlined dense options-dense autocomplete=off").classes("desk-field")
                if help := helps.get(name):
                    field.props(f'hint="{help}"')
            fields["login"].props("autocapitalize=none spellcheck=false")
            if agent is not None and agent.login:
                fields["login"].disable()
        error = ui.label("").classes("desk-error").props("role=alert")
        with ui.element("div").classes("desk-dialog-actions"):
            button(words.cancel, form.close)
            button(words.save, save, kind="primary")
    form.open()


def _show_once(ctx: Context, login: str, password: str) -> None:
    own = ACCOUNT_WORDS[ctx.locale]
    with dialog(ctx, own.new_password, own.password_once.format(login=login), persistent=True) as shown:
        ui.label(password).classes("desk-secret")
        with ui.element("div").classes("desk-dialog-actions"):
            button(ctx.words.close, shown.close, kind="primary")
    shown.open()


@guarded(Right.ACCOUNTS)
async def add_account(ctx: Context, values: dict[str, Any]) -> str:
    """Make an account of what stands in the form; returns its password, if it has a login.

    Raises:
        Refusal: something in it cannot be.
    """
    login = str(values.get("login") or "").strip()
    telegram_id = _telegram_id(ctx, values)
    if not login and telegram_id is None:
        raise Refusal(ACCOUNT_WORDS[ctx.locale].login_wrong)
    agent_id = account_id(login) if login else AgentId(f"telegram:{telegram_id}")
    if agent_id in ctx.people.known:
        raise Refusal(ACCOUNT_WORDS[ctx.locale].login_taken)
    password = generate_password() if login else ""
    agent = replace(_filled_in(ctx, Agent(id=agent_id, name=""), values), available=False)
    await _accounts(ctx).add(agent, await _check.hash(password) if login else None)
    await ctx.changed(agent.id)
    return password


@guarded(Right.ACCOUNTS)
async def change_account(ctx: Context, agent_id: AgentId, values: dict[str, Any]) -> None:
    """Change an account to what stands in the form.

    Raises:
        Refusal: something in it cannot be.
    """
    await _accounts(ctx).change(_filled_in(ctx, _known(ctx, agent_id), values))
    await ctx.changed(agent_id)


@guarded(Right.ACCOUNTS)
async def disable_account(ctx: Context, agent_id: AgentId) -> None:
    """Let somebody in no more. Raises Refusal for the last admin."""
    await _accounts(ctx).disable(_known(ctx, agent_id))
    await ctx.changed(agent_id)


@guarded(Right.ACCOUNTS)
async def enable_account(ctx: Context, agent_id: AgentId) -> None:
    """Let somebody in again."""
    await _accounts(ctx).enable(_known(ctx, agent_id))
    await ctx.changed(agent_id)


@guarded(Right.ACCOUNTS)
async def set_password(ctx: Context, agent_id: AgentId) -> str:
    """Give somebody a new password, and return it."""
    password = generate_password()
    await _accounts(ctx).set_password(_known(ctx, agent_id), await _check.hash(password))
    await ctx.changed(agent_id)
    return password


def _accounts(ctx: Context) -> Accounts:
    return Accounts(store=ctx.store, now=ctx.clock(), by=ctx.visit.agent_id, words=ACCOUNT_WORDS[ctx.locale])


def _known(ctx: Context, agent_id: AgentId) -> Agent:
    agent = ctx.people.known.get(agent_id)
    if agent is None:
        raise Refusal(ctx.words.not_found)
    return agent


def _filled_in(ctx: Context, agent: Agent, values: dict[str, Any]) -> Agent:
    return replace(
        agent,
        name=str(values.get("name") or "").strip(),
        login=agent.login or str(values.get("login") or "").strip(),
        role=Role(values.get("role") or Role.AGENT.value),
        capacity=max(0, int(values.get("capacity") or 0)),
        departments=labels_of(str(values.get("departments") or "")),
        skills=labels_of(str(values.get("skills") or "")),
        languages=labels_of(str(values.get("languages") or "")),
        telegram_id=_telegram_id(ctx, values),
    )


def _telegram_id(ctx: Context, values: dict[str, Any]) -> int | None:
    text = str(values.get("telegram_id") or "").strip()
    if text and not text.isdecimal():
        raise Refusal(f"{ACCOUNT_WORDS[ctx.locale].telegram_id}: {ACCOUNT_WORDS[ctx.locale].telegram_help}")
    return int(text) if text else None
