"""`tanggap agents`: accounts for the desk, whether the service runs or not.

On SQLite a running service holds the database: it is asked to change the account, by the errands of `bot.errands`. It
is given the hash of a password, never the password.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.common import errors, out, print_json, settings_of
from bot.console.account_words import ENGLISH
from bot.console.accounts import account_id, carry_out, checked_password, values_of
from bot.console.passwords import LEAST, generate_password, hash_password
from bot.errands import ask, errands_of
from bot.settings import Settings
from bot.storage import open_store
from bot.storage.upkeep import is_held, sqlite_file
from conversation.desk_ports import DeskStore
from conversation.errors import Refusal
from conversation.inert import inert
from conversation.tickets import Agent, Role
from handoff.hours import zone_named

T = TypeVar("T")


def add_agent(
    config: Path | None,
    login: str,
    *,
    name: str,
    role: str,
    departments: Sequence[str],
    skills: Sequence[str],
    languages: Sequence[str],
    capacity: int,
    telegram_id: int | None,
    zone: str,
    ask_password: bool,
) -> None:
    """`tanggap agents add`: make an account."""
    settings = settings_of(config)
    agent = Agent(
        id=account_id(login),
        name=name or login.capitalize(),
        login=login,
        role=Role(role),
        departments=frozenset(departments),
        skills=frozenset(skills),
        languages=frozenset(languages),
        capacity=capacity,
        telegram_id=telegram_id,
        zone=_zone(zone),
    )
    password = _password(login, ask_password)
    hashed = hash_password(password)
    _carry_out(settings, {"do": "add", "agent": values_of(agent), "password_hash": hashed})
    _tell_password(login, password, ask_password)


def list_agents(config: Path | None, as_json: bool) -> None:
    """`tanggap agents list`: who has an account."""
    settings = settings_of(config)
    database = sqlite_file(settings.storage_url())
    is_there = database is None or database.exists()
    found = _with_store(settings, lambda store: store.agents(), alone=False) if is_there else []
    if as_json:
        print_json([values_of(agent) for agent in found])
        return
    table = Table("Login", "Name", "Role", "Departments", "Capacity", "Telegram", "", box=None)
    for agent in found:
        state = "disabled" if agent.disabled else "" if agent.available else "not taking tickets"
        departments = ", ".join(sorted(agent.departments)) or "all"
        cells = (agent.login, agent.name, agent.role.value, departments, agent.capacity, agent.telegram_id or "", state)
        table.add_row(*(escape(inert(str(cell))) for cell in cells))
    out.print(table if found else "Nobody has an account yet: tanggap agents add LOGIN --role admin")


def disable_agent(config: Path | None, login: str) -> None:
    """`tanggap agents disable`: let somebody in no more."""
    _carry_out(settings_of(config), {"do": "disable", "login": login})
    out.print(escape(f"{inert(login)}: disabled, and signed out"))


def enable_agent(config: Path | None, login: str) -> None:
    """`tanggap agents enable`: let them in again."""
    _carry_out(settings_of(config), {"do": "enable", "login": login})
    out.print(escape(f"{inert(login)}: enabled"))


def set_zone(config: Path | None, login: str, zone: str) -> None:
    """`tanggap agents zone`: the time zone that somebody sees times in; "" for that of the desk."""
    key = _zone(zone)
    _carry_out(settings_of(config), {"do": "zone", "login": login, "zone": key})
    out.print(escape(f"{inert(login)}: {key or 'the zone of the desk'}"))


def _zone(name: str) -> str:
    return name and zone_named(name).key


def set_password(config: Path | None, login: str, ask_password: bool) -> None:
    """`tanggap agents passwd`: another password; whoever is signed in with the old one is not any more."""
    settings = settings_of(config)
    password = _password(login, ask_password)
    _carry_out(settings, {"do": "password", "login": login, "password_hash": hash_password(password)})
    _tell_password(login, password, ask_password)


def _password(login: str, ask_password: bool) -> str:
    if not ask_password:
        return generate_password()
    typed: str = typer.prompt(f"Password (at least {LEAST} characters)", hide_input=True, confirmation_prompt=True)
    return checked_password(typed, login, ENGLISH)


def _tell_password(login: str, password: str, asked: bool) -> None:
    if asked:
        out.print(escape(f"{login}: done"))
        return
    errors.print("The password is shown this once; hand it over in a safe way.")
    out.print(escape(f"{login}: {password}"))


def _carry_out(settings: Settings, errand: dict[str, Any]) -> None:
    """Do it, or have the service do it that holds the database."""
    database = sqlite_file(settings.storage_url())
    try:
        if database is not None and database.exists() and is_held(database):
            ask(errands_of(database), "account", errand)
            return
        _with_store(settings, lambda store: carry_out(store, datetime.now(UTC), ENGLISH, errand), alone=True)
    except Refusal as refusal:
        raise Refusal(str(refusal), remedy="`tanggap agents list` shows who has an account.") from refusal


def _with_store(settings: Settings, do: Callable[[DeskStore], Awaitable[T]], *, alone: bool) -> T:
    async def run() -> T:
        store = await open_store(settings.storage_url(), note=errors.print, alone=alone)
        try:
            return await do(cast(DeskStore, store))
        finally:
            await store.close()

    return asyncio.run(run())
