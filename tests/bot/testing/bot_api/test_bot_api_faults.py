"""The Bot API server where it refuses, fails and slows down."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import telegram
from telegram.error import (
    BadRequest,
    ChatMigrated,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.error import Forbidden as ForbiddenError

from bot.testing import bot_api
from bot.testing.bot_api import BotApiServer, Limits
from tests.bot.testing.bot_api.clients import TOKEN, client


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
