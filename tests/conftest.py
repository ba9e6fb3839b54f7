"""What many tests share: models, trained once for all of them, and a service that serves the small shop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.config import read_settings
from bot.mind import train_model
from tests.desk import Desk, open_desk
from tests.postgres import PostgresServer, start_or_skip

SHOP = Path(__file__).parent / "shop"
"""A small knowledge base whose model is trained in a few seconds."""


@pytest.fixture(scope="session")
def shop_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the small shop."""
    return trained(str(SHOP), tmp_path_factory.mktemp("shop") / "model.tgm")


@pytest.fixture(scope="session")
def starter_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the knowledge base that ships."""
    return trained("starter", tmp_path_factory.mktemp("starter") / "model.tgm")


@pytest.fixture(scope="session")
def shop(shop_model: Path) -> dict[str, str]:
    """The settings with which a service serves the small shop."""
    return {"bot__knowledge": str(SHOP), "bot__model": str(shop_model)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory, shop: dict[str, str]) -> AsyncIterator[Desk]:
    """One service for all stories that can share it; each has customers of its own."""
    async with open_desk(tmp_path_factory.mktemp("desk"), shop) as opened:
        yield opened


def trained(knowledge: str, model: Path) -> Path:
    train_model(read_settings(None, {"TANGGAP_BOT__KNOWLEDGE": knowledge, "TANGGAP_BOT__MODEL": str(model)}))
    return model


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    server = start_or_skip()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgresServer) -> str:
    """A database with tables."""
    name = postgres.new_database()

    from bot.storage.postgres import PostgresStore

    async def make_tables() -> None:
        await (await PostgresStore.open(postgres.url(name))).close()

    asyncio.run(make_tables())
    return name


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_database: str) -> Iterator[str]:
    """The URL of a database with tables and nothing in them."""
    yield postgres.url(postgres_database)
    postgres.empty(postgres_database)
