"""The shop's file: what it is filled with, and what a lookup does with a file that is not as it should be."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.shop.database import Shop, ShopError
from bot.shop.filling import N_ORDERS, NUMBER_TO_TRY, fill_shop
from bot.shop.records import COURIERS, OrderStatus, order_number
from intents.entities import EntityFinder
from tests.bot.shop.calls import NOW, insert_order


def rows(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(question).fetchall()


def everything(path: Path) -> list[list[tuple[object, ...]]]:
    return [rows(path, f"SELECT * FROM {table} ORDER BY 1, 3") for table in ("orders", "rates")]


def test_the_shop_has_orders_in_every_state(shop: Shop) -> None:
    orders = [shop.order(str(number)) for (number,) in rows(shop.path, "SELECT number FROM orders")]
    assert len(orders) == N_ORDERS
    assert {order.status for order in orders if order} == set(OrderStatus)
    assert all(order and order_number(order.number) == order.number for order in orders)


def test_the_number_that_answers_give_as_an_example_is_an_order_on_its_way(shop: Shop) -> None:
    order = shop.order(NUMBER_TO_TRY)
    assert order is not None
    assert order.status is OrderStatus.TRANSIT


def test_a_parcel_on_its_way_is_not_late_on_the_day_the_shop_is_filled(shop: Shop) -> None:
    under_way = rows(shop.path, "SELECT eta FROM orders WHERE status IN ('dikemas', 'dikirim', 'transit')")
    assert all("2026-11-22" <= str(eta) <= "2026-11-27" for (eta,) in under_way)
    arrived = rows(shop.path, "SELECT eta FROM orders WHERE status = 'tiba'")
    assert all(str(eta) <= "2026-11-22" for (eta,) in arrived)


def test_its_numbers_and_waybills_are_found_in_a_message(shop: Shop) -> None:
    finder = EntityFinder()
    for number, tracking in rows(shop.path, "SELECT number, tracking_number FROM orders"):
        assert ("order_number", number) in {(e.kind, e.value) for e in finder.find(f"status pesanan {number} dong min")}
        if tracking:
            assert ("tracking_number", tracking) in {(e.kind, e.value) for e in finder.find(f"resi {tracking}")}


def test_its_cities_are_called_what_messages_are_read_to_say(shop: Shop) -> None:
    finder = EntityFinder()
    cities = shop.cities()
    assert len(cities) >= 60
    for city, province in cities.items():
        assert [e.value for e in finder.find(f"ongkir ke {city}") if e.kind == "place"] == [city]
        assert [e.value for e in finder.find(f"ongkir ke {province}") if e.kind == "place"] == [province]


def test_every_city_has_a_price_of_every_courier_cheapest_first(shop: Shop) -> None:
    for city in shop.cities():
        rates = shop.rates(city)
        assert {rate.courier for rate in rates} == set(COURIERS)
        assert [rate.price_per_kg for rate in rates] == sorted(rate.price_per_kg for rate in rates)
        assert all(0 < rate.days[0] <= rate.days[1] for rate in rates)


def test_the_same_day_fills_the_same_shop(filled: Path, tmp_path: Path) -> None:
    again, later = tmp_path / "again.sqlite3", tmp_path / "later.sqlite3"
    fill_shop(again, NOW)
    fill_shop(later, NOW + timedelta(days=30))
    assert everything(again) == everything(filled)
    assert everything(later)[0] != everything(filled)[0]


def test_a_shop_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "toko.sqlite3"
    path.write_bytes(b"somebody's own")
    fill_shop(path, NOW)
    assert path.read_bytes() == b"somebody's own"


def test_an_end_in_the_middle_of_filling_leaves_no_half_shop(tmp_path: Path) -> None:
    path = tmp_path / "data" / "toko.sqlite3"
    path.parent.mkdir()
    (path.parent / "toko.sqlite3.new").write_bytes(b"SQLite format 3\0 and no more")
    fill_shop(path, NOW)
    assert len(rows(path, "SELECT * FROM orders")) == N_ORDERS
    assert [file.name for file in path.parent.iterdir()] == ["toko.sqlite3"]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ShopError, match=r"data.toko\.sqlite3: cannot be written"):
        fill_shop(tmp_path / "data" / "toko.sqlite3", NOW)


def test_a_missing_file_is_an_error_and_is_not_made(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "toko.sqlite3")
    with pytest.raises(ShopError, match="cannot be read"):
        shop.order("TN-448120")
    assert not shop.path.exists()


@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "toko.sqlite3"
    path.write_bytes(content)
    for lookup in (lambda: Shop(path).order("TN-448120"), lambda: Shop(path).rates("Bandung"), Shop(path).cities):
        with pytest.raises(ShopError, match="cannot be read"):
            lookup()


@pytest.mark.parametrize(("status", "eta"), [("terbang", None), ("dikirim", "besok")])
def test_an_order_that_makes_no_sense_is_an_error(shop: Shop, status: str, eta: str | None) -> None:
    insert_order(shop.path, "TN-100000", status, eta)
    with pytest.raises(ShopError, match="cannot be read"):
        shop.order("TN-100000")


def test_a_lookup_waits_for_a_writer_and_gives_up_in_the_end(shop: Shop) -> None:
    insert_order(shop.path, "TN-100000", "dikemas")
    with closing(sqlite3.connect(shop.path, isolation_level=None, check_same_thread=False)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ShopError, match="locked"):
            Shop(shop.path, lock_seconds=0.05).order("TN-100000")
        release = threading.Timer(0.1, writer.rollback)
        release.start()
        assert Shop(shop.path, lock_seconds=10).order("TN-100000") is not None
        release.join()


def test_a_path_may_hold_what_means_something_in_an_address(filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "toko #1 50%?mode=rwc.sqlite3"
    path.write_bytes(filled.read_bytes())
    assert "Bandung" in Shop(path).cities()


def test_a_lookup_cannot_write(shop: Shop) -> None:
    before = shop.path.read_bytes()
    shop.path.chmod(0o444)
    assert shop.order("TN-1'; DELETE FROM orders; --") is None
    assert shop.rates("Bandung' OR '1'='1") == ()
    assert shop.path.read_bytes() == before
