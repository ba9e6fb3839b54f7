"""Files of agents: kept as long as words are, whether anybody uploads or not."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.retention import Retention
from bot.settings import RetentionSettings
from bot.storage.sqlite import SqliteStore
from bot.storage.upkeep import Upkeep
from bot.uploads import prepare, sweep

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    """Files that are half a day, two days and forty days old."""
    folder = tmp_path / "uploads"
    prepare(folder)
    for days in (0.5, 2, 40):
        for name in ("new", "sent"):
            path = folder / name / str(days)
            path.touch()
            os.utime(path, ((NOW - timedelta(days=days)).timestamp(),) * 2)
    return folder


def left(uploads: Path) -> dict[str, list[str]]:
    return {name: sorted(path.name for path in (uploads / name).iterdir()) for name in ("new", "sent")}


def test_what_was_never_sent_is_thrown_away_after_a_day_and_what_was_is_kept_as_long_as_words(uploads: Path) -> None:
    assert sweep(uploads, NOW, 0) == 2
    assert left(uploads) == {"new": ["0.5"], "sent": ["0.5", "2", "40"]}
    assert sweep(uploads, NOW, 30) == 1
    assert left(uploads) == {"new": ["0.5"], "sent": ["0.5", "2"]}


def test_where_nobody_has_sent_a_file_there_is_nothing_to_throw_away(tmp_path: Path) -> None:
    assert sweep(tmp_path / "uploads", NOW, 30) == 0


def test_others_on_the_machine_may_not_look_into_them(uploads: Path) -> None:
    assert {(uploads / name).stat().st_mode & 0o777 for name in ("new", "sent")} == {0o700}


async def test_retention_throws_files_away_though_nobody_uploads(tmp_path: Path, uploads: Path) -> None:
    store = await SqliteStore.open(f"sqlite:///{tmp_path}/tanggap.db")
    settings = RetentionSettings(messages_days=30)
    swept = await Retention(Upkeep(store), settings, lambda: NOW, uploads=uploads).once()
    await store.close()
    assert swept == {"files_of_agents": 3}
    assert left(uploads) == {"new": ["0.5"], "sent": ["0.5", "2"]}
