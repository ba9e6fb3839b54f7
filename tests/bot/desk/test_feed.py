"""The live feed of the console."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from bot.desk import feed as feed_module
from bot.desk.feed import (
    QUEUE,
    AgentChanged,
    DeliveryChanged,
    Event,
    Feed,
    MessagesChanged,
    Missed,
    PresenceChanged,
    TicketChanged,
)
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from conversation.effects import Address, Delivery, Entry, OutboxId, OutboxItem, OutboxStatus, SendText
from conversation.messages import Author, Edit, Message, MessageId
from conversation.ports import Change, Committed, Outcome
from conversation.state import Conversation
from conversation.tickets import AgentId, HandoffReason, Priority, Ticket, TicketId, TicketStatus

TICKET = Ticket(
    id=TicketId(7),
    conversation_id=BUDI.conversation_id,
    status=TicketStatus.QUEUED,
    reason=HandoffReason.COMPLAINT,
    department="retur",
    priority=Priority.NORMAL,
    queued_at=NOON,
    changed_at=NOON,
)
SARI, DEWI = AgentId("console:sari"), AgentId("console:dewi")


def message(text: str) -> Message:
    return Message(author=Author.CUSTOMER, text=text, at=NOON)


def change(**values: object) -> Change:
    return Change(conversation=Conversation(contact=BUDI, ticket_id=TICKET.id), **values)  # type: ignore[arg-type]


def commit(feed: Feed, what: Change) -> None:
    feed.committed(what, Committed(conversation=what.conversation), 0.0)


async def take(subscription: feed_module.Subscription, count: int) -> list[Event]:
    """The next events that wait."""
    taken: list[Event] = []
    async with asyncio.timeout(5):
        async for event in subscription:
            taken.append(event)
            if len(taken) == count:
                return taken
    return taken


async def test_a_commit_tells_of_the_ticket_and_of_what_was_said() -> None:
    feed = Feed()
    with feed.subscribe() as subscription:
        commit(feed, change(ticket=TICKET, entries=(Entry(message=message("halo")),)))
        assert await take(subscription, 2) == [
            TicketChanged(ticket=TICKET),
            MessagesChanged(
                conversation_id=BUDI.conversation_id, ticket_id=TICKET.id, added=(message("halo"),), edited=False
            ),
        ]


async def test_what_a_customer_writes_names_the_ticket_that_is_open() -> None:
    feed = Feed()
    with feed.subscribe() as subscription:
        commit(feed, change(edits=(Edit(external_id="5", text="hai", at=NOON),)))
        [event] = await take(subscription, 1)
    assert isinstance(event, MessagesChanged)
    assert event.ticket_id == TICKET.id
    assert event.edited


async def test_a_page_is_told_only_what_it_wants() -> None:
    feed = Feed()
    with feed.subscribe(lambda event: isinstance(event, AgentChanged)) as subscription:
        commit(feed, change(ticket=TICKET))
        feed.publish(AgentChanged(agent_id=SARI))
        assert await take(subscription, 1) == [AgentChanged(agent_id=SARI)]


async def test_a_slow_page_is_told_that_it_missed_something() -> None:
    feed = Feed()
    with feed.subscribe(lambda event: isinstance(event, TicketChanged)) as subscription:
        for _ in range(QUEUE + 1):
            commit(feed, change(ticket=TICKET))
        commit(feed, change(ticket=TICKET))
        assert await take(subscription, 2) == [Missed(), TicketChanged(ticket=TICKET)]


async def test_everybody_reads_again_when_another_worker_has_written() -> None:
    feed = Feed()
    with feed.subscribe(lambda event: False) as subscription:
        feed.missed()
        assert await take(subscription, 1) == [Missed()]


async def test_a_delivery_is_followed_to_its_end() -> None:
    feed = Feed()
    to_budi = Delivery(address=Address(channel="telegram", chat=BUDI.address), effect=SendText(text="halo"))
    item = OutboxItem(id=OutboxId(1), conversation_id=BUDI.conversation_id, delivery=to_budi, message_id=MessageId(3))
    with feed.subscribe() as subscription:
        feed.sending([item], {item.id})
        feed.delivered([Outcome(id=item.id, status=OutboxStatus.FAILED, error="blocked")])
        feed.delivered([Outcome(id=OutboxId(99), status=OutboxStatus.SENT)])
        told = await take(subscription, 2)
    assert told == [
        DeliveryChanged(conversation_id=BUDI.conversation_id, message_id=MessageId(3), status=OutboxStatus.SENDING),
        DeliveryChanged(
            conversation_id=BUDI.conversation_id, message_id=MessageId(3), status=OutboxStatus.FAILED, error="blocked"
        ),
    ]


async def test_what_the_staff_group_is_shown_says_nothing_of_the_customers_copy() -> None:
    feed = Feed()
    to_desk = Delivery(address=Address(channel="telegram", ticket=TICKET.id), effect=SendText(text="halo"))
    item = OutboxItem(id=OutboxId(1), conversation_id=BUDI.conversation_id, delivery=to_desk, message_id=MessageId(3))
    with feed.subscribe() as subscription:
        feed.sending([item], {item.id})
        feed.publish(Missed())
        assert await take(subscription, 1) == [Missed()]


async def test_it_shows_who_looks_and_each_agent_once() -> None:
    feed = Feed()
    feed.look(TICKET.id, "page 1", SARI, "Sari")
    feed.look(TICKET.id, "page 2", SARI, "Sari")
    feed.look(TICKET.id, "page 3", DEWI, "Dewi")
    assert [each.name for each in feed.onlookers(TICKET.id)] == ["Sari", "Dewi"]
    feed.leave("page 1")
    assert [each.name for each in feed.onlookers(TICKET.id)] == ["Sari", "Dewi"]
    feed.look(TicketId(8), "page 2", SARI, "Sari")
    assert [each.name for each in feed.onlookers(TICKET.id)] == ["Dewi"]
    assert feed.present() == {SARI, DEWI}


async def test_who_types_stops_typing_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "TYPING_SECONDS", 0.05)
    feed = Feed()
    feed.look(TICKET.id, "page", SARI, "Sari")
    with feed.subscribe() as subscription:
        feed.type("page")
        feed.type("page")
        began, ended = await take(subscription, 2)
    assert isinstance(began, PresenceChanged)
    assert isinstance(ended, PresenceChanged)
    assert [began.onlookers[0].typing, ended.onlookers[0].typing] == [True, False]


async def test_who_leaves_types_no_more() -> None:
    feed = Feed()
    feed.look(TICKET.id, "page", SARI, "Sari")
    feed.type("page")
    feed.leave("page")
    assert feed.onlookers(TICKET.id) == ()
    assert feed.present() == frozenset()


async def test_a_closed_page_is_told_nothing_any_more() -> None:
    feed = Feed()
    with feed.subscribe() as subscription:
        pass
    feed.missed()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await take(subscription, 1)


async def test_fifty_pages_cost_a_commit_less_than_a_millisecond() -> None:
    feed = Feed()
    opened = [feed.subscribe() for _ in range(50)]
    for each in opened:
        each.__enter__()
    what = change(ticket=TICKET, entries=(Entry(message=message("halo")),))
    took = []
    for _ in range(100):
        begun = time.perf_counter()
        commit(feed, what)
        took.append(timedelta(seconds=time.perf_counter() - begun))
    assert sorted(took)[50] < timedelta(milliseconds=1)
    for each in opened:
        each.__exit__(None, None, None)
