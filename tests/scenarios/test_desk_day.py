"""A desk with rules: tickets that find their agents, two staff groups, hours, promises, and the survey at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.testing.bot_api import BotApiServer, Group, StaffMember
from bot.testing.service import RunningService
from tests.desk import QUICK, Desk, bot_messages

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALMOST_NEVER = {"minggu": "23:58-23:59"}


class Day(Desk):
    """The desk with a second group, in which Dodi serves the warehouse."""

    warehouse: Group
    dodi: StaffMember


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory, shop: dict[str, str]) -> AsyncIterator[Day]:
    async with BotApiServer() as server:
        group, warehouse = server.group("Staf"), server.group("Gudang")
        budi, ani, joko = group.staff("Budi"), group.staff("Ani"), group.staff("Joko")
        dodi = warehouse.staff("Dodi")
        people = ((budi, "Budi", ["retur"]), (ani, "Ani", ["retur", "umum"]), (dodi, "Dodi", ["gudang"]))
        settings = {
            **QUICK,
            **shop,
            "telegram__staff_chat_id": group.chat_id,
            "desk__agents": [
                {"telegram_id": who.user_id, "name": name, "departments": served} for who, name, served in people
            ],
            "desk__survey": True,
            "desk__position_seconds": 1,
            "desk__resolutions": ["Barang diganti", "Uang kembali"],
            "desk__departments": {
                "gudang": {"title": "Gudang", "staff_chat_id": warehouse.chat_id, "routing": "least_loaded"},
                "retur": {"promise": {"first_reply": 0.05}},
                "umum": {"hours": ALMOST_NEVER},
            },
        }
        async with RunningService(server, tmp_path_factory.mktemp("day"), **settings) as service:
            opened = Day(server=server, service=service, group=group, budi=budi, ani=ani, joko=joko)
            object.__setattr__(opened, "warehouse", warehouse)
            object.__setattr__(opened, "dodi", dodi)
            yield opened


async def test_from_the_queue_over_a_transfer_to_five_stars(day: Day) -> None:
    rina, topic = await day.complaint("Rina")
    await rina.receives(containing="Anda urutan ke-1.")
    day.budi.presses("Ambil", topic=topic.thread_id)
    await rina.receives(containing="dibantu langsung oleh Budi")
    await rina.receives(containing="Giliran Kak sudah tiba")
    assert not any("urutan" in message.text for message in rina.shows())
    await day.at_rest()
    day.budi.presses("Alihkan", topic=topic.thread_id)
    await day.at_rest()
    day.budi.presses("Bagian Gudang", topic=topic.thread_id)
    await rina.receives(containing="kami teruskan ke bagian Gudang")
    # There, it finds its agent by itself.
    given = await day.server.wait_for_message(day.warehouse.chat_id, containing="dibagikan ke Dodi")
    assert given.thread_id is not None
    there = day.warehouse.topics[-1]
    assert topic.closed
    assert topic.name.startswith("➡️ #")
    day.dodi.writes("Stoknya ada, kami kirim yang baru ya", topic=there.thread_id)
    await rina.receives(containing="dibantu langsung oleh Dodi")
    await rina.receives(containing="Stoknya ada")
    await day.at_rest()
    day.dodi.presses("Selesai", topic=there.thread_id)
    await day.at_rest()
    day.dodi.presses("Barang diganti", topic=there.thread_id)
    await rina.receives(containing="sudah selesai")
    await rina.receives(containing="Bagaimana pelayanan kami")
    rina.presses("5 ⭐")
    await rina.receives(containing="⭐⭐⭐⭐⭐")
    rina.sends("cepat dan ramah")
    await rina.receives(containing="masukannya sudah kami catat")
    await day.at_rest()
    assert there.closed
    shown = "\n".join(message.text for message in day.warehouse.shows(there.thread_id))
    assert "Penyelesaian: Barang diganti" in shown


async def test_a_broken_promise_is_told_in_the_topic(day: Day) -> None:
    _, topic = await day.complaint("Tono")
    late = await day.budi.receives(containing="balasan pertama terlambat", topic=topic.thread_id)
    assert late.text.startswith("🔴 Tiket #")


async def test_who_comes_out_of_hours_may_go_back_to_the_bot(day: Day) -> None:
    wati = day.server.customer("Wati")
    wati.sends("/agen")
    told = await wati.receives(containing="tim kami belum bertugas")
    assert "WIB" in told.text
    wati.presses("Lanjut dengan bot")
    await wati.receives(containing="percakapan ini saya lanjutkan")
    wati.sends("jam buka?")
    await wati.receives(containing="Kami buka")


async def test_words_and_canned_replies_work_in_the_topic(day: Day) -> None:
    lina, topic = await day.complaint("Lina")
    day.ani.writes("!ambil", topic=topic.thread_id)
    await lina.receives(containing="dibantu langsung oleh Ani")
    told = len(bot_messages(lina))
    day.ani.writes("!slesai", topic=topic.thread_id)
    await day.ani.receives(containing="Perintah !slesai tidak ada", topic=topic.thread_id)
    day.ani.writes("!tunda besok", topic=topic.thread_id)
    await day.at_rest()
    assert topic.name.startswith("💤 #")
    assert len(bot_messages(lina)) == told
