"""Everybody reaches for every ticket at once, half of them in the browser and half in the staff group: one gets it, and
all others are told who. The service is whole, over a store on disk; only Telegram is scripted."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from bot.app import Service, open_service
from bot.desk import card
from bot.settings import Settings
from bot.testing.scripted_channel import ScriptedChannel
from bot.testing.small_shop import PHRASES, small_mind
from conversation.effects import AnswerPress
from conversation.errors import Refusal
from conversation.messages import Contact, Press
from conversation.tickets import Agent, AgentId, StaffEvent, Ticket, TicketId, TicketStatus

AGENTS = 50
AT_ONCE = 50
"""Tickets that all agents reach for at the same time."""

LOOKS = 10
"""How often, at most, those in the browser read a ticket before they click: a press has a longer way to go, and would
always come second."""

SETTINGS = {
    "telegram": {"staff_chat_id": -1001},
    "dialogue": {"fragment_pause_seconds": 0},
    "desk": {"position_seconds": 0},
}
TOLD = PHRASES.agent_joined.partition("{")[0]

LONG = [pytest.mark.slow, pytest.mark.timeout(900)]

Answers = dict[tuple[AgentId, TicketId], list[str]]
"""What each agent was answered for each ticket; "" to whoever got it."""


def people(surface: str) -> list[Agent]:
    """The half of the agents that works on one surface."""
    return [Agent(id=AgentId(f"{surface}:{each}"), name=f"Agen {surface} {each}") for each in range(AGENTS // 2)]


async def complaints(service: Service, channel: ScriptedChannel, number: int) -> list[Ticket]:
    """As many tickets, each of a customer of its own and with a topic."""
    contacts = [Contact(channel="telegram", address=str(10_000 + each), name="Rina") for each in range(number)]
    for contact in contacts:
        await service.intake.take([channel.said("rusak!", contact)])
    await at_rest(service)
    found = [(await service.store.load(contact)).ticket for contact in contacts]
    tickets = [ticket for ticket in found if ticket is not None and ticket.topic is not None]
    assert len(tickets) == number
    return tickets


async def at_rest(service: Service) -> None:
    """Wait until there is no turn and no delivery under way."""
    while len(service.turns.lanes) or len(service.deliveries.lanes):
        await service.turns.lanes.idle()
        await service.deliveries.lanes.idle()


async def race(folder: Path, storage: dict[str, str], number: int, seed: int) -> None:
    """All agents reach for this many tickets."""
    channel, random = ScriptedChannel(), Random(seed)
    stored = {name.removeprefix("storage__"): value for name, value in storage.items()}
    in_browser, in_group = people("console"), people("telegram")
    agents = in_browser + in_group
    settings = Settings.model_validate(SETTINGS | {"base": folder, "storage": stored})
    answers: Answers = defaultdict(list)
    async with open_service(settings, small_mind(), [channel], agents=agents) as service:

        async def press(ticket: Ticket) -> None:
            """All presses of a topic come in at once, as Telegram brings them."""
            assert ticket.topic is not None
            updates = []
            for agent in random.sample(in_group, len(in_group)):
                what = Press(press_id=f"{agent.id}/{ticket.id}", payload=card.CLAIM, at=datetime.now(UTC))
                event = StaffEvent(who=agent.id, who_name=agent.name, topic=ticket.topic, what=what)
                updates.append(channel.update(event))
            await service.intake.take(updates)

        async def click(agent: Agent, ticket: Ticket) -> None:
            try:
                await service.desk.claim(ticket.id, agent)
                answers[agent.id, ticket.id].append("")
            except Refusal as refusal:
                answers[agent.id, ticket.id].append(str(refusal))

        async def reach(ticket: Ticket) -> None:
            pressing = asyncio.create_task(press(ticket))
            for _ in range(random.randrange(LOOKS)):
                await service.store.ticket(ticket.id)
            await asyncio.gather(
                pressing, *(click(each, ticket) for each in random.sample(in_browser, len(in_browser)))
            )

        tickets = await complaints(service, channel, number)
        for first in range(0, number, AT_ONCE):
            await asyncio.gather(*(reach(ticket) for ticket in tickets[first : first + AT_ONCE]))
            await at_rest(service)
        for _, effect in channel.performed:
            if isinstance(effect, AnswerPress):
                agent_id, _, ticket_id = effect.press_id.rpartition("/")
                answers[AgentId(agent_id), TicketId(int(ticket_id))].append(effect.text)
        holders = {ticket.id: await service.store.ticket(ticket.id) for ticket in tickets}

    for ticket in tickets:
        holder = holders[ticket.id]
        assert holder is not None
        assert holder.status is TicketStatus.ASSIGNED
        for agent in agents:
            expected = "" if agent.id == holder.assignee else PHRASES.taken.format(agent=holder.assignee_name)
            assert answers[agent.id, ticket.id] == [expected], (agent, holder)
        told = [text for text in channel.texts(ticket.conversation_id.partition(":")[2]) if text.startswith(TOLD)]
        assert told == [PHRASES.agent_joined.format(agent=holder.assignee_name)]
    won = [str(holder.assignee) for holder in holders.values() if holder is not None]
    assert {each.partition(":")[0] for each in won} == {"console", "telegram"}, "both surfaces get some"


@pytest.mark.parametrize("storage", ["sqlite", pytest.param("postgres", marks=LONG)], indirect=True)
async def test_of_fifty_agents_on_two_surfaces_one_gets_each_of_fifty_tickets(
    tmp_path: Path, storage: dict[str, str]
) -> None:
    await race(tmp_path, storage, AT_ONCE, seed=20261122)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_of_fifty_agents_on_two_surfaces_one_gets_each_of_a_thousand_tickets(tmp_path: Path) -> None:
    await race(tmp_path, {}, 1_000, seed=5)
