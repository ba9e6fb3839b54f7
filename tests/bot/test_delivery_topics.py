"""Delivery to agents: topics are opened, lost, moved and decorated; messages are edited and replied to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import STAFF_CHAT, SmallService
from conversation.effects import (
    Address,
    ChangeTopic,
    EditText,
    OpenTopic,
    OutboxStatus,
    SendText,
)
from conversation.messages import MessageId
from conversation.ports import Receipt, Target
from conversation.tickets import TicketId, Topic
from tests.bot.delivering import (
    BLOCKED,
    BUDIS_CHAT,
    DONE,
    MOVED,
    REJECTED,
    TOPIC_GONE,
    UNCERTAIN,
    committed,
    complaint,
    delivered,
    effects,
    spoken,
    to,
)


@pytest.fixture
def shop() -> SmallService:
    return SmallService()


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
    nowhere = replace(place, ticket=TicketId(99))
    assert await delivered(shop, to(nowhere, "halo")) == [(OutboxStatus.FAILED, "no such ticket")]


# Moves


async def test_a_group_that_became_another_chat_is_followed(shop: SmallService) -> None:
    ticket, place = await complaint(shop)
    assert ticket.topic is not None
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
