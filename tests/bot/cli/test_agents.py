"""`tanggap agents`: accounts, whether the service runs or not."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import httpx

from bot.testing.bot_api import BotApiServer
from bot.testing.service import RunningService
from tests.command_line import Command, Ended, process


def password_of(ended: Ended) -> str:
    found = re.search(r"^sari: ([a-z2-9]{4}(?:-[a-z2-9]{4}){3})$", ended.out, re.MULTILINE)
    assert found, ended
    return found[1]


def test_an_account_is_made_before_the_first_start(tanggap: Command, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[storage]\nurl = "sqlite:///data/desk.sqlite3"\n')
    options = ("--role", "supervisor", "--department", "retur", "--department", "umum", "--telegram-id", "777")
    made = tanggap("agents", "add", "sari", *options, cwd=tmp_path)
    assert made.code == 0, made
    password_of(made)
    [sari] = json.loads(tanggap("agents", "list", "--json", cwd=tmp_path).out)
    assert (sari["login"], sari["name"], sari["role"]) == ("sari", "Sari", "supervisor")
    assert (sari["departments"], sari["telegram_id"]) == (["retur", "umum"], 777)
    assert "password" not in json.dumps(sari)


def test_accounts_are_disabled_enabled_and_given_passwords(tanggap: Command, tmp_path: Path) -> None:
    first = password_of(tanggap("agents", "add", "sari", cwd=tmp_path))
    assert password_of(tanggap("agents", "passwd", "sari", cwd=tmp_path)) != first
    assert tanggap("agents", "disable", "sari", cwd=tmp_path).code == 0
    assert "disabled" in tanggap("agents", "list", cwd=tmp_path).out
    assert tanggap("agents", "enable", "sari", cwd=tmp_path).code == 0
    assert "disabled" not in tanggap("agents", "list", cwd=tmp_path).out


def test_what_cannot_be_is_refused(tanggap: Command, tmp_path: Path) -> None:
    tanggap("agents", "add", "sari", cwd=tmp_path)
    tanggap("agents", "add", "sari", cwd=tmp_path).failed("Another account")
    tanggap("agents", "add", "Sari Dewi", cwd=tmp_path).failed("lower-case")
    tanggap("agents", "disable", "siapa", cwd=tmp_path).failed("no account siapa")
    tanggap("agents", "add", "boss", "--role", "admin", cwd=tmp_path)
    tanggap("agents", "disable", "boss", cwd=tmp_path).failed("last admin")


def test_somebody_is_shown_times_in_their_own_zone(tanggap: Command, tmp_path: Path) -> None:
    def zone_of_sari() -> str:
        [sari] = json.loads(tanggap("agents", "list", "--json", cwd=tmp_path).out)
        return str(sari["zone"])

    tanggap("agents", "add", "sari", "--zone", "WIT", cwd=tmp_path)
    assert zone_of_sari() == "Asia/Jayapura"
    assert "Asia/Tokyo" in tanggap("agents", "zone", "sari", "Asia/Tokyo", cwd=tmp_path).out
    assert zone_of_sari() == "Asia/Tokyo"
    tanggap("agents", "zone", "sari", "Asia/Atlantis", cwd=tmp_path).failed("no time zone")
    tanggap("agents", "add", "budi", "--zone", "Asia", cwd=tmp_path).failed("no time zone")
    assert "zone of the desk" in tanggap("agents", "zone", "sari", cwd=tmp_path).out
    assert zone_of_sari() == ""


def test_a_list_makes_no_database(tanggap: Command, tmp_path: Path) -> None:
    assert "Nobody has an account" in tanggap("agents", "list", cwd=tmp_path).out
    assert list(tmp_path.iterdir()) == []


async def test_a_running_service_knows_an_account_at_once(tmp_path: Path, shop: dict[str, str]) -> None:
    async with BotApiServer() as server, RunningService(server, tmp_path / "toko", **shop) as service:
        assert f"Desk: {service.address}/desk/" in service.log

        async def tanggap(*arguments: str) -> Ended:
            return await asyncio.to_thread(process, "agents", *arguments, cwd=service.folder)

        password = password_of(await tanggap("add", "sari"))
        async with httpx.AsyncClient(base_url=service.address, headers={"origin": service.address}) as http:
            form = {"login": "sari", "password": password}
            assert (await http.post("/desk/sign-in", data=form)).status_code == 303
            assert (await http.post("/desk/session")).status_code == 204
            assert (await tanggap("disable", "sari")).code == 0
            assert (await http.post("/desk/session")).status_code == 401
            assert (await http.post("/desk/sign-in", data=form)).status_code == 401
        assert password not in service.log


async def test_no_console_where_the_settings_want_none(tmp_path: Path, shop: dict[str, str]) -> None:
    async with (
        BotApiServer() as server,
        RunningService(server, tmp_path / "toko", console__enabled=False, **shop) as service,
        httpx.AsyncClient(base_url=service.address) as http,
    ):
        assert "Desk:" not in service.log
        assert (await http.get("/desk/sign-in")).status_code == 404
