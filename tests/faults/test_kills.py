"""A few kills at random moments; `make faults` takes many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kills import trial


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_kills_under_load_lose_nothing_and_double_nothing(
    tmp_path: Path, shop: dict[str, str], mode: str
) -> None:
    report = await trial(tmp_path, {**shop, "telegram__mode": mode}, kills=3, seed=20260817)
    assert report.acknowledged >= 50
    assert report.turns >= 20
    assert report.holds, report
