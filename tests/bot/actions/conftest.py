"""rasa-sdk's own server, started once for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.actions.hosts import rasa_server


@pytest.fixture(scope="session")
def rasa_url() -> Iterator[str]:
    """Where it listens."""
    with rasa_server() as url:
        yield url
