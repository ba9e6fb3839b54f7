"""What a storage URL names, and how it may be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import read_settings
from bot.storage.urls import is_postgres, parsed, shown
from conversation.errors import SettingError, StorageError


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("sqlite:///data/tanggap.sqlite3", "sqlite:///data/tanggap.sqlite3"),
        ("postgresql://toko@db/tanggap", "postgresql://toko@db/tanggap"),
        ("postgresql://toko:rahasia@db:5432/tanggap", "postgresql://toko:***@db:5432/tanggap"),
        ("postgresql+asyncpg://toko:ra:ha@sia@db/tanggap", "postgresql+asyncpg://toko:***@db/tanggap"),
        ("postgresql://:rahasia@db/tanggap", "postgresql://:***@db/tanggap"),
        ("postgresql://db/tanggap?user=toko&password=rahasia", "postgresql://db/tanggap?user=toko&password=***"),
        ("postgresql://postgres@/toko?host=/run/postgresql", "postgresql://postgres@/toko?host=/run/postgresql"),
        ("toko:rahasia@db/tanggap", "toko:***@db/tanggap"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, safe: str) -> None:
    assert shown(url) == safe


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+asyncpg", "postgres"])
def test_postgres_has_three_names(scheme: str) -> None:
    assert is_postgres(f"{scheme}://toko@db/tanggap")


def test_the_rest_is_sqlite() -> None:
    assert not is_postgres("sqlite:///tanggap.db")


@pytest.mark.parametrize("url", ["tanggap.db", "postgresql://toko:rahasia@db:pintu/x", "mysql://toko:rahasia@db/x"])
def test_what_is_no_url_of_ours_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StorageError) as refusal:
        parsed(url)
    assert "rahasia" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert "sqlite:///" in refusal.value.remedy


def test_a_password_in_a_settings_file_is_refused_and_not_shown(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[storage]\nurl = "postgresql://toko:rahasia@db/tanggap"\n')
    with pytest.raises(SettingError, match=r"storage\.url") as refusal:
        read_settings(config, {})
    assert "rahasia" not in str(refusal.value)
    assert "PGPASSWORD" in refusal.value.remedy


def test_a_password_in_the_environment_is_taken_and_not_shown() -> None:
    settings = read_settings(None, {"TANGGAP_STORAGE__URL": "postgresql://toko:rahasia@db/tanggap"})
    assert settings.storage_url() == "postgresql://toko:rahasia@db/tanggap"
    assert "rahasia" not in repr(settings)
