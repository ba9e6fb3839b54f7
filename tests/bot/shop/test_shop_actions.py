"""What the shop's actions answer, in so far as a stranger may know it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.shop.actions import OrderStatusAction, ShippingCostAction, kilograms, nearest_cities
from bot.shop.database import Shop, ShopError
from conversation.actions import FormChanged, Paused, Result, Saying, SlotSet
from tests.bot.shop.calls import call_of, insert_order

STATUS, COST = "action_status_pesanan", "action_ongkos_kirim"


async def status(shop: Shop, language: str = "", **slots: object) -> Result:
    return await OrderStatusAction(shop).run(call_of(STATUS, language, **slots))


async def cost(shop: Shop, language: str = "", **slots: object) -> Result:
    return await ShippingCostAction(shop).run(call_of(COST, language, **slots))


def only_saying(result: Result) -> Saying:
    assert result.failure is None
    (saying,) = result.says
    return saying


async def test_an_order_is_found_by_its_number_and_the_number_is_kept_as_the_shop_writes_it(shop: Shop) -> None:
    insert_order(shop.path, "TN-100000", "transit", "2026-11-23", "CGK0000000000017")
    result = await status(shop, nomor_pesanan="tn 100000")
    assert only_saying(result) == Saying(
        response="status_pesanan",
        values={
            "nomor_pesanan": "TN-100000",
            "status": "dalam perjalanan (transit)",
            "kurir_pesanan": "JNE",
            "resi_pesanan": "CGK0000000000017",
            "perkiraan_tiba": "besok",
        },
    )
    assert result.events == (SlotSet(name="nomor_pesanan", value="TN-100000"), SlotSet(name="nomor_salah", value=None))


async def test_an_order_is_found_by_the_number_of_its_parcel(shop: Shop) -> None:
    insert_order(shop.path, "TN-100000", "transit", "2026-11-23", "JP0000000017")
    result = await status(shop, nomor_pesanan="jp 0000 000017")
    assert only_saying(result).values["nomor_pesanan"] == "TN-100000"


async def test_who_writes_english_reads_the_values_in_english(shop: Shop) -> None:
    insert_order(shop.path, "TN-100000", "dikemas", "2026-11-25")
    values = only_saying(await status(shop, "en", nomor_pesanan="TN-100000")).values
    assert values["status"] == "being packed"
    assert values["resi_pesanan"] == "none yet"
    assert values["perkiraan_tiba"] == "Wednesday, 25 November 2026"
    assert "Rp 8.000 (1 day)" in str(only_saying(await cost(shop, "en", kota_tujuan="Bandung")).values["daftar_ongkir"])


async def test_nobody_learns_what_was_ordered_or_by_whom(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.path)) as file:
        orders = file.execute("SELECT number, items, phone_ending FROM orders").fetchall()
    for number, items, phone_ending in orders:
        told = str((await status(shop, nomor_pesanan=number)).says)
        assert not any(item in told for item in items.split(", "))
        assert f"{phone_ending}'" not in told


@pytest.mark.parametrize("number", ["TN-100000", "besok aja", "", None, 17, "TN-44812' OR '1'='1", "{nomor}%s" * 2000])
async def test_a_number_that_is_none_is_asked_again(shop: Shop, number: object) -> None:
    result = await status(shop, nomor_pesanan=number)
    saying = only_saying(result)
    assert saying.response == "pesanan_tidak_ada"
    assert len(str(saying.values["nomor_pesanan"])) <= 40
    assert result.events == (
        SlotSet(name="nomor_salah", value=1),
        SlotSet(name="nomor_pesanan", value=None),
        FormChanged(form="form_status_pesanan"),
        SlotSet(name="requested_slot", value="nomor_pesanan"),
    )


async def test_the_third_wrong_number_in_a_row_calls_a_human(shop: Shop) -> None:
    misses: object = None
    for _ in range(2):
        result = await status(shop, nomor_pesanan="TN-100000", nomor_salah=misses)
        assert Paused() not in result.events
        misses = next(e.value for e in result.events if isinstance(e, SlotSet) and e.name == "nomor_salah")
    last = await status(shop, nomor_pesanan="TN-100000", nomor_salah=misses)
    assert last.says == ()
    assert last.events == (
        SlotSet(name="nomor_pesanan", value=None),
        SlotSet(name="nomor_salah", value=None),
        Paused(),
    )


async def test_couriers_are_listed_cheapest_first_for_the_weight(shop: Shop) -> None:
    saying = only_saying(await cost(shop, kota_tujuan="semarang", berat=1.2))
    assert saying.response == "ongkir"
    assert saying.values == {
        "kota_tujuan": "Semarang",
        "berat": "2 kg",
        "daftar_ongkir": "• AnterAja: Rp 27.000 (2–4 hari)\n"
        "• SiCepat: Rp 29.000 (2–3 hari)\n"
        "• JNE: Rp 30.000 (2–3 hari)\n"
        "• J&T: Rp 32.000 (2–3 hari)",
    }


@pytest.mark.parametrize("city", ["Kota Bandung", "bandung", "  BANDUNG "])
async def test_a_city_is_found_however_it_is_written(shop: Shop, city: str) -> None:
    assert only_saying(await cost(shop, kota_tujuan=city)).values["kota_tujuan"] == "Bandung"


@pytest.mark.parametrize(
    ("city", "near"),
    [
        ("Bandungg", "Bandung"),
        ("surabya", "Surabaya"),
        ("Sumatera Barat", "Bukittinggi, Padang"),
        ("Atlantis'; DROP TABLE rates; --", "Jakarta, Surabaya, Bandung, Medan, Semarang"),
        ("x" * 10_000, "Jakarta, Surabaya, Bandung, Medan, Semarang"),
        (None, "Jakarta, Surabaya, Bandung, Medan, Semarang"),
    ],
)
async def test_an_unknown_city_is_answered_with_the_nearest_names(shop: Shop, city: object, near: str) -> None:
    result = await cost(shop, kota_tujuan=city)
    saying = only_saying(result)
    assert saying.response == "kota_tidak_ada"
    assert str(saying.values["kota_terdekat"]).startswith(near)
    assert len(str(saying.values["kota_tujuan"])) <= 40
    assert result.events == (
        SlotSet(name="kota_tujuan", value=None),
        FormChanged(form="form_ongkir"),
        SlotSet(name="requested_slot", value="kota_tujuan"),
    )


def test_no_city_is_offered_that_nothing_is_sent_to() -> None:
    assert nearest_cities("Atlantis", {"Medan": "Sumatera Utara"}) == ["Medan"]


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        (None, 1),
        (2.0, 2),
        (2.01, 3),
        (0, 1),
        (-5, 1),
        (float("nan"), 1),
        (float("inf"), 1),
        ("2,5 kg", 3),
        ("500 gram", 1),
        ("2500 gr", 3),
        ("berat banget", 1),
        ("9" * 10_000, 10**200),
        (["2"], 1),
    ],
)
def test_a_weight_is_rounded_up_to_whole_kilograms(said: object, whole: int) -> None:
    assert kilograms(said) == pytest.approx(whole)


async def test_a_parcel_that_is_too_heavy_has_no_price(shop: Shop) -> None:
    result = await cost(shop, kota_tujuan="Bandung", berat=50.5)
    assert only_saying(result) == Saying(response="berat_berlebih", values={"berat_maksimal": "50 kg"})
    assert result.events == (SlotSet(name="berat", value=None),)
    assert only_saying(await cost(shop, kota_tujuan="Bandung", berat=50)).response == "ongkir"


@pytest.mark.parametrize("action", [OrderStatusAction, ShippingCostAction])
async def test_a_shop_that_cannot_be_read_is_left_to_whoever_runs_the_action(
    action: type[OrderStatusAction | ShippingCostAction], tmp_path: Path
) -> None:
    with pytest.raises(ShopError, match="cannot be read"):
        await action(Shop(tmp_path / "none.sqlite3")).run(
            call_of("any", nomor_pesanan="TN-448120", kota_tujuan="Bandung")
        )


_NUMBERS = st.booleans() | st.integers() | st.floats()
_VALUES = st.none() | _NUMBERS | st.text(max_size=200) | st.lists(st.text(), max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(number=_VALUES, misses=_VALUES, city=_VALUES, weight=_VALUES)
async def test_whatever_the_slots_hold_there_is_an_answer(
    shop: Shop, number: object, misses: object, city: object, weight: object
) -> None:
    for result in (
        await status(shop, nomor_pesanan=number, nomor_salah=misses),
        await cost(shop, kota_tujuan=city, berat=weight),
    ):
        assert result.failure is None
        assert result.says or Paused() in result.events
