"""The canned replies: who reads and writes which, and what is refused."""

from __future__ import annotations

import pytest

from bot.console.canned import drop_canned, read_canned, sample, save_canned
from bot.console.rights import Forbidden
from bot.testing.small_console import ADMIN, DEWI, SARI
from conversation.desk_ports import CannedReply
from conversation.errors import Refusal
from tests.bot.console.managers import managed

REPLY = CannedReply(shortcut="resi", text="Boleh nomor resinya, Kak {nama}?", department="retur")


async def test_agents_read_what_is_for_all_and_for_their_departments() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(SARI) as ctx:
            assert [reply.shortcut for reply in await read_canned(ctx)] == ["cek", "foto", "salam"]
            with pytest.raises(Forbidden):
                await save_canned(ctx, REPLY)
        with shop.page_of(ADMIN) as ctx:
            assert len(await read_canned(ctx)) == 4


async def test_a_supervisor_writes_those_of_their_department() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(DEWI) as ctx:
            await save_canned(ctx, REPLY)
            assert REPLY in await read_canned(ctx)
            assert await shop.said_last() == ("canned_save", "/resi", "retur")
            for elsewhere in ("", "pembayaran"):
                with pytest.raises(Forbidden):
                    await save_canned(ctx, CannedReply(shortcut="resi", text="Hai", department=elsewhere))
                with pytest.raises(Forbidden):
                    await drop_canned(ctx, "salam", elsewhere)
            await drop_canned(ctx, "resi", "retur")
            assert REPLY not in await read_canned(ctx)


async def test_a_reply_is_renamed_and_not_left_behind() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(ADMIN) as ctx:
            await save_canned(ctx, REPLY)
            renamed = CannedReply(shortcut="nomor", text=REPLY.text, department="pembayaran")
            await save_canned(ctx, renamed, REPLY)
            replies = await read_canned(ctx)
            assert renamed in replies
            assert REPLY not in replies


async def test_nobody_takes_a_reply_away_from_another_department() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(DEWI) as ctx:
            theirs = next(each for each in await ctx.store.canned_replies() if each.department == "pembayaran")
            with pytest.raises(Forbidden):
                await save_canned(ctx, REPLY, theirs)
            assert theirs in await ctx.store.canned_replies()


@pytest.mark.parametrize(
    "reply",
    [
        CannedReply(shortcut="", text="Hai"),
        CannedReply(shortcut="Halo Kak", text="Hai"),
        CannedReply(shortcut="x" * 31, text="Hai"),
        CannedReply(shortcut="hai", text=""),
        CannedReply(shortcut="hai", text="x" * 4_097),
        CannedReply(shortcut="salam", text="Menimpa yang sudah ada"),
    ],
)
async def test_what_cannot_be_called_or_sent_is_refused(reply: CannedReply) -> None:
    async with managed(days=0) as shop:
        with shop.page_of(ADMIN) as ctx, pytest.raises(Refusal):
            await save_canned(ctx, reply)


async def test_the_preview_fills_in_what_is_known_and_leaves_the_rest() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(DEWI) as ctx:
            assert sample(ctx, "Halo {nama}, saya {agen}: {tiket} {lain} {") == "Halo Budi, saya Dewi: #1024 {lain} {"
