"""What things are called where: messages and labels at an address, topics, and chats that moved."""

from __future__ import annotations

from dataclasses import replace

from bot.testing.store_contract.examples import (
    BUDI,
    BUDIS_CHAT,
    DESK,
    NOON,
    answered,
    commit,
    contact,
    deliver,
    in_ticket,
    said,
    ticket,
    to_customer,
)
from conversation.effects import Address, Delivery, EditText, Entry, OutboxStatus, SendText
from conversation.messages import Author, Message, MessageId
from conversation.ports import Outcome, Store
from conversation.tickets import TicketId, Topic

TICKET = TicketId(1)
IN_TICKET = Address(channel="telegram", ticket=TICKET)


class NameContract:
    """External ids both ways, labels, topics and moves."""

    async def test_a_sent_message_is_found_by_its_id_and_by_its_name(self, store: Store) -> None:
        committed = await commit(store, entries=(answered("Hai, Kak."),))
        await deliver(store, committed.outbox[0], "31")
        message_id = committed.outbox[0].message_id
        assert await store.external_id(BUDIS_CHAT, message_id=message_id) == "31"
        message = await store.message_at(BUDIS_CHAT, "31")
        assert message is not None
        assert (message.id, message.text, message.external_id) == (message_id, "Hai, Kak.", "31")

    async def test_a_received_message_is_found_by_its_id_and_by_its_name(self, store: Store) -> None:
        await commit(store, entries=(said("halo", external_id="30"),))
        (message,) = (await store.load(BUDI)).recent
        assert await store.external_id(BUDIS_CHAT, message_id=message.id) == "30"
        assert await store.message_at(BUDIS_CHAT, "30") == message

    async def test_a_message_has_another_name_in_its_ticket(self, store: Store) -> None:
        entry = replace(said("rusak", external_id="30"), deliveries=(in_ticket(TICKET, "rusak"),))
        (item,) = (await commit(store, entries=(entry,), ticket=ticket(1))).outbox
        await deliver(store, item, "801")
        assert await store.external_id(IN_TICKET, message_id=item.message_id) == "801"
        assert await store.external_id(BUDIS_CHAT, message_id=item.message_id) == "30"
        (message,) = (await store.load(BUDI)).recent
        assert await store.message_at(IN_TICKET, "801") == message
        assert message.external_id == "30"

    async def test_an_agents_message_is_named_by_the_customers_chat_only(self, store: Store) -> None:
        entry = replace(answered("Kami cek"), deliveries=(in_ticket(TICKET, "Kami cek"), to_customer("Kami cek")))
        shown, told = (await commit(store, entries=(entry,), ticket=ticket(1))).outbox
        await deliver(store, shown, "801")
        assert (await store.load(BUDI)).recent[0].external_id == ""
        await deliver(store, told, "32")
        assert (await store.load(BUDI)).recent[0].external_id == "32"

    async def test_the_first_of_several_parts_names_the_message(self, store: Store) -> None:
        entry = replace(answered("Peta"), deliveries=(to_customer("Peta"), to_customer("gambar")))
        first, second = (await commit(store, entries=(entry,))).outbox
        await deliver(store, first, "31")
        await deliver(store, second, "32")
        assert await store.external_id(BUDIS_CHAT, message_id=first.message_id) == "31"
        for name in ("31", "32"):
            message = await store.message_at(BUDIS_CHAT, name)
            assert message is not None
            assert message.id == first.message_id

    async def test_what_was_not_sent_has_no_name(self, store: Store) -> None:
        (item,) = (await commit(store, entries=(answered("halo"),))).outbox
        assert await store.external_id(BUDIS_CHAT, message_id=item.message_id) == ""
        await store.start_deliveries([item])
        await store.finish_deliveries([Outcome(id=item.id, status=OutboxStatus.UNKNOWN)])
        assert await store.external_id(BUDIS_CHAT, message_id=item.message_id) == ""
        assert await store.message_at(BUDIS_CHAT, "") is None

    async def test_nothing_is_called_what_nobody_named(self, store: Store) -> None:
        assert await store.external_id(BUDIS_CHAT, message_id=MessageId(5)) == ""
        assert await store.external_id(BUDIS_CHAT, label="card") == ""
        assert await store.external_id(BUDIS_CHAT) == ""
        assert await store.message_at(BUDIS_CHAT, "5") is None

    async def test_names_of_two_chats_do_not_mix(self, store: Store) -> None:
        other = contact(9)
        await commit(store, entries=(said("saya Budi", external_id="7"),))
        await commit(store, entries=(said("saya lain", external_id="7"),), customer=other)
        message = await store.message_at(Address(channel="telegram", chat=other.address), "7")
        assert message is not None
        assert message.text == "saya lain"
        assert await store.message_at(Address(channel="web", chat=other.address), "7") is None

    async def test_an_edit_sent_afresh_names_the_message_it_is_about(self, store: Store) -> None:
        await commit(store, entries=(said("hlo", external_id="7"),), ticket=ticket(1))
        (message,) = (await store.load(BUDI)).recent
        edit = Delivery(address=IN_TICKET, effect=EditText(text="halo"), about=message.id)
        (item,) = (await commit(store, deliveries=(edit,))).outbox
        await deliver(store, item, "802")
        assert await store.external_id(IN_TICKET, message_id=message.id) == "802"
        assert await store.message_at(IN_TICKET, "802") == message

    async def test_a_label_names_the_latest_thing_sent_under_it(self, store: Store) -> None:
        cards = tuple(in_ticket(TICKET, text, label="card") for text in ("lama", "baru", "belum terkirim"))
        items = (await commit(store, deliveries=cards, ticket=ticket(1))).outbox
        await deliver(store, items[0], "801")
        await deliver(store, items[1], "802")
        assert await store.external_id(IN_TICKET, label="card") == "802"
        assert await store.external_id(IN_TICKET, label="summary") == ""
        assert await store.external_id(Address(channel="telegram", ticket=TicketId(2)), label="card") == ""
        assert await store.external_id(BUDIS_CHAT, label="card") == ""

    async def test_an_edit_in_place_does_not_take_the_label_away(self, store: Store) -> None:
        card = in_ticket(TICKET, "kartu", label="card")
        items = (await commit(store, deliveries=(card, replace(card, effect=EditText(text="kartu 2"))))).outbox
        await deliver(store, items[0], "801")
        await deliver(store, items[1], "")
        assert await store.external_id(IN_TICKET, label="card") == "801"

    async def test_an_agents_words_are_known_by_where_they_were_typed(self, store: Store) -> None:
        entry = replace(answered("Kami cek ya, Kak."), seen_at=(IN_TICKET, "805"))
        (told,) = (await commit(store, entries=(entry,), ticket=ticket(1))).outbox
        assert told.delivery.address == BUDIS_CHAT
        assert await store.external_id(IN_TICKET, message_id=told.message_id) == "805"
        await deliver(store, told, "33")
        message = await store.message_at(IN_TICKET, "805")
        assert message == await store.message_at(BUDIS_CHAT, "33")
        assert message is not None
        assert (message.text, message.external_id) == ("Kami cek ya, Kak.", "33")

    async def test_a_note_that_only_agents_see_has_no_delivery(self, store: Store) -> None:
        note = Message(author=Author.NOTE, text="pelanggan lama", at=NOON)
        committed = await commit(store, entries=(Entry(message=note, seen_at=(IN_TICKET, "806")),), ticket=ticket(1))
        assert committed.outbox == ()
        assert await store.pending_deliveries() == []
        (row,) = await store.history(BUDI.conversation_id)
        assert row.delivery is None
        assert await store.message_at(IN_TICKET, "806") == row.message

    async def test_a_ticket_is_found_by_its_topic(self, store: Store) -> None:
        await commit(store, ticket=ticket(1))
        assert await store.ticket_in_topic(DESK) is None
        await store.set_topic(TICKET, DESK)
        assert await store.ticket_in_topic(DESK) == ticket(1, topic=DESK)
        assert await store.ticket_in_topic(replace(DESK, thread="78")) is None

    async def test_a_change_decided_before_the_topic_was_made_does_not_forget_it(self, store: Store) -> None:
        await commit(store, ticket=ticket(1))
        await store.set_topic(TICKET, DESK)
        await commit(store, ticket=ticket(1, waiting=3))
        assert await store.ticket(TICKET) == ticket(1, waiting=3, topic=DESK)

    async def test_forgetting_a_topic_forgets_all_names_in_it(self, store: Store) -> None:
        entry = replace(answered("rusak"), deliveries=(in_ticket(TICKET, "rusak"), to_customer("rusak")))
        deliveries = (in_ticket(TICKET, label="card"), in_ticket(TicketId(2), label="card"))
        committed = await commit(store, entries=(entry,), ticket=ticket(1, topic=DESK), deliveries=deliveries)
        for item, name in zip(committed.outbox, ("801", "31", "802", "901"), strict=True):
            await deliver(store, item, name)
        await store.set_topic(TICKET, None)
        message_id = committed.outbox[0].message_id
        assert await store.ticket_in_topic(DESK) is None
        assert await store.external_id(IN_TICKET, message_id=message_id) == ""
        assert await store.external_id(IN_TICKET, label="card") == ""
        assert await store.message_at(IN_TICKET, "801") is None
        assert await store.external_id(BUDIS_CHAT, message_id=message_id) == "31"
        assert await store.external_id(Address(channel="telegram", ticket=TicketId(2)), label="card") == "901"

    async def test_a_moved_chat_takes_its_topics_and_its_deliveries_along(self, store: Store) -> None:
        old, new = Address(channel="telegram", chat="-1001"), Address(channel="telegram", chat="-2002")
        deliveries = (
            Delivery(address=old, effect=SendText(text="untuk grup")),
            Delivery(address=replace(old, channel="web"), effect=SendText(text="untuk web")),
        )
        await commit(store, ticket=ticket(1, topic=DESK), deliveries=deliveries)
        await store.move_chat("telegram", "-1001", "-2002")
        assert await store.ticket_in_topic(Topic(chat="-2002", thread="77")) == ticket(
            1, topic=Topic(chat="-2002", thread="77")
        )
        pending = await store.pending_deliveries()
        assert [item.delivery.address for item in pending] == [new, replace(old, channel="web")]

    async def test_moves_lead_to_the_newest_chat(self, store: Store) -> None:
        await store.move_chat("telegram", "a", "b")
        await store.move_chat("telegram", "b", "c")
        await store.move_chat("telegram", "x", "y")
        await store.move_chat("telegram", "x", "z")
        assert await store.moved_chats("telegram") == {"a": "c", "b": "c", "x": "z"}
        assert await store.moved_chats("web") == {}

    async def test_a_chat_that_moves_back_is_not_sent_in_a_circle(self, store: Store) -> None:
        await store.move_chat("telegram", "a", "b")
        await store.move_chat("telegram", "b", "a")
        assert await store.moved_chats("telegram") == {"b": "a"}
