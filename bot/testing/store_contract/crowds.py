"""What a store does when many come at once: nobody gets what is another's, and nobody pays for another's mistake."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.testing.store_contract.examples import NOON, Contract, contact, said, turn, update
from conversation.effects import Address, Delivery, Entry, OutboxStatus, SendText
from conversation.errors import StaleConversation
from conversation.messages import Author, Contact, InboxId, Message
from conversation.ports import Change, Committed, InboxItem, Outcome, Store
from conversation.state import Conversation, Episode, EpisodeId

CROWD = 75
"""Customers: more than fit into any round number of rows."""


def whole_turn(customer: Contact, done: InboxId, number: int) -> Change:
    """What a first turn changes: an episode begins, two messages, an answer in two parts, and why."""
    chat = Address(channel="telegram", chat=customer.address)
    parts = tuple(Delivery(address=chat, effect=SendText(text=f"jawaban {number} bagian {part}")) for part in (1, 2))
    answer = Entry(message=Message(author=Author.BOT, text=f"jawaban {number}", at=NOON), deliveries=parts)
    episode = Episode(id=EpisodeId(done), conversation_id=customer.conversation_id, opened_at=NOON)
    return Change(
        conversation=Conversation(contact=customer, episode_id=episode.id),
        episode=episode,
        entries=(said(f"tanya {number}"), answer),
        turn=turn(f"alasan {number}"),
        done=(done,),
    )


async def accepted(store: Store, number: int) -> list[InboxItem]:
    """Offer the one update of a customer."""
    return await store.accept([update(f"message:{number}:1", lane=f"telegram:{number}", update_id=number)])


class CrowdContract(Contract):
    """Many at once."""

    done_before: type[Exception] = StaleConversation
    """See `IntakeContract`."""

    async def test_of_many_turns_at_once_each_keeps_its_own_words_and_deliveries(self, store: Store) -> None:
        async def serve(number: int) -> Committed:
            ((item,), customer) = (await accepted(store, number), contact(number))
            committed = await store.commit(whole_turn(customer, item.id, number))
            named = [
                Outcome(id=each.id, status=OutboxStatus.SENT, external_id=f"m{each.id}") for each in committed.outbox
            ]
            await store.finish_deliveries(named)
            return committed

        served = await asyncio.gather(*(serve(number) for number in range(CROWD)))
        assert await store.pending_updates() == []
        ids = [item.id for committed in served for item in committed.outbox]
        assert len(set(ids)) == 2 * CROWD
        for number, committed in enumerate(served):
            customer = contact(number)
            assert committed.conversation.version == 1
            assert committed.conversation.contact == customer
            texts = [
                item.delivery.effect.text for item in committed.outbox if isinstance(item.delivery.effect, SendText)
            ]
            assert texts == [f"jawaban {number} bagian 1", f"jawaban {number} bagian 2"]
            assert [item.id for item in committed.outbox] == sorted(item.id for item in committed.outbox)
            history = await store.history(customer.conversation_id)
            assert [row.message.text for row in history] == [f"tanya {number}", f"jawaban {number}"]
            assert {item.message_id for item in committed.outbox} == {history[1].message.id}
            assert [each.reason for each in await store.turns(customer.conversation_id)] == [f"alasan {number}"]
            (episode,) = await store.episodes(customer.conversation_id)
            assert episode.id == committed.conversation.episode_id

    async def test_of_many_updates_at_once_the_known_ones_are_left_out(self, store: Store) -> None:
        known = {number for number in range(CROWD) if number % 7 == 0}
        for number in known:
            await accepted(store, number)
        taken = await asyncio.gather(*(accepted(store, number) for number in range(CROWD)))
        for number, items in enumerate(taken):
            assert [item.update.update_id for item in items] == ([] if number in known else [number])
        waiting = {item.id: item.update.update_id for item in await store.pending_updates()}
        assert len(waiting) == CROWD
        assert all(waiting[item.id] == number for number, items in enumerate(taken) for item in items)

    async def test_of_many_changes_at_once_only_the_stale_ones_are_refused(self, store: Store) -> None:
        begun = {}
        for number in range(0, CROWD, 5):
            committed = await store.commit(Change(conversation=Conversation(contact=contact(number))))
            begun[number] = committed.conversation

        async def change(number: int) -> object:
            conversation = begun.get(number, Conversation(contact=contact(number)))
            if number % 10 == 0:  # Somebody else was faster: of these, all but the first have changed since.
                conversation = replace(conversation, version=0)
            return await store.commit(Change(conversation=conversation, entries=(said(f"ubah {number}"),)))

        results = await asyncio.gather(*(change(number) for number in range(CROWD)), return_exceptions=True)
        for number, result in enumerate(results):
            stale = number % 10 == 0
            assert isinstance(result, StaleConversation if stale else Committed), (number, result)
            history = await store.history(contact(number).conversation_id)
            assert [row.message.text for row in history] == ([] if stale else [f"ubah {number}"])

    async def test_an_update_that_was_dealt_with_is_not_dealt_with_again_beside_others(self, store: Store) -> None:
        items = [item for number in range(CROWD) for item in await accepted(store, number)]
        await store.finish_updates([items[3].id])
        turns = (whole_turn(contact(number), item.id, number) for number, item in enumerate(items))
        results = await asyncio.gather(*(store.commit(each) for each in turns), return_exceptions=True)
        assert [number for number, each in enumerate(results) if isinstance(each, Exception)] == [3]
        assert isinstance(results[3], self.done_before)
        assert await store.pending_updates() == []
        kept = [len(await store.turns(contact(number).conversation_id)) for number in range(CROWD)]
        assert kept == [0 if number == 3 else 1 for number in range(CROWD)]
