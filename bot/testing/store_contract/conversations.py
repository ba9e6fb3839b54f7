"""What a store does with conversations: versions that let one change win, and a history that forgets nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.testing.store_contract.examples import (
    BUDI,
    NOON,
    answered,
    at,
    commit,
    contact,
    deliver,
    in_ticket,
    refused,
    said,
    ticket,
    turn,
)
from conversation.effects import Entry, OutboxStatus
from conversation.errors import StaleConversation
from conversation.messages import Attachment, AttachmentKind, Author, ConversationId, Edit, Message
from conversation.ports import Change, Outcome, Store
from conversation.state import (
    Closing,
    Conversation,
    DialogueState,
    Episode,
    EpisodeId,
    Filling,
    Owner,
    Question,
    Snapshot,
)
from conversation.tickets import TicketId


class ConversationContract:
    """Conversations, messages and turns."""

    async def test_a_new_contact_has_a_fresh_conversation(self, store: Store) -> None:
        assert await store.load(BUDI) == Snapshot(conversation=Conversation(contact=BUDI))

    async def test_loading_creates_nothing(self, store: Store) -> None:
        await store.load(BUDI)
        assert await store.load_by_id(BUDI.conversation_id) is None
        assert (await store.counts())["conversations"] == 0

    async def test_everything_a_conversation_remembers_comes_back(self, store: Store) -> None:
        conversation = Conversation(
            contact=BUDI,
            owner=Owner.QUEUE,
            dialogue=DialogueState(
                failures=1,
                question=Question(about="brp ongkir", choices=("ongkir", "harga")),
                offered_agent=True,
                told={"salam": 3},
                last_press="77:1",
                slots={"nomor": "INV-7", "jumlah": 2, "barang": ["sepatu", {"warna": None}], "lunas": False},
                form=Filling(
                    form="retur", asked="alasan", asked_at=NOON, tries=2, skipped=("foto",), intent="retur_barang"
                ),
                language="jv",
                formal=False,
            ),
            reachable=False,
            episode_id=EpisodeId(4),
            last_at=NOON,
        )
        committed = await store.commit(Change(conversation=conversation))
        assert committed.conversation == replace(conversation, version=1)
        assert (await store.load(BUDI)).conversation == committed.conversation
        assert await store.load_by_id(BUDI.conversation_id) == Snapshot(conversation=committed.conversation)

    async def test_a_dialogue_in_which_nothing_is_known_yet_comes_back(self, store: Store) -> None:
        dialogue = DialogueState(form=Filling(form="retur"), slots={"kosong": ""}, formal=True)
        await store.commit(Change(conversation=Conversation(contact=BUDI, dialogue=dialogue)))
        assert (await store.load(BUDI)).conversation.dialogue == dialogue

    async def test_a_slot_whose_value_is_not_json_able_is_refused(self, store: Store) -> None:
        dialogue = DialogueState(slots={"benda": object()})
        await refused(ValueError, store.commit(Change(conversation=Conversation(contact=BUDI, dialogue=dialogue))))
        assert await store.load_by_id(BUDI.conversation_id) is None

    async def test_a_form_that_asked_at_a_naive_time_is_refused(self, store: Store) -> None:
        dialogue = DialogueState(form=Filling(form="retur", asked_at=NOON.replace(tzinfo=None)))
        await refused(ValueError, store.commit(Change(conversation=Conversation(contact=BUDI, dialogue=dialogue))))
        assert await store.load_by_id(BUDI.conversation_id) is None

    async def test_every_commit_raises_the_version_by_one(self, store: Store) -> None:
        versions = [(await commit(store)).conversation.version for _ in range(3)]
        assert versions == [1, 2, 3]

    async def test_a_stale_change_is_refused_and_writes_nothing(self, store: Store) -> None:
        stale = (await store.load(BUDI)).conversation
        await commit(store, entries=(said("pertama"),))
        change = Change(conversation=stale, entries=(answered("kedua"),), ticket=ticket(1), turn=turn("salah"))
        await refused(StaleConversation, store.commit(change))
        counts = await store.counts()
        assert (counts["messages"], counts["turns"], counts["tickets_open"], counts["outbox_pending"]) == (1, 0, 0, 0)

    async def test_a_change_to_a_version_that_never_was_is_refused(self, store: Store) -> None:
        await refused(StaleConversation, store.commit(Change(conversation=Conversation(contact=BUDI, version=7))))

    async def test_of_fifty_changes_at_once_one_wins_each_version(self, store: Store) -> None:
        async def insist(number: int) -> int:
            refusals = 0
            while True:
                try:
                    await commit(store, entries=(said(str(number)),))
                except StaleConversation:
                    refusals += 1
                else:
                    return refusals

        await asyncio.gather(*(insist(number) for number in range(50)))
        snapshot = await store.load(BUDI, recent=100)
        assert snapshot.conversation.version == 50
        assert sorted(int(message.text) for message in snapshot.recent) == list(range(50))

    async def test_of_fifty_changes_to_one_version_exactly_one_is_written(self, store: Store) -> None:
        conversation = (await store.load(BUDI)).conversation
        change = Change(conversation=conversation, entries=(said("saya"),))
        results = await asyncio.gather(*(store.commit(change) for _ in range(50)), return_exceptions=True)
        assert sum(isinstance(result, StaleConversation) for result in results) == 49
        assert len(await store.history(BUDI.conversation_id)) == 1

    async def test_conversations_do_not_stand_in_each_others_way(self, store: Store) -> None:
        await asyncio.gather(*(commit(store, customer=contact(n), entries=(said("hai"),)) for n in range(30)))
        counts = await store.counts()
        assert (counts["conversations"], counts["messages"]) == (30, 30)

    async def test_a_contact_who_changed_their_name_is_known_by_the_new_one(self, store: Store) -> None:
        await commit(store)
        renamed = replace(BUDI, name="Budi Santoso", username="")
        assert (await store.load(renamed)).conversation.contact == renamed
        await commit(store, customer=renamed)
        snapshot = await store.load_by_id(BUDI.conversation_id)
        assert snapshot is not None
        assert snapshot.conversation.contact == renamed

    async def test_a_contact_given_without_a_name_keeps_the_stored_one(self, store: Store) -> None:
        await commit(store)
        assert (await store.load(replace(BUDI, name="", username=""))).conversation.contact == BUDI

    async def test_the_recent_messages_are_the_latest_oldest_first(self, store: Store) -> None:
        for number in range(6):
            await commit(store, entries=(said(str(number), minutes=number),))
        recent = (await store.load(BUDI, recent=3)).recent
        assert [message.text for message in recent] == ["3", "4", "5"]
        assert (await store.load(BUDI, recent=0)).recent == ()

    async def test_messages_of_one_change_keep_their_order(self, store: Store) -> None:
        await commit(store, entries=(said("min"), said("pesanan sy"), said("blm dtg"), answered("Baik, Kak.")))
        rows = await store.history(BUDI.conversation_id)
        assert [row.message.text for row in rows] == ["min", "pesanan sy", "blm dtg", "Baik, Kak."]
        numbers = [row.message.id or 0 for row in rows]
        assert numbers == sorted(set(numbers))

    async def test_everything_a_message_carries_comes_back(self, store: Store) -> None:
        message = Message(
            author=Author.AGENT,
            text="lihat ini",
            at=NOON,
            attachments=(
                Attachment(kind=AttachmentKind.PHOTO, file_id="AgAC", size=20_480),
                Attachment(kind=AttachmentKind.LOCATION, detail="-6.2,106.8"),
            ),
            external_id="12",
            reply_to="11",
            author_name="Sari",
            album="alb-1",
        )
        await commit(store, entries=(Entry(message=message),))
        (stored,) = (await store.load(BUDI)).recent
        assert stored == replace(message, id=stored.id)

    async def test_text_comes_back_to_the_letter(self, store: Store) -> None:
        texts = ("🙏🏽😭 ﷽ ꦱꦸꦒꦼꦁ", "nol\x00byte", "'; DROP TABLE messages; --", " \n\t ", "", "panjang " * 70_000)
        await commit(store, entries=tuple(said(text) for text in texts))
        rows = await store.history(BUDI.conversation_id)
        assert tuple(row.message.text for row in rows) == texts

    async def test_text_that_is_not_unicode_is_refused_and_nothing_is_written(self, store: Store) -> None:
        await refused(ValueError, commit(store, entries=(said("\ud83d"),)))
        assert await store.load_by_id(BUDI.conversation_id) is None

    async def test_times_come_back_aware_and_to_the_microsecond(self, store: Store) -> None:
        await commit(store, entries=(said("halo"),))
        (message,) = (await store.load(BUDI)).recent
        assert message.at == NOON
        assert message.at.utcoffset() is not None

    async def test_a_naive_time_is_refused_and_nothing_is_written(self, store: Store) -> None:
        naive = Message(author=Author.CUSTOMER, text="halo", at=NOON.replace(tzinfo=None))
        await refused(ValueError, commit(store, entries=(said("sebelumnya"), Entry(message=naive))))
        assert await store.load_by_id(BUDI.conversation_id) is None

    async def test_an_edit_replaces_the_text_and_keeps_what_stood_there(self, store: Store) -> None:
        await commit(store, entries=(said("ksel", external_id="7"), said("lain", external_id="8")))
        for minute, text in ((1, "kesel"), (2, "kesal")):
            conversation = (await store.load(BUDI)).conversation
            edit = Edit(external_id="7", text=text, at=at(minute))
            await store.commit(Change(conversation=conversation, edits=(edit,)))
        edited, other = await store.history(BUDI.conversation_id)
        assert (edited.message.text, edited.message.edited_at) == ("kesal", at(2))
        assert edited.previous_texts == ("ksel", "kesel")
        assert (other.message.text, other.previous_texts) == ("lain", ())

    async def test_a_message_may_be_edited_in_the_change_that_brings_it(self, store: Store) -> None:
        change = Change(
            conversation=Conversation(contact=BUDI),
            entries=(said("hlo", external_id="7"),),
            edits=(Edit(external_id="7", text="halo", at=at(1)),),
        )
        await store.commit(change)
        (row,) = await store.history(BUDI.conversation_id)
        assert (row.message.text, row.previous_texts) == ("halo", ("hlo",))

    async def test_an_edit_of_an_unknown_message_is_ignored(self, store: Store) -> None:
        await commit(store, entries=(said("halo", external_id="7"),), customer=contact(1))
        edits = (Edit(external_id="7", text="x", at=NOON), Edit(external_id="", text="x", at=NOON))
        await store.commit(Change(conversation=Conversation(contact=BUDI), edits=edits))
        (row,) = await store.history(contact(1).conversation_id)
        assert row.message.text == "halo"

    async def test_the_history_tells_what_became_of_each_delivery(self, store: Store) -> None:
        entries = (said("halo"), answered("Hai, Kak."), answered("Ada lagi?"))
        committed = await commit(store, entries=entries)
        first, second = committed.outbox
        await deliver(store, first, "31")
        await store.start_deliveries([second])
        await store.finish_deliveries([Outcome(id=second.id, status=OutboxStatus.FAILED, error="blocked")])
        rows = await store.history(BUDI.conversation_id)
        assert [(row.delivery, row.error) for row in rows] == [
            (None, ""),
            (OutboxStatus.SENT, ""),
            (OutboxStatus.FAILED, "blocked"),
        ]

    async def test_showing_a_customers_message_to_agents_is_no_delivery_to_the_customer(self, store: Store) -> None:
        entry = replace(said("rusak"), deliveries=(in_ticket(TicketId(1), "rusak"),))
        await commit(store, entries=(entry,), ticket=ticket(1))
        (row,) = await store.history(BUDI.conversation_id)
        assert row.delivery is None

    async def test_the_history_is_cut_to_the_latest(self, store: Store) -> None:
        await commit(store, entries=tuple(said(str(number)) for number in range(5)))
        rows = await store.history(BUDI.conversation_id, limit=2)
        assert [row.message.text for row in rows] == ["3", "4"]
        assert await store.history(ConversationId("telegram:0")) == []

    async def test_decision_records_come_back_oldest_first(self, store: Store) -> None:
        record = {"ranking": [["jam_buka", 0.91], ["salam", 0.02]], "threshold": 0.6, "text": "jam buka 🙏"}
        for number in range(4):
            await commit(store, turn=turn(str(number), minutes=number, record=record))
        turns = await store.turns(BUDI.conversation_id, limit=3)
        assert turns == [turn(str(number), minutes=number, record=record) for number in (1, 2, 3)]

    async def test_a_decision_record_that_is_not_json_able_is_refused(self, store: Store) -> None:
        await refused(ValueError, commit(store, turn=turn("x", record={"object": object()})))
        assert await store.load_by_id(BUDI.conversation_id) is None

    async def test_an_episode_can_be_opened_and_closed(self, store: Store) -> None:
        episode = Episode(id=EpisodeId(1), conversation_id=BUDI.conversation_id, opened_at=NOON)
        opened = await store.commit(Change(conversation=Conversation(contact=BUDI), episode=episode))
        assert await store.episodes(BUDI.conversation_id) == [episode]
        closing, following = Closing(episode_id=episode.id, at=at(5), by="agent"), replace(episode, id=EpisodeId(2))
        await store.commit(Change(conversation=opened.conversation, episode=following, closing=closing))
        ended = replace(episode, closed_at=at(5), closed_by="agent")
        assert await store.episodes(BUDI.conversation_id) == [ended, following]
