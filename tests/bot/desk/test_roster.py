"""Who may act: accounts of the store and agents of the configuration, as they stand now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.roster import Roster
from bot.testing.manual_clock import NOON, ManualClock
from bot.testing.memory_store import MemoryStore
from conversation.tickets import Agent, AgentId

CONFIGURED = Agent(id=AgentId("telegram:7"), name="Sari", departments=frozenset({"retur"}), telegram_id=7)
ACCOUNT = Agent(id=AgentId("desk:sari"), name="Sari W.", login="sari", telegram_id=7)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def roster(store: MemoryStore) -> Roster:
    return Roster(store, [CONFIGURED], ManualClock())


async def test_agents_of_the_configuration_may_act_without_an_account(roster: Roster) -> None:
    await roster.refresh()
    assert roster.serving(CONFIGURED.id) == CONFIGURED


async def test_an_account_goes_before_the_agent_of_the_same_telegram_id(store: MemoryStore, roster: Roster) -> None:
    await store.save_agent(ACCOUNT)
    await roster.refresh()
    assert roster.serving(CONFIGURED.id) == roster.serving(ACCOUNT.id) == ACCOUNT
    assert list(roster) == [ACCOUNT]


async def test_an_account_without_a_login_takes_name_and_departments_from_the_configuration(
    store: MemoryStore, roster: Roster
) -> None:
    await store.save_agent(replace(ACCOUNT, login="", capacity=9))
    await roster.refresh()
    agent = roster.serving(CONFIGURED.id)
    assert agent is not None
    assert (agent.name, agent.departments, agent.capacity) == ("Sari", CONFIGURED.departments, 9)


async def test_a_disabled_account_may_nothing_whatever_the_configuration_says(
    store: MemoryStore, roster: Roster
) -> None:
    await store.save_agent(replace(ACCOUNT, disabled=True))
    await roster.refresh()
    assert roster.serving(CONFIGURED.id) is None
    assert roster.active() == []
    assert [agent.disabled for agent in roster] == [True]


async def test_listeners_hear_of_changes_and_of_nothing_else(store: MemoryStore, roster: Roster) -> None:
    heard: list[str] = []
    roster.listeners.append(lambda: heard.append("changed"))
    await store.save_agent(ACCOUNT)
    assert await roster.refresh()
    assert not await roster.refresh()
    assert heard == ["changed"]


@pytest.mark.parametrize("has_account", [True, False])
async def test_who_turns_their_switch_is_away_since_then(has_account: bool) -> None:
    store, clock = MemoryStore(), ManualClock()
    roster = Roster(store, [CONFIGURED], clock)
    if has_account:
        await store.save_agent(ACCOUNT)
    await roster.refresh()
    agent = roster.serving(CONFIGURED.id)
    assert agent is not None
    roster.seen(agent.id)
    await clock.sleep(60)
    assert not (await roster.set_available(agent, False)).available
    left = clock()
    await clock.sleep(60)
    assert roster.away_since(agent.id) == left
    await roster.set_available(replace(agent, available=False), True)
    assert roster.away_since(agent.id) == NOON
    assert roster.find(agent.id) == agent
