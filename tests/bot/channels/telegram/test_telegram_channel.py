"""Starting and stopping, foreign groups, and a token that nobody gets to see."""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel, TelegramOptions, poll
from bot.channels.telegram.groups import Strangers, moved_staff_chat
from bot.dialogue.commands import command_in
from bot.staffroom.asking import command_in as staff_command_in
from bot.testing.bot_api import (
    BadRequest,
    BotApiServer,
    DropAfterAccept,
    DropBefore,
    Garbage,
    Group,
    ServerError,
    TooManyRequests,
)
from conversation.effects import SendText
from conversation.errors import ChannelError
from conversation.ports import Target


async def ignore(updates: Any) -> None:
    """A take that keeps nothing."""


def options(server: BotApiServer, **changes: Any) -> TelegramOptions:
    return TelegramOptions(**{"token": server.token, "api_base_url": server.url, **changes})


# Starting.


async def test_the_menu_is_in_indonesian_and_for_english_users_in_english(
    server: BotApiServer, start_channel: Any, until: Any
) -> None:
    await start_channel()
    await until(lambda: len(server.ledger.calls("setMyCommands")) == 2)
    everybody, english = server.ledger.calls("setMyCommands")
    assert [command["command"] for command in everybody.parameters["commands"]] == [
        "start",
        "menu",
        "bantuan",
        "agen",
        "status",
        "batal",
    ]
    assert "language_code" not in everybody.parameters
    assert english.parameters["language_code"] == "en"
    # What is offered is understood.
    offered = [*everybody.parameters["commands"], *english.parameters["commands"]]
    assert all(command_in(f"/{command['command']}") for command in offered)


async def test_whoever_administers_a_staff_group_is_offered_its_commands(
    server: BotApiServer, start_channel: Any, until: Any
) -> None:
    group = server.group("Staf")
    await start_channel(staff_chats=frozenset({str(group.chat_id)}))
    await until(lambda: len(server.ledger.calls("setMyCommands")) == 4)
    indonesian, english = server.ledger.calls("setMyCommands")[2:]
    for call in (indonesian, english):
        assert call.parameters["scope"] == {"type": "chat_administrators", "chat_id": group.chat_id}
        assert all(staff_command_in(f"/{command['command']}") for command in call.parameters["commands"])
    assert english.parameters["language_code"] == "en"


async def test_a_menu_that_cannot_be_set_does_not_keep_the_channel_from_starting(
    server: BotApiServer, start_channel: Any, until: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail(with_=BadRequest("BOT_COMMAND_INVALID"), method="setMyCommands")
    await start_channel()
    await until(lambda: "the command menu was not set" in caplog.text)


@pytest.mark.parametrize("token", ["", "abc", "123:a b", "999:unknown-but-well-formed", "1:a\n"])
async def test_a_refused_token_stops_the_start_with_a_remedy(server: BotApiServer, token: str) -> None:
    channel = TelegramChannel(options(server, token=token))
    with pytest.raises(ChannelError) as caught:
        await channel.start()
    assert "TELEGRAM_TOKEN" in caught.value.remedy
    assert "unknown-but" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/bot", "not-an-address", "ftp://x/bot"])
async def test_a_server_that_is_away_stops_the_start_with_a_remedy(server: BotApiServer, url: str) -> None:
    with pytest.raises(ChannelError) as caught:
        await TelegramChannel(options(server, api_base_url=url)).start()
    assert "telegram.api_base_url" in caught.value.remedy
    assert server.token not in str(caught.value)


# Groups.


def spoken(group: Group) -> list[str]:
    return [message.text for message in group.shows() if message.from_bot and message.kind == "text"]


async def test_a_foreign_group_is_left_politely_once(server: BotApiServer, start_channel: Any, until: Any) -> None:
    channel, stop = await start_channel(), asyncio.Event()
    polling = asyncio.create_task(poll(channel, ignore, stop))
    group = server.group("Arisan", with_bots=False)
    await server.until_confirmed()
    group.adds_bot(server.bot())
    await until(lambda: server.ledger.calls("leaveChat", chat_id=group.chat_id))
    (goodbye,) = spoken(group)
    assert "saya pamit" in goodbye
    assert str(group.chat_id) in goodbye
    await server.until_confirmed()
    group.adds_bot(server.bot())
    await until(lambda: len(server.ledger.calls("leaveChat", chat_id=group.chat_id)) == 2)
    stop.set()
    await polling


async def test_a_group_where_the_bot_may_not_speak_is_left_all_the_same(
    server: BotApiServer, start_channel: Any, until: Any
) -> None:
    channel, group = await start_channel(), server.group("Arisan")
    server.fail(with_=BadRequest("not enough rights to send text messages"), method="sendMessage")
    group.staff("Rina").sends("halo bot", topic=None)
    await channel.receive(await channel.fetch(0), ignore)
    await until(lambda: server.ledger.calls("leaveChat", chat_id=group.chat_id))


async def test_the_staff_group_is_not_left(server: BotApiServer, start_channel: Any) -> None:
    staff = server.group("Staf")
    channel = await start_channel(staff_chats=frozenset({str(staff.chat_id)}))
    staff.staff("Budi").sends("halo")
    staff.adds_bot(server.bot())
    new = staff.migrates()
    new.staff("Rina").sends("sudah pindah")
    await channel.receive(await channel.fetch(0), ignore)
    await asyncio.sleep(0.2)
    assert not server.ledger.calls("leaveChat")
    assert channel.staff_chats == {str(staff.chat_id), str(new.chat_id)}


def written(chat: int) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 1, "chat": {"id": chat, "type": "group"}, "text": "a"}}


def membership(old: str, new: str) -> dict[str, Any]:
    member = {
        "chat": {"id": -9, "type": "group"},
        "old_chat_member": {"status": old},
        "new_chat_member": {"status": new},
    }
    return {"update_id": 1, "my_chat_member": member}


def test_each_foreign_group_is_to_be_left_once_until_the_bot_is_added_again() -> None:
    strangers = Strangers()
    assert strangers.to_leave(membership("left", "member"), set()) == -9
    assert strangers.to_leave(written(-9), set()) is None
    assert strangers.to_leave(membership("member", "left"), set()) is None
    assert strangers.to_leave(written(-9), set()) is None
    assert strangers.to_leave(membership("member", "administrator"), set()) is None
    assert strangers.to_leave(membership("kicked", "member"), set()) == -9


def test_what_is_remembered_of_foreign_groups_is_bounded() -> None:
    strangers = Strangers()
    for number in range(5_000):
        assert strangers.to_leave(written(-number - 1), set()) == -number - 1
    assert len(strangers._left) == 1_000


@pytest.mark.parametrize("raw", [{}, {"message": 5}, {"message": {"chat": 5}}, {"my_chat_member": {"chat": {}}}])
def test_malformed_updates_are_no_reason_to_leave(raw: dict[str, Any]) -> None:
    assert Strangers().to_leave({"update_id": 1, **raw}, set()) is None
    assert moved_staff_chat({"update_id": 1, **raw}, {"5"}) is None


# The token.


async def test_no_log_no_error_and_no_repr_holds_the_token(
    server: BotApiServer, start_channel: Any, until: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = server.token.partition(":")[2]
    channel = await start_channel(answer_timeout_seconds=1.0, poll_timeout_seconds=0)
    seen = [repr(channel), repr(channel.options), repr(channel._bot), repr(vars(channel))]
    target, effect = Target(chat=str(server.customer("Sari").chat_id)), SendText(text="kenari-5512")
    faults = (
        None,
        DropBefore(),
        DropAfterAccept(),
        Garbage(),
        ServerError(),
        TooManyRequests(retry_after=1),
        BadRequest("aduh"),
    )
    for fault in faults:
        if fault:
            server.fail(with_=fault, method="sendMessage")
            server.fail(with_=fault, method="getUpdates")
        seen.append(repr(await channel.perform(target, effect)))
        try:
            await channel.fetch(-1)
        except Exception as error:
            seen += [repr(error), "".join(traceback.format_exception(error))]
    server.fail(with_=DropBefore(), method="getUpdates", times=None)
    stop = asyncio.Event()
    polling = asyncio.create_task(poll(channel, ignore, stop))
    await until(lambda: "trying again" in caplog.text)
    stop.set()
    await polling
    for changes in ({"api_base_url": "http://127.0.0.1:1/bot"}, {"api_base_url": "nowhere"}, {"token": "9:" + secret}):
        lost = TelegramChannel(options(server, **changes))
        with pytest.raises(ChannelError) as caught:
            await lost.start()
        seen += [repr(lost), "".join(traceback.format_exception(caught.value))]
        seen.append(repr(await lost.perform(target, effect)))
    assert secret not in caplog.text
    assert secret not in "".join(seen)
    assert "kenari-5512" not in caplog.text


def test_a_staff_group_that_moved_in_an_earlier_run_is_still_one(server: BotApiServer) -> None:
    channel = TelegramChannel(options(server, staff_chats=frozenset({"-5"})))
    channel.staff_moved({"-5": "-1005", "-6": "-1006"})
    assert channel.staff_chats == {"-5", "-1005"}
