"""Accounts: who may come in, and the rules for changing that. Shared by the page, by `tanggap agents`, and by the demo.

A new password, like the end of an account, ends the sessions at once. Nothing here draws, or knows of sign-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.console.account_words import AccountWords
from bot.console.passwords import LEAST, MOST
from conversation.desk_ports import AuditEntry, DeskStore
from conversation.errors import Refusal
from conversation.tickets import Agent, AgentId, Role

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Changes accounts in a store. `by` is who does it; None for whoever sits at the machine of the service."""

    store: DeskStore
    now: datetime
    by: AgentId | None
    words: AccountWords

    async def add(self, agent: Agent, password_hash: str | None) -> None:
        """Make an account.

        Raises:
            Refusal: the login or the name is none, or another account has the login or the Telegram id.
        """
        await self._save(agent, password_hash)
        await self._record("account_add", agent, role_and_departments(agent))

    async def change(self, agent: Agent) -> None:
        """Change an account; `agent` is what it shall be.

        Raises:
            Refusal: as for `add`, or nobody would be left to look after accounts.
        """
        await self._keep_an_admin(agent)
        await self._save(agent)
        await self._record("account_change", agent, role_and_departments(agent))

    async def disable(self, agent: Agent) -> None:
        """Let somebody in no more, from now on.

        Raises:
            Refusal: nobody would be left to look after accounts.
        """
        disabled = replace(agent, disabled=True, available=False)
        await self._keep_an_admin(disabled)
        await self.store.save_agent(disabled)
        await self.store.end_sessions(agent_id=agent.id)
        await self._record("account_disable", agent)

    async def enable(self, agent: Agent) -> None:
        """Let somebody in again."""
        await self.store.save_agent(replace(agent, disabled=False))
        await self._record("account_enable", agent)

    async def set_password(self, agent: Agent, password_hash: str) -> None:
        """Give somebody another password; whoever is signed in with the old one is not any more."""
        await self.store.save_agent(agent, password_hash)
        await self.store.end_sessions(agent_id=agent.id)
        await self._record("password_change" if agent.id == self.by else "account_password", agent)

    async def _save(self, agent: Agent, password_hash: str | None = None) -> None:
        if not agent.name.strip():
            raise Refusal(self.words.name_missing)
        if agent.login and not _LOGIN.fullmatch(agent.login):
            raise Refusal(self.words.login_wrong)
        try:
            await self.store.save_agent(agent, password_hash)
        except Refusal as refusal:
            raise Refusal(self.words.login_taken) from refusal

    async def _keep_an_admin(self, changed: Agent) -> None:
        everybody = await self.store.agents()
        after = [changed if agent.id == changed.id else agent for agent in everybody]
        if any(map(_looks_after_accounts, everybody)) and not any(map(_looks_after_accounts, after)):
            raise Refusal(self.words.last_admin)

    async def _record(self, action: str, agent: Agent, detail: str = "") -> None:
        entry = AuditEntry(at=self.now, agent_id=self.by, action=action, about=str(agent.id), detail=detail)
        await self.store.record(entry)


def account_id(login: str) -> AgentId:
    """What an account is known by, for ever: its first login."""
    return AgentId(f"console:{login}")


def by_login(agents: Iterable[Agent], login: str) -> Agent | None:
    """The account with a login."""
    return next((agent for agent in agents if agent.login and agent.login == login), None)


def checked_password(password: str, login: str, words: AccountWords) -> str:
    """The password, if it can be one.

    Raises:
        Refusal: it is too short or too long, or it is the login.
    """
    if not LEAST <= len(password) <= MOST:
        raise Refusal(words.password_short.format(least=LEAST, most=MOST))
    if password.casefold() == login.casefold():
        raise Refusal(words.password_same)
    return password


def role_and_departments(agent: Agent) -> str:
    """What the audit trail keeps of an account as it was made or changed."""
    return " · ".join([agent.role.value, *sorted(agent.departments)])


def values_of(agent: Agent) -> dict[str, Any]:
    """An account as JSON-able values."""
    return {
        "id": agent.id,
        "name": agent.name,
        "role": agent.role.value,
        "departments": sorted(agent.departments),
        "skills": sorted(agent.skills),
        "languages": sorted(agent.languages),
        "capacity": agent.capacity,
        "available": agent.available,
        "disabled": agent.disabled,
        "login": agent.login,
        "telegram_id": agent.telegram_id,
        "locale": agent.locale,
        "zone": agent.zone,
    }


def agent_of(values: Mapping[str, Any]) -> Agent:
    """The reverse of `values_of`."""
    sets = {name: frozenset(values[name]) for name in ("departments", "skills", "languages")}
    return Agent(**{**values, **sets, "role": Role(values["role"])})


def _looks_after_accounts(agent: Agent) -> bool:
    return agent.role is Role.ADMIN and not agent.disabled and bool(agent.login)


async def carry_out(store: DeskStore, now: datetime, words: AccountWords, errand: Mapping[str, Any]) -> None:
    """Do what `tanggap agents` asks for: `do` is `add`, `disable`, `enable`, `zone` or `password`.

    Raises:
        Refusal: there is no such account, there is one already, or it cannot be.
    """
    accounts = Accounts(store=store, now=now, by=None, words=words)
    everybody = await store.agents()
    if errand["do"] == "add":
        agent = agent_of(errand["agent"])
        if agent.id in {known.id for known in everybody}:
            raise Refusal(words.login_taken)
        await accounts.add(agent, errand["password_hash"])
        return
    found = by_login(everybody, errand["login"])
    if found is None:
        raise Refusal(words.no_such_account.format(login=errand["login"]))
    if errand["do"] == "disable":
        await accounts.disable(found)
    elif errand["do"] == "enable":
        await accounts.enable(found)
    elif errand["do"] == "zone":
        await accounts.change(replace(found, zone=errand["zone"]))
    else:
        await accounts.set_password(found, errand["password_hash"])


async def let_in(store: DeskStore, agent: Agent, password_hash: str) -> None:
    """Put an account as it is given into the place of whatever has its id, and end what it had open: for the demo."""
    await store.save_agent(agent, password_hash)
    await store.end_sessions(agent_id=agent.id)
