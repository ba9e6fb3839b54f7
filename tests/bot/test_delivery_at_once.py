"""Deliveries that are committed as being sent, and go out at once."""

from __future__ import annotations

import pytest

from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import SmallService
from conversation.effects import (
    Address,
    AnswerPress,
    Delivery,
    Entry,
    OutboxItem,
    OutboxStatus,
    SendPhoto,
)
from conversation.errors import StorageError
from conversation.messages import Author, Message, MessageId
from conversation.ports import Change
from conversation.state import Owner
from tests.bot.delivering import (
    BUDIS_CHAT,
    DONE,
    RETRY,
    UNCERTAIN,
    committed,
    statuses,
    to,
)


@pytest.fixture
def shop() -> SmallService:
    return SmallService()


async def at_once(shop: SmallService, *deliveries: Delivery) -> tuple[OutboxItem, ...]:
    """Deliveries as a turn commits them, not yet handed on."""
    conversation = (await shop.store.load(BUDI)).conversation
    change = shop.deliveries.at_once(Change(conversation=conversation, deliveries=deliveries))
    return (await shop.store.commit(change)).outbox


async def test_what_goes_out_at_once_is_never_started_and_sent_in_its_order(shop: SmallService) -> None:
    items = await at_once(shop, to(BUDIS_CHAT, "satu", only_while=Owner.BOT), to(BUDIS_CHAT, "dua"))
    assert [item.status for item in items] == [OutboxStatus.SENDING, OutboxStatus.PENDING]
    shop.deliveries.take(items)
    await shop.settle()
    assert shop.channel.texts() == ["satu", "dua"]
    assert statuses(shop) == [OutboxStatus.SENT] * 2


async def test_what_was_refused_at_once_is_started_the_next_time(shop: SmallService) -> None:
    shop.channel.script(RETRY, DONE)
    shop.deliveries.take(await at_once(shop, to(BUDIS_CHAT, "halo")))
    await shop.settle()
    assert shop.channel.texts() == ["halo", "halo"]
    assert statuses(shop) == [OutboxStatus.SENT]


async def test_what_nobody_knows_of_is_not_sent_again_because_the_agents_could_not_be_told(shop: SmallService) -> None:
    tries = 0

    async def undelivered(item: OutboxItem, status: OutboxStatus, error: str) -> None:
        nonlocal tries
        tries += 1
        raise StorageError("the disk is full")

    shop.deliveries.undelivered = undelivered
    shop.channel.script(UNCERTAIN)
    conversation = (await shop.store.load(BUDI)).conversation
    entry = Entry(message=Message(author=Author.BOT, text="halo", at=NOON), deliveries=(to(BUDIS_CHAT, "halo"),))
    change = shop.deliveries.at_once(Change(conversation=conversation, entries=(entry,)))
    shop.deliveries.take((await shop.store.commit(change)).outbox)
    await shop.settle()
    assert tries == 1
    assert shop.channel.texts() == ["halo"]
    assert statuses(shop) == [OutboxStatus.UNKNOWN]


@pytest.mark.parametrize(
    "delivery",
    [
        to(BUDIS_CHAT, "halo", label="position"),
        to(BUDIS_CHAT, "halo", reply_to=MessageId(1)),
        to(BUDIS_CHAT, SendPhoto(url="https://toko.example/a.png")),
        to(BUDIS_CHAT, AnswerPress(press_id="press-1")),
        to(Address(channel="whatsapp", chat="1"), "halo"),
    ],
    ids=["labelled", "a reply", "a picture", "a toast", "of another channel"],
)
async def test_what_needs_more_than_a_call_does_not_go_out_at_once(shop: SmallService, delivery: Delivery) -> None:
    conversation = (await shop.store.load(BUDI)).conversation
    change = Change(conversation=conversation, deliveries=(delivery, to(BUDIS_CHAT, "lalu")))
    assert shop.deliveries.at_once(change) is change


async def test_nothing_goes_out_at_once_while_something_is_on_its_way_there(shop: SmallService) -> None:
    conversation = (await shop.store.load(BUDI)).conversation
    change = Change(conversation=conversation, deliveries=(to(BUDIS_CHAT, "dua"),))
    shop.deliveries.take(await committed(shop, to(BUDIS_CHAT, "satu")))
    assert shop.deliveries.at_once(change) is change
    await shop.settle()
    assert shop.deliveries.at_once(change).at_once
