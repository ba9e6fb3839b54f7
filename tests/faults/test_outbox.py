"""What becomes of a message when Telegram refuses, goes silent, or has moved things about."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.testing.bot_api import BadRequest, DropAfterAccept, Forbidden, ServerError, TooManyRequests
from tests.desk import Desk, bot_messages, open_desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_chat_that_is_told_to_wait_holds_up_no_other(desk: Desk) -> None:
    held_up = desk.server.customer("Tunggu")
    others = [desk.server.customer("Lain") for _ in range(5)]
    desk.server.fail(with_=TooManyRequests(retry_after=3), method="sendMessage", chat_id=held_up.chat_id)
    started = time.monotonic()
    for customer in (held_up, *others):
        customer.sends("jam buka?")
    await asyncio.gather(*(customer.receives(containing="Kami buka") for customer in others))
    assert time.monotonic() - started < 3
    await held_up.receives(containing="Kami buka")
    assert time.monotonic() - started >= 3
    assert len(bot_messages(held_up)) == 1


@pytest.mark.parametrize("fault", [DropAfterAccept(), ServerError(502)], ids=["dropped", "502"])
async def test_an_answer_nobody_can_be_sure_of_is_not_repeated(
    desk: Desk, fault: DropAfterAccept | ServerError
) -> None:
    sari = desk.server.customer("Sari")
    unknown = (await desk.at_rest())["outbox_unknown"]
    rule = desk.server.fail(with_=fault, method="sendMessage", chat_id=sari.chat_id)
    sari.sends("jam buka?")
    while not rule.hits:
        await desk.at_rest()
    assert (await desk.at_rest())["outbox_unknown"] == unknown + 1
    sari.sends("ongkir ke surabaya brp")
    await sari.receives(containing="Ongkos kirim")
    tries = [call for call in desk.server.ledger.calls("sendMessage", chat_id=sari.chat_id) if call.fault]
    assert len(tries) + len([e for e in desk.server.ledger.refused if e.parameters.get("chat_id") == sari.chat_id]) == 1


async def test_agents_are_told_when_nobody_knows_whether_their_reply_arrived(desk: Desk) -> None:
    rina, topic = await desk.complaint("Rina Putus")
    desk.budi.presses("Ambil", topic=topic.thread_id)
    await rina.receives(containing="dibantu langsung oleh Budi")
    desk.server.fail(with_=DropAfterAccept(), method="sendMessage", chat_id=rina.chat_id)
    typed = desk.budi.writes("uangnya sudah kami kirim", topic=topic.thread_id)
    notice = await desk.budi.receives(containing="Tidak pasti apakah balasan ini sampai", topic=topic.thread_id)
    assert notice.reply_to == typed.message_id
    await desk.at_rest()
    sent = [message for message in bot_messages(rina) if "uangnya sudah kami kirim" in message.text]
    assert len(sent) == 1


async def test_agents_are_told_when_the_customer_has_blocked_the_bot(desk: Desk) -> None:
    rudi, topic = await desk.complaint("Rudi Blokir")
    desk.budi.presses("Ambil", topic=topic.thread_id)
    await rudi.receives(containing="dibantu langsung oleh Budi")
    rudi.blocks_bot()
    desk.budi.writes("masih di sana, Kak?", topic=topic.thread_id)
    await desk.budi.receives(containing="Balasan ini tidak sampai ke pelanggan", topic=topic.thread_id)
    rudi.unblocks_bot()
    desk.budi.writes("halo lagi Kak", topic=topic.thread_id)
    await rudi.receives(containing="halo lagi Kak")
    assert all("masih di sana" not in message.text for message in rudi.shows())


async def test_a_refused_answer_is_no_loop(desk: Desk) -> None:
    sari = desk.server.customer("Sari")
    failed = (await desk.at_rest())["outbox_failed"]
    rule = desk.server.fail(with_=Forbidden(), method="sendMessage", chat_id=sari.chat_id, times=None)
    other = desk.server.fail(with_=BadRequest("chat not found"), method="sendMessage", chat_id=sari.chat_id)
    sari.sends("jam buka?")
    while not rule.hits:
        await desk.at_rest()
    assert (await desk.at_rest())["outbox_failed"] == failed + 1
    assert rule.hits + other.hits == 1
    rule.cancel()
    other.cancel()


async def test_a_deleted_topic_is_made_again_with_its_card(desk: Desk) -> None:
    tuti, lost = await desk.complaint("Tuti Topik")
    desk.budi.deletes_topic(lost.thread_id)
    tuti.sends("halo, masih di sana?")
    await desk.budi.receives(containing="masih di sana?")
    healed = await desk.topic_of("Tuti Topik")
    assert healed.thread_id != lost.thread_id
    shown = desk.said_in(healed)
    assert "· Tuti Topik" in shown
    assert shown.count("masih di sana?") == 1
    desk.budi.presses("Ambil", topic=healed.thread_id)
    await tuti.receives(containing="dibantu langsung oleh Budi")


async def test_a_topic_closed_by_hand_still_shows_what_the_customer_writes(desk: Desk) -> None:
    tono, topic = await desk.complaint("Tono")
    desk.budi.closes_topic(topic.thread_id)
    tono.sends("halo?")
    await desk.budi.receives(containing="halo?", topic=topic.thread_id)


async def test_a_text_that_is_too_long_goes_out_in_parts(desk: Desk) -> None:
    panji, topic = await desk.complaint("Panji")
    story = " ".join(f"Kalimat nomor {number} dari cerita yang panjang sekali." for number in range(100))[:4096]
    panji.sends(story)
    await desk.budi.receives(containing="Kalimat nomor 0 dari", topic=topic.thread_id)
    await desk.at_rest()
    parts = [message.text for message in desk.group.shows(topic.thread_id) if "Kalimat nomor" in message.text]
    assert len(parts) == 2
    assert all(len(part) <= 4096 for part in parts)
    assert "".join(" ".join(parts).split()) == "".join(f"👤 Panji: {story}".split())


async def test_a_staff_group_that_moves_is_followed(tmp_path: Path, shop: dict[str, str]) -> None:
    async with open_desk(tmp_path, shop) as desk:
        wati, _ = await desk.complaint("Wati")
        moved = desk.group.migrates()
        budi = moved.staff("Budi", user_id=desk.budi.user_id)
        wati.sends("halo, bagaimana?")
        await budi.receives(containing="halo, bagaimana?")
        await desk.at_rest()
        (topic,) = moved.topics
        assert any("· Wati" in message.text and message.buttons for message in moved.shows(topic.thread_id))
        budi.writes("saya bantu ya", topic=topic.thread_id)
        await wati.receives(containing="saya bantu ya")
        await desk.service.restart()
        wati.sends("terima kasih min")
        await budi.receives(containing="terima kasih min", topic=topic.thread_id)
        yuli = desk.server.customer("Yuli")
        yuli.sends("barang saya rusak, saya kecewa")
        await budi.receives(containing="· Yuli")
