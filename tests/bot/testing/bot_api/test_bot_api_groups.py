"""Presses, topics and groups of the Bot API server."""

from __future__ import annotations

import pytest
import telegram
from telegram.error import (
    BadRequest,
    ChatMigrated,
)
from telegram.error import Forbidden as ForbiddenError

from bot.testing.bot_api import BotApiServer, NoSuchButton, NotPossible
from tests.bot.testing.bot_api.clients import TOKEN, client, keyboard


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
