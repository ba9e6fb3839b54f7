"""The knowledge base that ships, as a newcomer meets it: one conversation over Telegram, with nothing configured."""

from __future__ import annotations

from pathlib import Path

from bot.testing.bot_api import BotApiServer
from bot.testing.service import RunningService
from tests.desk import bot_messages

OUT_OF_SCOPE = "TLKM tlh memulainya, namun blm memenuhi 3 persyaratan dmksd, jd gmn dong"


async def test_a_newcomer_tries_the_bot(tmp_path: Path, starter_model: Path) -> None:
    async with BotApiServer() as server, RunningService(server, tmp_path, bot__model=starter_model) as service:
        sari = server.customer("Sari")
        sari.sends("halo min")
        await sari.receives(containing="Toko Nusantara")
        sari.sends("jam buka?")
        await sari.receives(containing="Senin–Sabtu pukul 09.00–17.00 WIB")
        sari.sends("/bantuan")
        await sari.receives()

        rudi = server.customer("Rudi")
        rudi.sends(OUT_OF_SCOPE)
        offer = await rudi.receives(containing="belum paham soal itu")
        assert [button.title for button in offer.buttons] == ["Ya, panggil tim"]

        rina = server.customer("Rina")
        rina.sends("pesanan sy blm nyampe2, udh 2 minggu!! kecewa bgt")
        await rina.receives(containing="nomor laporannya #")
        assert (await service.at_rest())["tickets_open"] == 1
        assert len(bot_messages(rina)) == 2, "the ticket's number, and the first question of the complaint's form"
