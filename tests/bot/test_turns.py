"""Turns over a store in memory and a scripted channel: one at a time, in order, and never lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.dialogue.plan import LATEST_WORDS, Plan
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI, ScriptedChannel
from bot.testing.small_service import SARI, SmallService
from bot.testing.small_shop import PHRASES, small_mind, understand
from bot.turns import ATTEMPTS, LONGEST_PAUSE, LONGEST_WAIT
from conversation.effects import OutboxStatus
from conversation.messages import Author, Contact, CustomerEvent, Edit, Message, Reachability
from conversation.ports import Update
from conversation.state import Owner
from conversation.tickets import HandoffReason, TicketId
from conversation.understanding import Understanding
from handoff import desk
from intents.interpreter import Stages

WATI = Contact(channel="telegram", address="77", name="Wati")


@pytest.fixture
def shop() -> SmallService:
    return SmallService()


async def turns_of(shop: SmallService, contact: Contact = BUDI) -> list[str]:
    return [str(turn.record["text"]) for turn in await shop.store.turns(contact.conversation_id)]


async def inbox(shop: SmallService) -> tuple[int, int]:
    counts = await shop.store.counts()
    return counts["inbox_pending"], counts["inbox_quarantined"]


async def test_turns_that_come_together_are_taken_stage_by_stage() -> None:
    begun: list[tuple[str, str]] = []

    def stages(text: str) -> Stages:
        begun.append((text, "first"))
        yield
        begun.append((text, "second"))
        yield
        return understand(text)

    mind = replace(small_mind(), stages=stages)
    shop = SmallService(channel=ScriptedChannel(reads_fragments=False), mind=mind)
    await shop.receive(shop.channel.said("jam buka?"), shop.channel.said("halo", WATI))
    assert begun == [("jam buka?", "first"), ("halo", "first"), ("jam buka?", "second"), ("halo", "second")]
    assert [await turns_of(shop), await turns_of(shop, WATI)] == [["jam buka?"], ["halo"]]


# Fragments


async def test_fragments_within_the_pause_are_one_turn(shop: SmallService) -> None:
    await shop.receive(*(shop.channel.said(text) for text in ("min", "pesanan sy", "blm dtg")))
    assert await turns_of(shop) == ["min\npesanan sy\nblm dtg"]
    assert [text for author, text, _ in await shop.history() if author is Author.CUSTOMER] == [
        "min",
        "pesanan sy",
        "blm dtg",
    ]
    assert await inbox(shop) == (0, 0)


async def test_the_turn_waits_one_quiet_pause_and_shows_that_it_works(shop: SmallService) -> None:
    await shop.hears("jam buka?")
    assert shop.clock.slept == [0.8]
    assert shop.channel.worked_for == [BUDI.address]


async def test_words_after_the_pause_are_another_turn(shop: SmallService) -> None:
    await shop.hears("min", "jam buka?")
    assert await turns_of(shop) == ["min", "jam buka?"]


async def test_a_customer_who_never_stops_is_answered_all_the_same() -> None:
    shop = SmallService()
    quiet = shop.clock.sleep

    async def another_fragment_meanwhile(seconds: float) -> None:
        if len(shop.clock.slept) < 30:
            shop.turns.take(await shop.store.accept([shop.channel.said("lagi")]))
        await quiet(seconds)

    shop.turns.sleep = another_fragment_meanwhile
    await shop.hears("min")
    first, *_ = await turns_of(shop)
    assert first.count("lagi") == LONGEST_PAUSE


async def test_a_channel_without_fragments_does_not_wait() -> None:
    shop = SmallService(channel=ScriptedChannel(reads_fragments=False))
    await shop.hears("jam buka?")
    assert shop.clock.slept == []


async def test_no_pause_is_a_setting() -> None:
    shop = SmallService(fragment_pause=timedelta(0))
    await shop.hears("jam buka?")
    assert shop.clock.slept == []


async def test_what_an_agent_is_waiting_for_is_not_held_back(shop: SmallService) -> None:
    await shop.hears("rusak!")
    shop.clock.slept.clear()
    await shop.hears("halo?")
    assert shop.clock.slept == []


async def test_a_command_is_a_turn_of_its_own(shop: SmallService) -> None:
    await shop.receive(*(shop.channel.said(text) for text in ("min", "/status", "jam buka?")))
    assert await turns_of(shop) == ["min", "/status", "jam buka?"]
    assert shop.channel.texts() == [PHRASES.unknown, PHRASES.status_none, "Buka jam 9"]


async def test_a_press_is_a_turn_of_its_own(shop: SmallService) -> None:
    await shop.receive(shop.channel.said("min"), shop.channel.pressed("/kurir"), shop.channel.said("jam buka?"))
    assert await turns_of(shop) == ["min", "", "jam buka?"]


# Lanes


async def test_a_conversation_is_served_in_order_and_others_beside_it(shop: SmallService) -> None:
    updates = [
        shop.channel.said(text, contact)
        for text in ("/start", "/status", "/batal", "/bantuan")
        for contact in (BUDI, WATI)
    ]
    await shop.receive(*updates)
    assert await turns_of(shop) == ["/start", "/status", "/batal", "/bantuan"]
    assert await turns_of(shop, WATI) == await turns_of(shop)
    assert shop.channel.texts() == shop.channel.texts(WATI.address)


async def test_a_slow_conversation_holds_up_nobody_else(shop: SmallService) -> None:
    gate = asyncio.Event()
    shop.channel.meanwhile = gate.wait
    await shop.intake.take([shop.channel.said("/start")])
    await asyncio.sleep(0.01)
    await shop.intake.take([shop.channel.said("/start", WATI)])
    await asyncio.sleep(0.01)
    assert (shop.channel.texts(), len(shop.channel.texts(WATI.address))) == ([], 1)
    gate.set()
    await shop.settle()
    assert len(shop.channel.texts()) == 1


async def test_the_same_update_twice_is_one_turn(shop: SmallService) -> None:
    update = shop.channel.said("jam buka?")
    await shop.receive(update)
    await shop.receive(replace(update, update_id=99))
    assert await turns_of(shop) == ["jam buka?"]


async def test_an_update_of_another_channel_waits_for_a_service_that_has_it(shop: SmallService) -> None:
    foreign = Update(channel="web", key="message:1", lane="web:1", payload="{}", received_at=NOON)
    await shop.receive(foreign)
    assert await inbox(shop) == (1, 0)


async def test_what_is_of_no_interest_is_done_with(shop: SmallService) -> None:
    await shop.receive(shop.channel.update(None, lane="telegram:5512345"))
    assert (await inbox(shop), await turns_of(shop)) == ((0, 0), [])


async def test_what_an_earlier_run_accepted_is_served_by_the_next(shop: SmallService) -> None:
    await shop.store.accept([shop.channel.said("jam buka?")])
    assert await shop.intake.recover() == 1
    await shop.settle()
    assert shop.channel.texts() == ["Buka jam 9"]


# Other things that customers do


async def test_an_edit_is_kept_with_what_stood_there_before(shop: SmallService) -> None:
    await shop.hears("jam buka?")
    (message,) = (
        row.message for row in await shop.store.history(BUDI.conversation_id) if row.message.external_id == "1000"
    )
    edit = Edit(external_id=message.external_id, text="jam tutup?", at=NOON)
    await shop.receive(shop.channel.update(CustomerEvent(contact=BUDI, what=edit)))
    row = (await shop.store.history(BUDI.conversation_id))[0]
    assert (row.message.text, row.previous_texts) == ("jam tutup?", ("jam buka?",))


async def test_a_customer_who_blocks_the_bot_is_known_to_be_out_of_reach(shop: SmallService) -> None:
    await shop.hears("halo")
    blocked = Reachability(reachable=False, at=NOON)
    await shop.receive(shop.channel.update(CustomerEvent(contact=BUDI, what=blocked)))
    assert not (await shop.snapshot()).conversation.reachable


async def test_the_decision_is_shown_to_who_watches(shop: SmallService) -> None:
    seen: list[tuple[Plan, Understanding | None]] = []
    shop.turns.watch = lambda plan, understanding: seen.append((plan, understanding))
    await shop.hears("jam buka?")
    ((plan, understanding),) = seen
    assert plan.decision is not None
    assert (plan.decision.intent, understanding) == ("jam_buka", understand("jam buka?"))


async def test_the_record_says_how_long_the_turn_took(shop: SmallService) -> None:
    await shop.hears("jam buka?")
    (turn,) = await shop.store.turns(BUDI.conversation_id)
    assert turn.duration_us > 0


# Somebody else was faster


async def test_an_agents_reply_wins_over_an_answer_of_the_bot_that_is_under_way(shop: SmallService) -> None:
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    reply = Message(author=Author.AGENT, text="Kami cek ya", at=NOON)

    async def sari_replies() -> None:
        await shop.desk.act(ticket.id, lambda case: desk.reply(case, SARI, reply, PHRASES, NOON))

    shop.store.meanwhile = sari_replies
    await shop.hears("jam buka?")
    assert "Buka jam 9" not in shop.channel.texts()
    assert shop.channel.texts()[-1] == "Kami cek ya"
    assert (await shop.snapshot()).conversation.owner is Owner.AGENT
    last = (await shop.store.turns(BUDI.conversation_id))[-1]
    assert (last.reason, last.record["text"]) == ("owned_by_agent", "jam buka?")


async def test_a_bot_answer_that_waits_to_go_out_is_dropped_when_an_agent_replies(shop: SmallService) -> None:
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    reply = Message(author=Author.AGENT, text="Kami cek ya", at=NOON)

    async def sari_replies() -> None:
        await shop.desk.act(ticket.id, lambda case: desk.reply(case, SARI, reply, PHRASES, NOON))

    shop.channel.meanwhile = sari_replies
    await shop.hears("jam buka?")
    assert "Buka jam 9" not in shop.channel.texts()
    assert (Author.BOT, "Buka jam 9", OutboxStatus.DROPPED) in await shop.history()


# What fails


async def test_an_update_that_cannot_be_read_is_put_aside_and_the_lane_goes_on(shop: SmallService) -> None:
    await shop.receive(shop.channel.said("halo"), shop.channel.unreadable(), shop.channel.said("jam buka?"))
    assert await turns_of(shop) == ["halo", "jam buka?"]
    assert await inbox(shop) == (0, 1)


async def test_a_turn_that_fails_once_is_tried_again() -> None:
    tries = Counter[str]()

    def understand_at_second_sight(text: str) -> Understanding:
        tries[text] += 1
        if tries[text] == 1:
            raise RuntimeError("out of luck")
        return understand(text)

    shop = SmallService(mind=replace(small_mind(), understand=understand_at_second_sight))
    assert await shop.hears("jam buka?") == ["Buka jam 9"]
    assert await inbox(shop) == (0, 0)


async def test_a_turn_that_always_fails_is_given_to_a_human_and_the_conversation_goes_on() -> None:
    def understand_all_but_poison(text: str) -> Understanding:
        if text == "racun":
            raise RuntimeError("poison")
        return understand(text)

    shop = SmallService(mind=replace(small_mind(), understand=understand_all_but_poison))
    await shop.hears("racun", "jam buka?")
    ticket = await shop.open_ticket()
    assert (ticket.reason, ticket.department) == (HandoffReason.TOOL_FAILURE, "umum")
    confirmation = PHRASES.trouble + "\n\n" + PHRASES.handed_over.format(ticket=f"#{ticket.id}")
    assert shop.channel.texts() == [confirmation, "Buka jam 9"]
    assert (Author.CUSTOMER, "racun", None) in await shop.history()
    assert "👤 racun" in shop.topic(ticket)[0]
    pending, _ = await inbox(shop)
    assert pending == 0


async def test_a_failing_turn_is_tried_so_often_and_no_more() -> None:
    tries: list[str] = []

    def never_understand(text: str) -> Understanding:
        tries.append(text)
        raise RuntimeError("poison")

    shop = SmallService(mind=replace(small_mind(), understand=never_understand))
    await shop.hears("racun")
    assert tries == ["racun"] * ATTEMPTS


async def test_while_the_store_cannot_be_written_nothing_is_given_up(shop: SmallService) -> None:
    shop.store.failures["commit"] = 10
    assert await shop.hears("jam buka?") == ["Buka jam 9"]
    waits = shop.clock.slept[1:]
    assert waits == sorted(waits)
    assert (len(waits), waits[0], waits[-1]) == (10, 0.1, LONGEST_WAIT)
    assert await turns_of(shop) == ["jam buka?"]
    assert await inbox(shop) == (0, 0)


@pytest.mark.parametrize("method", ["load", "give_up_update"])
async def test_reading_and_putting_aside_wait_for_the_store_as_well(shop: SmallService, method: str) -> None:
    shop.store.failures[method] = 2
    await shop.receive(shop.channel.unreadable(), shop.channel.said("jam buka?"))
    assert shop.channel.texts() == ["Buka jam 9"]
    assert await inbox(shop) == (0, 1)


async def test_a_ticket_has_the_number_of_the_update_that_caused_it(shop: SmallService) -> None:
    await shop.hears("halo", "rusak!")
    assert (await shop.open_ticket()).id == TicketId(2)


async def test_the_agent_reads_the_latest_words_of_both_before_the_complaint(shop: SmallService) -> None:
    await shop.hears("jam buka?", "halo", "jam buka?", "rusak!")
    packet: Mapping[str, Any] = (await shop.open_ticket()).packet
    said = [(each["author"], each["text"]) for each in packet["said"]]
    assert len(said) == LATEST_WORDS
    assert said[-3:] == [("customer", "jam buka?"), ("bot", "Dari jam 9 pagi"), ("customer", "rusak!")]
