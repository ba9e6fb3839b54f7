"""Commands in a topic, and the times, names and labels behind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.commands import Command, command_in, labels_after, time_of, tomorrow, whom
from bot.testing.manual_clock import NOON
from conversation.tickets import Agent, AgentId
from handoff.hours import ALWAYS, Calendar
from handoff.policy import Department
from handoff.shifts import week

OFFICE = Calendar(week=week({"senin-jumat": "09:00-17:00"}), zone="WIB")
DEPARTMENTS = (Department(name="retur", title="Retur & refund"), Department(name="retur besar"))
ANI = Agent(id=AgentId("telegram:2"), name="Ani")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("!ambil", Command(name="claim", word="!ambil", rest="")),
        ("!Tunda  2j", Command(name="snooze", word="!Tunda", rest="2j")),
        ("!resolve sudah diganti", Command(name="resolve", word="!resolve", rest="sudah diganti")),
        ("!selesai\nsudah diganti", Command(name="resolve", word="!selesai", rest="sudah diganti")),
        ("/balas@toko_bot salam", Command(name="reply", word="/balas@toko_bot", rest="salam")),
        ("!gapapa", Command(name="gapapa", word="!gapapa", rest="")),
        ("/start", None),
        ("!!! penting", None),
        ("sudah ya!", None),
        ("", None),
    ],
)
def test_a_command_is_told_from_words_for_people(text: str, command: Command | None) -> None:
    assert command_in(text) == command


@pytest.mark.parametrize(
    ("text", "wait"),
    [("", 60), ("30m", 30), ("2j", 120), ("2 jam", 120), ("1h", 60), ("45 menit", 45)],
)
def test_a_span_is_counted_from_now(text: str, wait: int) -> None:
    assert time_of(text, ALWAYS, NOON) == NOON + timedelta(minutes=wait)


@pytest.mark.parametrize("text", ["kapan-kapan", "2", "9999j"])
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert time_of(text, ALWAYS, NOON) is None


def test_tomorrow_is_the_next_morning_on_which_somebody_is_there() -> None:
    friday = datetime(2026, 3, 13, 12, tzinfo=UTC)
    assert tomorrow(OFFICE, friday) == datetime(2026, 3, 16, 2, tzinfo=UTC)
    assert tomorrow(ALWAYS, friday) == datetime(2026, 3, 14, 1, tzinfo=UTC)
    assert time_of("besok", OFFICE, friday) == tomorrow(OFFICE, friday)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("retur", ("retur", "")),
        ("Retur & refund tolong ya", ("retur", "tolong ya")),
        ("retur besar: pakai mobil", ("retur besar", "pakai mobil")),
        ("ani, cek stok", ("telegram:2", "cek stok")),
        ("anita", None),
        ("gudang", None),
    ],
)
def test_the_longest_name_says_to_whom(text: str, found: tuple[str, str] | None) -> None:
    assert whom(text, DEPARTMENTS, [ANI]) == found


def test_labels_are_added_and_taken_away() -> None:
    assert labels_after(("cod", "lama"), "+baru #vip -lama cod") == ["cod", "baru", "vip"]
