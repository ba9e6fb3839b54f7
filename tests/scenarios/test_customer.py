"""A customer and the bot, over Telegram, with the service running as a process of its own."""

from __future__ import annotations

import pytest

from bot.testing.bot_api import NotShown
from tests.desk import PAUSE, Desk, bot_messages

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_greeting_and_a_question_are_answered(desk: Desk) -> None:
    sari = desk.server.customer("Sari")
    sari.sends("halo min")
    await sari.receives(containing="ada yang bisa dibantu?")
    sari.sends("jam buka?")
    await sari.receives(containing="Kami buka Senin–Sabtu pukul 09.00–17.00 WIB, Kak.")


async def test_typing_is_shown_while_the_bot_works(desk: Desk) -> None:
    sari = desk.server.customer("Sari")
    sari.sends("jam buka?")
    answer = await sari.receives()
    typing = desk.server.ledger.calls("sendChatAction", chat_id=sari.chat_id)
    assert [call.parameters["action"] for call in typing] == ["typing"]
    assert typing[0].time <= answer.sent.replace(microsecond=999_999)


async def test_fragments_are_read_as_one_thought(desk: Desk) -> None:
    sari = desk.server.customer("Sari")
    for fragment in ("min", "pesanan sy", "blm dtg"):
        sari.sends(fragment)
    await sari.receives(containing="Pesanan bisa dilacak")
    with pytest.raises(NotShown):
        await sari.receives(timeout=3 * PAUSE)


async def test_a_close_call_is_asked_back_and_the_choice_is_answered(desk: Desk) -> None:
    sari = desk.server.customer("Sari")
    sari.sends("mau ganti")
    question = await sari.receives(containing="Maksud Kak:")
    assert [button.title for button in question.buttons] == ["Ganti alamat kirim", "Ganti ukuran", "Bukan itu"]
    press = sari.presses("Ganti ukuran")
    await sari.receives(containing="Ukuran bisa ditukar dalam 7 hari")
    await desk.at_rest()
    assert press.answered


async def test_none_of_these_asks_for_other_words_and_then_calls_a_human(desk: Desk) -> None:
    sari = desk.server.customer("Sari Bingung")
    sari.sends("mau ganti")
    await sari.receives(containing="Maksud Kak:")
    sari.presses("Bukan itu")
    await sari.receives(containing="dengan kata lain")
    sari.sends("mau ganti")
    await sari.receives(containing="Maksud Kak:")
    sari.presses("Bukan itu")
    await sari.receives(containing="nomor laporannya #")
    assert "bot ragu" in desk.said_in(await desk.topic_of("Sari Bingung"))


async def test_a_choice_can_be_typed(desk: Desk) -> None:
    sari = desk.server.customer("Sari")
    sari.sends("mau ganti")
    await sari.receives(containing="Maksud Kak:")
    sari.sends("1")
    await sari.receives(containing="Alamat bisa diganti")


async def test_nonsense_is_not_answered_but_a_human_is_offered(desk: Desk) -> None:
    sari = desk.server.customer("Sari Asal")
    sari.sends("asdf qwer zxcv")
    offer = await sari.receives(containing="belum paham soal itu")
    assert [button.title for button in offer.buttons] == ["Ya, panggil tim"]
    sari.presses("Ya, panggil tim")
    await sari.receives(containing="nomor laporannya #")
    assert "diminta pelanggan" in desk.said_in(await desk.topic_of("Sari Asal"))


async def test_a_declined_offer_leaves_the_bot_in_charge(desk: Desk) -> None:
    sari = desk.server.customer("Sari")
    sari.sends("asdf qwer zxcv")
    await sari.receives(containing="mau dibantu tim kami?")
    sari.sends("ga usah")
    await sari.receives(containing="Kalau ada yang bisa saya bantu")
    sari.sends("jam buka?")
    await sari.receives(containing="Kami buka")


async def test_two_failures_in_a_row_call_a_human(desk: Desk) -> None:
    sari = desk.server.customer("Sari Dua Kali")
    sari.sends("asdf qwer zxcv")
    await sari.receives(containing="belum paham")
    sari.sends("qwop hjkl vbnm")
    await sari.receives(containing="nomor laporannya #")
    assert "bot tidak tahu jawabannya" in desk.said_in(await desk.topic_of("Sari Dua Kali"))


async def test_the_commands_answer(desk: Desk) -> None:
    sari = desk.server.customer("Sari Perintah")
    sari.sends("/start")
    await sari.receives(containing="Halo Kak, saya Nusa dari Toko Nusantara.")
    sari.sends("/bantuan")
    await sari.receives(containing="Silakan tanya jam buka")
    sari.sends("/status")
    await sari.receives(containing="tidak ada laporan yang terbuka")
    sari.sends("/agen")
    told = await sari.receives(containing="nomor laporannya #")
    number = told.text.split("#")[1].split(".")[0]
    sari.sends("/status")
    await sari.receives(containing=f"#{number} sedang menunggu giliran")
    topic = await desk.topic_of("Sari Perintah")
    sari.sends("/batal")
    await sari.receives(containing=f"laporan #{number} dibatalkan")
    await desk.at_rest()
    assert topic.closed
    assert "dibatalkan" in desk.said_in(topic)
    assert all(not message.buttons for message in desk.group.shows(topic.thread_id))


async def test_every_kind_of_message_is_kept_and_met_with_words(desk: Desk) -> None:
    sari = desk.server.customer("Sari")
    sari.sends_photo()
    await sari.receives(containing="kirimannya sudah saya terima")
    sari.sends_sticker()
    sari.sends_photo(caption="jam buka?")
    await sari.receives(containing="Kami buka")
    assert len(bot_messages(sari)) == 2, "a sticker needs no answer"
