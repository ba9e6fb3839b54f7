"""From a complaint to its resolution: the customer in their chat, the agents in a topic of the staff group."""

from __future__ import annotations

import pytest

from tests.desk import Desk, bot_messages

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_complaint_becomes_a_ticket_with_a_card(desk: Desk) -> None:
    _, topic = await desk.complaint("Rina")
    (card,) = [message for message in desk.group.shows(topic.thread_id) if message.buttons]
    assert topic.name.startswith("🔴 #")
    assert "Rina" in topic.name
    assert "retur" in topic.name
    for line in (
        "· Rina",
        "Status: menunggu",
        "Alasan: keluhan",
        "Bagian: retur",
        "Prioritas: tinggi",
        "Dugaan maksud: Barang rusak (",
        "👤 barang saya rusak, saya kecewa",
    ):
        assert line in card.text
    assert [button.title for button in card.buttons] == ["Ambil"]


async def test_only_a_listed_agent_may_claim(desk: Desk) -> None:
    _, topic = await desk.complaint("Rudi")
    press = desk.joko.presses("Ambil", topic=topic.thread_id)
    desk.joko.writes("saya saja yang jawab", topic=topic.thread_id)
    await desk.at_rest()
    assert press.answer is not None
    assert press.answer["text"] == "Hanya agen terdaftar yang bisa memakai tombol ini."
    assert "Status: menunggu" in desk.said_in(topic)


async def test_an_agent_claims_by_button_and_the_next_one_is_told_who_has_it(desk: Desk) -> None:
    rini, topic = await desk.complaint("Rini")
    card_as_it_was = next(message for message in desk.group.shows(topic.thread_id) if message.buttons)
    first = desk.budi.presses("Ambil", topic=topic.thread_id)
    second = desk.ani.presses("Ambil", message=card_as_it_was)
    await rini.receives(containing="sekarang dibantu langsung oleh Budi")
    await desk.at_rest()
    assert first.answered
    assert second.answer is not None
    assert second.answer["text"] == "Sudah diambil Budi."
    assert "Status: ditangani · Budi" in desk.said_in(topic)
    assert topic.name.startswith("🟡 #")
    buttons = [button.title for message in desk.group.shows(topic.thread_id) for button in message.buttons]
    assert buttons == ["Selesai", "Lepas", "Alihkan", "Tunda", "Kembalikan ke bot"]


async def test_words_travel_both_ways_and_notes_stay_inside(desk: Desk) -> None:
    tuti, topic = await desk.complaint("Tuti")
    desk.budi.writes("// sudah tiga kali komplain, hati-hati", topic=topic.thread_id)
    desk.budi.writes("Halo Kak, boleh kirim fotonya?", topic=topic.thread_id)
    await tuti.receives(containing="sekarang dibantu langsung oleh Budi")
    await tuti.receives(containing="Halo Kak, boleh kirim fotonya?")
    tuti.sends("sebentar ya kak saya foto dulu")
    await desk.budi.receives(containing="👤 Tuti: sebentar ya kak saya foto dulu", topic=topic.thread_id)
    await desk.at_rest()
    assert "Status: ditangani · Budi" in desk.said_in(topic), "it is the agent's turn again"
    assert all("hati-hati" not in message.text for message in tuti.shows())


async def test_pictures_are_copied_both_ways(desk: Desk) -> None:
    toni, topic = await desk.complaint("Toni")
    toni.sends_photo(caption="ini pecahnya")
    in_topic = await desk.budi.receives(containing="ini pecahnya", topic=topic.thread_id)
    assert in_topic.kind == "photo"
    shown = desk.budi.sends_photo(caption="seperti ini seharusnya ya Kak", topic=topic.thread_id)
    at_customer = await toni.receives(containing="seperti ini seharusnya")
    assert at_customer.kind == "photo"
    desk.budi.edits(shown, "begini seharusnya ya Kak")
    assert (await toni.receives(containing="begini seharusnya")).message_id == at_customer.message_id


async def test_replies_hang_together_on_both_sides(desk: Desk) -> None:
    dina, topic = await desk.complaint("Dina")
    dina.sends("nomor pesanannya INV-7")
    quoted = await desk.budi.receives(containing="INV-7", topic=topic.thread_id)
    desk.budi.writes("nomor ini betul?", topic=topic.thread_id, reply_to=quoted)
    asked = await dina.receives(containing="nomor ini betul?")
    number = next(message for message in dina.shows() if message.text == "nomor pesanannya INV-7")
    assert asked.reply_to == number.message_id
    dina.sends("betul kak", reply_to=asked)
    answered = await desk.budi.receives(containing="betul kak", topic=topic.thread_id)
    asked_there = next(message for message in desk.group.shows(topic.thread_id) if message.text == "nomor ini betul?")
    assert answered.reply_to == asked_there.message_id


async def test_edits_are_seen_on_the_other_side(desk: Desk) -> None:
    dewi, topic = await desk.complaint("Dewi")
    wrong = dewi.sends("nomornya INV-8")
    await desk.budi.receives(containing="INV-8", topic=topic.thread_id)
    dewi.edits(wrong, "nomornya INV-9")
    corrected = await desk.budi.receives(containing="INV-9", topic=topic.thread_id)
    assert corrected.text == "✏️ Diubah pelanggan:\nnomornya INV-9"
    typed = desk.budi.writes("dikirim hari Senin", topic=topic.thread_id)
    told = await dewi.receives(containing="dikirim hari Senin")
    desk.budi.edits(typed, "dikirim hari Selasa")
    again = await dewi.receives(containing="dikirim hari Selasa")
    assert again.message_id == told.message_id
    assert again.edited


async def test_a_resolved_ticket_is_closed_and_the_bot_serves_again(desk: Desk) -> None:
    lisa, topic = await desk.complaint("Lisa")
    desk.budi.writes("Sudah kami kirim ulang ya Kak", topic=topic.thread_id)
    await lisa.receives(containing="Sudah kami kirim ulang")
    await desk.at_rest()
    desk.budi.presses("Selesai", topic=topic.thread_id)
    await lisa.receives(containing="sudah selesai. Terima kasih Kak")
    await desk.at_rest()
    assert topic.closed
    assert topic.name.startswith("✅ #")
    assert "Status: selesai · Budi" in desk.said_in(topic)
    lisa.sends("jam buka?")
    await lisa.receives(containing="Kami buka")
    assert "jam buka?" not in desk.said_in(topic)


async def test_a_ticket_can_go_back_to_the_bot(desk: Desk) -> None:
    joni, topic = await desk.complaint("Joni")
    desk.budi.presses("Ambil", topic=topic.thread_id)
    await joni.receives(containing="dibantu langsung oleh Budi")
    await desk.at_rest()
    desk.budi.presses("Kembalikan ke bot", topic=topic.thread_id)
    await joni.receives(containing="percakapan ini saya lanjutkan ya")
    joni.sends("jam buka?")
    await joni.receives(containing="Kami buka")
    assert topic.name.startswith("🤖 #")


async def test_a_released_ticket_can_be_taken_by_a_colleague(desk: Desk) -> None:
    maya, topic = await desk.complaint("Maya")
    desk.budi.presses("Ambil", topic=topic.thread_id)
    await maya.receives(containing="dibantu langsung oleh Budi")
    await desk.at_rest()
    desk.budi.presses("Lepas", topic=topic.thread_id)
    await maya.receives(containing="kami alihkan ke rekan lain")
    await desk.at_rest()
    desk.ani.presses("Ambil", topic=topic.thread_id)
    await maya.receives(containing="dibantu langsung oleh Ani")


async def test_the_bot_is_silent_once_an_agent_has_answered(desk: Desk) -> None:
    wati, topic = await desk.complaint("Wati")
    desk.budi.writes("Halo Kak, saya cek dulu ya", topic=topic.thread_id)
    await wati.receives(containing="saya cek dulu")
    told = len(bot_messages(wati))
    wati.sends("jam buka?")
    await desk.budi.receives(containing="jam buka?", topic=topic.thread_id)
    await desk.at_rest()
    assert len(bot_messages(wati)) == told


async def test_a_second_complaint_gets_a_topic_of_its_own(desk: Desk) -> None:
    hadi, first = await desk.complaint("Hadi")
    desk.budi.writes("beres ya Kak", topic=first.thread_id)
    await hadi.receives(containing="beres ya Kak")
    await desk.at_rest()
    desk.budi.presses("Selesai", topic=first.thread_id)
    await hadi.receives(containing="sudah selesai")
    hadi.sends("barangnya rusak nih")
    await hadi.receives(containing="nomor laporannya #")
    second = await desk.topic_of("Hadi")
    assert second.thread_id != first.thread_id
    assert not second.closed


async def test_an_agent_who_writes_into_a_closed_ticket_is_told_so(desk: Desk) -> None:
    nina, topic = await desk.complaint("Nina")
    desk.budi.presses("Ambil", topic=topic.thread_id)
    await desk.at_rest()
    desk.budi.presses("Selesai", topic=topic.thread_id)
    await nina.receives(containing="sudah selesai")
    told = len(bot_messages(nina))
    desk.budi.reopens_topic(topic.thread_id)
    desk.budi.writes("oh ya satu lagi", topic=topic.thread_id)
    await desk.budi.receives(containing="Tiket ini sudah ditutup.", topic=topic.thread_id)
    assert len(bot_messages(nina)) == told
