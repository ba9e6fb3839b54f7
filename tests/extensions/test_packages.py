"""Packages of somebody else's, installed as such, pass the contracts and serve customers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.testing.bot_api import BotApiServer
from bot.testing.service import RunningService
from tests.command_line import process

ROOT = Path(__file__).parent.parent.parent
PACKAGES = Path(__file__).parent / "packages"
NAMES = sorted(path.name for path in PACKAGES.iterdir() if (path / "pyproject.toml").exists())
KEY = "kunci-rahasia-gerbang"
ORDERS = "nomor,status,kurir,resi,tiba\nGD-17,sedang dikirim,JNE,JNE0017,besok\n"


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages, where building them litters nothing."""
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    return Path(shutil.copytree(PACKAGES, tmp_path_factory.mktemp("extensions") / "packages", ignore=ignored))


@pytest.fixture(scope="session")
def installed(copied: Path) -> str:
    """The folder that all of them are installed in, as PYTHONPATH names it."""
    target = copied.parent / "installed"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--target", str(target)]
    offline = ["--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, *offline, *(str(copied / name) for name in NAMES)], check=True, capture_output=True)
    return str(target)


@pytest.mark.parametrize("name", NAMES)
def test_a_package_passes_its_own_tests_with_our_contracts(name: str, copied: Path, installed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=copied / name,
        env={**os.environ, "PYTHONPATH": installed},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 5


class Gateway:
    """What is behind `reply_url`: keeps what is posted to it."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[dict[str, object]] = []

    async def reply(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        self.got.append(await request.json())
        return web.Response()

    async def shows(self, text: str, seconds: float = 10.0) -> None:
        """Wait until a customer reads `text`."""
        until = asyncio.get_running_loop().time() + seconds
        while not any(text in str(message["text"]) for message in self.got):
            assert asyncio.get_running_loop().time() < until, f"{text!r} was not shown: {self.got}"
            await asyncio.sleep(0.02)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway, app = Gateway(), web.Application()
    app.router.add_post("/balas", gateway.reply)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    gateway.url = f"{site.name}/balas"
    yield gateway
    await runner.cleanup()


async def post(service: RunningService, id: str, key: str = KEY, **what: str) -> int:
    """A customer writes, or presses a button, by the gateway."""
    message = {"id": id, "chat": "628123", "name": "Budi", **what}
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{service.address}/gerbang", json=message, headers=headers) as response,
    ):
        return response.status


async def get(service: RunningService, path: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(service.address + path) as response:
        return response.status


async def test_an_agent_in_telegram_serves_a_customer_on_anothers_channel(
    installed: str, gateway: Gateway, shop: dict[str, str], tmp_path: Path
) -> None:
    async with BotApiServer() as server:
        staff = server.group("Staf", chat_id=-1001234567890)
        sari = staff.staff("Sari", user_id=4242)
        service = RunningService(
            server,
            tmp_path,
            **shop,
            bot__channels=["telegram", "gerbang"],
            channels__gerbang={"reply_url": gateway.url},
            telegram__staff_chat_id=staff.chat_id,
            desk__agents=[{"telegram_id": 4242, "name": "Sari"}],
            dialogue__fragment_pause_seconds=0.1,
        )
        service.environment |= {"PYTHONPATH": installed, "GERBANG_KEY": KEY}
        async with service:
            assert re.search(r"Ready: @\w+ by polling, gerbang, http://", service.log)
            assert await post(service, "1", text="/agen") == 200
            card = await sari.receives(containing="Budi")
            sari.presses("Ambil", topic=card.thread_id)
            sari.writes("Halo Kak, saya Sari", topic=card.thread_id)
            await gateway.shows("Halo Kak, saya Sari")


async def test_a_service_made_of_others_channel_classifier_and_store_survives_a_kill(
    installed: str, gateway: Gateway, shop: dict[str, str], tmp_path: Path
) -> None:
    settings = {
        **shop,
        "bot__model": tmp_path / "model.tgm",
        "bot__channels": ["gerbang"],
        "channels__gerbang": {"reply_url": gateway.url},
        "understanding__mode": "kata_kunci",
        "storage__url": f"jurnal:///{tmp_path}/tanggap.jsonl",
        "dialogue__fragment_pause_seconds": 0.1,
    }
    async with BotApiServer() as unused:
        service = RunningService(unused, tmp_path, **settings)
        service.environment |= {"PYTHONPATH": installed, "GERBANG_KEY": KEY}
        trained = await asyncio.to_thread(process, "train", "--json", cwd=tmp_path, env=service.environment)
        assert trained.code == 0, trained
        assert json.loads(trained.out)["accuracy"] > 0.4

        async with service:
            assert "Ready: gerbang, http://" in service.log
            assert await post(service, "1", text="buka jam berapa kak") == 200
            await gateway.shows("09.00")
            assert await post(service, "1", text="buka jam berapa kak") == 200
            assert await post(service, "2", text="siapa kamu", key="lain") == 403
            await service.kill()
            await service.start()
            assert await post(service, "3", press="/lacak_pesanan") == 200
            await gateway.shows("bisa dilacak")
            assert await post(service, "4", text="/agen") == 200
            await gateway.shows("tim")
            await service.at_rest()
            assert await get(service, "/readyz") == 200
            assert await get(service, "/metrics") == 200
        assert KEY not in service.log

        shown = await asyncio.to_thread(
            process, "history", "gerbang:628123", "--json", cwd=tmp_path, env=service.environment
        )
        assert shown.code == 0, shown
        history = json.loads(shown.out)
        said = [message["text"] for message in history["messages"] if message["author"] == "customer"]
        assert said == ["buka jam berapa kak", "[Lacak pesanan]", "/agen"]
        tickets = await asyncio.to_thread(process, "tickets", "--json", cwd=tmp_path, env=service.environment)
        assert [ticket["contact"] for ticket in json.loads(tickets.out)] == ["Budi"]
        for command in (["backup", "salinan"], ["quarantine", "list"]):
            lacking = await asyncio.to_thread(process, *command, cwd=tmp_path, env=service.environment)
            lacking.failed("storage")


def test_another_classifier_is_measured_beside_ours(installed: str, shop: dict[str, str], tmp_path: Path) -> None:
    settings = {f"TANGGAP_{name.upper()}": value for name, value in shop.items()}
    measured = process(
        *("evaluate", "--understanding", "kata_kunci", "--json"), cwd=tmp_path, PYTHONPATH=installed, env=settings
    )
    assert measured.code == 0, measured
    result = json.loads(measured.out)
    assert result["understanding"] == "kata_kunci 1"
    assert result["accuracy"] > 0.4
    process("evaluate", "--understanding", "kata", cwd=tmp_path, PYTHONPATH=installed, env=settings).failed(
        "understanding.mode", "kata_kunci"
    )


def test_the_starters_order_lookup_is_replaced_by_another_systems(
    installed: str, starter_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "pesanan.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        f'[bot]\nmodel = "{starter_model}"\n[actions]\nuse = ["gudang"]\nsettings = {{ daftar = "pesanan.csv" }}\n',
        encoding="utf-8",
    )
    lines = b"cek status pesanan dong\nGD-99\ngd-17\n"
    chat = process("chat", "--as", "budi", cwd=tmp_path, stdin=lines, PYTHONPATH=installed)
    assert chat.code == 0, chat
    assert "GD-99" in chat.out.split("GD-99", 1)[1]
    assert "JNE0017" in chat.out
    assert "sedang dikirim" in chat.out


def test_doctor_looks_at_what_others_bring(installed: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[bot]\nchannels = ["gerbang"]\n[storage]\nurl = "jurnal:///data/tanggap.jsonl"\n', encoding="utf-8"
    )
    found = process("doctor", "--json", cwd=tmp_path, PYTHONPATH=installed)
    by_subject = {finding["subject"]: finding for finding in json.loads(found.out)}
    assert by_subject["gerbang"]["level"] == "error"
    assert "channels.gerbang.reply_url" in by_subject["gerbang"]["message"]
    assert (
        by_subject["storage"]["message"]
        == f"{tmp_path}/data/tanggap.jsonl does not exist yet; the first start makes it"
    )


def test_the_page_of_extension_points_shows_what_is_tested_here() -> None:
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in PACKAGES.rglob("*") if path.suffix in (".py", ".toml")
    )
    blocks = re.findall(r"^```(?:python|toml)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    quoted = [block for block in blocks if not block.startswith("# config.toml\n")]
    assert len(quoted) >= 8
    assert [block for block in quoted if block not in sources] == []
