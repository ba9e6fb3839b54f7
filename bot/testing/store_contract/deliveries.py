"""What a store does with deliveries: hand each out once, and tell apart what is known from what is not."""

from __future__ import annotations

from dataclasses import replace

from bot.testing.store_contract.examples import (
    BUDI,
    BUDIS_CHAT,
    NOON,
    answered,
    at,
    commit,
    contact,
    deliver,
    refused,
    said,
    to_customer,
)
from conversation.effects import (
    Address,
    AnswerPress,
    Button,
    ChangeTopic,
    CopyMessage,
    Delivery,
    EditText,
    Effect,
    LeaveChat,
    OpenTopic,
    OutboxId,
    OutboxItem,
    OutboxStatus,
    SendPhoto,
    SendText,
)
from conversation.messages import MessageId
from conversation.ports import Change, Outcome, Store
from conversation.state import Owner
from conversation.tickets import TicketId

BUTTONS = ((Button(title="Jam buka", payload="i:jam_buka"),), (Button(title="Bukan itu", payload="i:-"),))
EFFECTS: tuple[Effect, ...] = (
    SendText(text="Maksud Kakak: …?", buttons=BUTTONS),
    SendPhoto(url="https://toko.example/peta.png", caption="Peta"),
    CopyMessage(from_chat="5512345", external_id="9"),
    EditText(text="Sudah.", buttons=BUTTONS),
    AnswerPress(press_id="p1", text="Baik"),
    OpenTopic(title="Budi"),
    ChangeTopic(title="✓ Budi", closed=True),
    LeaveChat(),
)


class AtOnceContract:
    """What a change says goes out at once; a store that services share has to see first whose the chat is."""

    async def test_what_goes_out_at_once_is_committed_as_being_sent(self, store: Store) -> None:
        conversation = (await store.load(BUDI)).conversation
        entries = (answered("satu", only_while=Owner.BOT), answered("dua"))
        first, second = (await store.commit(Change(conversation=conversation, entries=entries, at_once=True))).outbox
        assert (first.status, second.status) == (OutboxStatus.SENDING, OutboxStatus.PENDING)
        assert await store.pending_deliveries() == [second]
        assert await store.start_deliveries([first, second]) == {second.id}
        told = [row.delivery for row in await store.history(BUDI.conversation_id)]
        assert told == [OutboxStatus.SENDING] * 2
        assert [item.id for item in await store.interrupted_deliveries(["telegram"])] == [first.id, second.id]

    async def test_what_goes_out_at_once_can_be_tried_again(self, store: Store) -> None:
        conversation = (await store.load(BUDI)).conversation
        change = Change(conversation=conversation, entries=(answered("halo"),), at_once=True)
        (item,) = (await store.commit(change)).outbox
        await store.finish_deliveries([Outcome(id=item.id, status=OutboxStatus.PENDING, not_before=at(1))])
        (waiting,) = await store.pending_deliveries()
        assert (waiting.id, waiting.attempts, waiting.not_before) == (item.id, 1, at(1))
        assert await store.start_deliveries([waiting]) == {item.id}


class DeliveryContract:
    """The outbox."""

    async def test_a_change_returns_its_deliveries_in_order(self, store: Store) -> None:
        committed = await commit(
            store,
            entries=(said("halo"), answered("satu"), answered("dua")),
            deliveries=(to_customer("", effect=AnswerPress(press_id="p1")),),
        )
        effects = [item.delivery.effect for item in committed.outbox]
        assert effects == [SendText(text="satu"), SendText(text="dua"), AnswerPress(press_id="p1")]
        assert [item.id for item in committed.outbox] == sorted(item.id for item in committed.outbox)
        assert {item.conversation_id for item in committed.outbox} == {BUDI.conversation_id}

    async def test_a_delivery_is_linked_to_the_message_it_shows(self, store: Store) -> None:
        committed = await commit(store, entries=(said("halo"), answered("satu")), deliveries=(to_customer("lepas"),))
        _, message = (await store.load(BUDI)).recent
        assert [item.message_id for item in committed.outbox] == [message.id, None]

    async def test_every_kind_of_effect_comes_back_as_it_was(self, store: Store) -> None:
        await commit(store, deliveries=tuple(to_customer("", effect=effect) for effect in EFFECTS))
        pending = await store.pending_deliveries()
        assert tuple(item.delivery.effect for item in pending) == EFFECTS

    async def test_everything_a_delivery_says_comes_back(self, store: Store) -> None:
        delivery = Delivery(
            address=Address(channel="telegram", chat="-1001", ticket=TicketId(3)),
            effect=SendText(text="kartu"),
            only_while=Owner.BOT,
            reply_to=MessageId(4),
            about=MessageId(5),
            label="card",
        )
        committed = await commit(store, deliveries=(delivery,))
        assert committed.outbox[0].delivery == delivery
        assert await store.pending_deliveries() == list(committed.outbox)

    async def test_pending_deliveries_come_in_the_order_of_their_commits(self, store: Store) -> None:
        items: list[OutboxItem] = []
        for number in range(5):
            items += (await commit(store, entries=(answered(str(number)),), customer=contact(number % 2))).outbox
        assert await store.pending_deliveries() == items
        assert await store.pending_deliveries(limit=2) == items[:2]
        assert await store.pending_deliveries(after=items[1].id, limit=2) == items[2:4]

    async def test_a_delivery_can_be_started_only_once(self, store: Store) -> None:
        (item,) = (await commit(store, entries=(answered("halo"),))).outbox
        assert await store.start_deliveries([item]) == {item.id}
        assert await store.start_deliveries([item]) == set()

    async def test_nothing_goes_out_at_once_while_its_guard_does_not_hold(self, store: Store) -> None:
        conversation = (await store.load(BUDI)).conversation
        guarded = answered("Hai", only_while=Owner.AGENT)
        (item,) = (await store.commit(Change(conversation=conversation, entries=(guarded,), at_once=True))).outbox
        assert item.status is OutboxStatus.PENDING
        assert await store.start_deliveries([item]) == set()

    async def test_a_sent_delivery_is_not_pending(self, store: Store) -> None:
        first, second = (await commit(store, entries=(answered("satu"), answered("dua")))).outbox
        await deliver(store, first, "31")
        assert await store.pending_deliveries() == [second]
        assert await store.start_deliveries([first]) == set()

    async def test_a_bots_word_is_dropped_once_an_agent_owns_the_conversation(self, store: Store) -> None:
        guarded = answered("Buka jam 9, Kak.", only_while=Owner.BOT)
        committed = await commit(store, entries=(guarded,), deliveries=(to_customer("bebas"),))
        await store.commit(Change(conversation=replace(committed.conversation, owner=Owner.AGENT)))
        dropped, free = committed.outbox
        assert await store.start_deliveries([dropped, free]) == {free.id}
        (row,) = await store.history(BUDI.conversation_id)
        assert row.delivery is OutboxStatus.DROPPED

    async def test_a_guard_that_holds_lets_the_delivery_go(self, store: Store) -> None:
        (item,) = (await commit(store, entries=(answered("Hai", only_while=Owner.BOT),))).outbox
        assert await store.start_deliveries([item]) == {item.id}

    async def test_a_guard_looks_at_its_own_conversation(self, store: Store) -> None:
        mine = await commit(store, entries=(answered("Hai", only_while=Owner.BOT),))
        other = (await store.load(contact(1))).conversation
        await store.commit(Change(conversation=replace(other, owner=Owner.AGENT)))
        assert await store.start_deliveries(mine.outbox) == {mine.outbox[0].id}

    async def test_starting_and_finishing_nothing_is_fine(self, store: Store) -> None:
        assert await store.start_deliveries([]) == set()
        await store.finish_deliveries([])

    async def test_a_delivery_put_off_is_pending_with_its_time(self, store: Store) -> None:
        (item,) = (await commit(store, entries=(answered("halo"),))).outbox
        await store.start_deliveries([item])
        outcome = Outcome(id=item.id, status=OutboxStatus.PENDING, error="429", not_before=at(1))
        await store.finish_deliveries([outcome])
        assert await store.pending_deliveries() == [replace(item, attempts=1, not_before=at(1), error="429")]
        assert await store.start_deliveries([item]) == {item.id}

    async def test_what_was_being_sent_at_a_crash_is_unknown_afterwards(self, store: Store) -> None:
        (item,) = (await commit(store, entries=(answered("halo"),))).outbox
        await store.start_deliveries([item])
        (unknown,) = await store.interrupted_deliveries(["telegram", "web"])
        assert (unknown.id, unknown.status) == (item.id, OutboxStatus.UNKNOWN)
        assert await store.pending_deliveries() == []
        (row,) = await store.history(BUDI.conversation_id)
        assert row.delivery is OutboxStatus.UNKNOWN
        assert row.error
        assert (await store.counts())["outbox_unknown"] == 1

    async def test_what_may_be_repeated_is_pending_again_after_a_crash(self, store: Store) -> None:
        deliveries = tuple(to_customer("", effect=effect) for effect in EFFECTS)
        items = (await commit(store, deliveries=deliveries)).outbox
        await store.start_deliveries(items)
        assert len(await store.interrupted_deliveries(["telegram", "web"])) == 3
        again = await store.pending_deliveries()
        assert tuple(item.delivery.effect for item in again) == EFFECTS[3:]
        assert {item.attempts for item in again} == {1}

    async def test_the_first_of_a_labelled_notice_is_a_message_and_unknown_after_a_crash(self, store: Store) -> None:
        notice = replace(to_customer("", effect=EditText(text="Anda urutan ke-2")), label="position")
        (first,) = (await commit(store, deliveries=(notice,))).outbox
        await store.start_deliveries([first])
        assert [item.id for item in await store.interrupted_deliveries(["telegram", "web"])] == [first.id]
        (shown,) = (await commit(store, deliveries=(notice,))).outbox
        await deliver(store, shown, "7")
        (again,) = (await commit(store, deliveries=(notice,))).outbox
        await store.start_deliveries([again])
        assert await store.interrupted_deliveries(["telegram", "web"]) == []
        assert [item.id for item in await store.pending_deliveries()] == [again.id]

    async def test_recovery_leaves_channels_alone_that_another_process_sends_on(self, store: Store) -> None:
        (item,) = (await commit(store, entries=(answered("halo"),))).outbox
        await store.start_deliveries([item])
        assert await store.interrupted_deliveries(["terminal"]) == []
        (row,) = await store.history(BUDI.conversation_id)
        assert row.delivery is OutboxStatus.SENDING

    async def test_recovery_leaves_the_finished_alone(self, store: Store) -> None:
        sent, failed = (await commit(store, entries=(answered("a"), answered("b")))).outbox
        await deliver(store, sent, "1")
        await store.start_deliveries([failed])
        await store.finish_deliveries([Outcome(id=failed.id, status=OutboxStatus.FAILED, error="403")])
        assert await store.interrupted_deliveries(["telegram", "web"]) == []
        assert await store.pending_deliveries() == []
        rows = await store.history(BUDI.conversation_id)
        assert [row.delivery for row in rows] == [OutboxStatus.SENT, OutboxStatus.FAILED]

    async def test_many_outcomes_are_recorded_at_once(self, store: Store) -> None:
        items = (await commit(store, entries=tuple(answered(str(n)) for n in range(4)))).outbox
        await store.start_deliveries(items)
        statuses = (OutboxStatus.SENT, OutboxStatus.FAILED, OutboxStatus.UNKNOWN, OutboxStatus.DROPPED)
        outcomes = [Outcome(id=item.id, status=status) for item, status in zip(items, statuses, strict=True)]
        await store.finish_deliveries(outcomes)
        rows = await store.history(BUDI.conversation_id)
        assert tuple(row.delivery for row in rows) == statuses

    async def test_a_delivery_put_off_until_a_naive_time_is_refused(self, store: Store) -> None:
        (item,) = (await commit(store, entries=(answered("halo"),))).outbox
        naive = Outcome(id=item.id, status=OutboxStatus.PENDING, not_before=NOON.replace(tzinfo=None))
        await refused(ValueError, store.finish_deliveries([naive]))

    async def test_the_outcome_of_an_unknown_delivery_is_ignored(self, store: Store) -> None:
        await store.finish_deliveries([Outcome(id=OutboxId(99), status=OutboxStatus.SENT, external_id="1")])
        assert await store.message_at(BUDIS_CHAT, "1") is None

    async def test_health_figures_count_what_waits_and_what_failed(self, store: Store) -> None:
        entries = (said("halo"), answered("a"), answered("b"), answered("c"))
        _, second, third = (await commit(store, entries=entries)).outbox
        await store.start_deliveries([second, third])
        await store.finish_deliveries([Outcome(id=second.id, status=OutboxStatus.FAILED)])
        counts = await store.counts()
        assert counts == {
            "inbox_pending": 0,
            "inbox_quarantined": 0,
            "outbox_pending": 2,
            "outbox_unknown": 0,
            "outbox_failed": 1,
            "tickets_open": 0,
            "conversations": 1,
            "messages": 4,
            "turns": 0,
        }
