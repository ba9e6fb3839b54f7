"""Effects against a Bot API server: what reaches the customer, and what the receipts say when it does not."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.channels.telegram import TelegramChannel, TelegramOptions
from bot.testing import bot_api
from bot.testing.bot_api import BotApiServer, Customer, Group
from conversation.effects import (
    AnswerPress,
    Button,
    ChangeTopic,
    CopyMessage,
    DeleteMessage,
    EditText,
    Effect,
    LeaveChat,
    OpenTopic,
    SendFile,
    SendPhoto,
    SendText,
)
from conversation.messages import AttachmentKind
from conversation.ports import Receipt, ReceiptStatus, Target
from tests.bot.channels.telegram.conftest import StartChannel, Until

HELLO = SendText(text="Halo Kak")


@pytest.fixture
async def channel(start_channel: StartChannel) -> TelegramChannel:
    return await start_channel()


@pytest.fixture
def sari(server: BotApiServer) -> Customer:
    return server.customer("Sari")


@pytest.fixture
def staff(server: BotApiServer) -> Group:
    return server.group("Staf")


def at(chat: Customer | Group, **more: str) -> Target:
    return Target(chat=str(chat.chat_id), **more)


async def opened(channel: TelegramChannel, staff: Group) -> str:
    receipt = await channel.perform(at(staff), OpenTopic(title="T-1 Sari"))
    assert receipt.status is ReceiptStatus.DONE
    return receipt.external_id


# What is sent.


async def test_text_goes_out_as_it_is_with_nothing_read_as_markup(channel: TelegramChannel, sari: Customer) -> None:
    text = "<b>tebal</b> _miring_ *x* [tautan](http://a) =HYPERLINK(1)"
    receipt = await channel.perform(at(sari), SendText(text=text))
    (shown,) = sari.shows()
    assert receipt == Receipt(status=ReceiptStatus.DONE, external_id=str(shown.message_id))
    assert (shown.text, shown.wire.get("entities")) == (text, None)


async def test_buttons_stand_below_and_web_addresses_become_links(channel: TelegramChannel, sari: Customer) -> None:
    rows = (
        (Button(title="Ya", payload="/yes"), Button(title="Bukan itu", payload="none")),
        (Button(title="Situs", payload="https://contoh.example/" + "a" * 100),),
    )
    await channel.perform(at(sari), SendText(text="Maksud Kakak:", buttons=rows))
    (shown,) = sari.shows()
    assert [(button.title, button.data) for button in shown.buttons[:2]] == [("Ya", "/yes"), ("Bukan itu", "none")]
    assert shown.buttons[2].url == rows[1][0].payload


async def test_a_payload_beyond_64_bytes_is_rejected_unsent(
    channel: TelegramChannel, sari: Customer, server: BotApiServer
) -> None:
    button = Button(title="Panjang", payload="é" * 33)
    receipt = await channel.perform(at(sari), SendText(text="a", buttons=((button,),)))
    assert receipt.status is ReceiptStatus.REJECTED
    assert "'Panjang' has 66 bytes" in receipt.error
    assert not server.ledger.calls("sendMessage")


async def test_a_long_text_goes_out_in_parts_with_the_reply_first_and_the_buttons_last(
    channel: TelegramChannel, sari: Customer
) -> None:
    asked = sari.sends("ceritakan semua")
    text = "\n\n".join(f"Bagian {number}. " + "kata " * 700 for number in range(3))
    buttons = ((Button(title="Ya", payload="y"),),)
    receipt = await channel.perform(at(sari, reply_to=str(asked.message_id)), SendText(text=text, buttons=buttons))
    parts = sari.shows()[1:]
    assert [part.text.split(".")[0] for part in parts] == ["Bagian 0", "Bagian 1", "Bagian 2"]
    assert [part.reply_to for part in parts] == [asked.message_id, None, None]
    assert [len(part.buttons) for part in parts] == [0, 0, 1]
    assert receipt.external_id == str(parts[0].message_id)


async def test_a_blank_text_is_rejected(channel: TelegramChannel, sari: Customer) -> None:
    assert (await channel.perform(at(sari), SendText(text=" \n"))).status is ReceiptStatus.REJECTED


async def test_a_reply_to_what_is_deleted_goes_out_without_it(channel: TelegramChannel, sari: Customer) -> None:
    receipt = await channel.perform(at(sari, reply_to="12345"), HELLO)
    assert receipt.status is ReceiptStatus.DONE
    assert sari.shows()[0].reply_to is None


async def test_a_picture_takes_what_fits_of_its_caption(
    channel: TelegramChannel, sari: Customer, server: BotApiServer
) -> None:
    photo = sari.sends_photo().wire["photo"][0]["file_id"]
    caption = "Awal. " + "kata " * 150 + "\n\n" + "Akhir. " + "kata " * 150
    receipt = await channel.perform(at(sari), SendPhoto(url=photo, caption=caption))
    picture, below = sari.shows()[1:]
    assert (picture.kind, below.kind) == ("photo", "text")
    assert picture.text.startswith("Awal.")
    assert below.text.startswith("Akhir.")
    assert receipt.external_id == str(picture.message_id)


async def test_a_picture_that_cannot_be_fetched_is_rejected(channel: TelegramChannel, sari: Customer) -> None:
    receipt = await channel.perform(at(sari), SendPhoto(url="https://contoh.example/x.jpg"))
    assert receipt.status is ReceiptStatus.REJECTED


async def test_a_customers_photo_is_copied_into_the_topic(
    channel: TelegramChannel, sari: Customer, staff: Group
) -> None:
    thread = await opened(channel, staff)
    photo = sari.sends_photo(caption="rusak")
    copy = CopyMessage(from_chat=str(sari.chat_id), external_id=str(photo.message_id))
    receipt = await channel.perform(at(staff, thread=thread), copy)
    shown = staff.shows(int(thread))[-1]
    assert (shown.kind, shown.text, str(shown.message_id)) == ("photo", "rusak", receipt.external_id)


async def test_an_edit_replaces_text_and_buttons_and_a_second_one_changes_nothing(
    channel: TelegramChannel, sari: Customer
) -> None:
    sent = await channel.perform(at(sari), SendText(text="lama", buttons=((Button(title="Ya", payload="y"),),)))
    for _ in range(2):
        receipt = await channel.perform(at(sari, external_id=sent.external_id), EditText(text="baru"))
        assert receipt == Receipt(status=ReceiptStatus.DONE, external_id=sent.external_id)
    (shown,) = sari.shows()
    assert (shown.text, shown.buttons) == ("baru", ())


async def test_a_press_is_answered_once_and_an_old_one_is_let_be(
    channel: TelegramChannel, sari: Customer, server: BotApiServer
) -> None:
    await channel.perform(at(sari), SendText(text="a", buttons=((Button(title="Ya", payload="y"),),)))
    press = sari.presses("Ya")
    answer = AnswerPress(press_id=press.callback_id, text="x" * 300)
    assert (await channel.perform(at(sari), answer)).status is ReceiptStatus.DONE
    assert press.answer is not None
    assert press.answer["text"] == "x" * 199 + "…"
    server.advance(200)
    assert (await channel.perform(at(sari), answer)).status is ReceiptStatus.DONE


async def test_a_topic_is_opened_renamed_closed_and_opened_again(channel: TelegramChannel, staff: Group) -> None:
    thread = await opened(channel, staff)
    closing = ChangeTopic(title="✅ T-1 " + "Sari " * 40, closed=True)
    for _ in range(2):
        assert (await channel.perform(at(staff, thread=thread), closing)).status is ReceiptStatus.DONE
    (topic,) = staff.topics
    assert (topic.thread_id, topic.closed, len(topic.name)) == (int(thread), True, 128)
    reopening = ChangeTopic(title="T-1 Sari", closed=False)
    assert (await channel.perform(at(staff, thread=thread), reopening)).status is ReceiptStatus.DONE
    assert (topic.name, topic.closed) == ("T-1 Sari", False)


async def test_leaving_a_group_twice_is_leaving_it(channel: TelegramChannel, server: BotApiServer) -> None:
    group = server.group("Arisan")
    for _ in range(2):
        assert (await channel.perform(at(group), LeaveChat())).status is ReceiptStatus.DONE


async def test_typing_is_shown(until: Until, channel: TelegramChannel, sari: Customer, server: BotApiServer) -> None:
    await channel.show_working(str(sari.chat_id))
    await until(lambda: server.ledger.calls("sendChatAction", chat_id=sari.chat_id))


# What is not sent, or may not be.


async def test_429_asks_for_patience_and_holds_that_chat_only(
    channel: TelegramChannel, sari: Customer, server: BotApiServer
) -> None:
    server.fail(with_=bot_api.TooManyRequests(retry_after=60), chat_id=sari.chat_id)
    receipt = await channel.perform(at(sari), HELLO)
    assert (receipt.status, receipt.retry_after) == (ReceiptStatus.RETRY, 60)
    async with asyncio.timeout(1):
        await channel.ready(at(server.customer("Dewi")), HELLO)
        await channel.ready(at(sari), AnswerPress(press_id="1"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await channel.ready(at(sari), HELLO)


async def test_a_customer_who_blocked_the_bot_is_blocked(channel: TelegramChannel, sari: Customer) -> None:
    sari.blocks_bot()
    assert (await channel.perform(at(sari), HELLO)).status is ReceiptStatus.BLOCKED


async def test_a_group_that_moved_says_where_to_and_stays_a_staff_chat(
    server: BotApiServer, start_channel: StartChannel
) -> None:
    group = server.group("Staf")
    channel = await start_channel(staff_chats=frozenset({str(group.chat_id)}))
    new = group.migrates()
    receipt = await channel.perform(at(group), HELLO)
    assert (receipt.status, receipt.new_chat) == (ReceiptStatus.MOVED, str(new.chat_id))
    assert str(new.chat_id) in channel.staff_chats


@pytest.mark.parametrize(
    "effect", [HELLO, ChangeTopic(title="x", closed=True), CopyMessage(from_chat="1", external_id="1")]
)
async def test_a_deleted_topic_is_gone(channel: TelegramChannel, staff: Group, effect: Effect, sari: Customer) -> None:
    thread = await opened(channel, staff)
    staff.staff("Budi").deletes_topic(int(thread))
    if isinstance(effect, CopyMessage):
        effect = CopyMessage(from_chat=str(sari.chat_id), external_id=str(sari.sends("a").message_id))
    assert (await channel.perform(at(staff, thread=thread), effect)).status is ReceiptStatus.TOPIC_GONE


@pytest.mark.parametrize("reason", ["TOPIC_DELETED", "TOPIC_ID_INVALID", "message thread not found"])
async def test_every_way_of_saying_that_a_topic_is_gone_is_understood(
    channel: TelegramChannel, staff: Group, server: BotApiServer, reason: str
) -> None:
    server.fail(with_=bot_api.BadRequest(reason), method="sendMessage")
    assert (await channel.perform(at(staff, thread="5"), HELLO)).status is ReceiptStatus.TOPIC_GONE


async def test_a_topic_closed_by_hand_is_opened_for_what_has_to_be_said(
    channel: TelegramChannel, staff: Group, server: BotApiServer
) -> None:
    thread = await opened(channel, staff)
    staff.staff("Budi").closes_topic(int(thread))
    server.fail(with_=bot_api.BadRequest("TOPIC_CLOSED"), method="sendMessage")
    assert (await channel.perform(at(staff, thread=thread), HELLO)).status is ReceiptStatus.DONE
    assert staff.shows(int(thread))[-1].text == "Halo Kak"
    assert not staff.topics[0].closed


async def test_a_topic_that_stays_closed_is_tried_once_more_and_no_more(
    channel: TelegramChannel, staff: Group, server: BotApiServer
) -> None:
    thread = await opened(channel, staff)
    rule = server.fail(with_=bot_api.BadRequest("TOPIC_CLOSED"), method="sendMessage", times=None)
    assert (await channel.perform(at(staff, thread=thread), HELLO)).status is ReceiptStatus.REJECTED
    assert rule.hits == 2


async def test_other_refusals_are_final(channel: TelegramChannel, server: BotApiServer, sari: Customer) -> None:
    server.fail(with_=bot_api.BadRequest("not enough rights to send text messages"), method="sendMessage")
    receipt = await channel.perform(at(sari), HELLO)
    assert receipt.status is ReceiptStatus.REJECTED
    assert "not enough rights" in receipt.error.lower()


@pytest.mark.parametrize("target", [Target(chat="budi"), Target(chat="5", thread="x"), Target(chat="5", reply_to="x")])
async def test_an_address_that_telegram_cannot_have_is_rejected(channel: TelegramChannel, target: Target) -> None:
    assert (await channel.perform(target, HELLO)).status is ReceiptStatus.REJECTED


@pytest.mark.parametrize(
    ("fault", "times_sent"),
    [
        (bot_api.DropAfterAccept(), 1),
        (bot_api.SlowAnswer(seconds=2), 1),
        (bot_api.Garbage(), 1),
        (bot_api.DropBefore(), 0),
        (bot_api.ServerError(status=500, description="Internal Server Error"), 0),
        (bot_api.ServerError(status=502), 0),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, int) else "",
)
async def test_what_nobody_can_be_sure_of_is_uncertain_and_not_repeated(
    start_channel: StartChannel, server: BotApiServer, sari: Customer, fault: bot_api.Fault, times_sent: int
) -> None:
    channel = await start_channel(answer_timeout_seconds=0.5)
    rule = server.fail(with_=fault, method="sendMessage", times=None)
    assert (await channel.perform(at(sari), HELLO)).status is ReceiptStatus.UNCERTAIN
    assert rule.hits == 1
    assert len(server.ledger.calls("sendMessage")) == len(sari.shows()) == times_sent


async def test_a_long_text_that_breaks_off_is_uncertain_even_if_the_rest_was_surely_not_sent(
    channel: TelegramChannel, server: BotApiServer, sari: Customer
) -> None:
    server.fail(with_=bot_api.TooManyRequests(retry_after=3), method="sendMessage", skip=1)
    receipt = await channel.perform(at(sari), SendText(text="kata " * 1_500))
    assert receipt.status is ReceiptStatus.UNCERTAIN
    assert "1 of 2 parts" in receipt.error


async def test_a_server_that_is_away_has_surely_got_nothing(
    start_channel: StartChannel, server: BotApiServer, sari: Customer
) -> None:
    channel = await start_channel()
    await server.stop()
    receipt = await channel.perform(at(sari), HELLO)
    # The first may meet a connection that was open; from then on there is none.
    if receipt.status is ReceiptStatus.UNCERTAIN:
        receipt = await channel.perform(at(sari), HELLO)
    assert receipt.status is ReceiptStatus.RETRY


async def test_a_stopped_channel_has_surely_sent_nothing(start_channel: StartChannel, sari: Customer) -> None:
    channel = await start_channel()
    await channel.stop()
    assert (await channel.perform(at(sari), HELLO)).status is ReceiptStatus.RETRY


async def test_a_token_revoked_in_the_meantime_lets_messages_wait(
    channel: TelegramChannel, server: BotApiServer, sari: Customer
) -> None:
    del server.world.bots[server.token]
    assert (await channel.perform(at(sari), HELLO)).status is ReceiptStatus.RETRY


# The limits.


async def test_messages_flow_within_the_servers_own_limits() -> None:
    async with BotApiServer(limits=True) as server:
        channel = TelegramChannel(TelegramOptions(token=server.token, api_base_url=server.url))
        await channel.start()
        customers = [server.customer(f"P{number}") for number in range(15)]

        async def talk(customer: Customer) -> None:
            for number in range(4):
                effect = SendText(text=f"{number}")
                await channel.ready(at(customer), effect)
                assert (await channel.perform(at(customer), effect)).status is ReceiptStatus.DONE

        started = time.monotonic()
        await asyncio.gather(*(talk(customer) for customer in customers))
        assert time.monotonic() - started < 6
        assert not server.ledger.refused
        await channel.stop()


# Files of ours, and what is taken back.


@pytest.mark.parametrize("media", [AttachmentKind.PHOTO, AttachmentKind.DOCUMENT])
async def test_a_file_is_uploaded_with_its_caption(
    channel: TelegramChannel, sari: Customer, tmp_path: Path, media: AttachmentKind
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"\xff\xd8\xff isi")
    receipt = await channel.perform(at(sari), SendFile(path=str(path), name="bukti.jpg", media=media, caption="ini"))
    (shown,) = sari.shows()
    assert receipt == Receipt(status=ReceiptStatus.DONE, external_id=str(shown.message_id))
    assert (shown.kind, shown.text) == (media.value, "ini")
    if media is AttachmentKind.DOCUMENT:
        assert shown.wire["document"]["file_name"] == "bukti.jpg"


async def test_a_file_that_is_not_there_is_rejected_unsent(channel: TelegramChannel, sari: Customer) -> None:
    receipt = await channel.perform(at(sari), SendFile(path="/nowhere/a.jpg", name="a.jpg"))
    assert (receipt.status, sari.shows()) == (ReceiptStatus.REJECTED, [])


async def test_a_message_is_taken_back_and_being_gone_already_counts_as_done(
    channel: TelegramChannel, sari: Customer
) -> None:
    sent = await channel.perform(at(sari), HELLO)
    for _ in range(2):
        receipt = await channel.perform(at(sari, external_id=sent.external_id), DeleteMessage())
        assert receipt.status is ReceiptStatus.DONE
    assert sari.shows() == []
