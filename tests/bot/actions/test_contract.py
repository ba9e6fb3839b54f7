"""The contract of a host of actions, over every way to run them: the same actions have the same outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.actions import Actions
from bot.testing.action_contract import ActionContract
from tests.bot.actions.hosts import NATIVE, RASA, RASA_LOOKUPS, opened


class TestNative(ActionContract):
    """Plain Python."""

    @pytest.fixture
    async def actions(self) -> AsyncIterator[Actions]:
        async with opened(NATIVE) as actions:
            yield actions


class TestRasaInProcess(ActionContract):
    """rasa-sdk's classes, as they are."""

    @pytest.fixture
    async def actions(self) -> AsyncIterator[Actions]:
        async with opened(RASA, repeatable=RASA_LOOKUPS) as actions:
            yield actions


class TestRasaServer(ActionContract):
    """The same classes in rasa-sdk's own server."""

    @pytest.fixture
    async def actions(self, rasa_url: str) -> AsyncIterator[Actions]:
        async with opened(server_url=rasa_url, repeatable=RASA_LOOKUPS) as actions:
            yield actions
