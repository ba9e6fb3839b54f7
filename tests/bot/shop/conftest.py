"""A shop in a real file, filled for one day."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.shop.database import Shop
from bot.shop.filling import fill_shop
from tests.bot.shop.calls import NOW


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "toko.sqlite3"
    fill_shop(path, NOW)
    return path


@pytest.fixture
def shop(filled: Path, tmp_path: Path) -> Shop:
    """The shop in a file of the test's own."""
    path = tmp_path / "toko.sqlite3"
    path.write_bytes(filled.read_bytes())
    return Shop(path)
