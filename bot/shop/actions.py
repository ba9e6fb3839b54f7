"""The shop's two actions: what became of an order, and what sending a parcel costs.

They change nothing, so running one twice does no harm. What they say are the knowledge base's responses, with values
filled in. They know nothing of how they are run; a :class:`ShopError` is for whoever runs them to handle.
"""

from __future__ import annotations

import asyncio
import difflib
import math
import re
from collections.abc import Mapping
from pathlib import Path

from bot.actions.native import ActionContext
from bot.shop.database import Shop
from bot.shop.records import Order, Rate, order_number, tracking_number
from bot.shop.wording import Words, arrival_in_words, days_in_words, echoed, rupiah, words_of
from conversation.actions import Call, Event, FormChanged, Paused, Result, Saying, SlotSet

STATUS_FORM, NUMBER_SLOT, MISSES_SLOT = "form_status_pesanan", "nomor_pesanan", "nomor_salah"
COST_FORM, CITY_SLOT, WEIGHT_SLOT = "form_ongkir", "kota_tujuan", "berat"

MISSES_BEFORE_HANDOFF = 3
"""Wrong numbers in a row after which a human looks: somebody needs help, or tries numbers out."""

MOST_KG = 50
"""Heavier parcels are cargo, which the table has no price for."""

_GRAMS = re.compile(r"\d\s*(?:g|gr|gram)\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_CITY_WORD = re.compile(r"^(?:kota|kabupaten|kab\.?|city of)\s+", re.IGNORECASE)
_LIKELY_CITIES = ("Jakarta", "Surabaya", "Bandung", "Medan", "Semarang")


def actions(context: ActionContext) -> tuple[OrderStatusAction, ShippingCostAction]:
    """The shop's actions, over the file that `tanggap demo` fills. What `toko` in `actions.use` stands for."""
    shop = Shop(shop_path(context.base))
    return OrderStatusAction(shop), ShippingCostAction(shop)


def shop_path(base: Path) -> Path:
    """Where the shop's file lies in a project."""
    return base / "data" / "toko.sqlite3"


class OrderStatusAction:
    """Says where an order stands to whoever knows its number, and asks again where there is no such order."""

    name = "action_status_pesanan"
    repeatable = True

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def run(self, call: Call) -> Result:
        """Look the order of `nomor_pesanan` up, which may be its parcel's number too."""
        said = str(call.slots.get(NUMBER_SLOT) or "")
        order = await asyncio.to_thread(self._find, said)
        if order is None:
            return _no_such_order(said, call.slots)
        words = words_of(call.conversation.dialogue.language)
        values = {
            "nomor_pesanan": order.number,
            "status": words.statuses[order.status],
            "kurir_pesanan": order.courier,
            "resi_pesanan": order.tracking_number or words.no_tracking,
            "perkiraan_tiba": arrival_in_words(order, call.now, words),
        }
        events = (SlotSet(name=NUMBER_SLOT, value=order.number), SlotSet(name=MISSES_SLOT, value=None))
        return Result(says=(Saying(response="status_pesanan", values=values),), events=events)

    def _find(self, said: str) -> Order | None:
        number = order_number(said)
        return self._shop.order(number) if number else self._shop.order_sent_as(tracking_number(said))


def _no_such_order(said: str, slots: Mapping[str, object]) -> Result:
    before = slots.get(MISSES_SLOT)
    misses = before + 1 if isinstance(before, int | float) else 1
    if misses >= MISSES_BEFORE_HANDOFF:
        emptied = (SlotSet(name=NUMBER_SLOT, value=None), SlotSet(name=MISSES_SLOT, value=None))
        return Result(events=(*emptied, Paused()))
    saying = Saying(response="pesanan_tidak_ada", values={"nomor_pesanan": echoed(said)})
    again = _asked_again(STATUS_FORM, NUMBER_SLOT)
    return Result(says=(saying,), events=(SlotSet(name=MISSES_SLOT, value=misses), *again))


def _asked_again(form: str, slot: str) -> tuple[Event, ...]:
    """The slot is empty, and the form waits for it: what is said already asks for it."""
    return SlotSet(name=slot, value=None), FormChanged(form=form), SlotSet(name="requested_slot", value=slot)


class ShippingCostAction:
    """Lists what each courier takes to a city, and the nearest names where nothing is sent to that one."""

    name = "action_ongkos_kirim"
    repeatable = True

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def run(self, call: Call) -> Result:
        """Look the rates to `kota_tujuan` up, for `berat` kilograms."""
        said = echoed(str(call.slots.get(CITY_SLOT) or ""))
        city = _CITY_WORD.sub("", said)
        rates = await asyncio.to_thread(self._shop.rates, city)
        if not rates:
            near = ", ".join(nearest_cities(city, await asyncio.to_thread(self._shop.cities)))
            saying = Saying(response="kota_tidak_ada", values={"kota_tujuan": said, "kota_terdekat": near})
            return Result(says=(saying,), events=_asked_again(COST_FORM, CITY_SLOT))
        weight = kilograms(call.slots.get(WEIGHT_SLOT))
        if weight > MOST_KG:
            saying = Saying(response="berat_berlebih", values={"berat_maksimal": f"{MOST_KG} kg"})
            return Result(says=(saying,), events=(SlotSet(name=WEIGHT_SLOT, value=None),))
        words = words_of(call.conversation.dialogue.language)
        values = {
            "kota_tujuan": rates[0].city,
            "berat": f"{weight} kg",
            "daftar_ongkir": "\n".join(_line(rate, weight, words) for rate in rates),
        }
        # The next question is about a city of its own; one that is not known must not get this one's prices.
        return Result(says=(Saying(response="ongkir", values=values),), events=(SlotSet(name=CITY_SLOT, value=None),))


def _line(rate: Rate, weight: int, words: Words) -> str:
    return f"• {rate.courier}: {rupiah(rate.price_per_kg * weight)} ({days_in_words(rate.days, words)})"


def nearest_cities(name: str, provinces: Mapping[str, str]) -> list[str]:
    """At most five cities that somebody may have meant: those of the province they named, or those spelt like it.

    `provinces` are the cities' provinces. Where nothing is near, the cities most parcels go to.
    """
    wanted = name.casefold()
    inside = [city for city, province in provinces.items() if province.casefold() == wanted]
    by_name = {city.casefold(): city for city in provinces}
    near = [by_name[match] for match in difflib.get_close_matches(wanted, by_name, n=3, cutoff=0.6)]
    return inside[:5] or near or [city for city in _LIKELY_CITIES if city in provinces]


def kilograms(said: object) -> int:
    """A weight in whole kilograms, as couriers count: rounded up, at least one. Not a number counts as not said."""
    if isinstance(said, str):
        written = _NUMBER.search(said[:200])
        weight = float(written[0].replace(",", ".")) if written else 1.0
        weight /= 1000 if _GRAMS.search(said[:200]) else 1
    else:
        weight = float(said) if isinstance(said, int | float) else 1.0
    return max(1, math.ceil(weight)) if math.isfinite(weight) else 1
