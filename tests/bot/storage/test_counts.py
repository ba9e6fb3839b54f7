"""How many conversations there are is counted each time while there are few, and remembered where there are many."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage import sql_store
from bot.storage.sqlite import SqliteStore
from bot.testing.store_contract.examples import contact
from conversation.ports import Change


async def numbers(path: Path) -> list[int]:
    """What the store says of its conversations after each of three came."""
    store = await SqliteStore.open(f"sqlite:///{path}")
    found = []
    for number in range(3):
        await store.commit(Change(conversation=(await store.load(contact(number))).conversation))
        found.append((await store.counts())["conversations"])
    await store.close()
    return found


async def test_few_are_counted_each_time(tmp_path: Path) -> None:
    assert await numbers(tmp_path / "a.db") == [1, 2, 3]


async def test_many_are_counted_again_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_store, "MANY", 2)
    assert await numbers(tmp_path / "a.db") == [1, 2, 2]
    monkeypatch.setattr(sql_store, "REMEMBERED", 0.0)
    assert await numbers(tmp_path / "b.db") == [1, 2, 3]
