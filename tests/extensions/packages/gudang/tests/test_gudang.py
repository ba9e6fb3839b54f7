"""The lookup in a list of two orders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from gudang import actions

from bot.actions import ActionContext, FunctionAction
from bot.testing.native_action_contract import NativeActionContract, called
from conversation.actions import Call

LIST = "nomor,status,kurir,resi,tiba\nGD-17,sedang dikirim,JNE,JNE123,besok\nGD-18,dikemas,SiCepat,,lusa\n"


@pytest.fixture
def action(tmp_path: Path) -> FunctionAction:
    (tmp_path / "pesanan.csv").write_text(LIST, encoding="utf-8")
    (found,) = actions(ActionContext(settings={}, base=tmp_path, secret=lambda name: name))
    return found


class TestContract(NativeActionContract):
    """What every action has to do."""

    @pytest.fixture
    def calls(self) -> Sequence[Call]:
        numbers = ("GD-17", "gd 18", "GD-18", "XX-1")
        return [called("action_status_pesanan", nomor_pesanan=number) for number in numbers]


async def test_an_order_is_found_by_its_number(action: FunctionAction) -> None:
    result = await action.run(called("action_status_pesanan", nomor_pesanan="gd-18"))
    assert result.says[0].values["resi_pesanan"] == "belum ada"


async def test_a_list_that_is_missing_is_a_failure_and_not_an_order_that_is_missing(
    action: FunctionAction, tmp_path: Path
) -> None:
    (tmp_path / "pesanan.csv").unlink()
    with pytest.raises(FileNotFoundError):
        await action.run(called("action_status_pesanan", nomor_pesanan="GD-17"))
