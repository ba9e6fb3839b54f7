"""An admin of a small shop mends an answer from the staff group, while customers are served."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.testing.bot_api import BotApiServer, StaffMember
from bot.testing.service import RunningService
from tests.desk import QUICK, Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASKED = "ongkir ke bandung berapa"
OLD, NEW = "Ongkos kirim tampil saat checkout, Kak.", "Ongkir gratis minggu ini, Kak."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, shop: dict[str, str]) -> AsyncIterator[Desk]:
    """Budi is an admin, Ani an agent; Joko is just in the group."""
    folder: Path = tmp_path_factory.mktemp("room")
    shutil.copy(shop["bot__model"], folder / "model.tgm")
    async with BotApiServer() as server:
        group = server.group("Staf")
        budi, ani, joko = group.staff("Budi"), group.staff("Ani"), group.staff("Joko")
        settings: dict[str, object] = {
            **QUICK,
            "bot__knowledge": shop["bot__knowledge"],
            "bot__model": folder / "model.tgm",
            "telegram__staff_chat_id": group.chat_id,
            "desk__agents": [
                {"telegram_id": budi.user_id, "name": "Budi", "role": "admin"},
                {"telegram_id": ani.user_id, "name": "Ani"},
            ],
        }
        async with RunningService(server, folder, **settings) as service:
            yield Desk(server=server, service=service, group=group, budi=budi, ani=ani, joko=joko)


def said_to(person: StaffMember) -> list[str]:
    """What the bot shows in the group."""
    return [message.text for message in person.shows() if message.from_bot]


async def test_a_customer_gets_the_new_answer_with_the_next_message(desk: Desk) -> None:
    rina = desk.server.customer("Rina")
    rina.sends(ASKED)
    await rina.receives(containing=OLD)

    desk.budi.writes("/faq ongkir")
    await desk.budi.receives(containing="🔎 ongkir")
    await desk.at_rest()
    desk.budi.presses("Ongkos kirim")
    shown = await desk.budi.receives(containing="checkout, {sapaan}.")
    desk.budi.writes("/ubah Ongkir gratis minggu ini, {sapaan}.", reply_to=shown)
    preview = await desk.budi.receives(containing=NEW)
    assert OLD in preview.text
    await desk.at_rest()

    refused = desk.ani.presses("Terbitkan", message=preview)
    await desk.at_rest()
    assert refused.answer is not None
    assert refused.answer["text"] == "Hanya Budi yang bisa menekan ini."
    rina.sends(ASKED)
    await rina.receives(containing=OLD)

    presses = [desk.budi.presses("Terbitkan", message=preview) for _ in range(3)]
    done = await desk.budi.receives(containing="Terbit sebagai rilis 2 oleh Budi")
    await desk.at_rest()
    assert done.message_id == preview.message_id, "it stands where the buttons were"
    assert not done.buttons
    assert all(press.answered for press in presses)
    rina.sends(ASKED)
    await rina.receives(containing=NEW)

    desk.budi.writes("/kembalikan")
    await desk.budi.receives(containing="ke rilis 1")
    await desk.at_rest()
    desk.budi.presses("Kembalikan")
    await desk.budi.receives(containing="Rilis 1 melayani lagi")
    rina.sends(ASKED)
    await rina.receives(containing=OLD)
    assert all("/" not in message.text and "rilis" not in message.text for message in rina.shows() if message.from_bot)


async def test_a_button_that_a_restart_has_outlived_publishes_nothing(desk: Desk) -> None:
    desk.budi.writes("/ubah ongkir Gratis selamanya.")
    preview = await desk.budi.receives(containing="Gratis selamanya.")
    await desk.at_rest()
    await desk.service.restart()
    press = desk.budi.presses("Terbitkan", message=preview)
    await desk.at_rest()
    assert press.answer is not None
    assert press.answer["text"] == "Sudah kedaluwarsa, kirim lagi."
    sari = desk.server.customer("Sari")
    sari.sends(ASKED)
    await sari.receives(containing=OLD)


async def test_others_in_the_group_and_customers_see_nothing_of_it(desk: Desk) -> None:
    await desk.at_rest()
    before = len(said_to(desk.joko))
    desk.joko.writes("/faq ongkir")
    desk.joko.writes("/ubah ongkir x")
    await desk.at_rest()
    assert len(said_to(desk.joko)) == before
    desk.ani.writes("/ubah ongkir x")
    await desk.ani.receives(containing="Admin: Budi.")
    tuti = desk.server.customer("Tuti")
    tuti.sends("/apaini")
    unknown = await tuti.receives()
    for words in ("/faq", "/ubah", "/kembalikan"):
        tuti.sends(words)
        assert (await tuti.receives()).text == unknown.text


async def test_in_a_tickets_topic_no_such_command_reaches_the_customer(desk: Desk) -> None:
    dewi, topic = await desk.complaint("Dewi")
    for words in ("!faq ongkir", "/ubah ongkir Gratis", "/coba@tokobot halo"):
        desk.budi.writes(words, topic=topic.thread_id)
        told = await desk.budi.receives(containing="di luar topik tiket", topic=topic.thread_id)
        assert words.split()[0] in told.text
    desk.budi.writes("halo Kak, saya bantu", topic=topic.thread_id)
    await dewi.receives(containing="halo Kak, saya bantu")
    assert not any("ongkir" in message.text or "/coba" in message.text for message in dewi.shows())
