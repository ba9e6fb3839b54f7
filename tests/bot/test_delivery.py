"""Delivery: in order for each address, once, and honest about what nobody can know."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import ATTEMPTS, LONGEST_WAIT
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import STAFF_CHAT, SmallService
from bot.testing.small_shop import PHRASES
from conversation.effects import (
    Address,
    AnswerPress,
    ChangeTopic,
    CopyMessage,
    Delivery,
    EditText,
    Effect,
    Entry,
    LeaveChat,
    OpenTopic,
    OutboxItem,
    OutboxStatus,
    SendPhoto,
    SendText,
)
from conversation.errors import StorageError
from conversation.messages import Author, Contact, Message, MessageId
from conversation.ports import Change, Receipt, ReceiptStatus, Target
from conversation.state import Owner
from conversation.tickets import Ticket, Topic

BUDIS_CHAT = Address(channel="telegram", chat=BUDI.address)
WATI = Contact(channel="telegram", address="77", name="Wati")

DONE = Receipt(status=ReceiptStatus.DONE, external_id="500")
RETRY = Receipt(status=ReceiptStatus.RETRY, retry_after=7.0, error="too many requests")
UNCERTAIN = Receipt(status=ReceiptStatus.UNCERTAIN, error="timed out")
REJECTED = Receipt(status=ReceiptStatus.REJECTED, error="message is too long")
BLOCKED = Receipt(status=ReceiptStatus.BLOCKED, error="bot was blocked by the user")
TOPIC_GONE = Receipt(status=ReceiptStatus.TOPIC_GONE, error="message thread not found")
MOVED = Receipt(status=ReceiptStatus.MOVED, new_chat="-1002")


@pytest.fixture
def shop() -> SmallService:
    return SmallService()


def to(address: Address, effect: Effect | str, **fields: object) -> Delivery:
    return Delivery(address=address, effect=SendText(text=effect) if isinstance(effect, str) else effect, **fields)


async def committed(shop: SmallService, *deliveries: Delivery, contact: Contact = BUDI) -> tuple[OutboxItem, ...]:
    """Deliveries as a change commits them, not yet handed on."""
    conversation = (await shop.store.load(contact)).conversation
    return (await shop.store.commit(Change(conversation=conversation, deliveries=deliveries))).outbox


async def spoken(shop: SmallService, text: str) -> tuple[OutboxItem, ...]:
    """Words of the bot's in the history, on their way."""
    conversation = (await shop.store.load(BUDI)).conversation
    message = Message(author=Author.BOT, text=text, at=NOON)
    entry = Entry(message=message, deliveries=(to(BUDIS_CHAT, text),))
    return (await shop.store.commit(Change(conversation=conversation, entries=(entry,)))).outbox


async def delivered(shop: SmallService, *deliveries: Delivery) -> list[tuple[OutboxStatus, str]]:
    """Carry deliveries out; returns what became of each."""
    items = await committed(shop, *deliveries)
    shop.deliveries.take(items)
    await shop.settle()
    return [(item.status, item.error) for item in shop.outbox() if item.id in {each.id for each in items}]


def statuses(shop: SmallService) -> list[OutboxStatus]:
    return [item.status for item in shop.outbox()]


def effects(shop: SmallService) -> list[Effect]:
    return [effect for _, effect in shop.channel.performed]


async def complaint(shop: SmallService) -> tuple[Ticket, Address]:
    """A ticket in its topic, and the topic's address."""
    await shop.hears("rusak!")
    shop.channel.performed.clear()
    ticket = await shop.open_ticket()
    return ticket, Address(channel="telegram", chat=STAFF_CHAT, ticket=ticket.id)


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


# Topics


async def test_a_topic_is_opened_once_however_much_is_addressed_to_it(shop: SmallService) -> None:
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    await shop.hears("cepat ya", "tolong")
    assert [effect for effect in effects(shop) if isinstance(effect, OpenTopic)] == [
        OpenTopic(title="🔴 #1 · Budi · retur")
    ]
    assert ticket.topic is not None
    assert ticket.topic.chat == STAFF_CHAT
    assert len(shop.topic(ticket)) == 3


async def test_several_deliveries_at_once_share_the_topic_they_open(shop: SmallService) -> None:
    ticket, place = await complaint(shop)
    await shop.store.set_topic(ticket.id, None)
    await delivered(shop, to(place, "satu"), to(place, "dua"), to(place, "tiga"))
    assert [type(effect) for effect in effects(shop)] == [OpenTopic, SendText, SendText, SendText]
    assert len({target.thread for target, effect in shop.channel.performed if isinstance(effect, SendText)}) == 1


async def test_a_deleted_topic_is_opened_anew_with_its_card(shop: SmallService) -> None:
    ticket, place = await complaint(shop)
    shop.channel.script(TOPIC_GONE)
    assert await delivered(shop, to(place, "halo tim")) == [(OutboxStatus.SENT, "")]
    again = await shop.ticket(ticket.id)
    assert again.topic not in (None, ticket.topic)
    words, card = shop.topic(again)
    assert words == "halo tim"
    assert "Tiket #1" in card


@pytest.mark.parametrize("receipt", [REJECTED, UNCERTAIN, BLOCKED])
async def test_a_topic_that_cannot_be_opened_is_tried_again_until_it_can(shop: SmallService, receipt: Receipt) -> None:
    ticket, place = await complaint(shop)
    await shop.store.set_topic(ticket.id, None)
    shop.channel.script(receipt, receipt)
    assert await delivered(shop, to(place, "halo tim")) == [(OutboxStatus.SENT, "")]
    assert shop.topic(await shop.ticket(ticket.id)) == ["halo tim"]


async def test_a_staff_group_that_shut_the_bot_out_is_waited_for(shop: SmallService) -> None:
    _, place = await complaint(shop)
    shop.channel.script(BLOCKED)
    assert await delivered(shop, to(place, "halo tim")) == [(OutboxStatus.SENT, "")]


async def test_what_is_addressed_to_no_ticket_fails(shop: SmallService) -> None:
    _, place = await complaint(shop)
    nowhere = replace(place, ticket=99)
    assert await delivered(shop, to(nowhere, "halo")) == [(OutboxStatus.FAILED, "no such ticket")]


# Moves


async def test_a_group_that_became_another_chat_is_followed(shop: SmallService) -> None:
    ticket, place = await complaint(shop)
    shop.channel.script(MOVED)
    assert await delivered(shop, to(place, "satu"), to(place, "dua")) == [(OutboxStatus.SENT, "")] * 2
    assert [target.chat for target, _ in shop.channel.performed] == [STAFF_CHAT, "-1002", "-1002"]
    assert (await shop.ticket(ticket.id)).topic == Topic(chat="-1002", thread=ticket.topic.thread)


async def test_new_topics_are_opened_where_the_group_went(shop: SmallService) -> None:
    shop.channel.script(DONE, MOVED)  # Budi is answered; the topic is asked for in the old chat.
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    assert ticket.topic is not None
    assert ticket.topic.chat == "-1002"


async def test_a_move_is_remembered_by_the_next_run(shop: SmallService) -> None:
    await shop.store.move_chat("telegram", BUDI.address, "9")
    await committed(shop, to(BUDIS_CHAT, "halo"))
    assert await shop.deliveries.recover() == 1
    await shop.settle()
    assert shop.channel.texts("9") == ["halo"]


# Edits, replies


async def test_an_edit_replaces_what_its_label_named(shop: SmallService) -> None:
    shop.channel.script(DONE)
    await delivered(shop, to(BUDIS_CHAT, "lama", label="card"))
    await delivered(shop, to(BUDIS_CHAT, EditText(text="baru"), label="card"))
    assert shop.channel.performed[-1] == (Target(chat=BUDI.address, external_id="500"), EditText(text="baru"))


async def test_an_edit_of_what_was_never_sent_is_sent(shop: SmallService) -> None:
    await delivered(shop, to(BUDIS_CHAT, EditText(text="baru"), label="card"))
    assert effects(shop) == [SendText(text="baru")]
    await delivered(shop, to(BUDIS_CHAT, EditText(text="lebih baru"), label="card"))
    assert effects(shop)[-1] == EditText(text="lebih baru")


async def test_a_message_is_edited_and_replied_to_by_the_name_it_has_there(shop: SmallService) -> None:
    shop.channel.script(DONE)
    shop.deliveries.take(await spoken(shop, "halo"))
    await shop.settle()
    first = MessageId(1)
    await delivered(shop, to(BUDIS_CHAT, EditText(text="hai"), about=first), to(BUDIS_CHAT, "ya", reply_to=first))
    assert [(target.external_id, target.reply_to) for target, _ in shop.channel.performed[1:]] == [
        ("500", ""),
        ("", "500"),
    ]


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


# What goes out at once


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


# What decorates


async def test_only_the_latest_of_what_decorates_a_topic_is_shown(shop: SmallService) -> None:
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    shop.channel.performed.clear()
    place = Address(channel="telegram", chat=STAFF_CHAT, ticket=ticket.id)
    titles = [to(place, ChangeTopic(title=title, closed=False), label="title") for title in ("a", "b", "c")]
    cards = [to(place, EditText(text=text), label="card") for text in ("1", "2")]
    items = await committed(shop, titles[0], cards[0], titles[1], cards[1], titles[2])
    shop.deliveries.take(items)
    await shop.settle()
    assert [effect for _, effect in shop.channel.performed] == [
        EditText(text="2"),
        ChangeTopic(title="c", closed=False),
    ]
    assert (await shop.store.counts())["outbox_pending"] == 0


async def test_words_go_before_what_decorates_them(shop: SmallService) -> None:
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    shop.channel.performed.clear()
    place = Address(channel="telegram", chat=STAFF_CHAT, ticket=ticket.id)
    title = to(place, ChangeTopic(title="a", closed=False), label="title")
    shop.deliveries.take(await committed(shop, title, to(place, "satu"), to(place, "dua")))
    await shop.settle()
    assert [effect.kind for _, effect in shop.channel.performed] == ["send_text", "send_text", "change_topic"]
