"""The contract of `Channel`, as tests. Subclass `ChannelContract` and give it three pytest fixtures:

    class TestMyChannel(ChannelContract):
        @pytest.fixture
        async def channel(self):  # one that can send
            async with open_my_channel(...) as opened:
                yield opened.channel

        @pytest.fixture
        def updates(self, channel):  # at least two messages of one customer, as the channel had them kept
            return [...]

        @pytest.fixture
        def target(self):  # where that customer reads
            return Target(chat="budi")

Needs pytest with `asyncio_mode = "auto"` to be run, and imports nothing of it. What it cannot know is how the other
side fails: test yourself that your receipts say `RETRY` where nothing was done, `UNCERTAIN` where nobody knows, and
`DONE` only where it was.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

from conversation.effects import (
    AnswerPress,
    Button,
    ChangeTopic,
    CopyMessage,
    EditText,
    Effect,
    LeaveChat,
    OpenTopic,
    SendPhoto,
    SendText,
)
from conversation.messages import Author, CustomerEvent, Message
from conversation.ports import Channel, Receipt, ReceiptStatus, Target, Update
from conversation.tickets import StaffEvent

PATIENCE = 10.0
"""Seconds within which a channel at rest must let an effect through, and carry it out."""

RUBBISH = ("", "{", "[]", "null", "{}", "7", '"x"', '{"text": null}', json.dumps({"message": {"chat": 7}}), "\ufffd")
"""Payloads that no channel has kept."""

BUTTONS = (
    (Button(title="Jam buka", payload="/jam_buka"), Button(title="Ongkir", payload="/ongkir")),
    (Button(title="Bukan itu", payload="?none"),),
)
EFFECTS: tuple[Effect, ...] = (
    SendText(text="Halo Kak 🙏"),
    SendText(text="Maksud Kak yang mana?", buttons=BUTTONS),
    SendPhoto(url="https://toko.example/lacak.png", caption="Lacak di aplikasi"),
    CopyMessage(from_chat="1", external_id="2"),
    EditText(text="Sudah diproses"),
    AnswerPress(press_id="1", text="Oke"),
    OpenTopic(title="#12 Budi"),
    ChangeTopic(title="#12 Budi", closed=True),
    LeaveChat(),
)
"""One effect of each kind."""


class ChannelContract:
    """Everything that a channel has to do, one behaviour a test."""

    def test_its_name_can_be_part_of_a_conversations(self, channel: Channel) -> None:
        assert channel.name
        assert ":" not in channel.name
        assert isinstance(channel.reads_fragments, bool)

    def test_updates_are_named_each_by_its_content(self, channel: Channel, updates: Sequence[Update]) -> None:
        assert len(updates) > 1
        assert {update.channel for update in updates} == {channel.name}
        assert len({update.key for update in updates}) == len(updates)
        assert all(update.key for update in updates)
        assert all(update.received_at.tzinfo for update in updates)

    def test_a_customers_message_is_read_as_one(self, channel: Channel, updates: Sequence[Update]) -> None:
        for update in updates:
            event = channel.read(update)
            assert isinstance(event, CustomerEvent)
            assert event.contact.channel == channel.name
            assert isinstance(event.what, Message)
            assert event.what.author is Author.CUSTOMER
            assert event.what.text or event.what.attachments
            assert event.what.at.tzinfo

    def test_what_one_customer_writes_is_handled_in_order(self, channel: Channel, updates: Sequence[Update]) -> None:
        events = [channel.read(update) for update in updates]
        contacts = {event.contact.conversation_id for event in events if isinstance(event, CustomerEvent)}
        assert {update.lane for update in updates} == contacts
        assert len(contacts) == 1

    def test_reading_again_gives_the_same(self, channel: Channel, updates: Sequence[Update]) -> None:
        assert [channel.read(update) for update in updates] == [channel.read(update) for update in updates]

    def test_answers_go_where_the_customer_reads(
        self, channel: Channel, updates: Sequence[Update], target: Target
    ) -> None:
        event = channel.read(updates[0])
        assert isinstance(event, CustomerEvent)
        assert event.contact.address == target.chat

    def test_what_it_did_not_keep_is_of_no_interest_or_a_value_error(
        self, channel: Channel, updates: Sequence[Update]
    ) -> None:
        for payload in RUBBISH:
            try:
                event = channel.read(replace(updates[0], payload=payload))
            except ValueError:
                continue
            assert event is None or isinstance(event, CustomerEvent | StaffEvent), payload

    async def test_a_text_is_shown(self, channel: Channel, target: Target) -> None:
        receipt = await done(channel, target, EFFECTS[0])
        assert receipt.status is ReceiptStatus.DONE, receipt

    async def test_a_text_with_buttons_is_shown(self, channel: Channel, target: Target) -> None:
        receipt = await done(channel, target, EFFECTS[1])
        assert receipt.status is ReceiptStatus.DONE, receipt

    async def test_a_text_longer_than_any_channel_takes_is_shown_all_the_same(
        self, channel: Channel, target: Target
    ) -> None:
        receipt = await done(channel, target, SendText(text="Mohon ditunggu ya Kak, sedang kami cek. 🙏\n" * 120))
        assert receipt.status is ReceiptStatus.DONE, receipt

    async def test_whatever_it_is_asked_it_answers_with_a_receipt(self, channel: Channel, target: Target) -> None:
        for effect in EFFECTS:
            receipt = await done(channel, target, effect)
            assert isinstance(receipt, Receipt), effect
            assert receipt.error or receipt.status in (ReceiptStatus.DONE, ReceiptStatus.MOVED), effect

    async def test_a_customer_whom_nobody_knows_is_no_reason_to_raise(self, channel: Channel) -> None:
        receipt = await done(channel, Target(chat="tidak-ada-orangnya"), EFFECTS[0])
        assert isinstance(receipt, Receipt)

    async def test_showing_that_somebody_works_on_it_never_raises(self, channel: Channel, target: Target) -> None:
        await channel.show_working(target.chat)
        await channel.show_working("tidak-ada-orangnya")


async def done(channel: Channel, target: Target, effect: Effect) -> Receipt:
    """What a channel says to an effect, once its limits allow it."""
    async with asyncio.timeout(PATIENCE):
        await channel.ready(target, effect)
        return await channel.perform(target, effect)
