"""The Bot API server, seen through python-telegram-bot, as a bot sees Telegram: calls, and how updates are fetched."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.testing.bot_api import BotApiServer, NotPossible, NotShown
from tests.bot.testing.bot_api.clients import TOKEN, client, keyboard, until_polled


class TestCalls:
    @pytest.mark.parametrize(
        ("token", "code", "description"), [("999:XYZ", 401, "Unauthorized"), ("bukan-token", 404, "Not Found")]
    )
    async def test_a_strange_token_is_unauthorised_and_a_malformed_one_not_found(
        self, server: BotApiServer, token: str, code: int, description: str
    ) -> None:
        async with aiohttp.ClientSession() as session, session.get(f"{server.url}{token}/getMe") as response:
            assert response.status == code
            assert await response.json() == {"ok": False, "error_code": code, "description": description}

    async def test_the_library_takes_a_strange_token_for_invalid(self, server: BotApiServer) -> None:
        stranger = client(server, "999:XYZ")
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()

    async def test_an_unknown_method_is_not_found(self, bot: telegram.Bot) -> None:
        with pytest.raises(TelegramError, match="not found"):
            await bot.do_api_request("sendGifts")

    async def test_json_query_and_form_parameters_mean_the_same(self, server: BotApiServer) -> None:
        sari = server.customer()
        url = f"{server.url}{TOKEN}/SENDmessage"
        values: dict[str, Any] = {"chat_id": sari.chat_id, "text": "halo", "disable_notification": "true"}
        async with aiohttp.ClientSession() as session:
            await session.get(url, params=values)
            await session.post(url, data=values)
            await session.post(url, json=values | {"disable_notification": True})
        noted = [entry.parameters for entry in server.ledger]
        assert noted == [{"chat_id": sari.chat_id, "text": "halo", "disable_notification": True}] * 3

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ('{"chat_id": 1', "can't parse JSON object"),
            ('{"chat_id": 404, "text": "halo"}', "chat not found"),
            ('{"text": "halo"}', "chat_id is empty"),
            ('{"chat_id": 1, "text": "halo", "reply_markup": "x"}', "can't parse reply markup JSON object"),
        ],
    )
    async def test_what_cannot_be_read_is_a_bad_request(self, server: BotApiServer, body: str, reason: str) -> None:
        headers = {"Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{server.url}{TOKEN}/sendMessage", data=body, headers=headers) as response,
        ):
            answer = await response.json()
        assert response.status == 400
        assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}

    async def test_two_bots_have_separate_chats_and_updates(self) -> None:
        async with BotApiServer(tokens=["1:A", "2:B"]) as server, client(server, "1:A") as one, client(server, "2:B"):
            sari = server.customer(token="2:B")
            sari.sends("halo")
            assert await one.get_updates() == ()
            assert [update.kind for update in server.bot("2:B").updates.pending] == ["message"]
            with pytest.raises(BadRequest, match=r"(?i)chat not found"):
                await one.send_message(sari.chat_id, "halo")

    async def test_commands_are_kept_by_scope(self, bot: telegram.Bot) -> None:
        await bot.set_my_commands([("agen", "Bicara dengan petugas")])
        await bot.set_my_commands([("tiket", "Daftar tiket")], scope=telegram.BotCommandScopeAllGroupChats())
        assert [command.command for command in await bot.get_my_commands()] == ["agen"]
        with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
            await bot.set_my_commands([("Agén", "Bicara dengan petugas")])


class TestUpdates:
    async def test_offset_forgets_everything_below_it_and_nothing_else(
        self, server: BotApiServer, bot: telegram.Bot
    ) -> None:
        sari = server.customer()
        for number in range(4):
            sari.sends(str(number))
        first = await bot.get_updates(limit=2)
        again = await bot.get_updates(limit=2)
        assert [update.update_id for update in first] == [update.update_id for update in again]
        rest = await bot.get_updates(offset=first[-1].update_id + 1)
        assert [update.message.text for update in rest if update.message] == ["2", "3"]
        assert [update.body["text"] for update in server.updates.confirmed] == ["0", "1"]
        assert [update.body["text"] for update in server.updates.pending] == ["2", "3"]

    async def test_a_negative_offset_keeps_the_last_ones(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        for number in range(4):
            sari.sends(str(number))
        last = await bot.get_updates(offset=-1)
        assert [update.message.text for update in last if update.message] == ["3"]
        assert len(server.updates.pending) == 1

    async def test_a_long_poll_ends_as_soon_as_somebody_writes(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await until_polled(server)
        sari.sends("halo")
        updates = await asyncio.wait_for(poll, 2)
        assert updates[0].message
        assert updates[0].message.text == "halo"

    async def test_an_empty_long_poll_lasts_its_timeout(self, bot: telegram.Bot) -> None:
        started = asyncio.get_running_loop().time()
        assert await bot.get_updates(timeout=1) == ()
        assert asyncio.get_running_loop().time() - started >= 0.95

    async def test_a_second_poller_ends_the_first_with_409(self, server: BotApiServer, bot: telegram.Bot) -> None:
        first = asyncio.create_task(bot.get_updates(timeout=30))
        await until_polled(server)
        async with client(server) as other:
            second = asyncio.create_task(other.get_updates(timeout=30))
            with pytest.raises(Conflict, match="terminated by other getUpdates request"):
                await first
            server.customer().sends("halo")
            assert len(await second) == 1

    async def test_a_poller_that_dies_loses_nothing(self, server: BotApiServer, bot: telegram.Bot) -> None:
        url = f"{server.url}{TOKEN}/getUpdates"
        async with aiohttp.ClientSession() as session:
            with pytest.raises(TimeoutError):
                await session.post(url, data={"timeout": 30}, timeout=aiohttp.ClientTimeout(total=0.1))
        server.customer().sends("halo")
        assert len(await bot.get_updates()) == 1

    async def test_only_the_wanted_kinds_arrive(self, server: BotApiServer, bot: telegram.Bot) -> None:
        await bot.get_updates(allowed_updates=["edited_message"])
        sari = server.customer()
        message = sari.sends("hlo")
        sari.edits(message, "halo")
        (update,) = await bot.get_updates()
        assert update.edited_message
        assert update.edited_message.text == "halo"

    async def test_messages_wait_a_day_and_callbacks_150_seconds(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        sari.sends("halo")
        await bot.send_message(sari.chat_id, "Pilih:", reply_markup=keyboard("Ya"))
        sari.presses("Ya")
        server.advance(151)
        assert [update.kind for update in server.updates.pending] == ["message"]
        server.advance(86_400)
        assert await bot.get_updates() == ()

    async def test_ids_can_restart_lower_and_an_old_offset_is_answered_from_the_head(
        self, server: BotApiServer, bot: telegram.Bot
    ) -> None:
        sari = server.customer()
        old = sari.sends("sebelum")
        with pytest.raises(NotPossible, match="still pending"):
            server.updates.restart_at(5)
        (update,) = await bot.get_updates()
        await bot.get_updates(offset=update.update_id + 1)
        server.updates.restart_at(5)
        new = sari.sends("sesudah")
        (late,) = await bot.get_updates(offset=update.update_id + 1)
        assert late.update_id == 5
        assert late.message
        assert (old.text, late.message.text, new.text) == ("sebelum", "sesudah", "sesudah")

    async def test_a_confirmed_update_can_be_replayed_once(self, server: BotApiServer, bot: telegram.Bot) -> None:
        server.customer().sends("halo")
        (update,) = await bot.get_updates()
        assert await bot.get_updates(offset=update.update_id + 1) == ()
        server.updates.replay(update.update_id)
        assert await bot.get_updates(offset=update.update_id + 1) == (update,)
        assert await bot.get_updates(offset=update.update_id + 1) == ()

    async def test_one_can_wait_until_everything_is_confirmed(self, server: BotApiServer, bot: telegram.Bot) -> None:
        server.customer().sends("halo")
        with pytest.raises(NotShown, match="still not confirmed"):
            await server.until_confirmed(timeout=0.02)
        (update,) = await bot.get_updates()
        waiting = asyncio.create_task(server.until_confirmed(timeout=5))
        await bot.get_updates(offset=update.update_id + 1)
        await waiting
        assert server.updates.pending == []


class TestLedger:
    async def test_the_file_holds_every_accepted_call_in_order(self, tmp_path: Path) -> None:
        path = tmp_path / "buku.jsonl"
        async with BotApiServer(token=TOKEN, ledger=path) as server, client(server) as bot:
            sari = server.customer()
            await bot.send_message(sari.chat_id, "satu")
            with pytest.raises(BadRequest):
                await bot.send_message(sari.chat_id, " ")
            await bot.send_message(sari.chat_id, "dua")
            lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert [line["method"] for line in lines] == ["getMe", "sendMessage", "sendMessage"]
        assert [line["sequence"] for line in lines] == [1, 2, 4]
        assert [line["parameters"].get("text") for line in lines] == [None, "satu", "dua"]
        assert lines[2]["result"]["message_id"] == 2

    async def test_an_entry_keeps_what_was_sent_when_the_message_is_edited(
        self, server: BotApiServer, bot: telegram.Bot
    ) -> None:
        sari = server.customer()
        sent = await bot.send_message(sari.chat_id, "lama")
        await bot.edit_message_text("baru", sari.chat_id, sent.message_id)
        assert server.ledger.calls("sendMessage", chat_id=sari.chat_id)[0].result["text"] == "lama"
        assert server.ledger[-1].time.tzinfo is not None


class TestControl:
    async def test_another_process_can_start_it_play_the_people_and_script_faults(self, tmp_path: Path) -> None:
        path = tmp_path / "buku.jsonl"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.testing.bot_api", "--port", "0", "--token", TOKEN, "--ledger", str(path)),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout
            lines = [(await process.stdout.readline()).decode() for _ in range(3)]
            url, file_url, control = (line.partition("= ")[2].strip() for line in lines)

            async def order(command: str, **arguments: Any) -> Any:
                async with (
                    aiohttp.ClientSession() as session,
                    session.post(control + command, json=arguments) as response,
                ):
                    answer = await response.json()
                assert answer["ok"] == (response.status == 200)
                return answer["result"] if answer["ok"] else answer["description"]

            sari = await order("customer", name="Sari")
            await order("do", user_id=sari["user_id"], deed="sends", text="halo")
            await order("fail", method="sendMessage", with_={"kind": "TooManyRequests", "retry_after": 2})
            async with telegram.Bot(TOKEN, base_url=url, base_file_url=file_url) as bot:
                (update,) = await bot.get_updates()
                assert update.message
                with pytest.raises(RetryAfter):
                    await update.message.reply_text("Halo, Kak")
                await update.message.reply_text("Halo, Kak", reply_markup=keyboard("Ya"))
                seen = await order("wait_for_message", chat_id=sari["chat_id"], containing="Halo", timeout=5)
                assert seen["buttons"] == [{"title": "Ya", "data": "pilih:Ya", "url": None}]
                press = await order("do", user_id=sari["user_id"], deed="presses", title="Ya")
                await bot.answer_callback_query(press["callback_id"])
                group = await order("group", title="Staf")
                budi = await order("staff", chat_id=group["chat_id"], name="Budi")
                topic = await bot.create_forum_topic(group["chat_id"], "Tiket")
                where = {"chat_id": group["chat_id"], "user_id": budi["user_id"], "topic": topic.message_thread_id}
                await order("do", deed="writes", text="saya ambil", **where)
                assert [made["name"] for made in await order("topics", chat_id=group["chat_id"])] == ["Tiket"]
            updates = await order("updates")
            assert [next(iter(set(each) - {"update_id"})) for each in updates["pending"]] == [
                "message",
                "callback_query",
                "message",
            ]
            ledger = await order("ledger", method="sendMessage")
            assert [entry["parameters"]["text"] for entry in ledger] == ["Halo, Kak"]
            assert "unknown command" in await order("bukan_perintah")
            assert "unknown deed" in await order("do", user_id=sari["user_id"], deed="terbang")
            assert "unexpected keyword" in await order("customer", nama="Sari")
        finally:
            process.terminate()
            assert await asyncio.wait_for(process.wait(), 5) == 0
        assert '"answerCallbackQuery"' in path.read_text(encoding="utf-8")

    async def test_a_taken_port_is_reported_without_a_traceback(self, server: BotApiServer) -> None:
        port = server.root.rpartition(":")[2]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.testing.bot_api", "--port", port),
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await process.communicate()
        assert process.returncode == 1
        assert errors.decode().startswith("cannot start:")
        assert "Traceback" not in errors.decode()
