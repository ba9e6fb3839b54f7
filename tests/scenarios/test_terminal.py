"""The chat in the terminal, scripted by piping lines into it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TANGGAP = Path(sys.executable).with_name("tanggap")


@pytest.fixture
def environment(shop: dict[str, str]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TANGGAP_", "TELEGRAM_"))}
    return clean | {f"TANGGAP_{name.upper()}": value for name, value in shop.items()}


def chat(folder: Path, environment: dict[str, str], *lines: str, options: tuple[str, ...] = ()) -> str:
    """What `tanggap chat` prints for these lines."""
    done = subprocess.run(
        [str(TANGGAP), "chat", "--as", "sari", *options],
        input="".join(f"{line}\n" for line in lines),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def in_order(text: str, *parts: str) -> bool:
    return re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None


def test_a_conversation_from_greeting_to_resolution(tmp_path: Path, environment: dict[str, str]) -> None:
    shown = chat(tmp_path, environment, "halo min", "jam buka?", "mau ganti", "2", "asdf qwer zxcv", "1", "!tiket")
    number = re.search(r"nomor laporannya #(\d+)", shown)
    assert number is not None
    assert in_order(
        shown,
        "Anda: halo min",
        "Bot: Halo Kak",
        "Bot: Kami buka",
        "Bot: Maksud Kak:",
        "1  Ganti alamat kirim",
        "2  Ganti ukuran",
        "3  Bukan itu",
        "Bot: Ukuran bisa ditukar",
        "Bot: Maaf Kak, saya belum paham",
        "1  Ya, panggil tim",
        "Bot: Sudah saya teruskan",
        f"Meja: #{number[1]} sari · diminta pelanggan · umum · menunggu",
    )
    # A new run goes on where the last one ended.
    shown = chat(
        tmp_path,
        environment,
        f"!balas {number[1]} Halo Kak, saya bantu ya",
        "jam buka?",
        f"!catat {number[1]} orangnya ramah",
        f"!selesai {number[1]}",
        "jam buka?",
    )
    assert in_order(
        shown,
        "Bot: Kak, sekarang dibantu langsung oleh Agen.",
        "Bot: Halo Kak, saya bantu ya",
        "Anda: jam buka?",
        "Bot: Laporan",
        "Anda: jam buka?",
        "Bot: Jam bukanya",
    )
    assert in_order(shown, f"Meja: #{number[1]} menunggu pelanggan", f"Meja: #{number[1]} selesai")
    assert shown.count("bukanya") == 1, "the bot is silent while the agent has the conversation"
    assert "Bot: orangnya ramah" not in shown
    history = subprocess.run(
        [str(TANGGAP), "history", "terminal:sari", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        timeout=60,
        check=True,
    )
    episodes = json.loads(history.stdout)["episodes"]
    assert [episode["closed_by"] for episode in episodes] == ["agent", ""], "the last question began a new one"


def test_odd_lines_and_explanations(tmp_path: Path, environment: dict[str, str]) -> None:
    lines = ("!tiket", "!selesai 99", "!balas", "!apa 1", "halo [bold]min[/bold] [/]", "jam buka?")
    shown = chat(tmp_path, environment, *lines, options=("--explain",))
    assert in_order(shown, "tidak ada tiket terbuka", "Tidak ada tiket #99", "!ambil N", "!ambil N")
    assert "Anda: halo [bold]min[/bold] [/]" in shown
    assert in_order(shown, "Anda: jam buka?", "jam_buka", "answer", "Bot: Kami buka")
