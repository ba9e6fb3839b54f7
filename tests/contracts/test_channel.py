"""The contract of `Channel`, over every implementation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from bot.channels.telegram import TelegramChannel, TelegramOptions
from bot.channels.terminal import TerminalChannel
from bot.testing.bot_api import BotApiServer
from bot.testing.bot_api.people import Customer
from bot.testing.channel_contract import ChannelContract
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI, ScriptedChannel
from conversation.messages import Contact
from conversation.ports import Target, Update


class TestTerminal(ChannelContract):
    """Lines that are typed."""

    @pytest.fixture
    def channel(self) -> TerminalChannel:
        contact = Contact(channel="terminal", address="budi", name="budi")
        return TerminalChannel(show=lambda text, buttons: None, contact=contact)

    @pytest.fixture
    def updates(self, channel: TerminalChannel) -> Sequence[Update]:
        return [channel.typed(line, serial, NOON) for serial, line in enumerate_from_one("halo", "jam buka?")]

    @pytest.fixture
    def target(self) -> Target:
        return Target(chat="budi")


class TestScriptedChannel(ChannelContract):
    """The one for tests."""

    @pytest.fixture
    def channel(self) -> ScriptedChannel:
        return ScriptedChannel()

    @pytest.fixture
    def updates(self, channel: ScriptedChannel) -> Sequence[Update]:
        return [channel.said("halo"), channel.said("jam buka?")]

    @pytest.fixture
    def target(self) -> Target:
        return Target(chat=BUDI.address)


class TestTelegram(ChannelContract):
    """Against a Bot API server."""

    @pytest.fixture
    async def server(self) -> AsyncIterator[BotApiServer]:
        async with BotApiServer() as server:
            yield server

    @pytest.fixture
    def budi(self, server: BotApiServer) -> Customer:
        return server.customer("Budi")

    @pytest.fixture
    async def channel(self, server: BotApiServer) -> AsyncIterator[TelegramChannel]:
        options = TelegramOptions(
            token=server.token, api_base_url=server.url, file_base_url=server.file_url, poll_timeout_seconds=1
        )
        channel = TelegramChannel(options)
        await channel.start()
        yield channel
        await channel.stop()

    @pytest.fixture
    async def updates(self, channel: TelegramChannel, budi: Customer) -> Sequence[Update]:
        budi.sends("halo")
        budi.sends("jam buka?")
        kept: list[Update] = []

        async def take(updates: Sequence[Update]) -> None:
            kept.extend(updates)

        await channel.receive(await channel.fetch(0), take)
        return kept

    @pytest.fixture
    def target(self, budi: Customer) -> Target:
        return Target(chat=str(budi.user_id))


def enumerate_from_one(*lines: str) -> list[tuple[str, str]]:
    return [(str(number), line) for number, line in enumerate(lines, start=1)]
