"""Turns become items of the review list: which of them, how they are masked, and each exactly once."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.review import Collector, flag
from bot.knowledge.review_reading import denies
from bot.testing.memory_store import MemoryStore
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import SARI, SmallService
from bot.testing.small_shop import KNOWLEDGE
from conversation.errors import Refusal
from conversation.knowledge_ports import ReviewSource
from conversation.messages import Author, Contact, MessageId

SITI = Contact(channel="telegram", address="77", name="Siti")


@dataclass(kw_only=True)
class Shop(SmallService):
    """The small service with a collector."""

    collector: Collector = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.start_collecting()

    def start_collecting(self) -> None:
        """Begin anew, as after a crash."""
        self.collector = Collector(self.store, lambda: KNOWLEDGE, self.pause)

    async def pause(self, seconds: float) -> None:
        """Wait for nothing."""

    async def says(self, *texts: str, contact: Contact = BUDI) -> None:
        """The customer writes, a minute apart."""
        for text in texts:
            self.clock.now += timedelta(minutes=1)
            await self.receive(self.channel.said(text, contact))

    async def presses(self, payload: str) -> None:
        self.clock.now += timedelta(minutes=1)
        await self.receive(self.channel.pressed(payload))

    async def collected(self) -> list[tuple[ReviewSource, str, str, str]]:
        await self.collector.once()
        items = await self.store.review_items()
        return [(item.source, item.text, item.intent, item.chosen) for item in reversed(items)]


@pytest.fixture
def shop() -> Shop:
    return Shop()


async def test_what_the_bot_did_not_know_is_collected(shop: Shop) -> None:
    await shop.says("bisa kirim ke papua ga", "jam buka?")
    assert await shop.collected() == [(ReviewSource.UNKNOWN, "bisa kirim ke papua ga", "", "")]


async def test_the_second_time_too_when_a_human_is_called(shop: Shop) -> None:
    await shop.says("bisa kirim ke papua ga", "papua lho kak")
    assert [text for _, text, _, _ in await shop.collected()] == ["bisa kirim ke papua ga", "papua lho kak"]


async def test_an_intent_without_an_answer_is_not_known_either(shop: Shop) -> None:
    await shop.says("jual apa")
    assert await shop.collected() == [(ReviewSource.UNKNOWN, "jual apa", "belum_dijawab", "")]


async def test_what_the_customer_picks_says_what_they_meant(shop: Shop) -> None:
    await shop.says("jam_buka/kurir")
    await shop.presses("/kurir")
    assert await shop.collected() == [(ReviewSource.CHOSEN, "jam_buka/kurir", "jam_buka", "kurir")]


async def test_none_of_what_was_offered_is_not_known(shop: Shop) -> None:
    await shop.says("jam_buka/kurir")
    await shop.presses("?none")
    assert await shop.collected() == [(ReviewSource.UNKNOWN, "jam_buka/kurir", "jam_buka", "")]


async def test_a_button_below_an_answer_teaches_nothing(shop: Shop) -> None:
    await shop.says("paket di mana")
    await shop.presses("/jam_buka")
    assert await shop.collected() == []


async def test_a_correction_says_what_was_meant_before(shop: Shop) -> None:
    await shop.says("jam buka?", "bukan itu kak", "pakai kurir apa")
    assert await shop.collected() == [(ReviewSource.CORRECTED, "jam buka?", "jam_buka", "kurir")]


async def test_a_correction_that_comes_much_later_is_about_something_else(shop: Shop) -> None:
    await shop.says("jam buka?")
    shop.clock.now += timedelta(hours=2)
    await shop.says("bukan itu kak", "pakai kurir apa")
    assert await shop.collected() == []


async def test_another_question_is_no_correction(shop: Shop) -> None:
    await shop.says("jam buka?", "pakai kurir apa")
    assert await shop.collected() == []


async def test_a_correction_is_seen_across_a_restart(shop: Shop) -> None:
    await shop.says("jam buka?", "bukan itu kak")
    await shop.collector.once()
    shop.start_collecting()
    await shop.says("pakai kurir apa")
    assert await shop.collected() == [(ReviewSource.CORRECTED, "jam buka?", "jam_buka", "kurir")]


@pytest.mark.parametrize(
    "text", ["bukan itu", "bkn itu kak", "maksud saya ongkirnya", "ga nyambung", "kok salah jawab"]
)
def test_denials(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize(
    "text", ["iya itu maksud saya", "bukan main", "itu maksudnya gimana", "jam buka?", "salah kirim"]
)
def test_no_denials(text: str) -> None:
    assert not denies(text)


@pytest.mark.parametrize("text", ["/status", "halo", "12345 678", "081234567890", "🙏🙏", "?"])
async def test_commands_greetings_and_numbers_teach_nothing(shop: Shop, text: str) -> None:
    await shop.says(text)
    assert await shop.collected() == []


async def test_an_agents_first_reply_is_proposed_once_the_customer_goes_on(shop: Shop) -> None:
    await shop.says("min", "bisa kirim ke papua ga")
    ticket = (await shop.open_ticket()).id
    await shop.says("halo?")
    shop.clock.now += timedelta(minutes=1)
    await shop.staff("Bisa Kak Budi, lewat pos. Hubungi saya di 081234567890. - Sari", ticket=ticket)
    assert ReviewSource.REPLY not in [source for source, *_ in await shop.collected()]
    await shop.says("oke makasih", "sip")
    await shop.collector.once()
    replies = [item for item in await shop.store.review_items() if item.source is ReviewSource.REPLY]
    assert [(item.text, item.reply) for item in replies] == [
        ("bisa kirim ke papua ga", "Bisa Kak [nama], lewat pos. Hubungi saya di [nomor telepon]. - [nama]")
    ]


async def test_a_reply_to_a_complaint_is_proposed_for_nothing(shop: Shop) -> None:
    await shop.says("bisa kirim ke papua ga", "rusak!")
    ticket = (await shop.open_ticket()).id
    shop.clock.now += timedelta(minutes=1)
    await shop.staff("Kami ganti ya Kak", ticket=ticket, agent=SARI)
    await shop.says("oke makasih")
    assert [source for source, *_ in await shop.collected()] == [ReviewSource.UNKNOWN]


async def test_an_answer_that_is_flagged_leads_back_to_the_question(shop: Shop) -> None:
    await shop.says("pakai kurir apa", "jam buka?")
    item = await flag(shop.store, KNOWLEDGE, BUDI.conversation_id, await words_of_bot(shop, "Buka jam 9"))
    assert (item.text, item.intent, item.chosen) == ("jam buka?", "jam_buka", "")
    assert await shop.collected() == [(ReviewSource.FLAGGED, "jam buka?", "jam_buka", "")]


async def test_only_answers_of_the_bot_to_words_can_be_flagged(shop: Shop) -> None:
    await shop.says("paket di mana")
    await shop.presses("/jam_buka")
    history = await shop.store.history(BUDI.conversation_id)
    customers = next(row.message.id for row in history if row.message.author is Author.CUSTOMER)
    assert customers is not None
    for message in (customers, MessageId(999), await words_of_bot(shop, "Buka jam 9")):
        with pytest.raises(Refusal):
            await flag(shop.store, KNOWLEDGE, BUDI.conversation_id, message)
    with pytest.raises(Refusal):
        await flag(
            shop.store, KNOWLEDGE, BUDI.conversation_id, await words_of_bot(shop, "Lacak di aplikasi"), right_intent="x"
        )
    assert await shop.collected() == []


async def words_of_bot(shop: Shop, text: str) -> MessageId:
    history = await shop.store.history(BUDI.conversation_id)
    found = next(row.message.id for row in history if row.message.author is Author.BOT and row.message.text == text)
    assert found is not None
    return found


async def test_nothing_is_written_unmasked(shop: Shop) -> None:
    await shop.says("wa sy 0812-3456-7890 an wati bisa kirim ga", "rek bca 1234567890 blm masuk gmn")
    shown = json.dumps([text for _, text, _, _ in await shop.collected()])
    assert "wati" not in shown
    assert not any(digit in shown for digit in "0123456789")


async def test_a_crash_while_writing_doubles_nothing_and_loses_nothing(shop: Shop) -> None:
    await shop.says("bisa kirim ke papua ga")
    await Collector(shop.store, lambda: KNOWLEDGE, shop.pause).once()
    shop.start_collecting()
    await shop.says("ada warna lain ga min", contact=SITI)
    assert [text for _, text, _, _ in await shop.collected()] == ["bisa kirim ke papua ga", "ada warna lain ga min"]


WORDS = ("jam buka?", "bukan itu kak", "pakai kurir apa", "bisa kirim ke papua ga", "jam_buka/kurir", "/kurir", "?none")


@settings(max_examples=40, deadline=None)
@given(
    acts=st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([BUDI, SITI])), max_size=12),
    pauses=st.sets(st.integers(0, 12)),
    crashes=st.sets(st.integers(0, 12)),
    rivals=st.booleans(),
)
def test_whenever_and_by_whomever_it_is_collected_the_list_is_the_same(
    acts: list[tuple[str, Contact]], pauses: set[int], crashes: set[int], rivals: bool
) -> None:
    async def played() -> None:
        at_once, in_parts = Shop(), Shop()
        other = Collector(in_parts.store, lambda: KNOWLEDGE, in_parts.pause)
        for number, (what, contact) in enumerate(acts):
            for shop in (at_once, in_parts):
                shop.clock.now += timedelta(minutes=1)
                press = what in ("/kurir", "?none")
                update = shop.channel.pressed(what, contact) if press else shop.channel.said(what, contact)
                await shop.receive(update)
            if number in crashes:
                in_parts.start_collecting()
            if number in pauses:
                await asyncio.gather(in_parts.collector.once(), *([other.once()] if rivals else []))
        await at_once.collector.once()
        await in_parts.collector.once()
        await in_parts.collector.once()
        assert await in_parts.store.review_items() == await at_once.store.review_items()

    asyncio.run(played())


async def test_collecting_goes_on_whatever_fails(caplog: pytest.LogCaptureFixture) -> None:
    looks = []

    class Broken(MemoryStore):
        async def review_cursor(self) -> int:
            raise ZeroDivisionError

    async def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Collector(Broken(), lambda: KNOWLEDGE, sleep, interval=60).run()
    assert looks == [60] * 3
    assert [record.message for record in caplog.records] == ["nothing could be collected"] * 3


async def test_turns_that_come_while_others_are_read_are_left_for_the_next_look(shop: Shop) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    await shop.says("bisa kirim ke papua ga")
    await Collector(shop.store, lambda: KNOWLEDGE, sleep).once()
    assert pauses == [], "a batch that is not full is the last one"
