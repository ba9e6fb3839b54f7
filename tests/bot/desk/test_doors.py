"""The methods that every surface calls: words said once, mended and taken back, and who may."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.service import DELETABLE_FOR, UPLOADED
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import DEWI, SARI, SmallService
from bot.testing.small_shop import PHRASES, POLICY, small_mind
from conversation.effects import Address, DeleteMessage, EditText, SendFile, SendText
from conversation.errors import Refusal
from conversation.messages import AttachmentKind, Author, Message
from conversation.state import Metrics
from conversation.tickets import Agent, AgentId, Role, Ticket, TicketStatus
from handoff.policy import Department, DeskPolicy

BOSS = Agent(id=AgentId("desk:boss"), name="Bos", login="bos", role=Role.SUPERVISOR)
POLICY_WITH_RETUR = DeskPolicy(departments={"gudang": Department(name="gudang", title="Gudang", survey=True)})


@pytest.fixture
async def shop() -> SmallService:
    shop = SmallService(mind=small_mind(replace(POLICY, desk=POLICY_WITH_RETUR)))
    await shop.store.save_agent(BOSS)
    await shop.hears("rusak!")
    return shop


@pytest.fixture
async def ticket(shop: SmallService) -> Ticket:
    return await shop.open_ticket()


async def told(shop: SmallService, text: str) -> Message:
    rows = await shop.store.history(BUDI.conversation_id)
    return next(row.message for row in rows if row.message.text == text)


# Said once


async def test_a_composers_words_are_sent_once_however_often_it_tries(shop: SmallService, ticket: Ticket) -> None:
    tries = [shop.desk.reply(ticket.id, SARI, "Kami cek ya", key="page-1") for _ in range(5)]
    await asyncio.gather(*tries)
    await shop.settle()
    assert shop.channel.texts().count("Kami cek ya") == 1
    await shop.desk.reply(ticket.id, SARI, "Kami cek ya", key="page-2")
    await shop.settle()
    assert shop.channel.texts().count("Kami cek ya") == 2


async def test_words_are_not_said_again_after_the_topic_was_deleted_or_the_ticket_closed(
    shop: SmallService, ticket: Ticket
) -> None:
    await shop.desk.reply(ticket.id, SARI, "Kami cek ya", key="page-1")
    await shop.desk.resolve(ticket.id, SARI)
    await shop.store.set_topic(ticket.id, None)
    await shop.desk.reply(ticket.id, SARI, "Kami cek ya", key="page-1")
    await shop.settle()
    assert shop.channel.texts().count("Kami cek ya") == 1


async def test_a_note_is_kept_once_under_a_key(shop: SmallService, ticket: Ticket) -> None:
    for _ in range(2):
        await shop.desk.note(ticket.id, SARI, "pelanggan lama", key="page-1")
    assert [text for author, text, _ in await shop.history() if author is Author.NOTE] == ["pelanggan lama"]


# Files, corrections, and words taken back


async def test_a_file_reaches_customer_and_topic(shop: SmallService, ticket: Ticket) -> None:
    file = SendFile(path="/data/1.jpg", name="1.jpg", media=AttachmentKind.PHOTO)
    await shop.desk.reply(ticket.id, SARI, "seperti ini", file=file)
    await shop.settle()
    sent = [(target.chat, effect) for target, effect in shop.channel.performed if isinstance(effect, SendFile)]
    assert sent[0] == (BUDI.address, replace(file, caption="seperti ini"))
    assert sent[1][1].caption == "🧑‍💼 Sari: seperti ini"
    (attachment,) = (await told(shop, "seperti ini")).attachments
    assert (attachment.kind, attachment.file_id) == (AttachmentKind.PHOTO, f"{UPLOADED}/data/1.jpg")


async def test_a_correction_from_a_console_is_shown_in_the_topic(shop: SmallService, ticket: Ticket) -> None:
    await shop.desk.reply(ticket.id, SARI, "Besok")
    await shop.settle()
    message = await told(shop, "Besok")
    assert message.id is not None
    await shop.desk.correct(ticket.id, SARI, message.id, "Lusa")
    await shop.settle()
    assert (BUDI.address, EditText(text="Lusa")) in [(t.chat, effect) for t, effect in shop.channel.performed]
    shown = await shop.ticket(ticket.id)
    assert shop.topic(shown)[-1] == "✏️ Sari: Lusa"


async def test_a_message_is_taken_back_and_what_it_said_stays_known(shop: SmallService, ticket: Ticket) -> None:
    await shop.desk.reply(ticket.id, SARI, "Salah kirim")
    await shop.settle()
    message = await told(shop, "Salah kirim")
    assert message.id is not None
    await shop.desk.delete(ticket.id, SARI, message.id)
    await shop.settle()
    (target,) = [target for target, effect in shop.channel.performed if isinstance(effect, DeleteMessage)]
    assert (target.chat, target.external_id) == (BUDI.address, message.external_id)
    row = next(row for row in await shop.store.history(BUDI.conversation_id) if row.message.id == message.id)
    assert (row.message.text, row.previous_texts) == ("", ("Salah kirim",))


async def test_what_telegram_does_not_take_back_any_more_is_refused(shop: SmallService, ticket: Ticket) -> None:
    await shop.desk.reply(ticket.id, SARI, "Salah kirim")
    await shop.settle()
    message = await told(shop, "Salah kirim")
    assert message.id is not None
    shop.clock.now += DELETABLE_FOR + timedelta(seconds=1)
    with pytest.raises(Refusal, match="48 jam"):
        await shop.desk.delete(ticket.id, SARI, message.id)


async def test_only_its_author_and_supervisors_change_a_message(shop: SmallService, ticket: Ticket) -> None:
    await shop.desk.reply(ticket.id, SARI, "Besok")
    await shop.settle()
    message, customers = await told(shop, "Besok"), await told(shop, "rusak!")
    assert message.id is not None
    assert customers.id is not None
    with pytest.raises(Refusal, match="ditulis Sari"):
        await shop.desk.correct(ticket.id, DEWI, message.id, "Lusa")
    with pytest.raises(Refusal, match="tidak ada di tiket ini"):
        await shop.desk.correct(ticket.id, SARI, customers.id, "bagus!")
    await shop.desk.correct(ticket.id, BOSS, message.id, "Lusa")
    assert (await told(shop, "Lusa")).id == message.id


# Passing on, and coming back


async def test_a_ticket_goes_to_another_department_with_a_comment(shop: SmallService, ticket: Ticket) -> None:
    await shop.desk.claim(ticket.id, SARI)
    moved = await shop.desk.transfer(ticket.id, SARI, "gudang", "cek stoknya")
    assert (moved.department, moved.status, moved.assignee) == ("gudang", TicketStatus.QUEUED, None)
    assert (Author.NOTE, "cek stoknya", None) in await shop.history()
    await shop.settle()
    assert shop.channel.texts()[-1] == PHRASES.desk.transferred.format(department="Gudang")


async def test_a_ticket_goes_to_a_colleague_and_supervisors_give_it_to_anybody(
    shop: SmallService, ticket: Ticket
) -> None:
    await shop.desk.claim(ticket.id, SARI)
    assert (await shop.desk.transfer(ticket.id, SARI, DEWI.id)).assignee == DEWI.id
    assert (await shop.desk.reassign(ticket.id, BOSS, SARI.id)).assignee == SARI.id
    with pytest.raises(Refusal, match="supervisor"):
        await shop.desk.reassign(ticket.id, DEWI, DEWI.id)
    with pytest.raises(Refusal, match="Tidak ada"):
        await shop.desk.reassign(ticket.id, BOSS, AgentId("telegram:404"))


async def test_who_was_disabled_may_nothing_from_that_moment_on(shop: SmallService, ticket: Ticket) -> None:
    await shop.store.save_agent(replace(BOSS, disabled=True))
    await shop.desk.roster.refresh()
    for doing in (shop.desk.claim(ticket.id, BOSS), shop.desk.availability(BOSS, False)):
        with pytest.raises(Refusal, match="dinonaktifkan"):
            await doing


async def test_labels_wrap_up_and_reason_stay_with_the_ticket(shop: SmallService, ticket: Ticket) -> None:
    await shop.desk.claim(ticket.id, SARI)
    await shop.desk.label(ticket.id, SARI, ["cod"])
    assert (await shop.desk.finish(ticket.id, SARI)).status is TicketStatus.WRAP_UP
    closed = await shop.desk.resolve(ticket.id, SARI, "diganti baru", ["baru"])
    assert (closed.labels, closed.resolution) == (("cod", "baru"), "diganti baru")


# What an episode came to


async def test_an_episode_that_came_back_to_the_bot_was_not_the_bots_alone(shop: SmallService, ticket: Ticket) -> None:
    await shop.desk.claim(ticket.id, SARI)
    shop.clock.now += timedelta(minutes=5)
    await shop.desk.return_to_bot(ticket.id, SARI, "sudah dijelaskan")
    shop.clock.now += timedelta(days=2)
    await shop.hears("jam buka?")
    (past,) = await shop.store.past_episodes(BUDI.conversation_id)
    assert (past.closed_by, past.by_bot, past.agent, past.handling) == ("silence", False, SARI.id, 300.0)


async def test_the_figures_of_an_episode_cover_all_of_its_tickets(shop: SmallService, ticket: Ticket) -> None:
    await shop.desk.claim(ticket.id, SARI)
    shop.clock.now += timedelta(minutes=5)
    await shop.desk.return_to_bot(ticket.id, SARI)
    await shop.hears("hilang!")
    second = await shop.open_ticket()
    assert second.last_agent == SARI.id
    await shop.desk.claim(second.id, DEWI)
    shop.clock.now += timedelta(minutes=1)
    await shop.desk.resolve(second.id, DEWI)
    (past,) = await shop.store.past_episodes(BUDI.conversation_id)
    assert (past.handoff_reason, past.department, past.handling) == ("complaint", "pengiriman", 360.0)


async def test_the_bots_own_episodes_have_no_figures_of_the_desk() -> None:
    shop = SmallService()
    await shop.hears("jam buka?")
    shop.clock.now += timedelta(days=2)
    await shop.hears("jam buka?")
    (past,) = await shop.store.past_episodes(BUDI.conversation_id)
    assert (past.by_bot, past.handling, past.agent) == (Metrics().by_bot, None, "")


# Another group


async def test_a_department_with_a_group_of_its_own_gets_the_ticket_there(shop: SmallService, ticket: Ticket) -> None:
    surface = shop.desk.surface
    assert surface is not None
    two = replace(surface, chats={"gudang": "-1002"})
    desk = replace(shop.desk, surface=two)
    shop.turns.surface = two
    await desk.claim(ticket.id, SARI)
    await shop.settle()
    left = (await shop.ticket(ticket.id)).topic
    shop.channel.performed.clear()
    await desk.transfer(ticket.id, SARI, "gudang", "cek stoknya")
    await shop.settle()
    now = (await shop.ticket(ticket.id)).topic
    assert left is not None
    assert now is not None
    assert (left.chat, now.chat) == ("-1001", "-1002")
    there = [effect.kind for target, effect in shop.channel.performed if target.chat == "-1002"]
    here = [effect for target, effect in shop.channel.performed if target.chat == "-1001"]
    assert there == ["open_topic", "send_text", "send_text"]
    assert [getattr(effect, "closed", None) for effect in here] == [True]
    assert two.address(await shop.ticket(ticket.id)) == Address(channel="telegram", chat="-1002", ticket=ticket.id)
    await shop.hears("bagaimana?")
    assert shop.channel.performed[-1][0].thread == now.thread
    assert shop.channel.performed[-1][1] == SendText(text="👤 bagaimana?")


async def test_a_ticket_is_put_away_for_later_only(shop: SmallService, ticket: Ticket) -> None:
    await shop.desk.claim(ticket.id, SARI)
    with pytest.raises(Refusal, match="akan datang"):
        await shop.desk.snooze(ticket.id, SARI, NOON)
    await shop.desk.snooze(ticket.id, SARI, NOON + timedelta(hours=1))
    assert (await shop.desk.wake(ticket.id, SARI)).status is TicketStatus.ASSIGNED
