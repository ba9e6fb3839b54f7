"""What the desk does by itself: assigning, the clockwork, and telling waiting customers their place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.assigning import Assigning
from bot.desk.clockwork import Clockwork
from bot.desk.loops import DeskLoops
from bot.desk.waiting import Waiting
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import DEWI, SARI, SmallService
from bot.testing.small_shop import PHRASES, POLICY, small_mind
from bot.watching import Watcher, watched
from conversation.effects import EditText, SendText
from conversation.messages import Contact
from conversation.ports import Change, Committed
from conversation.state import Owner
from conversation.tickets import Agent, AgentId, Ticket, TicketStatus
from handoff.policy import Department, DeskPolicy, Mode, Promise, Promises

TURNS = Department(mode=Mode.ROUND_ROBIN, return_after=timedelta(minutes=5), away_after=timedelta(minutes=10))
RINA = Contact(channel="telegram", address="7001", name="Rina")
PROMISED = Department(promises=Promises(usual=Promise(first_reply=10)))


def shop_with(rules: Department) -> SmallService:
    return SmallService(mind=small_mind(replace(POLICY, desk=DeskPolicy(other=rules))))


class TicketWatcher(Watcher):
    """Tells of every ticket that was committed."""

    on_ticket: Callable[[Ticket], None] = staticmethod(lambda ticket: None)

    def committed(self, change: Change, committed: Committed, seconds: float) -> None:
        if change.ticket is not None:
            self.on_ticket(change.ticket)


# Assigning


async def test_a_waiting_ticket_is_given_to_an_agent_and_its_topic_says_so() -> None:
    shop = shop_with(TURNS)
    await shop.hears("rusak!")
    assert await Assigning(shop.desk).assign() == 1
    await shop.settle()
    ticket = await shop.open_ticket()
    assert (ticket.assignee, ticket.routed) == (SARI.id, True)
    assert shop.topic(ticket)[-1] == PHRASES.desk.assigned_to.format(ticket=f"#{ticket.id}", agent="Sari")
    assert "Sari" not in shop.channel.texts()[-1], "the customer hears of it when she takes it on"


async def test_agents_take_turns_and_nobody_gets_more_than_they_can_serve() -> None:
    shop = shop_with(TURNS)
    await shop.desk.roster.set_available(replace(DEWI, capacity=1), True)
    contacts = [Contact(channel="telegram", address=str(number), name=f"C{number}") for number in range(6100, 6109)]
    for contact in contacts:
        await shop.hears("rusak!", contact=contact)
    await Assigning(shop.desk).assign()
    load = await shop.store.open_load()
    assert load == {SARI.id: SARI.capacity, DEWI.id: 1}
    assert len(await shop.store.tickets([TicketStatus.QUEUED])) == 3


async def test_a_manual_claim_that_comes_first_stands() -> None:
    shop = shop_with(TURNS)
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()

    async def dewi_is_faster() -> None:
        await shop.desk.claim(ticket.id, DEWI)

    shop.store.meanwhile = dewi_is_faster
    assert await Assigning(shop.desk).assign() == 0
    kept = await shop.ticket(ticket.id)
    assert (kept.assignee, kept.routed) == (DEWI.id, False)


async def test_departments_whose_agents_claim_are_left_alone() -> None:
    shop = shop_with(Department())
    await shop.hears("rusak!")
    assert not Assigning(shop.desk).routes
    assert await Assigning(shop.desk).assign() == 0


async def test_an_agent_who_comes_back_is_given_what_waits_at_once() -> None:
    shop = shop_with(TURNS)
    for agent in (SARI, DEWI):
        await shop.desk.availability(agent, False)
    loops, watcher = DeskLoops(), TicketWatcher()
    shop.desk = replace(shop.desk, store=watched(shop.store, [loops, watcher]))
    loops.begin(shop.desk, interval=timedelta(), present=tuple)
    work, given = asyncio.create_task(loops.run()), asyncio.Event()
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    assert ticket.assignee is None
    watcher.on_ticket = lambda ticket: given.set() if ticket.assignee else None
    await shop.desk.availability(DEWI, True)
    await asyncio.wait_for(given.wait(), 5)
    assert (await shop.ticket(ticket.id)).assignee == DEWI.id
    work.cancel()


# The clockwork


async def test_an_assignment_that_lies_unanswered_goes_back_and_to_somebody_else() -> None:
    shop = shop_with(TURNS)
    await shop.hears("rusak!")
    await Assigning(shop.desk).assign()
    clock = Clockwork(shop.desk)
    shop.clock.now += timedelta(minutes=4)
    await clock.look()
    assert (await shop.open_ticket()).assignee == SARI.id
    shop.clock.now += timedelta(minutes=1)
    await clock.look()
    await shop.settle()
    ticket = await shop.open_ticket()
    assert (ticket.status, ticket.assignee) == (TicketStatus.QUEUED, None)
    assert shop.topic(ticket)[-1] == PHRASES.desk.unanswered.format(ticket=f"#{ticket.id}", agent="Sari")
    await Assigning(shop.desk).assign()
    assert (await shop.open_ticket()).assignee == DEWI.id


async def test_a_warning_and_a_miss_are_told_once_each() -> None:
    shop = shop_with(PROMISED)
    await shop.hears("rusak!")
    clock, ticket = Clockwork(shop.desk), await shop.open_ticket()
    told = [len(shop.topic(ticket))]
    for minutes in (7, 1, 1, 1, 30):
        shop.clock.now += timedelta(minutes=minutes)
        await clock.look()
        await shop.settle()
        told.append(len(shop.topic(ticket)) - told[0])
    assert told[1:] == [0, 1, 1, 2, 2]
    assert shop.topic(ticket)[-2].startswith(f"⏰ Tiket #{ticket.id}: balasan pertama")
    assert shop.topic(ticket)[-1] == f"🔴 Tiket #{ticket.id}: balasan pertama terlambat."
    assert (await shop.ticket(ticket.id)).deadlines.missed == ("first_reply",)


async def test_a_snooze_ends_by_the_clock() -> None:
    shop = shop_with(Department())
    await shop.hears("rusak!")
    ticket = await shop.desk.claim((await shop.open_ticket()).id, SARI)
    await shop.desk.snooze(ticket.id, SARI, NOON + timedelta(hours=1))
    clock = Clockwork(shop.desk)
    shop.clock.now += timedelta(minutes=59)
    await clock.look()
    assert (await shop.ticket(ticket.id)).status is TicketStatus.SNOOZED
    shop.clock.now += timedelta(minutes=1)
    await clock.look()
    assert (await shop.ticket(ticket.id)).status is TicketStatus.ASSIGNED


@pytest.mark.parametrize("answered", [True, False])
async def test_a_disabled_agents_tickets_go_back_at_once(answered: bool) -> None:
    shop = shop_with(Department())
    gone = Agent(id=AgentId("desk:joko"), name="Joko", login="joko")
    await shop.store.save_agent(gone)
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    await (shop.desk.reply(ticket.id, gone, "Sebentar") if answered else shop.desk.claim(ticket.id, gone))
    await shop.store.save_agent(replace(gone, disabled=True))
    await Clockwork(shop.desk).look()
    assert (await shop.ticket(ticket.id)).status is TicketStatus.QUEUED
    assert (await shop.snapshot()).conversation.owner is Owner.QUEUE


async def test_who_was_not_seen_for_long_gives_back_what_waits_for_them() -> None:
    shop = shop_with(TURNS)
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    await shop.desk.claim(ticket.id, SARI)
    clock = Clockwork(shop.desk, present=lambda: [DEWI.id])
    shop.clock.now += timedelta(minutes=9)
    await clock.look()
    assert (await shop.ticket(ticket.id)).assignee == SARI.id
    shop.clock.now += timedelta(minutes=1)
    await clock.look()
    assert (await shop.ticket(ticket.id)).status is TicketStatus.QUEUED


async def test_who_waits_for_the_customer_may_be_away_for_as_long_as_that_takes() -> None:
    shop = shop_with(TURNS)
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    await shop.desk.reply(ticket.id, SARI, "Nomor pesanannya?")
    shop.clock.now += timedelta(hours=3)
    await shop.hears("INV-7")
    await Clockwork(shop.desk).look()
    assert (await shop.ticket(ticket.id)).assignee == SARI.id, "she gets her ten minutes from then on"


async def test_an_open_console_counts_as_being_there() -> None:
    shop = shop_with(TURNS)
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    await shop.desk.claim(ticket.id, SARI)
    shop.clock.now += timedelta(hours=1)
    await Clockwork(shop.desk, present=lambda: [SARI.id]).look()
    assert (await shop.ticket(ticket.id)).assignee == SARI.id


# What waiting customers are shown


def shown(shop: SmallService, contact: Contact = BUDI) -> list[str]:
    return [
        effect.text
        for target, effect in shop.channel.performed
        if isinstance(effect, SendText | EditText) and target.chat == contact.address and "urutan" in effect.text
    ]


async def test_a_place_in_the_queue_is_told_once_and_then_edited() -> None:
    shop = shop_with(Department())
    await shop.hears("rusak!", contact=RINA)
    await shop.hears("rusak!")
    waiting = Waiting(shop.desk, timedelta(seconds=30))
    assert await waiting.tell() == 0, "who is served at once need not know that they waited"
    for _ in range(3):
        shop.clock.now += timedelta(seconds=30)
        await waiting.tell()
    await shop.settle()
    assert shown(shop) == ["Anda urutan ke-2."]
    ticket = await shop.open_ticket(RINA)
    await shop.desk.claim(ticket.id, SARI)
    await waiting.tell()
    shop.clock.now += timedelta(seconds=30)
    await waiting.tell()
    await shop.settle()
    assert shown(shop) == ["Anda urutan ke-2.", "Anda urutan ke-1."]
    last = [effect for target, effect in shop.channel.performed if target.chat == BUDI.address][-1]
    assert isinstance(last, EditText)


async def test_a_place_is_not_told_out_of_hours_or_to_those_who_are_served() -> None:
    shop = shop_with(Department())
    await shop.hears("rusak!")
    await shop.desk.claim((await shop.open_ticket()).id, SARI)
    shop.clock.now += timedelta(minutes=5)
    assert await Waiting(shop.desk, timedelta(seconds=30)).tell() == 0
    assert shown(shop) == []
