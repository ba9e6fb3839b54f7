"""The action that docs/shop.md puts in the shop's place does what the page says, against a server of its own."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot.shop.actions import OrderStatusAction
from bot.shop.database import Shop
from conversation.actions import Result, SlotSet
from tests.bot.shop.calls import call_of, insert_order

PAGE = Path(__file__).parents[3] / "docs" / "shop.md"


def written_on_the_page() -> dict[str, Any]:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {"__name__": "page"}
    exec(compile(code, str(PAGE), "exec"), names)
    return names


def serve(request: httpx.Request) -> httpx.Response:
    if request.url.params["number"] == "TN-100000":
        order = {"status": "sedang dikemas", "courier": "JNE", "tracking_number": "", "eta": "besok"}
        return httpx.Response(200, json=order)
    return httpx.Response(500 if request.url.params["number"] == "TN-500500" else 404)


async def asked(number: str) -> Result:
    async with httpx.AsyncClient(transport=httpx.MockTransport(serve), base_url="https://api.toko.example") as client:
        action = written_on_the_page()["OrderStatus"](client)
        result: Result = await action.run(call_of(action.name, nomor_pesanan=number))
        return result


async def test_it_says_of_an_order_what_the_shop_says(shop: Shop) -> None:
    insert_order(shop.path, "TN-100000", "dikemas", "2026-11-23")
    ours = await OrderStatusAction(shop).run(call_of("any", nomor_pesanan="TN-100000"))
    assert (await asked("TN-100000")).says == ours.says


async def test_it_asks_again_where_there_is_no_such_order() -> None:
    result = await asked("TN-404404")
    assert [saying.response for saying in result.says] == ["pesanan_tidak_ada"]
    assert SlotSet(name="nomor_pesanan", value=None) in result.events


async def test_it_raises_where_the_other_side_fails() -> None:
    with pytest.raises(httpx.HTTPStatusError):
        await asked("TN-500500")


def test_the_package_offers_it_with_its_secret() -> None:
    context = SimpleNamespace(secret={"SHOP_API_TOKEN": "rahasia"}.__getitem__)
    (action,) = written_on_the_page()["actions"](context)
    assert (action.name, action.repeatable) == ("action_status_pesanan", True)
