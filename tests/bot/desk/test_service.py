"""The desk at work, over a store in memory and over PostgreSQL: what agents do in a topic, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TypeVar, cast

import pytest

from bot.desk.card import CLAIM, RELEASE, RESOLVE, RETURN
from bot.storage.postgres import PostgresStore
from bot.testing.faulty_store import FaultyStore
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import DEWI, SARI, STAFF_CHAT, SmallService
from bot.testing.small_shop import PHRASES
from conversation.effects import AnswerPress, ChangeTopic, CopyMessage, EditText, Effect, OutboxStatus, SendText
from conversation.errors import Refusal
from conversation.messages import Attachment, AttachmentKind, Author, Contact, CustomerEvent, Edit, Message, Press
from conversation.ports import Change, Committed
from conversation.state import Owner
from conversation.tickets import Agent, AgentId, StaffEvent, Ticket, TicketId, TicketStatus, Topic
from handoff import desk

E = TypeVar("E", bound=Effect)
STRANGER = Agent(id=AgentId("telegram:666"), name="Orang Lain")
PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="f")


class Interrupted(PostgresStore):
    """PostgreSQL with a `meanwhile`, as `FaultyStore` has it."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def commit(self, change: Change) -> Committed:
        if self.meanwhile is not None:
            happening, self.meanwhile = self.meanwhile, None
            await happening()
        return await super().commit(change)


@pytest.fixture(params=["memory", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else ""


@pytest.fixture
async def store(url: str) -> AsyncIterator[FaultyStore]:
    if not url:
        yield FaultyStore()
        return
    opened = await Interrupted.open(url)
    yield cast(FaultyStore, opened)  # All that these tests ask of one.
    await opened.close()


@pytest.fixture
async def shop(store: FaultyStore) -> SmallService:
    shop = SmallService(store=store)
    await shop.hears("rusak!")
    shop.channel.performed.clear()
    return shop


@pytest.fixture
async def ticket(shop: SmallService) -> Ticket:
    return await shop.open_ticket()


def press(payload: str) -> Press:
    return Press(press_id=f"p{payload}", payload=payload, at=NOON)


def agent_words(text: str, *attachments: Attachment, reply_to: str = "") -> Message:
    return Message(
        author=Author.AGENT, text=text, at=NOON, external_id="901", attachments=attachments, reply_to=reply_to
    )


def effects(shop: SmallService, kind: type[E]) -> list[E]:
    return [effect for _, effect in shop.channel.performed if isinstance(effect, kind)]


# Buttons


async def test_a_claim_answers_the_press_tells_the_customer_and_mends_the_card(
    shop: SmallService, ticket: Ticket
) -> None:
    await shop.staff(press(CLAIM), ticket=ticket.id)
    assert (await shop.ticket(ticket.id)).assignee == SARI.id
    assert shop.channel.texts() == ["Kak, sekarang dibantu langsung oleh Sari."]
    assert effects(shop, AnswerPress) == [AnswerPress(press_id="p!claim")]
    (card,) = effects(shop, EditText)
    assert "ditangani · Sari" in card.text
    assert effects(shop, ChangeTopic) == [ChangeTopic(title="🟡 #1 · Budi · retur", closed=False)]
    assert (await shop.snapshot()).conversation.owner is Owner.AGENT


async def test_of_two_agents_who_claim_one_wins_and_the_other_is_told_who(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff(press(CLAIM), ticket=ticket.id)
    await shop.staff(press(CLAIM), ticket=ticket.id, agent=DEWI)
    assert (await shop.ticket(ticket.id)).assignee == SARI.id
    assert effects(shop, AnswerPress)[-1] == AnswerPress(press_id="p!claim", text="Sudah diambil Sari.")
    assert shop.channel.texts() == ["Kak, sekarang dibantu langsung oleh Sari."]


async def test_two_who_claim_in_the_same_moment_meet_in_the_store(shop: SmallService, ticket: Ticket) -> None:
    async def dewi_is_faster() -> None:
        await shop.desk.act(ticket.id, lambda case: desk.claim(case, DEWI, PHRASES, NOON))

    shop.store.meanwhile = dewi_is_faster
    with pytest.raises(Refusal, match="Sudah diambil Dewi"):
        await shop.desk.act(ticket.id, lambda case: desk.claim(case, SARI, PHRASES, NOON))
    await shop.settle()
    assert shop.channel.texts() == ["Kak, sekarang dibantu langsung oleh Dewi."]


async def test_of_many_who_claim_at_once_exactly_one_wins(shop: SmallService, ticket: Ticket) -> None:
    async def claims(agent: Agent) -> Ticket:
        return await shop.desk.act(ticket.id, lambda case: desk.claim(case, agent, PHRASES, NOON))

    agents = [Agent(id=AgentId(f"telegram:{n}"), name=f"Agen {n}") for n in range(20)]
    results = await asyncio.gather(*(claims(agent) for agent in agents), return_exceptions=True)
    await shop.settle()
    assert sum(isinstance(result, Ticket) for result in results) == 1
    assert sum(isinstance(result, Refusal) for result in results) == 19
    assert len(shop.channel.texts()) == 1


@pytest.mark.parametrize(
    ("payload", "status", "owner"),
    [
        (RELEASE, TicketStatus.QUEUED, Owner.QUEUE),
        (RESOLVE, TicketStatus.RESOLVED, Owner.BOT),
        (RETURN, TicketStatus.RETURNED_TO_BOT, Owner.BOT),
    ],
)
async def test_the_other_buttons_do_what_they_say(
    shop: SmallService, ticket: Ticket, payload: str, status: TicketStatus, owner: Owner
) -> None:
    await shop.staff(press(CLAIM), ticket=ticket.id)
    await shop.staff(press(payload), ticket=ticket.id)
    assert (await shop.ticket(ticket.id)).status is status
    assert (await shop.snapshot()).conversation.owner is owner
    assert len(shop.channel.texts()) == 2


async def test_the_bot_serves_again_after_the_ticket_is_resolved(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff("Sudah kami ganti ya", ticket=ticket.id)
    await shop.staff(press(RESOLVE), ticket=ticket.id)
    assert (await shop.hears("jam buka?"))[-1] == "Buka jam 9"


@pytest.mark.parametrize("payload", ["!unknown", "", "/jam_buka"])
async def test_a_button_that_is_none_of_ours_does_nothing(shop: SmallService, ticket: Ticket, payload: str) -> None:
    await shop.staff(press(payload), ticket=ticket.id)
    assert (await shop.ticket(ticket.id)).status is TicketStatus.QUEUED
    assert len(effects(shop, AnswerPress)) == 1


# Words


async def test_what_an_agent_writes_reaches_the_customer_and_silences_the_bot(
    shop: SmallService, ticket: Ticket
) -> None:
    await shop.staff("Kami cek ya", ticket=ticket.id)
    assert shop.channel.texts() == ["Kak, sekarang dibantu langsung oleh Sari.", "Kami cek ya"]
    assert (await shop.hears("jam buka?"))[-1] == "Kami cek ya"
    assert (Author.AGENT, "Kami cek ya", OutboxStatus.SENT) in await shop.history()


async def test_what_an_agent_writes_is_not_repeated_in_their_topic(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff("Kami cek ya", ticket=ticket.id)
    assert shop.topic(ticket) == []


async def test_what_the_customer_writes_appears_in_the_topic(shop: SmallService, ticket: Ticket) -> None:
    await shop.hears("cepat ya")
    assert shop.topic(ticket) == ["👤 cepat ya"]


async def test_two_slashes_make_a_note_that_the_customer_never_sees(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff("//  pelanggan lama", ticket=ticket.id)
    assert shop.channel.texts() == []
    assert (Author.NOTE, "pelanggan lama", None) in await shop.history()
    assert (await shop.ticket(ticket.id)).status is TicketStatus.QUEUED


async def test_a_photo_of_an_agents_is_copied_to_the_customer(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff(agent_words("", PHOTO), ticket=ticket.id)
    assert effects(shop, CopyMessage) == [CopyMessage(from_chat=STAFF_CHAT, external_id="901")]


async def test_a_reply_to_a_quoted_message_is_a_reply_for_the_customer_too(shop: SmallService, ticket: Ticket) -> None:
    await shop.hears("yang biru")
    asked = (await shop.snapshot()).recent[-1]
    assert shop.desk.surface is not None
    quoted_as = await shop.store.external_id(shop.desk.surface.address(ticket), message_id=asked.id)
    await shop.staff(agent_words("Ya, yang biru", reply_to=quoted_as), ticket=ticket.id)
    (target,) = [target for target, effect in shop.channel.performed if effect == SendText(text="Ya, yang biru")]
    assert (target.chat, target.reply_to) == (BUDI.address, asked.external_id)


async def test_a_reply_of_the_customers_hangs_on_the_agents_words_in_the_topic(
    shop: SmallService, ticket: Ticket
) -> None:
    await shop.staff("Warna apa?", ticket=ticket.id, number="901")
    said = next(
        row.message for row in await shop.store.history(BUDI.conversation_id) if row.message.text == "Warna apa?"
    )
    answer = Message(author=Author.CUSTOMER, text="biru", at=NOON, external_id="77", reply_to=said.external_id)
    await shop.receive(shop.channel.update(CustomerEvent(contact=BUDI, what=answer)))
    (target,) = [target for target, effect in shop.channel.performed if effect == SendText(text="👤 biru")]
    assert target.reply_to == "901"


async def test_an_agents_correction_follows_to_the_customer(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff("Besok", ticket=ticket.id, number="901")
    sent = next(row.message for row in await shop.store.history(BUDI.conversation_id) if row.message.text == "Besok")
    await shop.staff(Edit(external_id="901", text="Lusa", at=NOON), ticket=ticket.id)
    (target,) = [target for target, effect in shop.channel.performed if effect == EditText(text="Lusa")]
    assert (target.chat, target.external_id) == (BUDI.address, sent.external_id)
    row = next(row for row in await shop.store.history(BUDI.conversation_id) if row.message.text == "Lusa")
    assert row.previous_texts == ("Besok",)
    assert shop.topic(ticket) == []


async def test_a_mended_note_stays_inside(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff("// lama", ticket=ticket.id, number="901")
    await shop.staff(Edit(external_id="901", text="// baru", at=NOON), ticket=ticket.id)
    assert effects(shop, EditText) == []
    assert (await shop.store.counts())["inbox_pending"] == 0


# Who may not, and when


async def test_words_in_a_closed_topic_are_refused_where_they_were_written(shop: SmallService, ticket: Ticket) -> None:
    await shop.hears("/batal")
    before = shop.channel.texts()
    await shop.staff("masih ada?", ticket=ticket.id)
    assert shop.channel.texts() == before
    assert shop.topic(ticket)[-1] == PHRASES.closed


async def test_a_note_in_a_closed_topic_leaves_a_newer_ticket_alone(shop: SmallService, ticket: Ticket) -> None:
    await shop.hears("/batal", "ditipu!")
    newer = await shop.open_ticket()
    await shop.staff("// selesai sendiri", ticket=ticket.id)
    snapshot = await shop.snapshot()
    assert (snapshot.conversation.ticket_id, snapshot.conversation.owner) == (newer.id, Owner.QUEUE)
    assert (await shop.ticket(ticket.id)).status is TicketStatus.ABANDONED


async def test_a_strangers_press_is_turned_away_and_their_words_count_for_nothing(
    shop: SmallService, ticket: Ticket
) -> None:
    await shop.staff(press(CLAIM), ticket=ticket.id, agent=STRANGER)
    await shop.staff("halo pelanggan", ticket=ticket.id, agent=STRANGER)
    assert (await shop.ticket(ticket.id)).status is TicketStatus.QUEUED
    assert effects(shop, AnswerPress) == [AnswerPress(press_id="p!claim", text=PHRASES.not_an_agent)]
    assert shop.channel.texts() == []
    assert (await shop.store.counts())["inbox_pending"] == 0


async def test_words_outside_of_any_ticket_are_none_of_the_desks_business(shop: SmallService) -> None:
    talk = StaffEvent(who=SARI.id, who_name="Sari", topic=Topic(chat=STAFF_CHAT, thread="1"), what=agent_words("hai"))
    await shop.receive(shop.channel.update(talk))
    assert shop.channel.performed == []
    assert (await shop.store.counts())["inbox_pending"] == 0


@pytest.mark.parametrize("words", ["//", "//   "])
async def test_an_empty_note_is_refused(shop: SmallService, ticket: Ticket, words: str) -> None:
    await shop.staff(words, ticket=ticket.id)
    assert shop.topic(ticket) == [PHRASES.empty_reply]


async def test_a_colleague_can_help_but_not_close(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff(press(CLAIM), ticket=ticket.id)
    await shop.staff("Saya bantu juga", ticket=ticket.id, agent=DEWI)
    await shop.staff(press(RESOLVE), ticket=ticket.id, agent=DEWI)
    assert "Saya bantu juga" in shop.channel.texts()
    kept = await shop.ticket(ticket.id)
    assert (kept.status, kept.assignee) == (TicketStatus.WAITING_CUSTOMER, SARI.id)
    assert effects(shop, AnswerPress)[-1] == AnswerPress(press_id="p!resolve", text="Tiket ini dipegang Sari.")


# Without Telegram


async def test_a_desk_without_a_staff_group_works_all_the_same() -> None:
    shop = SmallService(with_desk=False)
    await shop.hears("rusak!")
    ticket = await shop.open_ticket()
    reply = Message(author=Author.AGENT, text="Kami cek ya", at=NOON)
    await shop.desk.act(ticket.id, lambda case: desk.reply(case, SARI, reply, PHRASES, NOON))
    await shop.settle()
    assert shop.channel.texts()[-1] == "Kami cek ya"


async def test_a_ticket_that_there_is_not_is_refused(shop: SmallService) -> None:
    with pytest.raises(Refusal, match="Tidak ada tiket #99"):
        await shop.desk.act(TicketId(99), lambda case: case)


async def test_customers_of_another_channel_are_served_through_the_same_topics() -> None:
    shop = SmallService()
    terminal = Contact(channel="terminal", address="wati", name="Wati")
    shop.turns.channels = {**shop.turns.channels, "terminal": shop.channel}
    shop.deliveries.channels = {**shop.deliveries.channels, "terminal": shop.channel}
    update = replace(shop.channel.said("rusak!", terminal), channel="terminal")
    await shop.receive(update)
    ticket = await shop.open_ticket(terminal)
    await shop.staff("Kami cek ya", ticket=ticket.id)
    assert shop.channel.texts("wati")[-1] == "Kami cek ya"
