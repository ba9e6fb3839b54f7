"""The one place where the parts are put together, for the service, the terminal chat and the tests alike."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.config import Settings
from bot.delivery import Deliveries
from bot.desk.service import DeskService
from bot.desk.topics import TopicSurface
from bot.dialogue.plan import Plan
from bot.intake import Intake
from bot.mind import Mind
from bot.storage import open_store
from bot.turns import Turns
from conversation.effects import Address
from conversation.messages import Contact
from conversation.ports import Channel, Store
from conversation.tickets import Agent, AgentId
from intents.understanding import Understanding

STOP_GRACE = 10.0
"""Seconds that a stop waits for the turns and deliveries under way; what is left is done after the start."""

log = logging.getLogger(__name__)

Note = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A running service without its ways in: what channels hand updates to."""

    store: Store
    intake: Intake
    turns: Turns
    deliveries: Deliveries
    desk: DeskService

    async def settle(self, contact: Contact) -> None:
        """Wait until nothing is under way for one contact: no turn, and no delivery."""
        await self.turns.lanes.finished(contact.conversation_id)
        await self.deliveries.settle(Address(channel=contact.channel, chat=contact.address))


def now_utc() -> datetime:
    """The clock of the service."""
    return datetime.now(UTC)


def agents_of(settings: Settings) -> Mapping[AgentId, Agent]:
    """Who may serve, by the id their surface knows them by."""
    agents = (
        Agent(id=AgentId(f"telegram:{a.telegram_id}"), name=a.name, departments=frozenset(a.departments))
        for a in settings.desk.agents
    )
    return {agent.id: agent for agent in agents}


@asynccontextmanager
async def open_service(
    settings: Settings,
    mind: Mind,
    channels: Sequence[Channel],
    *,
    note: Note = lambda line: None,
    agents: Sequence[Agent] = (),
    watch: Callable[[Plan, Understanding | None], None] | None = None,
    serves: Callable[[Address], bool] = lambda address: True,
) -> AsyncIterator[Service]:
    """Open the store, put the parts together, take up what an earlier run left, and stop it all at the end.

    `note` is given lines for the person who starts it, such as a migration of the database.

    Raises:
        StorageError: the store cannot be opened.
    """
    store = await open_store(settings.storage_url(), note=note, alone=True)
    by_name = {channel.name: channel for channel in channels}
    surface = None
    if "telegram" in by_name and settings.telegram.staff_chat_id:
        staff_chat = str(settings.telegram.staff_chat_id)
        surface = TopicSurface(channel="telegram", chat=staff_chat, phrases=mind.policy.phrases)
    deliveries = Deliveries(store=store, channels=by_name, clock=now_utc, serves=serves)
    desk = DeskService(
        store=store,
        phrases=mind.policy.phrases,
        agents={**agents_of(settings), **{agent.id: agent for agent in agents}},
        submit=deliveries.take,
        clock=now_utc,
        surface=surface,
    )
    deliveries.undelivered, deliveries.topic_lost = desk.undelivered, desk.show_again
    turns = Turns(
        store=store,
        channels=by_name,
        mind=mind,
        desk=desk,
        submit=deliveries.take,
        clock=now_utc,
        surface=surface,
        fragment_pause=timedelta(seconds=settings.dialogue.fragment_pause_seconds),
        episode_idle=timedelta(hours=settings.dialogue.episode_idle_hours),
        watch=watch,
    )
    intake = Intake(store, turns.take, turns.lanes.room)
    try:
        left = await deliveries.recover() + await intake.recover()
        if left:
            log.info("took up %d items of an earlier run", left, extra={"action": "recovered"})
        gc.freeze()  # What was loaded is there to stay; the collector need not look at it again.
        gc.enable()
        yield Service(store=store, intake=intake, turns=turns, deliveries=deliveries, desk=desk)
    finally:
        # Turns first: their effects are durable once they are committed, sent or not.
        await turns.lanes.stop(STOP_GRACE / 2)
        await deliveries.lanes.stop(STOP_GRACE / 2)
        await store.close()
