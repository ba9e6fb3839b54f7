"""What happens at one worker is seen on the pages of another: changes, deliveries, who looks, who changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.desk.echo import Echo
from bot.desk.feed import (
    AgentChanged,
    DeliveryChanged,
    Event,
    Feed,
    KnowledgeChanged,
    MessagesChanged,
    Missed,
    Onlooker,
    PresenceChanged,
    QuarantineChanged,
    TicketChanged,
)
from bot.desk.roster import Roster
from bot.testing.memory_store import MemoryStore
from conversation.effects import Entry, OutboxStatus
from conversation.knowledge_ports import ReleaseId
from conversation.messages import Author, Contact, ConversationId, InboxId, Message, MessageId
from conversation.ports import Change
from conversation.state import Conversation, Owner
from conversation.tickets import Agent, AgentId, HandoffReason, Priority, Ticket, TicketId, TicketStatus

NOON = datetime(2026, 8, 17, 12, tzinfo=UTC)
SARI = Contact(channel="telegram", address="100", name="Sari")
TICKET = Ticket(
    id=TicketId(7),
    conversation_id=SARI.conversation_id,
    status=TicketStatus.QUEUED,
    reason=HandoffReason.COMPLAINT,
    department="umum",
    priority=Priority.NORMAL,
    queued_at=NOON,
    changed_at=NOON,
    contact_name="Sari",
)
MESSAGE = Message(author=Author.CUSTOMER, text="barang saya rusak", at=NOON, external_id="1")


@dataclass(eq=False)
class Place:
    """One worker: its feed, what its pages are told, and what its desk hears of."""

    echo: Echo
    feed: Feed
    roster: Roster
    pages: list[Event] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    reminders: list[int] = field(default_factory=list)
    seen: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def sees(self, kind: type[Event]) -> Any:
        """The first event of a kind that its pages are told of."""
        async with asyncio.timeout(5), self.seen:
            await self.seen.wait_for(lambda: any(isinstance(event, kind) for event in self.pages))
        return next(event for event in self.pages if isinstance(event, kind))

    async def read(self) -> None:
        """What pages do: read along."""
        with self.feed.subscribe() as subscription:
            async for event in subscription:
                async with self.seen:
                    self.pages.append(event)
                    self.seen.notify_all()


@asynccontextmanager
async def two_places(store: MemoryStore) -> AsyncIterator[tuple[Place, Place]]:
    """Two workers on one store, each of which hears what the other says, in the words that travel."""
    places: list[Place] = []

    def place(number: int) -> Place:
        def say(event: Any) -> None:
            places[1 - number].echo.heard([json.loads(json.dumps(event))])

        feed, roster = Feed(), Roster(store, [], lambda: NOON)
        tickets: list[Ticket] = []
        reminders: list[int] = []
        echo = Echo(
            feed,
            store,
            roster,
            say,
            worker=number,
            ticket_changed=tickets.append,
            reminded=lambda: reminders.append(number),
        )
        return Place(echo, feed, roster, tickets=tickets, reminders=reminders)

    places += [place(0), place(1)]
    tasks = [asyncio.create_task(work) for each in places for work in (each.echo.run(), each.read())]
    for _ in range(5):
        await asyncio.sleep(0)  # Until everybody listens.
    try:
        yield places[0], places[1]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    conversation = Conversation(contact=SARI, owner=Owner.QUEUE, ticket_id=TICKET.id)
    await store.commit(Change(conversation=conversation, ticket=TICKET, entries=(Entry(message=MESSAGE),)))
    return store


async def test_a_ticket_that_changes_here_is_read_and_told_there(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        here.feed.publish(TicketChanged(ticket=TICKET))
        assert await there.sees(TicketChanged) == TicketChanged(ticket=TICKET)
        assert there.tickets == [TICKET], "the desk that leads hears of it"
        assert here.tickets == []


async def test_words_are_read_from_the_store_and_not_sent_about(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        event = MessagesChanged(
            conversation_id=SARI.conversation_id, ticket_id=TICKET.id, added=(MESSAGE,), edited=False
        )
        here.feed.publish(event)
        seen = await there.sees(MessagesChanged)
        assert [message.text for message in seen.added] == ["barang saya rusak"]


async def test_what_no_page_can_show_is_not_told(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        nobody = ConversationId("telegram:9")
        here.feed.publish(MessagesChanged(conversation_id=nobody, ticket_id=None, added=(MESSAGE,), edited=False))
        sent = DeliveryChanged(conversation_id=nobody, message_id=MessageId(1), status=OutboxStatus.SENT)
        here.feed.publish(sent)
        here.feed.publish(KnowledgeChanged(release_id=ReleaseId(3)))
        assert await there.sees(KnowledgeChanged) == KnowledgeChanged(release_id=ReleaseId(3))
        assert [type(event) for event in there.pages] == [KnowledgeChanged]


async def test_a_delivery_to_somebody_with_a_ticket_is_told(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        here.feed.publish(TicketChanged(ticket=TICKET))
        event = DeliveryChanged(
            conversation_id=SARI.conversation_id, message_id=MessageId(1), status=OutboxStatus.UNKNOWN, error="?"
        )
        here.feed.publish(event)
        assert await there.sees(DeliveryChanged) == event


async def test_who_looks_and_types_is_seen_there_and_counts_as_present(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        here.feed.look(TICKET.id, "page", AgentId("budi"), "Budi")
        assert (await there.sees(PresenceChanged)).onlookers == (Onlooker(agent_id=AgentId("budi"), name="Budi"),)
        assert there.feed.present() == {AgentId("budi")}
        there.pages.clear()
        here.feed.leave("page")
        assert (await there.sees(PresenceChanged)).onlookers == ()
        assert there.feed.present() == frozenset()


async def test_who_is_not_told_of_any_more_is_gone(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        here.feed.look(TICKET.id, "page", AgentId("budi"), "Budi")
        await there.sees(PresenceChanged)
        there.feed.forget_unheard(60.0)
        assert there.feed.onlookers(TICKET.id)
        there.feed.forget_unheard(-1.0)
        assert there.feed.onlookers(TICKET.id) == ()


async def test_a_changed_account_is_read_again_there(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        agent = Agent(id=AgentId("ani"), name="Ani", departments=frozenset({"umum"}), login="ani")
        await store.save_agent(agent)
        here.feed.publish(AgentChanged(agent_id=agent.id))
        await there.sees(AgentChanged)
        assert there.roster.find(agent.id) == agent


async def test_a_change_of_the_quarantine_is_told_there(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        here.feed.quarantine_changed()
        assert await there.sees(QuarantineChanged) == QuarantineChanged()


async def test_a_reminder_that_is_set_here_wakes_whoever_hands_them_on_there(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        here.echo.reminder_set()
        here.feed.publish(KnowledgeChanged())
        await there.sees(KnowledgeChanged)
        assert there.reminders == [1]
        assert here.reminders == []


async def test_what_was_missed_has_pages_read_the_store_again(store: MemoryStore) -> None:
    async with two_places(store) as (here, there):
        there.echo.missed()
        await there.sees(Missed)
        assert here.pages == [], "and it is not passed on"


async def test_strange_words_of_another_version_are_passed_over(
    store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    async with two_places(store) as (_, there):
        there.echo.heard([{"delivery": 1}, {"ticket": "x"}, {"agent": "budi"}, {"news": InboxId(1)}])
        await there.sees(AgentChanged)
        assert "strange" in caplog.text
