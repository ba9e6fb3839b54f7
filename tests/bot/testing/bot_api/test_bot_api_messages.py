"""What a bot sends by the Bot API server and changes, and what its people see and do."""

from __future__ import annotations

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, MessageEntity, ReplyParameters
from telegram.error import (
    BadRequest,
)
from telegram.error import Forbidden as ForbiddenError

from bot.testing.bot_api import BotApiServer, NotShown
from tests.bot.testing.bot_api.clients import keyboard


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
