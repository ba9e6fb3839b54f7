"""A running service with a shop, its customers, and its desk: the stage of the tests that drive the whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.testing.balancer import balancing
from bot.testing.bot_api import BotApiServer, Customer, Group, Message, StaffMember, Topic
from bot.testing.service import RunningService
from tests.command_line import process

PAUSE = 0.3
"""Seconds within which messages are fragments of one thought, in these tests."""

QUICK = {"dialogue__fragment_pause_seconds": PAUSE, "telegram__group_messages_per_minute": 6000}
"""Settings that make a service as quick as its stories."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Budi and Ani are the agents of the staff group; Joko is just in it. `others` serve beside the service."""

    server: BotApiServer
    service: RunningService
    group: Group
    budi: StaffMember
    ani: StaffMember
    joko: StaffMember
    others: tuple[RunningService, ...] = ()

    @property
    def services(self) -> tuple[RunningService, ...]:
        """All that serve."""
        return (self.service, *self.others)

    async def at_rest(self) -> dict[str, Any]:
        """Wait until everything that was done has been read, and everything it led to was sent."""
        await self.server.until_confirmed()
        return await self.service.at_rest()

    async def topic_of(self, customer_name: str) -> Topic:
        """The topic in which a customer's latest ticket is shown."""
        await self.at_rest()
        return [topic for topic in self.group.topics if customer_name in topic.name][-1]

    def said_in(self, topic: Topic) -> str:
        """Everything the bot shows in a topic."""
        return "\n".join(message.text for message in self.group.shows(topic.thread_id) if message.from_bot)

    async def complaint(self, name: str) -> tuple[Customer, Topic]:
        """A new customer with a complaint, and the topic that their ticket got."""
        customer = self.server.customer(name)
        customer.sends("barang saya rusak, saya kecewa")
        await customer.receives(containing="nomor laporannya #")
        return customer, await self.topic_of(name)

    async def new_account(self, login: str, *options: str) -> str:
        """Make an account of the console beside the running service; returns its password."""
        made = await asyncio.to_thread(
            process, "agents", "add", login, *options, cwd=self.service.folder, TANGGAP_LOG__LEVEL="WARNING"
        )
        assert made.code == 0, made
        return made.out.rpartition(": ")[2].strip()


@asynccontextmanager
async def open_desk(
    folder: Path, settings: Mapping[str, object], *, time_scale: float = 1.0, workers: int = 1
) -> AsyncIterator[Desk]:
    """A Bot API server, a staff group with its people, and a service that knows them: of so many workers, behind a load
    balancer where they have a webhook."""
    async with BotApiServer(time_scale=time_scale) as server:
        group = server.group("Staf")
        budi, ani, joko = group.staff("Budi"), group.staff("Ani"), group.staff("Joko")
        agents = [{"telegram_id": who.user_id, "name": name} for who, name in ((budi, "Budi"), (ani, "Ani"))]
        chosen = {**QUICK, "telegram__staff_chat_id": group.chat_id, "desk__agents": agents, **settings}
        async with AsyncExitStack() as stack:
            balancer = await stack.enter_async_context(balancing()) if workers > 1 else None
            if balancer and chosen.get("telegram__mode") == "webhook":
                chosen["telegram__webhook_url"] = balancer.address
            services = [RunningService(server, _folder(folder, number), **chosen) for number in range(workers)]
            if balancer:
                balancer.services = [service.address_of_webhook for service in services]
            for service in services:
                await stack.enter_async_context(service)
            first, *others = services
            yield Desk(server=server, service=first, group=group, budi=budi, ani=ani, joko=joko, others=tuple(others))


def _folder(folder: Path, number: int) -> Path:
    return folder / f"worker-{number}" if number else folder


def bot_messages(customer: Customer) -> list[Message]:
    """What a customer has been told."""
    return [message for message in customer.shows() if message.from_bot]
