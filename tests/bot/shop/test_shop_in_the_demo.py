"""Customers of the demo look an order up and ask what a parcel costs, through the whole service."""

from __future__ import annotations

from pathlib import Path

from bot.cli.example_shop import with_example_shop
from bot.config import read_settings
from bot.shop.filling import fill_shop
from tests.bot.shop.calls import NOW
from tests.command_line import Ended, process

ORDER = "TN-448120"


def demo(folder: Path, model: Path, *lines: str, **settings: str) -> Ended:
    stdin = "".join(f"{line}\n" for line in lines).encode()
    ended = process("demo", "--as", "sari", cwd=folder, stdin=stdin, TANGGAP_BOT__MODEL=str(model), env=settings)
    assert ended.code == 0, ended
    return ended


def answers(ended: Ended) -> list[str]:
    """What the bot answered to each line."""
    talk = ended.out.split("Coba berikutnya")[0]
    return [part.partition("\n")[2] for part in talk.split("Anda: ")[1:]]


def test_the_demo_names_an_order_and_tells_where_it_is_and_what_sending_costs(
    starter_model: Path, tmp_path: Path
) -> None:
    ended = demo(tmp_path, starter_model, f"status pesanan {ORDER} dong min", "ongkir ke bandung 2kg brp")
    assert f"status pesanan {ORDER}" in ended.err
    status, cost = answers(ended)
    assert ORDER in status
    assert "dalam perjalanan" in status
    # The shop was filled today by UTC; in Jakarta it may be tomorrow already.
    assert any(f"tiba: {day}" in status for day in ("hari ini", "besok", "lusa"))
    assert "Bandung" in cost
    assert [line for line in cost.splitlines() if line.startswith("• ")] == [
        "• AnterAja: Rp 14.000 (1–2 hari)",
        "• SiCepat: Rp 15.000 (1 hari)",
        "• JNE: Rp 16.000 (1 hari)",
        "• J&T: Rp 17.000 (1 hari)",
    ]


def test_who_gives_no_number_is_asked_and_a_wrong_one_is_asked_again(starter_model: Path, tmp_path: Path) -> None:
    asked, wrong, status = answers(
        demo(tmp_path, starter_model, "cek status pesanan saya dong", "TN-999999", "448 120")
    )
    assert "omor pesanan" in asked
    assert '"TN-999999"' in wrong
    assert ORDER in status
    assert "dalam perjalanan" in status


def test_the_third_wrong_number_opens_a_ticket(starter_model: Path, tmp_path: Path) -> None:
    lines = ["cek status pesanan TN-999991", "TN-999992", "TN-999993", "!tiket"]
    *_, last, tickets = answers(demo(tmp_path, starter_model, *lines))
    assert "#" in last or "T-" in last
    assert "sari" in tickets


def test_a_city_that_is_misspelt_is_asked_again(starter_model: Path, tmp_path: Path) -> None:
    asked, again, weight, cost = answers(
        demo(tmp_path, starter_model, "cek ongkir dong", "surabyaa", "Surabaya", "lewati")
    )
    assert "kota" in asked.lower()
    assert "Surabaya" in again
    assert "kg" in weight
    assert "• AnterAja: Rp 15.500 (2–4 hari)" in cost


def test_a_shop_that_cannot_be_read_is_told_and_a_human_sees_why(starter_model: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "toko.sqlite3").write_text("rubbish")
    ended = demo(tmp_path, starter_model, f"status pesanan {ORDER} dong min", "!tiket")
    trouble, tickets = answers(ended)
    assert ORDER not in trouble
    assert "gangguan sistem" in tickets


def test_the_shop_is_filled_once_and_only_for_the_demo_of_the_starter(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    shop = tmp_path / "data" / "toko.sqlite3"
    own_knowledge = read_settings(tmp_path / "config.toml", {"TANGGAP_BOT__KNOWLEDGE": "knowledge"})
    own_actions = read_settings(tmp_path / "config.toml", {"TANGGAP_ACTIONS__USE": '["toko_kita"]'})
    for settings in (own_knowledge, own_actions):
        assert with_example_shop(settings, NOW) is settings
        assert not shop.exists()
    starter = read_settings(tmp_path / "config.toml", {})
    assert starter.actions.use == []
    assert with_example_shop(starter, NOW).actions.use == ["toko"]
    before = shop.read_bytes()
    with_example_shop(starter, NOW)
    assert shop.read_bytes() == before


def test_outside_of_the_demo_the_actions_run_where_they_are_named(starter_model: Path, tmp_path: Path) -> None:
    fill_shop(tmp_path / "data" / "toko.sqlite3", NOW)
    lines = f"status pesanan {ORDER} dong min\n".encode()
    settings = {"TANGGAP_BOT__MODEL": str(starter_model), "TANGGAP_ACTIONS__USE": '["toko"]'}
    with_it = process("chat", "--as", "budi", cwd=tmp_path, stdin=lines, env=settings)
    without = process("chat", "--as", "dewi", cwd=tmp_path, stdin=lines, TANGGAP_BOT__MODEL=str(starter_model))
    assert "dalam perjalanan" in with_it.out
    assert "dalam perjalanan" not in without.out
