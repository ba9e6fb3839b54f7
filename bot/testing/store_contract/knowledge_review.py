"""What a store must do for whatever the knowledge base may learn from: turns in their order, and the review list."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.testing.store_contract.desk_examples import WholeStore, keep, told
from bot.testing.store_contract.examples import BUDI, NOON, at, commit, contact, refused, said, ticket, turn
from conversation.knowledge_ports import ReviewItem, ReviewSource, ReviewStatus
from conversation.messages import Author, ConversationId
from conversation.ports import Change
from conversation.tickets import TicketId, TicketStatus


def item(
    text: str = "kok paketnya gk nyampe2", *, minutes: float = 0, source: ReviewSource = ReviewSource.UNKNOWN
) -> ReviewItem:
    """Something that Budi said."""
    return ReviewItem(at=at(minutes), conversation_id=BUDI.conversation_id, text=text, source=source)


async def texts(store: WholeStore, status: ReviewStatus = ReviewStatus.OPEN) -> list[str]:
    """What the review list shows."""
    return [each.text for each in await store.review_items(status)]


class ReviewContract:
    """Reading turns once, and dealing with what they gave."""

    async def test_turns_are_read_in_their_order_from_a_cursor_on(self, store: WholeStore) -> None:
        for number, customer in enumerate((BUDI, contact(1), BUDI, contact(1))):
            await commit(store, turn=turn(str(number), minutes=number), customer=customer)
        first, second, third, fourth = await store.turns_after(0)
        assert [each.reason for each in (first, second, third, fourth)] == ["0", "1", "2", "3"]
        assert second.conversation_id == contact(1).conversation_id
        assert first.id < second.id < third.id < fourth.id
        assert await store.turns_after(second.id) == [third, fourth]
        assert await store.turns_after(first.id, limit=2) == [second, third]
        assert await store.turns_after(fourth.id) == []

    async def test_a_turn_tells_what_its_record_tells(self, store: WholeStore) -> None:
        record = {"text": "min resi gw mana", "ranking": [{"intent": "lacak", "confidence": 0.41}]}
        await commit(store, turn=replace(turn("unknown", minutes=2, record=record), kind="unknown", intent=None))
        await commit(store, turn=turn("button", record={"text": "", "pressed": "a:1"}))
        await commit(store, turn=turn("emptied"))
        unknown, press, emptied = await store.turns_after(0)
        assert (unknown.at, unknown.kind, unknown.intent, unknown.reason) == (at(2), "unknown", "", "unknown")
        assert (unknown.record, unknown.text, unknown.department) == (record, "min resi gw mana", "")
        assert (press.intent, press.text, emptied.text, emptied.record) == ("jam_buka", "", "", {})

    async def test_a_turn_belongs_to_the_department_of_the_open_ticket(self, store: WholeStore) -> None:
        await commit(store, turn=turn("keluhan"))
        await commit(store, turn=turn("salam"), customer=contact(1))
        await keep(store, ticket(4))
        conversation = (await store.load(BUDI)).conversation
        with_ticket = await store.commit(Change(conversation=replace(conversation, ticket_id=TicketId(4))))
        assert [each.department for each in await store.turns_after(0)] == ["pengaduan", ""]
        closed = Change(conversation=with_ticket.conversation, ticket=ticket(4, status=TicketStatus.RESOLVED))
        await store.commit(closed)
        assert [each.department for each in await store.turns_after(0)] == ["", ""]

    async def test_the_first_reply_is_what_an_agent_said_next(self, store: WholeStore) -> None:
        await told(store, "Halo Kak", minutes=1, author=Author.AGENT)
        await told(store, "resi?", minutes=2)
        await told(store, "Kami sambungkan", minutes=3, author=Author.BOT)
        await told(store, "Lain", minutes=4, author=Author.AGENT, customer=contact(1))
        assert await store.first_reply(BUDI.conversation_id, at(2)) is None
        await told(store, "", "Resinya JNE123", "Ada lagi?", minutes=5, author=Author.AGENT)
        reply = await store.first_reply(BUDI.conversation_id, at(2))
        assert reply is not None
        assert (reply.text, reply.at) == ("Resinya JNE123", at(5))
        assert await store.first_reply(BUDI.conversation_id, at(5)) is None
        assert await store.first_reply(ConversationId("telegram:0"), NOON) is None

    async def test_everything_an_item_says_comes_back(self, store: WholeStore) -> None:
        await commit(store, entries=(said("halo"),))
        whole = ReviewItem(
            at=at(1),
            conversation_id=BUDI.conversation_id,
            text="paket <nomor> blm sampe 😭",
            source=ReviewSource.REPLY,
            intent="lacak",
            chosen="retur",
            reply="Kami cek dulu ya Kak",
            department="pengaduan",
            status=ReviewStatus.USED,
            dealt_by="telegram:777",
            dealt_at=at(5),
        )
        await store.add_review([whole])
        (kept,) = await store.review_items(ReviewStatus.USED)
        assert kept.id is not None
        assert kept == replace(whole, id=kept.id)

    async def test_turns_are_looked_at_once(self, store: WholeStore) -> None:
        await commit(store, entries=(said("halo"),))
        assert await store.review_cursor() == 0
        assert await store.collect_review([item("a")], after=0, cursor=7)
        assert not await store.collect_review([item("b")], after=0, cursor=9)
        assert await store.review_cursor() == 7
        assert await store.collect_review([], after=7, cursor=12)
        assert await store.review_cursor() == 12
        assert await texts(store) == ["a"]

    async def test_of_many_who_look_at_the_same_turns_one_keeps_them(self, store: WholeStore) -> None:
        await commit(store, entries=(said("halo"),))
        attempts = (store.collect_review([item(str(number))], after=0, cursor=3) for number in range(5))
        assert sorted(await asyncio.gather(*attempts)) == [False, False, False, False, True]
        assert len(await texts(store)) == 1

    async def test_items_of_contacts_whom_nobody_knows_are_left_out(self, store: WholeStore) -> None:
        await commit(store, entries=(said("halo"),))
        stranger = replace(item("siapa"), conversation_id=ConversationId("telegram:0"))
        await store.add_review([stranger, item("a")])
        assert await store.collect_review([stranger], after=0, cursor=1)
        assert await texts(store) == ["a"]

    async def test_items_come_newest_first_and_not_older_than_asked(self, store: WholeStore) -> None:
        await commit(store, entries=(said("halo"),))
        await store.add_review([item("b", minutes=2), item("a", minutes=1), item("c", minutes=3)])
        assert await texts(store) == ["c", "b", "a"]
        assert [each.text for each in await store.review_items(since=at(2))] == ["c", "b"]
        assert [each.text for each in await store.review_items(limit=1)] == ["c"]

    async def test_an_item_is_dealt_with_once(self, store: WholeStore) -> None:
        await commit(store, entries=(said("halo"),))
        await store.add_review([replace(item(text), chosen="lama") for text in ("a", "b", "c")])
        c, b, a = [each.id for each in await store.review_items() if each.id is not None]
        assert await store.deal_review([a, b], ReviewStatus.USED, by="sari", at=at(4), chosen="lacak") == 2
        assert await store.deal_review([b, c], ReviewStatus.DISMISSED, by="dewi", at=at(5)) == 1
        assert await store.deal_review([], ReviewStatus.DISMISSED, by="dewi", at=at(6)) == 0
        used = await store.review_items(ReviewStatus.USED)
        assert {(each.text, each.chosen, each.dealt_by, each.dealt_at) for each in used} == {
            ("a", "lacak", "sari", at(4)),
            ("b", "lacak", "sari", at(4)),
        }
        (dismissed,) = await store.review_items(ReviewStatus.DISMISSED)
        assert (dismissed.text, dismissed.chosen, dismissed.dealt_by) == ("c", "lama", "dewi")
        assert await texts(store) == []

    async def test_open_items_are_counted_by_where_they_came_from(self, store: WholeStore) -> None:
        await commit(store, entries=(said("halo"),))
        await store.add_review([item("a"), item("b"), item("c", source=ReviewSource.FLAGGED)])
        (a, *_) = [each.id for each in await store.review_items() if each.text == "a" and each.id is not None]
        await store.deal_review([a], ReviewStatus.USED, by="sari", at=NOON)
        assert await store.review_counts() == {"unknown": 1, "chosen": 0, "flagged": 1, "corrected": 0, "reply": 0}

    async def test_items_with_naive_times_are_refused(self, store: WholeStore) -> None:
        await commit(store, entries=(said("halo"),))
        naive = NOON.replace(tzinfo=None)
        await refused(ValueError, store.add_review([replace(item(), at=naive)]))
        await refused(ValueError, store.collect_review([replace(item(), dealt_at=naive)], after=0, cursor=1))
        await refused(ValueError, store.deal_review([], ReviewStatus.USED, by="sari", at=naive))
        assert await store.review_cursor() == 0
        assert await texts(store) == []
