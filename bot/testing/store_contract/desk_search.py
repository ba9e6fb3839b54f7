"""What a store finds: messages by the beginnings of their words."""

from __future__ import annotations

from dataclasses import replace

from bot.testing.store_contract.desk_examples import WholeStore, ended, keep, told
from bot.testing.store_contract.examples import BUDI, NOON, at, contact, refused, ticket
from conversation.desk_ports import SearchQuery
from conversation.messages import Author, Edit
from conversation.ports import Change
from conversation.tickets import TicketId, TicketStatus

OTHER = contact(2)


async def found(store: WholeStore, words: str, limit: int = 50, **others: object) -> list[str]:
    """The texts that a search finds."""
    hits = await store.search(SearchQuery(words=words, **others), limit)  # type: ignore[arg-type]
    return [hit.message.text for hit in hits]


class SearchContract:
    """The search over all conversations."""

    async def test_messages_are_found_by_all_their_words_newest_first(self, store: WholeStore) -> None:
        await told(store, "Paket saya rusak", "mau retur paket", "sudah sampai")
        await told(store, "PAKET hilang", customer=OTHER)
        assert await found(store, "paket") == ["PAKET hilang", "mau retur paket", "Paket saya rusak"]
        assert await found(store, "paket", limit=1) == ["PAKET hilang"]
        assert await found(store, "retur paket") == ["mau retur paket"]
        assert await found(store, "paket dompet") == []

    async def test_a_hit_tells_where_it_was_said(self, store: WholeStore) -> None:
        await told(store, "Paket saya rusak", minutes=3)
        (hit,) = await store.search(SearchQuery(words="rusak"))
        (message,) = (await store.load(BUDI)).recent
        assert (hit.conversation_id, hit.contact_name, hit.message) == (BUDI.conversation_id, "Budi", message)
        assert (hit.ticket_id, hit.department) == (None, "")

    async def test_words_are_matched_from_their_beginnings(self, store: WholeStore) -> None:
        await told(store, "pengembalian dana")
        assert await found(store, "pengemb da") == ["pengembalian dana"]
        assert await found(store, "embali") == []

    async def test_case_accents_and_signs_do_not_matter(self, store: WholeStore) -> None:
        texts = ("Kopi di Café “Senja”❤️manis", "no. 0812-3456 a.n. O'Neil_2", "ꦱꦸꦒꦼꦁ enjing", "budi@toko.id/x")
        await told(store, *texts)
        asked = ["CAFE", "cafe\u0301", "sen", "manis", "3456", "0812-3456", "neil", "ꦱꦸ", "toko.id"]
        numbers = [texts.index(text) for words in asked for text in await found(store, words)]
        assert numbers == [0, 0, 0, 0, 1, 1, 1, 2, 3]

    async def test_the_syntax_of_a_search_engine_is_only_words(self, store: WholeStore) -> None:
        await told(store, "ayam or bebek near sawah")
        assert await found(store, "ayam OR bebek") == ["ayam or bebek near sawah"]
        hostile = [
            '"', "'", "*", "ayam OR tikus", "tikus OR ayam", "-tikus", "text:tikus", "NOT", "^", "(", ")", "a AND (",
            "ayam | tikus", "ayam & !tikus", "!tikus", "ayam <-> tikus", "tikus:*", "\\", "%", "_", "\0", "';--", ":",
            'NEAR("ayam tikus")', '"ayam" "tikus"', "{text}:tikus", "🙏", "", "   ", "\ud800", "tikus " * 2_000,
        ]  # fmt: skip
        assert {words: hits for words in hostile if (hits := await found(store, words))} == {}
        assert await found(store, "ayam " * 2_000) == ["ayam or bebek near sawah"]

    async def test_a_search_is_restricted_by_time_and_author(self, store: WholeStore) -> None:
        await told(store, "retur satu")
        await told(store, "retur dua", minutes=5, author=Author.NOTE)
        await told(store, "retur tiga", minutes=9)
        assert await found(store, "retur", since=at(5)) == ["retur tiga", "retur dua"]
        assert await found(store, "retur", until=at(5)) == ["retur satu"]
        assert await found(store, "retur", since=at(1), until=at(9)) == ["retur dua"]
        assert await found(store, "retur", author="customer") == ["retur tiga", "retur satu"]
        assert await found(store, "retur", author="note") == ["retur dua"]
        await refused(ValueError, store.search(SearchQuery(words="retur", since=NOON.replace(tzinfo=None))))

    async def test_a_message_belongs_to_the_ticket_its_episode_led_to(self, store: WholeStore) -> None:
        await told(store, "kata nol", minutes=0)
        await ended(store, 1, opened=0, closed=1)
        await told(store, "kata satu", minutes=10)
        closed = ticket(5, status=TicketStatus.RESOLVED, queued=11)
        await keep(store, replace(closed, closed_at=at(20), changed_at=at(99)))
        await told(store, "kata dua", minutes=15)
        await told(store, "kata tiga", minutes=30)
        hits = await store.search(SearchQuery(words="kata"))
        assert [hit.ticket_id for hit in hits] == [None, 5, 5, None]
        await keep(store, replace(ticket(9, queued=31), department="teknis"))
        hits = await store.search(SearchQuery(words="kata"))
        assert [(hit.ticket_id, hit.department) for hit in hits] == [
            (9, "teknis"),
            (5, "pengaduan"),
            (5, "pengaduan"),
            (None, ""),
        ]

    async def test_who_may_see_some_departments_finds_nothing_of_others(self, store: WholeStore) -> None:
        await told(store, "rahasia satu")
        await told(store, "rahasia dua", customer=OTHER)
        await told(store, "rahasia bot", customer=contact(3))
        await keep(store, ticket(1))
        await keep(store, replace(ticket(2, conversation_id=OTHER.conversation_id), department="teknis"))
        assert len(await found(store, "rahasia")) == 3
        assert await found(store, "rahasia", departments=frozenset({"pengaduan"})) == ["rahasia satu"]
        assert await found(store, "rahasia", departments=frozenset({"teknis", "lain"})) == ["rahasia dua"]
        assert await found(store, "rahasia", departments=frozenset()) == []
        (hit,) = await store.search(SearchQuery(words="dua"))
        assert hit.ticket_id == TicketId(2)

    async def test_an_edited_message_is_found_by_its_new_words_alone(self, store: WholeStore) -> None:
        await told(store, "warna merah")
        conversation = (await store.load(BUDI)).conversation
        edit = Edit(external_id="warna merah", text="warna biru", at=at(1))
        await store.commit(Change(conversation=conversation, edits=(edit,)))
        assert await found(store, "biru") == ["warna biru"]
        assert await found(store, "merah") == []
