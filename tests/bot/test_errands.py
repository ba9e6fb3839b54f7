"""Errands: asked in files, answered in files, by whoever holds the database."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.errands import Refused, ask, errands_of, run_errands
from conversation.errors import DataError, StorageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return errands_of(tmp_path / "tanggap.sqlite3")


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def put_rubbish(folder: Path) -> None:
    folder.mkdir()
    (folder / "0.request").write_text("{not json")


async def asked(folder: Path, what: str, **values: Any) -> Mapping[str, Any]:
    """Ask while a service is at work."""

    async def twice(request: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"number": request["number"] * 2}

    async def refuse(request: Mapping[str, Any]) -> Mapping[str, Any]:
        raise DataError("there is no such contact", remedy="Ask for another.")

    working = asyncio.create_task(run_errands(folder, {"twice": twice, "refuse": refuse}))
    try:
        return await asyncio.to_thread(ask, folder, what, values, 10)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_what_is_asked_for_is_done_and_nothing_is_left_lying_about(folder: Path) -> None:
    assert await asked(folder, "twice", number=21) == {"number": 42}
    assert left(folder) == []


async def test_a_refusal_comes_with_its_remedy(folder: Path) -> None:
    with pytest.raises(Refused, match="no such contact") as refused:
        await asked(folder, "refuse")
    assert refused.value.remedy == "Ask for another."


@pytest.mark.parametrize(("what", "values"), [("unknown", {}), ("twice", {})])
async def test_what_cannot_be_done_is_said_and_does_not_stop_the_service(
    folder: Path, what: str, values: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match="the service failed at it: KeyError"):
        await asked(folder, what, **values)
    assert await asked(folder, "twice", number=1) == {"number": 2}


async def test_rubbish_in_the_folder_is_answered_and_removed(folder: Path) -> None:
    put_rubbish(folder)
    assert await asked(folder, "twice", number=1) == {"number": 2}
    assert left(folder) == ["0.answer"]


def test_who_is_not_answered_leaves_no_request_behind(folder: Path) -> None:
    with pytest.raises(StorageError, match="did not answer"):
        ask(folder, "twice", {"number": 1}, patience=0.1)
    assert left(folder) == []


def test_nobody_else_may_ask(folder: Path) -> None:
    with pytest.raises(StorageError):
        ask(folder, "twice", {}, patience=0)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
