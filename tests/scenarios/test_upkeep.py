"""The commands that keep a service in order, as processes beside a running one and without it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.testing.bot_api import BotApiServer, Customer
from bot.testing.service import SECRET, RunningService
from tests.command_line import Ended, process
from tests.desk import QUICK, Desk, bot_messages, open_desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "\x1b]0;pwned\x07\x1b[2J\u202eterbalik[red]merah"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def kept(tmp_path_factory: pytest.TempPathFactory, shop: dict[str, str]) -> AsyncIterator[Desk]:
    settings = {**shop, "telegram__mode": "webhook", "telegram__staff_chat_id": 0}
    async with open_desk(tmp_path_factory.mktemp("kept"), settings) as desk:
        yield desk


async def tanggap(desk: Desk, *arguments: str | Path) -> Ended:
    """A command beside the running service."""
    folder = desk.service.folder
    return await asyncio.to_thread(process, *arguments, cwd=folder)


async def poison(desk: Desk, dina: Customer, number: int) -> None:
    """An update that cannot be read, with a text that would like to be a command to a terminal."""
    chat = {"id": dina.chat_id, "type": "private"}
    message = {"message_id": number, "chat": chat, "from": "?", "date": "kapan", "text": HOSTILE}
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{desk.service.address}/telegram", json={"update_id": number, "message": message}, headers=headers
        ),
    ):
        pass
    await desk.at_rest()


async def in_quarantine(desk: Desk) -> list[int]:
    ended = await tanggap(desk, "quarantine", "list", "--json")
    assert ended.code == 0, ended
    return [found["id"] for found in json.loads(ended.out)]


async def test_poison_is_looked_at_tried_again_and_dropped_while_the_service_runs(kept: Desk) -> None:
    dina = kept.server.customer("Dina")
    await poison(kept, dina, 801)
    (number,) = await in_quarantine(kept)
    for command in (["list"], ["show", str(number)]):
        shown = await tanggap(kept, "quarantine", *command)
        assert shown.code == 0, shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown.out), "nothing moves the reader's cursor"
    assert "\\u001b]0;pwned" in shown.out

    again = await tanggap(kept, "quarantine", "replay", str(number))
    assert "the service tries it again" in again.out
    await kept.service.at_rest()
    assert await in_quarantine(kept) == [number], "it is as unreadable as before"

    assert (await tanggap(kept, "quarantine", "drop", str(number))).code == 0
    assert await in_quarantine(kept) == []
    (await tanggap(kept, "quarantine", "replay", str(number))).failed(f"{number} is not in quarantine")
    dina.sends("jam buka?")
    await dina.receives(containing="Kami buka")


async def test_a_contact_is_shown_their_data_and_forgotten_while_the_service_runs(kept: Desk, tmp_path: Path) -> None:
    sari = kept.server.customer("Sari Kenari")
    sari.sends("jam buka? kata-rahasia")
    await sari.receives(containing="Kami buka")
    await kept.at_rest()
    contact, file = f"telegram:{sari.chat_id}", tmp_path / "sari.json"
    ended = await tanggap(kept, "export-contact", contact, file)
    assert ended.code == 0, ended
    shown = json.loads(file.read_text(encoding="utf-8"))
    assert shown["contact"]["name"] == "Sari Kenari"
    assert any("kata-rahasia" in message["text"] for message in shown["messages"])
    (await tanggap(kept, "export-contact", contact, file)).failed("exists")

    asked = await tanggap(kept, "forget", contact)
    assert asked.code == 1, "without a yes nothing is done"
    done = await tanggap(kept, "forget", contact, "--yes")
    assert done.code == 0, done
    (await tanggap(kept, "history", contact)).failed("there is no conversation")
    (await tanggap(kept, "forget", contact, "--yes")).failed("there is no contact")
    before = len(bot_messages(sari))
    sari.sends("jam buka?")
    await sari.receives(containing="Kami buka")
    await kept.at_rest()
    assert len(bot_messages(sari)) == before + 1


async def test_who_waits_for_an_agent_is_not_forgotten(kept: Desk) -> None:
    tuti = kept.server.customer("Tuti")
    tuti.sends("barang saya rusak, saya kecewa")
    await tuti.receives(containing="nomor laporannya #")
    await kept.at_rest()
    refused = await tanggap(kept, "forget", f"telegram:{tuti.chat_id}", "--yes")
    refused.failed("has the open ticket", "Resolve it first")


async def test_a_backup_is_made_beside_the_service_and_restored_without_it(
    tmp_path: Path, shop: dict[str, str]
) -> None:
    async with BotApiServer() as server, RunningService(server, tmp_path, **shop, **QUICK) as service:
        sari = server.customer("Sari")
        sari.sends("jam buka?")
        await sari.receives(containing="Kami buka")
        await service.at_rest()
        made = await asyncio.to_thread(process, "backup", "b.backup", cwd=tmp_path)
        assert made.code == 0, made
        assert "verified" in made.out
        held = await asyncio.to_thread(process, "restore", "b.backup", "--force", cwd=tmp_path)
        held.failed("another tanggap process is using this database")
        assert await service.stop() == 0
        full = await asyncio.to_thread(process, "restore", "b.backup", cwd=tmp_path)
        full.failed("holds conversations", "--force")
        done = await asyncio.to_thread(process, "restore", "b.backup", "--force", cwd=tmp_path)
        assert done.code == 0, done
        assert "The database that was there is now" in done.err
        with closing(sqlite3.connect(service.database)) as database:
            assert database.execute("SELECT count(*) FROM messages").fetchone() == (2,)
        await service.start()
        sari.sends("ongkir ke surabaya brp")
        await sari.receives(containing="Ongkos kirim")
