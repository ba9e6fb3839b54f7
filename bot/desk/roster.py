"""The roster: who may act on the desk now, from the accounts of the store and the agents of the configuration.

An account goes before an agent of the configuration with the same Telegram id; without a login it takes name and
departments from there. The roster knows when somebody was last at work, but not what they did, and it signs nobody in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from conversation.desk_ports import DeskStore
from conversation.tickets import Agent, AgentId

TELEGRAM = "telegram:"
"""What precedes a Telegram id where an agent is named by it."""


class Roster:
    """Everybody who serves. `configured` are there whatever the store says; `refresh` reads the accounts."""

    def __init__(self, store: DeskStore, configured: Iterable[Agent], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._configured = {agent.id: agent for agent in configured}
        self._agents: dict[AgentId, Agent] = dict(self._configured)
        self._ids: dict[AgentId, AgentId] = {}
        self._accounts: frozenset[AgentId] = frozenset()
        self._begun = clock()
        self.listeners: list[Callable[[], None]] = []
        """Called whenever anything about anybody has changed."""
        self._seen: dict[AgentId, datetime] = {}
        self._away: dict[AgentId, datetime] = {}

    def __iter__(self) -> Iterator[Agent]:
        """Everybody, by name; the disabled too."""
        return iter(sorted(self._agents.values(), key=lambda agent: (agent.name.casefold(), agent.id)))

    async def refresh(self) -> bool:
        """Read the accounts again; returns whether anything about anybody has changed."""
        before = self._agents
        accounts = await self._store.agents()
        self._accounts = frozenset(account.id for account in accounts)
        self._agents, self._ids = _merged(self._configured, accounts)
        for agent in self._agents.values():
            self._note_absence(agent)
        if before == self._agents:
            return False
        for listener in self.listeners:
            listener()
        return True

    def id_of(self, agent_id: AgentId) -> AgentId:
        """The id under which somebody is known who may also be called by their Telegram id."""
        return self._ids.get(agent_id, agent_id)

    def find(self, agent_id: AgentId) -> Agent | None:
        """Somebody by their id, or by the id their surface knows them by; the disabled too."""
        return self._agents.get(self.id_of(agent_id))

    def serving(self, agent_id: AgentId) -> Agent | None:
        """The same, if they may act."""
        agent = self.find(agent_id)
        return agent if agent and not agent.disabled else None

    def active(self) -> list[Agent]:
        """Everybody who may act, by name."""
        return [agent for agent in self if not agent.disabled]

    async def set_available(self, agent: Agent, available: bool) -> Agent:
        """Turn somebody's switch; an account keeps it, an agent of the configuration until the service stops."""
        changed = replace(agent, available=available)
        if agent.id in self._accounts:
            await self._store.save_agent(changed)
        else:
            self._configured[agent.id] = changed
        await self.refresh()
        return changed

    def seen(self, agent_id: AgentId) -> None:
        """Somebody is at work now: they did something, or their console is open."""
        self._seen[self.id_of(agent_id)] = self._clock()

    def last_seen(self, agent_id: AgentId) -> datetime | None:
        """When somebody was last at work, as far as it was seen here."""
        return self._seen.get(self.id_of(agent_id))

    def away_since(self, agent_id: AgentId) -> datetime:
        """Since when somebody has not been there: since they said so, or since they were last at work."""
        return self._away.get(agent_id) or self._seen.get(agent_id, self._begun)

    def _note_absence(self, agent: Agent) -> None:
        if agent.available:
            self._away.pop(agent.id, None)
        else:
            self._away.setdefault(agent.id, self._clock())


def _merged(
    configured: Mapping[AgentId, Agent], accounts: Iterable[Agent]
) -> tuple[dict[AgentId, Agent], dict[AgentId, AgentId]]:
    """Everybody by id, and the ids of accounts by what Telegram calls them."""
    agents, ids = dict(configured), {}
    for account in accounts:
        if account.telegram_id is not None:
            called = AgentId(f"{TELEGRAM}{account.telegram_id}")
            ids[called] = account.id
            agent = agents.pop(called, None)
            if agent is not None and not account.login:
                account = replace(account, name=agent.name, departments=agent.departments)
        agents[account.id] = account
    return agents, ids
