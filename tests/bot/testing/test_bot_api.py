"""The Bot API server, seen through python-telegram-bot, as a bot sees Telegram."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, MessageEntity, ReplyParameters
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.error import Forbidden as ForbiddenError

from bot.testing import bot_api
from bot.testing.bot_api import BotApiServer, Limits, NoSuchButton, NotPossible, NotShown

TOKEN = "123:ABC-def"


@pytest.fixture(autouse=True)
def _retry_after_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library warns about its own ``RetryAfter`` unless one opts in."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(token=TOKEN) as running:
        yield running


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[telegram.Bot]:
    async with client(server) as ready:
        yield ready


def client(server: BotApiServer, token: str = TOKEN) -> telegram.Bot:
    return telegram.Bot(token, base_url=server.url, base_file_url=server.file_url)


def keyboard(*titles: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(title, callback_data=f"pilih:{title}") for title in titles]])


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
        await asyncio.sleep(0.05)
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
        await asyncio.sleep(0.05)
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


class TestSending:
    async def test_a_text_appears_on_the_customers_phone(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer("Sari")
        question = sari.sends("jam buka?")
        sent = await bot.send_message(
            sari.chat_id, "Jam 8.", reply_parameters=ReplyParameters(question.message_id), reply_markup=keyboard("Ya")
        )
        seen = await sari.receives("Jam 8")
        assert seen.message_id == sent.message_id
        assert seen.reply_to == question.message_id
        assert [button.title for button in seen.buttons] == ["Ya"]
        assert [(message.author, message.text) for message in server.messages(sari.chat_id)] == [
            ("Sari", "jam buka?"),
            ("Bot 123", "Jam 8."),
        ]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("  \n ", "message text is empty"),
            ("a" * 4097, "message is too long"),
            ("😀" * 2049, "message is too long"),
        ],
    )
    async def test_a_text_has_1_to_4096_utf16_units(
        self, server: BotApiServer, bot: telegram.Bot, text: str, reason: str
    ) -> None:
        with pytest.raises(BadRequest, match=f"(?i){reason}"):
            await bot.send_message(server.customer().chat_id, text)
        assert len(server.ledger.calls("sendMessage")) == 0
        assert server.ledger.refused[-1].error == f"Bad Request: {reason}"

    async def test_the_longest_text_passes(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sent = await bot.send_message(server.customer().chat_id, "😀" * 2048)
        assert sent.text == "😀" * 2048

    async def test_given_entities_come_back_and_must_fit(self, server: BotApiServer, bot: telegram.Bot) -> None:
        chat_id = server.customer().chat_id
        sent = await bot.send_message(chat_id, "😀 tebal", entities=[MessageEntity(MessageEntity.BOLD, 3, 5)])
        assert sent.parse_entities() == {sent.entities[0]: "tebal"}
        with pytest.raises(BadRequest, match="ends after the end of the text"):
            await bot.send_message(chat_id, "tebal", entities=[MessageEntity(MessageEntity.BOLD, 0, 6)])

    @pytest.mark.parametrize(
        ("mode", "source", "shown", "kinds"),
        [
            ("HTML", "<b>a</b> &lt; <i>b</i>", "a < b", {"bold": "a", "italic": "b"}),
            ("HTML", '<a href="https://x.id/?a&amp;b">sini</a>', "sini", {"text_link": "sini"}),
            ("MarkdownV2", r"*a* \. __b__ ||c||", "a . b c", {"bold": "a", "underline": "b", "spoiler": "c"}),
            ("Markdown", "*a* `b` [c](https://x.id)", "a b c", {"bold": "a", "code": "b", "text_link": "c"}),
        ],
    )
    async def test_parse_modes_become_entities(
        self, server: BotApiServer, bot: telegram.Bot, mode: str, source: str, shown: str, kinds: dict[str, str]
    ) -> None:
        sent = await bot.send_message(server.customer().chat_id, source, parse_mode=mode)
        assert sent.text == shown
        assert {entity.type: text for entity, text in sent.parse_entities().items()} == kinds

    @pytest.mark.parametrize(
        ("mode", "source"),
        [
            ("HTML", "<b>a"),
            ("HTML", "<script>x</script>"),
            ("HTML", "a < b"),
            ("HTML", "<b><i>a</b></i>"),
            ("MarkdownV2", "harga 5.000"),
            ("MarkdownV2", "*a"),
            ("Markdown", "nomor_resi"),
        ],
    )
    async def test_broken_mark_up_is_refused(
        self, server: BotApiServer, bot: telegram.Bot, mode: str, source: str
    ) -> None:
        with pytest.raises(BadRequest, match=r"(?i)can't parse entities"):
            await bot.send_message(server.customer().chat_id, source, parse_mode=mode)

    async def test_callback_data_has_at_most_64_bytes(self, server: BotApiServer, bot: telegram.Bot) -> None:
        chat_id = server.customer().chat_id
        for data, fits in (("x" * 64, True), ("x" * 65, False), ("é" * 33, False)):
            markup = InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data=data)]])
            if fits:
                await bot.send_message(chat_id, "?", reply_markup=markup)
            else:
                with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
                    await bot.send_message(chat_id, "?", reply_markup=markup)

    async def test_a_reply_to_nothing_is_refused_unless_allowed(self, server: BotApiServer, bot: telegram.Bot) -> None:
        chat_id = server.customer().chat_id
        with pytest.raises(BadRequest, match=r"(?i)message to be replied not found"):
            await bot.send_message(chat_id, "halo", reply_to_message_id=77)
        sent = await bot.send_message(
            chat_id, "halo", reply_parameters=ReplyParameters(77, allow_sending_without_reply=True)
        )
        assert sent.reply_to_message is None

    @pytest.mark.parametrize("kind", ["photo", "document", "voice", "video", "audio", "sticker"])
    async def test_an_uploaded_file_can_be_sent_again_by_id_and_downloaded(
        self, server: BotApiServer, bot: telegram.Bot, kind: str
    ) -> None:
        chat_id = server.customer().chat_id
        send = getattr(bot, f"send_{kind}")
        first = await send(chat_id, b"isi berkas")
        medium = first.effective_attachment
        file_id = medium[-1].file_id if kind == "photo" else medium.file_id
        second = await send(chat_id, file_id)
        assert second.effective_attachment == medium
        assert bytes(await (await bot.get_file(file_id)).download_as_bytearray()) == b"isi berkas"
        assert server.ledger.calls(f"send{kind}")[0].parameters[kind]["size"] == 10

    async def test_an_unknown_file_id_is_refused(self, server: BotApiServer, bot: telegram.Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
            await bot.send_photo(server.customer().chat_id, "tidak-ada")

    async def test_a_caption_has_at_most_1024_units(self, server: BotApiServer, bot: telegram.Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)caption is too long"):
            await bot.send_photo(server.customer().chat_id, b"x", caption="a" * 1025)

    async def test_an_album_shares_one_group_id(self, server: BotApiServer, bot: telegram.Bot) -> None:
        photos = [InputMediaPhoto(b"satu", caption="bukti"), InputMediaPhoto(b"dua")]
        sent = await bot.send_media_group(server.customer().chat_id, photos)
        assert len({message.media_group_id for message in sent}) == 1
        assert [message.caption for message in sent] == ["bukti", None]

    async def test_location_contact_and_action(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        await bot.send_location(sari.chat_id, -6.2, 106.8)
        await bot.send_contact(sari.chat_id, "+62811", "Toko")
        await bot.send_chat_action(sari.chat_id, "typing")
        assert [message.kind for message in sari.shows()] == ["location", "contact"]

    async def test_copies_and_forwards_carry_the_content(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari, budi = server.customer("Sari"), server.customer("Budi")
        photo = sari.sends_photo(caption="bukti transfer")
        await bot.copy_message(budi.chat_id, sari.chat_id, photo.message_id)
        forwarded = await bot.forward_message(budi.chat_id, sari.chat_id, photo.message_id)
        assert [(message.kind, message.text) for message in budi.shows()] == [("photo", "bukti transfer")] * 2
        assert isinstance(forwarded.forward_origin, telegram.MessageOriginUser)
        assert forwarded.forward_origin.sender_user.first_name == "Sari"
        with pytest.raises(BadRequest, match=r"(?i)message to copy not found"):
            await bot.copy_message(budi.chat_id, sari.chat_id, 99)


class TestChanging:
    async def test_an_edit_replaces_the_text_and_drops_the_buttons(
        self, server: BotApiServer, bot: telegram.Bot
    ) -> None:
        sari = server.customer()
        sent = await bot.send_message(sari.chat_id, "Posisi 3", reply_markup=keyboard("Batal"))
        edited = await bot.edit_message_text("Posisi 2", sari.chat_id, sent.message_id)
        assert isinstance(edited, telegram.Message)
        (seen,) = sari.shows()
        assert (seen.text, seen.edited, seen.buttons) == ("Posisi 2", True, ())
        with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
            await bot.edit_message_text("Posisi 2", sari.chat_id, sent.message_id)

    async def test_buttons_can_be_changed_alone(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        sent = await bot.send_message(sari.chat_id, "?", reply_markup=keyboard("Ya"))
        await bot.edit_message_reply_markup(sari.chat_id, sent.message_id, reply_markup=keyboard("Tidak"))
        assert [button.title for button in sari.shows()[0].buttons] == ["Tidak"]
        await bot.edit_message_reply_markup(sari.chat_id, sent.message_id)
        assert sari.shows()[0].buttons == ()

    async def test_a_bot_edits_only_its_own_messages(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        message = sari.sends("halo")
        with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
            await bot.edit_message_text("hai", sari.chat_id, message.message_id)
        with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
            await bot.edit_message_text("hai", sari.chat_id, 99)

    async def test_a_deleted_message_is_gone(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        sent = await bot.send_message(sari.chat_id, "halo")
        await bot.delete_message(sari.chat_id, sent.message_id)
        assert sari.shows() == []
        with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
            await bot.delete_message(sari.chat_id, sent.message_id)

    async def test_after_two_days_a_message_stays(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        sent = await bot.send_message(sari.chat_id, "halo")
        server.advance(2 * 86_400 + 60)
        with pytest.raises(BadRequest, match=r"(?i)can't be deleted"):
            await bot.delete_message(sari.chat_id, sent.message_id)

    async def test_reactions_and_pins_are_kept(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        message = sari.sends("terima kasih")
        await bot.set_message_reaction(sari.chat_id, message.message_id, "👍")
        await bot.pin_chat_message(sari.chat_id, message.message_id)
        chat = server.chat(sari.chat_id)
        assert (chat.reactions, chat.pinned) == ({message.message_id: ["👍"]}, [message.message_id])
        pinned = (await bot.get_chat(sari.chat_id)).pinned_message
        assert pinned
        assert pinned.text == "terima kasih"


class TestPeople:
    async def test_everything_a_customer_can_send_is_parsed_by_the_library(
        self, server: BotApiServer, bot: telegram.Bot
    ) -> None:
        sari = server.customer("Sari")
        sari.sends("/start")
        sari.sends_photo(caption="bukti")
        sari.sends_document(name="resi.pdf")
        sari.sends_voice()
        sari.sends_video()
        sari.sends_sticker()
        sari.sends_location()
        sari.sends_contact()
        received = [update.message for update in await bot.get_updates()]
        kinds = [telegram.helpers.effective_message_type(message) for message in received if message]
        assert kinds == ["text", "photo", "document", "voice", "video", "sticker", "location", "contact"]
        assert received[0]
        assert received[0].entities[0].type == "bot_command"
        assert received[2]
        assert received[2].document
        content = await (await received[2].document.get_file()).download_as_bytearray()
        assert len(content) == received[2].document.file_size

    async def test_an_album_is_several_updates_with_one_group_id(self, server: BotApiServer, bot: telegram.Bot) -> None:
        server.customer().sends_album(3, caption="rusak semua")
        received = [update.message for update in await bot.get_updates() if update.message]
        assert len(received) == 3
        assert len({message.media_group_id for message in received}) == 1
        assert received[0].caption == "rusak semua"

    async def test_edits_and_replies_refer_to_messages(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        sent = await bot.send_message(sari.chat_id, "Nomor pesanan?")
        answer = sari.sends("A-1", reply_to=sent.message_id)
        sari.edits(answer, "A-12")
        reply, edit = await bot.get_updates()
        assert reply.message
        assert reply.message.reply_to_message
        assert reply.message.reply_to_message.text == "Nomor pesanan?"
        assert edit.edited_message
        assert (edit.edited_message.text, edit.edited_message.message_id) == ("A-12", answer.message_id)

    async def test_a_blocked_bot_gets_403_and_is_told(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        sari.blocks_bot()
        with pytest.raises(ForbiddenError, match="bot was blocked by the user"):
            await bot.send_message(sari.chat_id, "halo")
        sari.unblocks_bot()
        await bot.send_message(sari.chat_id, "halo")
        changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
        assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]

    async def test_a_bot_cannot_write_first(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer(started=False)
        with pytest.raises(ForbiddenError, match="can't initiate conversation"):
            await bot.send_message(sari.chat_id, "halo")
        sari.sends("halo")
        await bot.send_message(sari.chat_id, "halo juga")

    async def test_what_never_appears_is_reported_with_what_did(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        await bot.send_message(sari.chat_id, "Maaf, Kak")
        with pytest.raises(NotShown, match="Maaf, Kak"):
            await sari.receives("Tiket", timeout=0.02)
        assert (await sari.receives("Maaf")).text == "Maaf, Kak"
        with pytest.raises(NotShown):
            await sari.receives("Maaf", timeout=0.02)
        assert (await server.wait_for_message(sari.chat_id, containing="Maaf")).text == "Maaf, Kak"


class TestCallbacks:
    async def test_a_press_is_answered_and_the_presser_sees_it(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        sent = await bot.send_message(sari.chat_id, "Maksud Kakak:", reply_markup=keyboard("Ongkir", "Retur"))
        press = sari.presses("Retur")
        (update,) = await bot.get_updates()
        assert update.callback_query
        assert update.callback_query.data == "pilih:Retur"
        assert isinstance(update.callback_query.message, telegram.Message)
        assert update.callback_query.message.message_id == sent.message_id
        assert not press.answered
        await update.callback_query.answer("Baik", show_alert=True)
        assert press.answer == {"text": "Baik", "show_alert": True}

    async def test_a_missing_button_is_reported_with_the_present_ones(
        self, server: BotApiServer, bot: telegram.Bot
    ) -> None:
        sari = server.customer()
        await bot.send_message(sari.chat_id, "?", reply_markup=keyboard("Ongkir"))
        with pytest.raises(NoSuchButton, match="Ongkir"):
            sari.presses("Retur")

    async def test_a_query_can_be_answered_for_150_seconds(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        await bot.send_message(sari.chat_id, "?", reply_markup=keyboard("Ya"))
        press = sari.presses("Ya")
        server.advance(151)
        for callback_id in (press.callback_id, "tidak-ada"):
            with pytest.raises(BadRequest, match=r"(?i)query is too old"):
                await bot.answer_callback_query(callback_id)

    async def test_an_unanswered_query_comes_again_under_a_new_update_id(
        self, server: BotApiServer, bot: telegram.Bot
    ) -> None:
        sari = server.customer()
        await bot.send_message(sari.chat_id, "?", reply_markup=keyboard("Ya", "Tidak"))
        sari.presses("Ya")
        answered = sari.presses("Tidak")
        await bot.answer_callback_query(answered.callback_id)
        assert server.redeliver_callbacks() == 1
        queries = {update.update_id: update.callback_query for update in await bot.get_updates()}
        assert [query.data for query in queries.values() if query] == ["pilih:Ya", "pilih:Tidak", "pilih:Ya"]
        assert len({query.id for query in queries.values() if query}) == 2


class TestTopics:
    async def test_bot_and_staff_talk_in_a_topic(self, server: BotApiServer, bot: telegram.Bot) -> None:
        group = server.group("Staf")
        budi = group.staff("Budi")
        topic = await bot.create_forum_topic(group.chat_id, "Tiket 7 · Sari")
        thread_id = topic.message_thread_id
        card = await bot.send_message(
            group.chat_id, "Tiket 7", message_thread_id=thread_id, reply_markup=keyboard("Ambil")
        )
        assert (await budi.receives("Tiket 7", topic=thread_id)).message_id == card.message_id
        budi.writes("Halo Kak, saya bantu", topic=thread_id)
        budi.presses("Ambil", topic=thread_id)
        written, pressed = await bot.get_updates()
        assert written.message
        assert written.message.is_topic_message
        assert written.message.message_thread_id == thread_id
        assert written.message.reply_to_message
        assert written.message.reply_to_message.forum_topic_created
        assert pressed.callback_query
        assert pressed.callback_query.from_user.id == budi.user_id
        assert [message.text for message in server.messages(group.chat_id, thread_id)][-2:] == [
            "Tiket 7",
            "Halo Kak, saya bantu",
        ]

    async def test_a_topic_can_be_renamed_closed_and_reopened(self, server: BotApiServer, bot: telegram.Bot) -> None:
        group = server.group()
        thread_id = (await bot.create_forum_topic(group.chat_id, "lama")).message_thread_id
        await bot.edit_forum_topic(group.chat_id, thread_id, name="baru")
        await bot.close_forum_topic(group.chat_id, thread_id)
        assert [(topic.name, topic.closed) for topic in group.topics] == [("baru", True)]
        with pytest.raises(BadRequest, match=r"(?i)topic_not_modified"):
            await bot.close_forum_topic(group.chat_id, thread_id)
        await bot.reopen_forum_topic(group.chat_id, thread_id)
        assert not group.topics[0].closed
        with pytest.raises(BadRequest, match=r"(?i)topic_title_too_long"):
            await bot.create_forum_topic(group.chat_id, "x" * 129)

    async def test_a_topic_must_exist(self, server: BotApiServer, bot: telegram.Bot) -> None:
        group = server.group()
        for thread_id in (1, 999):
            with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
                await bot.send_message(group.chat_id, "halo", message_thread_id=thread_id)

    @pytest.mark.parametrize("by_staff", [True, False])
    async def test_a_deleted_topic_is_gone_without_notice(
        self, server: BotApiServer, bot: telegram.Bot, by_staff: bool
    ) -> None:
        group = server.group()
        budi = group.staff("Budi")
        thread_id = (await bot.create_forum_topic(group.chat_id, "Tiket")).message_thread_id
        await bot.send_message(group.chat_id, "kartu", message_thread_id=thread_id)
        if by_staff:
            budi.deletes_topic(thread_id)
        else:
            await bot.delete_forum_topic(group.chat_id, thread_id)
        assert group.topics == []
        assert group.shows() == []
        assert await bot.get_updates() == ()
        with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
            await bot.send_message(group.chat_id, "halo", message_thread_id=thread_id)
        with pytest.raises(BadRequest, match=r"(?i)topic_deleted"):
            await bot.close_forum_topic(group.chat_id, thread_id)
        with pytest.raises(NotPossible):
            budi.writes("halo", topic=thread_id)

    async def test_a_closed_topic_takes_messages_of_administrators_only(self) -> None:
        async with BotApiServer(token=TOKEN) as server, client(server) as bot:
            group = server.group(bot_is_admin=False)
            budi = group.staff("Budi")
            thread_id = budi.opens_topic("Tiket")
            budi.closes_topic(thread_id)
            with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
                await bot.send_message(group.chat_id, "halo", message_thread_id=thread_id)
            with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
                await bot.create_forum_topic(group.chat_id, "Tiket")
            budi.reopens_topic(thread_id)
            await bot.send_message(group.chat_id, "halo", message_thread_id=thread_id)
            events = [update.message for update in await bot.get_updates() if update.message]
            assert events[0].forum_topic_created
            assert events[1].forum_topic_closed
            assert events[2].forum_topic_reopened


class TestGroups:
    async def test_a_bot_joins_and_leaves(self, server: BotApiServer, bot: telegram.Bot) -> None:
        group = server.group("Arisan", with_bots=False, forum=False)
        with pytest.raises(ForbiddenError, match="not a member"):
            await bot.send_message(group.chat_id, "halo")
        group.adds_bot(server.bot(), admin=False)
        await bot.leave_chat(group.chat_id)
        changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
        assert [change.new_chat_member.status for change in changes] == ["member", "left"]
        group.removes_bot(server.bot())
        with pytest.raises(ForbiddenError, match="kicked"):
            await bot.get_chat(group.chat_id)

    async def test_a_migrated_group_names_its_new_id(self, server: BotApiServer, bot: telegram.Bot) -> None:
        old = server.group("Staf", kind="group")
        new = old.migrates()
        with pytest.raises(ChatMigrated) as caught:
            await bot.send_message(old.chat_id, "halo")
        assert caught.value.new_chat_id == new.chat_id
        await bot.send_message(new.chat_id, "halo")
        leaving, arriving = [update.message for update in await bot.get_updates()]
        assert leaving
        assert leaving.migrate_to_chat_id == new.chat_id
        assert arriving
        assert arriving.migrate_from_chat_id == old.chat_id

    async def test_members_are_known_by_their_standing(self, server: BotApiServer, bot: telegram.Bot) -> None:
        group = server.group()
        budi = group.staff("Budi")
        assert (await bot.get_chat_member(group.chat_id, budi.user_id)).status == "member"
        assert (await bot.get_chat_member(group.chat_id, bot.id)).status == "administrator"
        assert [member.user.id for member in await bot.get_chat_administrators(group.chat_id)] == [bot.id]
        assert await bot.get_chat_member_count(group.chat_id) == 2
        with pytest.raises(BadRequest, match=r"(?i)user not found"):
            await bot.get_chat_member(group.chat_id, 1)

    async def test_without_rights_a_bot_hears_only_what_is_meant_for_it(
        self, server: BotApiServer, bot: telegram.Bot
    ) -> None:
        group = server.group(bot_is_admin=False, forum=False)
        budi = group.staff("Budi")
        sent = await bot.send_message(group.chat_id, "halo")
        budi.writes("ngobrol biasa")
        budi.writes("/tiket")
        budi.writes("balasan", reply_to=sent.message_id)
        assert [update.message.text for update in await bot.get_updates() if update.message] == ["/tiket", "balasan"]


class TestFaults:
    async def test_too_many_requests_names_the_seconds(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        rule = server.fail(method="sendMessage", times=2, with_=bot_api.TooManyRequests(retry_after=7))
        for _ in range(2):
            with pytest.raises(RetryAfter) as caught:
                await bot.send_message(sari.chat_id, "halo")
            assert caught.value.retry_after == timedelta(seconds=7)
        await bot.send_message(sari.chat_id, "halo")
        assert rule.hits == 2
        assert len(sari.shows()) == 1
        assert [entry.fault for entry in server.ledger.refused] == ["TooManyRequests"] * 2

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (bot_api.Forbidden(), ForbiddenError),
            (bot_api.BadRequest("TOPIC_DELETED"), BadRequest),
            (bot_api.Migrated(to_chat_id=-100), ChatMigrated),
            (bot_api.ServerError(502), NetworkError),
            (bot_api.DropBefore(), NetworkError),
        ],
    )
    async def test_a_refusal_has_no_effect(
        self, server: BotApiServer, bot: telegram.Bot, fault: bot_api.Fault, error: type[TelegramError]
    ) -> None:
        sari = server.customer()
        server.fail(with_=fault)
        with pytest.raises(error):
            await bot.send_message(sari.chat_id, "halo")
        assert sari.shows() == []
        assert len(server.ledger) == 1  # getMe
        await bot.send_message(sari.chat_id, "halo")

    async def test_a_connection_can_drop_after_acceptance(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        server.fail(method="sendMessage", with_=bot_api.DropAfterAccept())
        with pytest.raises(NetworkError):
            await bot.send_message(sari.chat_id, "halo")
        assert [message.text for message in sari.shows()] == ["halo"]
        (entry,) = server.ledger.calls("sendMessage")
        assert (entry.fault, entry.result["text"]) == ("DropAfterAccept", "halo")

    async def test_a_slow_answer_comes_after_the_effect(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        server.fail(method="sendMessage", with_=bot_api.SlowAnswer(seconds=5))
        with pytest.raises(TimedOut):
            await bot.send_message(sari.chat_id, "halo", read_timeout=0.1)
        assert [message.text for message in sari.shows()] == ["halo"]

    async def test_garbage_is_no_json(self, server: BotApiServer, bot: telegram.Bot) -> None:
        sari = server.customer()
        server.fail(method="sendMessage", with_=bot_api.Garbage())
        with pytest.raises(TelegramError, match="Invalid server response"):
            await bot.send_message(sari.chat_id, "halo")
        assert len(sari.shows()) == 1

    async def test_a_fault_meets_only_its_chat_and_topic_and_time(
        self, server: BotApiServer, bot: telegram.Bot
    ) -> None:
        group, sari = server.group(), server.customer()
        thread_id = (await bot.create_forum_topic(group.chat_id, "Tiket")).message_thread_id
        rule = server.fail(chat_id=group.chat_id, thread=thread_id, skip=1, times=None, with_=bot_api.Forbidden())
        await bot.send_message(sari.chat_id, "halo")
        await bot.send_message(group.chat_id, "umum")
        await bot.send_message(group.chat_id, "lewat", message_thread_id=thread_id)
        for _ in range(3):
            with pytest.raises(ForbiddenError):
                await bot.send_message(group.chat_id, "gagal", message_thread_id=thread_id)
        rule.cancel()
        await bot.send_message(group.chat_id, "pulih", message_thread_id=thread_id)
        assert rule.hits == 3

    async def test_updates_survive_a_dropped_poll(self, server: BotApiServer, bot: telegram.Bot) -> None:
        server.customer().sends("halo")
        server.fail(method="getUpdates", with_=bot_api.DropAfterAccept())
        with pytest.raises(NetworkError):
            await bot.get_updates()
        assert len(await bot.get_updates()) == 1
        assert server.updates.pending[0].deliveries == 2


class TestLimits:
    async def test_one_chat_is_held_to_a_message_a_second(self) -> None:
        async with BotApiServer(token=TOKEN, limits=True) as server, client(server) as bot:
            sari, budi = server.customer("Sari"), server.customer("Budi")
            for _ in range(3):
                await bot.send_message(sari.chat_id, "halo")
            with pytest.raises(RetryAfter):
                await bot.send_message(sari.chat_id, "halo")
            await bot.send_message(budi.chat_id, "halo")
            server.advance(1)
            await bot.send_message(sari.chat_id, "halo")

    async def test_a_group_takes_twenty_a_minute(self) -> None:
        limits = Limits(chat_burst=100, chat_per_second=100)
        async with BotApiServer(token=TOKEN, limits=limits) as server, client(server) as bot:
            group = server.group()
            for _ in range(20):
                await bot.send_message(group.chat_id, "halo")
            with pytest.raises(RetryAfter) as caught:
                await bot.send_message(group.chat_id, "halo")
            assert isinstance(caught.value.retry_after, timedelta)
            assert 50 <= caught.value.retry_after.total_seconds() <= 60
            await bot.send_chat_action(group.chat_id, "typing")
            server.advance(61)
            await bot.send_message(group.chat_id, "halo")

    async def test_all_chats_together_take_thirty_a_second(self) -> None:
        async with BotApiServer(token=TOKEN, limits=True, time_scale=1000) as server, client(server) as bot:
            customers = [server.customer() for _ in range(31)]
            outcomes = await asyncio.gather(
                *(bot.send_message(customer.chat_id, "halo") for customer in customers), return_exceptions=True
            )
            assert sum(isinstance(outcome, RetryAfter) for outcome in outcomes) == 1


class Receiver:
    """A webhook that answers as told and keeps what it was sent."""

    def __init__(self) -> None:
        self.received: list[tuple[float, dict[str, Any]]] = []
        self.secrets: set[str | None] = set()
        self.arrivals: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answer: Callable[[dict[str, Any]], web.Response] = lambda update: web.Response()

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        update = await request.json()
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.received.append((asyncio.get_running_loop().time(), update))
        self.arrivals.put_nowait(update)
        return self.answer(update)

    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.received if "message" in update]


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    told = Receiver()
    runner = web.ServerRunner(web.Server(told, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield told, f"http://127.0.0.1:{runner.addresses[0][1]}/kait"
    await runner.cleanup()


@pytest.fixture
async def fast_server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(token=TOKEN, time_scale=0.02) as running:
        yield running


class TestWebhook:
    async def test_pending_and_new_updates_are_delivered_with_the_secret(
        self, fast_server: BotApiServer, receiver: tuple[Receiver, str]
    ) -> None:
        told, url = receiver
        sari = fast_server.customer()
        sari.sends("sebelum")
        async with client(fast_server) as bot:
            await bot.set_webhook(url, secret_token="rahasia")
            sari.sends("sesudah")
            await fast_server.until_confirmed()
            assert told.texts() == ["sebelum", "sesudah"]
            assert told.secrets == {"rahasia"}
            info = await bot.get_webhook_info()
            assert (info.url, info.pending_update_count) == (url, 0)

    async def test_failures_are_retried_at_once_then_ever_later_and_in_order(
        self, fast_server: BotApiServer, receiver: tuple[Receiver, str]
    ) -> None:
        told, url = receiver
        answers = iter([500, 302, 500, 404])
        told.answer = lambda update: web.Response(status=next(answers, 200))
        sari = fast_server.customer()
        async with client(fast_server) as bot:
            await bot.set_webhook(url)
            sari.sends("satu")
            sari.sends("dua")
            await fast_server.until_confirmed()
            info = await bot.get_webhook_info()
        assert told.texts() == ["satu"] * 5 + ["dua"]
        moments = [moment for moment, _ in told.received]
        pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
        assert pauses[0] < 0.03
        assert pauses[1] >= 2 * 0.02
        assert pauses[2] >= 4 * 0.02
        assert pauses[3] >= 8 * 0.02
        assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"

    async def test_retry_after_is_honoured(self, fast_server: BotApiServer, receiver: tuple[Receiver, str]) -> None:
        told, url = receiver
        answers = iter([web.Response(status=503, headers={"Retry-After": "10"})])
        told.answer = lambda update: next(answers, web.Response())
        async with client(fast_server) as bot:
            await bot.set_webhook(url)
            fast_server.customer().sends("halo")
            await fast_server.until_confirmed()
        (first, _), (second, _) = told.received
        assert second - first >= 10 * 0.02

    async def test_one_stuck_chat_holds_up_neither_others_nor_its_own_presses(
        self, fast_server: BotApiServer, receiver: tuple[Receiver, str]
    ) -> None:
        told, url = receiver
        told.answer = lambda update: web.Response(status=500 if update.get("message", {}).get("text") == "x" else 200)
        sari, budi = fast_server.customer("Sari"), fast_server.customer("Budi")
        async with client(fast_server) as bot:
            await bot.send_message(sari.chat_id, "?", reply_markup=keyboard("Ya"))
            await bot.set_webhook(url)
            sari.sends("x")
            sari.sends("y")
            sari.presses("Ya")
            budi.sends("z")
            arrived: set[str] = set()
            async with asyncio.timeout(5):
                while not {"tekan", "z"} <= arrived:
                    update = await told.arrivals.get()
                    arrived.add(update.get("message", {}).get("text", "tekan"))
            await asyncio.sleep(0.05)
            confirmed = [update.body.get("text", "tekan") for update in fast_server.updates.confirmed]
            assert sorted(confirmed) == ["tekan", "z"]
            assert "y" not in told.texts()
            await bot.delete_webhook()
            assert [update.message.text for update in await bot.get_updates() if update.message] == ["x", "y"]

    async def test_polling_and_a_webhook_exclude_each_other(
        self, fast_server: BotApiServer, receiver: tuple[Receiver, str]
    ) -> None:
        _, url = receiver
        async with client(fast_server) as bot:
            poll = asyncio.create_task(bot.get_updates(timeout=30))
            await asyncio.sleep(0.05)
            await bot.set_webhook(url)
            with pytest.raises(Conflict, match="terminated by setWebhook request"):
                await poll
            with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
                await bot.get_updates()
            await bot.delete_webhook(drop_pending_updates=True)
            assert await bot.get_updates() == ()

    async def test_bad_settings_are_refused(self, bot: telegram.Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)an https url must be provided"):
            await bot.set_webhook("ftp://x.id")
        with pytest.raises(BadRequest, match=r"(?i)secret token contains unallowed characters"):
            await bot.set_webhook("https://x.id", secret_token="ada spasi")


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
