"""The actions of the contract, in plain Python."""

from __future__ import annotations

import asyncio
import itertools
from typing import cast

from bot.actions import Invalid, action, validates
from bot.testing.action_contract import EVENTS, PICTURE
from conversation.actions import Call, Event, Failure, Result, Saying, SlotSet
from conversation.effects import Button

COUNT = itertools.count(1)


@action("action_sapa", repeatable=True)
async def sapa(nama: str) -> tuple[str, Event]:
    return f"Halo, {nama}!", SlotSet(name="disapa", value=True)


@action("action_menu", repeatable=True)
def menu() -> list[Saying]:
    buttons = (
        Button(title="Soto", payload='/pilih{"menu": "soto"}'),
        Button(title="Situs", payload="https://toko.example"),
    )
    return [
        Saying(text="Mau yang mana?", buttons=buttons),
        Saying(image=PICTURE),
        Saying(response="utter_menu", values={"hari": "Senin"}),
    ]


@action("action_serba", repeatable=True)
async def serba() -> tuple[Event, ...]:
    return EVENTS


@action("action_catat")
def catat() -> str:
    return f"Catatan ke-{next(COUNT)}"


@action("action_lihat", repeatable=True)
async def lihat() -> str:
    return f"Catatan ke-{next(COUNT)}"


@action("action_lupa", repeatable=True)
async def lupa(pesanan: list[str]) -> str:
    said = f"{len(pesanan)} pesanan"
    pesanan.clear()
    return said


@action("action_tolak", repeatable=True)
async def tolak() -> Result:
    return Result(failure=Failure.REJECTED)


@action("action_gagal", repeatable=True)
def gagal(call: Call) -> None:
    raise ValueError(call.recent[-1].text)


@action("action_diam", repeatable=True)
async def diam() -> None:
    await asyncio.sleep(3600)


@action("action_sampah", repeatable=True)
async def sampah() -> object:
    return cast(object, 42)


@validates("reservasi", "masakan")
def masakan(value: str) -> str:
    if value.lower() not in ("padang", "sunda", "jawa"):
        raise Invalid(f"Kami tidak punya masakan {value}.")
    return value.lower()
