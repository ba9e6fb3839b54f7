"""A complaint is taken over Telegram: corrected, interrupted, with a restart in the middle and a photo, up to the
card that the agent reads."""

from __future__ import annotations

from pathlib import Path

from tests.desk import Desk, bot_messages, open_desk


async def card_of(desk: Desk, name: str) -> str:
    topic = await desk.topic_of(name)
    (card,) = [message for message in desk.group.shows(topic.thread_id) if message.buttons]
    return card.text


async def test_a_complaint_is_taken_with_all_that_can_happen_meanwhile(tmp_path: Path, starter_model: Path) -> None:
    async with open_desk(tmp_path, {"bot__model": starter_model}) as desk:
        rina = desk.server.customer("Rina")
        rina.sends("kak barang yg sy terima rusak, layarnya pecah :(")
        told = await rina.receives(containing="nomor laporannya #")
        assert "maaf" in told.text.lower()
        await rina.receives(containing="nomor pesanan")
        assert "• masalah: kak barang yg sy terima rusak" in await card_of(desk, "Rina")

        rina.sends("TN-448120")
        await rina.receives(containing="Sejak kapan")
        rina.sends("eh salah, nomornya TN-999000")
        await rina.receives(containing="sudah saya ganti: nomor pesanan TN-999000")

        rina.sends("oh iya toko buka jam berapa ya?")
        await rina.receives(containing="Senin–Sabtu pukul 09.00–17.00 WIB")

        await desk.at_rest()
        await desk.service.restart()
        asked = len(bot_messages(rina))
        rina.sends("dari kemarin lusa")
        photo_asked = await rina.receives(containing="foto")
        assert bot_messages(rina).index(photo_asked) >= asked, "the form goes on where it stood before the restart"

        rina.sends_photo(caption="ini retaknya")
        question = await rina.receives(containing="ketik lewati")
        titles = [button.title for button in question.buttons]
        assert "Uang kembali" in titles
        rina.presses("Uang kembali", message=question)
        await rina.receives(containing="TN-999000")

        rina.sends("gimana laporan saya?")
        await rina.receives(containing="sedang menunggu giliran")

        card = await card_of(desk, "Rina")
        for line in ("• nomor pesanan: TN-999000", "• foto: [foto]", "• solusi yang diharapkan: uang kembali"):
            assert line in card
        assert "TN-448120" not in card.split("Pesan terakhir")[0]
        topic = await desk.topic_of("Rina")
        assert any(message.kind == "photo" for message in desk.group.shows(topic.thread_id))
