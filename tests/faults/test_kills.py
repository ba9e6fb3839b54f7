"""A few kills at random moments; `make faults` deals many, of each kind and on both kinds of storage."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kills import killed, restarted, server_killed, trial
from tests.postgres import PostgresServer

SEED = 20260817
HASTE = 0.05
"""Real seconds to one of Telegram's: after a few failures a webhook is not tried again for many of them."""


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_kills_under_load_lose_nothing_and_double_nothing(
    tmp_path: Path, shop: dict[str, str], mode: str
) -> None:
    report = await trial(tmp_path, {**shop, "telegram__mode": mode}, kills=2, seed=SEED, patience=HASTE)
    assert report.acknowledged >= 50
    assert report.turns >= 20
    assert report.holds, report


async def test_restarts_under_load_lose_nothing_and_leave_no_doubt(tmp_path: Path, shop: dict[str, str]) -> None:
    report = await trial(tmp_path, shop, kills=1, seed=SEED, blow=restarted)
    assert report.turns >= 10
    assert report.holds, report
    assert report.unknown == 0, "what was being sent was waited for"


@pytest.mark.parametrize("what", ["service", "server"])
async def test_kills_on_postgresql_lose_nothing_and_double_nothing(
    tmp_path: Path, shop: dict[str, str], postgres: PostgresServer, postgres_url: str, what: str
) -> None:
    blow = killed if what == "service" else server_killed(postgres)
    report = await trial(tmp_path, {**shop, "storage__url": postgres_url}, kills=1, seed=SEED, blow=blow)
    assert report.turns >= 10
    assert report.holds, report
