"""Delivery: in order for each address, once, and honest about what nobody can know."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import ATTEMPTS, LONGEST_WAIT
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import SmallService
from bot.testing.small_shop import PHRASES
from conversation.effects import (
    Address,
    AnswerPress,
    ChangeTopic,
    CopyMessage,
    Effect,
    LeaveChat,
    OutboxStatus,
    SendPhoto,
    SendText,
)
from conversation.errors import StorageError
from conversation.messages import Author
from conversation.ports import Receipt, Target
from conversation.state import Owner
from tests.bot.delivering import (
    BLOCKED,
    BUDIS_CHAT,
    DONE,
    REJECTED,
    RETRY,
    UNCERTAIN,
    WATI,
    committed,
    complaint,
    delivered,
    effects,
    spoken,
    statuses,
    to,
)


@pytest.fixture
def shop() -> SmallService:
    return SmallService()


# In order


async def test_each_address_gets_its_deliveries_in_order_and_waits_for_nobody_else(shop: SmallService) -> None:
    elsewhere = Address(channel="telegram", chat=WATI.address)
    gate = asyncio.Event()
    shop.channel.meanwhile = gate.wait
    items = await committed(shop, to(BUDIS_CHAT, "satu"), to(elsewhere, "sana"), to(BUDIS_CHAT, "dua"))
    shop.deliveries.take(items)
    await asyncio.sleep(0.01)
    assert (shop.channel.texts(), shop.channel.texts(WATI.address)) == ([], ["sana"])
    gate.set()
    await shop.settle()
    assert shop.channel.texts() == ["satu", "dua"]
    assert statuses(shop) == [OutboxStatus.SENT] * 3


async def test_an_effect_is_marked_as_being_sent_before_it_is(shop: SmallService) -> None:
    seen: list[OutboxStatus] = []
    perform = shop.channel.perform

    async def looking_perform(target: Target, effect: Effect) -> Receipt:
        seen.extend(statuses(shop))
        return await perform(target, effect)

    shop.channel.perform = looking_perform  # type: ignore[method-assign]
    await delivered(shop, to(BUDIS_CHAT, "halo"))
    assert seen == [OutboxStatus.SENDING]


async def test_what_is_sent_gives_its_message_the_name_it_has_there(shop: SmallService) -> None:
    shop.channel.script(DONE)
    shop.deliveries.take(await spoken(shop, "halo"))
    await shop.settle()
    (row,) = await shop.store.history(BUDI.conversation_id)
    assert (row.message.external_id, row.delivery) == ("500", OutboxStatus.SENT)


async def test_other_channels_and_other_peoples_addresses_are_left_alone(shop: SmallService) -> None:
    shop.deliveries.serves = lambda address: address.chat != WATI.address
    there = [Address(channel="web", chat="1"), Address(channel="telegram", chat=WATI.address)]
    assert await delivered(shop, *(to(address, "halo") for address in there)) == [(OutboxStatus.PENDING, "")] * 2
    assert shop.channel.performed == []


# Not yet


async def test_what_was_surely_not_done_is_tried_again_when_the_channel_allows(shop: SmallService) -> None:
    shop.channel.script(RETRY)
    assert await delivered(shop, to(BUDIS_CHAT, "satu"), to(BUDIS_CHAT, "dua")) == [(OutboxStatus.SENT, "")] * 2
    assert shop.channel.texts() == ["satu", "satu", "dua"]
    assert shop.clock.slept == [7.0]


async def test_waits_grow_but_not_for_ever(shop: SmallService) -> None:
    shop.channel.script(*[replace(RETRY, retry_after=0.0)] * 12)
    await delivered(shop, to(BUDIS_CHAT, "halo"))
    assert shop.clock.slept == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, LONGEST_WAIT, LONGEST_WAIT]


async def test_some_day_a_delivery_is_given_up(shop: SmallService) -> None:
    shop.channel.script(*[RETRY] * (ATTEMPTS + 5))
    assert await delivered(shop, to(BUDIS_CHAT, "halo")) == [(OutboxStatus.FAILED, "too many requests")]
    assert len(shop.channel.performed) == ATTEMPTS + 1


async def test_the_store_remembers_when_to_try_again(shop: SmallService) -> None:
    shop.channel.script(RETRY)
    gate = asyncio.Event()

    async def wait(seconds: float) -> None:
        await gate.wait()

    shop.deliveries.sleep = wait
    shop.deliveries.take(await committed(shop, to(BUDIS_CHAT, "halo")))
    await asyncio.sleep(0.01)
    (item,) = shop.outbox()
    assert (item.status, item.attempts, item.not_before) == (OutboxStatus.PENDING, 1, NOON + timedelta(seconds=7))
    gate.set()
    await shop.settle()


# Nobody knows


@pytest.mark.parametrize(
    "effect", [SendText(text="halo"), SendPhoto(url="https://x"), CopyMessage(from_chat="1", external_id="2")]
)
async def test_what_may_have_been_read_is_not_repeated(shop: SmallService, effect: Effect) -> None:
    shop.channel.script(UNCERTAIN)
    assert await delivered(shop, to(BUDIS_CHAT, effect)) == [(OutboxStatus.UNKNOWN, "timed out")]
    assert effects(shop) == [effect]
    assert (await shop.store.counts())["outbox_unknown"] == 1


@pytest.mark.parametrize("effect", [AnswerPress(press_id="p"), LeaveChat(), ChangeTopic(title="x", closed=True)])
async def test_what_changes_nothing_a_second_time_is_repeated(shop: SmallService, effect: Effect) -> None:
    shop.channel.script(UNCERTAIN)
    assert await delivered(shop, to(BUDIS_CHAT, effect)) == [(OutboxStatus.SENT, "")]
    assert effects(shop) == [effect, effect]


async def test_later_words_go_out_after_an_uncertain_one(shop: SmallService) -> None:
    shop.channel.script(UNCERTAIN)
    await delivered(shop, to(BUDIS_CHAT, "satu"), to(BUDIS_CHAT, "dua"))
    assert shop.channel.texts() == ["satu", "dua"]


async def test_a_crash_in_the_middle_leaves_unknown_and_the_rest_is_taken_up(shop: SmallService) -> None:
    begun, untouched, repeatable = await committed(
        shop, to(BUDIS_CHAT, "mulai"), to(BUDIS_CHAT, "belum"), to(BUDIS_CHAT, AnswerPress(press_id="p"))
    )
    await shop.store.start_deliveries([begun, repeatable])
    assert await shop.deliveries.recover() == 2
    await shop.settle()
    assert statuses(shop) == [OutboxStatus.UNKNOWN, OutboxStatus.SENT, OutboxStatus.SENT]
    assert effects(shop) == [untouched.delivery.effect, repeatable.delivery.effect]


async def test_the_agents_are_told_after_a_crash_that_words_may_be_lost(shop: SmallService) -> None:
    ticket, _ = await complaint(shop)
    (item,) = await spoken(shop, "halo")
    await shop.store.start_deliveries([item])
    await shop.deliveries.recover()
    await shop.settle()
    assert shop.topic(ticket) == [PHRASES.maybe_delivered]


# Never


async def test_what_is_refused_has_failed_and_the_next_goes_out(shop: SmallService) -> None:
    shop.channel.script(REJECTED)
    results = await delivered(shop, to(BUDIS_CHAT, "satu"), to(BUDIS_CHAT, "dua"))
    assert results == [(OutboxStatus.FAILED, "message is too long"), (OutboxStatus.SENT, "")]


@pytest.mark.parametrize(
    ("receipt", "status", "notice"),
    [
        (BLOCKED, OutboxStatus.FAILED, PHRASES.not_delivered.format(error=BLOCKED.error)),
        (REJECTED, OutboxStatus.FAILED, PHRASES.not_delivered.format(error=REJECTED.error)),
        (UNCERTAIN, OutboxStatus.UNKNOWN, PHRASES.maybe_delivered),
    ],
)
async def test_agents_are_told_in_the_topic_of_words_that_did_not_arrive(
    shop: SmallService, receipt: Receipt, status: OutboxStatus, notice: str
) -> None:
    ticket, _ = await complaint(shop)
    shop.channel.script(DONE, receipt)  # The claim's notice arrives, the reply does not.
    await shop.staff("Kami cek ya", ticket=ticket.id, number="901")
    assert (Author.AGENT, "Kami cek ya", status) in await shop.history()
    assert shop.topic(ticket) == [notice]
    (target,) = [target for target, effect in shop.channel.performed if effect == SendText(text=notice)]
    assert target.reply_to == "901"


async def test_without_a_ticket_nobody_need_be_told(shop: SmallService) -> None:
    shop.channel.script(BLOCKED)
    await shop.hears("halo")
    assert statuses(shop) == [OutboxStatus.FAILED]


async def test_bot_words_are_dropped_when_somebody_else_owns_the_conversation_by_then(shop: SmallService) -> None:
    guarded = to(BUDIS_CHAT, "dari bot", only_while=Owner.QUEUE)
    assert await delivered(shop, guarded, to(BUDIS_CHAT, "lain")) == [
        (OutboxStatus.DROPPED, ""),
        (OutboxStatus.SENT, ""),
    ]
    assert shop.channel.texts() == ["lain"]


# The store


@pytest.mark.parametrize("method", ["start_deliveries", "finish_deliveries"])
async def test_a_store_that_cannot_be_written_is_waited_for_and_nothing_is_sent_twice(
    shop: SmallService, method: str
) -> None:
    items = await committed(shop, to(BUDIS_CHAT, "satu"), to(BUDIS_CHAT, "dua"))
    shop.store.failures[method] = 3
    shop.deliveries.take(items)
    await shop.settle()
    assert shop.channel.texts() == ["satu", "dua"]
    assert statuses(shop) == [OutboxStatus.SENT] * 2


async def test_intake_keeps_before_it_hands_on_and_says_when_it_could_not(shop: SmallService) -> None:
    shop.store.failures["accept"] = 1
    update = shop.channel.said("halo")
    with pytest.raises(StorageError):
        await shop.intake.take([update])
    assert len(shop.turns.lanes) == 0
    assert await shop.intake.take([update]) == 1
    await shop.settle()
